/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The plan: a model compiled for sampling. Everything that needs thought is decided here; what remains
 * for the block loop is arithmetic. A plan is constant once built and shared by all threads.
 *
 * Its digest covers all that the numbers depend on except seed and number of trials, so shards and resumed runs can
 * prove that they belong together.
 */
#ifndef PLIM_ENGINE_PLAN_H
#define PLIM_ENGINE_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "dist/count.h"
#include "dist/quantile_table.h"
#include "engine/groups.h"
#include "engine/normal_tail.h"
#include "engine/t_tail.h"
#include "model/model.h"
#include "network/cluster.h"

/** Trials in a block: a format constant. 4096 keeps a vector of trials in 32 KiB and gives a source of rate 0.05 some
 * 200 attempts a block, enough to hide what a source costs by itself. */
#define PLIM_BLOCK_BITS 12
#define PLIM_BLOCK_TRIALS (1u << PLIM_BLOCK_BITS)

#define PLIM_YEAR_DAYS 365.0

/** A number, or the value of an unknown in each trial. */
typedef struct plim_param {
	double value;
	int32_t unknown; /* index, or -1: `value` holds */
} plim_param;

typedef struct plim_plan_unknown {
	uint64_t identity;
	uint32_t table;
	bool per_place;
	bool chance; /* what changes from year to year (a common intensity), not what is unknown: drawn for each year of a
	              * trial, and never of a world; all others once for all years */
	double lowest, highest; /* what the table can give */
	char *name;             /* for people; owned */
} plim_plan_unknown;

/* How the attempts of a source come into being. */
typedef enum plim_generator_mode {
	PLIM_GENERATOR_NONE,    /* no attempt ever */
	PLIM_GENERATOR_POISSON, /* candidates: how many in a block; each in a uniform trial */
	PLIM_GENERATOR_SPARSE, /* candidates: Poisson points over the trials; a trial with a point is non-zero and takes its
	                        * count from `cell`, conditioned to be at least 1. Since P(no point) = P(N = 0), trials are
	                        * independent with the right law, and rare sources cost next to nothing. */
	PLIM_GENERATOR_DENSE,  /* every trial takes its count from `cell` */
} plim_generator_mode;

typedef struct plim_generator {
	plim_generator_mode mode;
	const plim_count_table *candidates; /* of a block */
	const plim_count_table *cell;       /* of a trial */
} plim_generator;

/**
 * Generators of one count law at a ladder of means 2^(k / PLIM_LADDER_STEPS), k = first .. first + count - 1. A source
 * whose mean is uncertain or scaled by an exposure takes the next mean above its own and thins: Poisson, negative
 * binomial (same dispersion) and zero-inflated Poisson (same p_zero) stay in their family when thinned, so this is
 * exact.
 */
#define PLIM_LADDER_STEPS 8
typedef struct plim_ladder {
	plim_count law; /* its mean is set to each step in turn */
	int first;
	uint32_t count;
	plim_generator *generator;
} plim_ladder;

/** The smallest k with 2^(k / PLIM_LADDER_STEPS) >= mean > 0, and that power: no libm. */
int plim_ladder_step(double mean);
double plim_ladder_mean(int k);

typedef struct plim_plan_component {
	uint64_t identity;
	uint32_t table;
	uint32_t group; /* component group */
	plim_param times;
	double shift, cap; /* applied only with unknown `times` */
	bool infinite_mean, infinite_variance;
} plim_plan_component;

/** What a control takes off one loss component. */
typedef struct plim_plan_part {
	uint32_t group; /* of the component */
	plim_param share;
} plim_plan_part;

/** One control as it acts on one threat. */
typedef struct plim_plan_effect {
	uint64_t identity; /* of the control */
	plim_param frequency, vulnerability, loss, outage, coverage, reliability;
	plim_plan_part *part; /* beside `loss` */
	uint32_t parts;
	double start_day;
} plim_plan_effect;

/** A set of effects that are in force together: a range of plan->variant_effect. */
typedef struct plim_variant {
	uint32_t first, count;
	bool thins;        /* any effect on frequency or vulnerability */
	bool cuts;         /* any effect on loss */
	bool by_component; /* ... that differs between components */
	bool shortens;     /* any effect on the outage */
	bool timed;        /* any start_day > 0 */
	bool uncertain;    /* a thinning effect has an unknown */
	bool per_place;    /* ... of each place */
	double thin;       /* the factor on probability, if not timed and not uncertain */
} plim_variant;

/** What the scenarios do to a source: its distinct variants ("slots") and which scenario takes which. Sources of a
 * threat with the same answer share a class. */
