/* SPDX-License-Identifier: Apache-2.0 */
/** What a model says of one threat over a period: the law of its number of events, and draws of the loss of one. */
#ifndef PLIM_DECIDE_MONITOR_LAW_H
#define PLIM_DECIDE_MONITOR_LAW_H

#include "model/model.h"
#include "stats/count_sum.h"

/** Start from {0}; release with plim_event_law_clear. */
typedef struct plim_event_law {
	const plim_model *model;
	const plim_scenario *scenario; /* NULL: no control */
	const plim_threat *threat;
	uint32_t index;
	double years;
	uint32_t draws;           /* of the uncertain numbers: 1 when all are certain */
	struct plim_drawn *drawn; /* numbers with their draws */
	size_t numbers;
	struct plim_event_source *source; /* places in order of likeness, or legs of trips */
	size_t sources;
	uint32_t *by_place; /* the sources in order of place */
	bool unreliable;    /* some control may be out of order: its state is drawn for each year of each draw */
	bool place_states;  /* ... at each place */
	uint64_t seed;
} plim_event_law;

plim_status plim_event_law_build(const plim_model *model, const plim_scenario *scenario, uint32_t threat, double years,
                                 uint64_t seed, plim_event_law *law, plim_error *error);
void plim_event_law_clear(plim_event_law *law);

#define PLIM_ALL_PLACES UINT32_MAX

/** Mean, and variance of it by the uncertain numbers alone, of the events at a place of the model or at all. */
void plim_event_law_mean(const plim_event_law *law, uint32_t place, double *mean, double *between, double *deviation);

/** P(N >= events) and P(N <= events). */
plim_status plim_event_law_tails(const plim_event_law *law, uint32_t place, uint64_t events, double *upper,
                                 double *lower, plim_error *error);

/** Mean direct loss of an event at a place (PLIM_ALL_PLACES: over the organisation), controls at their mean effect. */
double plim_event_mean_loss(const plim_event_law *law, uint32_t place);

/** True if a control of the scenario acts against the threat at a place. */
bool plim_event_control_acts(const plim_event_law *law, uint32_t control, uint32_t place);

/** True if a control may be out of order for a year. */
bool plim_control_is_unreliable(const plim_control *control);

/** False where the sizes of losses are no independent draws of one law as plim_event_cdf and plim_event_draws know it:
 * a control that reduces them may be out of order for a year, or reduces single components. */
bool plim_event_sizes_are_plain(const plim_event_law *law);

/** P(loss of an event <= x), or of its outage days, at a place and without `loss_times`, in closed form: false where
 * there is none (several components, uncertain numbers, jumps). */
bool plim_event_cdf(const plim_event_law *law, bool outage, uint32_t place, double x, double *p);

/** `count` draws, sorted, of the direct loss of an event (or of outage days) at a place, without `loss_times`. False
 * when memory is short. */
bool plim_event_draws(const plim_event_law *law, bool outage, uint32_t place, uint64_t seed, double *out, size_t count);

/** Identifies places at which plim_event_draws gives the same: the controls that act there. */
uint64_t plim_event_likeness(const plim_event_law *law, uint32_t place);

#endif
