/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The best portfolio of controls under a budget, and what other budgets would buy.
 *
 * The search looks at the figures of one sample. How it proves its answer:
 * - mean: losses add up over parts (portfolio.h), so all portfolios are weighed by tables (select.h);
 * - TVaR: it is the largest mean over any share 1 - p of the trials (Rockafellar and Uryasev, Optimization of
 * conditional value-at-risk, J. Risk 2, 2000), so the mean over the worst trials of any one portfolio bounds all
 * portfolios from below. Portfolios that look best by the bounds so far are evaluated, and each adds the bound of its
 * own worst trials, until the best bound is a portfolio's TVaR (cutting planes); beyond PLIM_SELECT_ENUMERATE controls
 * their number is bounded, the best one found is then bettered by adding, dropping and swapping, and its gap is told;
 * - breach: the trials in doubt are counted for every portfolio, up to PLIM_OPTIMIZE_COUNT controls.
 * Where parts are too large for tables every portfolio is simulated, up to PLIM_OPTIMIZE_SIMULATE controls. Beyond that
 * controls are added, dropped and swapped while that helps, and the gap to the figure of all controls together is told.
 *
 * What a search finds looks better than it is, for it was chosen by its luck too: so every figure of the answer comes
 * from a fresh sample with another seed.
 */
#ifndef PLIM_DECIDE_OPTIMIZE_H
#define PLIM_DECIDE_OPTIMIZE_H

#include "decide/select.h"

#define PLIM_OPTIMIZE_COUNT 16
#define PLIM_OPTIMIZE_SIMULATE 12

typedef struct plim_optimize_options {
	const char *from;            /* scenario in force; NULL: the first of the file */
	const char *const *controls; /* ids, NULL-terminated; NULL: all that `from` does not have */
	plim_portfolio_figure objective;
	plim_portfolio_scale scale;
	plim_budget budget;
	unsigned steps;       /* budgets of the frontier between nothing and all controls; 0: no frontier */
	double phase;         /* what can be spent in a phase of the roadmap; NAN: no phases */
	plim_run_options run; /* trials, seed, threads, memory_limit, stop */
	uint64_t fresh_seed;  /* other than run.seed */
	plim_watch *watch;    /* NULL: nobody looks */
} plim_optimize_options;

typedef struct plim_interval {
	double value, lower, upper; /* bounds NAN: none */
} plim_interval;

/** How the search ended. */
typedef enum plim_proof {
	PLIM_PROOF_TABLES,    /* every portfolio weighed, or a mixed-integer program solved */
	PLIM_PROOF_CUTS,      /* bounds met the best portfolio */
	PLIM_PROOF_COUNTS,    /* every portfolio counted */
	PLIM_PROOF_SIMULATED, /* every portfolio simulated */
	PLIM_PROOF_NONE       /* best found */
} plim_proof;

/** What the proof is, in words. Static. */
const char *plim_proof_text(plim_proof proof, size_t candidates);

/** One portfolio with its figures from the fresh sample: 95 % intervals from the spread of replicates. */
typedef struct plim_option {
	plim_set set;
	double limit; /* frontier: the budget that it is best under; else NAN */
	plim_budget cost;
	double yearly;
	double found; /* the objective in the sample of the search; NAN: not searched for */
	double bound; /* no portfolio's objective in that sample is lower; NAN: not known */
	plim_proof proof;
	plim_interval figure[PLIM_PORTFOLIO_FIGURES], avoided[PLIM_PORTFOLIO_FIGURES]; /* of a trial */
} plim_option;

/** A step of the roadmap: a control, with what it requires, and all that came before. */
typedef struct plim_road_step {
	plim_set added;
	unsigned phase; /* from 1; 0: no phases */
	double ratio;   /* mean avoided in a year by this step alone for each unit of yearly cost, as the search had it */
	plim_option after;
} plim_road_step;

typedef struct plim_optimum {
	plim_portfolio *portfolio; /* candidates and what is in force; owned */
	plim_optimize_options options;
	plim_option before, best; /* what is in force; the answer */
	plim_option uniform;      /* the same money spread over all controls alike; its set: those that got it */
	double rollout;           /* ... the share of each that it pays for */
	plim_option *frontier;
	size_t frontiers;
	const char *frontier_of; /* "outlay", "capital" or "running": the budget that the frontier varies; static */
	plim_road_step *road;
	size_t steps;
	bool interacts;
	uint64_t scenarios; /* simulated */
} plim_optimum;

/** PLIM_ERROR_USAGE, PLIM_ERROR_MODEL, PLIM_ERROR_INTERRUPTED, PLIM_ERROR_MEMORY. Release with plim_optimum_clear. */
plim_status plim_optimize(const plim_model *model, const plim_optimize_options *options, plim_optimum *optimum,
                          plim_error *error);
void plim_optimum_clear(plim_optimum *optimum);

/** A value and its interval over replicates; `less` is taken off pairwise, NULL: nothing. */
plim_interval plim_interval_of(const plim_portfolio_value *value, const plim_portfolio_value *less, int figure);

#endif
