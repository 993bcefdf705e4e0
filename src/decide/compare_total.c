/* SPDX-License-Identifier: Apache-2.0 */
/* The total: differences from the year-loss tables where both were kept, else from the tables with a cautious interval.
 */
#include <math.h>

#include "base/memory.h"
#include "decide/compare.h"
#include "decide/loss_figures.h"
#include "stats/percentile.h"

static plim_perspective borne(const plim_results *r)
{
	return r->perspectives > 1 ? PLIM_PERSPECTIVE_NET : PLIM_PERSPECTIVE_GROSS;
}

/* One side: its losses by trial, all of them and by replicate sorted. */
typedef struct side {
	const double *loss;
	uint64_t n;
	plim_trial_range range;
	double *sorted[PLIM_REPLICATES + 1]; /* all, then each replicate */
	uint64_t count[PLIM_REPLICATES + 1];
	const plim_results *results;
	uint32_t scenario, total;
	double exact_mean;   /* of a trial, as the results know it; NAN: not known, or not what the firm bears */
	bool tvar_from_mean; /* the results take TVaR from it, for the model's tail is heavier than the trials show */
} side;

static void clear_side(side *s)
{
	for (size_t r = 0; r <= PLIM_REPLICATES; r++)
		plim_mem_free(s->sorted[r]);
}

/* What the results know of their total beside the trials. */
static void take_known(side *s)
{
	const plim_results *r = s->results;
	bool unseen = false;
	s->exact_mean = NAN;
	for (size_t i = 0; i < r->checks && borne(r) == PLIM_PERSPECTIVE_GROSS; i++) {
		const plim_check_row *row = &r->check[i];
		if (row->scenario != s->scenario || row->group != s->total)
			continue;
		if (row->quantity == PLIM_CHECK_MEAN && isfinite(row->expected))
			s->exact_mean = row->expected;
		unseen |= row->quantity == PLIM_CHECK_UNSEEN;
	}
	s->tvar_from_mean = unseen && !isnan(s->exact_mean);
}

/* TVaR of all trials (replicate 0) or of a replicate, the way the results take it: q + (mu - mean(min(X, q))) / (1 -
 * p). */
static double tvar_of(const side *s, size_t replicate, const plim_probability *p)
{
	const double *sorted = s->sorted[replicate];
	const uint64_t n = s->count[replicate];
	if (!s->tvar_from_mean)
		return plim_sorted_tvar(sorted, n, p);
	double q = plim_sorted_var(sorted, n, p), limited = 0;
	for (uint64_t i = 0; i < n; i++)
		limited += fmin(sorted[i], q) / (double)n;
	return q + (s->exact_mean - limited) / plim_probability_tail(p);
}

static double var_of(const side *s, size_t replicate, const plim_probability *p)
{
	return plim_sorted_var(s->sorted[replicate], s->count[replicate], p);
}

