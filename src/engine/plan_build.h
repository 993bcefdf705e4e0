/* SPDX-License-Identifier: Apache-2.0 */
/* Inside the compiler of plans: the builder that its files share. */
#ifndef PLIM_ENGINE_PLAN_BUILD_H
#define PLIM_ENGINE_PLAN_BUILD_H

#include "engine/plan.h"

typedef struct plim_plan_builder {
	plim_plan *plan;
	const plim_model *model;
	plim_error *error;
	size_t table_capacity, mean_capacity, variance_capacity, unknown_capacity, effect_capacity, variant_effect_capacity, variant_capacity,
		class_capacity, ladder_capacity, count_table_capacity, leg_capacity;
} plim_plan_builder;

/** Index of the quantile table of an amount, compiled if it is new. */
plim_status plim_plan_table(plim_plan_builder *b, const plim_amount *amount, uint32_t *table);

/** A number of the model as a parameter; an unknown is named (kind, owner, what): "threat", its id, "vulnerability". */
plim_status plim_plan_param(plim_plan_builder *b, const plim_number *number, const char *kind, const char *owner,
							const char *what, plim_param *param);

/** Fills the frequency part of a threat whose sources are known. */
plim_status plim_plan_frequency(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out);

/** The generator of a count law; `threat` is named in messages. */
plim_status plim_plan_generator(plim_plan_builder *b, const char *threat, const plim_count *law, plim_generator *out);

/** Sources of a threat along trips, each with its generator. */
plim_status plim_plan_custody(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out);

/** Sets the groups that the losses of a source with a place go to. */
void plim_plan_source_groups(const plim_plan *plan, const plim_threat *threat, plim_plan_source *source);

/** Gives every source of a threat its effect class and sets what follows from them. */
plim_status plim_plan_effects(plim_plan_builder *b, const plim_threat *threat, plim_plan_threat *out);

/** Takes over the policies and sets how many perspectives there are. */
plim_status plim_plan_policies(plim_plan_builder *b);

/** Lists the policies that cover a threat. */
plim_status plim_plan_covers(plim_plan_builder *b, plim_plan_threat *out);

/** Adds the terms of all policies, and who is covered when, to a digest. */
void plim_plan_insurance_digest(plim_digest *d, const plim_plan *plan);

/** Builds the network, what scenarios change in it, and the outage-loss curves of all places that can be struck. */
plim_status plim_plan_network(plim_plan_builder *b);
void plim_plan_network_free(plim_plan *plan);

/** Lists what every threat passes on to which groups, and finds the groups that can share a vector. */
plim_status plim_plan_passes(plim_plan_builder *b);

/** Finds the series in which places have what they have in an earlier one: plan->groups.origin. PLIM_ERROR_MEMORY. */
plim_status plim_plan_origins(plim_plan_builder *b);

/** Compiles one threat: sources, keys, components, clauses and the above. */
plim_status plim_plan_threat_build(plim_plan_builder *b, uint32_t model_threat, plim_plan_threat *out);

/** Takes ownership of a count table. */
plim_status plim_plan_count_table(plim_plan_builder *b, const plim_count *law, bool zero_truncated,
								  const plim_count_table **table);

/** Sets plan->digest. */
void plim_plan_digest(plim_plan *plan);

#endif
