/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/text.h"
#include "model/import_parts.h"

#define COLUMNS 5

static const char *const titles[COLUMNS] = {"identifier", "name", "probability", "low_loss", "high_loss"};

/* The first row is a scenario like the others, unless its rate is no number: then it names the columns. */
static bool is_header(const plim_table *table)
{
	double number;
	return !plim_text_parse_double(table->header[2]->text, &number);
}

static void add_scenario(plim_importer *importer, const plim_value *const cell[COLUMNS], plim_names *seen)
{
	plim_load *load = importer->load;
	double number[3] = {0};
	char *id = NULL;
	for (int c = 0; c < COLUMNS; c++)
		if (!cell[c]) {
			for (int k = 0; k < COLUMNS; k++)
				if (cell[k]) {
					plim_load_error(load, cell[k], "this scenario has no %s", titles[c]);
					return;
				}
			return;
		}
	if (!plim_read_id(load, cell[0], "identifier", &id))
		return;
	for (int c = 2; c < COLUMNS; c++)
		if (!plim_read_number(load, cell[c], titles[c], c == 2 ? &plim_range_from_zero : &plim_range_above_zero,
		                      &number[c - 2]))
			return;
	if (!(number[1] < number[2])) {
		plim_load_error(load, cell[3], "`low_loss` must be below `high_loss`");
		return;
	}
	/* identifiers need not be unique there; here they get a number */
	plim_text unique = {0};
	uint32_t first = 1;
	plim_text_add(&unique, id);
	for (int k = 2; !unique.failed && !plim_load_name(load, seen, plim_arena_text(load->keep, unique.data), &first) &&
	                !plim_load_failed(load);
	     k++) {
		plim_text_free(&unique);
		plim_text_add_format(&unique, "%s_%d", id, k);
	}
	plim_text *out = importer->out;
	plim_text_add(out, "  - id: ");
	plim_import_text(out, unique.data ? unique.data : "");
	plim_text_add(out, "\n    title: ");
	plim_import_text(out, cell[1]->text);
	plim_text_add(out, "\n    frequency: {poisson: {rate: ");
	plim_import_number(out, number[0]);
	plim_text_add(out, "}}\n    loss: {lognormal: {p5: ");
	plim_import_number(out, number[1]);
	plim_text_add(out, ", p95: ");
	plim_import_number(out, number[2]);
	plim_text_add(out, "}}\n");
	out->failed |= unique.failed;
	plim_text_free(&unique);
}

/* Rows are maps without their blank cells: back to cells. */
static void cells_of(const plim_table *table, const plim_value *row, const plim_value *cell[COLUMNS])
{
	for (size_t c = 0; c < COLUMNS; c++) {
		cell[c] = NULL;
		for (uint32_t i = 0; i < row->count; i++)
			if (row->pair[i].key == table->header[c])
				cell[c] = row->pair[i].value;
	}
}

void plim_import_riskquant(plim_importer *importer, const plim_table *table)
{
	plim_load *load = importer->load;
	plim_names seen = {0};
	const plim_value *cell[COLUMNS];
	if (table->columns != COLUMNS) {
		plim_load_error(
		    load, table->header[0],
		    "a riskquant table has 5 columns (identifier, name, probability, low_loss, high_loss), this has "
		    "%zu; scenarios of other kinds have no table form",
		    table->columns);
		return;
	}
	plim_import_head(importer, "riskquant scenarios", "riskquant");
	if (!is_header(table)) {
		for (size_t c = 0; c < COLUMNS; c++)
			cell[c] = table->header[c];
		add_scenario(importer, cell, &seen);
	}
	for (size_t r = 0; r < table->rows; r++) {
		cells_of(table, table->row[r], cell);
		add_scenario(importer, cell, &seen);
	}
	plim_names_clear(&seen);
}
