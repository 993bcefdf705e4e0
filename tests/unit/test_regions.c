/* SPDX-License-Identifier: Apache-2.0 */
/* Many regions are written down trial by trial: the summary must be the one of adding them up in vectors. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/nested.h"
#include "summary_case.h"

/* Ten regions of three places each, and places of none. Of the threats, theft strikes single places, in region r0 more
 * often than a block has trials; storm all places of a basin together, which lie in several regions; strike stops what
 * comes through; ruin costs more than any sum holds; fraud is nowhere; and fire has a region to itself. */
#define REGIONS 10
#define NODES (3 * REGIONS)

static const char threats[] =
    "threats:\n"
    "  - {id: theft, frequency: {poisson: {rate: 0.4}}, where: {nodes: {tag: k}}, loss: {lognormal: {mu: 9, sigma: 2}}}\n"
    "  - {id: busy, frequency: {poisson: {rate: 10}}, where: {nodes: {id: n0}}, loss: {lognormal: {mu: 7, sigma: 1}}}\n"
    "  - {id: storm, frequency: {poisson: {rate: 0.5}}, where: {nodes: {kind: [site, port]}}, shared_by: basin,\n"
    "     strike_probability: 0.6, loss: {lognormal: {mu: 8, sigma: 1}}}\n"
    "  - {id: strike, frequency: {poisson: {rate: 0.3}}, where: {nodes: {kind: port}}, outage_days: {gamma: {mean: 15, cv: 1}},\n"
    "     loss: {fixed: {value: 1000}}}\n"
    "  - {id: ruin, frequency: {poisson: {rate: 0.3}}, where: {nodes: {tag: k}}, loss: {lognormal: {mu: 9, sigma: 15}}}\n"
    "  - {id: fraud, frequency: {poisson: {rate: 0.2}}, loss: {fixed: {value: 2e4}}}\n"
    "  - {id: fire, frequency: {poisson: {rate: 0.2}}, where: {nodes: {id: alone}}, loss: {fixed: {value: 3e4}}}\n"
    "insurance: [{id: p, covers: [theft, storm], deductible: 20e3, limit: 1e5, premium: 5e3}]\n"
    "controls: [{id: c, category: physical, where: {nodes: {tag: k1}}, reduces: {frequency: 0.5, loss: 0.2}}]\n"
    "scenarios: [{id: s0, controls: []}, {id: s1, controls: [c]}]\n";

static char *model_text(void)
{
	enum { LINE = 200 };
	const size_t size = NODES * LINE + sizeof threats;
	char *text = plim_mem_alloc(size, 1);
	int n = sprintf(text, "plimsoll: 1\nname: n\ncurrency: EUR\nnodes:\n");
	for (int i = 0; i < NODES; i++)
		n += sprintf(text + n, "  - {id: n%d, kind: %s, region: r%d, basin: b%d, tags: [k, k%d], margin_per_day: 10}\n", i,
		             i % 5 ? "site" : "port", i % REGIONS, i % 4, i % 2);
	n += sprintf(text + n, "  - {id: none, kind: site, basin: b0, tags: [k]}\n  - {id: alone, kind: shed, region: far}\n");
	n += sprintf(text + n, "links: [{from: n0, to: n1, buffer_days: 2}, {from: n5, to: n7}]\n");
	strcpy(text + n, threats);
	return text;
}

static int by_group(const void *a, const void *b)
{
	const plim_share *x = a, *y = b;
	return (x->group > y->group) - (x->group < y->group);
}

/* What groups had of the worst trials, in one order. */
static void digest_worst(const plim_summary *s, plim_digest *digest)
{
	for (size_t i = 0; i < s->series * PLIM_WORST_TRIALS; i++) {
		const plim_worst_detail *detail = &s->detail[i];
		plim_share *share = plim_mem_alloc(detail->count + 1, sizeof *share);
		memcpy(share, detail->share, detail->count * sizeof *share);
		qsort(share, detail->count, sizeof *share, by_group);
		for (size_t j = 0; j < detail->count; j++) {
			plim_digest_u64(digest, share[j].group);
			plim_digest_double(digest, share[j].value);
		}
		plim_mem_free(share);
	}
}

typedef struct outcome {
	uint8_t all[PLIM_DIGEST_SIZE], worst[PLIM_DIGEST_SIZE];
} outcome;

static outcome run(const plim_plan *plan)
{
	outcome out;
	plim_digest digest;
	plim_summary *s = summary_case_run(plan);
	summary_case_digest(s, out.all);
	plim_digest_init(&digest);
	digest_worst(s, &digest);
	plim_digest_final(&digest, out.worst);
	plim_summary_free(&s);
	return out;
}

static void same_logged_and_in_vectors(uint64_t worlds)
{
	plim_model *model = NULL;
	char *text = model_text();
	plim_plan *plan = summary_case_plan(text, &model);
	cr_assert_eq(plim_plan_nest(plan, UINT64_C(4) << PLIM_BLOCK_BITS, worlds, NULL), PLIM_OK);
	plim_groups *groups = &plan->groups;
	bool *none = plim_mem_alloc(groups->count, sizeof *none);
	cr_assert_eq(groups->logged_count, REGIONS + 1, "those of places, and `(none)`");
	const uint32_t dense = groups->dense_count;
	const outcome logged = run(plan);
	plim_groups_log(groups, none);
	cr_assert_eq(groups->logged_count, 0);
	cr_assert_eq(groups->dense_count, dense + REGIONS + 1);
	const outcome in_vectors = run(plan);
	cr_expect_arr_eq(logged.all, in_vectors.all, sizeof logged.all);
	cr_expect_arr_eq(logged.worst, in_vectors.worst, sizeof logged.worst);
	plim_mem_free(none);
	plim_plan_free(&plan);
	plim_model_free(&model);
	plim_mem_free(text);
}

Test(regions, are_the_same_logged_and_in_vectors)
{
	same_logged_and_in_vectors(0);
}

Test(regions, are_the_same_in_worlds)
{
	same_logged_and_in_vectors(64);
}
