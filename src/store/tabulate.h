/* SPDX-License-Identifier: Apache-2.0 */
/** From the primary data to the tables of the results: percentiles, tail means, curves, moments, tail parts, worst trials. */
#ifndef PLIM_STORE_TABULATE_H
#define PLIM_STORE_TABULATE_H

#include "engine/summary.h"
#include "plimsoll/results.h"

/** Percentiles, TVaR and curves of nodes, links and bearers are kept for this many of each kind, by mean. */
#define PLIM_TABLE_PLACES 1000

/**
 * Fills all tables of `results` from results->summary. Scenarios, groups, trials and (if kept) ylt are set already;
 * `tolerance` lists the thresholds and tolerated probabilities in the summary's order. PLIM_ERROR_MEMORY.
 */
plim_status plim_results_tabulate(plim_results *results, const double *tolerance_loss,
								  const double *tolerance_probability, size_t tolerances, plim_error *error);

#endif
