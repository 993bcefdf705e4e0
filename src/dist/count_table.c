/* SPDX-License-Identifier: Apache-2.0 */
/* Compiling a count law: probabilities outward from the mode, both tails summed from their far ends, integer
 * thresholds. */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/count_eval.h"
#include "dist/count_law.h"
#include "dist/round.h"

#define END (UINT64_C(1) << 52)
#define GUIDE_BITS_MAX 22

/* More values than this (a 128 MB table) and the law is refused. */
#define VALUES_MAX ((size_t)1 << 24)

/* What is left out of a sum is below 2^-100: 2^-47 of the least mass that can own an x. */
#define NEGLIGIBLE 0x1p-100L

/* Below this dispersion size + k would lose k; the law is its Poisson to far below the rounding of a threshold. */
#define DISPERSION_MIN 1e-25

/* Consecutive values first, first + 1, ... and their probabilities. */
typedef struct series {
	uint64_t first;
	long double *mass;
	size_t count;
} series;

/* What the recurrence needs: mass(k + 1) = mass(k) * ratio(k). */
typedef struct recurrence {
	plim_count_law law; /* POISSON, BINOMIAL, NEGATIVE_BINOMIAL */
	long double a;      /* rate; p / (1 - p); share of a further one: mean dispersion / (1 + mean dispersion) */
	long double size;   /* -; n; 1 / dispersion */
	uint64_t lowest;    /* 0, or 1 if zero is cut away */
	uint64_t highest;   /* n of the binomial */
	uint64_t mode;
	long double peak; /* mass at the mode */
} recurrence;

static long double ratio_at(const recurrence *r, uint64_t k)
{
	long double x = (long double)k;
	switch (r->law) {
	case PLIM_COUNT_POISSON: return r->a / (x + 1);
	case PLIM_COUNT_BINOMIAL: return r->a * (r->size - x) / (x + 1);
	default: return r->a * (r->size + x) / (x + 1);
	}
}

/* The limit of the ratio, by which the tail of a negative binomial is bounded while its ratios still grow. */
static long double ratio_limit(const recurrence *r)
{
	return r->law == PLIM_COUNT_NEGATIVE_BINOMIAL ? r->a : 0;
}

static plim_status too_many(plim_error *error)
{
	return plim_error_set(error, PLIM_ERROR_MODEL,
	                      "the count spreads over more than %zu values; lower its mean or dispersion", VALUES_MAX);
}

static plim_status push(long double **list, size_t *capacity, size_t *count, long double value, plim_error *error)
{
	if (*count >= VALUES_MAX)
		return too_many(error);
	if (plim_mem_grow((void **)list, capacity, *count + 1, sizeof **list) != 0)
		return plim_error_memory(error, "a table of counts");
	(*list)[(*count)++] = value;
	return PLIM_OK;
}

/* Masses of the mode and above. */
static plim_status walk_up(const recurrence *r, long double **list, size_t *count, plim_error *error)
{
	size_t capacity = 0;
	long double mass = r->peak;
	long double limit = ratio_limit(r);
	for (uint64_t k = r->mode;; k++) {
		plim_status status = push(list, &capacity, count, mass, error);
		if (status != PLIM_OK || k == r->highest)
			return status;
		long double ratio = ratio_at(r, k);
		long double bound = ratio > limit ? ratio : limit;
		if (bound < 1 && mass * bound < NEGLIGIBLE * (1 - bound))
			return PLIM_OK;
		mass *= ratio;
	}
}

/* Masses below the mode, downwards; ratios only fall, the masses being log-concave wherever the mode is above 0. */
static plim_status walk_down(const recurrence *r, long double **list, size_t *count, plim_error *error)
{
	size_t capacity = 0;
	long double mass = r->peak;
	for (uint64_t k = r->mode; k > r->lowest; k--) {
		long double ratio = 1 / ratio_at(r, k - 1);
		if (ratio < 1 && mass * ratio < NEGLIGIBLE * (1 - ratio))
			return PLIM_OK;
		mass *= ratio;
		plim_status status = push(list, &capacity, count, mass, error);
		if (status != PLIM_OK)
			return status;
	}
	return PLIM_OK;
}

