/* SPDX-License-Identifier: Apache-2.0 */
#include "run/until.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "run/cross_check.h"
#include "stats/percentile.h"

/* --- the rule --- */

static plim_status bad_target(const char *text, plim_error *error)
{
	return plim_error_set(
	    error, PLIM_ERROR_USAGE,
	    "until '%s': give a share and a figure: 1%%@P99, 2%%@TVaR99.5 or 0.5%%@mean; several with commas between",
	    text);
}

static bool parse_percent(const char *text, plim_probability *p)
{
	char percent[PLIM_PROBABILITY_TEXT + 2];
	plim_error unused;
	size_t length = strlen(text);
	if (length == 0 || length > PLIM_PROBABILITY_TEXT)
		return false;
	memcpy(percent, text, length);
	memcpy(percent + length, "%", 2);
	return plim_probability_parse(percent, p, &unused) == PLIM_OK;
}

static bool parse_target(char *text, plim_until_target *target)
{
	char *at = strchr(text, '@');
	if (!at)
		return false;
	*at = '\0';
	char *share = text, *figure = at + 1;
	size_t length = strlen(share);
	if (length < 2 || share[length - 1] != '%')
		return false;
	share[length - 1] = '\0';
	if (!plim_text_parse_double(share, &target->share) || !(target->share > 0) || !(target->share <= 100))
		return false;
	target->share /= 100;
	if (strcasecmp(figure, "mean") == 0) {
		target->figure = PLIM_UNTIL_MEAN;
		return true;
	}
	bool tvar = strncasecmp(figure, "tvar", 4) == 0;
	target->figure = tvar ? PLIM_UNTIL_TVAR : PLIM_UNTIL_PERCENTILE;
	return (tvar || *figure == 'P' || *figure == 'p') && parse_percent(figure + (tvar ? 4 : 1), &target->p);
}

plim_status plim_until_parse(const char *text, plim_until *until, plim_error *error)
{
	*until = (plim_until){.targets = 0};
	for (const char *from = text; *from;) {
		char one[64];
		size_t length = strcspn(from, ","), begin = strspn(from, " ");
		const char *next = from + length + (from[length] == ',');
		bool dangling = from[length] == ',' && !*next;
		while (length > begin && from[length - 1] == ' ')
			length--;
		if (begin >= length || length - begin >= sizeof one || dangling)
			return bad_target(text, error);
		memcpy(one, from + begin, length - begin);
		one[length - begin] = '\0';
		if (until->targets == PLIM_UNTIL_MOST)
			return plim_error_set(error, PLIM_ERROR_USAGE, "until: at most %d targets", PLIM_UNTIL_MOST);
		if (!parse_target(one, &until->target[until->targets++]))
			return bad_target(text, error);
		from = next;
	}
	return until->targets ? PLIM_OK : bad_target(text, error);
}

#define FIRST_BLOCKS 4

uint64_t plim_until_next(uint64_t blocks, uint64_t all)
{
	uint64_t next = blocks < FIRST_BLOCKS ? FIRST_BLOCKS : blocks + (blocks + 1) / 2;
	return next < all ? next : all;
}

/* --- whether it holds --- */

/* What the model says of the total in each scenario of the plan. */
typedef struct known {
	double *mean, *unseen;
} known;

static plim_status know(const plim_until_run *run, uint64_t trials, known *k, plim_error *error)
{
	char total[] = "total";
	const size_t scenarios = run->plan->scenarios;
	plim_group group = {.kind = PLIM_GROUP_TOTAL, .name = total, .parent = -1, .leaf = true};
	plim_result_scenario *list = plim_mem_alloc(scenarios, sizeof *list);
	k->mean = plim_mem_alloc(scenarios, sizeof *k->mean);
	k->unseen = plim_mem_alloc(scenarios, sizeof *k->unseen);
	plim_status status = list && k->mean && k->unseen ? PLIM_OK : plim_error_memory(error, "the stop rule");
	for (size_t s = 0; status == PLIM_OK && s < scenarios; s++)
		list[s] = (plim_result_scenario){.id = run->model->scenario[run->plan->scenario[s].model_scenario].id};
	const plim_results r = {.scenario = list, .scenarios = scenarios, .group = &group, .groups = 1, .trials = trials};
	if (status == PLIM_OK)
		status = plim_cross_check_means(run->model, &r, k->mean, k->unseen, error);
	plim_mem_free(list);
	return status;
}

static bool narrow(double value, double lower, double upper, double share)
{
	return isfinite(upper) && (upper - lower) / 2 <= share * value;
}

static plim_status percentile_holds(const plim_until_target *t, const plim_bucket_list *list, uint64_t n,
                                    const double *losses, bool *holds, plim_error *error)
{
	const plim_ranked p = plim_ranked_of(&t->p, n);
	plim_estimate e;
	plim_status status = plim_list_percentiles(list, n, losses, &p, 1, &e, error);
	*holds = status == PLIM_OK && narrow(e.value, e.lower, e.upper, t->share);
	return status;
}

