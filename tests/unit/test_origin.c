/* SPDX-License-Identifier: Apache-2.0 */
/* What places have alike in several series is added up once: the summary must be the one of adding it up in each. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "summary_case.h"

/* Two threats at nodes, which meet at some of them; one that is insured; one on links; and one nowhere in particular. The
 * controls single out places, thin, cut losses at random and start late; s3 has all of them. */
static const char text[] =
    "plimsoll: 1\nname: n\ncurrency: EUR\n"
    "nodes:\n"
    "  - {id: a, kind: site, region: x, tags: [k0]}\n  - {id: b, kind: site, region: x, tags: [k0, k1]}\n"
    "  - {id: c, kind: site, region: y, tags: [k1]}\n  - {id: d, kind: site, region: y}\n"
    "  - {id: e, kind: port, tags: [k1]}\n  - {id: f, kind: port}\n"
    "links: [{from: a, to: b}, {from: c, to: d}]\n"
    "threats:\n"
    "  - {id: fire, clauses: [4.4.6], frequency: {poisson: {rate: 0.3}}, where: {nodes: {kind: site}},\n"
    "     losses: {goods: {lognormal: {mu: 10, sigma: 1}}, repair: {fixed: {value: 500}}}}\n"
    "  - {id: theft, clauses: [4.4.7], frequency: {poisson: {rate: 0.5}}, where: {nodes: {id: [c, d, e, f]}},\n"
    "     loss: {lognormal: {mu: 9, sigma: 1.5}}}\n"
    "  - {id: storm, frequency: {poisson: {rate: 0.2}}, where: {nodes: {kind: port}},\n"
    "     loss: {lognormal: {mu: 11, sigma: 1}}}\n"
    "  - {id: hijack, frequency: {poisson: {rate: 0.2}}, where: {links: {}}, loss: {fixed: {value: 7e4}}}\n"
    "  - {id: fraud, frequency: {poisson: {rate: 0.2}}, loss: {fixed: {value: 2e4}}}\n"
    "controls:\n"
    "  - {id: guard, category: physical, where: {nodes: {tag: k0}}, reduces: {frequency: 0.6}}\n"
    "  - {id: cover, category: physical, where: {nodes: {tag: k1}}, reduces: {loss: 0.5}, coverage: 0.7}\n"
    "  - {id: late, category: physical, against: [theft], where: {nodes: {id: d}}, reduces: {frequency: 0.9},\n"
    "     start_day: 200}\n"
    "%s"
    "scenarios:\n  - {id: s0, controls: []}\n  - {id: s1, controls: [guard]}\n  - {id: s2, controls: [cover]}\n"
    "  - {id: s3, controls: [guard, cover, late]}\n  - {id: s4, controls: [late]}\n";

static const char insured[] = "insurance: [{id: p, covers: [storm], deductible: 20e3, limit: 1e5}]\n";

static plim_plan *plan_of(const char *insurance, plim_model **model)
{
	char whole[sizeof text + sizeof insured];
	snprintf(whole, sizeof whole, text, insurance);
	return summary_case_plan(whole, model);
}

static void digest_list(const plim_summary *s, size_t k, size_t g, int m, plim_digest *d)
{
	plim_bucket_list list;
	cr_assert_eq(plim_summary_list(s, k, g, m, &list, NULL), PLIM_OK);
	plim_digest_u64(d, list.entries);
	for (size_t i = 0; i < list.entries; i++)
		plim_digest_u64s(d, (const uint64_t[]){list.entry[i].bucket, list.entry[i].count}, 2);
	for (size_t i = 0; i < list.cells; i++) {
		const plim_u128 sum = list.cell[i].sum, square = list.cell[i].square;
		plim_digest_u64s(d, (const uint64_t[]){(uint64_t)sum, (uint64_t)(sum >> 64), (uint64_t)square}, 3);
	}
	plim_bucket_list_clear(&list);
}

static void digest_places(const plim_summary *s, size_t k, plim_digest *d)
{
	plim_place_tail_row *rows;
	size_t count;
	cr_assert_eq(plim_place_tail_rows(&s->place_tail[k], &rows, &count, NULL), PLIM_OK);
	cr_assert_gt(count, 100);
	plim_place_tail_digest(rows, count, d);
	plim_mem_free(rows);
}

