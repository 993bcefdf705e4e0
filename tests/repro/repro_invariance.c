/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The same model and seed give the same bits: at any number of threads, on any instruction set, with the lists of the file in another
 * order, with another threat beside; and N trials are the first N of more.
 */
#include <math.h>
#include <stdint.h>

#include "run_model.h"
#include "tap.h"

static const char head[] =
	"plimsoll: 1\nname: order\ncurrency: EUR\n"
	"policy: {tolerance: [{loss: 50, probability: 0.1}, {loss: 500, probability: 0.01}]}\n";
static const char *const nodes[] = {"  - {id: a, kind: port, region: N, calls: 3}\n", "  - {id: b, kind: port, region: S, calls: 0.2}\n",
									"  - {id: c, kind: port, region: N, calls: 11}\n", "  - {id: d, kind: plant, region: S, calls: 1}\n"};
static const char *const threats[] = {
	"  - {id: theft, where: {nodes: {kind: port}}, exposure: calls, category: physical, vulnerability: {pert: {min: 0.1, mode: 0.3, "
	"max: 0.6}}, frequency: {poisson: {rate: {uniform: {min: 0.01, max: 0.3}}}}, losses: {goods: {lognormal: {p5: 1, p95: 90}}, "
	"response: {gamma: {mean: 3, cv: 0.4}}}, clauses: {4.4.6: 0.7, 4.4.2: 0.3}}\n",
	"  - {id: closure, where: {nodes: {kind: [port, plant]}}, shared_by: region, strike_probability: 0.8, severity_correlation: 0.6, "
	"frequency: {negative_binomial: {mean: 0.2, dispersion: 0.5}}, loss: {weibull: {shape: 0.8, scale: 40}}, clauses: [4.4.7, 4.3]}\n",
	"  - {id: cyber, category: information, frequency: {binomial: {n: 3, p: 0.4}}, loss: {mixture: {weights: [3, 1], of: [{fixed: "
	"{value: 5}}, {pareto: {shape: 2.5, minimum: 20, max: 5000}}]}}}\n",
};
static const char *const controls[] = {
	"  - {id: fence, category: physical, where: {nodes: {kind: port}}, against: [theft], reduces: {frequency: {uniform: {min: 0.1, max: "
	"0.5}}}, coverage: 0.9, start_day: 60, cost: {annual: 1}}\n",
	"  - {id: backup, category: information, against: [cyber], reduces: {loss: {beta: {alpha: 2, beta: 3}}}, coverage: 0.7, cost: "
	"{annual: 1}}\n",
};
static const char *const scenarios[] = {"  - {id: zero, controls: []}\n", "  - {id: both, controls: [backup, fence]}\n",
										"  - {id: alone, controls: [fence]}\n"};

static size_t append(char *text, size_t at, size_t size, const char *title, const char *const *items, size_t count, bool backward)
{
	at += (size_t)snprintf(text + at, size - at, "%s", title);
	for (size_t i = 0; i < count; i++)
		at += (size_t)snprintf(text + at, size - at, "%s", items[backward ? count - 1 - i : i]);
	return at;
}

/* The model; `backward` turns every list round, `without` leaves the last threat out. */
static void write_model(char *text, size_t size, bool backward, bool without)
{
	size_t at = (size_t)snprintf(text, size, "%s", head);
	at = append(text, at, size, "nodes:\n", nodes, 4, backward);
	at = append(text, at, size, "threats:\n", threats, without ? 2 : 3, backward);
	if (!without) {
		at = append(text, at, size, "controls:\n", controls, 2, backward);
		append(text, at, size, "scenarios:\n", scenarios, 3, backward);
	}
}

static void threads_and_sets(const char *text)
{
	static const uint32_t threads[] = {1, 2, 3, 8};
	static const char *const cpus[] = {"scalar", "avx2", "avx512"};
	char first[65] = "";
	for (size_t i = 0; i < 4; i++) {
		plim_results *r = run_text(text, &(run_of){.trials = 50000, .seed = 3, .threads = threads[i]});
		if (i == 0)
			memcpy(first, r->result_sha256, sizeof first);
		tap_ok(strcmp(first, r->result_sha256) == 0, "%u threads: %.16s", (unsigned)threads[i], r->result_sha256);
		plim_results_free(&r);
	}
	for (size_t i = 0; i < 3; i++) {
		plim_run_options options = plim_run_options_default();
		plim_model *model = NULL;
		plim_findings findings = {0};
		plim_results *r = NULL;
		plim_error error;
		options.trials = 50000;
		options.seed = 3;
		options.cpu = cpus[i];
		plim_model_parse(text, strlen(text), NULL, &model, &findings, &error);
		if (plim_run(model, &options, &r, &error) == PLIM_ERROR_USAGE)
			tap_ok(true, "%s # SKIP this machine has none", cpus[i]);
		else
			tap_ok(r && strcmp(first, r->result_sha256) == 0, "%s: %.16s", cpus[i], r ? r->result_sha256 : "");
		plim_results_free(&r);
		plim_model_free(&model);
		plim_findings_clear(&findings);
	}
}

