/* SPDX-License-Identifier: Apache-2.0 */
/** The tables of a results file: one list of columns for writing and reading each, so that the two cannot drift. */
#ifndef PLIM_STORE_RESULTS_TABLE_H
#define PLIM_STORE_RESULTS_TABLE_H

#include "plimsoll/results.h"
#include "store/h5.h"

#define PLIM_STORE_FORMAT "plimsoll results"
#define PLIM_STORE_MAJOR 2
#define PLIM_STORE_MINOR 0

/* What rows are resolved with while a file is read. */
typedef struct plim_results_loader {
	plim_results *results;
	uint32_t *group_order; /* groups by (kind, name) */
	char **parent;         /* names of the groups' parents, until all groups are known */
	size_t parents;
	uint32_t last_group; /* rows of a group stand together */
} plim_results_loader;

typedef struct plim_results_table {
	const char *name, *title;
	const plim_h5_column *column;
	size_t columns;
	size_t rows, count, size; /* offsets of the rows and their number in plim_results, bytes of a row */
	/* Fills the cells of a row; false leaves the row out. */
	bool (*get)(const plim_results *results, size_t row, plim_h5_cell *cells);
	/* Takes a row into the next place. PLIM_ERROR_IO when it refers to what is not there. NULL: derived, not read. */
	plim_status (*put)(plim_results_loader *loader, const plim_h5_cell *cells);
	/* Called after the last row was taken; may be NULL. */
	plim_status (*settle)(plim_results_loader *loader);
	bool optional; /* files before the minor version that brought it lack it: no rows then */
	size_t later;  /* the last columns: files before the minor version that brought them lack them */
} plim_results_table;

/** All tables, in an order in which each needs only those before it. */
const plim_results_table *plim_results_tables(size_t *count);

static inline size_t plim_results_table_rows(const plim_results_table *table, const plim_results *results)
{
	return *(const size_t *)(const void *)((const char *)results + table->count);
}

/** Attributes: a member of plim_results, or of its provenance. */
typedef struct plim_results_attribute {
	const char *name;
	plim_h5_type type;
	size_t offset;
	bool hex;      /* char[65] in place instead of a pointer to text */
	bool optional; /* files of an older format lack it: the member keeps what it has */
} plim_results_attribute;

const plim_results_attribute *plim_results_attributes(size_t *count);
const plim_results_attribute *plim_provenance_attributes(size_t *count);

/** The name of a scenario's data set in /ylt: its id with %, / and a leading point as %25, %2F, %2E. For plim_mem_free.
 */
char *plim_results_ylt_name(const char *id);

/** The group of a perspective's year-loss tables: ylt, ylt_ceded, ylt_net. */
const char *plim_results_ylt_group(plim_perspective perspective);

#endif
