/* SPDX-License-Identifier: Apache-2.0 */
/* The instruction sets a kernel is compiled for, and which of them this machine has. */
#ifndef PLIM_BASE_CPU_H
#define PLIM_BASE_CPU_H

#include <stdbool.h>

typedef enum plim_cpu {
	PLIM_CPU_SCALAR = 0,
	PLIM_CPU_AVX2 = 1,
	PLIM_CPU_AVX512 = 2,
} plim_cpu;

#define PLIM_CPU_COUNT 3

/** True if this machine (and its operating system) runs code compiled for `cpu`. */
bool plim_cpu_has(plim_cpu cpu);

/** The widest set that this machine has. */
plim_cpu plim_cpu_best(void);

/** "scalar", "avx2", "avx512": a static string. */
const char *plim_cpu_name(plim_cpu cpu);

/** Finds a set by its name; false if there is none of that name. */
bool plim_cpu_parse(const char *name, plim_cpu *cpu);

#endif
