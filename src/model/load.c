/* SPDX-License-Identifier: Apache-2.0 */
/* From a path or a text to a model: the order of reading, and the findings on the way. */
#include "model/load.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "model/canonical.h"
#include "model/finding.h"

#define EXCERPT_BYTES 4096

static void add_finding(plim_load *load, plim_finding_level level, long source, int line, int col, const char *format,
                        va_list args)
{
	if (level == PLIM_FINDING_ERROR && load->findings->errors >= PLIM_FINDINGS_KEPT) {
		load->findings->errors++;
		return;
	}
	char text[1024], excerpt[EXCERPT_BYTES] = "";
	vsnprintf(text, sizeof text, format, args);
	size_t bad;
	while (!plim_text_is_utf8(text, strlen(text), &bad))
		text[bad] = '?'; /* a character cut in two */
	if (source >= 0)
		plim_source_line(load, (size_t)source, line, col, excerpt, sizeof excerpt);
	const char *shown = source >= 0 ? load->source[source].shown : "";
	if (!plim_findings_add(load->findings, level, shown, line, col, excerpt, text))
		load->failed = true;
}

static void add_at(plim_load *load, plim_finding_level level, const plim_value *at, const char *format, va_list args)
{
	if (at)
		add_finding(load, level, at->file, at->line, at->col, format, args);
	else
		add_finding(load, level, -1, 0, 0, format, args);
}

void plim_load_error(plim_load *load, const plim_value *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_at(load, PLIM_FINDING_ERROR, at, format, args);
	va_end(args);
}

void plim_load_warn(plim_load *load, const plim_value *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_at(load, PLIM_FINDING_WARNING, at, format, args);
	va_end(args);
}

void plim_load_note(plim_load *load, const plim_value *at, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_at(load, PLIM_FINDING_NOTE, at, format, args);
	va_end(args);
}

void plim_load_error_at(plim_load *load, size_t source, int line, int col, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	add_finding(load, PLIM_FINDING_ERROR, (long)source, line, col, format, args);
	va_end(args);
}

plim_shown plim_show(double value)
{
	plim_shown shown;
	plim_text_digits(shown.text, sizeof shown.text, value, 9);
	return shown;
}

bool plim_load_failed(const plim_load *load)
{
	return load->failed || load->keep->failed || load->spare->failed;
}

void *plim_load_keep(plim_load *load, size_t count, size_t size)
{
	return plim_arena_alloc(load->keep, count, size);
}

void *plim_load_spare(plim_load *load, size_t count, size_t size)
{
	return plim_arena_alloc(load->spare, count, size);
}

bool plim_load_name(plim_load *load, plim_names *names, const char *name, uint32_t *number)
{
	int added = plim_names_add(names, name, number);
	if (added < 0)
		load->failed = true;
	return added > 0;
}

/* ---- the order of reading ---- */

static void read_parts(plim_load *load)
{
	plim_read_head(load);
	plim_read_bands(load);
	plim_read_assumptions(load);
	plim_read_nodes(load);
	plim_read_links(load);
	plim_settle_groups(load);
	plim_read_scope(load);
	plim_read_trips(load);
	plim_read_threats(load);
	plim_read_intensities(load);
	plim_read_controls(load);
	plim_read_insurance(load);
	plim_read_scenarios(load);
	plim_read_actions(load);
	plim_read_legal(load);
	if (load->findings->errors == 0)
		plim_check_network(load);
}

/* Source 0 is the model file. */
static void read_model(plim_load *load)
{
	if (!plim_source_guard(load, 0))
		return;
	load->root = plim_yaml_read(load, 0);
	if (!load->root || plim_load_failed(load) || !plim_read_version(load))
		return;
	read_parts(load);
}

static plim_status sum_up(const plim_load *load, size_t before, plim_error *error)
{
	const plim_findings *findings = load->findings;
	size_t errors = findings->errors - before;
	const plim_finding *first = NULL;
	for (size_t i = 0; i < findings->count && !first; i++)
		if (findings->item[i].level == PLIM_FINDING_ERROR)
			first = &findings->item[i];
	if (!first)
		return plim_error_set(error, PLIM_ERROR_MODEL, "the model has %zu errors", errors);
	if (errors == 1)
		return plim_error_set_at(error, PLIM_ERROR_MODEL, first->file, first->line, first->col, "%s", first->text);
	return plim_error_set_at(error, PLIM_ERROR_MODEL, first->file, first->line, first->col,
	                         "the model has %zu errors; the first: %s", errors, first->text);
}

