/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/replicates.h"

#include <gsl/gsl_cdf.h>
#include <math.h>

#include "base/power.h"

double plim_replicates_factor(size_t count)
{
	/* single precision: the same whatever a processor makes of the last bits */
	return count < 2 ? INFINITY : (double)(float)gsl_cdf_tdist_Pinv(1 - (1 - PLIM_CONFIDENCE) / 2, (double)(count - 1));
}

static size_t count_of(const uint64_t trials[static PLIM_REPLICATES])
{
	size_t count = 0;
	for (size_t k = 0; k < PLIM_REPLICATES; k++)
		count += trials[k] > 0;
	return count;
}

double plim_replicates_t(const plim_replicates *r)
{
	return plim_replicates_factor(count_of(r->trials));
}

double plim_replicates_error(const uint64_t trials[static PLIM_REPLICATES], const double total[static PLIM_REPLICATES])
{
	const double count = (double)count_of(trials);
	double n = 0, sum = 0, squares = 0;
	for (size_t k = 0; k < PLIM_REPLICATES; k++) {
		n += (double)trials[k];
		sum += total[k];
	}
	if (count < 2 || !isfinite(sum))
		return INFINITY;
	for (size_t k = 0; k < PLIM_REPLICATES; k++) {
		const double off = total[k] - sum / n * (double)trials[k];
		squares += off * off;
	}
	return sqrt(count / (count - 1) * squares) / n;
}

/* What a row's values add up to. */
static double row_sum(const plim_tally_row *row)
{
	if (row->bucket == plim_bucket_count(PLIM_BIN_BITS))
		return INFINITY;
	const int octave = (int)(row->bucket >> PLIM_BIN_BITS);
	return plim_times_power((double)row->sum, octave + PLIM_SUM_MIN_EXPONENT - PLIM_DOUBLE_MANTISSA);
}

/* Sums of (X - edge)+ from the bucket that begins at the edge on; below it min(X, edge) is X. */
static void add_up(const plim_replicates *r, uint32_t from, double edge, double excess[PLIM_REPLICATES],
                   double limited[PLIM_REPLICATES])
{
	for (size_t k = 0; k < PLIM_REPLICATES; k++) {
		excess[k] = limited[k] = 0;
		for (size_t i = 0; i < r->rows[k]; i++) {
			const plim_tally_row *row = &r->row[k][i];
			const double sum = row_sum(row);
			if (row->bucket >= from) {
				excess[k] += sum - edge * (double)row->count;
				limited[k] += edge * (double)row->count;
			} else {
				limited[k] += sum;
			}
		}
	}
}

double plim_replicates_mean_error(const plim_replicates *r)
{
	double total[PLIM_REPLICATES], none[PLIM_REPLICATES];
	add_up(r, 0, 0, total, none);
	return plim_replicates_error(r->trials, total);
}

/* The bucket whose lower edge is nearest to x, by ratio. */
static uint32_t nearest_edge(double x, double *edge)
{
	const uint32_t bucket = plim_bucket_of(PLIM_BIN_BITS, x);
	const double low = plim_bucket_lower(PLIM_BIN_BITS, bucket);
	*edge = low;
	if (!(x > 0) || bucket >= plim_bucket_count(PLIM_BIN_BITS))
		return x > 0 ? bucket : 0;
	const double high = plim_bucket_upper(PLIM_BIN_BITS, bucket);
	if (x * x <= low * high)
		return bucket;
	*edge = high;
	return bucket + 1;
}

double plim_replicates_excess_error(const plim_replicates *r, double x)
{
	double excess[PLIM_REPLICATES], limited[PLIM_REPLICATES], edge;
	const uint32_t from = nearest_edge(x, &edge);
	add_up(r, from, edge, excess, limited);
	return plim_replicates_error(r->trials, excess);
}

double plim_replicates_limited_error(const plim_replicates *r, double x)
{
	double excess[PLIM_REPLICATES], limited[PLIM_REPLICATES], edge;
	const uint32_t from = nearest_edge(x, &edge);
	add_up(r, from, edge, excess, limited);
	return plim_replicates_error(r->trials, limited);
}

double plim_replicates_effective_of(const uint64_t trials[static PLIM_REPLICATES],
                                    const double above[static PLIM_REPLICATES])
{
	double n = 0, sum = 0;
	for (size_t k = 0; k < PLIM_REPLICATES; k++) {
		n += (double)trials[k];
		sum += above[k];
	}
	const double share = sum / n, error = plim_replicates_error(trials, above);
	const double t = plim_replicates_factor(count_of(trials)), z = (double)(float)plim_confidence_z();
	if (isinf(error))
		return 0;
	if (!(error > 0)) /* all alike: nothing is known of how they differ, and what can be is no more than chance */
		return n * (z / t) * (z / t);
	return fmin(n, share * (1 - share) / (error * error) * (z / t) * (z / t));
}

static double above_in(const plim_replicates *r, size_t k, uint32_t from)
{
	double count = 0;
	for (size_t i = r->rows[k]; i-- > 0 && r->row[k][i].bucket >= from;)
		count += (double)r->row[k][i].count;
	return count;
}

double plim_replicates_effective(const plim_replicates *r, double p)
{
	uint64_t pooled[(80 << PLIM_BIN_BITS) + 1] = {0}, above = 0;
	const uint32_t last = plim_bucket_count(PLIM_BIN_BITS);
	double n = 0, best = INFINITY, count[PLIM_REPLICATES];
	uint32_t chosen = 0;
	for (size_t k = 0; k < PLIM_REPLICATES; k++) {
		n += (double)r->trials[k];
		for (size_t i = 0; i < r->rows[k]; i++)
			pooled[r->row[k][i].bucket] += r->row[k][i].count;
	}
	for (uint32_t b = last + 1; b-- > 0;) {
		above += pooled[b];
		const double share = (double)above / n;
		const double far = share > 1 - p ? share / (1 - p) : (1 - p) / share;
		if (pooled[b] && share < 1 && far < best) {
			best = far;
			chosen = b;
		}
	}
	for (size_t k = 0; k < PLIM_REPLICATES; k++)
		count[k] = isfinite(best) ? above_in(r, k, chosen) : 0;
	return plim_replicates_effective_of(r->trials, count);
}

plim_ranked plim_ranked_effective(const plim_probability *p, uint64_t n, double effective)
{
	plim_ranked out = {.p = *p, .lower = 0, .upper = n + 1};
	if (!(effective >= 1))
		return out;
	const uint64_t worth = effective < (double)n ? (uint64_t)effective : n;
	const double scale = (double)n / (double)worth;
	uint64_t lower, upper;
	plim_interval_ranks(p, worth, &lower, &upper);
	out.lower = lower == 0 ? 0 : (uint64_t)fmax(1, floor((double)lower * scale));
	if (upper <= worth)
		out.upper = (uint64_t)fmin((double)n, ceil((double)upper * scale));
	return out;
}
