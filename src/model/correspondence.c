/* SPDX-License-Identifier: Apache-2.0 */
#include "model/correspondence.h"

#include <string.h>

#include "base/error.h"
#include "model/clause.h"
#include "model/load.h"

typedef struct target {
	plim_correspondence *out;
	int edition;
} target;

static void read_rows(plim_load *load, const plim_table *table, void *given)
{
	static const char *const keys[] = {"number", "corresponds_to", "verified", NULL};
	target *t = given;
	plim_correspondence *out = t->out;
	out->row = plim_load_keep(load, table->rows + 1, sizeof *out->row);
	for (size_t i = 0; out->row && i < table->rows; i++) {
		char *number, *to, *verified;
		plim_check_keys(load, table->row[i], keys, "a correspondence");
		plim_need_text(load, table->row[i], "number", "a correspondence", &number);
		plim_need_text(load, table->row[i], "corresponds_to", "a correspondence", &to);
		plim_get_text(load, table->row[i], "verified", &verified);
		if (*number && plim_clause_find(t->edition, number) < 0)
			plim_load_error(load, plim_get(load, table->row[i], "number"), "ISO 28000:%d has no clause \"%s\"",
			                t->edition, number);
		else if (*number && plim_correspondence_find(out, number))
			plim_load_error(load, table->row[i], "the clause %s stands in two rows; join them, separated by `;`",
			                number);
		out->row[out->rows++] = (plim_correspondence_row){number, to, verified};
	}
}

/* The first error with its place; the sum of them stays in `error` when there is no such. */
static void tell_first(const plim_findings *findings, plim_error *error)
{
	for (size_t i = 0; i < findings->count; i++) {
		const plim_finding *first = &findings->item[i];
		if (first->level != PLIM_FINDING_ERROR)
			continue;
		plim_error_set_at(error, PLIM_ERROR_MODEL, first->file, first->line, first->col, "%s", first->text);
		return;
	}
}

plim_status plim_correspondence_load(const char *path, int edition, plim_correspondence *out, plim_error *error)
{
	plim_findings findings = {0};
	target t = {out, edition};
	plim_status status = plim_table_load(path, "table of correspondence", &out->arena, read_rows, &t, &findings, error);
	if (status == PLIM_ERROR_MODEL)
		tell_first(&findings, error);
	plim_findings_clear(&findings);
	if (status != PLIM_OK)
		plim_correspondence_clear(out);
	return status;
}

void plim_correspondence_clear(plim_correspondence *correspondence)
{
	plim_arena_clear(&correspondence->arena);
	*correspondence = (plim_correspondence){0};
}

const plim_correspondence_row *plim_correspondence_find(const plim_correspondence *correspondence, const char *number)
{
	for (size_t i = 0; i < correspondence->rows; i++)
		if (strcmp(correspondence->row[i].number, number) == 0)
			return &correspondence->row[i];
	return NULL;
}