void plim_load_clear(plim_load *load)
{
	for (size_t i = 0; i < load->sources; i++) {
		plim_mem_free(load->source[i].line);
		plim_mem_free(load->source[i].shown);
	}
	plim_mem_free(load->source);
	plim_mem_free(load->folder);
	plim_names *const names[] = {&load->node_names,        &load->link_names,        &load->threat_names,
	                             &load->control_names,     &load->scenario_names,    &load->assumption_names,
	                             &load->node_column_names, &load->link_column_names, &load->trip_names,
	                             &load->insurance_names,   &load->action_names,      &load->legal_names};
	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		plim_names_clear(names[i]);
	for (size_t i = 0; i < 8; i++)
		plim_names_clear(&load->vocabulary[i / 4][i % 4]);
	plim_arena_clear(load->spare);
}

/* A model with its arena, or NULL. */
static plim_model *new_model(const char *path)
{
	plim_model *model = plim_mem_alloc(1, sizeof *model);
	plim_arena *arena = plim_mem_alloc(1, sizeof *arena);
	if (!model || !arena) {
		plim_mem_free(model);
		plim_mem_free(arena);
		return NULL;
	}
	model->arena = arena;
	char *empty = plim_arena_text(arena, "");
	model->path = plim_arena_text(arena, path);
	model->name = model->description = model->currency = model->scope_description = empty;
	model->approver = model->approved = model->next_review = empty;
	model->edition = 2007;
	model->horizon_years = 1;
	model->discount_rate = NAN;
	return model;
}

/* Reads source bytes that belong to the caller until this takes them over. `folder` has a slash at its end or is "". */
static plim_status load_bytes(const char *path, const char *shown, const char *folder, char *bytes, size_t length,
                              const plim_model_text *given, size_t givens, plim_model **out, plim_findings *findings,
                              plim_error *error)
{
	plim_status status = PLIM_OK;
	plim_arena spare = {0};
	size_t before = findings->errors, first = findings->count;
	plim_model *model = new_model(path);
	plim_load load = {.model = model,
	                  .spare = &spare,
	                  .findings = findings,
	                  .nearness = PLIM_NEARNESS,
	                  .given = given,
	                  .givens = givens};
	load.folder = plim_mem_string(folder);
	if (!model || !load.folder || !plim_source_add(&load, "", shown, bytes, length)) {
		if (!model || !model->files)
			plim_mem_free(bytes);
		status = plim_error_memory(error, "the model");
		goto out;
	}
	load.keep = model->arena;
	/* the errors of an earlier reading in the same list must not hide those of this one */
	findings->errors = 0;
	read_model(&load);
	plim_findings_sort(findings, first);
	if (plim_load_failed(&load))
		status = plim_error_memory(error, "the model");
	else if (findings->errors)
		status = sum_up(&load, 0, error);
	else
		status = plim_model_digest_compute(model, error);
	findings->errors += before;
out:
	plim_load_clear(&load);
	if (status != PLIM_OK)
		plim_model_free(&model);
	else
		*out = model;
	return status;
}

plim_status plim_model_load(const char *path, plim_model **model, plim_findings *findings, plim_error *error)
{
	char *bytes;
	size_t length;
	const char *why;
	if (!plim_source_read(path, &bytes, &length, &why))
		return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "cannot read the model: %s", why);
	const char *slash = strrchr(path, '/');
	char *folder = plim_mem_string_n(path, slash ? (size_t)(slash - path) + 1 : 0);
	if (!folder) {
		plim_mem_free(bytes);
		return plim_error_memory(error, "the model");
	}
	plim_status status = load_bytes(path, path, folder, bytes, length, NULL, 0, model, findings, error);
	plim_mem_free(folder);
	return status;
}

plim_status plim_model_parse(const char *text, size_t length, const char *folder, plim_model **model,
                             plim_findings *findings, plim_error *error)
{
	if (length > PLIM_LARGEST_FILE)
		return plim_error_set(error, PLIM_ERROR_MODEL, "the model is larger than 256 MB");
	char *bytes = plim_mem_string_n(text, length);
	plim_text with_slash = {0};
	plim_text_add(&with_slash, folder ? folder : "");
	if (with_slash.length && with_slash.data[with_slash.length - 1] != '/')
		plim_text_add(&with_slash, "/");
	if (!bytes || with_slash.failed) {
		plim_mem_free(bytes);
		plim_text_free(&with_slash);
		return plim_error_memory(error, "the model");
	}
	plim_status status = load_bytes("", "(model)", with_slash.data, bytes, length, NULL, 0, model, findings, error);
	plim_text_free(&with_slash);
	return status;
}

plim_status plim_model_read_kept(const plim_model_text *text, size_t texts, plim_model **model, plim_error *error)
{
	if (texts == 0 || *text[0].name)
		return plim_error_set(error, PLIM_ERROR_IO, "the text of the model was not kept");
	char *bytes = plim_mem_string_n(text[0].bytes, text[0].length);
	if (!bytes)
		return plim_error_memory(error, "the model");
	plim_findings findings = {0};
	plim_status status = load_bytes("", "(model)", "", bytes, text[0].length, text, texts, model, &findings, error);
	plim_findings_clear(&findings);
	return status;
}
