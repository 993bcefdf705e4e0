/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Quantile tables: every amount, whatever its family, compiled into cubics over the bits of the uniform.
 *
 * A uniform is u = (x + 0.5) 2^-52 for an integer x in [0, 2^52). Segments are equally spaced in the bits of
 * min(u, 1 - u): the exponent and the top `log2_segments` bits of the mantissa, so that each octave towards 0 and 1
 * has the same relative resolution. A draw is integer work, one look-up and three multiply-adds.
 *
 * Laws with jumps or kinks are split at these into pieces of u; each piece is a constant, a straight line or a table of
 * its own.
 */
#ifndef PLIM_DIST_QUANTILE_TABLE_H
#define PLIM_DIST_QUANTILE_TABLE_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "dist/amount.h"

typedef struct plim_quantile_table plim_quantile_table;

/**
 * |error| <= PLIM_QUANTILE_ERROR * max(|x|, 1e-9 * |median|) everywhere but on the far side of a jump, whose place is
 * known to 32 significant bits of the smaller tail (exactly, for laws that need no libm). For a law of both signs the
 * larger of |median| and the interquartile range stands for the median, which may be 0.
 */
#define PLIM_QUANTILE_ERROR 1e-6

/**
 * Compiles a built amount. Picks 1 (straight lines), 16, 32, ... 512 segments an octave by measured error, with a
 * margin of 2. Same bits on every CPU. PLIM_ERROR_MODEL if the bound cannot be met (the law is too wide),
 * PLIM_ERROR_MEMORY. The caller owns *table; release with plim_quantile_table_free.
 */
plim_status plim_quantile_table_build(const plim_amount *amount, plim_quantile_table **table, plim_error *error);
void plim_quantile_table_free(plim_quantile_table **table);

/** One draw: the reference evaluation, used by tests and rare paths; bit-identical to the inline loop of
 * quantile_eval.h. */
double plim_quantile_table_at(const plim_quantile_table *table, uint64_t x);

/** Adds every knot and break to a digest (part of the plan's digest). */
void plim_quantile_table_digest(const plim_quantile_table *table, plim_digest *digest);

/** Bytes held, for the statement of memory. */
size_t plim_quantile_table_bytes(const plim_quantile_table *table);

#endif
