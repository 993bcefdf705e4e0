/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Runs one model in many worlds, each one value of some of its unknowns, at the cost of the trials alone: the plan is
 * compiled once, and what a world changes are the values that its unknowns are drawn from. One runner for each thread.
 */
#ifndef PLIM_DECIDE_WORLD_RUNNER_H
#define PLIM_DECIDE_WORLD_RUNNER_H

#include "model/model.h"

typedef struct plim_world_runner plim_world_runner;

/**
 * A runner of a model (which must outlive it) with `seed`, in one scenario or (NULL) all. `identity` names the
 * `unknowns` that worlds give a value; those that the plan does not have are passed over, and others stay unknown. The
 * caller owns *runner. Errors of plim_plan_build.
 */
plim_status plim_world_runner_new(const plim_model *model, const char *scenario, uint64_t seed,
                                  const uint64_t *identity, size_t unknowns, plim_world_runner **runner,
                                  plim_error *error);
void plim_world_runner_free(plim_world_runner **runner);

/** Series to be run: scenarios in the model's order. */
size_t plim_world_runner_scenarios(const plim_world_runner *runner);

/**
 * The total losses, as borne, of the trials of `blocks` whole blocks from `first` on in the world of value[unknowns]:
 * loss[scenario] points to blocks x PLIM_BLOCK_TRIALS of them, and stays the runner's until its next run.
 * PLIM_ERROR_MEMORY.
 */
plim_status plim_world_runner_run(plim_world_runner *runner, const double *value, uint64_t first, uint64_t blocks,
                                  double *const **loss, plim_error *error);

#endif
