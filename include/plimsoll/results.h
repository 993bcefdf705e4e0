/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Results: the tables of a run, in memory, as the results file holds them (src/store/FORMAT.md).
 *
 * Rows refer to scenarios and groups by index. All money is in `currency`, per trial (one horizon), and undiscounted
 * but for AEP_PV.
 */
#ifndef PLIMSOLL_RESULTS_H
#define PLIMSOLL_RESULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum plim_perspective { PLIM_PERSPECTIVE_GROSS, PLIM_PERSPECTIVE_CEDED, PLIM_PERSPECTIVE_NET } plim_perspective;

/**
 * AEP: the sum of a trial (a year, or a horizon of several). OEP: its largest single event. Over several years the
 * total has two more: AEP_PV, the sum discounted to the start, each loss from the day of its event (with
 * `discount_rate` only); and AEP_Y1, AEP_Y2, ...: the sum of each year, by the day on which an event began.
 */
typedef enum plim_measure {
	PLIM_MEASURE_AEP,
	PLIM_MEASURE_OEP,
	PLIM_MEASURE_PRESENT, /* AEP_PV */
	PLIM_MEASURE_YEAR,    /* AEP_Y1; of year y: PLIM_MEASURE_YEAR + y - 1 */
	PLIM_MEASURE_LAST = PLIM_MEASURE_YEAR + 999
} plim_measure;

/* kind, name in files and messages */
#define PLIM_GROUP_KIND_LIST(X)                                                                                        \
	X(TOTAL, "total")                                                                                                  \
	X(CLAUSE, "clause")                                                                                                \
	X(THREAT, "threat")                                                                                                \
	X(CATEGORY, "category")                                                                                            \
	X(NODE, "node")                                                                                                    \
	X(LINK, "link")                                                                                                    \
	X(REGION, "region")                                                                                                \
	X(COMPONENT, "component")                                                                                          \
	X(BEARER, "bearer")

typedef enum plim_group_kind {
#define X(name, text) PLIM_GROUP_##name,
	PLIM_GROUP_KIND_LIST(X)
#undef X
	    PLIM_GROUP_KIND_COUNT
} plim_group_kind;

/** "total", "clause", ...: static strings. */
const char *plim_group_kind_name(plim_group_kind kind);
const char *plim_perspective_name(plim_perspective perspective);
const char *plim_measure_name(plim_measure measure);

/** The measure of a name; false if it is none. */
bool plim_measure_parse(const char *text, plim_measure *measure);

typedef struct plim_group {
	plim_group_kind kind;
	char *name; /* clause number, threat id, region, ...; "(unassigned)", "4.4 (general)", "(organisation)", "(none)" */
	char *title;    /* clause or threat title, "" when there is none */
	int32_t parent; /* clauses: index of the parent group; -1 otherwise */
	bool leaf;      /* clauses: leaves add up to the total; true for all other kinds */
	bool infinite_mean,
	    infinite_variance; /* of a threat that contributes: mean and TVaR (or sd and mean_se) read inf */
	bool ceded_infinite_mean,
	    ceded_infinite_variance; /* the same of what insurers pay, for which limits stand; not kept in files */
} plim_group;

typedef struct plim_result_scenario {
	char *id, *title, *controls; /* controls: ids joined by ";" */
	uint32_t primary; /* index in the primary data, where scenarios are sorted by id; here they stand as in the model */
} plim_result_scenario;

/* percentiles and TVaR: `p` is the probability as given (text "0.995"). */
typedef struct plim_percentile_row {
	uint32_t scenario, group;
	plim_perspective perspective;
	plim_measure measure;
	double p, value, lower, upper;
	bool exact; /* from the sorted losses themselves, not from a histogram */
} plim_percentile_row;

typedef struct plim_curve_row {
	uint32_t scenario, group;
	plim_perspective perspective;
	plim_measure measure;
	double return_period, exceedance, loss, lower, upper;
} plim_curve_row;

typedef struct plim_moments_row {
	uint32_t scenario, group;
	plim_perspective perspective;
	plim_measure measure;
	/* Mean inf and se inf when the model's are infinite. Events: of a threat and what takes all of it, all that happen;
	 * of a place, region or bearer, those with a loss there; NAN for single years and AEP_PV. */
	double mean, mean_se, sd, events_per_trial, p_zero;
} plim_moments_row;

/** A group's part of the total's TVaR: E[group | total in its worst (1 - p) share]; parts of a kind's leaves add up to
 * the TVaR. */
typedef struct plim_tail_row {
	uint32_t scenario, group;
	plim_perspective perspective;
	double p, value, share;
} plim_tail_row;

