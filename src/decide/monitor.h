/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A log of incidents held against a model: were there more events, or larger ones, than it says?
 *
 * Each test has a null hypothesis, that the model is right, and a p-value that is exact under it:
 *   counts   P(N >= seen) of the law of the count over the period, by threat and by place: Poisson's where the model
 * has a Poisson law with certain numbers, else from its generating function (count_sum.h); an uncertain number is one
 * draw for the whole period; losses   each loss becomes its rank among addressed draws of the model's loss of an event
 * (a probability integral transform, u); -2 sum ln(1 - u) is chi-square with 2 n degrees (Fisher): large when losses
 * are too large; outages  the same of outage days; policy   of n whole years the number with a loss above a tolerance
 * is binomial with at most its probability. Many tests: the chance that a right model breaks any limit is at most
 * `level`. Half of it goes to the tests by threat and policy, half to those by place, each half by Holm's method (Holm
 * 1979); without a threat at several places all of it goes to the first.
 */
#ifndef PLIM_DECIDE_MONITOR_H
#define PLIM_DECIDE_MONITOR_H

#include "model/kpi.h"
#include "model/log.h"
#include "model/model.h"

typedef struct plim_monitor_options {
	const char *scenario; /* id: its controls are in force; NULL: the first of the model */
	int32_t from, to;     /* the period, both days included; from > to: the calendar years of the log */
	double level;         /* of all tests together */
	uint64_t seed;
	const plim_kpis *kpis; /* NULL: none */
} plim_monitor_options;

plim_monitor_options plim_monitor_options_default(void);

typedef enum plim_monitor_kind {
	PLIM_MONITOR_COUNT,  /* events of a threat */
	PLIM_MONITOR_LOSS,   /* size of its losses */
	PLIM_MONITOR_OUTAGE, /* length of its outages */
	PLIM_MONITOR_POLICY, /* years beyond a tolerance */
	PLIM_MONITOR_PLACE,  /* events of a threat at a place */
} plim_monitor_kind;

/** One test. Expected and actual: events, mean of u (1/2 expected), or years. */
typedef struct plim_monitor_test {
	plim_monitor_kind kind;
	uint32_t threat; /* not for policy */
	uint32_t place;  /* of the model: for places; tolerance: its index */
	double expected, deviation, actual;
	size_t values;           /* losses or outages behind it; years of a policy */
	double p_upper, p_lower; /* as large, as small or more so; p_lower NAN where it has no meaning */
	double adjusted;         /* p_upper after Holm: broken when at or below its share of the level */
	bool broken;
	bool low; /* p_lower adjusted alike is that small: fewer or smaller than the model says */
} plim_monitor_test;

typedef struct plim_monitor_threat {
	uint64_t events, near_misses, false_alarms; /* events of a shared threat: strikes of one day at one key are one */
	double expected, expected_loss, loss;       /* over the period; losses are direct, expected may be INFINITY */
	size_t known, unknown;                      /* losses */
	double posterior_rate, posterior_lower, posterior_upper; /* events a year, all places, 95 % */
	bool posterior_of_model; /* the model's uncertain numbers were the prior; else Jeffreys' */
	uint64_t unplaced;       /* events that name no place of the threat's: which places have how many is not known then */
	const char *untested;    /* static: why the size of losses is not tested; NULL */
} plim_monitor_threat;

/** Expected and actual at a place that has events, or one of a threat with few places. */
typedef struct plim_monitor_place {
	uint32_t threat, place;
	uint64_t events;
	double expected, loss, expected_loss;
	double p_upper; /* NAN where it is not a test of its own */
} plim_monitor_place;

typedef struct plim_monitor_kpi {
	const plim_kpi *kpi; /* NULL: without a target */
	plim_kpi_measure measure;
	double value; /* NAN: cannot be told */
	bool met;
} plim_monitor_kpi;

/** Start from {0}; release with plim_monitor_clear. */
typedef struct plim_monitor {
	const plim_model *model;
	const plim_scenario *scenario;
	int32_t from, to;
	double years, level;
	bool assumed_period;
	plim_monitor_threat *threat; /* as in the model */
	plim_monitor_test *test;     /* those that the data can break; the others count in the families */
	size_t tests;
	size_t family[2]; /* tests by threat and policy; by place */
	plim_monitor_place *place;
	size_t places;
	plim_monitor_kpi *kpi; /* all measures, then those of the table */
	size_t kpis;
	size_t broken;  /* tests and indicators */
	size_t outside; /* rows outside the period */
	char **stray;   /* "threat x", "place y of threat x": what the log has and the model has not, with counts */
	size_t strays;
} plim_monitor;

/** PLIM_ERROR_USAGE for an unknown scenario or an indicator of an unknown threat, PLIM_ERROR_MODEL for a model of which
 * no law of a count can be made, PLIM_ERROR_MEMORY. The model must outlive *monitor. */
plim_status plim_monitor_build(const plim_model *model, const plim_log *log, const plim_monitor_options *options,
                               plim_monitor *monitor, plim_error *error);
void plim_monitor_clear(plim_monitor *monitor);

#endif