typedef struct plim_effect_class {
	uint32_t slots;
	uint32_t *variant; /* one a slot */
	uint32_t *slot_of; /* one a scenario */
} plim_effect_class;

typedef struct plim_plan_source {
	uint64_t identity;
	uint64_t place_identity; /* of the place alone: what an unknown "per place" belongs to, whichever threat meets it */
	double exposure, loss_times; /* 1 when absent */
	uint32_t threat;
	uint32_t place; /* index of the node or link in the model; 0 for the organisation */
	uint32_t effect_class;
	uint32_t place_group; /* node or link group */
	uint32_t other_group; /* the "(none)" of the kind that it is not */
	uint32_t region_group;
	uint32_t curve; /* outage-loss curve under overlay 0; under overlay o: curve + o x plan->curves */
	uint32_t leg;   /* of a threat along trips: index into plan->leg; several sources may have one place then */
} plim_plan_source;

/** A leg of a trip as one threat meets it. */
typedef struct plim_plan_leg {
	plim_generator generator; /* incidents of a year */
	double undetected;        /* probability that no seal check sees an incident */
} plim_plan_leg;

/** The places that a shared event can strike together: sources first .. first + count - 1. */
typedef struct plim_plan_key {
	uint64_t identity;
	uint32_t first, count;
} plim_plan_key;

/** A share of a threat's losses that goes to a group. */
typedef struct plim_plan_share {
	uint32_t group;
	double weight;
} plim_plan_share;

typedef struct plim_plan_threat {
	uint32_t model_threat; /* index in the model */
	uint32_t first_source, sources;
	bool shared;
	plim_plan_key *key; /* shared: sorted by key value */
	size_t keys;
	plim_param strike, correlation;
	plim_t_tail *t_tail;   /* of a t copula, else NULL; owned */
	double severity_df;    /* ... its degrees of freedom, and ... */
	uint32_t mixing_table; /* ... chi-square over df */

	/* frequency: `mean` drives a ladder when it is unknown or an exposure scales it, else `fixed` holds.
	 * `thinned_p`: an unknown p of bernoulli or binomial: generated at p_bound, thinned by p / p_bound. */
	plim_generator fixed;
	int32_t ladder;
	plim_param mean;
	plim_param intensity;     /* multiplies the mean in each year; 1 without */
	bool mean_is_geometric_p; /* mean holds p of a geometric law: the mean is (1 - p) / p */
	plim_param thinned_p;
	double p_bound;
	plim_param p_zero; /* an unknown p_zero: generated at zero_bound, years kept with (1 - p_zero) / (1 - zero_bound) */
	double zero_bound;

	plim_param vulnerability;
	bool thins;        /* any attempt may fail to become an event */
	bool timed;        /* some control starts during the horizon */
	bool scaled;       /* `loss_times` */
	bool by_component; /* some control lowers one component more than another */
	uint32_t most_slots;
	plim_plan_component *component;
	size_t components;
	plim_plan_share *clause; /* leaves and parents with their weights */
	size_t clauses;
	uint32_t group, category_group;
	/* What a threat passes on of its own sums, trial by trial: to which groups it bears, and, since many groups take
	 * the very same shares of the very same threats (a clause and its parent, say), to which vectors. */
	plim_plan_share *bears, *passes;
	size_t bears_count, passes_count;
	uint32_t whole_region; /* the region that has just what the threat has, UINT32_MAX: none */
	bool on_link;     /* its places are links */
	uint32_t *policy; /* those that cover it */
	size_t policies;
	bool held;  /* what its events cost is known only when all of their trial are: they stop something or are insured */
	bool stops; /* its events are outages in the network: */
	plim_plan_component outage;
	double outage_share;
	bool stops_inflow;
	double outage_rho, outage_rest; /* normal deviate of a loss = rho x that of the outage + rest x its own; 0, 1 without */
	bool one_class; /* its sources share their effect class */
	bool custody;           /* its sources are legs of trips: */
	double detected_loss;   /* share of the loss that a detected incident leaves */
	bool infinite_variance; /* of its frequency, through an unknown */
	double attempts; /* expected in a trial, over all sources and years (an estimate for workspaces and messages) */
} plim_plan_threat;

typedef struct plim_plan_scenario {
	uint32_t model_scenario;
	uint32_t display;
	uint32_t overlay; /* buffers and substitution in force */
} plim_plan_scenario;

/** The terms of one policy of insurance (insure.h): money, a share, and days; limits may be infinite. */
typedef struct plim_plan_policy {
	double deductible, limit, share, aggregate_deductible, aggregate_limit, waiting_days;
} plim_plan_policy;

