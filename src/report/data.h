/* SPDX-License-Identifier: Apache-2.0 */
/** The tables for programs: one row a value, with the column names of the results file; CSV and JSON print them. */
#ifndef PLIM_REPORT_DATA_H
#define PLIM_REPORT_DATA_H

#include "model/correspondence.h"
#include "model/model.h"
#include "report/lookup.h"
#include "report/table.h"

typedef struct plim_data_source {
	const plim_results *results;
	const plim_lookup *lookup;
	int32_t scenario;        /* only this one; -1: all */
	const plim_model *model; /* as kept in the results; NULL when it cannot be read */
	const char *today;       /* YYYY-MM-DD: what lies before it is overdue */
	int standard;            /* clauses by which other standard (plim_standard_parse); -1: all there are */
	const char *own_name;    /* the user's own table instead, and its name; NULL: none */
	const plim_correspondence *own;
	const struct plim_sheet_file *portfolio; /* what optimize chose; NULL: nothing */
	const struct plim_sheet_file *tornado;   /* what sensitivity found; NULL: nothing */
	const bool *shown; /* by group: only rows of these, and of the worst trials the first; NULL: all */
} plim_data_source;

typedef struct plim_data {
	const char *name;
	const plim_table_column *column;
	size_t columns;
	/** Rows there are before the choice of a scenario. */
	size_t (*rows)(const plim_data_source *source);
	/** Adds row i to `table`, or nothing when its scenario was not asked for. */
	void (*add)(const plim_data_source *source, size_t i, plim_table *table);
	bool csv_only; /* the same figures in another layout */
} plim_data;

/** The table of that number, NULL behind the last. Static. */
const plim_data *plim_data_at(size_t number);

/** The table of that name, NULL if there is none. */
const plim_data *plim_data_find(const char *name);

/** Perspectives that the results have: gross alone, or with insurance gross, ceded and net. */
size_t plim_data_perspectives(const plim_data_source *source);

/** True if rows of the scenario were asked for. */
bool plim_data_wanted(const plim_data_source *source, uint32_t scenario);

/** Of the worst trials, those that stand in a table with `shown`. */
#define PLIM_DATA_WORST_SHOWN 20u

/* Tables of what the model says, beside the figures: of risks (a threat in a scenario, largest mean first), controls,
 * policy commitments with their measures, and the register of assumptions. */
extern const plim_data plim_data_risks, plim_data_controls, plim_data_policy, plim_data_assumptions;

/* Clauses by another standard; and the tables of Open Results Data. */
extern const plim_data plim_data_standards, plim_data_ord_ept, plim_data_ord_plt, plim_data_ord_alt, plim_data_ord_info;

/* Of nested runs. */
extern const plim_data plim_data_fan, plim_data_ignorance;

/** A standard by its name (14001, 9001, 28000:2022, 28000:2007). PLIM_ERROR_USAGE, naming those there are. */
plim_status plim_standard_parse(const char *name, int *standard, plim_error *error);

/** The name in full of the standard that was asked for. */
const char *plim_standard_name(const plim_data_source *source);

/** Adds part / whole as a share; an empty cell when there is no such number. */
void plim_data_add_share(plim_table *table, double part, double whole);

#endif
