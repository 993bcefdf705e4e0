/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What is known of a model without simulation: exact means, laws of event counts, and compound laws of annual losses.
 *
 * Everything is read from the model, not from the plan, and shares no code with the sampler: places, keys, exposures
 * and controls are looked up anew, counts go through their generating functions, amounts through their distribution
 * functions. So a fault in the compiler of plans or in the kernel shows as a contradiction.
 *
 * In a year of a trial, given its unknowns, each origin (a source, or one value of the key of a shared event) has an
 * independent number of attempts; an attempt becomes an event with its chance, at each place by itself; an event costs
 * the sum of its independent components times what controls and seal checks leave of it. The transform of one attempt's
 * loss is psi = sum over the stretches of the year between start days, weighted by length, of product over the origin's
 * places of (1 - q + q phi), phi the transform of the loss there, that of the origin G(psi), G the count's generating
 * function, that of the threat the mean over its unknowns of the product over its origins. Over several years it is the
 * mean over what a trial draws once of the product over its years, in each of them the mean over what a year draws
 * anew: intensities, and whether controls are in working order.
 */
#ifndef PLIM_ENGINE_EXACT_H
#define PLIM_ENGINE_EXACT_H

#include <complex.h>
#include <stdbool.h>

#include "dist/count.h"
#include "dist/nodes.h"
#include "model/model.h"
#include "stats/lattice.h"

#define PLIM_EXACT_CONTROLS 64 /* in force against one threat */
#define PLIM_EXACT_UNKNOWNS 16 /* of one threat, and as many that belong to each place */
#define PLIM_EXACT_STRETCHES 16
#define PLIM_EXACT_HORIZON 0 /* in place of a year, which count from 1 */
#define PLIM_EXACT_REASON 160

/* Places that are alike for a threat. */
typedef struct plim_exact_type {
	double loss_times, undetected; /* undetected: 1 but along trips */
	uint64_t controls;             /* bits: which of the threat's act here */
	bool shared;
} plim_exact_type;

typedef struct plim_exact_part {
	uint32_t type, count;
} plim_exact_part;

typedef struct plim_exact_origin {
	double exposure, copies; /* `copies` independent origins are like this one */
	uint64_t trips;          /* along trips: their number in a year ... */
	double incident;         /* ... and the chance of an incident on this leg */
	size_t first_part, parts;
} plim_exact_origin;

/* A dimension of an integral: the unknown and its nodes. */
typedef struct plim_exact_unknown {
	const plim_number *number;
	plim_nodes nodes;
	bool severity, chance; /* what it changes: the law of a loss, its chance */
} plim_exact_unknown;

/* Years in which the same controls start on the same days, if any: a range of stretches. */
typedef struct plim_exact_year {
	size_t first, stretches;
	double copies; /* how many of them */
} plim_exact_year;

/* One threat in one scenario, at all its places or at one, over the horizon or in one year of it. */
typedef struct plim_exact_threat {
	const plim_model *model;
	const plim_threat *threat;
	const plim_control *control[PLIM_EXACT_CONTROLS];
	uint32_t control_index[PLIM_EXACT_CONTROLS]; /* in the model */
	size_t controls;
	plim_exact_type *type;
	size_t types, type_capacity;
	plim_exact_origin *origin;
	size_t origins, origin_capacity;
	plim_exact_part *part;
	size_t parts, part_capacity;
	/* The same but for what places multiply their losses by, so that more origins are alike: all that the number of
	 * events hangs on. NULL where no place has such a factor. */
	plim_exact_origin *event_origin;
	plim_exact_part *event_part;
	size_t event_origins;
	uint32_t span;                                   /* years that it is about */
	double stretch[PLIM_EXACT_STRETCHES];            /* lengths, adding up to 1 in a year */
	double present[PLIM_EXACT_STRETCHES];            /* the same in all of its years, discounted to the start */
	uint64_t stretch_controls[PLIM_EXACT_STRETCHES]; /* bits of those that have started */
	size_t stretches;
	plim_exact_year year[PLIM_EXACT_STRETCHES];
	size_t years;
	/* drawn once in a trial, once at each place of a trial, and over several years anew in each of them */
	plim_exact_unknown global[PLIM_EXACT_UNKNOWNS], local[PLIM_EXACT_UNKNOWNS], yearly[PLIM_EXACT_UNKNOWNS];
	size_t globals, locals, yearlies;
	plim_number scale[3];     /* stand for a common factor on all chances, pooled of each of these three */
	uint64_t pooled_controls; /* bits: their effect is in there */
	bool uncertain;           /* anything of it is unknown, and not just different from year to year */
	char no_law[PLIM_EXACT_REASON];    /* why the law of its annual loss is not known; "" if it is */
	char no_events[PLIM_EXACT_REASON]; /* the same of its number of events */
	char no_mean[PLIM_EXACT_REASON];   /* the same of its mean loss */
	bool direct_known;                 /* the means of its direct components are known, whatever its outages do */
} plim_exact_threat;