typedef struct plim_plan {
	const plim_model *model; /* borrowed */
	uint32_t years;          /* of a trial */
	double *discount; /* [day from 0 on, and the end of the last]: present value of one unit; NULL: not asked for */
	plim_groups groups;
	plim_plan_scenario *scenario;
	size_t scenarios;
	size_t perspectives; /* 1: gross alone; 3 with insurance: gross, ceded, net */
	plim_plan_policy *policy;
	size_t policies;
	bool *policy_in_force; /* [scenario][policy] */
	plim_plan_threat *threat;
	size_t threats;
	plim_plan_source *source;
	size_t sources;
	plim_plan_leg *leg;
	size_t legs;
	plim_plan_unknown *unknown;
	size_t unknowns;
	plim_plan_effect *effect;
	size_t effects;
	uint32_t *variant_effect;
	size_t variant_effects;
	plim_variant *variant;
	size_t variants;
	plim_effect_class *effect_class;
	size_t effect_classes;
	plim_ladder *ladder;
	size_t ladders;
	const plim_quantile_table **table; /* borrowed (dist/quantile_share.h) */
	bool *infinite_mean, *infinite_variance; /* of each table's law */
	size_t tables;
	plim_count_table **count_table;
	size_t count_tables;
	const plim_quantile_table *normal; /* likewise: standard normal, for copulas; NULL when none needs it */
	plim_normal_tail *normal_tail; /* ... and the way back */
	plim_graph *graph;             /* the network, if any threat stops something in it; else NULL */
	plim_overlay *overlay;         /* one for each distinct set of controls that add buffer or substitution */
	size_t overlays;
	plim_outage_curve **curve; /* [overlay][place, share and stop] */
	plim_outage_curve *
	    *bare; /* [place, share and stop]: without buffers and substitution; NULL where any substitution costs, and
	              of very many places: bare losses are solved then */
	size_t curves;
	uint32_t *bearer_group;                                       /* by node; UINT32_MAX where no margin is lost */
	uint32_t bearer_none, interruption_group, substitution_group; /* UINT32_MAX when there are none */
	double *tolerance;                                            /* thresholds */
	size_t tolerances;
	uint32_t largest_batch; /* strikes of the largest shared event, and at least PLIM_BATCH_STRIKES */
	uint32_t most_slots, most_components;
	bool by_component;                         /* of any threat */
	double attempts_per_trial, held_per_trial; /* expected */
	uint8_t digest[PLIM_DIGEST_SIZE];
} plim_plan;

/**
 * Series: every scenario from every perspective. What is added up is indexed by series = perspective x scenarios +
 * scenario, so the first `scenarios` of them are gross.
 */
static inline size_t plim_plan_series(const plim_plan *plan)
{
	return plan->perspectives * plan->scenarios;
}

/** A year of a trial: the unit that counts, intensities and the working order of controls are drawn for. Cells of a
 * block are numbered trial by trial, so that those of fewer trials are the first ones. */
static inline uint32_t plim_plan_cell(const plim_plan *plan, uint32_t trial, uint32_t year)
{
	return trial * plan->years + year;
}

/** The year of a day of the horizon, from 0. Days are multiples of 365 x 2^-32, so that the quotient is exact. */
static inline uint32_t plim_year_of(double day)
{
	return (uint32_t)(day / PLIM_YEAR_DAYS);
}

/** What one unit lost on `day` is worth at the start: between two days by a straight line, which is within
 * (ln(1 + rate) / 365)^2 / 8 of it, 2e-9 at 5 %. */
static inline double plim_plan_discount(const plim_plan *plan, double day)
{
	const uint32_t whole = (uint32_t)day;
	const double from = plan->discount[whole];
	return from + (day - (double)whole) * (plan->discount[whole + 1] - from);
}

/** True if all of a threat's loss is one component's. */
static inline bool plim_threat_has_one_component(const plim_plan_threat *threat)
{
	return threat->components == 1 && !threat->stops;
}

/**
 * Compiles a model; `scenario` names the only one to compile, NULL all. The model must outlive the plan.
 * PLIM_ERROR_MODEL when it asks for what is not computed or exceeds a format limit, PLIM_ERROR_USAGE for an unknown
 * scenario.
 */
plim_status plim_plan_build(const plim_model *model, const char *scenario, plim_plan **plan, plim_error *error);
void plim_plan_free(plim_plan **plan);

/** Bytes that the plan's tables hold. */
size_t plim_plan_bytes(const plim_plan *plan);

#endif
