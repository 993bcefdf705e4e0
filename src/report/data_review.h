/* SPDX-License-Identifier: Apache-2.0 */
/** The tables of a management review, for people and programs alike. */
#ifndef PLIM_REPORT_DATA_REVIEW_H
#define PLIM_REPORT_DATA_REVIEW_H

#include "decide/monitor.h"
#include "decide/review.h"
#include "report/table.h"

/** What a review is made from. */
typedef struct plim_review_source {
	const plim_review *review;
	const char *today;           /* YYYY-MM-DD: what lies before it is overdue */
	const plim_monitor *monitor; /* an incident log against the later model; NULL: none was given */
	const char *log;             /* its path; "" */
} plim_review_source;

enum {
	PLIM_REVIEW_DECISIONS,
	PLIM_REVIEW_CHANGES,
	PLIM_REVIEW_LOSSES,
	PLIM_REVIEW_THREATS,
	PLIM_REVIEW_TOLERANCE,
	PLIM_REVIEW_ACTIONS,
	PLIM_REVIEW_POLICY,
	PLIM_REVIEW_LEGAL,
	PLIM_REVIEW_RESOURCES,
	PLIM_REVIEW_FAULTS,
	PLIM_REVIEW_TABLES
};

typedef struct plim_data_review {
	const char *name;
	const plim_table_column *column;
	size_t columns;
	void (*fill)(const plim_review_source *source, plim_table *table);
} plim_data_review;

/** In the order above. */
extern const plim_data_review plim_data_reviews[PLIM_REVIEW_TABLES];

#endif
