/* SPDX-License-Identifier: Apache-2.0 */
#include "model/import.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "model/finding.h"
#include "model/import_parts.h"

static const char *const names[] = {"riskquant", "pyfair", "crml"};

const char *plim_import_format_name(plim_import_format format)
{
	return names[format];
}

/* The reader has refused control characters: quotes and backslashes are all there is to escape. */
void plim_import_text(plim_text *out, const char *string)
{
	plim_text_add(out, "\"");
	for (const char *s = string; *s; s++) {
		if (*s == '"' || *s == '\\')
			plim_text_add(out, "\\");
		if (*s == '\n' || *s == '\r' || *s == '\t')
			plim_text_add(out, " ");
		else
			plim_text_add_n(out, s, 1);
	}
	plim_text_add(out, "\"");
}

void plim_import_number(plim_text *out, double value)
{
	char text[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(text, value);
	plim_text_add(out, text);
}

void plim_import_head(plim_importer *importer, const char *name, const char *from)
{
	plim_text_add(importer->out, "plimsoll: 1\nname: ");
	plim_import_text(importer->out, name);
	plim_text_add_format(importer->out, "\ndescription: Imported from %s\ncurrency: %s\nthreats:\n", from,
	                     importer->currency);
}

static void read_file(plim_importer *importer, plim_import_format format)
{
	plim_load *load = importer->load;
	if (format == PLIM_IMPORT_RISKQUANT) {
		const plim_table *table = plim_csv_read(load, 0);
		if (table && table->good)
			plim_import_riskquant(importer, table);
		return;
	}
	if (!plim_source_guard(load, 0))
		return;
	const plim_value *root = plim_yaml_read(load, 0);
	if (!root || !plim_is_map(load, root, "the file"))
		return;
	if (format == PLIM_IMPORT_PYFAIR)
		plim_import_pyfair(importer, root);
	else
		plim_import_crml(importer, root);
}

/* What was written must be a model: what the reader of models refuses is told with the reason. */
static plim_status prove(const plim_text *out, size_t from, plim_findings *findings, plim_error *error)
{
	plim_model *model = NULL;
	plim_error why = {0};
	plim_findings inner = {0};
	plim_status status = plim_model_parse(out->data + from, out->length - from, NULL, &model, &inner, &why);
	for (size_t i = 0; i < inner.count; i++)
		if (inner.item[i].level != PLIM_FINDING_NOTE)
			plim_findings_add(findings, inner.item[i].level, "(the model it gives)", inner.item[i].line,
			                  inner.item[i].col, inner.item[i].excerpt, inner.item[i].text);
	plim_findings_clear(&inner);
	plim_model_free(&model);
	if (status == PLIM_ERROR_MODEL)
		return plim_error_set(error, status, "the file cannot be imported: %s", why.text);
	if (status != PLIM_OK && error)
		*error = why;
	return status;
}

plim_status plim_import(const char *path, plim_import_format format, const char *currency, plim_text *out,
                        plim_findings *findings, plim_error *error)
{
	char *bytes;
	size_t length, before = findings->errors, first = findings->count, from = out->length;
	const char *why;
	if (!plim_source_read(path, &bytes, &length, &why))
		return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "cannot read the file: %s", why);
	plim_arena keep = {0}, spare = {0};
	plim_model files = {.arena = &keep};
	plim_load load = {.model = &files, .keep = &keep, .spare = &spare, .findings = findings, .nearness = PLIM_NEARNESS};
	plim_importer importer = {&load, out, currency};
	if (plim_source_add(&load, "", path, bytes, length))
		read_file(&importer, format);
	if (!files.files)
		plim_mem_free(bytes);
	plim_findings_sort(findings, first);
	size_t errors = findings->errors - before;
	plim_status status = PLIM_OK;
	if (plim_load_failed(&load) || out->failed)
		status = plim_error_memory(error, "the import");
	else if (errors)
		status =
		    plim_error_set(error, PLIM_ERROR_MODEL, "'%s' cannot be imported: %zu thing%s in it cannot be honoured",
		                   path, errors, errors == 1 ? "" : "s");
	else
		status = prove(out, from, findings, error);
	for (size_t i = 0; i < files.files; i++)
		plim_mem_free(files.file[i].bytes);
	plim_mem_free(files.file);
	plim_load_clear(&load);
	plim_arena_clear(&keep);
	return status;
}
