/* SPDX-License-Identifier: Apache-2.0 */
/* Clauses by another standard, from the correspondence that is embedded beside the clauses, with how well each entry of
 * it is known. Figures are those of our clauses: a percentile of several together could not be had by adding. */
#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "model/clause.h"
#include "report/data.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const struct standard {
	const char *key, *name, *mark; /* as asked for; in full; before its mark among `verified` */
} standards[] = {
    {"14001", "ISO 14001:2004", "14001-9001:"},
    {"9001", "ISO 9001:2000", "14001-9001:"},
    {"28000:2022", "ISO 28000:2022", "2022-map:"},
    {"28000:2007", "ISO 28000:2007", "2022-map:"},
};

enum { TO_14001, TO_9001, TO_2022, TO_2007 };

plim_status plim_standard_parse(const char *name, int *standard, plim_error *error)
{
	for (size_t k = 0; k < COUNT(standards); k++)
		if (strcmp(name, standards[k].key) == 0) {
			*standard = (int)k;
			return PLIM_OK;
		}
	return plim_error_set(error, PLIM_ERROR_USAGE,
	                      "there is no correspondence with '%s'; there are: 14001 9001 "
	                      "28000:2022 28000:2007, or a table of your own, FILE.csv",
	                      name);
}

const char *plim_standard_name(const plim_data_source *source)
{
	return source->own ? source->own_name : source->standard < 0 ? "" : standards[source->standard].name;
}

static void add_entry(plim_text *out, const char *entry)
{
	if (!*entry)
		return;
	plim_text_add(out, out->length ? "; " : "");
	plim_text_add(out, entry);
}

/* The mark of an entry: what stands behind its name in `verified`, up to the next bar. */
static void add_mark(plim_text *out, const struct standard *standard, const char *verified)
{
	const char *mark = strstr(verified, standard->mark);
	if (!mark)
		return;
	mark += strlen(standard->mark);
	size_t length = strcspn(mark, "|");
	while (length && mark[length - 1] == ' ')
		length--;
	plim_text_add(out, out->length ? "; " : "");
	plim_text_add_n(out, mark, length);
}

static const char *entry_of(const plim_clause *clause, int standard)
{
	switch (standard) {
	case TO_14001: return clause->maps_to_14001_2004;
	case TO_9001: return clause->maps_to_9001_2000;
	case TO_2022: return clause->maps_to_28000_2022;
	default: return clause->number;
	}
}

/* True if `list` ("5.1;5.2.1") names the number. */
static bool names(const char *list, const char *number)
{
	size_t length = strlen(number);
	for (const char *at = list; *at; at += strcspn(at, ";"), at += *at == ';')
		if (strcspn(at, ";") == length && strncmp(at, number, length) == 0)
			return true;
	return false;
}

/* Of the edition of 2022 only the way back is embedded: through the clauses of 2007 that correspond. */
static void find_backwards(const plim_clause *clause, int standard, plim_text *entry, plim_text *mark)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(2007, &count);
	for (size_t i = 0; i < count; i++) {
		if (!names(tree[i].maps_to_28000_2022, clause->number) || !*entry_of(&tree[i], standard))
			continue;
		add_entry(entry, entry_of(&tree[i], standard));
		add_mark(mark, &standards[TO_2022], tree[i].verified);
		if (standard != TO_2007)
			add_mark(mark, &standards[standard], tree[i].verified);
	}
}

static void find_entry(int edition, const char *number, int standard, plim_text *entry, plim_text *mark)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(edition, &count);
	int32_t index = tree ? plim_clause_find(edition, number) : -1;
	if (index < 0)
		return; /* (unassigned), "4.4 (general)" */
	if (standard == (edition == 2022 ? TO_2022 : TO_2007)) {
		plim_text_add(entry, number);
	} else if (edition == 2022) {
		find_backwards(&tree[index], standard, entry, mark);
	} else if (*entry_of(&tree[index], standard)) {
		add_entry(entry, entry_of(&tree[index], standard));
		add_mark(mark, &standards[standard], tree[index].verified);
	}
}

static const plim_table_column columns[] = {
    {"standard", "Standard", false},
    {"corresponds_to", "Corresponds to", false},
    {"verified", "Verified", false},
    {"scenario", "Scenario", false},
    {"perspective", "Perspective", false},
    {"clause", "Clause", false},
    {"title", "Title", false},
    {"mean", "Mean", true},
    {"p95", "P95", true},
    {"p99", "P99", true},
    {"tvar99", "TVaR 99", true},
    {"share_of_mean", "Share", true},
};

static size_t standard_rows(const plim_data_source *source)
{
	return plim_data_perspectives(source) * source->lookup->clauses * source->results->scenarios *
	       (source->standard < 0 && !source->own ? COUNT(standards) : 1);
}

static void put_text(plim_table *table, plim_text *text)
{
	plim_table_text_copy(table, text->failed ? NULL : text->data);
	table->failed |= text->failed;
	plim_text_free(text);
}

static void put_value(plim_table *table, const plim_percentile_row *row)
{
	if (row)
		plim_table_money(table, row->value);
	else
		plim_table_none(table);
}

static void put_figures(const plim_lookup *lookup, uint32_t scenario, uint32_t group, plim_table *table)
{
	double mean = plim_lookup_mean(lookup, scenario, group);
	plim_table_money(table, mean);
	put_value(table, plim_lookup_percentile(lookup, scenario, group, PLIM_MEASURE_AEP, 0.95));
	put_value(table, plim_lookup_percentile(lookup, scenario, group, PLIM_MEASURE_AEP, 0.99));
	put_value(table, plim_lookup_tvar(lookup, scenario, group, PLIM_MEASURE_AEP, 0.99));
	plim_data_add_share(table, mean,
	                    lookup->total < 0 ? NAN : plim_lookup_mean(lookup, scenario, (uint32_t)lookup->total));
}

static void add_standard(const plim_data_source *source, size_t i, plim_table *table)
{
	const plim_results *r = source->results;
	size_t clauses = source->lookup->clauses;
	uint32_t scenario = (uint32_t)(i / clauses % r->scenarios);
	size_t block = i / clauses / r->scenarios, perspectives = plim_data_perspectives(source);
	int standard = source->standard < 0 ? (int)(block / perspectives) : source->standard;
	plim_lookup lookup = plim_lookup_from(source->lookup, (plim_perspective)(block % perspectives));
	if (!plim_data_wanted(source, scenario))
		return;
	const plim_group *clause = &r->group[source->lookup->clause[i % clauses]];
	plim_text entry = {0}, mark = {0};
	const plim_correspondence_row *own = source->own ? plim_correspondence_find(source->own, clause->name) : NULL;
	if (own) {
		plim_text_add(&entry, own->to);
		plim_text_add(&mark, own->verified);
	} else if (!source->own) {
		find_entry(r->edition, clause->name, standard, &entry, &mark);
	}
	plim_table_text(table, source->own ? source->own_name : standards[standard].name);
	put_text(table, &entry);
	put_text(table, &mark);
	plim_table_text(table, r->scenario[scenario].id);
	plim_table_text(table, plim_perspective_name(lookup.perspective));
	plim_table_text(table, clause->name);
	plim_table_text(table, clause->title);
	put_figures(&lookup, scenario, source->lookup->clause[i % clauses], table);
}

const plim_data plim_data_standards = {
    .name = "correspondence", .column = columns, .columns = COUNT(columns), .rows = standard_rows, .add = add_standard};
