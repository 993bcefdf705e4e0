/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/open.h"
#include "store/results_table.h"
#include "store/shard.h"

static plim_status read_attribute(plim_h5 *h5, hid_t object, const plim_results_attribute *a, plim_results *r)
{
	void *value = (char *)r + a->offset;
	if (a->optional && H5Aexists(object, a->name) == 0)
		return PLIM_OK;
	if (!a->hex)
		return plim_h5_attribute_read(h5, object, a->name, a->type, 1, value);
	char *text = NULL;
	plim_status status = plim_h5_attribute_read(h5, object, a->name, a->type, 1, &text);
	if (status != PLIM_OK)
		return status;
	/* Empty where nothing was computed, else 64 hexadecimal digits. */
	if (*text && (strlen(text) != 64 || strspn(text, "0123456789abcdef") != 64))
		status = plim_h5_damaged(h5, a->name, "the attribute is no SHA-256");
	else
		snprintf(value, 65, "%s", text);
	plim_mem_free(text);
	return status;
}

static plim_status read_attributes(plim_h5 *h5, hid_t object, const plim_results_attribute *a, size_t count,
                                   plim_results *r)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = read_attribute(h5, object, &a[i], r);
	return status;
}

static plim_status read_head(plim_h5 *h5, plim_results *r)
{
	size_t count;
	const plim_results_attribute *a = plim_results_attributes(&count);
	r->perspectives = r->tabulated = 1;
	int32_t version[2] = {0, 0};
	plim_status status = read_attributes(h5, h5->file, a, count, r);
	if (status == PLIM_OK)
		status = plim_h5_attribute_read(h5, h5->file, "format_version", PLIM_H5_I32, 2, version);
	if (status != PLIM_OK)
		return status;
	r->format_major = version[0];
	r->format_minor = version[1];
	if (r->perspectives != 1 && r->perspectives != 3)
		return plim_h5_damaged(h5, "perspectives", "there are 1 or 3");
	if (r->trials == 0)
		return plim_h5_damaged(h5, "trials", "there are none");
	if (r->worlds == 0)
		return plim_h5_damaged(h5, "worlds", "there are none");
	if (r->run_trials == 0) /* before format 1.2 */
		r->run_trials = r->trials;
	if (!(r->confidence > 0 && r->confidence < 1))
		return plim_h5_damaged(h5, "confidence", "it is no probability");
	return PLIM_OK;
}

static plim_status read_provenance(plim_h5 *h5, plim_results *r)
{
	size_t count;
	const plim_results_attribute *a = plim_provenance_attributes(&count);
	hid_t group;
	plim_status status = plim_h5_group_open(h5, "provenance", &group);
	if (status != PLIM_OK)
		return status;
	status = read_attributes(h5, group, a, count, r);
	H5Gclose(group);
	return status;
}

static plim_status read_model_text(plim_h5 *h5, hid_t group, size_t i, plim_model_text *text)
{
	char name[32];
	hid_t set;
	void *bytes = NULL;
	snprintf(name, sizeof name, "file_%zu", i);
	plim_status status = plim_h5_array_read(h5, group, name, PLIM_H5_BYTE, &text->length, &bytes, &set);
	if (status != PLIM_OK)
		return status;
	text->bytes = bytes;
	status = plim_h5_attribute_read(h5, set, "name", PLIM_H5_TEXT, 1, &text->name);
	H5Dclose(set);
	return status;
}

static plim_status read_model(plim_h5 *h5, plim_results *r)
{
	hid_t group;
	uint64_t files = 0;
	size_t capacity = 0;
	plim_status status = plim_h5_group_open(h5, "model", &group);
	if (status != PLIM_OK)
		return status;
	status = plim_h5_attribute_read(h5, group, "files", PLIM_H5_U64, 1, &files);
	while (status == PLIM_OK && r->model_texts < files) {
		size_t i = r->model_texts;
		if (plim_mem_grow((void **)&r->model_text, &capacity, i + 1, sizeof *r->model_text)) {
			status = plim_error_memory(h5->error, "the model's text");
		} else {
			r->model_texts++;
			status = read_model_text(h5, group, i, &r->model_text[i]);
		}
	}
	H5Gclose(group);
	return status;
}

typedef struct row_context {
	plim_h5 *h5;
	const plim_results_table *table;
	plim_results_loader *loader;
} row_context;

static plim_status explain(const row_context *c, plim_status status)
{
	if (status == PLIM_ERROR_MEMORY)
		return plim_error_memory(c->h5->error, c->table->name);
	return plim_h5_damaged(c->h5, c->table->name, "its rows contradict each other or name what is not there");
}

static plim_status put_row(void *context, const plim_h5_cell *cells)
{
	const row_context *c = context;
	plim_status status = c->table->put(c->loader, cells);
	return status == PLIM_OK ? status : explain(c, status);
}

