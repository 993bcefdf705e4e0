/* SPDX-License-Identifier: Apache-2.0 */
/* How much of the variance is ignorance, in all and by parameter. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "run/worlds.h"

plim_status plim_world_moments(const plim_nested_rows *rows, uint64_t worlds, uint64_t world_trials,
                               plim_world_moment **moments, plim_error *error)
{
	plim_world_moment *out = plim_mem_alloc(worlds, sizeof *out);
	const plim_tally_row *row = rows->world[PLIM_MEASURE_AEP];
	const size_t count = rows->worlds[PLIM_MEASURE_AEP];
	plim_status status = out ? PLIM_OK : plim_error_memory(error, "the worlds");
	for (size_t i = 0, end; i < count && status == PLIM_OK; i = end) {
		plim_bucket_list list = {0};
		plim_moments m;
		for (end = i; end < count && row[end].id == row[i].id;)
			end++;
		status = plim_tally_rows_list(row + i, end - i, PLIM_BIN_BITS, &list, error);
		if (status == PLIM_OK) {
			plim_list_moments(&list, world_trials, &m);
			out[row[i].id] = (plim_world_moment){m.mean, m.sd * m.sd};
		}
		plim_bucket_list_clear(&list);
	}
	if (status == PLIM_OK)
		*moments = out;
	else
		plim_mem_free(out);
	return status;
}

/* Sums over the worlds of one replicate. The columns of the regression are 1, value, rank, rank^2, and y; all but the
 * first scaled and about their middles, so that products do not lose what differs. */
#define COLUMNS 4
#define ALL_COLUMNS (COLUMNS + 1)

typedef struct products {
	double p[ALL_COLUMNS][ALL_COLUMNS];
} products;

static void add_products(products *to, const products *from, double sign)
{
	for (int i = 0; i < ALL_COLUMNS; i++)
		for (int j = 0; j < ALL_COLUMNS; j++)
			to->p[i][j] += sign * from->p[i][j];
}

/* The sum of squares of y about its regression on the columns, and how many of these are independent: columns are swept
 * out one after the other (Goodnight, American Statistician 33 (1979)); what the earlier ones leave nothing of is
 * passed over. */
static double residual(products m, int columns, int *rank)
{
	const int y = ALL_COLUMNS - 1;
	double whole[ALL_COLUMNS];
	*rank = 0;
	for (int i = 0; i < ALL_COLUMNS; i++)
		whole[i] = m.p[i][i];
	for (int c = 0; c < columns; c++) {
		if (!(m.p[c][c] > 1e-9 * whole[c]))
			continue;
		(*rank)++;
		for (int i = c + 1; i < ALL_COLUMNS; i++)
			for (int j = ALL_COLUMNS - 1; j > c; j--)
				m.p[i][j] -= m.p[i][c] * m.p[c][j] / m.p[c][c];
	}
	return fmax(0, m.p[y][y]);
}

typedef struct split {
	const plim_world_moment *moment;
	uint64_t worlds, world_trials;
	double within[PLIM_REPLICATES], count[PLIM_REPLICATES]; /* sums of the worlds' variances, worlds */
	double all_within, all_count;
	double centre, scale; /* of the worlds' means */
	products *product;    /* of the parameter at hand, by replicate; y alone in [y][y], [0][y] and [0][0] */
} split;

/* What is estimated without replicate `out`, or of all for -1. */
typedef struct estimates {
	double ignorance, part, whole; /* variances, in units of scale^2 */
} estimates;

static estimates estimate(const split *s, const products *sum, int out)
{
	products m = *sum;
	double count = s->all_count, within = s->all_within;
	int rank;
	if (out >= 0) {
		add_products(&m, &s->product[out], -1);
		count -= s->count[out];
		within -= s->within[out];
	}
	const double noise = within / count / (s->scale * s->scale);
	const double means = residual(m, 1, &rank) / (count - 1);
	estimates e = {.ignorance = means - noise / (double)s->world_trials};
	e.whole = e.ignorance + noise;
	const double about = residual(m, COLUMNS, &rank);
	e.part = means - about / (count - rank);
	return e;
}

