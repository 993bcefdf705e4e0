/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_table_column header_columns[] = {
    {"key", "Key", false},
    {"label", "Label", false},
    {"value", "Value", false},
};

static void label(plim_table *table, const char *key, const char *text)
{
	plim_table_text(table, key);
	plim_table_text(table, text);
}

static void add_text(plim_table *table, const char *key, const char *text, const char *value)
{
	label(table, key, text);
	plim_table_text(table, value);
}

static void add_count(plim_table *table, const char *key, const char *text, uint64_t value)
{
	label(table, key, text);
	plim_table_count(table, value);
}

static void add_integer(plim_table *table, const char *key, const char *text, uint64_t value)
{
	label(table, key, text);
	plim_table_integer(table, value);
}

void plim_build_header_table(const plim_results *r, plim_table *table)
{
	plim_table_init(table, header_columns, COUNT(header_columns));
	add_text(table, "model_name", "Model", r->model_name);
	add_text(table, "model_description", "Description", r->model_description);
	add_text(table, "scope", "Scope and boundary", r->scope);
	add_text(table, "currency", "Currency", r->currency);
	add_integer(table, "horizon_years", "Years in a trial", r->horizon_years);
	add_integer(table, "edition", "Edition of ISO 28000", (uint64_t)(r->edition < 0 ? 0 : r->edition));
	add_text(table, "approver", "Approver", r->approver);
	add_text(table, "approved", "Approved", r->approved);
	add_text(table, "next_review", "Next review", r->next_review);
	add_text(table, "commitments", "Policy commitments", r->commitments);
	add_count(table, "trials", "Trials", r->trials);
	if (r->worlds > 1) {
		add_count(table, "worlds", "Worlds", r->worlds);
		add_count(table, "world_trials", "Trials in a world", r->run_trials / r->worlds);
	}
	add_integer(table, "seed", "Seed", r->seed);
	add_integer(table, "first_block", "First block", r->first_block);
	add_count(table, "blocks", "Blocks", r->blocks);
	add_integer(table, "block_trials", "Trials in a block", r->block_trials);
	if (r->until && *r->until) {
		add_text(table, "until", "Stop rule", r->until);
		add_text(table, "until_met", "Stop rule met", r->until_met ? "yes" : "no: the run went to its ceiling");
		add_count(table, "until_ceiling", "Ceiling of trials", r->until_ceiling);
	}
	label(table, "confidence", "Confidence of intervals");
	plim_table_number(table, r->confidence, PLIM_FIGURE_PLAIN);
	add_text(table, "model_sha256", "Model SHA-256", r->model_sha256);
	add_text(table, "plan_sha256", "Plan SHA-256", r->plan_sha256);
	add_text(table, "result_sha256", "Result SHA-256", r->result_sha256);
}

void plim_build_title(const plim_results *r, plim_page *page)
{
	plim_page_heading(page, 1, "Supply-chain security risk: %s", r->model_name ? r->model_name : "");
	if (r->run_trials > r->trials) {
		char whole[40];
		plim_count_show(whole, r->run_trials);
		plim_page_notice(page, "This is a part of a run of %s trials: plimsoll merge puts the parts together.", whole);
	}
	if (r->horizon_years > 1)
		plim_page_paragraph(
		    page, "One trial spans %u years: every figure is about that whole horizon, unless it names a year.",
		    (unsigned)r->horizon_years);
	if (r->note_count)
		plim_page_notice(page, "What this run does not compute, or reads differently:");
	for (size_t i = 0; i < r->note_count; i++)
		plim_page_item(page, "%s", r->notes[i]);
}

void plim_build_header(const plim_results *r, plim_page *page)
{
	plim_page_heading(page, 2, "Scope, policy and run");
	plim_table table;
	plim_build_header_table(r, &table);
	page->failed |= table.failed;
	for (size_t i = 0; !table.failed && i < plim_table_rows(&table); i++) {
		const plim_cell *value = plim_table_cell(&table, i, 2);
		const char *text = value->kind == PLIM_CELL_TEXT ? value->text : value->shown;
		plim_page_pair(page, plim_table_cell(&table, i, 1)->text, "%s", *text ? text : "(not stated)");
	}
	plim_table_clear(&table);
}

