/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/kernel.h"

extern const plim_kernel plim_kernel_scalar;
#if defined(__x86_64__)
extern const plim_kernel plim_kernel_avx2, plim_kernel_avx512;
#endif

const plim_kernel *plim_kernel_get(plim_cpu cpu)
{
	if (!plim_cpu_has(cpu))
		return NULL;
	switch (cpu) {
	case PLIM_CPU_SCALAR: return &plim_kernel_scalar;
#if defined(__x86_64__)
	case PLIM_CPU_AVX2: return &plim_kernel_avx2;
	case PLIM_CPU_AVX512: return &plim_kernel_avx512;
#else
	default: break;
#endif
	}
	return NULL;
}

const plim_kernel *plim_kernel_best(void)
{
	const plim_kernel *kernel = plim_kernel_get(plim_cpu_best());
	return kernel ? kernel : &plim_kernel_scalar;
}