static plim_status read_table(plim_h5 *h5, const plim_results_table *table, plim_results_loader *loader)
{
	row_context context = {h5, table, loader};
	plim_h5_reader reader = {0};
	if (table->optional && !plim_h5_has(h5->file, table->name))
		return PLIM_OK;
	plim_status status =
	    plim_h5_read_begin(&reader, h5, h5->file, table->name, table->column, table->columns, table->later);
	if (status == PLIM_OK) {
		void **rows = (void **)(void *)((char *)loader->results + table->rows);
		*rows = reader.rows <= UINT32_MAX ? plim_mem_alloc(reader.rows, table->size) : NULL;
		status = *rows ? plim_h5_read_rows(&reader, put_row, &context) : plim_error_memory(h5->error, table->name);
	}
	if (status == PLIM_OK && table->settle) {
		status = table->settle(loader);
		status = status == PLIM_OK ? status : explain(&context, status);
	}
	plim_h5_read_end(&reader);
	return status;
}

/* What belongs to every shard; `blocks` says whether the table of blocks does too. */
static bool is_wanted(const plim_results_table *table, unsigned parts)
{
	if (parts & PLIM_SHARD_TABLES)
		return true;
	return strcmp(table->name, "scenarios") == 0 || (parts & PLIM_SHARD_BLOCKS && strcmp(table->name, "blocks") == 0);
}

static plim_status read_tables(plim_h5 *h5, unsigned parts, plim_results *r)
{
	size_t count;
	const plim_results_table *table = plim_results_tables(&count);
	plim_results_loader loader = {.results = r, .last_group = UINT32_MAX};
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		if (table[i].put && is_wanted(&table[i], parts))
			status = read_table(h5, &table[i], &loader);
	for (size_t i = 0; i < loader.parents; i++)
		plim_mem_free(loader.parent[i]);
	plim_mem_free(loader.parent);
	plim_mem_free(loader.group_order);
	return status;
}

static plim_status read_scenario_ylt(plim_h5 *h5, hid_t group, plim_results *r, uint32_t k, plim_perspective p)
{
	hid_t set;
	size_t count = 0;
	void *values = NULL;
	char *name = plim_results_ylt_name(r->scenario[k].id);
	if (!name)
		return plim_error_memory(h5->error, "a name");
	plim_status status = plim_h5_array_read(h5, group, name, PLIM_H5_F64, &count, &values, &set);
	if (status == PLIM_OK) {
		H5Dclose(set);
		r->ylt[p * r->scenarios + k] = values;
		if (count != r->trials)
			status = plim_h5_damaged(h5, name, "the year-loss table has not one value for each trial");
	}
	plim_mem_free(name);
	return status;
}

static plim_status read_ylt_of(plim_h5 *h5, plim_results *r, plim_perspective p)
{
	hid_t group;
	plim_status status = plim_h5_group_open(h5, plim_results_ylt_group(p), &group);
	if (status != PLIM_OK)
		return status;
	for (uint32_t k = 0; k < r->scenarios && status == PLIM_OK; k++)
		status = read_scenario_ylt(h5, group, r, k, p);
	H5Gclose(group);
	return status;
}

static plim_status read_ylt(plim_h5 *h5, plim_results *r)
{
	plim_status status = PLIM_OK;
	if (H5Lexists(h5->file, plim_results_ylt_group(PLIM_PERSPECTIVE_GROSS), H5P_DEFAULT) == 0)
		return PLIM_OK;
	r->ylt = plim_mem_alloc(r->scenarios * r->perspectives, sizeof *r->ylt);
	if (!r->ylt)
		return plim_error_memory(h5->error, "the year-loss tables");
	for (uint32_t p = 0; p < r->perspectives && status == PLIM_OK; p++)
		status = read_ylt_of(h5, r, (plim_perspective)p);
	return status;
}

static plim_status read_all(plim_h5 *h5, unsigned parts, bool *keeps_ylt, plim_results *r)
{
	plim_status status = plim_store_open(h5);
	if (status == PLIM_OK)
		status = read_head(h5, r);
	if (status == PLIM_OK && parts & PLIM_SHARD_MODEL)
		status = read_model(h5, r);
	if (status == PLIM_OK)
		status = read_tables(h5, parts, r);
	if (status == PLIM_OK && parts & PLIM_SHARD_YLT)
		status = read_ylt(h5, r);
	if (status == PLIM_OK)
		*keeps_ylt = H5Lexists(h5->file, plim_results_ylt_group(PLIM_PERSPECTIVE_GROSS), H5P_DEFAULT) > 0;
	if (status == PLIM_OK)
		status = read_provenance(h5, r);
	plim_h5_close(h5);
	return status;
}

plim_status plim_shard_read(const char *path, unsigned parts, plim_results **results, bool *keeps_ylt,
                            plim_error *error)
{
	plim_h5 h5 = {.path = path, .error = error, .file = H5I_INVALID_HID};
	plim_results *r = plim_mem_alloc(1, sizeof *r);
	plim_status status;
	if (!r)
		return plim_error_memory(error, "the results");
	H5E_BEGIN_TRY
	{
		status = read_all(&h5, parts, keeps_ylt, r);
	}
	H5E_END_TRY
	if (status == PLIM_OK)
		*results = r;
	else
		plim_results_free(&r);
	return status;
}

plim_status plim_results_read(const char *path, bool with_ylt, plim_results **results, plim_error *error)
{
	bool keeps_ylt;
	unsigned parts = PLIM_SHARD_MODEL | PLIM_SHARD_BLOCKS | PLIM_SHARD_TABLES;
	return plim_shard_read(path, with_ylt ? parts | PLIM_SHARD_YLT : parts, results, &keeps_ylt, error);
}
