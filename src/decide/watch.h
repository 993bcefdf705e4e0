/* SPDX-License-Identifier: Apache-2.0 */
/** How far a search among sets of controls is, step by step, for whoever waits for it. */
#ifndef PLIM_DECIDE_WATCH_H
#define PLIM_DECIDE_WATCH_H

#include <stddef.h>

#include "plimsoll/run.h"

typedef struct plim_watch plim_watch;
struct plim_watch {
	/* Who watches: called when a step begins and at most ten times a second within it, never from two threads at once.
	 */
	void (*tell)(const plim_watch *watch, void *data);
	void *data;
	/* What there is to see. */
	const char *step;        /* what is being done; static */
	double sets;             /* of controls that this step is done with, with the part of those at hand */
	uint64_t all;            /* ... of so many; 0: nobody knows */
	double trials;           /* simulated since the first step; one of every set that shares it */
	double seconds, in_step; /* since the first step; since this one */
	/* Kept by the functions below. */
	double began, step_began, told, done, at_hand, trials_before;
	size_t together;
};

/* With NULL for the watch nothing is told. */

/** Begins a step of `all` sets of controls; 0: nobody knows how many. */
void plim_watch_step(plim_watch *watch, const char *step, uint64_t all);

/** So many sets are taken in hand; the step is done with as many more. */
void plim_watch_take(plim_watch *watch, size_t sets);
void plim_watch_done(plim_watch *watch, size_t sets);

/** The options of a pass over all trials, in which so many sets are simulated together: its progress is seen. */
plim_run_options plim_watch_pass(plim_watch *watch, const plim_run_options *options, size_t together);

#endif
