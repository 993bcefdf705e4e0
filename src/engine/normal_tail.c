/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/normal_tail.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/round.h"

#define STEPS_PER_UNIT 128
#define LARGEST 9 /* P(Z > 9) = 1e-19, far below half a step of the uniform */
#define STEPS (LARGEST * STEPS_PER_UNIT)

struct plim_normal_tail {
	double c[STEPS][4]; /* P(Z > z) = c0 + t (c1 + t (c2 + t c3)) for z = (k + t) / 128 */
};

/* P(Z > z) and its slope for one step, as double rounded to 32 significant bits (see dist/round.h). */
static double tail_at(int k)
{
	long double z = (long double)k / STEPS_PER_UNIT;
	return plim_round_32((double)(erfcl(z / sqrtl(2.0L)) / 2));
}

static double slope_at(int k)
{
	long double z = (long double)k / STEPS_PER_UNIT, inverse_root_two_pi = 0.398942280401432677939946L;
	return plim_round_32((double)(-expl(-z * z / 2) * inverse_root_two_pi / STEPS_PER_UNIT));
}

plim_status plim_normal_tail_new(plim_normal_tail **tail, plim_error *error)
{
	plim_normal_tail *t = plim_mem_alloc(1, sizeof *t);
	if (!t)
		return plim_error_memory(error, "the normal table");
	for (int k = 0; k < STEPS; k++) { /* cubic Hermite: value and slope at both ends */
		double y0 = tail_at(k), y1 = tail_at(k + 1), s0 = slope_at(k), s1 = slope_at(k + 1);
		t->c[k][0] = y0;
		t->c[k][1] = s0;
		t->c[k][2] = 3 * (y1 - y0) - 2 * s0 - s1;
		t->c[k][3] = 2 * (y0 - y1) + s0 + s1;
	}
	*tail = t;
	return PLIM_OK;
}

uint64_t plim_normal_tail_uniform(const plim_normal_tail *tail, double z)
{
	const uint64_t last = (UINT64_C(1) << 52) - 1;
	double at = (z < 0 ? -z : z) * STEPS_PER_UNIT, p = 0;
	if (at < STEPS) {
		int k = (int)at;
		double t = at - k;
		const double *c = tail->c[k];
		p = c[0] + t * (c[1] + t * (c[2] + t * c[3]));
	}
	uint64_t x = p > 0 ? (uint64_t)(p * 0x1p52) : 0;
	return z < 0 ? x : last - x;
}
