/* SPDX-License-Identifier: Apache-2.0 */
/** Many worlds, each one value of all unknowns: inside a study of sensitivity. */
#ifndef PLIM_DECIDE_SENSITIVITY_WORLD_H
#define PLIM_DECIDE_SENSITIVITY_WORLD_H

#include "decide/sensitivity.h"
#include "decide/world_runner.h"
#include "dist/quantile_share.h"

/** The unknowns that a design of worlds varies. Start from {0}. */
typedef struct plim_world_inputs {
	size_t *parameter; /* index among the study's parameters */
	const plim_quantile_table **table; /* borrowed */
	size_t count;
} plim_world_inputs;

/** All unknowns that bear on one of the scenarios, with costs or without. PLIM_ERROR_MODEL, PLIM_ERROR_MEMORY. */
plim_status plim_world_inputs_list(plim_study *study, const plim_scenario *scenario, size_t scenarios, bool costs,
                                   plim_world_inputs *inputs);
/** How many these are. */
size_t plim_world_inputs_count(const plim_study *study, const plim_scenario *scenario, size_t scenarios, bool costs);
void plim_world_inputs_clear(plim_world_inputs *inputs);

/** The value of an input at its uniform. */
double plim_world_value(const plim_world_inputs *inputs, size_t input, double u);

/** One world, as one thread sees it. */
typedef struct plim_world {
	const plim_study *study;
	const plim_model *model; /* all inputs pinned */
	const double *value;     /* ... to these */
	size_t part;             /* of the design, with its own trials */
	const char *scenario;    /* that is run; NULL: all of the model */
	plim_model whole;        /* as it was: nothing pinned */
	const plim_world_inputs *inputs;
	plim_world_runner *runner; /* made when first needed */
} plim_world;

/** Total losses of the world's trials (study->s->point_trials) by scenario, as borne; valid until the next call. */
plim_status plim_world_losses(plim_world *world, double *const **loss, plim_error *error);

/** What is computed in a world: `count` figures into y. */
typedef struct plim_world_figures {
	plim_status (*of)(plim_world *world, double *y, plim_error *error);
	size_t count;
	const char *scenario;        /* the one that is run; NULL: all of these: */
	const plim_scenario *choice; /* instead of the model's own scenarios; NULL: its own */
	size_t choices;
	bool matrix_a_only; /* only the first row of each base point */
} plim_world_figures;

/** Fills y[row x count], on all threads. PLIM_ERROR_MEMORY, PLIM_ERROR_MODEL, PLIM_ERROR_INTERRUPTED. */
plim_status plim_worlds_evaluate(plim_study *study, const plim_world_inputs *inputs, const plim_sobol_design *design,
                                 const plim_world_figures *figures, double *y);

#endif
