/* SPDX-License-Identifier: Apache-2.0 */
/** What a nested run says of ignorance: the fan of its worlds' curves, and how the variance splits. */
#ifndef PLIM_RUN_WORLDS_H
#define PLIM_RUN_WORLDS_H

#include "engine/nested.h"
#include "run/assemble.h"

/** Fills results->fan and results->ignorance of a whole nested run; does nothing for other runs and for shards.
 *  PLIM_ERROR_MEMORY. */
plim_status plim_run_worlds(const plim_run_parts *parts, plim_results *results, plim_error *error);

/** Adds the fan of one series: exceedance at a number of losses, in 5, 25, 50, 75 and 95 % of the worlds. */
plim_status plim_fan_add(plim_results *results, uint32_t scenario, plim_perspective perspective,
                         const plim_nested_rows *rows, size_t *capacity, plim_error *error);

/** Mean and variance (m - 1) of the annual sums of each world, for plim_mem_free. PLIM_ERROR_MEMORY. */
typedef struct plim_world_moment {
	double mean, variance;
} plim_world_moment;
plim_status plim_world_moments(const plim_nested_rows *rows, uint64_t worlds, uint64_t world_trials,
                               plim_world_moment **moments, plim_error *error);

/** An uncertain parameter of the model as it stands in a world: one of each place stands for each by itself. */
typedef struct plim_world_parameter {
	const plim_plan_unknown *unknown;
	uint64_t place_identity;
	const char *place; /* its name, "" for one of all places; borrowed from the model */
} plim_world_parameter;

/** The parameters that bear on a scenario (index in the plan). The caller releases *list with plim_mem_free.
 *  PLIM_ERROR_MEMORY. */
plim_status plim_world_parameters(const plim_plan *plan, uint32_t scenario, plim_world_parameter **list, size_t *count,
                                  plim_error *error);

/** Beyond so many, those that belong to each place by itself are not told apart. */
#define PLIM_WORLD_MOST_PARAMETERS 4096

/* How the variance of a variable splits. Shares are of the whole variance. */
typedef struct plim_world_split {
	double variance, share, lower, upper;
} plim_world_split;

/**
 * The variance between worlds' true means, and, for each of `parameters`, the part of it that would go if that one were
 * known; last (index `parameters` of *part) what is left: the interplay of several, and what is not told apart.
 *
 * Between worlds: the analysis of variance of a balanced one-way layout, (MSB - MSW) / m, unbiased for what m trials a
 * world leave to chance (Searle, Casella and McCulloch, Variance Components, 1992, 3.5). By parameter: the variance of
 * the worlds' means less that about their regression on the parameter's value and on its rank up to the second power,
 * each with its degrees of freedom: unbiased again, and exact in the mean wherever the mean loss is linear in the
 * parameter, as it is in rates, chances, shares and multipliers while nothing limits it. Intervals: the jackknife that
 * leaves out one replicate of worlds at a time, t with 31 degrees of freedom.
 *
 * `value` is [parameter][world], `uniform` the probabilities of these values. The caller releases *part. Variances not
 * finite make shares NAN. PLIM_ERROR_MEMORY.
 */
plim_status plim_world_split_variance(const plim_world_moment *moments, uint64_t worlds, uint64_t world_trials,
                                      double *const *value, double *const *uniform, size_t parameters,
                                      plim_world_split *ignorance, plim_world_split **part, plim_error *error);

#endif
