/* SPDX-License-Identifier: Apache-2.0 */
#include "model/log.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/date.h"
#include "model/load.h"

static const char *const log_keys[] = {"date",         "place",       "threat",    "loss",        "loss_at_least",
                                       "loss_at_most", "outage_days", "near_miss", "false_alarm", NULL};

bool plim_incident_is_event(const plim_incident *incident)
{
	return !incident->near_miss && !incident->false_alarm;
}

static bool has_column(const plim_table *table, const char *name)
{
	for (size_t c = 0; c < table->columns; c++)
		if (strcmp(table->header[c]->text, name) == 0)
			return true;
	return false;
}

static void check_columns(plim_load *load, const plim_table *table)
{
	for (size_t c = 0; c < table->columns; c++) {
		const char *name = table->header[c]->text, *near = NULL;
		bool known = false;
		for (const char *const *key = log_keys; *key; key++)
			known |= strcmp(*key, name) == 0;
		if (!known)
			near = plim_mistaken_for(log_keys, name);
		if (near)
			plim_load_error(load, table->header[c],
			                "the column \"%s\" is too near to `%s`; correct it or give it another name", name, near);
	}
	if (!has_column(table, "date"))
		plim_load_error(load, table->header[0], "an incident log needs the column `date`");
}

/* yes or no, in the ways that tables write them; absent is no. */
static bool read_flag(plim_load *load, const plim_value *row, const char *key)
{
	static const char *const words[] = {"no", "yes", "false", "true", "0", "1", "n", "y", NULL};
	const plim_value *value = plim_get(load, row, key);
	if (!value)
		return false;
	for (int i = 0; words[i]; i++)
		if (strcasecmp(words[i], value->text) == 0)
			return i & 1;
	plim_load_error(load, value, "`%s` must be yes or no, found \"%.80s\"", key, value->text);
	return false;
}

static double read_amount(plim_load *load, const plim_value *row, const char *key, double absent)
{
	plim_get_number(load, row, key, &plim_range_from_zero, &absent);
	return absent;
}

static void read_loss(plim_load *load, const plim_value *row, plim_incident *incident)
{
	incident->loss = read_amount(load, row, "loss", NAN);
	incident->at_least = read_amount(load, row, "loss_at_least", 0);
	incident->at_most = read_amount(load, row, "loss_at_most", INFINITY);
	bool bounded = incident->at_least > 0 || !isinf(incident->at_most);
	if (bounded && !isnan(incident->loss))
		plim_load_error(load, row, "this row has a loss and bounds of it; leave `loss` blank or remove the bounds");
	else if (bounded && !(incident->at_least < incident->at_most))
		plim_load_error(load, row, "`loss_at_least` must be below `loss_at_most`");
}

static void read_row(plim_load *load, const plim_value *row, plim_incident *incident)
{
	char *date, *place = plim_arena_text(load->keep, ""), *threat = place;
	const plim_value *at_place = plim_get(load, row, "place"), *of_threat = plim_get(load, row, "threat");
	plim_need_text(load, row, "date", "an incident", &date);
	if (*date && !plim_date_parse(date, &incident->day))
		plim_load_error(load, plim_get(load, row, "date"), "`date` must be a date as YYYY-MM-DD, found \"%.80s\"",
		                date);
	if (at_place)
		plim_read_id(load, at_place, "place", &place);
	if (of_threat)
		plim_read_id(load, of_threat, "threat", &threat);
	incident->place = place;
	incident->threat = threat;
	incident->line = row->line;
	read_loss(load, row, incident);
	incident->outage_days = read_amount(load, row, "outage_days", NAN);
	incident->near_miss = read_flag(load, row, "near_miss");
	incident->false_alarm = read_flag(load, row, "false_alarm");
	if (incident->near_miss && incident->false_alarm)
		plim_load_error(load, row, "this row is a near miss and a false alarm; only one of them can be true");
	if (!plim_incident_is_event(incident) && (incident->loss > 0 || incident->outage_days > 0))
		plim_load_error(load, row, "a %s has no loss and no outage; blank them, or say no to `%s`",
		                incident->near_miss ? "near miss" : "false alarm",
		                incident->near_miss ? "near_miss" : "false_alarm");
}

static int by_day(const void *a, const void *b)
{
	const plim_incident *x = a, *y = b;
	if (x->day != y->day)
		return x->day < y->day ? -1 : 1;
	return x->line < y->line ? -1 : x->line > y->line;
}

static void read_rows(plim_load *load, const plim_table *table, void *target)
{
	plim_log *log = target;
	check_columns(load, table);
	log->has_threat = has_column(table, "threat");
	log->has_place = has_column(table, "place");
	log->has_loss = has_column(table, "loss");
	log->has_outage = has_column(table, "outage_days");
	log->has_near_miss = has_column(table, "near_miss");
	log->has_false_alarm = has_column(table, "false_alarm");
	log->incident = plim_load_keep(load, table->rows, sizeof *log->incident);
	for (size_t r = 0; log->incident && r < table->rows; r++)
		read_row(load, table->row[r], &log->incident[r]);
	log->incidents = log->incident ? table->rows : 0;
	if (log->incidents)
		qsort(log->incident, log->incidents, sizeof *log->incident, by_day);
}

plim_status plim_log_load(const char *path, plim_log *log, plim_findings *findings, plim_error *error)
{
	plim_status status = plim_table_load(path, "incident log", &log->arena, read_rows, log, findings, error);
	if (status != PLIM_OK)
		plim_log_clear(log);
	return status;
}

void plim_log_clear(plim_log *log)
{
	plim_arena_clear(&log->arena);
	*log = (plim_log){0};
}
