/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/exact_masses.h"

#include <math.h>
#include <stdbool.h>

#define NODES 13
#define FEWEST 64 /* points of a stretch that a polynomial is tried on, and the scale of the nodes */
#define MOST 1024 /* points that one thread takes at a time */
#define TOLERANCE 0x1p-46L
#define NOTHING 0x1p-80L /* a probability that no sum is seen to miss */

/* Of 64ths of a stretch: the nearest to the points where Chebyshev's polynomial of degree 12 is 1 or -1, in Leja's
 * order, in which differences divided stay small; and where the polynomial is put to the test. */
static const int node[NODES] = {64, 0, 32, 9, 55, 48, 16, 1, 63, 24, 40, 4, 60};
static const int test[] = {2, 29, 58};

typedef struct masses {
	const plim_amount *amount;
	double unit;
	size_t size;
	double *down, *up;
} masses;

/* P(X <= x), or P(X > x), at a point. */
static long double side_at(const masses *m, bool upper, size_t point)
{
	const double x = m->unit * (double)point;
	return upper ? plim_amount_sf(m->amount, x) : plim_amount_cdf(m->amount, x);
}

/* Mass between two neighbouring points; only what cannot be told from 0 comes out below it. */
static void put(const masses *m, size_t point, long double mass)
{
	m->down[point] = mass > 0 ? (double)mass : 0;
	if (point + 1 < m->size)
		m->up[point + 1] = m->down[point];
}

/* Newton's polynomial through the nodes, by its divided differences. */
static long double polynomial(const long double *difference, long double t)
{
	long double y = difference[NODES - 1];
	for (int k = NODES - 2; k >= 0; k--)
		y = y * (t - node[k]) + difference[k];
	return y;
}

/* The stretch from point `first` on by a polynomial in the point's distance from it in 64ths of `length`; false if it
 * would not be right. */
static bool interpolate(const masses *m, size_t first, size_t length)
{
	const size_t step = length / FEWEST;
	const bool upper = plim_amount_cdf(m->amount, m->unit * (double)first) > 0.5L; /* the side that is known well */
	long double difference[NODES], largest = 0;
	for (int k = 0; k < NODES; k++) {
		difference[k] = side_at(m, upper, first + (size_t)node[k] * step);
		largest = difference[k] > largest ? difference[k] : largest;
	}
	for (int order = 1; order < NODES; order++)
		for (int k = NODES - 1; k >= order; k--)
			difference[k] = (difference[k] - difference[k - 1]) / (node[k] - node[k - order]);
	for (size_t i = 0; i < sizeof test / sizeof *test; i++) {
		const long double wrong = polynomial(difference, test[i]) - side_at(m, upper, first + (size_t)test[i] * step);
		if (!(fabsl(wrong) <= fmaxl(TOLERANCE * largest, NOTHING)))
			return false;
	}
	long double before = polynomial(difference, 0);
	for (size_t j = 0; j < length; j++) {
		const long double next = polynomial(difference, (long double)(j + 1) / (long double)step);
		put(m, first + j, upper ? before - next : next - before);
		before = next;
	}
	return true;
}

static void point_by_point(const masses *m, size_t first, size_t length)
{
	const bool atoms = plim_amount_has_atoms(m->amount);
	const double start = m->unit * (double)first;
	long double to = plim_amount_cdf(m->amount, start);
	/* without atoms P(X < x) = P(X <= x); with them the complement of P(X >= x) at the largest number below x */
	long double below = first == 0 ? 0 : atoms ? plim_amount_cdf(m->amount, nextafter(start, 0)) : to;
	for (size_t j = first; j < first + length; j++) {
		const double next = m->unit * (double)(j + 1);
		const long double next_to = plim_amount_cdf(m->amount, next);
		const long double next_below = atoms ? plim_amount_cdf(m->amount, nextafter(next, 0)) : next_to;
		m->down[j] = (double)(next_below - below);
		if (j + 1 < m->size)
			m->up[j + 1] = (double)(next_to - to);
		below = next_below;
		to = next_to;
	}
}

/* Whether an atom lies in a stretch, or as near as a point of the lattice. */
static bool has_atom(const masses *m, size_t first, size_t length)
{
	const long double middle = (long double)m->unit * ((long double)first + (long double)length / 2);
	long double atom;
	return plim_amount_nearest_atom(m->amount, middle, &atom) &&
	       fabsl(atom - middle) <= (long double)m->unit * ((long double)length / 2 + 1);
}

static void fill(const masses *m, size_t first, size_t length)
{
	if (first > 0 && length >= FEWEST && !has_atom(m, first, length) && interpolate(m, first, length))
		return;
	if (length <= FEWEST) {
		point_by_point(m, first, length);
		return;
	}
	fill(m, first, length / 2);
	fill(m, first + length / 2, length / 2);
}

void plim_exact_masses(const plim_amount *amount, double unit, size_t size, double *down, double *up)
{
	const masses m = {amount, unit, size, down, up};
	const size_t length = size < MOST ? size : MOST;
	up[0] = (double)plim_amount_cdf(amount, 0);
	for (size_t first = 0; first < size; first += length)
		fill(&m, first, length);
}
