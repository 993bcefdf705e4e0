/* SPDX-License-Identifier: Apache-2.0 */
/* Each commitment of the policy with the figures that tell whether it is kept. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "report/data.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_table_column policy_columns[] = {
    {"commitment", "Commitment", false},
    {"measure", "Measure", false},
    {"scenario", "Scenario", false},
    {"value", "Value", true},
    {"unit", "Unit", false},
    {"status", "Status", false},
    {"detail", "Detail", false},
};

/* Adds scenario, value, unit, status and detail. */
typedef void put_measure(const plim_data_source *source, plim_table *table);

static uint32_t own_scenario(const plim_data_source *source)
{
	return source->scenario < 0 ? 0 : (uint32_t)source->scenario;
}

static void put_scenario(const plim_data_source *source, uint32_t scenario, plim_table *table)
{
	plim_table_text(table, source->results->scenarios ? source->results->scenario[scenario].id : "");
}

static double total_mean(const plim_data_source *source, uint32_t scenario)
{
	return source->lookup->total < 0 || !source->results->scenarios
	           ? NAN
	           : plim_lookup_mean(source->lookup, scenario, (uint32_t)source->lookup->total);
}

static const plim_group *legal_clause(const plim_results *r, uint32_t *group)
{
	const char *number = r->edition == 2022 ? "4.2.2" : "4.3.2";
	for (uint32_t g = 0; g < r->groups; g++)
		if (r->group[g].kind == PLIM_GROUP_CLAUSE && strcmp(r->group[g].name, number) == 0) {
			*group = g;
			return &r->group[g];
		}
	return NULL;
}

static void put_legal(const plim_data_source *source, plim_table *table)
{
	uint32_t scenario = own_scenario(source), group;
	const plim_group *clause = legal_clause(source->results, &group);
	double mean = clause && source->results->scenarios ? plim_lookup_mean(source->lookup, scenario, group) : NAN;
	plim_text detail = {0};
	plim_text_add_format(&detail, "clause %s %s", clause ? clause->name : "", clause ? clause->title : "");
	put_scenario(source, scenario, table);
	plim_table_money(table, mean);
	plim_table_text(table, source->results->currency);
	plim_table_text(table, mean > 0 ? "measured" : "no threat bears on it");
	plim_table_text_copy(table, detail.data);
	table->failed |= detail.failed;
	plim_text_free(&detail);
}

static void put_improvement(const plim_data_source *source, plim_table *table)
{
	const plim_results *r = source->results;
	uint32_t best = 0;
	for (uint32_t s = 1; s < r->scenarios; s++)
		if (total_mean(source, s) < total_mean(source, best))
			best = s;
	double first = total_mean(source, 0), saved = first - total_mean(source, best);
	put_scenario(source, best, table);
	plim_data_add_share(table, saved, first);
	plim_table_text(table, "of the mean");
	plim_table_text(table, r->scenarios < 2 ? "no scenario to compare"
	                       : best           ? "improvement planned"
	                                        : "no improvement planned");
	plim_table_text(table, "what the scenario with the lowest mean saves against the first one");
}

static void put_tolerance(const plim_data_source *source, plim_table *table)
{
	const plim_results *r = source->results;
	uint32_t scenario = own_scenario(source);
	size_t lines = 0, met = 0;
	for (size_t i = 0; i < r->tolerances; i++) {
		lines += r->tolerance[i].scenario == scenario;
		met += r->tolerance[i].scenario == scenario && r->tolerance[i].met;
	}
	char detail[64];
	snprintf(detail, sizeof detail, "of %zu line%s", lines, lines == 1 ? "" : "s");
	put_scenario(source, scenario, table);
	plim_table_count(table, met);
	plim_table_text(table, "lines met");
	plim_table_text(table, !lines ? "no tolerance stated" : met == lines ? "met" : "broken");
	plim_table_text_copy(table, detail);
}

static void put_p99(const plim_data_source *source, plim_table *table)
{
	const plim_results *r = source->results;
	uint32_t scenario = own_scenario(source);
	const plim_percentile_row *row =
	    source->lookup->total < 0 || !r->scenarios
	        ? NULL
	        : plim_lookup_percentile(source->lookup, scenario, (uint32_t)source->lookup->total, PLIM_MEASURE_AEP, 0.99);
	put_scenario(source, scenario, table);
	if (row)
		plim_table_money(table, row->value);
	else
		plim_table_none(table);
	plim_table_text(table, r->currency);
	plim_table_text(table, "measured");
	plim_table_text(table, "one trial in a hundred is above it");
}

