/* SPDX-License-Identifier: Apache-2.0 */
/* The mixed-integer program of select.h, given to GLPK. */
#ifndef PLIM_DECIDE_SELECT_SOLVER_H
#define PLIM_DECIDE_SELECT_SOLVER_H

#include "decide/select.h"

/** As plim_select_least, but for ties. */
plim_status plim_select_solve(const plim_select *select, plim_set *set, plim_error *error);

#endif
