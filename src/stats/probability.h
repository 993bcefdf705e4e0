/* SPDX-License-Identifier: Apache-2.0 */
/* Probabilities as exact rationals, so that a rank never depends on how 0.995 is rounded to a double. */
#ifndef PLIM_STATS_PROBABILITY_H
#define PLIM_STATS_PROBABILITY_H

#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#define PLIM_PROBABILITY_TEXT 24

/* num / den in lowest terms, 0 < num < den <= 10^15; `text` as it was given, without blanks around it. */
typedef struct plim_probability {
	uint64_t num, den;
	char text[PLIM_PROBABILITY_TEXT];
} plim_probability;

/* (1 - p) n = whole + num / den exactly, num < den: the trials that a TVaR averages. */
typedef struct plim_tail_count {
	uint64_t whole, num, den;
} plim_tail_count;

/** Reads "0.995", "99.5%" or "1e-3": a decimal strictly between 0 and 1 with at most 15 decimals.
 *  PLIM_ERROR_USAGE otherwise. */
plim_status plim_probability_parse(const char *text, plim_probability *p, plim_error *error);

/** p = 1 - 1 / period for a return period of 2 .. 10^15 trials; its text is the decimal nearest to p.
 *  PLIM_ERROR_USAGE outside that range. */
plim_status plim_probability_from_period(uint64_t period, plim_probability *p, plim_error *error);

/** The nearest double to p, the same that reading the text gives. */
double plim_probability_value(const plim_probability *p);

/** The nearest double to 1 - p. */
double plim_probability_tail(const plim_probability *p);

/** The rank of VaR_p among n >= 1 sorted trials, from 1 (smallest) to n: n - floor((1 - p) n), in integers. */
uint64_t plim_probability_rank(const plim_probability *p, uint64_t n);

/** (1 - p) n, exactly. */
plim_tail_count plim_probability_tail_count(const plim_probability *p, uint64_t n);

/** 0.5 0.75 0.8 0.9 0.95 0.98 0.99 0.995 0.996 0.998 0.999 0.9999: a static list of *count. */
const plim_probability *plim_probability_defaults(size_t *count);

#endif