static plim_status series_of(const recurrence *r, series *out, plim_error *error)
{
	long double *up = NULL;
	long double *down = NULL;
	size_t ups = 0;
	size_t downs = 0;
	plim_status status = walk_up(r, &up, &ups, error);
	if (status == PLIM_OK)
		status = walk_down(r, &down, &downs, error);
	if (status != PLIM_OK)
		goto out;
	out->mass = plim_mem_alloc(ups + downs, sizeof *out->mass);
	if (!out->mass) {
		status = plim_error_memory(error, "a table of counts");
		goto out;
	}
	out->count = ups + downs;
	out->first = r->mode - downs;
	for (size_t i = 0; i < downs; i++)
		out->mass[i] = down[downs - 1 - i];
	for (size_t i = 0; i < ups; i++)
		out->mass[downs + i] = up[i];
out:
	plim_mem_free(up);
	plim_mem_free(down);
	return status;
}

/* Sets mode and peak for a law conditioned on [lowest, ...), `scale` being its probability there. */
static void set_peak(recurrence *r, const plim_count *law, long double mode, long double scale)
{
	r->mode = mode > 0 ? (uint64_t)mode : 0;
	if (r->mode < r->lowest)
		r->mode = r->lowest;
	if (r->mode > r->highest)
		r->mode = r->highest;
	r->peak = plim_count_pmf(law, r->mode) / scale;
}

/* The law as a recurrence; zero-inflation is left to the caller, who passes its Poisson part. */
static recurrence recurrence_of(const plim_count *law, bool zero_truncated)
{
	recurrence r = {.law = law->law, .lowest = zero_truncated, .highest = UINT64_MAX};
	long double scale = zero_truncated ? count_p_positive(law) : 1;
	long double odds = (long double)law->mean * law->dispersion;
	switch (law->law) {
	case PLIM_COUNT_BINOMIAL:
		r.a = law->p / (1 - (long double)law->p);
		r.size = (long double)law->n;
		r.highest = law->n;
		set_peak(&r, law, floorl((r.size + 1) * law->p), scale);
		break;
	case PLIM_COUNT_NEGATIVE_BINOMIAL:
		r.a = odds / (1 + odds);
		r.size = 1 / (long double)law->dispersion;
		set_peak(&r, law, floorl(law->mean * (1 - (long double)law->dispersion)), scale);
		break;
	case PLIM_COUNT_GEOMETRIC: /* a negative binomial of size 1 */
		r.law = PLIM_COUNT_NEGATIVE_BINOMIAL;
		r.a = 1 - (long double)law->p;
		r.size = 1;
		set_peak(&r, law, 0, scale);
		break;
	default:
		r.a = law->mean;
		set_peak(&r, law, floorl(law->mean), scale);
		break;
	}
	return r;
}

/* The number of x at or below probability p, q = 1 - p: the smaller tail has 32 significant bits. */
static uint64_t threshold_of(long double p, long double q)
{
	long double tail = p < q ? p : q;
	uint64_t count = (uint64_t)((long double)plim_round_32((double)tail) * 0x1p52L + 0.5L);
	return p < q ? count : END - count;
}

static plim_status build_guide(plim_count_table *table, plim_error *error)
{
	uint32_t bits = 4;
	while (bits < GUIDE_BITS_MAX && ((size_t)1 << bits) < table->threshold_count)
		bits++;
	table->guide_shift = 52 - bits;
	table->guide_count = (size_t)1 << bits;
	table->guide = plim_mem_alloc(table->guide_count, sizeof *table->guide);
	if (!table->guide)
		return plim_error_memory(error, "a table of counts");
	uint32_t at = 0;
	for (size_t cell = 0; cell < table->guide_count; cell++) {
		while (table->thresholds[at] <= (uint64_t)cell << table->guide_shift)
			at++;
		table->guide[cell] = at;
	}
	return PLIM_OK;
}

