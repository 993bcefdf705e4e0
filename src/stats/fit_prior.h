/* SPDX-License-Identifier: Apache-2.0 */
/** What was believed, brought up to date by what was seen: conjugate laws. */
#ifndef PLIM_STATS_FIT_PRIOR_H
#define PLIM_STATS_FIT_PRIOR_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

/** A gamma law of a rate: mean = shape / years. */
typedef struct plim_gamma_belief {
	double shape, years; /* years: the inverse of the scale; as if `shape` events had been seen in so many years */
} plim_gamma_belief;

/** The gamma law with these 5 and 95 % quantiles. PLIM_ERROR_MODEL if there is none (shape 0.1 to 10^6). */
plim_status plim_gamma_belief_between(double p5, double p95, plim_gamma_belief *out, plim_error *error);

/** After `events` in `years` of a Poisson law: shape + events, years + years. */
plim_gamma_belief plim_gamma_belief_update(plim_gamma_belief prior, uint64_t events, double years);

double plim_gamma_belief_quantile(plim_gamma_belief belief, double p);

/**
 * Belief about a lognormal law: normal - inverse gamma in the logarithm. `weight` counts as so many observations:
 * mu | s2 ~ normal(centre, s2 / weight), s2 ~ scaled inverse chi-square(freedom, spread^2).
 */
typedef struct plim_lognormal_belief {
	double centre, spread, weight, freedom;
} plim_lognormal_belief;

/** A belief whose middle law is the lognormal with these 5 and 95 % quantiles, worth `weight` observations. */
plim_lognormal_belief plim_lognormal_belief_between(double p5, double p95, double weight);

/** After values (above 0) were seen: Gelman and others, Bayesian Data Analysis, 3.3. */
plim_lognormal_belief plim_lognormal_belief_update(plim_lognormal_belief prior, const double *value, size_t count);

/** Quantile of the next value: exp of a Student t with `freedom` degrees. Its mean is infinite: a lognormal law with
 * the same 5 and 95 % quantiles stands for it in a model. */
double plim_lognormal_belief_quantile(plim_lognormal_belief belief, double p);

#endif
