/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Plimsoll: Monte Carlo for supply-chain security risk.
 *
 * Load a model, run it, read the tables:
 *
 *     plim_model *model = NULL;
 *     plim_results *results = NULL;
 *     plim_findings findings = {0};
 *     plim_error error;
 *     plim_run_options options = plim_run_options_default();
 *     if (plim_model_load("model.yaml", &model, &findings, &error) == PLIM_OK &&
 *         plim_run(model, &options, &results, &error) == PLIM_OK)
 *         plim_results_write(results, "out.h5", false, &error);
 *
 * Nothing here uses global state, exits or aborts; objects may be used by several threads as long as none changes them.
 */
#ifndef PLIMSOLL_PLIMSOLL_H
#define PLIMSOLL_PLIMSOLL_H

#include "plimsoll/model.h"
#include "plimsoll/results.h"
#include "plimsoll/run.h"
#include "plimsoll/status.h"
#include "plimsoll/version.h"

#endif
