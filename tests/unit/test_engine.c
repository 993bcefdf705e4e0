/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "engine/kernel.h"
#include "engine/normal_tail.h"
#include "engine/place_tail.h"
#include "engine/plan.h"
#include "engine/t_tail.h"
#include "engine/workspace.h"
#include "random/address.h"

/* Sizes around the lanes of a kernel, and a long one. */
static const size_t sizes[] = {0, 1, 2, 63, 64, 65, 127, 128, 1000};

enum { MOST = 1000 };

typedef struct stream {
	uint64_t identity[MOST];
	uint32_t position[MOST];
} stream;

/* So many draws of one identity side by side: they share counters, more or less. */
static const size_t together[] = {1, 5, 40, 300, MOST};

static void fill(stream *s, size_t draws)
{
	for (size_t i = 0; i < MOST; i++) {
		s->identity[i] = plim_identity_join(7, i / draws);
		s->position[i] = i % (11 * draws) == 0 ? (1u << 27) - 1 - (uint32_t)i : (uint32_t)i;
	}
}

/* The map itself, straight from address.h, is what every kernel must reproduce. */
static void draws_as_addressed(const plim_kernel *kernel, const stream *s, size_t n)
{
	uint32_t word[MOST], w[4];
	uint64_t x[MOST], base = plim_address_base(PLIM_PURPOSE_PLACE, 123);
	kernel->words(99, base, s->identity, s->position, n, word);
	kernel->uniforms(99, base, s->identity, s->position, n, x);
	for (size_t i = 0; i < n; i++) {
		plim_address_words(99, s->identity[i], base, s->position[i] >> 2, w);
		cr_assert_eq(word[i], w[s->position[i] & 3], "%s: word %zu of %zu", plim_cpu_name(kernel->cpu), i, n);
		cr_assert_eq(x[i], plim_address_uniform(99, s->identity[i], base, s->position[i]), "%s: uniform %zu of %zu",
		             plim_cpu_name(kernel->cpu), i, n);
	}
}

Test(engine, kernels_draw_the_addressed_words_and_uniforms)
{
	stream s;
	for (size_t t = 0; t < sizeof together / sizeof *together; t++) {
		fill(&s, together[t]);
		for (int cpu = 0; cpu < PLIM_CPU_COUNT; cpu++) {
			const plim_kernel *kernel = plim_kernel_get((plim_cpu)cpu);
			for (size_t k = 0; kernel && k < sizeof sizes / sizeof *sizes; k++)
				draws_as_addressed(kernel, &s, sizes[k]);
		}
	}
}

static plim_quantile_table *table_of(plim_family family, const char *a, double x, const char *b, double y)
{
	plim_given given[] = {{(char *)a, x}, {(char *)b, y}};
	plim_amount amount = {.family = family, .given = given, .given_count = 2};
	plim_quantile_table *table = NULL;
	cr_assert_eq(plim_amount_build(&amount, NULL), PLIM_OK);
	cr_assert_eq(plim_quantile_table_build(&amount, &table, NULL), PLIM_OK);
	return table;
}

Test(engine, kernels_price_alike)
{
	plim_quantile_table *tables[] = {table_of(PLIM_FAMILY_LOGNORMAL, "mu", 10, "sigma", 3.07),
									 table_of(PLIM_FAMILY_GAMMA, "shape", 0.3, "scale", 5),
									 table_of(PLIM_FAMILY_UNIFORM, "min", 1, "max", 2)};
	stream s;
	uint64_t x[MOST];
	double out[MOST];
	fill(&s, 5);
	plim_kernel_get(PLIM_CPU_SCALAR)->uniforms(1, 0, s.identity, s.position, MOST, x);
	x[0] = 0;
	x[1] = (UINT64_C(1) << 52) - 1;
	for (size_t t = 0; t < 3; t++) {
		for (int cpu = 0; cpu < PLIM_CPU_COUNT; cpu++) {
			const plim_kernel *kernel = plim_kernel_get((plim_cpu)cpu);
			if (!kernel)
				continue;
			kernel->quantiles(tables[t], x, out, MOST);
			for (size_t i = 0; i < MOST; i++)
				cr_assert_eq(out[i], plim_quantile_table_at(tables[t], x[i]));
		}
		plim_quantile_table_free(&tables[t]);
	}
}

Test(engine, ladder_steps_lie_above_their_mean)
{
	for (double mean = 1e-9; mean < 1e6; mean *= 1.0371) {
		int k = plim_ladder_step(mean);
		cr_assert_geq(plim_ladder_mean(k), mean);
		cr_assert_lt(plim_ladder_mean(k - 1), mean);
	}
	for (int k = -200; k <= 200; k++) {
		cr_assert_eq(plim_ladder_step(plim_ladder_mean(k)), k);
		cr_assert_float_eq(plim_ladder_mean(k), exp2(k / 8.0), 1e-14 * exp2(k / 8.0));
	}
}

