/* SPDX-License-Identifier: Apache-2.0 */
/** The beginning of an outage-loss curve, at a fraction of the work.
 */
#ifndef PLIM_DECIDE_NETWORK_ONSET_H
#define PLIM_DECIDE_NETWORK_ONSET_H

#include "network/curve.h"

/**
 * The curve of outages like `outage` as plim_outage_curve_build makes it, but only up to `days` and to the first loss,
 * whichever is later; its last line goes on for ever. It has no bearers, no substitution and no recovery;
 * time_to_survive is that of the part (a curve that fell back to 0 later on would have a longer one).
 * PLIM_ERROR_MEMORY; the caller owns *curve; release with plim_outage_curve_free.
 */
plim_status plim_outage_onset_build(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                    double days, plim_outage_curve **curve, plim_error *error);

#endif
