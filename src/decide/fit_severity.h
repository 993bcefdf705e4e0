/* SPDX-License-Identifier: Apache-2.0 */
/** Losses or outages of one threat: gathered from rows, fitted, and one family chosen. */
#ifndef PLIM_DECIDE_FIT_SEVERITY_H
#define PLIM_DECIDE_FIT_SEVERITY_H

#include "decide/fit.h"

/** Fits `severity->sample` with all families and chooses one. `identity` addresses the draws, `what` is "loss" or
 *  "outage_days" for messages. PLIM_ERROR_MODEL when a forced family cannot be written, PLIM_ERROR_MEMORY. */
plim_status plim_fit_severity_of(plim_fit_severity *severity, const plim_fit_options *options, const char *threat,
                                 const char *what, plim_error *error);

#endif
