/* SPDX-License-Identifier: Apache-2.0 */
#include "run/cross_check.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/round.h"
#include "engine/exact.h"
#include "engine/summary.h"
#include "run/check_test.h"

/* Distribution functions that a check may ask for: about half a second, and little more for every million trials. As
 * much, each time, for a test of counts. */
#define WORK 3e6
#define WORK_PER_TRIAL 0.2
#define EVALUATIONS 64 /* of a generating function, for a test of counts */
#define PLACES 16      /* of each kind, by expected loss */
#define LEAST_BITS 12
#define MOST_BITS 16

typedef struct checker {
	const plim_model *model;
	const plim_results *r;
	plim_error *error;
	plim_check_row *row; /* made so far */
	size_t rows, capacity;
	double work, spent;          /* left, and taken from it */
	uint32_t threads;            /* that may share the laws of a scenario */
	uint32_t scenario, in_model; /* in the results, in the model */
	plim_measure measure;        /* at hand */
} checker;

/* One law to be compared. */
typedef struct check_job {
	plim_group_kind kind;
	const char *name;
	uint32_t threat, place;
	plim_place_kind place_kind;
} check_job;

/* So many bits hold on every processor, whichever variant of its functions libm takes there: exact means come from
 * sums; the laws from transforms, whose last third differs; chances of a p-value from differences between the two. Where
 * observed and expected nearly agree little of that difference is left: there p is told to eighths. */
enum { MEAN_BITS = 32, LAW_BITS = 18, CHANCE_BITS = 8, LIKELY_BITS = 3 };

static double settled(double value, int bits)
{
	return isfinite(value) ? plim_round_bits(value, bits) : value;
}

static plim_status add_row(checker *c, int32_t group, plim_check_row row, const char *remark)
{
	if (plim_mem_grow((void **)&c->row, &c->capacity, c->rows + 1, sizeof *c->row))
		return plim_error_memory(c->error, "the cross-check");
	row.scenario = c->scenario;
	row.group = (uint32_t)group;
	row.measure = c->measure;
	const int bits = row.quantity == PLIM_CHECK_MEAN ? MEAN_BITS : LAW_BITS;
	row.expected = settled(row.expected, bits);
	row.lower = settled(row.lower, bits);
	row.upper = settled(row.upper, bits);
	row.p_value = settled(row.p_value, row.p_value > 0.5 ? LIKELY_BITS : CHANCE_BITS);
	row.remark = plim_mem_string(remark);
	c->row[c->rows++] = row;
	return row.remark ? PLIM_OK : plim_error_memory(c->error, "the cross-check");
}

static plim_status add_remark(checker *c, int32_t group, const char *remark)
{
	const plim_check_row none = {
	    .at = NAN, .observed = NAN, .expected = NAN, .lower = NAN, .upper = NAN, .p_value = NAN};
	return add_row(c, group, none, remark);
}

/* The group's sums as counted, of the horizon or of the year at hand. */
static plim_status list_of(const checker *c, int32_t group, plim_bucket_list *list)
{
	return plim_summary_list(c->r->summary, c->r->scenario[c->scenario].primary, (size_t)group, (int)c->measure, list,
	                         c->error);
}

static uint64_t events_of(const checker *c, int32_t group)
{
	const plim_summary *s = c->r->summary;
	return s->events[c->r->scenario[c->scenario].primary * s->groups + (size_t)group];
}

/* Points enough that the bracket is small beside the sampling error; rounding moves a sum by a step for each event. */
static unsigned bits_for(const plim_exact_law *law, double trials)
{
	const double wanted = 4 * (isfinite(law->events) ? fmax(1, law->events) : 10) * sqrt(trials);
	unsigned bits = LEAST_BITS;
	while (bits < MOST_BITS && ldexp(1, (int)bits) < wanted)
		bits++;
	return bits;
}

static plim_status test_above(checker *c, int32_t group, const plim_bucket_list *list, const plim_exact_curve *curve,
                              double p)
{
	plim_check_above above;
	if (!plim_check_threshold(list, curve, p, (double)c->r->trials, &above))
		return PLIM_OK;
	const double n = (double)c->r->trials;
	const plim_check_row row = {.quantity = PLIM_CHECK_ABOVE,
	                            .at = above.at,
	                            .observed = above.observed,
	                            .expected = n * (above.least + above.most) / 2,
	                            .lower = n * above.least,
	                            .upper = n * above.most,
	                            .p_value = plim_check_binomial(n, above.observed, above.least, above.most)};
	return add_row(c, group, row, "");
}

