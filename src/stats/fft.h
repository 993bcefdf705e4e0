/* SPDX-License-Identifier: Apache-2.0 */
/** The discrete Fourier transform, on GSL's. */
#ifndef PLIM_STATS_FFT_H
#define PLIM_STATS_FFT_H

#include <complex.h>

/** In place, 2^bits points: x[k] = sum of x[j] exp(-2 pi i j k / n). */
void plim_fft_forward(double complex *x, unsigned bits);

/** Its inverse, divided by n. */
void plim_fft_inverse(double complex *x, unsigned bits);

#endif
