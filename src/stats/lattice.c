/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/lattice.h"

#include <math.h>

#include "stats/fft.h"

plim_lattice plim_lattice_make(double reach, unsigned bits)
{
	const double size = (double)((size_t)1 << bits);
	return (plim_lattice){.step = reach / size, .bits = bits, .tilt = PLIM_LATTICE_DAMPING / size};
}

/* Two real sequences make one complex one; its transform is taken apart by symmetry. */
void plim_lattice_forward(const plim_lattice *lattice, const double *down, const double *up, double complex *down_hat,
                          double complex *up_hat, double complex *work)
{
	const size_t size = plim_lattice_size(lattice);
	for (size_t j = 0; j < size; j++)
		work[j] = (down[j] + up[j] * I) * exp(-lattice->tilt * (double)j);
	plim_fft_forward(work, lattice->bits);
	for (size_t k = 0; k <= size / 2; k++) {
		const double complex here = work[k], mirrored = conj(work[(size - k) % size]);
		down_hat[k] = (here + mirrored) / 2;
		up_hat[k] = (here - mirrored) / (2 * I);
	}
}

static double clamp(double p)
{
	return p < 0 ? 0 : p > 1 ? 1 : p;
}

void plim_lattice_inverse(const plim_lattice *lattice, const double complex *down_hat, const double complex *up_hat,
                          double *high, double *low, double complex *work)
{
	const size_t size = plim_lattice_size(lattice);
	for (size_t k = 0; k <= size / 2; k++) {
		work[k] = down_hat[k] + I * up_hat[k];
		if (k > 0 && k < size / 2)
			work[size - k] = conj(down_hat[k]) + I * conj(up_hat[k]);
	}
	plim_fft_inverse(work, lattice->bits);
	/* probabilities a rounding error below 0 are summed as they are: cut off at 0 their errors would all have one sign
	 * and add up */
	double sum_down = 0, sum_up = 0;
	for (size_t j = 0; j < size; j++) {
		const double back = exp(lattice->tilt * (double)j);
		sum_down += creal(work[j]) * back;
		sum_up += cimag(work[j]) * back;
		high[j] = fmax(clamp(sum_down), j ? high[j - 1] : 0);
		low[j] = fmax(clamp(sum_up), j ? low[j - 1] : 0);
	}
}