static plim_status test_limited(checker *c, int32_t group, const plim_bucket_list *list, const plim_exact_steps *steps,
                                double quantile)
{
	plim_check_limited limited;
	plim_check_limited_sum(list, steps, quantile, (double)c->r->trials, &limited);
	if (!(limited.at > 0))
		return PLIM_OK;
	const plim_check_row row = {.quantity = PLIM_CHECK_LIMITED,
	                            .at = limited.at,
	                            .observed = limited.observed,
	                            .expected = (limited.least + limited.most) / 2,
	                            .lower = limited.least,
	                            .upper = limited.most,
	                            .p_value = limited.p_value};
	return add_row(c, group, row, "");
}

/* The curve about the quantile at p. */
static plim_status build_curve(const checker *c, const plim_exact_law *law, double p, plim_exact_curve *curve,
                               plim_error *error)
{
	double reach = 0;
	const plim_status status = plim_exact_reach(law, p, &reach, error);
	return status == PLIM_OK ? plim_exact_curve_build(law, reach, bits_for(law, (double)c->r->trials), curve, error)
	                         : status;
}

/* Tests a curve and adds it to the steps. */
static plim_status test_curve(checker *c, int32_t group, const plim_exact_curve *curve, const plim_bucket_list *list,
                              double p, plim_exact_steps *steps, double *quantile)
{
	double least, most;
	if (!plim_exact_curve_quantile(curve, p, quantile, &least, &most))
		return PLIM_OK;
	const plim_status status = test_above(c, group, list, curve, p);
	return status == PLIM_OK ? plim_exact_steps_add(steps, curve, most, c->error) : status;
}

/* Curves are built side by side, and tested in order. */
static plim_status test_curves(checker *c, int32_t group, const plim_exact_law *law, const plim_bucket_list *list,
                               double p_zero)
{
	static const double wanted[] = {0.5, 0.9, 0.99, 0.999};
	plim_exact_steps steps = {.count = 0};
	plim_status status = PLIM_OK;
	double quantile = 0;
#pragma omp parallel for ordered schedule(dynamic, 1) num_threads(c->threads > 1 ? (int)c->threads : 1)
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++) {
		plim_exact_curve curve = {0};
		plim_error why;
		const bool asked = wanted[i] > p_zero + 1e-9;
		const plim_status built = asked ? build_curve(c, law, wanted[i], &curve, &why) : PLIM_OK;
#pragma omp ordered
		{
			if (built != PLIM_OK && status == PLIM_OK && c->error)
				*c->error = why;
			if (asked && status == PLIM_OK)
				status = built == PLIM_OK ? test_curve(c, group, &curve, list, wanted[i], &steps, &quantile) : built;
			plim_exact_curve_clear(&curve);
		}
	}
	plim_exact_steps_finish(&steps);
	if (status == PLIM_OK && quantile > 0)
		status = test_limited(c, group, list, &steps, quantile);
	plim_exact_steps_clear(&steps);
	return status;
}

static plim_status test_events(checker *c, int32_t group, const plim_exact_law *law)
{
	const double n = (double)c->r->trials, observed = (double)events_of(c, group);
	double p_value = 1;
	if (*law->no_events)
		return PLIM_OK;
	double work = 0;
	for (size_t i = 0; i < law->threats; i++)
		work += plim_exact_work(law->threat[i], PLIM_EXACT_EVENTS);
	if (EVALUATIONS * work > WORK + WORK_PER_TRIAL * n)
		return add_remark(c, group, "its number of events would take more work than so many trials warrant");
	plim_status status = plim_check_events(law, n, observed, &p_value, c->error);
	const plim_check_row row = {.quantity = PLIM_CHECK_EVENTS,
	                            .at = NAN,
	                            .observed = observed,
	                            .expected = n * law->events,
	                            .lower = n * law->events,
	                            .upper = n * law->events,
	                            .p_value = p_value};
	return status == PLIM_OK ? add_row(c, group, row, "") : status;
}

static plim_status test_positive(checker *c, int32_t group, const plim_bucket_list *list, double p_zero)
{
	const double n = (double)c->r->trials, observed = (double)list->positive;
	const plim_check_row row = {.quantity = PLIM_CHECK_POSITIVE,
	                            .at = NAN,
	                            .observed = observed,
	                            .expected = n * (1 - p_zero),
	                            .lower = n * (1 - p_zero),
	                            .upper = n * (1 - p_zero),
	                            .p_value = plim_check_binomial(n, observed, 1 - p_zero, 1 - p_zero)};
	return add_row(c, group, row, "");
}

