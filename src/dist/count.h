/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Count laws: how many attempts a source meets in a year (per place).
 * Names and parameters as in the model file: fixed count; bernoulli p; binomial n, p; poisson rate; negative_binomial mean and dispersion
 * (variance = mean + dispersion mean^2); geometric p (failures, from 0); zero_inflated_poisson rate, p_zero; table counts, weights.
 */
#ifndef PLIM_DIST_COUNT_H
#define PLIM_DIST_COUNT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "plimsoll/status.h"

#define PLIM_COUNT_LAW_LIST(X)                        \
	X(FIXED, "fixed")                                 \
	X(BERNOULLI, "bernoulli")                         \
	X(BINOMIAL, "binomial")                           \
	X(POISSON, "poisson")                             \
	X(NEGATIVE_BINOMIAL, "negative_binomial")         \
	X(GEOMETRIC, "geometric")                         \
	X(ZERO_INFLATED_POISSON, "zero_inflated_poisson") \
	X(TABLE, "table")

typedef enum plim_count_law {
#define X(name, text) PLIM_COUNT_##name,
	PLIM_COUNT_LAW_LIST(X)
#undef X
	PLIM_COUNT_LAW_COUNT
} plim_count_law;

const char *plim_count_law_name(plim_count_law law);
bool plim_count_law_parse(const char *name, plim_count_law *law);

/** A count law with plain numbers. */
typedef struct plim_count {
	plim_count_law law;
	uint64_t n;            /* fixed: the count; binomial: number of trials */
	double mean;           /* poisson rate; negative_binomial mean; zero_inflated_poisson rate */
	double p;              /* bernoulli, binomial, geometric p; zero_inflated_poisson p_zero */
	double dispersion;     /* negative_binomial */
	const uint64_t *counts; /* table: values ... */
	const double *weights;  /* ... and weights (not owned) */
	size_t length;
} plim_count;

/** Checks ranges (rates >= 0 and finite, p in [0,1], geometric p in (0,1], dispersion >= 0, weights >= 0 with a positive sum, counts distinct). */
plim_status plim_count_check(const plim_count *count, plim_error *error);

/** Mean, variance and P(N = 0), closed form. */
double plim_count_mean(const plim_count *count);
double plim_count_variance(const plim_count *count);
double plim_count_p_zero(const plim_count *count);

/** P(N = k), long double, relative error below 1e-14. */
long double plim_count_pmf(const plim_count *count, uint64_t k);

/**
 * A compiled count: integer thresholds on the 52-bit uniform x (u = (x + 0.5) 2^-52), value = first + number of thresholds <= x,
 * found by a guide table and a short walk, no libm. Both tails are kept to a relative 2^-32 and half an x.
 * For law `table` the values are looked up, not consecutive.
 */
typedef struct plim_count_table plim_count_table;

/**
 * Compiles P(N = k), or P(N = k | N >= 1) if `zero_truncated`. The same bits on every CPU. The law is checked first.
 * PLIM_ERROR_MODEL if it is wrong, always 0 when truncated, or spread over more than 2^24 values; PLIM_ERROR_MEMORY.
 * The caller owns *table; release with plim_count_table_free. Kernels read it through count_eval.h.
 */
plim_status plim_count_table_build(const plim_count *count, bool zero_truncated, plim_count_table **table,
								   plim_error *error);
void plim_count_table_free(plim_count_table **table);
uint64_t plim_count_table_at(const plim_count_table *table, uint64_t x); /* x < 2^52 */
/** The largest value the table can give. */
uint64_t plim_count_table_largest(const plim_count_table *table);
void plim_count_table_digest(const plim_count_table *table, plim_digest *digest);
size_t plim_count_table_bytes(const plim_count_table *table);

#endif