static void put_review(const plim_data_source *source, plim_table *table)
{
	const char *date = source->results->next_review, *today = source->today;
	bool stated = date && *date;
	plim_table_text(table, "");
	plim_table_none(table);
	plim_table_text(table, "date");
	plim_table_text(table, !stated                                      ? "no date stated"
	                       : today && *today && strcmp(date, today) < 0 ? "overdue"
	                                                                    : "planned");
	plim_table_text(table, stated ? date : "");
}

static void put_owners(const plim_data_source *source, plim_table *table)
{
	const plim_model *model = source->model;
	size_t named = 0, all = 0;
	for (size_t i = 0; model && i < model->threats; i++, all++)
		named += *model->threat[i].owner != '\0';
	for (size_t i = 0; model && i < model->controls; i++, all++)
		named += *model->control[i].owner != '\0';
	char detail[64];
	snprintf(detail, sizeof detail, "%zu of %zu", named, all);
	plim_table_text(table, "");
	plim_data_add_share(table, (double)named, (double)all);
	plim_table_text(table, "of threats and controls");
	plim_table_text(table, !all ? "not known" : named == all ? "met" : "incomplete");
	plim_table_text_copy(table, detail);
}

static const struct measure {
	const char *commitment, *measure;
	put_measure *put;
} measures[] = {
    {"legal", "Mean loss from legal and regulatory duties", put_legal},
    {"improvement", "Lower mean loss through planned controls", put_improvement},
    {"protection", "Tolerance of the policy", put_tolerance},
    {"protection", "Loss of one trial in a hundred (P99)", put_p99},
    {"engagement", "Next review of the policy", put_review},
    {"engagement", "Threats and controls with a named owner", put_owners},
};

/* The measure of that number among those of a commitment, NULL behind the last. */
static const struct measure *measure_of(const char *commitment, size_t length, size_t number)
{
	for (size_t k = 0; k < COUNT(measures); k++)
		if (strlen(measures[k].commitment) == length && strncmp(measures[k].commitment, commitment, length) == 0 &&
		    number-- == 0)
			return &measures[k];
	return NULL;
}

/* Row `row` of the table: its commitment (at *text, *length bytes) and measure (NULL: none is defined). False behind
 * the last row; then *row is what is left of it. */
static bool find_row(const plim_data_source *source, size_t *row, const char **text, size_t *length,
                     const struct measure **measure)
{
	const char *at = source->results->commitments ? source->results->commitments : "";
	for (; *at; at += *length, at += *at == ';') {
		*length = strcspn(at, ";");
		*text = at;
		size_t number = 0;
		do {
			*measure = measure_of(at, *length, number++);
			if ((*measure || number == 1) && (*row)-- == 0)
				return true;
		} while (*measure);
	}
	return false;
}

static size_t policy_rows(const plim_data_source *source)
{
	size_t row = SIZE_MAX, length;
	const char *text;
	const struct measure *measure;
	find_row(source, &row, &text, &length, &measure);
	return SIZE_MAX - row;
}

static void add_policy(const plim_data_source *source, size_t i, plim_table *table)
{
	const char *text = "";
	size_t length = 0;
	const struct measure *measure = NULL;
	if (!find_row(source, &i, &text, &length, &measure))
		return;
	char *commitment = plim_mem_string_n(text, length);
	plim_table_text_copy(table, commitment);
	table->failed |= !commitment;
	plim_mem_free(commitment);
	plim_table_text(table, measure ? measure->measure : "(none)");
	if (measure) {
		measure->put(source, table);
		return;
	}
	plim_table_text(table, "");
	plim_table_none(table);
	plim_table_text(table, "");
	plim_table_text(table, "no measure is defined for it");
	plim_table_text(table, "known: legal, improvement, protection, engagement");
}

const plim_data plim_data_policy = {"policy", policy_columns, COUNT(policy_columns), policy_rows, add_policy, false};