/* Whole-numbered losses: sums that cancel exactly must not be taken for nothing when threads are merged. */
static void threads_with_whole_losses(void)
{
	char text[2048];
	size_t at = (size_t)snprintf(text, sizeof text, "plimsoll: 1\nname: whole\ncurrency: EUR\nthreats:\n"
													"  - {id: t, frequency: {poisson: {rate: 0.1}}, loss: {empirical: {values: [1");
	for (int i = 2; i <= 150; i++)
		at += (size_t)snprintf(text + at, sizeof text - at, ", %d", i);
	snprintf(text + at, sizeof text - at, "]}}}\n");
	bool same = true;
	for (uint64_t seed = 1; seed <= 30; seed++) {
		plim_results *one = run_text(text, &(run_of){.trials = 8192, .seed = seed, .threads = 1});
		plim_results *two = run_text(text, &(run_of){.trials = 8192, .seed = seed, .threads = 2});
		same = same && strcmp(one->result_sha256, two->result_sha256) == 0;
		plim_results_free(&one);
		plim_results_free(&two);
	}
	tap_ok(same, "whole-numbered losses: one digest for one and two threads at 30 seeds");
}

static void order_of_lists(const char *text)
{
	char turned[8192];
	write_model(turned, sizeof turned, true, false);
	plim_results *a = run_text(text, &(run_of){.trials = 20000, .seed = 3});
	plim_results *b = run_text(turned, &(run_of){.trials = 20000, .seed = 3});
	tap_ok(strcmp(text, turned) != 0 && strcmp(a->model_sha256, b->model_sha256) == 0, "lists turned round: same model digest");
	tap_ok(strcmp(a->plan_sha256, b->plan_sha256) == 0, "lists turned round: same plan digest");
	tap_ok(strcmp(a->result_sha256, b->result_sha256) == 0, "lists turned round: same result digest");
	tap_ok(strcmp(a->scenario[0].id, "zero") == 0 && strcmp(b->scenario[0].id, "alone") == 0,
		   "scenarios are shown in the order of the file");
	plim_results_free(&a);
	plim_results_free(&b);
}

static void prefix(const char *text)
{
	plim_results *more = run_text(text, &(run_of){.trials = 30000, .seed = 3});
	static const uint64_t fewer[] = {1, 4095, 4096, 4097, 20000};
	for (size_t i = 0; i < 5; i++) {
		plim_results *few = run_text(text, &(run_of){.trials = fewer[i], .seed = 3});
		bool same = true;
		for (size_t k = 0; k < 3; k++)
			same = same && memcmp(few->ylt[k], more->ylt[k], fewer[i] * sizeof(double)) == 0;
		tap_ok(same, "%llu trials are the first of 30000", (unsigned long long)fewer[i]);
		plim_results_free(&few);
	}
	plim_results *part = run_text(text, &(run_of){.trials = 30000, .seed = 3, .first_block = 2, .blocks = 3});
	tap_ok(part->trials == 3 * 4096 && memcmp(part->ylt[1], more->ylt[1] + 2 * 4096, part->trials * sizeof(double)) == 0,
		   "blocks 2:5 are a part of the whole run");
	plim_results_free(&part);
	plim_results_free(&more);
}

static bool same_moments(const plim_results *a, const plim_results *b, const char *threat)
{
	const plim_moments_row *x = plim_results_moments(a, (uint32_t)plim_results_scenario(a, "zero"),
													 (uint32_t)plim_results_group(a, PLIM_GROUP_THREAT, threat), PLIM_MEASURE_AEP);
	const plim_moments_row *y =
		plim_results_moments(b, 0, (uint32_t)plim_results_group(b, PLIM_GROUP_THREAT, threat), PLIM_MEASURE_AEP);
	return x->mean == y->mean && x->sd == y->sd && x->events_per_trial == y->events_per_trial && x->p_zero == y->p_zero;
}

