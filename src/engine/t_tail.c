/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/t_tail.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/round.h"

#define BITS 8 /* steps to an octave: 2^BITS */
#define STEPS (1 << BITS)
#define LEAST 0x1p-54 /* a quarter of half a step of the uniform */
#define ONE UINT64_C(0x3FF0000000000000)

struct plim_t_tail {
	uint32_t steps;
	double c[][4]; /* P(T > t) = c0 + s (c1 + s (c2 + s c3)) on the step that the upper bits of 1 + t say */
};

static double edge(uint32_t k)
{
	return ldexp(1 + (double)(k % STEPS) / STEPS, (int)(k / STEPS));
}

/* P(T > t) and its slope for one step, rounded to 32 significant bits (see dist/round.h). */
static double tail_at(double df, uint32_t k)
{
	return plim_round_32(gsl_cdf_tdist_Q(edge(k) - 1, df));
}

static double slope_at(double df, uint32_t k, double width)
{
	return plim_round_32(-gsl_ran_tdist_pdf(edge(k) - 1, df) * width);
}

static uint32_t steps_for(double df)
{
	uint32_t octaves = 1;
	while (octaves < 64 && gsl_cdf_tdist_Q(ldexp(1, (int)octaves) - 1, df) > LEAST)
		octaves++;
	return octaves * STEPS;
}

plim_status plim_t_tail_new(double df, plim_t_tail **tail, plim_error *error)
{
	const uint32_t steps = steps_for(df);
	plim_t_tail *t = plim_mem_alloc(1, sizeof *t + steps * sizeof *t->c);
	if (!t)
		return plim_error_memory(error, "the table of a t copula");
	t->steps = steps;
	for (uint32_t k = 0; k < steps; k++) { /* cubic Hermite: value and slope at both ends */
		const double width = ldexp(1, (int)(k / STEPS) - BITS);
		const double y0 = tail_at(df, k), y1 = tail_at(df, k + 1);
		const double s0 = slope_at(df, k, width), s1 = slope_at(df, k + 1, width);
		t->c[k][0] = y0;
		t->c[k][1] = s0;
		t->c[k][2] = 3 * (y1 - y0) - 2 * s0 - s1;
		t->c[k][3] = 2 * (y0 - y1) + s0 + s1;
	}
	*tail = t;
	return PLIM_OK;
}

size_t plim_t_tail_bytes(const plim_t_tail *tail)
{
	return sizeof *tail + tail->steps * sizeof *tail->c;
}

uint64_t plim_t_tail_uniform(const plim_t_tail *tail, double t)
{
	const uint64_t last = (UINT64_C(1) << 52) - 1;
	const double x = 1 + (t < 0 ? -t : t);
	uint64_t bits;
	memcpy(&bits, &x, sizeof bits);
	const uint64_t k = (bits - ONE) >> (52 - BITS);
	double p = 0;
	if (k < tail->steps) {
		const uint64_t inside = bits & ((UINT64_C(1) << (52 - BITS)) - 1);
		const double s = (double)inside * (1.0 / (double)(UINT64_C(1) << (52 - BITS)));
		const double *c = tail->c[k];
		p = c[0] + s * (c[1] + s * (c[2] + s * c[3]));
	}
	uint64_t u = p > 0 ? (uint64_t)(p * 0x1p52) : 0;
	return t < 0 ? u : last - u;
}