static plim_status sort_side(side *s, const plim_results *r, uint32_t scenario, plim_error *error)
{
	plim_status status = PLIM_OK;
	s->results = r;
	s->scenario = scenario;
	s->total = (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	take_known(s);
	s->loss = plim_results_ylt(r, scenario, borne(r));
	s->n = r->trials;
	s->range = plim_trial_range_of(r);
	for (int k = 0; s->loss && k <= PLIM_REPLICATES && status == PLIM_OK; k++)
		status = plim_losses_sorted(s->loss, &s->range, k - 1, &s->sorted[k], &s->count[k], error);
	return status;
}

static double mean_of(const double *loss, uint64_t n)
{
	double sum = 0;
	for (uint64_t i = 0; i < n; i++)
		sum += loss[i];
	return sum / (double)n;
}

/* Sample variance. */
static double variance_of(const double *loss, uint64_t n)
{
	double mean = mean_of(loss, n), sum = 0;
	for (uint64_t i = 0; i < n; i++)
		sum += (loss[i] - mean) * (loss[i] - mean);
	return n > 1 ? sum / (double)(n - 1) : INFINITY;
}

static double variance_of_difference(const double *a, const double *b, uint64_t n)
{
	double mean = 0, sum = 0;
	for (uint64_t i = 0; i < n; i++)
		mean += (a[i] - b[i]) / (double)n;
	for (uint64_t i = 0; i < n; i++)
		sum += (a[i] - b[i] - mean) * (a[i] - b[i] - mean);
	return n > 1 ? sum / (double)(n - 1) : INFINITY;
}

/* --- nested runs: trials of a world go together --- */

static bool is_nested(const side *a, const side *b)
{
	return a->range.world_trials || b->range.world_trials;
}

static plim_basis basis_of(const plim_comparison *c, const side *a, const side *b)
{
	if (is_nested(a, b))
		return PLIM_BASIS_REPLICATES;
	return c->paired ? PLIM_BASIS_PAIRED : PLIM_BASIS_UNPAIRED;
}

typedef double value_of(double loss, double x);

static double loss_of(double loss, double x)
{
	return loss - x;
}

static double is_above(double loss, double x)
{
	return loss > x;
}

/* Standard error of the mean of a value, or of its difference where `less` is another side. */
static double error_of(const side *s, const side *less, value_of *value, double x)
{
	uint64_t trials[PLIM_REPLICATES] = {0};
	double total[PLIM_REPLICATES] = {0};
	for (uint64_t i = 0; i < s->n; i++) {
		const int r = plim_replicate_of(&s->range, i);
		trials[r]++;
		total[r] += value(s->loss[i], x) - (less ? value(less->loss[i], x) : 0);
	}
	return plim_replicates_error(trials, total);
}

static double nested_half(const plim_comparison *c, const side *a, const side *b, value_of *value, double x)
{
	const double error =
	    c->paired ? error_of(a, b, value, x) : hypot(error_of(a, NULL, value, x), error_of(b, NULL, value, x));
	return plim_replicates_factor(PLIM_REPLICATES) * error;
}

static void between(plim_compare_row *row, double half, plim_basis basis)
{
	row->lower = row->avoided - half;
	row->upper = row->avoided + half;
	row->basis = isnan(half) ? PLIM_BASIS_NONE : basis;
}

/* True if the model's own mean, or else its variance, is infinite: the sample's would be a fiction. */
static bool is_infinite(const plim_comparison *c, bool mean)
{
	const plim_results *const r[] = {c->before, c->after};
	for (size_t k = 0; k < 2; k++)
		for (size_t g = 0; g < r[k]->groups; g++)
			if (r[k]->group[g].kind == PLIM_GROUP_TOTAL &&
			    (r[k]->group[g].infinite_mean || (!mean && r[k]->group[g].infinite_variance)))
				return true;
	return false;
}

static plim_status add_mean(plim_comparison *c, const side *a, const side *b, plim_error *error)
{
	double mean_a = mean_of(a->loss, a->n), mean_b = mean_of(b->loss, b->n);
	plim_compare_row row = {"mean", NAN, PLIM_GROUP_TOTAL, "total", "", mean_a, mean_b, mean_a - mean_b, 0, 0, 0};
	if (is_infinite(c, true))
		row.before = row.after = INFINITY, row.avoided = NAN;
	double error_squared = c->paired
	                           ? variance_of_difference(a->loss, b->loss, a->n) / (double)a->n
	                           : variance_of(a->loss, a->n) / (double)a->n + variance_of(b->loss, b->n) / (double)b->n;
	double half = is_nested(a, b) ? nested_half(c, a, b, loss_of, 0) : plim_confidence_z() * sqrt(error_squared);
	between(&row, is_infinite(c, false) ? INFINITY : half, basis_of(c, a, b));
	plim_status status = plim_compare_add(c, &row, error);
	if (status != PLIM_OK || isnan(a->exact_mean) || isnan(b->exact_mean))
		return status;
	plim_compare_row exact = {.figure = "exact_mean",
	                          .p = NAN,
	                          .kind = PLIM_GROUP_TOTAL,
	                          .group = "total",
	                          .title = "",
	                          .before = a->exact_mean,
	                          .after = b->exact_mean,
	                          .avoided = a->exact_mean - b->exact_mean};
	between(&exact, 0, PLIM_BASIS_EXACT);
	return plim_compare_add(c, &exact, error);
}

typedef double figure_of(const side *s, size_t replicate, const plim_probability *p);

/* A figure of the tail: its difference, and what the replicates' differences spread. */
static plim_status add_tail(plim_comparison *c, const side *a, const side *b, const char *name, figure_of *figure,
                            const plim_probability *p, plim_error *error)
{
	double difference[2][PLIM_REPLICATES], half;
	plim_compare_row row = {
	    .figure = name, .p = plim_probability_value(p), .kind = PLIM_GROUP_TOTAL, .group = "total", .title = ""};
	row.before = figure(a, 0, p);
	row.after = figure(b, 0, p);
	row.avoided = row.before - row.after;
	if (figure == tvar_of && is_infinite(c, true))
		row.before = row.after = INFINITY, row.avoided = NAN;
	if (isnan(row.avoided) || !plim_replicates_can(a->n, p) || !plim_replicates_can(b->n, p)) {
		between(&row, NAN, PLIM_BASIS_NONE);
		return plim_compare_add(c, &row, error);
	}
	for (size_t r = 0; r < PLIM_REPLICATES; r++) {
		double x = figure(a, r + 1, p), y = figure(b, r + 1, p);
		difference[0][r] = c->paired ? x - y : x;
		difference[1][r] = y;
	}
	half = plim_replicate_half(difference[0], PLIM_REPLICATES);
	if (!c->paired)
		half = hypot(half, plim_replicate_half(difference[1], PLIM_REPLICATES));
	between(&row, half, PLIM_BASIS_REPLICATES);
	return plim_compare_add(c, &row, error);
}

/* P(loss > x): paired, only trials on different sides of x count. Counts above 0, differences by half a trial at least.
 */
static plim_status add_breach(plim_comparison *c, const side *a, const side *b, const char *name, double x,
                              plim_error *error)
{
	double n = (double)a->n, above_a = 0, above_b = 0, moved = 0;
	for (uint64_t i = 0; i < a->n; i++)
		above_a += a->loss[i] > x;
	for (uint64_t i = 0; i < b->n; i++)
		above_b += b->loss[i] > x;
	double p = above_a / n, q = above_b / (double)b->n;
	plim_compare_row row = {name, x, PLIM_GROUP_TOTAL, "total", "", p, q, p - q, 0, 0, 0};
	for (uint64_t i = 0; c->paired && i < a->n; i++)
		moved += (a->loss[i] > x) != (b->loss[i] > x);
	double variance = c->paired ? (moved + 0.5 - (above_a - above_b) * (above_a - above_b) / n) / n / n
	                            : p * (1 - p) / n + q * (1 - q) / (double)b->n;
	between(&row, is_nested(a, b) ? nested_half(c, a, b, is_above, x) : plim_confidence_z() * sqrt(variance),
	        basis_of(c, a, b));
	return plim_compare_add(c, &row, error);
}

/* The share of a side's years above a threshold, over all of its horizon; the variance as if all years of a trial were
 * above together, which is the most that they can have. False if the tables do not have it. */
static bool share_of_years(const plim_results *r, uint32_t scenario, double loss, double *share, double *variance)
{
	double sum = 0, deviations = 0, years = r->horizon_years, n = (double)r->trials;
	uint32_t found = 0;
	for (size_t i = 0; i < r->tolerances; i++) {
		const plim_tolerance_row *row = &r->tolerance[i];
		if (row->scenario != scenario || row->loss != loss)
			continue;
		sum += row->probability;
		deviations += sqrt(row->probability * (1 - row->probability) / n);
		found++;
	}
	*share = sum / years;
	*variance = deviations * deviations / years / years;
	return found == r->horizon_years;
}

/* P(loss of a year > x), over the years of the horizon: year-loss tables hold whole trials, the tolerance table years.
 */
static plim_status add_year_breaches(plim_comparison *c, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < c->model[0]->tolerances && status == PLIM_OK; i++) {
		const double x = c->model[0]->tolerance[i].loss;
		double p = 0, q = 0, variance[2] = {0};
		if (!share_of_years(c->before, c->before_scenario, x, &p, &variance[0]) ||
		    !share_of_years(c->after, c->after_scenario, x, &q, &variance[1]))
			continue;
		plim_compare_row row = {"breach", x, PLIM_GROUP_TOTAL, "total", "", p, q, p - q, 0, 0, 0};
		between(&row, plim_confidence_z() * (sqrt(variance[0]) + sqrt(variance[1])), PLIM_BASIS_BOUND);
		status = plim_compare_add(c, &row, error);
	}
	return status;
}

