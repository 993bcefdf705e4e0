/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/new_file.h"
#include "store/primary.h"
#include "store/results_table.h"

static plim_status write_attribute(plim_h5 *h5, hid_t object, const plim_results_attribute *a, const plim_results *r)
{
	const void *value = (const char *)r + a->offset;
	if (a->type == PLIM_H5_TEXT && !a->hex) {
		value = *(char *const *)value;
		value = value ? value : "";
	}
	return plim_h5_attribute_write(h5, object, a->name, a->type, 1, value);
}

static plim_status write_format(plim_h5 *h5)
{
	const int32_t version[2] = {PLIM_STORE_MAJOR, PLIM_STORE_MINOR};
	plim_status status = plim_h5_attribute_write(h5, h5->file, "format", PLIM_H5_TEXT, 1, PLIM_STORE_FORMAT);
	if (status == PLIM_OK)
		status = plim_h5_attribute_write(h5, h5->file, "format_version", PLIM_H5_I32, 2, version);
	return status;
}

static plim_status write_head(plim_h5 *h5, const plim_results *r)
{
	size_t count;
	const plim_results_attribute *a = plim_results_attributes(&count);
	plim_status status = write_format(h5);
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = write_attribute(h5, h5->file, &a[i], r);
	return status;
}

static plim_status write_provenance(plim_h5 *h5, const plim_results *r)
{
	size_t count;
	const plim_results_attribute *a = plim_provenance_attributes(&count);
	hid_t group;
	plim_status status = plim_h5_group_create(h5, "provenance", &group);
	if (status != PLIM_OK)
		return status;
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = write_attribute(h5, group, &a[i], r);
	H5Gclose(group);
	return status;
}

static plim_status write_model_text(plim_h5 *h5, hid_t group, size_t i, const plim_model_text *text)
{
	char name[32];
	hid_t set;
	snprintf(name, sizeof name, "file_%zu", i);
	plim_status status = plim_h5_array_write(h5, group, name, PLIM_H5_BYTE, text->length, text->bytes, &set);
	if (status == PLIM_OK)
		status = plim_h5_attribute_write(h5, set, "name", PLIM_H5_TEXT, 1, text->name ? text->name : "");
	if (set >= 0)
		H5Dclose(set);
	return status;
}

static plim_status write_model(plim_h5 *h5, const plim_results *r)
{
	hid_t group;
	const uint64_t files = r->model_texts;
	plim_status status = plim_h5_group_create(h5, "model", &group);
	if (status != PLIM_OK)
		return status;
	status = plim_h5_attribute_write(h5, group, "files", PLIM_H5_U64, 1, &files);
	for (size_t i = 0; i < r->model_texts && status == PLIM_OK; i++)
		status = write_model_text(h5, group, i, &r->model_text[i]);
	H5Gclose(group);
	return status;
}

/* Text columns are as wide as their longest value. */
static void measure_text(const plim_results_table *table, const plim_results *r, size_t *size)
{
	plim_h5_cell cells[PLIM_H5_COLUMNS];
	size_t rows = plim_results_table_rows(table, r);
	for (size_t c = 0; c < table->columns; c++)
		size[c] = 1;
	for (size_t row = 0; row < rows; row++) {
		if (!table->get(r, row, cells))
			continue;
		for (size_t c = 0; c < table->columns; c++) {
			size_t length = table->column[c].type == PLIM_H5_TEXT ? strlen(cells[c].text) : 0;
			size[c] = length > size[c] ? length : size[c];
		}
	}
}

static plim_status write_table(plim_h5 *h5, const plim_results *r, const plim_results_table *table)
{
	size_t size[PLIM_H5_COLUMNS], rows = plim_results_table_rows(table, r);
	plim_h5_layout layout;
	plim_h5_appender t = {0};
	measure_text(table, r, size);
	plim_h5_lay_out(&layout, table->column, table->columns, size);
	plim_status status = plim_h5_append_begin(&t, h5, h5->file, table->name, table->title, &layout, rows ? rows : 1);
	for (size_t row = 0; row < rows && status == PLIM_OK; row++) {
		plim_h5_cell cells[PLIM_H5_COLUMNS] = {0};
		if (table->get(r, row, cells))
			status = plim_h5_append(&t, cells);
	}
	return plim_h5_append_end(&t, status);
}

static plim_status write_tables(plim_h5 *h5, const plim_results *r)
{
	size_t count;
	const plim_results_table *table = plim_results_tables(&count);
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = write_table(h5, r, &table[i]);
	return status;
}

static plim_status write_scenario_ylt(plim_h5 *h5, hid_t group, const plim_results *r, uint32_t k, plim_perspective p)
{
	hid_t set;
	char *name = plim_results_ylt_name(r->scenario[k].id);
	if (!name)
		return plim_error_memory(h5->error, "a name");
	plim_status status = plim_h5_array_write(h5, group, name, PLIM_H5_F64, r->trials, plim_results_ylt(r, k, p), &set);
	if (status == PLIM_OK)
		status = plim_h5_attribute_write(h5, set, "scenario", PLIM_H5_TEXT, 1, r->scenario[k].id);
	if (set >= 0)
		H5Dclose(set);
	plim_mem_free(name);
	return status;
}

static plim_status write_ylt_of(plim_h5 *h5, const plim_results *r, plim_perspective p)
{
	hid_t group;
	plim_status status = plim_h5_group_create(h5, plim_results_ylt_group(p), &group);
	if (status != PLIM_OK)
		return status;
	for (uint32_t k = 0; k < r->scenarios && status == PLIM_OK; k++)
		status = write_scenario_ylt(h5, group, r, k, p);
	H5Gclose(group);
	return status;
}

static plim_status write_ylt(plim_h5 *h5, const plim_results *r)
{
	plim_status status = PLIM_OK;
	for (uint32_t p = 0; r->ylt && (p == 0 || p < r->perspectives) && status == PLIM_OK; p++)
		status = write_ylt_of(h5, r, (plim_perspective)p);
	return status;
}

static plim_status write_all(plim_h5 *h5, const plim_results *r, const char *temporary)
{
	plim_status status = plim_h5_create(h5, temporary);
	if (status == PLIM_OK)
		status = write_head(h5, r);
	if (status == PLIM_OK)
		status = write_model(h5, r);
	if (status == PLIM_OK)
		status = write_tables(h5, r);
	if (status == PLIM_OK && r->summary)
		status = plim_primary_write(h5, r->summary);
	if (status == PLIM_OK)
		status = write_ylt(h5, r);
	if (status == PLIM_OK)
		status = write_provenance(h5, r);
	if (status == PLIM_OK)
		status = plim_h5_finish(h5);
	if (status == PLIM_OK)
		return plim_h5_close(h5);
	plim_h5_abandon(h5);
	return status;
}

plim_status plim_results_write(const plim_results *results, const char *path, bool force, plim_error *error)
{
	plim_h5 h5 = {.path = path, .error = error, .file = H5I_INVALID_HID, .threads = results->provenance.threads};
	plim_new_file file = {0};
	plim_status status = plim_new_file_begin(path, force, &file, error);
	if (status != PLIM_OK)
		return status;
	H5E_BEGIN_TRY
	{
		status = write_all(&h5, results, file.temporary);
	}
	H5E_END_TRY
	if (status == PLIM_ERROR_IO)
		plim_new_file_explain(&file, error);
	if (status == PLIM_OK)
		status = plim_new_file_commit(&file, error);
	plim_new_file_end(&file);
	return status;
}
