/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What the losses of one scenario hang on: how far they move with each parameter, which share of the doubt about them
 * each unknown makes, who makes up their tail, and what to find out or to do next.
 *
 * Losses are the total of a trial as the firm bears it: net with insurance, else gross. Everything is seen on the same
 * draws as a run with the same seed: a parameter is changed and the same trials are run again. Means are exact where
 * they are known without simulation; other intervals (95 %) come from the spread of PLIM_REPLICATES parts of the
 * trials, or of the parts of a design of worlds.
 */
#ifndef PLIM_DECIDE_SENSITIVITY_H
#define PLIM_DECIDE_SENSITIVITY_H

#include "decide/compare.h"
#include "decide/parameter.h"
#include "plimsoll/run.h"
#include "stats/sobol_index.h"

/** Parts of the design of worlds, each with its own trials. */
#define PLIM_WORLD_PARTS 16

typedef struct plim_sensitivity_options {
	const char *scenario;  /* NULL: the first of the file */
	uint64_t trials, seed; /* of levers and tail */
	uint32_t threads;
	double step;           /* a number that is certain goes from (1 - step) to (1 + step) of itself */
	plim_probability p;    /* of TVaR */
	uint64_t points;       /* base points of Sobol' indices, in all: a multiple of PLIM_WORLD_PARTS; 0: no worlds */
	uint64_t point_trials; /* of each world, in whole blocks */
	bool simulate;         /* means too where they are known exactly: to test one way by the other */
	void (*progress)(const plim_run_progress *progress, void *data);
	void *progress_data;
	volatile const int *stop;
} plim_sensitivity_options;

plim_sensitivity_options plim_sensitivity_options_default(void);

/** How one figure moves with one parameter. */
typedef struct plim_lever_figure {
	double low, high;    /* the figure with the parameter low and high */
	plim_estimate swing; /* high - low */
	plim_estimate slope; /* per unit of the parameter (of an uncertain one: of its mean), about what the model says */
	double elasticity;   /* per cent of the figure for each per cent of the parameter */
	plim_basis basis;
} plim_lever_figure;

typedef struct plim_lever {
	const plim_parameter *parameter;
	double value, low, high; /* what the model says, and between what it goes: P5 and P95 of an unknown */
	bool one_sided;          /* the slope is taken downwards only: more is not possible */
	plim_lever_figure mean, tvar;
} plim_lever;

/** An unknown and its share of the variance, over worlds, of the expected loss and of TVaR. */
typedef struct plim_doubt {
	const plim_parameter *parameter;
	plim_sobol_index mean, tvar;
} plim_doubt;

/** A group's part of the TVaR: kind's leaves add up to it. */
typedef struct plim_tail_part {
	plim_group_kind kind;
	char *group, *title; /* owned */
	plim_estimate value;
	double share;
} plim_tail_part;

/** Something that can be done: a scenario of the file, or the studied one with one more control. */
typedef struct plim_choice {
	char *id;                   /* owned */
	int64_t control;            /* index in the model of the one added, -1 for a scenario of the file */
	const char *remark;         /* why it cannot be added; "" when it was weighed. Static */
	double cost;                /* more a year than the studied scenario, unknown costs at their means */
	plim_estimate avoided, net; /* a year, against the studied scenario */
	plim_basis basis;
	plim_estimate worth; /* share of worlds in which it avoids more than it costs; NAN without worlds */
} plim_choice;

/** What it is worth a year, before choosing among the choices, to learn an unknown. */
typedef struct plim_finding_out {
	const plim_parameter *parameter;
	plim_estimate value;
	plim_estimate threshold;   /* of the unknown, nearest to its median, where the best choice changes; NAN: nowhere */
	const char *below, *above; /* ids of the best choices on either side */
} plim_finding_out;

typedef struct plim_sensitivity {
	const plim_model *model;     /* borrowed */
	plim_parameters *parameters; /* owned */
	uint32_t scenario;           /* in the model */
	uint64_t trials, seed, points, point_trials;
	double step;
	plim_probability p;
	bool net, infinite_variance;
	plim_estimate mean, tvar; /* of the scenario as it is */
	plim_basis mean_basis;
	plim_lever *lever; /* by the swing of the mean, largest first */
	size_t levers, lever_capacity;
	plim_doubt *doubt; /* by the total index of the mean */
	size_t doubts;
	plim_estimate world_mean; /* P5, median and P95 of the expected loss over worlds */
	plim_tail_part *part;     /* by kind, largest first */
	size_t parts, part_capacity;
	plim_choice *choice;
	size_t choices, best;  /* best by expected net benefit over worlds, or by `net` without */
	plim_scenario *chosen; /* the choices that were weighed, as scenarios ... */
	size_t *choice_of;     /* ... and which choice each is */
	size_t chosens;
	plim_estimate perfect; /* what it is worth a year to learn all unknowns; NAN without worlds or choice */
	plim_finding_out *finding;
	size_t findings;
} plim_sensitivity;

/**
 * Fills *out, which starts from {0}; the model must outlive it. PLIM_ERROR_USAGE for an unknown scenario or options out
 * of range, PLIM_ERROR_MODEL for a model that cannot be run or whose mean loss is infinite, PLIM_ERROR_MEMORY,
 * PLIM_ERROR_INTERRUPTED. Release with plim_sensitivity_clear.
 */
plim_status plim_sensitivity_build(const plim_model *model, const plim_sensitivity_options *options,
                                   plim_sensitivity *out, plim_error *error);
void plim_sensitivity_clear(plim_sensitivity *s);

/* --- inside this folder --- */

typedef struct plim_study {
	plim_sensitivity *s;
	const plim_sensitivity_options *o;
	uint64_t done, all; /* trials, for progress */
	double started;
	plim_error *error;
} plim_study;

void plim_study_tell(plim_study *study, uint64_t trials);

/** Options of a run of the study's trials in one scenario (NULL: all of the model it is given). */
plim_run_options plim_study_run(const plim_study *study, const char *scenario);

/** The expected loss of a trial as borne, NAN where it is not known without simulation. PLIM_ERROR_MEMORY. */
plim_status plim_expected_loss(const plim_model *model, uint32_t scenario, double *mean, plim_error *error);

/** True if a control or threat with this parameter bears on the scenario. */
bool plim_parameter_bears(const plim_parameter *p, const plim_scenario *scenario);

plim_status plim_study_tail(plim_study *study);

/** As many runs of all trials that takes. */
unsigned plim_study_tail_runs(const plim_study *study);

plim_status plim_study_worlds(plim_study *study);

/** Lists the choices (before any trial is run), and weighs them. */
plim_status plim_study_list_choices(plim_study *study);
plim_status plim_study_choices(plim_study *study);
plim_status plim_study_find_out(plim_study *study);

#endif