/* Every threshold that either side's policy tolerates a probability of. */
static plim_status add_breaches(plim_comparison *c, const side *a, const side *b, plim_error *error)
{
	plim_status status = add_breach(c, a, b, "p_loss", 0, error);
	if (c->before->horizon_years > 1)
		return status == PLIM_OK ? add_year_breaches(c, error) : status;
	for (int m = 0; m < 2; m++)
		for (size_t i = 0; i < c->model[m]->tolerances && status == PLIM_OK; i++) {
			double x = c->model[m]->tolerance[i].loss;
			bool known = false;
			for (size_t j = 0; m == 1 && j < c->model[0]->tolerances; j++)
				known |= c->model[0]->tolerance[j].loss == x;
			if (!known)
				status = add_breach(c, a, b, "breach", x, error);
		}
	return status;
}

plim_status plim_compare_total(plim_comparison *c, plim_error *error)
{
	static const char *const texts[] = {"0.9", "0.95", "0.99", "0.995", "0.999"};
	side a = {0}, b = {0};
	plim_status status = sort_side(&a, c->before, c->before_scenario, error);
	if (status == PLIM_OK)
		status = sort_side(&b, c->after, c->after_scenario, error);
	if (status == PLIM_OK && a.loss && b.loss) {
		status = add_mean(c, &a, &b, error);
		for (size_t i = 0; i < sizeof texts / sizeof *texts && status == PLIM_OK; i++) {
			plim_probability p;
			status = plim_probability_parse(texts[i], &p, error);
			if (status == PLIM_OK)
				status = add_tail(c, &a, &b, "var", var_of, &p, error);
			if (status == PLIM_OK)
				status = add_tail(c, &a, &b, "tvar", tvar_of, &p, error);
		}
		if (status == PLIM_OK)
			status = add_breaches(c, &a, &b, error);
	}
	clear_side(&a);
	clear_side(&b);
	return status;
}