typedef struct plim_tolerance_row {
	uint32_t scenario;
	plim_perspective perspective;
	double loss, tolerated; /* P(loss in a year > loss) must stay at or below `tolerated` */
	uint32_t year;          /* of the trial, from 1: tolerance is about one year */
	uint64_t exceeded;      /* trials above in that year, strictly */
	double probability, lower, upper;
	bool met; /* probability <= tolerated */
} plim_tolerance_row;

/** One of the worst trials, taken apart: its total (group total) and what each group had of it. */
typedef struct plim_worst_row {
	uint32_t scenario, group, rank; /* rank from 1 */
	uint64_t trial;                 /* from 0 */
	double value;
} plim_worst_row;

/* What the cross-check compares; quantity, name in files and tables */
#define PLIM_CHECK_QUANTITY_LIST(X)                                                                                    \
	X(NONE, "no exact law")                                                                                            \
	X(UNSEEN, "unseen share of variance")                                                                              \
	X(MEAN, "mean")                                                                                                    \
	X(EVENTS, "events")                                                                                                \
	X(POSITIVE, "trials with a loss")                                                                                  \
	X(ABOVE, "trials at or above")                                                                                     \
	X(LIMITED, "sum of losses up to")

#define PLIM_UNSEEN_MOST 0.05

typedef enum plim_check_quantity {
#define X(name, text) PLIM_CHECK_##name,
	PLIM_CHECK_QUANTITY_LIST(X)
#undef X
	    PLIM_CHECK_QUANTITY_COUNT
} plim_check_quantity;

const char *plim_check_quantity_name(plim_check_quantity quantity);

/**
 * The run beside what is known of the model without simulation. Counts are of all trials, sums of all trials (of
 * min(loss, at) in each), means of one trial, gross. The unseen share of a group's variance is what, by the model's
 * tails, comes from losses so rare that a run of this length sees them less than once; there is a row where it is above
 * PLIM_UNSEEN_MOST, for a standard error taken from such a sample is too small.
 */
typedef struct plim_check_row {
	uint32_t scenario, group;
	plim_measure measure; /* whose: of the total it may be that of a year, or AEP_PV; else AEP */
	plim_check_quantity quantity;
	double at; /* the threshold; NAN where there is none */
	double observed;
	double expected;     /* NAN where it is not known */
	double lower, upper; /* bracket of the expected value, from the arithmetic, not from chance */
	double p_value;      /* two-sided, the nearer end of the bracket taken as true; NAN: not tested */
	bool loud;           /* p_value x number of tests < 10^-6: the run contradicts its model */
	char *remark;        /* why the law is not known, or not compared; "" otherwise */
} plim_check_row;

/* Of a nested run: the share of a world's trials at or above `loss`, the group total, in some share of the worlds. */
typedef struct plim_fan_row {
	uint32_t scenario;
	plim_perspective perspective;
	plim_measure measure;
	double loss, exceedance;    /* of the whole run: P(total >= loss) */
	double worlds;              /* 0.05, 0.25, 0.5, 0.75, 0.95: in this share of the worlds it is at most ... */
	double value, lower, upper; /* ... this, with the interval of an order statistic of the worlds */
	double noise;               /* share of the worlds' variance that comes from the few trials of each */
} plim_fan_row;

/* What a part of the variance belongs to; what, name in files and tables */
#define PLIM_IGNORANCE_LIST(X)                                                                                         \
	X(ALL, "ignorance")                                                                                                \
	X(PARAMETER, "parameter")                                                                                          \
	X(REST, "interplay and the rest")

typedef enum plim_ignorance_what {
#define X(name, text) PLIM_IGNORANCE_##name,
	PLIM_IGNORANCE_LIST(X)
#undef X
	    PLIM_IGNORANCE_COUNT
} plim_ignorance_what;

const char *plim_ignorance_name(plim_ignorance_what what);

/**
 * Of a nested run: how the variance of the total's annual sum splits. Ignorance is the variance between worlds, free of
 * what the trials within them leave to chance; a parameter's part of it is what would go, on average, if that one
 * number were known. Unbiased, so that a part of nothing may come out a little below 0. Shares are of the whole
 * variance, intervals those of shares; NAN when it is infinite.
 */
typedef struct plim_ignorance_row {
	uint32_t scenario;
	plim_perspective perspective;
	plim_ignorance_what what;
	char *parameter, *place; /* "threat theft: vulnerability"; the place of one that belongs to each place, else "" */
	double variance, share, lower, upper;
} plim_ignorance_row;

typedef struct plim_block_row {
	uint64_t block;
	uint64_t events; /* attempts that became an event in at least one scenario */
	uint64_t digest; /* over the trial totals of all scenarios */
} plim_block_row;

typedef struct plim_result_assumption {
	char *id, *text, *source, *confidence, *owner, *date, *limitation;
} plim_result_assumption;