/** Which places: all of a threat, or one (of the threat's own kind of place). */
#define PLIM_EXACT_EVERYWHERE UINT32_MAX

/** Reads one threat (index in the model) in one scenario (index in the model), in a year (from 1) or over the horizon
 * (PLIM_EXACT_HORIZON). A threat that is not at `place` comes out with no origins. PLIM_ERROR_MEMORY. */
plim_status plim_exact_threat_build(const plim_model *model, uint32_t scenario, uint32_t threat, uint32_t place,
                                    uint32_t year, plim_exact_threat **out, plim_error *error);
void plim_exact_threat_free(plim_exact_threat **threat);

/* Inside plim_exact_threat_build: fills the unknowns of a threat whose origins and controls are known, and gives a
 * reason unless there is one already. */
plim_status plim_exact_unknowns(plim_exact_threat *t, plim_error *error);
void plim_exact_say(char reason[static PLIM_EXACT_REASON], const char *why);

/* --- values under an integral --- */

/* Values of unknowns at one node. */
typedef struct plim_exact_env {
	const plim_number *number[3 * PLIM_EXACT_UNKNOWNS];
	double value[3 * PLIM_EXACT_UNKNOWNS];
	size_t count;
} plim_exact_env;

double plim_exact_value(const plim_exact_env *env, const plim_number *number);

/** The first, then each next node of a grid; returns its weight. Begin with *step = 0; false when there are no more. */
bool plim_exact_walk(const plim_exact_unknown *unknown, size_t count, uint64_t step, plim_exact_env *env,
                     double *weight);

/** The law of attempts of an origin. */
plim_count plim_exact_count(const plim_exact_threat *t, const plim_exact_origin *o, const plim_exact_env *env);

/** The chance that an attempt is an event at a place, in one stretch of the year. */
double plim_exact_chance(const plim_exact_threat *t, const plim_exact_type *type, size_t stretch,
                         const plim_exact_env *env);

/* What controls and seal checks leave of a loss: `factor` with `probability`. */
typedef struct plim_exact_outcome {
	double factor, probability;
	uint64_t works; /* bits: controls that did their part on single components */
} plim_exact_outcome;
#define PLIM_EXACT_OUTCOMES 128

/** The outcomes at a place in a stretch; returns their number, 0 if there are too many (plim_exact_threat_build sees to
 * that). */
size_t plim_exact_outcomes(const plim_exact_threat *t, const plim_exact_type *type, size_t stretch,
                           const plim_exact_env *env, plim_exact_outcome *outcome);

/** What the controls that work in an outcome leave of one component (index in the threat), beside outcome->factor. */
double plim_exact_part_left(const plim_exact_threat *t, const plim_exact_outcome *outcome, size_t component,
                            const plim_exact_env *env);

/** A component's amount with its unknown multiplier in place: borrowed data, nothing to release. */
plim_amount plim_exact_amount(const plim_severity *severity, const plim_exact_env *env);

/* --- means --- */

/** A threat's expected events and its expected direct loss by component (out[component of the model's threat]), in a
 * trial; +inf where the mean is infinite. `total` is their sum. `present`: all that discounted to the start from the day
 * of the event. Only where direct_known. PLIM_ERROR_MEMORY. */
plim_status plim_exact_mean(const plim_exact_threat *t, bool present, double *events, double *component, double *total,
                            plim_error *error);

/* --- laws --- */

/* What an event is taken to be. */
typedef enum plim_exact_basis {
	PLIM_EXACT_LOSS,   /* its loss, on a lattice */
	PLIM_EXACT_ZERO,   /* 1 if it costs nothing, else 0: gives P(no loss) */
	PLIM_EXACT_EVENTS, /* the variable z: gives the generating function of the number of events */
} plim_exact_basis;

