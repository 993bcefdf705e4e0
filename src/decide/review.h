/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Two runs of an organisation's model, an earlier and a later one: what changed in the model, what that did to the
 * losses, and what is expected of fines. The figures behind a management review.
 *
 * Losses are what the firm bears (net with insurance, else gross); change is after - before: positive is worse.
 */
#ifndef PLIM_DECIDE_REVIEW_H
#define PLIM_DECIDE_REVIEW_H

#include "decide/compare.h"
#include "model/diff.h"

/** A scenario that both runs have. */
typedef struct plim_review_pair {
	uint32_t before, after; /* in the results */
	plim_comparison losses;
} plim_review_pair;

/** A threat's mean loss in a pair of scenarios, and why it changed. */
typedef struct plim_review_threat {
	size_t pair;
	const char *threat, *title; /* borrowed from the results */
	double before, after, change, lower, upper;
	plim_basis basis;
	char *why; /* owned */
} plim_review_threat;

/** Expected fines of a legal requirement of the later model in a trial, gross: exact means of the component `fines`
 *  over its threats, with the controls of a scenario. NAN: not known, or (before) not in the earlier model. */
typedef struct plim_review_fines {
	double before, after;
} plim_review_fines;

/** Start from {0}; release with plim_review_clear. */
typedef struct plim_review {
	const plim_results *before, *after; /* borrowed */
	plim_model *model[2];               /* owned */
	plim_diff diff;
	plim_review_pair *pair; /* in the order of the later run; the first is the state that is reviewed */
	size_t pairs;
	bool matched; /* scenarios were paired by their ids; else the first of both is the only pair */
	bool same_scope;
	char no_losses[200];        /* why losses are not compared; "" */
	plim_review_threat *threat; /* by pair, the largest changes first */
	size_t threats, capacity;
	plim_review_fines *fines;    /* by index of the later model's legal register, in the first scenario */
	plim_review_fines all_fines; /* of all its threats, each once */
} plim_review;

/**
 * Compares two runs; both must outlive *review. `scenario` NULL: all that both have.
 * PLIM_ERROR_USAGE when one of them has no such scenario; PLIM_ERROR_IO, PLIM_ERROR_MODEL when a model cannot be read
 * from its results; PLIM_ERROR_MEMORY. Runs whose currency or horizon differ are reviewed without their losses.
 */
plim_status plim_review_build(const plim_results *before, const plim_results *after, const char *scenario,
                              plim_review *review, plim_error *error);
void plim_review_clear(plim_review *review);

/** Why a threat's loss changed from one scenario to the other, in words; `change` is that of its mean. The caller
 * releases the text; NULL when memory is short. Inside this folder. */
char *plim_review_cause(const plim_review *review, const plim_review_pair *pair, const char *threat, double change);

/** A record of a model by its id, NULL if there is none. */
const plim_threat *plim_review_find_threat(const plim_model *model, const char *id);
const plim_action *plim_review_find_action(const plim_model *model, const char *id);

#endif