typedef struct plim_provenance {
	char *version, *stream, *host, *compiler, *cpu, *kernel, *started, *finished, *command, *user;
	uint32_t threads;
	double seconds;
} plim_provenance;

typedef struct plim_model_text {
	char *name; /* "" for the model itself, else the CSV's path relative to the model's folder */
	char *bytes;
	size_t length;
} plim_model_text;

/** Everything a report needs. All pointers are owned; release with plim_results_free. */
typedef struct plim_results {
	char *model_name, *model_description, *currency, *scope, *approver, *approved, *next_review, *commitments;
	int edition;
	uint32_t horizon_years;
	uint32_t perspectives; /* 1 (or 0): gross alone; 3 with insurance: gross, ceded and net */
	uint64_t trials, seed, first_block, blocks;
	uint32_t worlds; /* 1: the unknowns are drawn anew in every trial; else worlds of the whole run, run_trials / worlds
	                    each */
	uint64_t run_trials;    /* of the whole run: more than `trials` in a shard, which holds some of its blocks only */
	uint32_t block_trials;
	int32_t stream_version; /* of the random streams */
	int32_t format_major, format_minor; /* of the file that they were read from, or would be written to */
	uint32_t tabulated;     /* 1; 0 for a shard of a working folder, which has primary data but no tables made of it */
	double confidence;      /* 0.95 */
	char *until;            /* the stop rule as given, "" or NULL when there was none ... */
	uint32_t until_met;     /* ... 1 if it was met; else the run went on to ... */
	uint64_t until_ceiling; /* ... this many trials */
	char model_sha256[65], plan_sha256[65], result_sha256[65];
	char **notes; /* what this run does not compute or reads differently; printed first */
	size_t note_count;

	plim_result_scenario *scenario;
	size_t scenarios;
	plim_group *group;
	size_t groups;
	plim_percentile_row *percentile;
	size_t percentiles;
	plim_percentile_row *tvar;
	size_t tvars;
	plim_curve_row *curve;
	size_t curves;
	plim_moments_row *moments;
	size_t moments_count;
	plim_tail_row *tail;
	size_t tails;
	plim_tolerance_row *tolerance;
	size_t tolerances;
	plim_worst_row *worst;
	size_t worsts;
	plim_block_row *block;
	size_t block_rows;
	plim_check_row *check;
	size_t checks;
	plim_fan_row *fan;
	size_t fans;
	plim_ignorance_row *ignorance;
	size_t ignorances;
	plim_result_assumption *assumption;
	size_t assumptions;
	plim_model_text *model_text;
	size_t model_texts;
	/* `trials` totals of each series, or NULL when they were not kept: first gross of every scenario, then (with
	 * insurance) ceded of every scenario, then net. See plim_results_ylt. */
	double **ylt;
	plim_provenance provenance;

	/* The primary data (histograms and exact sums) behind the tables; opaque. NULL in results that were read back. */
	struct plim_summary *summary;
} plim_results;

void plim_results_free(plim_results **results);

/**
 * Writes a results file: under a temporary name in the same folder, flushed to disk, then renamed; so it is complete or
 * absent. PLIM_ERROR_IO when `path` exists and `force` is false, or when anything cannot be written. `results` must
 * come from plim_run.
 */
plim_status plim_results_write(const plim_results *results, const char *path, bool force, plim_error *error);

/**
 * Reads a results file. PLIM_ERROR_IO with the reason when it is missing, truncated, foreign, or of a newer format.
 * `with_ylt` also reads the year-loss tables. The caller owns *results.
 */
plim_status plim_results_read(const char *path, bool with_ylt, plim_results **results, plim_error *error);

/** Index of a scenario by id, or of a group by kind and name; -1 if there is none. */
int32_t plim_results_scenario(const plim_results *results, const char *id);
int32_t plim_results_group(const plim_results *results, plim_group_kind kind, const char *name);

/** Tests of the cross-check, and how many of them were loud. */
size_t plim_results_checks(const plim_results *results, size_t *loud);

/** The year-loss table of a scenario from a perspective; NULL when it was not kept. */
const double *plim_results_ylt(const plim_results *results, uint32_t scenario, plim_perspective perspective);

/** The row asked for, gross, or NULL. `p` is matched exactly. */
const plim_percentile_row *plim_results_percentile(const plim_results *results, uint32_t scenario, uint32_t group,
                                                   plim_measure measure, double p);
const plim_percentile_row *plim_results_tvar(const plim_results *results, uint32_t scenario, uint32_t group,
                                             plim_measure measure, double p);
const plim_moments_row *plim_results_moments(const plim_results *results, uint32_t scenario, uint32_t group,
                                             plim_measure measure);

#ifdef __cplusplus
}
#endif
#endif
