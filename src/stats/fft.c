/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/fft.h"

#include <assert.h>
#include <gsl/gsl_errno.h>
#include <gsl/gsl_fft_complex.h>
#include <stddef.h>

/* GSL takes complex numbers as pairs of doubles, which is what C says a double complex is. It fails only on a length
 * that is no power of two. */
void plim_fft_forward(double complex *x, unsigned bits)
{
	const int status = gsl_fft_complex_radix2_forward((double *)x, 1, (size_t)1 << bits);
	assert(status == GSL_SUCCESS);
	(void)status;
}

void plim_fft_inverse(double complex *x, unsigned bits)
{
	const int status = gsl_fft_complex_radix2_inverse((double *)x, 1, (size_t)1 << bits);
	assert(status == GSL_SUCCESS);
	(void)status;
}
