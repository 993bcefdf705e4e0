/* SPDX-License-Identifier: Apache-2.0 */
/** The total losses of a model trial by trial, and nothing else: what studies of many models that differ a little are
 * made of. */
#ifndef PLIM_DECIDE_TRIAL_LOSSES_H
#define PLIM_DECIDE_TRIAL_LOSSES_H

#include "decide/loss_figures.h"
#include "engine/summary.h"
#include "plimsoll/run.h"

/** Start from {0}; release with plim_trial_losses_clear. */
typedef struct plim_trial_losses {
	uint64_t trials;
	size_t scenarios;
	double **loss; /* by scenario, in the model's order: as the firm bears them, net with insurance, else gross */
	double *room;
	plim_summary *summary;  /* of all series, if it was asked for; borrows the groups of ... */
	struct plim_plan *plan; /* ... the plan, kept with it */
} plim_trial_losses;

/**
 * Runs a model as plim_run does, with the same draws, without making tables. Of `options` are read: trials, seed,
 * threads, scenario, first_block, blocks, stop and progress. `keep_summary` keeps what the blocks added up to.
 * PLIM_ERROR_MODEL, PLIM_ERROR_MEMORY, PLIM_ERROR_INTERRUPTED when *stop was set.
 */
plim_status plim_trial_losses_run(const plim_model *model, const plim_run_options *options, bool keep_summary,
                                  plim_trial_losses *out, plim_error *error);
void plim_trial_losses_clear(plim_trial_losses *losses);

/** Their mean, 0 of none. */
double plim_losses_mean(const double *loss, uint64_t n);

/** The mean and TVaR_p of losses, and of each replicate of them (see plim_losses_sorted). */
typedef struct plim_loss_figures {
	double mean, tvar;
	double replicate_mean[PLIM_REPLICATES], replicate_tvar[PLIM_REPLICATES];
	bool tail; /* replicates have trials enough for TVaR */
} plim_loss_figures;

plim_status plim_loss_figures_of(const double *loss, uint64_t n, const plim_probability *p, plim_loss_figures *out,
                                 plim_error *error);

#endif
