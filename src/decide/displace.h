/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Threat shifting: what avoided losses come to if attackers who are turned away try elsewhere.
 *
 * Which threats move: those of the family "malicious"; where the model names none, all. Turned away at a place are, of
 * its attempts, those that the added controls keep from becoming events by acting on frequency or vulnerability: rate x
 * (what passes the controls before - what passes them after), at the expected values of what is uncertain, as the mean
 * over the horizon. A share of them is made again at the open places of the same threat, where none of the added
 * controls acts on frequency or vulnerability, in proportion to the attempts that these places see already: their rates
 * are multiplied by 1 + share x turned away / attempts at open places. With `to_threats` what has no open place of its
 * own threat is spread likewise over the open places of all threats that move. Attempts made again meet the
 * vulnerability and the controls of that place, at any time of the horizon, and are not turned away a second time.
 *
 * The raised rates are simulated, so the network, insurance and every figure follow them. One set of attempts under the
 * largest share is thinned for the smaller ones, which gives their laws exactly where the law of counts stays its own
 * under scaling and thinning: poisson, negative_binomial, zero_inflated_poisson. Threats of other laws, shared events
 * and threats along trips are not followed, which their remark says.
 */
#ifndef PLIM_DECIDE_DISPLACE_H
#define PLIM_DECIDE_DISPLACE_H

#include "decide/optimize.h"

#define PLIM_DISPLACE_SHARES 8

typedef struct plim_displace_options {
	double share[PLIM_DISPLACE_SHARES]; /* from 0 to 1 */
	size_t shares;                      /* 0: nothing is asked for */
	bool to_threats;
} plim_displace_options;

/** A set of controls on top of what is in force, and a share. 95 % intervals from the spread of paired replicates. */
typedef struct plim_displaced_row {
	plim_set set;
	double share;
	plim_interval avoided, displaced, net; /* net = avoided - displaced */
} plim_displaced_row;

/** A threat under all controls together. */
typedef struct plim_displaced_threat {
	const char *id, *remark; /* why it is not followed, or what becomes of it; "" if it moves */
	size_t covered, open;    /* places where attempts are turned away; where none of the controls turns any away */
	double turned_away, elsewhere; /* attempts a year: turned away; at the open places */
	double factor;                 /* of the rates at the open places when all are displaced */
} plim_displaced_threat;

typedef struct plim_displaced {
	plim_displaced_row *row; /* all controls together, then each alone; the shares of each as given */
	size_t rows;
	plim_displaced_threat *threat; /* that the controls act against or that receive attempts */
	size_t threats;
	bool deliberate; /* only threats of the family malicious move */
} plim_displaced;

/** Of `run` are read trials, seed, threads and stop. PLIM_ERROR_MODEL, PLIM_ERROR_INTERRUPTED, PLIM_ERROR_MEMORY.
 *  Release with plim_displaced_clear. */
plim_status plim_displace(const plim_portfolio *portfolio, plim_portfolio_figure figure, const plim_run_options *run,
                          const plim_displace_options *options, plim_displaced *displaced, plim_error *error);
void plim_displaced_clear(plim_displaced *displaced);

#endif
