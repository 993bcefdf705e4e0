/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Amount distributions: what one loss or one outage may be.
 *
 * An amount is a parent law (family and parameters) that is then conditioned on [min, max], multiplied by
 * `times`, shifted by `shift` and at last cut at `cap`, in this order (design: Values, Amounts).
 * This file knows the laws; quantile_table.h compiles any of them into the table that the sampler reads.
 *
 * Everything here that ends in a table is computed in long double with the x87 or software functions of
 * libm, never with its double ones: those change last bits with the CPU, and tables must not.
 */
#ifndef PLIM_DIST_AMOUNT_H
#define PLIM_DIST_AMOUNT_H

#include <stdbool.h>
#include <stddef.h>

#include "plimsoll/status.h"

/* family, name in the model file */
#define PLIM_FAMILY_LIST(X)         \
	X(FIXED, "fixed")               \
	X(UNIFORM, "uniform")           \
	X(LOG_UNIFORM, "log_uniform")   \
	X(TRIANGULAR, "triangular")     \
	X(PERT, "pert")                 \
	X(BETA, "beta")                 \
	X(NORMAL, "normal")             \
	X(LOGNORMAL, "lognormal")       \
	X(EXPONENTIAL, "exponential")   \
	X(GAMMA, "gamma")               \
	X(WEIBULL, "weibull")           \
	X(PARETO, "pareto")             \
	X(LOMAX, "lomax")               \
	X(GPD, "gpd")                   \
	X(BURR, "burr")                 \
	X(LOG_LOGISTIC, "log_logistic") \
	X(METALOG, "metalog")           \
	X(EMPIRICAL, "empirical")       \
	X(HISTOGRAM, "histogram")       \
	X(MIXTURE, "mixture")           \
	X(SPLICED, "spliced")

typedef enum plim_family {
#define X(name, text) PLIM_FAMILY_##name,
	PLIM_FAMILY_LIST(X)
#undef X
	PLIM_FAMILY_COUNT
} plim_family;

/** The name of a family in the model file: a static string. */
const char *plim_family_name(plim_family family);

/** Finds a family by name; false if there is none. */
bool plim_family_parse(const char *name, plim_family *family);

/** One number as given in the model: a parameter ("median", "sigma", "min", "max", "times", "shift", "cap",
 *  "lambda", "at", "mean", "cv", ...) or a quantile "p5", "p99.5" (percent). `name` is owned by the amount. */
typedef struct plim_given {
	char *name;
	double value;
} plim_given;

typedef struct plim_amount plim_amount;

/**
 * An amount. The first part is what the model file gave (kept as it is: it is what the model digest covers);
 * the second part is filled by plim_amount_build. All pointers are owned; release with plim_amount_clear.
 */
struct plim_amount {
	/* as given */
	plim_family family;
	plim_given *given; /* scalar parameters in the order given */
	size_t given_count;
	double *x;         /* metalog: values; empirical: values; histogram: edges (weights + 1) */
	double *w;         /* metalog: probabilities; empirical: weights (1 each unless given); histogram, mixture: weights */
	size_t count;      /* length of x (and of w, except histogram: count - 1, and mixture: parts) */
	plim_amount *part; /* mixture: the laws mixed; spliced: part[0] body, part[1] tail */
	size_t parts;
	bool allow_infinite_mean;

	/* built */
	long double param[5]; /* the family's own parameters, in the order documented in amount.c */
	long double *coef;    /* metalog coefficients, cumulated weights and the like */
	size_t coefs;
	double min, max;      /* conditioning; -inf, +inf when absent (families with their own min/max use param) */
	double times, shift, cap; /* 1, 0, +inf when absent */
	/* parent's P(X < min), P(X > max) and P(min <= X <= max) */
	long double below, above, inside;
};

/** True if `name` is a scalar key that `family` understands (parameter, quantile pNN, or one of the common keys). */
bool plim_amount_key_known(plim_family family, const char *name);

/** The names of all keys of a family (scalars and lists), NULL-terminated, for messages: a static array. */
const char *const *plim_amount_keys(plim_family family);

/** Frees what the amount owns and zeroes it. */
void plim_amount_clear(plim_amount *amount);

/**
 * Turns the given part into the built part: resolves elicited forms (quantiles, mean and cv) into the family's
 * parameters, checks every range, fits a metalog and checks that it is feasible, prepares mixtures and splices (parts are
 * built too). PLIM_ERROR_MODEL with one clear sentence (what, and the feasible range) on anything infeasible:
 * wrong or missing or superfluous parameters, quantiles out of order, min >= max, an empty conditioning range,
 * gamma or beta shape below 0.1 (or above 1e6), `times` not above 0, rare values beyond the largest double. An infinite
 * mean is not refused here: see plim_amount_check_mean. The amount may be built only once.
 */
plim_status plim_amount_build(plim_amount *amount, plim_error *error);

/** Quantile of the whole amount (conditioned, times, shift, cap) at probability p with q = 1 - p, the smaller of
 *  which the caller gives exactly. p in (0, 1). Long double; accurate to about 1e-15 of |x| except next to a jump. */
long double plim_amount_quantile(const plim_amount *amount, long double p, long double q);

/** P(X <= x) and P(X > x) of the whole amount, each accurate in its own tail. */
long double plim_amount_cdf(const plim_amount *amount, double x);
long double plim_amount_sf(const plim_amount *amount, double x);

/** The atom of the whole amount nearest to x; false if it has none. */
bool plim_amount_nearest_atom(const plim_amount *amount, long double x, long double *atom);

/** Smallest and largest value the amount can take (may be -inf, +inf). */
void plim_amount_support(const plim_amount *amount, double *lowest, double *highest);

/** Exact moments of the whole amount, after conditioning and cap, by quadrature of the quantile function (see
 *  amount_moments.c); relative error below 1e-9. +inf where they do not exist, whichever tail is to blame, or are beyond
 *  the largest double. */
double plim_amount_mean(const plim_amount *amount);
double plim_amount_variance(const plim_amount *amount);

/** E[X^2] (+inf where it does not exist), and the share of it that the largest `q` share of values makes up: what a sample of about
 *  1/q values does not see of the variance. The share is 1 where E[X^2] is infinite or q >= 1. */
double plim_amount_second_moment(const plim_amount *amount);
double plim_amount_unseen(const plim_amount *amount, double q);

/** Whether they exist, from the law's tails alone: without computing them. */
bool plim_amount_has_mean(const plim_amount *amount);
bool plim_amount_has_variance(const plim_amount *amount);

/** PLIM_ERROR_MODEL, saying what to do, if the mean of a built amount is infinite and allow_infinite_mean is not set. */
plim_status plim_amount_check_mean(const plim_amount *amount, plim_error *error);

/** True if the law jumps (fixed, empirical, a cap or a mixture with such a part). */
bool plim_amount_has_atoms(const plim_amount *amount);

#endif
