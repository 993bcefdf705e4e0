/* SPDX-License-Identifier: Apache-2.0 */
/* Sobol' indices against functions whose indices are known in closed form. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "stats/sobol_index.h"

#define PARTS 16

typedef double function(const double *u, size_t inputs);

static void indices(size_t inputs, uint64_t points, function *f, plim_sobol_index *out)
{
	plim_sobol_design d = {0};
	double u[64];
	cr_assert_leq(inputs, 64u);
	cr_assert_eq(plim_sobol_design_make(inputs, points, PARTS, 7, &d, NULL), PLIM_OK);
	double *y = calloc(plim_sobol_rows(&d), sizeof *y);
	for (uint64_t row = 0; row < plim_sobol_rows(&d); row++) {
		plim_sobol_row(&d, row, u);
		y[row] = f(u, inputs);
	}
	cr_assert_eq(plim_sobol_indices(&d, y, out, NULL), PLIM_OK);
	plim_sobol_design_clear(&d);
	free(y);
}

/* An interval of t with 15 degrees of freedom is widened from 2.13 to 6.5 standard errors: exceeded by chance once in
 * 10^5. It must be narrow too, or it would prove nothing. */
static void near(plim_estimate e, double exact, double widest, const char *what)
{
	double half = (e.upper - e.lower) / 2;
	cr_expect_lt(half, widest, "%s: interval of %g", what, half);
	cr_expect_leq(fabs(e.value - exact), 3.05 * half + 1e-12, "%s: %g +- %g, exactly %g", what, e.value, half, exact);
}

/* Ishigami and Homma (1990), a = 7, b = 0.1. */
static double ishigami(const double *u, size_t inputs)
{
	(void)inputs;
	const double pi = acos(-1), x = pi * (2 * u[0] - 1), y = pi * (2 * u[1] - 1), z = pi * (2 * u[2] - 1);
	return sin(x) + 7 * sin(y) * sin(y) + 0.1 * z * z * z * z * sin(x);
}

Test(sobol, ishigami)
{
	const double pi = acos(-1), a = 7, b = 0.1, p4 = pow(pi, 4), p8 = p4 * p4;
	const double v1 = 0.5 * (1 + b * p4 / 5) * (1 + b * p4 / 5), v2 = a * a / 8, v13 = b * b * p8 * 8 / 225;
	const double v = v1 + v2 + v13;
	plim_sobol_index index[3];
	indices(3, 512, ishigami, index);
	near(index[0].first, v1 / v, 0.02, "first of x1");
	near(index[1].first, v2 / v, 0.02, "first of x2");
	near(index[2].first, 0, 0.02, "first of x3");
	near(index[0].total, (v1 + v13) / v, 0.02, "total of x1");
	near(index[1].total, v2 / v, 0.02, "total of x2");
	near(index[2].total, v13 / v, 0.02, "total of x3");
}

/* Sum of i x u_i: the share of i^2. Spearman's correlation of a normal-like sum is near Pearson's, i / sqrt(sum). */
static double weighted(const double *u, size_t inputs)
{
	double sum = 0;
	for (size_t i = 0; i < inputs; i++)
		sum += (double)(i + 1) * u[i];
	return sum;
}

Test(sobol, additive_beyond_the_dimensions_of_sobol)
{
	plim_sobol_index index[24];
	double squares = 0;
	indices(24, 256, weighted, index);
	for (size_t i = 0; i < 24; i++)
		squares += (double)((i + 1) * (i + 1));
	for (size_t i = 0; i < 24; i++) {
		double share = (double)((i + 1) * (i + 1)) / squares;
		near(index[i].first, share, 0.06, "first");
		near(index[i].total, share, 0.03, "total");
		/* 5 / sqrt(8192), and the little that Spearman's differs */
		cr_expect(fabs(index[i].rank.value - sqrt(share)) < 0.06, "rank of %zu: %g", i, index[i].rank.value);
	}
}

static double falling(const double *u, size_t inputs)
{
	(void)inputs;
	return exp(-9 * u[1]);
}

Test(sobol, rank_of_a_falling_function)
{
	plim_sobol_index index[2];
	indices(2, 16, falling, index);
	cr_expect_float_eq(index[1].rank.value, -1, 1e-12);
	cr_expect(fabs(index[0].rank.value) < 0.2);
	cr_expect_float_eq(index[0].total.value, 0, 1e-12);
	cr_expect_float_eq(index[1].total.value, 1, 0.1);
}

static double constant(const double *u, size_t inputs)
{
	(void)u;
	(void)inputs;
	return 3;
}

Test(sobol, constant)
{
	plim_sobol_index index[2];
	indices(2, 8, constant, index);
	for (size_t i = 0; i < 2; i++)
		cr_expect(index[i].first.value == 0 && index[i].total.value == 0 && index[i].rank.value == 0);
}

Test(sobol, rows)
{
	plim_sobol_design d = {0};
	double a[3], b[3], mixed[3];
	cr_assert_eq(plim_sobol_design_make(3, 4, 2, 1, &d, NULL), PLIM_OK);
	cr_expect_eq(plim_sobol_rows(&d), 2u * 4 * 5);
	for (uint64_t base = 0; base < 8; base++) {
		plim_sobol_row(&d, 5 * base, a);
		plim_sobol_row(&d, 5 * base + 1, b);
		cr_expect_eq(plim_sobol_replicate(&d, 5 * base + 4), base / 4);
		for (size_t i = 0; i < 3; i++) {
			plim_sobol_row(&d, 5 * base + 2 + i, mixed);
			for (size_t j = 0; j < 3; j++)
				cr_expect(mixed[j] == (i == j ? b[j] : a[j]) && a[j] > 0 && a[j] < 1);
		}
	}
	plim_sobol_design_clear(&d);
	cr_expect_eq(plim_sobol_design_make(PLIM_SOBOL_MOST_INPUTS + 1, 4, 2, 1, &d, NULL), PLIM_ERROR_USAGE);
}
