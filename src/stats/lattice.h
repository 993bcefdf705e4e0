/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Laws of amounts on a lattice, for sums: every amount rounded down and every amount rounded up to a multiple of
 * `step`, so that the law of any sum lies between the two. Transforms are exponentially tilted (probability j is taken
 * times exp(-tilt j)): what lies beyond the lattice and would come round again is damped by exp(-tilt size), so a
 * lattice need only reach as far as the question (Grübel and Hermesmeier, ASTIN Bulletin 29 (1999), "Computation of
 * compound distributions I").
 *
 * Since all laws are real, half the frequencies say all: transforms have plim_lattice_points values.
 */
#ifndef PLIM_STATS_LATTICE_H
#define PLIM_STATS_LATTICE_H

#include <complex.h>
#include <stddef.h>

typedef struct plim_lattice {
	double step;
	unsigned bits; /* size = 2^bits */
	double tilt;   /* a step */
} plim_lattice;

/** The tilt times the size: what comes round is damped by e^-20 = 2e-9, and rounding errors of 1e-16 are raised at the
 * far end to 5e-8, at two thirds of the reach to 1e-10. */
#define PLIM_LATTICE_DAMPING 20.0

/** A lattice of 2^bits points from 0 up to `reach` (money). */
plim_lattice plim_lattice_make(double reach, unsigned bits);

static inline size_t plim_lattice_size(const plim_lattice *lattice)
{
	return (size_t)1 << lattice->bits;
}

static inline size_t plim_lattice_points(const plim_lattice *lattice)
{
	return plim_lattice_size(lattice) / 2 + 1;
}

/** From probabilities of the rounded-down and rounded-up amount (size each; what lies beyond is left out) to transforms
 *  (points each). `work` has room for size values. */
void plim_lattice_forward(const plim_lattice *lattice, const double *down, const double *up, double complex *down_hat,
                          double complex *up_hat, double complex *work);

/** And back, to distribution functions: high[j] = P(rounded-down sum <= j step), low[j] = P(rounded-up sum <= j step),
 * both non-decreasing and in [0, 1]. */
void plim_lattice_inverse(const plim_lattice *lattice, const double complex *down_hat, const double complex *up_hat,
                          double *high, double *low, double complex *work);

#endif