/* Of all that a reader of the summary gets, however it is kept. */
static void digest(const plim_summary *s, char hex[static PLIM_DIGEST_HEX_SIZE])
{
	plim_digest d;
	uint8_t bytes[PLIM_DIGEST_SIZE];
	plim_digest_init(&d);
	for (size_t k = 0; k < s->series; k++) {
		digest_places(s, k, &d);
		for (size_t g = 0; g < s->groups; g++) {
			plim_digest_u64(&d, s->events[k * s->groups + g]);
			for (int m = 0; m < PLIM_MEASURES; m++)
				digest_list(s, k, g, m, &d);
			if (!plim_groups_in_set(s->layout, g))
				plim_tail_sums_digest(&s->tail[k * s->groups + g], &d);
		}
	}
	plim_digest_final(&d, bytes);
	plim_digest_hex(bytes, hex);
}

static void same_details(const plim_summary *a, const plim_summary *b)
{
	size_t shares = 0;
	for (size_t i = 0; i < a->series * PLIM_WORST_TRIALS; i++) {
		cr_assert_eq(a->detail[i].count, b->detail[i].count);
		shares += a->detail[i].count;
		for (size_t j = 0; j < a->detail[i].count; j++) {
			cr_assert_eq(a->detail[i].share[j].group, b->detail[i].share[j].group);
			cr_assert_eq(a->detail[i].share[j].value, b->detail[i].share[j].value);
		}
	}
	cr_assert_gt(shares, 1000);
}

static void same_with_and_without(const char *insurance)
{
	char once[PLIM_DIGEST_HEX_SIZE], each[PLIM_DIGEST_HEX_SIZE];
	plim_model *model = NULL;
	plim_plan *plan = plan_of(insurance, &model);
	plim_summary *together = summary_case_run(plan);
	digest(together, once); /* it looks up what is alike in the plan's groups: before they are parted */
	plim_groups_part_series(&plan->groups);
	plim_summary *apart = summary_case_run(plan);
	digest(apart, each);
	cr_expect_str_eq(once, each);
	same_details(together, apart);
	plim_summary_free(&together);
	plim_summary_free(&apart);
	plim_plan_free(&plan);
	plim_model_free(&model);
}

Test(origin, adding_up_once_gives_the_same_bits)
{
	same_with_and_without("");
	same_with_and_without(insured);
}

static size_t origin(const plim_plan *plan, size_t series, plim_group_kind kind, const char *name)
{
	return plim_groups_origin(&plan->groups, series, plim_groups_find(&plan->groups, kind, name));
}

/* By hand. Scenarios come sorted: s0 .. s4. */
Test(origin, places_are_alike_where_no_control_differs)
{
	static const struct {
		const char *node;
		size_t first[5], insured[5]; /* `insured`: with storm held at the ports */
	} expected[] = {
	    {"a", {0, 1, 0, 1, 0}, {0, 1, 0, 1, 0}}, {"b", {0, 1, 2, 3, 0}, {0, 1, 2, 3, 0}},
	    {"c", {0, 0, 2, 2, 0}, {0, 0, 2, 2, 0}}, {"d", {0, 0, 0, 3, 3}, {0, 0, 0, 3, 3}},
	    {"e", {0, 0, 2, 2, 0}, {0, 1, 2, 3, 4}}, {"f", {0, 0, 0, 0, 0}, {0, 1, 2, 3, 4}},
	};
	plim_model *model = NULL, *insured_model = NULL;
	plim_plan *plan = plan_of("", &model), *held = plan_of(insured, &insured_model);
	for (size_t i = 0; i < sizeof expected / sizeof *expected; i++)
		for (size_t k = 0; k < 5; k++) {
			const bool apart = expected[i].insured[k] != expected[i].first[k] || strchr("ef", *expected[i].node);
			cr_expect_eq(origin(plan, k, PLIM_GROUP_NODE, expected[i].node), expected[i].first[k], "%s of s%zu",
			             expected[i].node, k);
			cr_expect_eq(origin(held, k, PLIM_GROUP_NODE, expected[i].node), expected[i].insured[k], "%s of s%zu",
			             expected[i].node, k);
			cr_expect_eq(origin(held, 5 + k, PLIM_GROUP_NODE, expected[i].node), apart ? 5 + k : 5);
			cr_expect_eq(origin(held, 10 + k, PLIM_GROUP_NODE, expected[i].node),
			             apart ? 10 + k : expected[i].first[k]);
		}
	cr_expect_eq(origin(plan, 4, PLIM_GROUP_TOTAL, "total"), 4);
	plim_plan_free(&plan);
	plim_plan_free(&held);
	plim_model_free(&model);
	plim_model_free(&insured_model);
}