/*
 * Thresholds from masses that stand above an extra mass `zero` at 0 (0 unless zero-inflated); `share` = 1 - zero scales
 * the masses. Values too rare to own an x are trimmed at both ends.
 */
static plim_status lay_out(const series *s, long double zero, long double share, plim_count_table *table,
                           plim_error *error)
{
	long double *above = plim_mem_alloc(s->count, sizeof *above);
	table->thresholds = plim_mem_alloc(s->count + 1, sizeof *table->thresholds);
	if (!above || !table->thresholds) {
		plim_mem_free(above);
		return plim_error_memory(error, "a table of counts");
	}
	for (size_t i = s->count - 1; i > 0; i--)
		above[i - 1] = above[i] + s->mass[i];
	long double below = 0;
	uint64_t ground = zero > 0 ? threshold_of(zero, share) : 0;
	table->first = s->first;
	if (s->first > 0)
		table->zero = ground;
	for (size_t i = 0; i + 1 < s->count; i++) {
		below += s->mass[i];
		uint64_t t = threshold_of(zero + share * below, share * above[i]);
		if (t >= END)
			break;
		if (t <= table->zero && table->threshold_count == 0)
			table->first++; /* nothing is left for this value */
		else
			table->thresholds[table->threshold_count++] = t;
	}
	table->thresholds[table->threshold_count] = UINT64_MAX;
	plim_mem_free(above);
	return build_guide(table, error);
}

static plim_status build_fixed(uint64_t value, plim_count_table *table, plim_error *error)
{
	table->first = value;
	table->thresholds = plim_mem_alloc(1, sizeof *table->thresholds);
	if (!table->thresholds)
		return plim_error_memory(error, "a table of counts");
	table->thresholds[0] = UINT64_MAX;
	return build_guide(table, error);
}

typedef struct weighted {
	uint64_t value;
	double weight;
} weighted;

static int compare_weighted(const void *a, const void *b)
{
	uint64_t x = ((const weighted *)a)->value;
	uint64_t y = ((const weighted *)b)->value;
	return (x > y) - (x < y);
}

static plim_status lay_out_table(const weighted *list, size_t n, plim_count_table *table, plim_error *error)
{
	long double *above = plim_mem_alloc(n, sizeof *above);
	long double below = 0;
	table->values = plim_mem_alloc(n, sizeof *table->values);
	table->thresholds = plim_mem_alloc(n, sizeof *table->thresholds);
	if (!above || !table->values || !table->thresholds) {
		plim_mem_free(above);
		return plim_error_memory(error, "a table of counts");
	}
	for (size_t i = n - 1; i > 0; i--)
		above[i - 1] = above[i] + list[i].weight;
	long double total = above[0] + list[0].weight;
	size_t m = 0;
	for (size_t i = 0; i < n; i++) {
		table->values[m] = list[i].value;
		below += list[i].weight;
		uint64_t t = i + 1 < n ? threshold_of(below / total, above[i] / total) : UINT64_MAX;
		if (t >= END)
			break;
		if (t > (m ? table->thresholds[m - 1] : 0))
			table->thresholds[m++] = t;
	}
	table->thresholds[m] = UINT64_MAX;
	table->threshold_count = m;
	plim_mem_free(above);
	return build_guide(table, error);
}

static plim_status build_listed(const plim_count *count, bool zero_truncated, plim_count_table *table,
                                plim_error *error)
{
	weighted *list = plim_mem_alloc(count->length, sizeof *list);
	size_t n = 0;
	if (!list)
		return plim_error_memory(error, "a table of counts");
	for (size_t i = 0; i < count->length; i++)
		if (count->weights[i] > 0 && !(zero_truncated && count->counts[i] == 0))
			list[n++] = (weighted){count->counts[i], count->weights[i]};
	qsort(list, n, sizeof *list, compare_weighted);
	plim_status status = lay_out_table(list, n, table, error);
	plim_mem_free(list);
	return status;
}