Test(engine, t_tail_is_right_in_both_tails)
{
	static const double dfs[] = {1, 1.5, 4, 30, 100};
	for (size_t d = 0; d < sizeof dfs / sizeof *dfs; d++) {
		plim_t_tail *tail = NULL;
		cr_assert_eq(plim_t_tail_new(dfs[d], &tail, NULL), PLIM_OK);
		for (double t = 0.001; t < 1e6; t *= 1.07) {
			const double p = gsl_cdf_tdist_Q(t, dfs[d]);
			const uint64_t low = plim_t_tail_uniform(tail, -t), high = plim_t_tail_uniform(tail, t);
			cr_expect_eq(low + high, (UINT64_C(1) << 52) - 1, "the tails are alike");
			if (p > 1e-9)
				cr_expect(fabs(plim_uniform_double(low) - p) <= 1e-7 * p + 0x1p-52, "df %g, t %g: %.12g, GSL %.12g",
				          dfs[d], t, plim_uniform_double(low), p);
		}
		cr_expect_eq(plim_t_tail_uniform(tail, -0x1p500), 0);
		cr_expect_eq(plim_t_tail_uniform(tail, INFINITY), (UINT64_C(1) << 52) - 1);
		plim_mem_free(tail);
	}
}

Test(engine, normal_tail_is_right_in_both_tails)
{
	plim_normal_tail *tail = NULL;
	cr_assert_eq(plim_normal_tail_new(&tail, NULL), PLIM_OK);
	for (double z = -7.9; z < 7.9; z += 0.0137) {
		uint64_t x = plim_normal_tail_uniform(tail, z);
		double lower = plim_uniform_double(x), exact = gsl_cdf_ugaussian_P(-fabs(z));
		double p = z < 0 ? lower : plim_uniform_double((UINT64_C(1) << 52) - 1 - x);
		cr_assert_leq(fabs(p - exact), 1e-7 * exact + 0x1p-52, "z %g: %g, exact %g", z, p, exact);
	}
	cr_expect_eq(plim_normal_tail_uniform(tail, -40), 0);
	cr_expect_eq(plim_normal_tail_uniform(tail, 40), (UINT64_C(1) << 52) - 1);
	plim_mem_free(tail);
}

Test(engine, place_tail_adds_and_merges)
{
	plim_place_tail a = {0}, b = {0};
	plim_place_tail_row *rows = NULL;
	size_t count = 0;
	cr_assert_eq(plim_place_tail_reserve(&a, 4000, NULL), PLIM_OK);
	cr_assert_eq(plim_place_tail_reserve(&b, 10, NULL), PLIM_OK);
	for (uint32_t i = 0; i < 4000; i++)
		plim_place_tail_add(&a, i % 1000, i % 3, 0.25 * i);
	plim_place_tail_add(&b, 5, 2, 0.5);
	plim_place_tail_add(&b, 7000, 9, 2);
	cr_assert_eq(plim_place_tail_merge(&a, &b, NULL), PLIM_OK);
	cr_assert_eq(plim_place_tail_rows(&a, &rows, &count, NULL), PLIM_OK);
	cr_expect_eq(count, 3001);
	double sum = 0;
	for (size_t i = 0; i < count; i++) {
		sum += plim_exact_sum_value(&rows[i].sum);
		if (i > 0)
			cr_assert(rows[i - 1].group < rows[i].group ||
					  (rows[i - 1].group == rows[i].group && rows[i - 1].bin < rows[i].bin));
	}
	cr_expect_eq(sum, 0.25 * 3999 * 4000 / 2 + 2.5);
	plim_mem_free(rows);
	plim_place_tail_clear(&a);
	plim_place_tail_clear(&b);
}

static plim_status plan_of(const char *frequency, plim_error *error)
{
	char text[1024];
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_plan *plan = NULL;
	snprintf(text, sizeof text,
			 "plimsoll: 1\nname: n\ncurrency: EUR\nthreats:\n  - {id: t, frequency: {%s}, loss: {fixed: {value: 1}}}\n", frequency);
	cr_assert_eq(plim_model_parse(text, strlen(text), NULL, &model, &findings, error), PLIM_OK, "%s", error->text);
	plim_status status = plim_plan_build(model, NULL, &plan, error);
	plim_plan_free(&plan);
	plim_model_free(&model);
	plim_findings_clear(&findings);
	return status;
}

Test(engine, plans_refuse_what_the_addresses_cannot_hold)
{
	plim_error error;
	cr_expect_eq(plan_of("poisson: {rate: 1600}", &error), PLIM_OK);
	cr_expect_eq(plan_of("poisson: {rate: 1700}", &error), PLIM_ERROR_MODEL);
	cr_expect(strstr(error.text, "threat 't'") != NULL, "%s", error.text);
	cr_expect_eq(plan_of("poisson: {rate: {lognormal: {median: 1, sigma: 3}}}", &error), PLIM_ERROR_MODEL);
	cr_expect_eq(plan_of("poisson: {rate: {lognormal: {median: 1, sigma: 3, max: 50}}}", &error), PLIM_OK);
}

Test(engine, unknown_scenarios_are_refused)
{
	static const char text[] = "plimsoll: 1\nname: n\ncurrency: EUR\nthreats:\n"
							   "  - {id: t, frequency: {poisson: {rate: 1}}, loss: {fixed: {value: 1}}}\n";
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_plan *plan = NULL;
	plim_error error;
	cr_assert_eq(plim_model_parse(text, strlen(text), NULL, &model, &findings, &error), PLIM_OK);
	cr_expect_eq(plim_plan_build(model, "none", &plan, &error), PLIM_ERROR_USAGE);
	cr_expect_null(plan);
	plim_model_free(&model);
	plim_findings_clear(&findings);
}
