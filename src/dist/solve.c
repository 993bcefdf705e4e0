/* SPDX-License-Identifier: Apache-2.0 */
#include <float.h>
#include <math.h>

#include "dist/special.h"

/* The points of Chandrupatla's method: the root lies between 1 and 2; 3 is the point before. */
typedef struct bracket {
	long double x1, f1, x2, f2, x3, f3;
} bracket;

/* Where to look next, as a fraction of the way from x1 to x2 (T. R. Chandrupatla, Adv. Eng. Software 28, 1997). */
static long double next_fraction(const bracket *b)
{
	long double xi = (b->x1 - b->x2) / (b->x3 - b->x2), phi = (b->f1 - b->f2) / (b->f3 - b->f2);
	if (!(phi * phi < xi && (1 - phi) * (1 - phi) < 1 - xi))
		return 0.5L;
	return b->f1 / (b->f2 - b->f1) * (b->f3 / (b->f2 - b->f3)) +
	       (b->x3 - b->x1) / (b->x2 - b->x1) * (b->f1 / (b->f3 - b->f1)) * (b->f2 / (b->f3 - b->f2));
}

bool plim_solve(long double (*function)(const void *, long double), const void *context, long double lo, long double hi,
                long double *root)
{
	bracket b = {lo, function(context, lo), hi, function(context, hi), lo, 0};
	if (b.f1 == 0 || b.f2 == 0) {
		*root = b.f1 == 0 ? lo : hi;
		return true;
	}
	if (!((b.f1 < 0) != (b.f2 < 0)) || isnan(b.f1) || isnan(b.f2))
		return false;
	long double t = 0.5L;
	for (int i = 0; i < 300; i++) {
		long double x = b.x1 + t * (b.x2 - b.x1), f = function(context, x);
		if ((f < 0) == (b.f1 < 0)) {
			b.x3 = b.x1, b.f3 = b.f1;
		} else {
			b.x3 = b.x2, b.f3 = b.f2;
			b.x2 = b.x1, b.f2 = b.f1;
		}
		b.x1 = x, b.f1 = f;
		long double best = fabsl(b.f1) < fabsl(b.f2) ? b.x1 : b.x2;
		long double limit = (LDBL_EPSILON * fabsl(best) + 1e-4900L) / fabsl(b.x2 - b.x1);
		*root = best;
		if (f == 0 || limit > 0.5L)
			return true;
		t = next_fraction(&b);
		t = t < limit ? limit : t > 1 - limit ? 1 - limit : t;
		if (isnan(t))
			t = 0.5L;
	}
	return true;
}

void plim_gauss_rule(long double node[static PLIM_GAUSS_POINTS], long double weight[static PLIM_GAUSS_POINTS])
{
	const long double pi = 3.141592653589793238462643383279502884L;
	const int n = PLIM_GAUSS_POINTS;
	for (int i = 0; i < n; i++) {
		long double x = cosl(pi * ((long double)i + 0.75L) / ((long double)n + 0.5L)), slope = 1;
		for (int step = 0; step < 8; step++) {
			long double before = 1, now = x; /* Legendre polynomials by their recurrence */
			for (int k = 2; k <= n; k++) {
				long double order = (long double)k;
				long double next = ((2 * order - 1) * x * now - (order - 1) * before) / order;
				before = now;
				now = next;
			}
			slope = (long double)n * (x * now - before) / (x * x - 1);
			x -= now / slope;
		}
		node[i] = x;
		weight[i] = 2 / ((1 - x * x) * slope * slope);
	}
}
