/* SPDX-License-Identifier: Apache-2.0 */
/** The way back from a deviate of Student's t to a uniform, for t copulas, without libm. */
#ifndef PLIM_ENGINE_T_TAIL_H
#define PLIM_ENGINE_T_TAIL_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

/**
 * A table of the t distribution function: cubics of P(T > t) over 256 steps to each octave of 1 + t, up to where that
 * is beyond the finest uniform. Relative error below 1e-7 as far out as 1e-9.
 */
typedef struct plim_t_tail plim_t_tail;

/** For df >= 1 degrees of freedom. The caller owns *tail (release with plim_mem_free). PLIM_ERROR_MEMORY. */
plim_status plim_t_tail_new(double df, plim_t_tail **tail, plim_error *error);
size_t plim_t_tail_bytes(const plim_t_tail *tail);

/** The 52-bit uniform x with (x + 0.5) 2^-52 nearest to P(T <= t). */
uint64_t plim_t_tail_uniform(const plim_t_tail *tail, double t);

#endif