static double work_of(const plim_exact_law *law, double trials)
{
	double one = 0;
	for (size_t i = 0; i < law->threats; i++)
		one += plim_exact_work(law->threat[i], PLIM_EXACT_LOSS);
	return one * (4 * ldexp(1, (int)bits_for(law, trials)) + 16 * 1024);
}

/* All tests of one group, whose law is given. `count_events`: its events are those of the law (at a place only those
 * that cost). */
static plim_status test_group(checker *c, int32_t group, const plim_exact_law *law, bool count_events)
{
	plim_bucket_list list = {0};
	double p_zero = 1, work = 0;
	/* trials of a world share what is uncertain, so that all counts scatter more than independent trials do */
	if (c->r->worlds > 1 && law->threats > 0 && plim_exact_is_uncertain(law))
		return add_remark(c, group,
		                  "not compared: trials of a world share what is uncertain; without --worlds they are");
	plim_status status = count_events ? test_events(c, group, law) : PLIM_OK;
	if (status != PLIM_OK || law->threats == 0)
		return status;
	if (*law->no_law)
		return add_remark(c, group, law->no_law);
	work = work_of(law, (double)c->r->trials);
	if (work > c->work)
		return add_remark(c, group, "not compared: more trials would warrant the work");
	c->work -= work;
	c->spent += work;
	status = list_of(c, group, &list);
	if (status == PLIM_OK)
		status = plim_exact_p_zero(law, &p_zero, c->error);
	if (status == PLIM_OK)
		status = test_positive(c, group, &list, p_zero);
	if (status == PLIM_OK)
		status = test_curves(c, group, law, &list, p_zero);
	plim_bucket_list_clear(&list);
	return status;
}

/* True if the controls of an earlier scenario act on the threat (or on all of them) just as those of this one. */
static bool seen_before(const checker *c, uint32_t threat)
{
	const plim_scenario *now = &c->model->scenario[c->in_model];
	for (uint32_t s = 0; s < c->scenario; s++) {
		const plim_scenario *then = NULL;
		for (size_t k = 0; k < c->model->scenarios; k++)
			if (strcmp(c->model->scenario[k].id, c->r->scenario[s].id) == 0)
				then = &c->model->scenario[k];
		bool same = then != NULL;
		for (uint32_t i = 0; i < c->model->controls && same; i++) {
			const plim_control *control = &c->model->control[i];
			bool acts = control->against_all || threat == UINT32_MAX, in_now = false, in_then = false;
			for (size_t a = 0; a < control->against_count; a++)
				acts |= control->against[a] == threat;
			for (size_t k = 0; k < now->controls; k++)
				in_now |= now->control[k] == i;
			for (size_t k = 0; k < then->controls; k++)
				in_then |= then->control[k] == i;
			same = !acts || in_now == in_then;
		}
		if (same)
			return true;
	}
	return false;
}

static plim_status check_one(checker *c, const check_job *job)
{
	plim_exact_law law;
	const int32_t group = plim_results_group(c->r, job->kind, job->name);
	if (group < 0 || seen_before(c, job->threat))
		return PLIM_OK;
	plim_status status = plim_exact_law_build(c->model, c->in_model, job->threat, job->place_kind, job->place,
	                                          PLIM_EXACT_HORIZON, &law, c->error);
	if (status != PLIM_OK)
		return status;
	status = test_group(c, group, &law, job->place == PLIM_EXACT_EVERYWHERE);
	plim_exact_law_clear(&law);
	return status;
}

static void drop_rows(checker *c)
{
	for (size_t i = 0; i < c->rows; i++)
		plim_mem_free(c->row[i].remark);
	plim_mem_free(c->row);
}

/* Compares one law with `left` of the work to spend, into rows of its own. */
static plim_status run_job(const checker *c, const check_job *job, double left, checker *own, plim_error *why)
{
	*own = *c;
	own->row = NULL;
	own->rows = own->capacity = 0;
	own->work = left;
	own->spent = 0;
	own->error = why;
	return check_one(own, job);
}

/* Takes over what came of a job. One that began before others had spent their work may have spent what was not there:
 * then it is done again with what is. */
static plim_status settle_job(checker *c, const check_job *job, plim_status status, checker *own, plim_error *why)
{
	if (status == PLIM_OK && own->spent > c->work) {
		drop_rows(own);
		status = run_job(c, job, c->work, own, why);
	}
	if (status == PLIM_OK &&
	    plim_mem_grow((void **)&c->row, &c->capacity, c->rows + own->rows + 1, sizeof *c->row) != 0)
		status = plim_error_memory(why, "the cross-check");
	if (status != PLIM_OK) {
		drop_rows(own);
		if (c->error)
			*c->error = *why;
		return status;
	}
	if (own->rows)
		memcpy(c->row + c->rows, own->row, own->rows * sizeof *own->row);
	c->rows += own->rows;
	c->work -= own->spent;
	plim_mem_free(own->row);
	return PLIM_OK;
}