static plim_status tvar_holds(const plim_until_target *t, const plim_bucket_list *list, uint64_t n,
                              const double *losses, double mean, bool heavy, bool *holds, plim_error *error)
{
	const plim_ranked p = plim_ranked_of(&t->p, n);
	plim_estimate e, q;
	plim_status status = plim_list_tvars(list, n, losses, &p, 1, &e, error);
	if (status == PLIM_OK && heavy && isfinite(mean)) {
		status = plim_list_percentiles(list, n, losses, &p, 1, &q, error);
		if (status == PLIM_OK)
			e = plim_tvar_from_mean(list, n, q.value, plim_probability_tail(&t->p), mean);
	}
	*holds = status == PLIM_OK && (!heavy || isfinite(mean)) && narrow(e.value, e.lower, e.upper, t->share);
	return status;
}

static plim_status target_holds(const plim_until_target *t, const plim_bucket_list *list, uint64_t n,
                                const double *losses, double mean, bool heavy, bool *holds, plim_error *error)
{
	plim_moments m;
	switch (t->figure) {
	case PLIM_UNTIL_PERCENTILE: return percentile_holds(t, list, n, losses, holds, error);
	case PLIM_UNTIL_TVAR: return tvar_holds(t, list, n, losses, mean, heavy, holds, error);
	case PLIM_UNTIL_MEAN: break;
	}
	plim_list_moments(list, n, &m);
	*holds = !heavy && isfinite(m.mean_se) && plim_confidence_z() * m.mean_se <= t->share * m.mean;
	return PLIM_OK;
}

static plim_status all_hold(const plim_until *until, plim_until_run *run, uint64_t trials, plim_error *error)
{
	known k = {NULL, NULL};
	plim_status status = know(run, trials, &k, error);
	run->met = true;
	for (size_t s = 0; s < run->plan->scenarios && status == PLIM_OK && run->met; s++) {
		plim_bucket_list list = {0};
		status = plim_summary_list(run->summary, s, run->plan->groups.total, PLIM_MEASURE_AEP, &list, error);
		for (size_t i = 0; i < until->targets && status == PLIM_OK && run->met; i++)
			status = target_holds(&until->target[i], &list, trials, run->ylt ? run->ylt[s] : NULL, k.mean[s],
			                      k.unseen[s] > PLIM_UNSEEN_MOST, &run->met, error);
		plim_bucket_list_clear(&list);
	}
	run->met &= status == PLIM_OK;
	plim_mem_free(k.mean);
	plim_mem_free(k.unseen);
	return status;
}

/* --- stages --- */

static void give_up_ylt(plim_until_run *run)
{
	for (size_t k = 0; run->ylt && k < plim_plan_series(run->plan); k++)
		plim_mem_free(run->ylt[k]);
	plim_mem_free(run->ylt);
	run->ylt = NULL;
}

static plim_status run_stage(plim_until_run *run, plim_blocks_watch *watch, uint64_t from, uint64_t to,
                             const plim_block_range *ceiling, plim_error *error)
{
	const plim_block_range stage = plim_block_range_make(run->options->trials, from, to - from);
	if (run->ylt && from * PLIM_BLOCK_TRIALS + stage.trials > run->ylt_trials)
		give_up_ylt(run);
	const plim_blocks_job job = {.plan = run->plan,
	                             .kernel = run->kernel,
	                             .options = run->options,
	                             .range = stage,
	                             .ylt = run->ylt,
	                             .record = run->record};
	plim_summary *summary = NULL;
	uint64_t done = 0;
	plim_status status = plim_blocks_run(&job, watch, &done, &summary, error);
	if (status == PLIM_OK && done < stage.count)
		status = plim_error_set(error, PLIM_ERROR_INTERRUPTED,
		                        "interrupted after %llu of at most %llu blocks; nothing was kept",
		                        (unsigned long long)(from + done), (unsigned long long)ceiling->count);
	if (status == PLIM_OK && run->summary) {
		status = plim_summary_merge(run->summary, summary, error);
	} else if (status == PLIM_OK) {
		run->summary = summary;
		summary = NULL;
	}
	plim_summary_free(&summary);
	return status;
}

plim_status plim_until_blocks(const plim_until *until, plim_until_run *run, plim_error *error)
{
	const plim_block_range ceiling = run->range;
	plim_blocks_watch watch = {.blocks = ceiling.count, .trials = ceiling.trials, .started = plim_run_clock()};
	plim_status status = PLIM_OK;
	run->met = false;
	for (uint64_t done = 0, next; done < ceiling.count && !run->met && status == PLIM_OK; done = next) {
		next = plim_until_next(done, ceiling.count);
		status = run_stage(run, &watch, done, next, &ceiling, error);
		run->range = plim_block_range_make(run->options->trials, 0, next);
		if (status == PLIM_OK)
			status = all_hold(until, run, run->range.trials, error);
	}
	return status;
}
