/* SPDX-License-Identifier: Apache-2.0 */
#ifndef PLIM_DIST_FAMILY_HAZARD_H
#define PLIM_DIST_FAMILY_HAZARD_H

#include "dist/amount_law.h"

/** Fills param of exponential, weibull, pareto, lomax, burr, log_logistic from any of their forms; with one quantile,
 * all but the scale. */
plim_status plim_hazard_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error);

/** The same for gpd, whose location is in param[2] already (three quantiles set it). */
plim_status plim_gpd_elicit(plim_amount *amount, const plim_reader *reader, plim_error *error);

#endif
