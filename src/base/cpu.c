/* SPDX-License-Identifier: Apache-2.0 */
#include "base/cpu.h"

#include <string.h>

static const char *const names[PLIM_CPU_COUNT] = {"scalar", "avx2", "avx512"};

bool plim_cpu_has(plim_cpu cpu)
{
#if defined(__x86_64__)
	__builtin_cpu_init();
	switch (cpu) {
	case PLIM_CPU_SCALAR: return true;
	case PLIM_CPU_AVX2: return __builtin_cpu_supports("avx2") != 0;
	case PLIM_CPU_AVX512:
		/* F alone lacks the 64-bit multiplies and conversions (DQ) and the short vectors (VL). */
		return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
			   __builtin_cpu_supports("avx512vl") && __builtin_cpu_supports("avx512bw");
	}
	return false;
#else
	return cpu == PLIM_CPU_SCALAR;
#endif
}

plim_cpu plim_cpu_best(void)
{
	for (int cpu = PLIM_CPU_COUNT - 1; cpu > 0; cpu--)
		if (plim_cpu_has((plim_cpu)cpu))
			return (plim_cpu)cpu;
	return PLIM_CPU_SCALAR;
}

const char *plim_cpu_name(plim_cpu cpu)
{
	return (unsigned)cpu < PLIM_CPU_COUNT ? names[cpu] : "unknown";
}

bool plim_cpu_parse(const char *name, plim_cpu *cpu)
{
	for (int i = 0; i < PLIM_CPU_COUNT; i++) {
		if (strcmp(name, names[i]) == 0) {
			*cpu = (plim_cpu)i;
			return true;
		}
	}
	return false;
}
