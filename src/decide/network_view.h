/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a model's network says of each of its places without simulation: how long an outage there may last before it
 * costs anything, how long it is expected to last, what it loses, and what hangs on the place.
 *
 * Frequencies and sizes enter by their means, uncertain parameters too; each outage stands alone.
 */
#ifndef PLIM_DECIDE_NETWORK_VIEW_H
#define PLIM_DECIDE_NETWORK_VIEW_H

#include "model/model.h"

/** Lengths of outage, in days, of which the loss per day is told. */
#define PLIM_NETWORK_LENGTHS 4
extern const double plim_network_length[PLIM_NETWORK_LENGTHS]; /* 1, 7, 30, 90 */

/** Up to so many rows every curve is followed to its end. Beyond, curves are followed to the first loss, to 90 days and
 *  to the outage that one in 10^9 exceeds (all the way for laws with a heavy tail), whichever is latest, and go on
 *  straight from there. A loss that fell back to 0 afterwards (a gap that grows until substitution starts in time)
 * would go unseen by the time to survive. */
#define PLIM_NETWORK_WHOLE 20000

/** One place. Money in the currency of the model, margin only (without the cost of substitution). */
typedef struct plim_network_row {
	bool on_link;
	uint32_t place;         /* a node or a link of the model */
	double time_to_survive; /* days: sup{D: f(D) = 0} of an outage of all output; INFINITY if nothing is ever lost */
	double time_to_recover; /* days: mean length of the outages that strike it; NAN if no threat stops it */
	double events_per_year; /* that stop it */
	double expected_loss;   /* a year, each outage alone: sum of events_per_year x E[f(D)] over its threats */
	double loss_per_day[PLIM_NETWORK_LENGTHS]; /* f(D) / D */
	double value_share; /* of all margin: lost for good while it stands still, with no buffer and no substitution; NAN
	                     * if the model has no margin */
	double betweenness; /* share of the pairs of other nodes that have their shortest way through it; NAN for links */
	uint32_t bearers_stopped; /* nodes with a margin whose output stops completely then, itself included */
	bool single_point;        /* it stops another node's margin completely, or all margin of the model */
	bool gap;                 /* time_to_recover > time_to_survive */
} plim_network_row;

/** Start from {0}; release with plim_network_view_clear. */
typedef struct plim_network_view {
	plim_network_row *row; /* by expected loss, then value share, largest first; then nodes before links, by index */
	size_t rows;
	double margin_per_day; /* of all nodes in scope */
	double expected_loss;  /* of all rows */
	uint32_t bearers;      /* nodes with a margin */
	uint32_t sources;      /* of the shortest ways that betweenness rests on: all nodes, or an evenly spaced sample */
	size_t single_points, gaps;
	bool onsets;    /* a large network: see PLIM_NETWORK_WHOLE */
	char **warning; /* sentences about the network; the first few of each kind, then how many more there are */
	size_t warnings;
} plim_network_view;

typedef struct plim_network_view_options {
	const char *scenario; /* id: its controls are in force from the first day, at their mean effect; NULL: no control */
	bool links;           /* rows for links too */
} plim_network_view_options;

/**
 * Fills *view (which must be {0}) from a model; uses all threads that OpenMP gives.
 * PLIM_ERROR_USAGE if there is no such scenario, PLIM_ERROR_MODEL if there are no nodes or the links make no sound
 * network, PLIM_ERROR_MEMORY.
 */
plim_status plim_network_view_build(const plim_model *model, const plim_network_view_options *options,
                                    plim_network_view *view, plim_error *error);
void plim_network_view_clear(plim_network_view *view);

#endif