static const plim_definition definitions[] = {
    {"aep", "AEP", "the sum of all losses of a trial (aggregate exceedance)"},
    {"oep", "OEP", "the largest single event of a trial (occurrence exceedance)"},
    {"return_period", "Return period T",
     "T = 1 / (1 - p), in horizons; the loss at T is the percentile at p = 1 - 1/T of the sum of a trial (AEP)"},
    {"years", "AEP_Y1, AEP_Y2, ...",
     "with a horizon of several years, the sum of one of them, by the day on which an event began; a trial draws its "
     "unknowns once for all its years, and counts, intensities and the working order of controls anew in each. AEP_PV: "
     "the sum of the horizon discounted to its start, each loss from the day of its event"},
    {"percentile", "Percentile P (VaR)", "the loss at rank n - floor((1 - p) n) of the n sorted trials"},
    {"tvar", "TVaR",
     "the mean of the worst (1 - p) share of trials, the trial on the boundary taken in part; "
     "\"exact mean\" as its basis: from the exact mean less what lies below the percentile, where the model's "
     "tail is too heavy for the worst trials alone"},
    {"exceedance", "Exceedance", "P(loss > x), strictly above"},
    {"interval", "Interval",
     "where the figure of endlessly many trials lies, with the stated confidence: it measures the number of trials, "
     "not what is unknown about the inputs. Unknowns are drawn anew in every trial, so that ignorance is in the "
     "figures "
     "themselves: it widens the curve, and more trials do not take it away"},
    {"p_no_loss", "P(no loss)", "the share of trials without any loss; percentiles below it are 0"},
    {"discounting", "Money",
     "in the stated currency, undiscounted but for AEP_PV; gross is before insurance, ceded what insurers pay, net "
     "what is left"},
    {"share", "Share", "a group's mean (or its part of the total's TVaR) over that of the total"},
};

const plim_definition *plim_build_definitions(size_t *count)
{
	*count = COUNT(definitions);
	return definitions;
}

const char *plim_build_meaning(const plim_results *r, const plim_definition *definition)
{
	if (r->worlds <= 1 || strcmp(definition->key, "interval") != 0)
		return definition->meaning;
	return "where the figure of endlessly many worlds and trials lies, with the stated confidence, from the spread of "
	       "32 groups of "
	       "worlds: it measures the number of worlds and trials, not what is unknown about the inputs. Unknowns are "
	       "drawn anew "
	       "in every world and hold for all its trials, so that ignorance is in the figures themselves, and is told "
	       "apart from "
	       "chance in the tables of worlds";
}

/* The clause that asks for the assessment, as the results name it. */
static const char *clause_title(const plim_results *r, const char *number)
{
	for (size_t i = 0; i < r->groups; i++)
		if (r->group[i].kind == PLIM_GROUP_CLAUSE && strcmp(r->group[i].name, number) == 0)
			return r->group[i].title;
	return "";
}

void plim_build_method(const plim_results *r, plim_page *page)
{
	const char *number = r->edition == 2022 ? "8.3" : "4.3.1";
	plim_page_heading(page, 2, "Method");
	plim_page_pair(page, "What", "ISO 28000:%d, clause %s %s", r->edition, number, clause_title(r, number));
	plim_page_pair(
	    page, "How",
	    "Monte Carlo simulation of frequency and severity. In each trial every threat at every place draws its "
	    "attempts; an attempt carries one uniform number and becomes an event when that number lies below the "
	    "vulnerability that the scenario's controls leave (thinning). All scenarios see the same attempts and the same "
	    "draws (common random numbers), so that their differences are nearly free of noise. The loss of an event is "
	    "drawn by component, lowered by the controls in force, and booked to the clauses of its threat by their "
	    "weights. A percentile table for each clause comes from its sums, trial by trial. Losses that controls avoid "
	    "are an upper bound: attackers who move elsewhere are not followed.");
	plim_page_heading(page, 2, "Definitions");
	for (size_t i = 0; i < COUNT(definitions); i++)
		plim_page_pair(page, definitions[i].what, "%s", plim_build_meaning(r, &definitions[i]));
}
