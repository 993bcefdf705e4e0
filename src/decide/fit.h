/* SPDX-License-Identifier: Apache-2.0 */
/**
 * From an incident log to the frequency, losses and outages of each threat in it.
 *
 * Words: a row that is neither near miss nor false alarm is an event; events and near misses are attempts; false alarms
 * are counted and nothing else. So a log with near misses gives the frequency of attempts and, as vulnerability, the
 * share of them that succeeds.
 */
#ifndef PLIM_DECIDE_FIT_H
#define PLIM_DECIDE_FIT_H

#include "model/log.h"
#include "model/model.h"
#include "stats/fit_amount.h"
#include "stats/fit_count.h"
#include "stats/fit_prior.h"

typedef struct plim_fit_options {
	const char *threat; /* only this one; NULL: all */
	int32_t from, to;   /* the period that the log is complete for, both days included; from > to: the calendar years
	                     * that the log touches */
	double threshold;   /* money: losses at or below it are not in the log; 0: none */
	double deductible;  /* money: the log has what of each loss is above it, and no loss at or below; 0: none */
	double unreported_below; /* money: a loss without a value is known to be below; 0: it may be any */
	uint64_t places;         /* at which each threat strikes; 0: those of the model, else 1 */
	const plim_model *model; /* for places and beliefs; NULL: none */
	double prior_rate[2]; /* 5 and 95 % quantiles of the believed rate per place and year; 0: none (or the model's) */
	double prior_loss[2]; /* of the believed loss; 0: none */
	double prior_weight;  /* observations that the belief about losses is worth */
	uint32_t replicates;  /* of the bootstrap; 0: no p-values */
	uint64_t seed;
	bool forced; /* take `family`, whatever its AIC */
	plim_family family;
	double cap;     /* money: losses are cut here in the model written; INFINITY: not */
	bool ground_up; /* write the law from 0 on, not from the threshold */
} plim_fit_options;

plim_fit_options plim_fit_options_default(void);

/** Losses or outages of one threat. */
typedef struct plim_fit_severity {
	size_t known, zero, bounded, unknown; /* rows with a value above 0; with 0; with bounds; with neither (left out) */
	plim_fit_sample sample;               /* owned by the severity: value and bounds, sorted by value */
	plim_fit_amount fit[PLIM_FIT_FAMILIES];
	int order[PLIM_FIT_FAMILIES]; /* indices of the good fits by AIC, best first, then -1 */
	int chosen;                   /* index of the fit to write, -1 if there is none */
	plim_amount law;              /* built, of the one chosen */
	double above;                 /* P(X > threshold) under the chosen law */
	const char *note;             /* static: why none was chosen, or not the best; NULL */
} plim_fit_severity;

typedef struct plim_fit_threat {
	const char *id;
	uint64_t events, near_misses, false_alarms;
	uint64_t places;    /* that the rate is divided by */
	const char **place; /* names of the places that its rows name, in order of name; owned list */
	size_t place_count;
	plim_fit_count count;   /* attempts, all places together */
	bool negative_binomial; /* what the model gets */
	plim_fit_severity loss, outage;
	bool has_belief, belief_of_model;
	plim_gamma_belief prior, posterior; /* rate of attempts per place and year */
	bool has_loss_belief;
	plim_lognormal_belief loss_prior, loss_posterior;
} plim_fit_threat;

/** Start from {0}; release with plim_fit_report_clear. */
typedef struct plim_fit_report {
	plim_fit_threat *threat; /* by id */
	size_t threats;
	int32_t from, to;
	double years;
	bool assumed_period;
	size_t outside; /* rows outside the period: left out */
	size_t near_misses_left; /* left out, since there is a threshold */
	size_t below;   /* events with a loss at or below the threshold: left out */
} plim_fit_report;

/**
 * Fits all threats of a log. PLIM_ERROR_USAGE for options that contradict each other or the log (naming which),
 * PLIM_ERROR_MODEL for a belief or a forced family that cannot be written, PLIM_ERROR_MEMORY.
 */
plim_status plim_fit_log(const plim_log *log, const plim_fit_options *options, plim_fit_report *report,
                         plim_error *error);
void plim_fit_report_clear(plim_fit_report *report);

/** True if a threat has what a model needs: a law of losses or outages. */
bool plim_fit_is_whole(const plim_fit_threat *threat);

/** The amount of a fit as the model file would have it: given, not built. False when memory is short. */
bool plim_fit_as_amount(const plim_fit_amount *fit, double threshold, bool ground_up, double cap, plim_amount *out);

/** `value` as it is written in a model: 9 significant digits. */
double plim_fit_rounded(double value);

#endif