/* All jobs; `together`: by several threads. Rows and work are as if one had done them in order. */
static plim_status run_jobs(checker *c, const check_job *job, size_t jobs, bool together)
{
	const checker given = *c;
	plim_status all = PLIM_OK;
#pragma omp parallel for ordered schedule(dynamic, 1) num_threads(c->threads > 1 ? (int)c->threads : 1) if (together)
	for (size_t i = 0; i < jobs; i++) {
		checker own;
		plim_error why;
		double left;
#pragma omp critical(plim_check_work)
		left = c->work;
		const plim_status status = run_job(&given, &job[i], left, &own, &why);
#pragma omp ordered
#pragma omp critical(plim_check_work)
		if (all == PLIM_OK)
			all = settle_job(c, &job[i], status, &own, &why);
		else
			drop_rows(&own);
	}
	return all;
}

/* Places of a kind by their means in this run, the largest first. */
typedef struct ranked {
	double mean;
	uint32_t place, row;
} ranked;

static int by_mean(const void *a, const void *b)
{
	const ranked *x = a, *y = b;
	if (x->mean != y->mean)
		return x->mean > y->mean ? -1 : 1;
	return (x->row > y->row) - (x->row < y->row);
}

static const char *place_name(const plim_model *model, plim_group_kind kind, uint32_t place)
{
	return kind == PLIM_GROUP_NODE ? model->node[place].id : model->link[place].id;
}

static uint32_t find_place(const plim_model *model, plim_group_kind kind, const char *name)
{
	const size_t count = kind == PLIM_GROUP_NODE ? model->nodes : model->links;
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(place_name(model, kind, i), name) == 0)
			return i;
	return UINT32_MAX;
}

static double sample_mean(const checker *c, uint32_t group)
{
	const plim_moments_row *row = plim_results_moments(c->r, c->scenario, group, c->measure);
	return row ? row->mean : NAN;
}

