/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Insurance: what the policies of each scenario take over of every event of a block, event by event in time order.
 *
 * A policy pays share x min(max(L - deductible, 0), limit) of an event, where L is the event's loss without the waiting
 * days' part of its interruption: of an outage of D days f(D) - f((D - w)+) is not insured, f being what the outage
 * loses on its own; outages that share a loss with others are scaled alike. What an aggregate deductible keeps back and
 * what an aggregate limit cuts off is counted over a year, by the day on which an event began. Policies act side by
 * side on the gross loss; where they would pay more than a part of it comes to (the direct loss, the interruption of
 * one outage), each pays in proportion, and its aggregate limit is used up by what it does pay.
 */
#ifndef PLIM_ENGINE_INSURE_H
#define PLIM_ENGINE_INSURE_H

#include <stddef.h>
#include <stdint.h>

#include "engine/plan.h"

/** What the insurers take over of one held strike in one scenario. */
typedef struct plim_ceded {
	double total;          /* of the strike: money */
	double whole;          /* of its event: money, at the event's first strike; 0 at the others */
	double direct, outage; /* shares of its direct loss, and of its interruption and cost of substitution */
} plim_ceded;

/** What a held strike costs a node: kept until it is known what of it is insured. */
typedef struct plim_insure_charge {
	uint32_t scenario, trial, strike, node;
	double loss;
} plim_insure_charge;

/** What one event costs one node, from both sides. */
typedef struct plim_insure_borne {
	uint32_t node, event, at;
	double ceded, net;
} plim_insure_borne;

typedef struct plim_insure {
	plim_ceded *ceded; /* [held strike][scenario] */
	size_t ceded_capacity;
	uint32_t *order; /* insured held strikes by trial and day */
	size_t order_capacity;
	uint32_t *start;         /* those of trial t from start[t] to start[t + 1] - 1 */
	double *retained, *paid; /* [policy]: of the year at hand, by aggregate deductible and in all */
	double *pays, *rate;     /* [policy]: of the event at hand, in all and of each unit that it insures */
	plim_insure_charge *charge;
	size_t charges, charge_capacity;
	plim_insure_borne *borne;
	size_t borne_capacity;
} plim_insure;

/** A scenario seen from one side, while a batch is gathered. */
typedef struct plim_view {
	size_t series, scenario;
	plim_perspective perspective;
} plim_view;

struct plim_workspace;

/** Room for a plan's policies. PLIM_ERROR_MEMORY. */
plim_status plim_insure_init(plim_insure *insure, const plim_plan *plan, plim_error *error);
void plim_insure_clear(plim_insure *insure);

/** Notes that held strike `strike` costs `loss` at `node`; does nothing without insurance. */
void plim_insure_note(struct plim_workspace *ws, plim_insure_charge charge);

/** Works out ws->insure.ceded for all held strikes of the block, counts what is paid for and what is left in
 *  ws->held_counts, and books the bearers' parts. */
void plim_insure_solve(struct plim_workspace *ws);

/** While ws->batch holds released strikes: turns a gross part of each into what is ceded of it, or left net. */
void plim_insure_strikes(const struct plim_workspace *ws, const plim_view *view, double *loss);
void plim_insure_direct(const struct plim_workspace *ws, const plim_view *view, double *loss);
void plim_insure_outage(const struct plim_workspace *ws, const plim_view *view, double *loss);

/** The same for ws->event_loss, the sums of shared events. */
void plim_insure_events(const struct plim_workspace *ws, const plim_view *view);

#endif
