/* SPDX-License-Identifier: Apache-2.0 */
/* A place that one threat alone strikes, and nothing else, has what the threat has: the threat's figures come by
 * another way, from vectors over the trials. */
#include <criterion/criterion.h>
#include <string.h>

#include "base/memory.h"
#include "summary_case.h"

/* fire strikes more often than a block has trials, theft seldom, and some of what ruin costs is more than any sum
 * holds. */
static const char text[] =
    "plimsoll: 1\nname: n\ncurrency: EUR\n"
    "nodes: [{id: a, kind: site}, {id: b, kind: site}, {id: c, kind: site}]\n"
    "threats:\n"
    "  - {id: fire, frequency: {poisson: {rate: 10}}, where: {nodes: {id: a}}, loss: {lognormal: {mu: 9, sigma: 2}}}\n"
    "  - {id: ruin, frequency: {poisson: {rate: 4}}, where: {nodes: {id: c}}, loss: {lognormal: {mu: 9, sigma: 15}}}\n"
    "  - {id: theft, frequency: {poisson: {rate: 0.4}}, where: {nodes: {id: b}}, loss: {lognormal: {mu: 9, sigma: "
    "2}}}\n"
    "controls: [{id: guard, category: physical, where: {nodes: {id: a}}, reduces: {frequency: 0.5}}]\n"
    "scenarios: [{id: s0, controls: []}, {id: s1, controls: [guard]}]\n";

static const struct {
	const char *node, *threat;
} pair[] = {{"a", "fire"}, {"b", "theft"}, {"c", "ruin"}};

/* Trials by bucket of a place: those of finer tallies fall into the same. */
static size_t count(const plim_summary *s, size_t k, size_t group, int measure, uint64_t *trials)
{
	plim_bucket_list list;
	size_t all = 0;
	const int finer = plim_group_mantissa_bits(s->layout->item[group].kind) - PLIM_TALLY_SET_BITS;
	cr_assert_eq(plim_summary_list(s, k, group, measure, &list, NULL), PLIM_OK);
	for (size_t i = 0; i < list.entries; i++) {
		trials[list.entry[i].bucket >> finer] += list.entry[i].count;
		all += list.entry[i].count;
	}
	plim_bucket_list_clear(&list);
	return all;
}

static void same_trials(const plim_summary *s, size_t k, size_t node, size_t threat, const char *name)
{
	static uint64_t of_node[PLIM_MEASURES][PLIM_TALLY_CELLS], of_threat[PLIM_MEASURES][PLIM_TALLY_CELLS];
	memset(of_node, 0, sizeof of_node);
	memset(of_threat, 0, sizeof of_threat);
	for (int m = 0; m < PLIM_MEASURES; m++) {
		cr_assert_gt(count(s, k, node, m, of_node[m]), 400);
		count(s, k, threat, m, of_threat[m]);
		cr_expect_arr_eq(of_node[m], of_threat[m], sizeof of_node[m], "%s, series %zu, measure %d", name, k, m);
	}
	if (strcmp(name, "b") !=
	    0) /* where trials have several events: else the measures could be mistaken for each other */
		cr_expect_arr_neq(of_node[PLIM_MEASURE_AEP], of_node[PLIM_MEASURE_OEP], sizeof of_node[0]);
}

/* Returns the number of bins with losses beyond all sums. */
static size_t same_tails(const plim_summary *s, size_t k, size_t node, size_t threat, const char *name)
{
	plim_place_tail_row *row;
	size_t rows, compared = 0, beyond = 0;
	uint32_t bin = 0;
	const plim_exact_sum *sum;
	cr_assert_eq(plim_place_tail_rows(&s->place_tail[k], &row, &rows, NULL), PLIM_OK);
	for (size_t i = 0; i < rows; i++) {
		if (row[i].group != node)
			continue;
		cr_assert(plim_tail_sums_next(&s->tail[k * s->groups + threat], &bin, &sum));
		cr_expect_eq(row[i].bin, bin++);
		cr_expect_eq(memcmp(row[i].sum.part, sum->part, sizeof sum->part), 0, "%s, series %zu, bin %u", name, k,
		             row[i].bin);
		cr_expect_eq(row[i].sum.overflow, sum->overflow, "%s, series %zu, bin %u", name, k, row[i].bin);
		beyond += sum->overflow > 0;
		compared++;
	}
	cr_expect(!plim_tail_sums_next(&s->tail[k * s->groups + threat], &bin, &sum));
	cr_assert_gt(compared, 20);
	plim_mem_free(row);
	return beyond;
}

/* What a group had of a worst trial, 0 if it is not listed. */
static double share_of(const plim_worst_detail *detail, size_t group)
{
	double value = 0;
	for (size_t i = 0; i < detail->count; i++)
		value += detail->share[i].group == group ? detail->share[i].value : 0;
	return value;
}

static void same_worst(const plim_summary *s, size_t k, size_t node, size_t threat, const char *name)
{
	size_t listed = 0;
	for (size_t i = 0; i < s->worst[k].count; i++) {
		const plim_worst_detail *detail = &s->detail[k * PLIM_WORST_TRIALS + i];
		cr_expect_eq(share_of(detail, node), share_of(detail, threat), "%s, series %zu, worst trial %zu", name, k, i);
		listed += share_of(detail, node) > 0;
	}
	cr_expect_gt(listed, 100);
}

Test(place, a_lone_place_has_what_its_threat_has)
{
	plim_model *model = NULL;
	plim_plan *plan = summary_case_plan(text, &model);
	plim_summary *s = summary_case_run(plan);
	for (size_t k = 0; k < s->series; k++)
		for (size_t i = 0; i < sizeof pair / sizeof *pair; i++) {
			const size_t node = plim_groups_find(&plan->groups, PLIM_GROUP_NODE, pair[i].node);
			const size_t threat = plim_groups_find(&plan->groups, PLIM_GROUP_THREAT, pair[i].threat);
			same_trials(s, k, node, threat, pair[i].node);
			same_worst(s, k, node, threat, pair[i].node);
			const size_t beyond = same_tails(s, k, node, threat, pair[i].node);
			cr_expect_eq(beyond > 0, strcmp(pair[i].threat, "ruin") == 0);
		}
	plim_summary_free(&s);
	plim_plan_free(&plan);
	plim_model_free(&model);
}
