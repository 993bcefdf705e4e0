/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Draws from a quantile table, header-only so that each instruction set compiles its own loop from this one source.
 *
 * Integer operations, exact conversions, and separate * and + (the tree is built with -ffp-contract=off): every
 * compilation gives the same bits. Written so that gcc and clang at -O3 turn the loop over one whole piece into
 * gathers.
 */
#ifndef PLIM_DIST_QUANTILE_EVAL_H
#define PLIM_DIST_QUANTILE_EVAL_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "dist/quantile_layout.h"
#include "dist/quantile_table.h"

static inline uint64_t plim_quantile_bits(double value)
{
	uint64_t bits;
	memcpy(&bits, &value, sizeof bits);
	return bits;
}

static inline double plim_quantile_double(uint64_t bits)
{
	double value;
	memcpy(&value, &bits, sizeof value);
	return value;
}

/** m + 0.5 for m < 2^52, exact; no conversion instruction, which AVX2 lacks: 2^52 + m is m under a fixed exponent. */
static inline double plim_quantile_half(uint64_t m)
{
	return plim_quantile_double(m | UINT64_C(0x4330000000000000)) - 0x1.fffffffffffffp51;
}

static inline double plim_quantile_cubic(const plim_quantile_segment *segment, double t)
{
	return segment->c[0] + t * (segment->c[1] + t * (segment->c[2] + t * segment->c[3]));
}

static inline double plim_quantile_clamp(double y, double low, double high)
{
	y = y < low ? low : y;
	return y > high ? high : y;
}

/** The fraction in [0, 1) that the mantissa bits below the segment number make. */
static inline double plim_quantile_fraction(uint64_t bits, uint32_t spread)
{
	return plim_quantile_double(((bits << spread) & PLIM_QUANTILE_MANTISSA) | UINT64_C(0x3ff0000000000000)) - 1.0;
}

/** The value of one piece, not yet clamped; any piece, any x of it. */
static inline double plim_quantile_piece_at(const plim_quantile_segment *segments, const plim_quantile_piece *piece,
                                            uint64_t x)
{
	uint64_t m = x - piece->first;
	if (piece->form == PLIM_QUANTILE_FORM_EVEN) {
		double s = plim_quantile_half(m) * piece->scale;
		uint64_t k = (uint64_t)s;
		k = k > piece->last ? piece->last : k;
		return plim_quantile_cubic(&segments[piece->offset + k], s - (double)k);
	}
	uint64_t mirror = piece->length - 1 - m;
	uint64_t side = m > mirror;
	uint64_t bits = plim_quantile_bits(plim_quantile_half(side ? mirror : m));
	uint64_t k = (bits >> piece->shift) - piece->base + side * piece->stride;
	return plim_quantile_cubic(&segments[piece->offset + k], plim_quantile_fraction(bits, piece->spread));
}

/** The number of the piece or value that x falls in: a guess from the guide, then a short walk (a step or less on
 * average). */
static inline size_t plim_quantile_find(const plim_quantile_table *table, uint64_t x)
{
	size_t i = table->guide[x >> table->guide_shift];
	while (x >= table->starts[i + 1])
		i++;
	return i;
}

/** One draw. */
static inline double plim_quantile_eval_one(const plim_quantile_table *table, uint64_t x)
{
	double y;
	if (table->kind == PLIM_QUANTILE_KIND_WHOLE)
		y = plim_quantile_piece_at(table->segments, &table->whole, x);
	else if (table->kind == PLIM_QUANTILE_KIND_PIECES)
		y = plim_quantile_piece_at(table->segments, &table->pieces[plim_quantile_find(table, x)], x);
	else
		return table->values[plim_quantile_find(table, x)];
	return plim_quantile_clamp(y, table->low, table->high);
}

/** The fast path: one BITS piece over all of u. */
static inline void plim_quantile_eval_whole(const plim_quantile_table *table, const uint64_t *restrict x,
                                            double *restrict out, size_t n)
{
	const double *restrict c = table->segments[0].c;
	const uint64_t base = table->whole.base;
	const uint64_t stride = table->whole.stride;
	const uint32_t shift = table->whole.shift;
	const uint32_t spread = table->whole.spread;
	const double low = table->low;
	const double high = table->high;
	for (size_t i = 0; i < n; i++) {
		uint64_t side = x[i] >> 51;
		/* 2^52 - 1 - x is x with all 52 bits turned over */
		uint64_t m = (x[i] ^ (0 - side)) & ((UINT64_C(1) << 51) - 1);
		uint64_t bits = plim_quantile_bits(plim_quantile_half(m));
		int64_t k = (int64_t)(((bits >> shift) - base + (stride & (0 - side))) << 2);
		double t = plim_quantile_fraction(bits, spread);
		double y = c[k] + t * (c[k + 1] + t * (c[k + 2] + t * c[k + 3]));
		out[i] = plim_quantile_clamp(y, low, high);
	}
}

/** out[i] = the quantile at (x[i] + 0.5) 2^-52 for i < n; x[i] < 2^52. */
static inline void plim_quantile_eval(const plim_quantile_table *table, const uint64_t *restrict x,
                                      double *restrict out, size_t n)
{
	if (table->kind == PLIM_QUANTILE_KIND_WHOLE) {
		plim_quantile_eval_whole(table, x, out, n);
		return;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = plim_quantile_eval_one(table, x[i]);
}

#endif
