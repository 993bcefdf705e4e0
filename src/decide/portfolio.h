/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Portfolios: sets of controls that may be added to what is in force, and what the losses of a year are under each.
 *
 * Losses are what the firm bears: net with insurance, else gross. All portfolios see the same attempts.
 *
 * Threats whose losses do not meet (no common outage in the network, no common insurance) add up within every trial,
 * and a threat's losses depend only on the controls that act on it. So threats are gathered in parts: a part's losses
 * are simulated once for each set of its own controls (a variant), and any portfolio's total of a trial is a sum over
 * parts. Nothing is approximated by that: the totals are those of a run of the same scenario and seed, up to the
 * rounding of sums.
 */
#ifndef PLIM_DECIDE_PORTFOLIO_H
#define PLIM_DECIDE_PORTFOLIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "decide/loss_figures.h"
#include "decide/watch.h"
#include "model/model.h"
#include "plimsoll/run.h"

/** Candidates that one portfolio can choose from. */
#define PLIM_PORTFOLIO_CONTROLS 60

/** A set of candidates: bit i for candidate i. */
typedef uint64_t plim_set;

typedef struct plim_candidate {
	uint32_t control;                /* index in the model */
	plim_set requires, excludes;     /* candidates; excludes is symmetric */
	double capital, running, yearly; /* expected: at the start; a year; a year with the capital by annuity */
} plim_candidate;

/** What is looked at, beside the mean. */
typedef struct plim_portfolio_scale {
	plim_probability p; /* of TVaR */
	double loss;        /* breach is P(loss of a trial > loss); NAN: none */
} plim_portfolio_scale;

typedef enum plim_portfolio_figure {
	PLIM_PORTFOLIO_MEAN,
	PLIM_PORTFOLIO_TVAR,
	PLIM_PORTFOLIO_BREACH
} plim_portfolio_figure;
#define PLIM_PORTFOLIO_FIGURES 3

/** Figures of the loss of a trial, over all trials and over each replicate. NAN where there is none. */
typedef struct plim_portfolio_value {
	double all[PLIM_PORTFOLIO_FIGURES];
	double replicate[PLIM_PORTFOLIO_FIGURES][PLIM_REPLICATES];
} plim_portfolio_value;

/** Losses of one part of the threats under one set of its controls: inside this folder. */
typedef struct plim_variant_losses {
	plim_set set;
	bool used;                   /* this place of the table is taken */
	double sum[PLIM_REPLICATES]; /* of the replicates' losses */
	struct plim_block_losses {
		uint32_t count;
		uint16_t *trial; /* of the block; a trial may occur more than once */
		double *loss;
	} * block; /* by block; NULL when they were dropped to save memory */
} plim_variant_losses;

typedef struct plim_portfolio_part {
	plim_set set;                 /* the candidates that act on it */
	plim_variant_losses *variant; /* hash table of `places`, a power of 2 */
	size_t places, variants;
} plim_portfolio_part;

typedef struct plim_portfolio {
	const plim_model *model;     /* borrowed */
	const plim_scenario *before; /* what is in force: controls and insurance */
	plim_candidate *candidate;
	size_t candidates;
	plim_portfolio_part *part;
	size_t parts;
	uint32_t *part_of; /* by threat of the model */
	plim_run_options options;
	plim_portfolio_scale scale;
	uint64_t blocks, trials_of[PLIM_REPLICATES];
	size_t bytes, limit; /* held by losses trial by trial */
	bool interacts;      /* some threats meet in the network or in insurance: a control might add loss */
	uint64_t simulated;  /* scenarios so far */
	plim_watch *watch;   /* borrowed; set by who made the portfolio; NULL: nobody looks */
} plim_portfolio;

/**
 * Candidates are `controls` (ids, NULL-terminated), or all that scenario `from` does not have when NULL; `from` NULL is
 * the first scenario of the file. Of `options` are read trials, seed, threads, stop and memory_limit (bytes of losses
 * that are kept, 0: 1 GiB; more are simulated again). The model must outlive the portfolio. PLIM_ERROR_USAGE for
 * unknown or too many controls and for more trials than memory_limit (at least 1 GiB) has room for at once,
 * PLIM_ERROR_MODEL when the model has no mean, PLIM_ERROR_MEMORY.
 */
plim_status plim_portfolio_new(const plim_model *model, const char *from, const char *const *controls,
                               const plim_portfolio_scale *scale, const plim_run_options *options,
                               plim_portfolio **portfolio, plim_error *error);
void plim_portfolio_free(plim_portfolio **portfolio);

/** What is in force of a set: controls without what they require do nothing. */
plim_set plim_portfolio_working(const plim_portfolio *portfolio, plim_set set);

/** True if nothing in the set lacks what it requires or meets what it excludes. */
bool plim_portfolio_coherent(const plim_portfolio *portfolio, plim_set set);

/** Simulates what is not known yet of the sets, and keeps it. PLIM_ERROR_INTERRUPTED, PLIM_ERROR_MEMORY. */
plim_status plim_portfolio_simulate(plim_portfolio *portfolio, const plim_set *set, size_t count, plim_error *error);

/** All variants of all parts, if they are at most `most` and, unless only sums are needed, their losses fit the memory:
 *  *done says so. PLIM_ERROR_INTERRUPTED, PLIM_ERROR_MEMORY. */
plim_status plim_portfolio_simulate_all(plim_portfolio *portfolio, size_t most, bool sums_only, bool *done,
                                        plim_error *error);

/**
 * The figures of `count` sets; with `mean_only` TVaR and breach are NAN. What is not known yet is simulated.
 * PLIM_ERROR_INTERRUPTED, PLIM_ERROR_MEMORY.
 */
plim_status plim_portfolio_values(plim_portfolio *portfolio, const plim_set *set, size_t count, bool mean_only,
                                  plim_portfolio_value *value, plim_error *error);

/** The figures of losses given trial by trial, as many as the portfolio's. PLIM_ERROR_MEMORY. */
plim_status plim_portfolio_value_of(const plim_portfolio *portfolio, const double *loss, plim_portfolio_value *value,
                                    plim_error *error);

/** A variant that is known; NULL if it is not. */
const plim_variant_losses *plim_portfolio_variant(const plim_portfolio *portfolio, size_t part, plim_set set);

/** Adds up the losses of a set, by trial: `total` has room for all trials. Its variants must be held. */
void plim_portfolio_total(const plim_portfolio *portfolio, plim_set set, double *total);

/** Moves the k largest of n values to the front, in no order. */
void plim_largest_first(double *value, size_t n, size_t k);

#endif
