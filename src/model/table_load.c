/* SPDX-License-Identifier: Apache-2.0 */
/* CSV tables that stand alone, beside any model. */
#include "base/error.h"
#include "base/memory.h"
#include "model/finding.h"
#include "model/load.h"

static plim_status sum_up(const plim_load *load, size_t before, const char *path, const char *what, plim_error *error)
{
	size_t errors = load->findings->errors - before;
	if (plim_load_failed(load))
		return plim_error_memory(error, what);
	if (!errors)
		return PLIM_OK;
	return plim_error_set(error, PLIM_ERROR_MODEL, "the %s '%s' has %zu error%s; nothing was computed", what, path,
	                      errors, errors == 1 ? "" : "s");
}

plim_status plim_table_load(const char *path, const char *what, plim_arena *keep, plim_table_reader *reader,
                            void *target, plim_findings *findings, plim_error *error)
{
	char *bytes;
	size_t length, before = findings->errors, first = findings->count;
	const char *why;
	if (!plim_source_read(path, &bytes, &length, &why))
		return plim_error_set_at(error, PLIM_ERROR_IO, path, 0, 0, "cannot read the %s: %s", what, why);
	plim_arena spare = {0};
	plim_model files = {.arena = keep}; /* only holds the bytes while they are read */
	plim_load load = {.model = &files, .keep = keep, .spare = &spare, .findings = findings, .nearness = PLIM_NEARNESS};
	if (plim_source_add(&load, "", path, bytes, length)) {
		const plim_table *table = plim_csv_read(&load, 0);
		if (table && table->good)
			reader(&load, table, target);
	}
	if (!files.files)
		plim_mem_free(bytes);
	plim_findings_sort(findings, first);
	plim_status status = sum_up(&load, before, path, what, error);
	for (size_t i = 0; i < files.files; i++)
		plim_mem_free(files.file[i].bytes);
	plim_mem_free(files.file);
	plim_load_clear(&load);
	return status;
}