static void another_threat(const char *text)
{
	char without[8192];
	write_model(without, sizeof without, false, true);
	plim_results *a = run_text(text, &(run_of){.trials = 20000, .seed = 3});
	plim_results *b = run_text(without, &(run_of){.trials = 20000, .seed = 3});
	tap_ok(same_moments(a, b, "theft") && same_moments(a, b, "closure"),
		   "a threat keeps its attempts and losses when another one and controls are added");
	plim_results_free(&a);
	plim_results_free(&b);
}

static void one_scenario(const char *text)
{
	plim_results *all = run_text(text, &(run_of){.trials = 10000, .seed = 3});
	plim_results *one = run_text(text, &(run_of){.trials = 10000, .seed = 3, .scenario = "both"});
	tap_ok(one->scenarios == 1 && memcmp(one->ylt[0], all->ylt[plim_results_scenario(all, "both")], 10000 * sizeof(double)) == 0,
		   "a scenario run alone has the same trials");
	plim_results_free(&all);
	plim_results_free(&one);
}

/* With 1,000 trials every one with a loss is among the worst, so all trials can be taken apart. */
static void sums_of_groups(const char *text)
{
	static const plim_group_kind kinds[] = {PLIM_GROUP_CLAUSE, PLIM_GROUP_THREAT, PLIM_GROUP_CATEGORY, PLIM_GROUP_NODE,
											PLIM_GROUP_LINK, PLIM_GROUP_REGION, PLIM_GROUP_COMPONENT};
	enum { TRIALS = 1000 };
	plim_results *r = run_text(text, &(run_of){.trials = TRIALS, .seed = 3});
	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
		double sum[3][TRIALS] = {{0}}, worst = 0;
		for (size_t i = 0; i < r->worsts; i++) {
			const plim_worst_row *row = &r->worst[i];
			if (r->group[row->group].kind == kinds[k] && r->group[row->group].leaf)
				sum[row->scenario][row->trial] += row->value;
		}
		for (size_t s = 0; s < 3; s++)
			for (size_t t = 0; t < TRIALS; t++)
				if (r->ylt[s][t] > 0)
					worst = fmax(worst, fabs(sum[s][t] / r->ylt[s][t] - 1));
		tap_ok(worst < 1e-12, "in every trial the groups of kind %s add up to the total (worst %.1e)",
			   plim_group_kind_name(kinds[k]), worst);
	}
	plim_results_free(&r);
}

static double percentile(const plim_results *r, const char *clause, double p)
{
	return plim_results_percentile(r, 0, (uint32_t)plim_results_group(r, PLIM_GROUP_CLAUSE, clause), PLIM_MEASURE_AEP, p)->value;
}

static void percentile_of_a_sum(const char *text)
{
	plim_results *r = run_text(text, &(run_of){.trials = 50000, .seed = 3});
	double parent = percentile(r, "4.4", 0.9);
	double children = percentile(r, "4.4.2", 0.9) + percentile(r, "4.4.6", 0.9) + percentile(r, "4.4.7", 0.9);
	tap_ok(fabs(parent / children - 1) > 0.02, "P90 of 4.4 (%.4g) is not the sum of its children's (%.4g)", parent, children);
	plim_results_free(&r);
}

/* The parts of a kind's leaves in the total's tail add up to its TVaR. */
static void tail_parts(const char *text)
{
	plim_results *r = run_text(text, &(run_of){.trials = 50000, .seed = 3});
	uint32_t total = (uint32_t)plim_results_group(r, PLIM_GROUP_TOTAL, "total");
	for (int kind = 0; kind < PLIM_GROUP_BEARER; kind++) {
		double worst = 0;
		for (size_t i = 0; i < r->tvars; i++) {
			const plim_percentile_row *t = &r->tvar[i];
			double sum = 0;
			if (t->group != total || t->measure != PLIM_MEASURE_AEP)
				continue;
			for (size_t j = 0; j < r->tails; j++) {
				const plim_tail_row *row = &r->tail[j];
				const plim_group *group = &r->group[row->group];
				if (row->scenario == t->scenario && row->p == t->p && group->kind == (plim_group_kind)kind && group->leaf)
					sum += row->value;
			}
			worst = fmax(worst, fabs(sum / t->value - 1));
		}
		tap_ok(worst < 1e-9, "tail parts of kind %s add up to TVaR (worst %.1e)", plim_group_kind_name((plim_group_kind)kind), worst);
	}
	plim_results_free(&r);
}

int main(void)
{
	char text[8192];
	write_model(text, sizeof text, false, false);
	threads_and_sets(text);
	threads_with_whole_losses();
	order_of_lists(text);
	prefix(text);
	another_threat(text);
	one_scenario(text);
	sums_of_groups(text);
	percentile_of_a_sum(text);
	tail_parts(text);
	return tap_done();
}