/* Products of one parameter; `value` NULL: of y alone. */
static void multiply(split *s, const double *value, const double *uniform)
{
	double middle = 0, spread = 0;
	for (uint64_t w = 0; value && w < s->worlds; w++)
		middle += value[w] / (double)s->worlds;
	for (uint64_t w = 0; value && w < s->worlds; w++)
		spread += (value[w] - middle) * (value[w] - middle) / (double)s->worlds;
	memset(s->product, 0, PLIM_REPLICATES * sizeof *s->product);
	for (uint64_t w = 0; w < s->worlds; w++) {
		const double rank = value ? 2 * uniform[w] - 1 : 0;
		const double x = value && spread > 0 ? (value[w] - middle) / sqrt(spread) : 0;
		const double column[ALL_COLUMNS] = {1, x, rank, rank * rank, (s->moment[w].mean - s->centre) / s->scale};
		products *m = &s->product[w % PLIM_REPLICATES];
		for (int i = 0; i < ALL_COLUMNS; i++)
			for (int j = 0; j < ALL_COLUMNS; j++)
				m->p[i][j] += column[i] * column[j];
	}
}

/* Share with all worlds and its interval from leaving out one replicate at a time. `shares`: with each left out. */
static plim_world_split judge(double variance, double share, const double shares[PLIM_REPLICATES])
{
	double squares = 0;
	for (int r = 0; r < PLIM_REPLICATES; r++)
		squares += (shares[r] - share) * (shares[r] - share);
	const double half =
	    plim_replicates_factor(PLIM_REPLICATES) * sqrt((PLIM_REPLICATES - 1.0) / PLIM_REPLICATES * squares);
	return (plim_world_split){variance, share, share - half, share + half};
}

static plim_world_split split_parameter(const split *s, bool ignorance, double without[PLIM_REPLICATES])
{
	products sum = {.p = {{0}}};
	for (int r = 0; r < PLIM_REPLICATES; r++)
		add_products(&sum, &s->product[r], 1);
	const estimates all = estimate(s, &sum, -1);
	for (int r = 0; r < PLIM_REPLICATES; r++) {
		const estimates e = estimate(s, &sum, r);
		without[r] = (ignorance ? e.ignorance : e.part) / e.whole;
	}
	const double variance = ignorance ? all.ignorance : all.part;
	return judge(variance * s->scale * s->scale, variance / all.whole, without);
}

static void add_up(split *s)
{
	double squares = 0;
	for (uint64_t w = 0; w < s->worlds; w++) {
		const size_t r = w % PLIM_REPLICATES;
		s->within[r] += s->moment[w].variance;
		s->count[r] += 1;
		s->centre += s->moment[w].mean / (double)s->worlds;
	}
	for (int r = 0; r < PLIM_REPLICATES; r++) {
		s->all_within += s->within[r];
		s->all_count += s->count[r];
	}
	for (uint64_t w = 0; w < s->worlds; w++)
		squares += (s->moment[w].mean - s->centre) * (s->moment[w].mean - s->centre) / (double)s->worlds;
	/* any scale will do that keeps products within reason */
	s->scale = sqrt(squares + s->all_within / s->all_count);
}

plim_status plim_world_split_variance(const plim_world_moment *moments, uint64_t worlds, uint64_t world_trials,
                                      double *const *value, double *const *uniform, size_t parameters,
                                      plim_world_split *ignorance, plim_world_split **part, plim_error *error)
{
	static const plim_world_split unknown = {NAN, NAN, NAN, NAN};
	split s = {.moment = moments, .worlds = worlds, .world_trials = world_trials};
	plim_world_split *out = plim_mem_alloc(parameters + 1, sizeof *out);
	double rest[PLIM_REPLICATES], without[PLIM_REPLICATES];
	s.product = plim_mem_alloc(PLIM_REPLICATES, sizeof *s.product);
	if (!out || !s.product) {
		plim_mem_free(out);
		plim_mem_free(s.product);
		return plim_error_memory(error, "the split of the variance");
	}
	add_up(&s);
	const bool can = isfinite(s.scale) && s.scale > 0;
	*ignorance = unknown;
	if (can) {
		multiply(&s, NULL, NULL);
		*ignorance = split_parameter(&s, true, rest);
	}
	double left = ignorance->variance, left_share = ignorance->share;
	for (size_t i = 0; i < parameters; i++) {
		out[i] = unknown;
		if (!can)
			continue;
		multiply(&s, value[i], uniform[i]);
		out[i] = split_parameter(&s, false, without);
		left -= out[i].variance;
		left_share -= out[i].share;
		for (int r = 0; r < PLIM_REPLICATES; r++)
			rest[r] -= without[r];
	}
	out[parameters] = can ? judge(left, left_share, rest) : unknown;
	*part = out;
	plim_mem_free(s.product);
	return PLIM_OK;
}
