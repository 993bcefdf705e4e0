/* SPDX-License-Identifier: Apache-2.0 */
/** What is managed beside the figures: actions, the legal register, resources and roles. */
#ifndef PLIM_REPORT_DATA_MANAGE_H
#define PLIM_REPORT_DATA_MANAGE_H

#include "base/text.h"
#include "report/data.h"

/** Tables of one run. */
extern const plim_data plim_data_actions, plim_data_legal, plim_data_resources;

/* Columns of each, for tables that add some, and the cells of one row; `fines` NAN: not known. */
#define PLIM_ACTION_COLUMNS                                                                                            \
	{"action", "Action", false}, {"title", "Title", false}, {"kind", "Kind", false}, {"status", "Status", false},      \
	    {"owner", "Owner", false}, {"raised", "Raised", false}, {"due", "Due", false}, {"closed", "Closed", false},    \
	    {"overdue", "Overdue", false}, {"origin", "Origin", false}, {"source", "Source", false},                       \
	    {"clause", "Clause", false}, {"threats", "Threats", false}, {"controls", "Controls", false},                   \
	{                                                                                                                  \
		"notes", "Notes", false                                                                                        \
	}
void plim_put_action(plim_table *table, const plim_model *model, const plim_action *action, const char *today);

#define PLIM_LEGAL_COLUMNS                                                                                             \
	{"legal", "Id", false}, {"requirement", "Requirement", false}, {"source", "Source", false},                        \
	    {"owner", "Owner", false}, {"status", "Status", false}, {"evidence", "Evidence", false},                       \
	    {"review", "Next review", false}, {"overdue", "Overdue", false}, {"clause", "Clause", false},                  \
	    {"threats", "Threats", false},                                                                                 \
	{                                                                                                                  \
		"expected_fines", "Expected fines", true                                                                       \
	}
void plim_put_legal(plim_table *table, const plim_model *model, const plim_legal *legal, const char *today,
                    double fines);

#define PLIM_RESOURCE_COLUMNS                                                                                          \
	{"control", "Control", false}, {"title", "Title", false}, {"category", "Category", false},                         \
	    {"status", "Status", false}, {"scenarios", "In scenarios", false}, {"cost_capital", "Capital", true},          \
	    {"cost_annual", "Cost a year", true}, {"staff_days", "Staff days", true}, {"life_years", "Life, years", true}, \
	    {"start_day", "From day", true}, {"responsible", "Responsible", false}, {"accountable", "Accountable", false}, \
	    {"consulted", "Consulted", false},                                                                             \
	{                                                                                                                  \
		"informed", "Informed", false                                                                                  \
	}
void plim_put_resource(plim_table *table, const plim_model *model, uint32_t control);

/** True if an open action, or a review, should have been by `today`. */
bool plim_action_is_overdue(const plim_action *action, const char *today);
bool plim_is_before(const char *date, const char *today);

/** Who answers for a control: `roles`, else its owner; "" if nobody. */
const char *plim_control_accountable(const plim_control *control);

/** What the controls of a scenario come to, as a sentence; uncertain costs by their means. */
void plim_put_resource_sum(plim_text *text, const plim_model *model, const plim_scenario *scenario);

#endif