/* The places of a kind with the largest means, PLACES of them at most, as jobs. */
static plim_status add_places(checker *c, plim_group_kind kind, check_job *job, size_t *jobs)
{
	const plim_results *r = c->r;
	ranked *list = plim_mem_alloc(r->moments_count, sizeof *list);
	size_t count = 0, done = 0;
	const double all = sample_mean(c, (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total"));
	plim_status status = list ? PLIM_OK : plim_error_memory(c->error, "the cross-check");
	for (size_t i = 0; list && i < r->moments_count; i++) {
		const plim_moments_row *m = &r->moments[i];
		if (m->scenario == c->scenario && m->perspective == PLIM_PERSPECTIVE_GROSS && m->measure == PLIM_MEASURE_AEP &&
		    r->group[m->group].kind == kind && m->mean > 0 && m->mean < all) /* the only place is the total: tested */
			list[count++] = (ranked){m->mean, m->group, (uint32_t)i};
	}
	if (list)
		qsort(list, count, sizeof *list, by_mean);
	for (size_t i = 0; i < count && done < PLACES && status == PLIM_OK; i++) {
		const char *name = r->group[list[i].place].name;
		uint32_t place = find_place(c->model, kind, name);
		if (place == UINT32_MAX)
			continue;
		done++;
		job[(*jobs)++] =
		    (check_job){kind, name, UINT32_MAX, place, kind == PLIM_GROUP_NODE ? PLIM_PLACE_NODE : PLIM_PLACE_LINK};
	}
	plim_mem_free(list);
	return status;
}

static plim_status add_mean(checker *c, uint32_t group, double m)
{
	if (isnan(m)) /* before the sample's is looked for: so it is with every place of a large network */
		return PLIM_OK;
	const plim_check_row row = {.quantity = PLIM_CHECK_MEAN,
	                            .at = NAN,
	                            .observed = sample_mean(c, group),
	                            .expected = m,
	                            .lower = m,
	                            .upper = m,
	                            .p_value = NAN};
	return add_row(c, (int32_t)group, row, "");
}

static plim_status add_means(checker *c, const double *mean)
{
	plim_status status = PLIM_OK;
	for (uint32_t g = 0; g < c->r->groups && status == PLIM_OK; g++)
		status = add_mean(c, g, mean[c->scenario * c->r->groups + g]);
	return status;
}

/* The total of one year of the horizon, or of the whole discounted; *going is false when there is no use in more years.
 */
static plim_status check_year(checker *c, uint32_t year, bool *going)
{
	plim_exact_law law;
	const int32_t total = plim_results_group(c->r, PLIM_GROUP_TOTAL, "total");
	plim_status status = plim_exact_law_build(c->model, c->in_model, UINT32_MAX, PLIM_PLACE_ORGANISATION,
	                                          PLIM_EXACT_EVERYWHERE, year, &law, c->error);
	if (status != PLIM_OK || total < 0)
		return status;
	c->measure = year == PLIM_EXACT_HORIZON ? PLIM_MEASURE_PRESENT : PLIM_MEASURE_YEAR + year - 1;
	status = add_mean(c, (uint32_t)total, year == PLIM_EXACT_HORIZON ? law.present : law.mean);
	if (year != PLIM_EXACT_HORIZON) {
		const double work = *law.no_law ? 0 : work_of(&law, (double)c->r->trials);
		*going = !*law.no_law && work <= c->work; /* why it is not known stands beside the whole horizon */
		if (status == PLIM_OK && !*law.no_law && !seen_before(c, UINT32_MAX))
			status = test_group(c, total, &law, false);
	}
	c->measure = PLIM_MEASURE_AEP;
	plim_exact_law_clear(&law);
	return status;
}

static plim_status check_years(checker *c)
{
	bool going = true;
	plim_status status = c->model->horizon_years > 1 ? check_year(c, PLIM_EXACT_HORIZON, &going) : PLIM_OK;
	for (uint32_t y = 1; y <= c->model->horizon_years && c->model->horizon_years > 1 && going && status == PLIM_OK; y++)
		status = check_year(c, y, &going);
	return status;
}

static plim_status check_scenario(checker *c, const double *mean)
{
	check_job *job = plim_mem_alloc(1 + c->model->threats + 2 * PLACES, sizeof *job);
	size_t jobs = 0;
	if (!job)
		return plim_error_memory(c->error, "the cross-check");
	job[jobs++] = (check_job){PLIM_GROUP_TOTAL, "total", UINT32_MAX, PLIM_EXACT_EVERYWHERE, PLIM_PLACE_ORGANISATION};
	/* a single threat is the total, and has been tested */
	for (uint32_t t = 0; t < c->model->threats && c->model->threats > 1; t++)
		job[jobs++] =
		    (check_job){PLIM_GROUP_THREAT, c->model->threat[t].id, t, PLIM_EXACT_EVERYWHERE, PLIM_PLACE_ORGANISATION};
	const size_t large = jobs; /* each with many laws in it, which threads share */
	plim_status status = add_places(c, PLIM_GROUP_NODE, job, &jobs);
	if (status == PLIM_OK)
		status = add_places(c, PLIM_GROUP_LINK, job, &jobs);
	if (status == PLIM_OK)
		status = add_means(c, mean);
	if (status == PLIM_OK)
		status = run_jobs(c, job, large, false);
	if (status == PLIM_OK)
		status = run_jobs(c, job + large, jobs - large, true);
	plim_mem_free(job);
	return status == PLIM_OK ? check_years(c) : status;
}

/* Loud: unlikely even as the smallest of so many. */
static void judge(plim_results *r)
{
	size_t loud;
	const double tests = (double)plim_results_checks(r, &loud);
	for (size_t i = 0; i < r->checks; i++)
		r->check[i].loud = r->check[i].p_value * tests < PLIM_CHECK_ALARM;
}

plim_status plim_cross_check(const plim_model *model, plim_results *results, const double *mean, uint32_t threads,
                             plim_error *error)
{
	checker c = {.model = model,
	             .r = results,
	             .error = error,
	             .row = results->check,
	             .rows = results->checks,
	             .capacity = results->checks,
	             .threads = threads};
	plim_status status = PLIM_OK;
	c.work = WORK + WORK_PER_TRIAL * (double)results->trials;
	for (c.scenario = 0; c.scenario < results->scenarios && status == PLIM_OK; c.scenario++) {
		for (c.in_model = 0; c.in_model < model->scenarios; c.in_model++)
			if (strcmp(model->scenario[c.in_model].id, results->scenario[c.scenario].id) == 0)
				break;
		if (c.in_model < model->scenarios)
			status = check_scenario(&c, mean);
	}
	results->check = c.row;
	results->checks = c.rows;
	if (status == PLIM_OK)
		judge(results);
	return status;
}
