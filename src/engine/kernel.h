/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The sampling kernel: the loops in which the time of a run goes, compiled once for each instruction set from
 * one source (kernel_source.h). All compilations give the same bits; the scalar one is the reference.
 *
 * No function here allocates, locks, branches on a draw or calls libm.
 */
#ifndef PLIM_ENGINE_KERNEL_H
#define PLIM_ENGINE_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#include "base/cpu.h"
#include "dist/quantile_table.h"

typedef struct plim_kernel {
	plim_cpu cpu;

	/** out[i] = plim_identity_join(general, special[i]), i < n. */
	void (*join)(uint64_t general, const uint64_t *special, size_t n, uint64_t *out);

	/** out[i] = the 32-bit word at `position[i]` of the stream (identity[i], base), i < n. */
	void (*words)(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
				  uint32_t *out);

	/** out[i] = the 52-bit uniform at `position[i]` of the stream (identity[i], base), i < n. */
	void (*uniforms)(uint64_t seed, uint64_t base, const uint64_t *identity, const uint32_t *position, size_t n,
					 uint64_t *out);

	/** out[i] = the quantile of the table at uniform x[i], i < n. */
	void (*quantiles)(const plim_quantile_table *table, const uint64_t *x, double *out, size_t n);

	/** out[i] = a[i] b[i], i < n; `out` is neither of them. */
	void (*multiply)(const double *a, const double *b, size_t n, double *out);

	/** How many of x[0] .. x[n - 1] are above 0. */
	uint64_t (*count_positive)(const double *x, size_t n);
} plim_kernel;

/** The kernel for an instruction set, NULL if it was not compiled in or this machine lacks it. Static. */
const plim_kernel *plim_kernel_get(plim_cpu cpu);

/** The widest kernel that is compiled in and runs here: never NULL. */
const plim_kernel *plim_kernel_best(void);

#endif