/* A law that takes one value only; its value if so. */
static bool is_single(const plim_count *count, bool zero_truncated, uint64_t *value)
{
	switch (count->law) {
	case PLIM_COUNT_FIXED: *value = count->n; return true;
	case PLIM_COUNT_BERNOULLI: *value = count->p == 1 || zero_truncated; return *value || count->p == 0;
	case PLIM_COUNT_BINOMIAL:
		*value = count->p == 1 ? count->n : 0;
		return count->n == 0 || count->p == 0 || count->p == 1;
	case PLIM_COUNT_GEOMETRIC: *value = 0; return count->p == 1;
	case PLIM_COUNT_ZERO_INFLATED_POISSON: *value = 0; return count->p == 1 || count->mean == 0;
	case PLIM_COUNT_TABLE: return false;
	default: *value = 0; return count->mean == 0;
	}
}

static plim_status build_into(plim_count_table *table, const plim_count *count, bool zero_truncated, plim_error *error)
{
	uint64_t value;
	plim_count law = *count;
	long double zero = 0;
	series s = {0};
	if (zero_truncated && !(count_p_positive(count) > 0))
		return plim_error_set(error, PLIM_ERROR_MODEL, "%s: the count is always 0", plim_count_law_name(count->law));
	if (is_single(count, zero_truncated, &value))
		return build_fixed(value, table, error);
	if (count->law == PLIM_COUNT_TABLE)
		return build_listed(count, zero_truncated, table, error);
	if (law.law == PLIM_COUNT_ZERO_INFLATED_POISSON) {
		law.law = PLIM_COUNT_POISSON;
		zero = zero_truncated ? 0 : law.p;
	} else if (law.law == PLIM_COUNT_BERNOULLI) {
		law.law = PLIM_COUNT_BINOMIAL;
		law.n = 1;
	} else if (law.law == PLIM_COUNT_NEGATIVE_BINOMIAL && law.dispersion < DISPERSION_MIN) {
		law.law = PLIM_COUNT_POISSON;
	}
	recurrence r = recurrence_of(&law, zero_truncated);
	plim_status status = series_of(&r, &s, error);
	if (status == PLIM_OK)
		status = lay_out(&s, zero, 1 - zero, table, error);
	plim_mem_free(s.mass);
	return status;
}

plim_status plim_count_table_build(const plim_count *count, bool zero_truncated, plim_count_table **table,
                                   plim_error *error)
{
	plim_status status = plim_count_check(count, error);
	if (status != PLIM_OK)
		return status;
	plim_count_table *built = plim_mem_alloc(1, sizeof *built);
	if (!built)
		return plim_error_memory(error, "a table of counts");
	status = build_into(built, count, zero_truncated, error);
	if (status == PLIM_OK)
		*table = built;
	else
		plim_count_table_free(&built);
	return status;
}

void plim_count_table_free(plim_count_table **table)
{
	if (!table || !*table)
		return;
	plim_mem_free((*table)->thresholds);
	plim_mem_free((*table)->values);
	plim_mem_free((*table)->guide);
	plim_mem_free(*table);
	*table = NULL;
}

uint64_t plim_count_table_at(const plim_count_table *table, uint64_t x)
{
	return plim_count_eval(table, x);
}

uint64_t plim_count_table_largest(const plim_count_table *table)
{
	return plim_count_eval(table, END - 1);
}

void plim_count_table_digest(const plim_count_table *table, plim_digest *digest)
{
	plim_digest_u64(digest, table->zero);
	plim_digest_u64(digest, table->first);
	plim_digest_u64(digest, table->threshold_count);
	plim_digest_u64s(digest, table->thresholds, table->threshold_count);
	plim_digest_u64(digest, table->values != NULL);
	if (table->values)
		plim_digest_u64s(digest, table->values, table->threshold_count + 1);
}

size_t plim_count_table_bytes(const plim_count_table *table)
{
	return sizeof *table + (table->threshold_count + 1) * (table->values ? 2 : 1) * sizeof(uint64_t) +
	       table->guide_count * sizeof *table->guide;
}
