/* SPDX-License-Identifier: Apache-2.0 */
/** The way back from a normal deviate to a uniform, for copulas, without libm. */
#ifndef PLIM_ENGINE_NORMAL_TAIL_H
#define PLIM_ENGINE_NORMAL_TAIL_H

#include <stdint.h>

#include "plimsoll/status.h"

/** A table of the normal distribution function: cubics of P(Z > z) over steps of 1/128, relative error below 1e-7. */
typedef struct plim_normal_tail plim_normal_tail;

/** The caller owns *tail (release with plim_mem_free). PLIM_ERROR_MEMORY. */
plim_status plim_normal_tail_new(plim_normal_tail **tail, plim_error *error);

/** The 52-bit uniform x with (x + 0.5) 2^-52 nearest to P(Z <= z). */
uint64_t plim_normal_tail_uniform(const plim_normal_tail *tail, double z);

#endif
