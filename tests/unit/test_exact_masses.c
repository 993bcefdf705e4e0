/* SPDX-License-Identifier: Apache-2.0 */
/* Laws on a lattice, which are mostly interpolated, against distribution functions asked at every point. */
#include <math.h>

#include "dist_amount_make.h"
#include "engine/exact_masses.h"

#define SIZE 8192

/* A polynomial is right to 2^-46 at three points; elsewhere it may be wrong by some times that, and a mass is the
 * difference of two values. */
#define WRONG 0x1p-43

static double down[SIZE], up[SIZE];

static void same_masses(const char *name, const plim_amount *amount, double unit)
{
	double sum = 0;
	plim_exact_masses(amount, unit, SIZE, down, up);
	cr_expect_float_eq(up[0], (double)plim_amount_cdf(amount, 0), WRONG, "%s: up to 0", name);
	for (size_t j = 0; j < SIZE; j++) {
		const double at = unit * (double)j, next = unit * (double)(j + 1);
		const long double below = j == 0 ? 0 : plim_amount_cdf(amount, nextafter(at, 0));
		const long double next_below = plim_amount_cdf(amount, nextafter(next, 0));
		cr_assert_float_eq(down[j], (double)(next_below - below), WRONG,
		                   "%s, unit %g: down to point %zu is %.17g, not %.17g", name, unit, j, down[j],
		                   (double)(next_below - below));
		if (j + 1 < SIZE) {
			const double wanted = (double)(plim_amount_cdf(amount, next) - plim_amount_cdf(amount, at));
			cr_assert_float_eq(up[j + 1], wanted, WRONG, "%s, unit %g: up to point %zu is %.17g, not %.17g", name, unit,
			                   j + 1, up[j + 1], wanted);
		}
		cr_assert(down[j] >= 0 && up[j] >= 0);
		sum += down[j];
	}
	cr_expect_float_eq(sum, (double)plim_amount_cdf(amount, nextafter(unit * SIZE, 0)), SIZE * 0x1p-52, "%s: sum",
	                   name);
}

static plim_amount capped_metalog(void)
{
	plim_amount amount = amount_given(PLIM_FAMILY_METALOG, GIVEN({"lower", 0}, {"cap", 400}));
	amount_lists(&amount, (const double[]){3, 22, 150}, 3, (const double[]){0.1, 0.5, 0.9}, 3);
	return amount_build(amount);
}

static plim_amount few_values(void)
{
	plim_amount amount = amount_given(PLIM_FAMILY_EMPIRICAL, NOTHING);
	amount_lists(&amount, (const double[]){9, 13.5, 17, 64, 301}, 5, (const double[]){1, 1, 1, 1, 1}, 5);
	return amount_build(amount);
}

static plim_amount mixed(void)
{
	plim_amount amount = amount_given(PLIM_FAMILY_MIXTURE, NOTHING);
	amount_lists(&amount, NULL, 0, (const double[]){0.3, 0.7}, 2);
	amount_parts(&amount, amount_given(PLIM_FAMILY_FIXED, GIVEN({"value", 77})),
	             amount_given(PLIM_FAMILY_LOGNORMAL, GIVEN({"mu", 3}, {"sigma", 1.5})));
	return amount_build(amount);
}

Test(exact_masses, are_those_of_asking_at_every_point)
{
	const struct {
		const char *name;
		plim_amount amount;
	} law[] = {
	    {"lognormal", amount_make(PLIM_FAMILY_LOGNORMAL, GIVEN({"mu", 3}, {"sigma", 1.5}))},
	    {"narrow lognormal", amount_make(PLIM_FAMILY_LOGNORMAL, GIVEN({"mu", 3}, {"sigma", 0.01}))},
	    {"gamma", amount_make(PLIM_FAMILY_GAMMA, GIVEN({"shape", 0.7}, {"scale", 30}))},
	    {"gpd", amount_make(PLIM_FAMILY_GPD, GIVEN({"shape", 0.3}, {"scale", 40}, {"location", 11}))},
	    {"triangular", amount_make(PLIM_FAMILY_TRIANGULAR, GIVEN({"min", 5}, {"mode", 60}, {"max", 200}))},
	    {"uniform", amount_make(PLIM_FAMILY_UNIFORM, GIVEN({"min", 10.5}, {"max", 133}))},
	    {"metalog, capped", capped_metalog()},
	    {"empirical", few_values()},
	    {"mixture", mixed()},
	};
	for (size_t i = 0; i < sizeof law / sizeof *law; i++) {
		same_masses(law[i].name, &law[i].amount, 0.05);
		same_masses(law[i].name, &law[i].amount, 1); /* sees atoms at points, and far tails */
		plim_amount amount = law[i].amount;
		plim_amount_clear(&amount);
	}
}
