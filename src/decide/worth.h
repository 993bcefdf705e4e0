/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Whether a change is worth it, over what is unknown: in how many worlds, each one draw of all unknowns, the expected
 * avoided loss exceeds the expected cost. Every world is simulated on the same trials, so worlds differ by their
 * unknowns and not by luck; the error that they therefore share is taken into the bounds.
 */
#ifndef PLIM_DECIDE_WORTH_H
#define PLIM_DECIDE_WORTH_H

#include "decide/compare.h"

/**
 * Fills economics.worth and the spread of the net benefit over `worlds` worlds of `trials` trials each. Without
 * unknowns there is one world, and what holds in it is told only when the interval leaves no doubt. PLIM_ERROR_MODEL,
 * PLIM_ERROR_MEMORY.
 */
plim_status plim_compare_worth(plim_comparison *comparison, uint64_t worlds, uint64_t trials, plim_error *error);

#endif
