/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a family of amounts must know about itself: the inside of amount.h, shared by the files that implement it.
 *
 * A law here is the parent: before conditioning, times, shift and cap. Probabilities travel as pairs (p, q = 1 - p) so
 * that each tail keeps its own relative accuracy. Only long double functions of libm are used.
 */
#ifndef PLIM_DIST_AMOUNT_LAW_H
#define PLIM_DIST_AMOUNT_LAW_H

#include "dist/amount.h"

/* key, name in the model file */
#define PLIM_KEY_LIST(X)                                                                                               \
	X(VALUE, "value")                                                                                                  \
	X(MODE, "mode")                                                                                                    \
	X(LAMBDA, "lambda")                                                                                                \
	X(ALPHA, "alpha")                                                                                                  \
	X(BETA, "beta")                                                                                                    \
	X(MEAN, "mean")                                                                                                    \
	X(SD, "sd")                                                                                                        \
	X(CV, "cv")                                                                                                        \
	X(MU, "mu")                                                                                                        \
	X(MEDIAN, "median")                                                                                                \
	X(SIGMA, "sigma")                                                                                                  \
	X(SHAPE, "shape")                                                                                                  \
	X(SCALE, "scale")                                                                                                  \
	X(MINIMUM, "minimum")                                                                                              \
	X(LOCATION, "location")                                                                                            \
	X(SHAPE1, "shape1")                                                                                                \
	X(SHAPE2, "shape2")                                                                                                \
	X(LOWER, "lower")                                                                                                  \
	X(UPPER, "upper")                                                                                                  \
	X(AT, "at")                                                                                                        \
	X(MIN, "min")                                                                                                      \
	X(MAX, "max")                                                                                                      \
	X(TIMES, "times")                                                                                                  \
	X(SHIFT, "shift")                                                                                                  \
	X(CAP, "cap")

typedef enum plim_key {
#define X(name, text) PLIM_KEY_##name,
	PLIM_KEY_LIST(X)
#undef X
	    PLIM_KEY_COUNT
} plim_key;

/** A probability and its complement, each with its own relative accuracy. */
typedef struct plim_prob {
	long double p, q;
} plim_prob;

#define PLIM_READER_QUANTILES 3 /* the most that any family takes */

/** The scalars given for an amount, sorted out: parameters by key, quantiles by increasing probability. */
typedef struct plim_reader {
	const char *family;
	bool has[PLIM_KEY_COUNT];
	double value[PLIM_KEY_COUNT];
	size_t quantiles;
	plim_prob level[PLIM_READER_QUANTILES];
	long double x[PLIM_READER_QUANTILES];
	const char *name[PLIM_READER_QUANTILES];
} plim_reader;

/** The three sums that moments are made of: probability, and first and second moment about a centre. */
typedef struct plim_partial {
	long double m0, m1, m2;
} plim_partial;

/** One family. */
typedef struct plim_law {
	/* Alternative sets of scalar keys, NULL-terminated; `q` is any quantile, `?key` is optional. */
	const char *const *forms;
	/* Keys for messages: scalars, typical quantiles and lists, with the common ones. */
	const char *const *keys;
	/* Fills param (and coef, parts) from what was given. */
	plim_status (*resolve)(plim_amount *amount, const plim_reader *reader, plim_error *error);
	long double (*quantile)(const plim_amount *amount, long double p, long double q);
	/* P(X < x), or P(X <= x) if `inclusive`, and the complement. x may be infinite. */
	plim_prob (*split)(const plim_amount *amount, long double x, bool inclusive);
	void (*support)(const plim_amount *amount, long double *lowest, long double *highest);
	/* Index of the lower and the upper tail: moments of an order k with k * index < 1 exist. NULL: both 0. */
	void (*tails)(const plim_amount *amount, long double *lower, long double *upper);
	/* Sums over lo < X <= hi about `centre`. NULL: by quadrature of the quantile function. */
	plim_partial (*partial)(const plim_amount *amount, long double lo, long double hi, long double centre);
	/* The nearest atom of the law to x, x itself if there is none. NULL: the law has no atoms. */
	long double (*nearest_atom)(const plim_amount *amount, long double x);
	bool own_range; /* min and max are parameters, not conditioning */
} plim_law;

extern const plim_law plim_law_fixed, plim_law_uniform, plim_law_log_uniform, plim_law_triangular, plim_law_pert,
    plim_law_beta, plim_law_normal, plim_law_lognormal, plim_law_exponential, plim_law_gamma, plim_law_weibull,
    plim_law_pareto, plim_law_lomax, plim_law_gpd, plim_law_burr, plim_law_log_logistic, plim_law_metalog,
    plim_law_empirical, plim_law_histogram, plim_law_mixture, plim_law_spliced;

/** The law of a family. */
const plim_law *plim_law_of(plim_family family);

/* --- amount.c --- */

/** Like plim_amount_build, with `location` (may be NULL) as the location of a gpd that names none. */
plim_status plim_amount_build_at(plim_amount *amount, const double *location, plim_error *error);

/** The parent's value at a value of the whole amount. An atom is met exactly though times and shift round. */
long double plim_amount_parent_value(const plim_amount *amount, long double x);

/** P(X < x) or P(X <= x) of the whole amount, and the complement. */
plim_prob plim_amount_split(const plim_amount *amount, long double x, bool inclusive);

/* --- amount_moments.c --- */

/** Sums over lo < X <= hi of the whole amount about `centre`. */
plim_partial plim_amount_partial(const plim_amount *amount, long double lo, long double hi, long double centre);

/** Index of the lower and upper tail of the whole amount: 0 where it is bounded or light. */
void plim_amount_tails(const plim_amount *amount, long double *lower, long double *upper);

/* --- amount_keys.c --- */

/** Sorts what was given and matches it with the family's forms; one sentence on what does not fit. */
plim_status plim_reader_init(plim_reader *reader, const plim_amount *amount, plim_error *error);

/** A key's number, or `otherwise` if it was not given. */
double plim_reader_get(const plim_reader *reader, plim_key key, double otherwise);

const char *plim_key_name(plim_key key);

/* --- elicit.c --- */

/** PLIM_ERROR_MODEL unless every given one of the `count` keys is above 0. */
plim_status plim_elicit_positive(const plim_reader *reader, const plim_key *keys, size_t count, plim_error *error);

/** PLIM_ERROR_MODEL unless all quantiles lie above `floor` (called `what` in the message) and increase. */
plim_status plim_elicit_above(const plim_reader *reader, long double floor, const char *what, plim_error *error);

/** Finds t in [lo, hi] with value(context, t) = target for a monotone positive `value`. PLIM_ERROR_MODEL naming `what`
 *  and its feasible range if there is none. */
plim_status plim_elicit_solve(const plim_reader *reader, long double (*value)(const void *, long double),
                              const void *context, long double lo, long double hi, long double target, const char *what,
                              long double *t, plim_error *error);

/** -ln q without loss in either tail: the hazard that is passed at this probability. */
long double plim_hazard(long double p, long double q);

/** The probability pair at a hazard (>= 0, may be infinite). */
plim_prob plim_prob_hazard(long double hazard);

#endif
