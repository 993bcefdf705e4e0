/* SPDX-License-Identifier: Apache-2.0 */
/** What is known of a model without simulation, as rows: the analytic curve of each total, and of each threat on
 * demand. */
#ifndef PLIM_DECIDE_EXACT_VIEW_H
#define PLIM_DECIDE_EXACT_VIEW_H

#include <stdbool.h>

#include "model/model.h"
#include "plimsoll/results.h"

typedef enum plim_exact_figure {
	PLIM_EXACT_FIGURE_NONE,       /* not known; `remark` says why */
	PLIM_EXACT_FIGURE_EVENTS,     /* expected number in a trial */
	PLIM_EXACT_FIGURE_MEAN,       /* money */
	PLIM_EXACT_FIGURE_P_ZERO,     /* P(no loss) */
	PLIM_EXACT_FIGURE_PERCENTILE, /* money, at p */
	PLIM_EXACT_FIGURE_TVAR        /* money, at p: the mean of the worst 1 - p */
} plim_exact_figure;

/** "events", "mean", ...: static. */
const char *plim_exact_figure_name(plim_exact_figure figure);

/* Gross, the sum of a trial or of one of its years. [lower, upper] holds the exact value: a bracket of the arithmetic,
 * not of chance. */
typedef struct plim_exact_row {
	const char *scenario; /* id, the model's */
	plim_group_kind kind; /* total or threat */
	const char *group;
	plim_measure measure; /* AEP, AEP_PV (its mean only), or a year of the horizon */
	plim_exact_figure figure;
	double p, value, lower, upper; /* NAN where there is none */
	char remark[256];
} plim_exact_row;

typedef struct plim_exact_view {
	plim_exact_row *row;
	size_t rows, capacity;
} plim_exact_view;

typedef struct plim_exact_options {
	const char *scenario; /* NULL: all */
	bool threats;         /* each threat too */
	bool years;           /* each year of the horizon too, of the totals */
} plim_exact_options;

/** Computes the rows; *view starts from {0} and is released with plim_exact_view_clear. PLIM_ERROR_USAGE for an unknown
 * scenario, PLIM_ERROR_MEMORY. */
plim_status plim_exact_view_build(const plim_model *model, const plim_exact_options *options, plim_exact_view *view,
                                  plim_error *error);
void plim_exact_view_clear(plim_exact_view *view);

#endif