/**
 * The transform of a threat's annual loss (or whatever the basis says), multiplied into down[] and up[]:
 * plim_lattice_points values with PLIM_EXACT_LOSS, one else (`up` is NULL and `z` the variable with PLIM_EXACT_EVENTS).
 * PLIM_ERROR_MEMORY.
 */
plim_status plim_exact_transform(const plim_exact_threat *t, plim_exact_basis basis, const plim_lattice *lattice,
                                 double complex z, double complex *down, double complex *up, plim_error *error);

/** How many distribution functions one call of plim_exact_transform is worth, for PLIM_EXACT_LOSS on a lattice of one
 * point: a measure of the work. */
double plim_exact_work(const plim_exact_threat *t, plim_exact_basis basis);

/* A sum of threats that share no unknown. */
typedef struct plim_exact_law {
	plim_exact_threat **threat;
	size_t threats;
	char no_law[PLIM_EXACT_REASON + 64]; /* "" if the law is known */
	char no_events[PLIM_EXACT_REASON + 64];
	char no_mean[PLIM_EXACT_REASON + 64];
	double mean, events; /* of the sum, in a trial or its year; NAN if not known */
	double present;      /* the mean discounted; NAN if not known or without a discount rate */
} plim_exact_law;

/** The law of one threat (index in the model), or of all for UINT32_MAX, at one place or everywhere, in a year (from 1)
 * or over the horizon (PLIM_EXACT_HORIZON). The caller clears it. */
plim_status plim_exact_law_build(const plim_model *model, uint32_t scenario, uint32_t threat, plim_place_kind kind,
                                 uint32_t place, uint32_t year, plim_exact_law *law, plim_error *error);
void plim_exact_law_clear(plim_exact_law *law);

/** True if any of its threats is uncertain. */
bool plim_exact_is_uncertain(const plim_exact_law *law);

/** A stretch of a distribution function, bracketed: low[j] <= P(S <= j step) <= high[j], j < size. */
typedef struct plim_exact_curve {
	double step, *low, *high;
	size_t size;
} plim_exact_curve;

/** The curve up to `reach` on 2^bits points; the last third is less exact. The caller clears it. */
plim_status plim_exact_curve_build(const plim_exact_law *law, double reach, unsigned bits, plim_exact_curve *curve,
                                   plim_error *error);
void plim_exact_curve_clear(plim_exact_curve *curve);

/** Bounds of P(S >= x) and of P(S < x), for 0 < x within two thirds of the curve. */
void plim_exact_curve_above(const plim_exact_curve *curve, double x, double *least, double *most);

/** Bounds of the quantile at p and a value between; false if the curve does not reach it. */
bool plim_exact_curve_quantile(const plim_exact_curve *curve, double p, double *value, double *least, double *most);

/**
 * A distribution function put together from curves of growing reach, each finer than the next: at the points at[j],
 * ascending, P(S <= y) >= low[j] for y >= at[j] and <= high[j] for at[j] <= y < at[j + 1]. Starts from {0}.
 */
typedef struct plim_exact_steps {
	double *at, *low, *high;
	size_t count, capacity[3];
} plim_exact_steps;

/** Adds the curve from where the steps end up to `upto`, within two thirds of its reach. PLIM_ERROR_MEMORY. */
plim_status plim_exact_steps_add(plim_exact_steps *steps, const plim_exact_curve *curve, double upto,
                                 plim_error *error);

/** Call once after the last curve: makes both bounds non-decreasing, as they may be made. */
void plim_exact_steps_finish(plim_exact_steps *steps);
void plim_exact_steps_clear(plim_exact_steps *steps);

/** Bounds of E[min(S, x)], x up to the last point. */
void plim_exact_steps_limited(const plim_exact_steps *steps, double x, double *least, double *most);

/** P(S = 0). */
plim_status plim_exact_p_zero(const plim_exact_law *law, double *p, plim_error *error);

/** A reach that leaves the quantile at p > P(S = 0) just within two thirds of a curve. */
plim_status plim_exact_reach(const plim_exact_law *law, double p, double *reach, plim_error *error);

#endif
