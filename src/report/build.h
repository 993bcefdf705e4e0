/* SPDX-License-Identifier: Apache-2.0 */
/** The parts of the report for people, in the order in which they stand. */
#ifndef PLIM_REPORT_BUILD_H
#define PLIM_REPORT_BUILD_H

#include "report/data.h"
#include "report/lookup.h"
#include "report/page.h"

/** The header as a table for programs too: key, label, value. */
void plim_build_header_table(const plim_results *results, plim_table *table);

/** Title with notes; header; method and definitions. */
void plim_build_title(const plim_results *results, plim_page *page);
void plim_build_header(const plim_results *results, plim_page *page);
void plim_build_method(const plim_results *results, plim_page *page);

/** The text of a definition: `what` and `meaning`, and how many there are. Static. */
typedef struct plim_definition {
	const char *key, *what, *meaning;
} plim_definition;
const plim_definition *plim_build_definitions(size_t *count);

/** What a definition says of these results: intervals of nested runs are made otherwise. Static. */
const char *plim_build_meaning(const plim_results *results, const plim_definition *definition);

/** Scenarios side by side (when there is more than one). */
void plim_build_comparison(const plim_lookup *lookup, plim_page *page);

/** One scenario with insurance: gross, ceded and net side by side. */
void plim_build_perspectives(const plim_lookup *lookup, uint32_t scenario, plim_page *page);

/** One scenario: total, the years of the horizon if there are several, tolerance, loss curve. */
void plim_build_total(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
void plim_build_years(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
void plim_build_tolerance(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
void plim_build_curve(const plim_lookup *lookup, uint32_t scenario, plim_page *page);

/** One scenario of a nested run: how its variance splits, and the fan of its worlds' curves. Nothing for other runs. */
void plim_build_worlds(const plim_lookup *lookup, uint32_t scenario, plim_page *page);

/** One scenario: clauses, the other groups, the tail, the worst trials. */
void plim_build_clauses(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
/** Clauses by the standard that was asked for, if any. */
void plim_build_standard(const plim_data_source *source, uint32_t scenario, plim_page *page);
void plim_build_groups(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
void plim_build_tail(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
void plim_build_worst(const plim_lookup *lookup, uint32_t scenario, plim_page *page);

/** The run beside exact laws: tests of the scenario's total, and a line on the others; all that contradict. */
void plim_build_check(const plim_lookup *lookup, uint32_t scenario, plim_page *page);
/** True if the model's tail is too heavy for intervals from the sample: a row of PLIM_CHECK_UNSEEN, which *row points
 * to (may be NULL). */
bool plim_build_unseen(const plim_results *results, uint32_t scenario, uint32_t group, const plim_check_row **row);
/** A notice on top if any test contradicts. */
void plim_build_alarm(const plim_results *results, plim_page *page);

/** What the run found in plain words, and what would make the next one better. */
void plim_build_summary(const plim_data_source *source, plim_page *page);
void plim_build_maturity(const plim_data_source *source, plim_page *page);

/** Curves of all scenarios in one chart, with the tolerance. */
void plim_build_exceedance(const plim_data_source *source, plim_page *page);

/** A chart of the largest groups, of the table that was added last. */
void plim_build_bars(const plim_lookup *lookup, uint32_t scenario, const char *title, plim_page *page);

/** Threats against the clauses they bear on; nothing without the model. */
void plim_build_heat(const plim_data_source *source, uint32_t scenario, plim_page *page);

/** Nodes against the threats that strike them, from the model; nothing without nodes. */
void plim_build_place_heat(const plim_data_source *source, uint32_t scenario, plim_page *page);

/** The network as a picture drawn by Graphviz, with its table. */
void plim_build_network(const plim_data_source *source, uint32_t scenario, plim_page *page);

/** Commitments with their measures; risk register with its matrices; controls. */
void plim_build_policy(const plim_data_source *source, plim_page *page);
void plim_build_risks(const plim_data_source *source, plim_page *page);
void plim_build_controls(const plim_data_source *source, plim_page *page);

/** Actions, legal register, resources and roles: each where the model has some. */
void plim_build_managed(const plim_data_source *source, plim_page *page);

/** The register of the model, and what holds for every report of this kind. */
void plim_build_assumptions(const plim_data_source *source, plim_page *page);
void plim_build_provenance(const plim_results *results, plim_page *page);

/* Cells of a percentile row (its value, or also its interval); empty cells when `row` is NULL. */
void plim_build_add_value(plim_table *table, const plim_percentile_row *row);
void plim_build_add_interval(plim_table *table, const plim_percentile_row *row);

#endif
