/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "store/h5.h"

#define CHUNK_BYTES 262144u
#define TABLE_LEVEL 4u
#define NUMBERS_LEVEL 1u

static size_t cell_size(plim_h5_type type)
{
	switch (type) {
	case PLIM_H5_F64:
	case PLIM_H5_U64: return 8;
	case PLIM_H5_U32:
	case PLIM_H5_I32: return 4;
	default: return 1;
	}
}

void plim_h5_lay_out(plim_h5_layout *layout, const plim_h5_column *column, size_t columns, const size_t *text_size)
{
	*layout = (plim_h5_layout){.column = column, .columns = columns};
	for (size_t c = 0; c < columns; c++) {
		layout->size[c] = column[c].type == PLIM_H5_TEXT ? text_size[c] : cell_size(column[c].type);
		layout->offset[c] = layout->row;
		layout->row += layout->size[c];
	}
}

/* A compound of the columns, as stored or as in memory: they differ only in the order of bytes. */
static hid_t compound(const plim_h5_layout *layout, bool stored)
{
	hid_t type = H5Tcreate(H5T_COMPOUND, layout->row);
	bool made = type >= 0;
	for (size_t c = 0; c < layout->columns && made; c++) {
		plim_h5_type kind = layout->column[c].type;
		bool text = kind == PLIM_H5_TEXT;
		hid_t member = text ? plim_h5_text_type(layout->size[c]) : stored ? plim_h5_stored(kind) : plim_h5_native(kind);
		made = member >= 0 && H5Tinsert(type, layout->column[c].name, layout->offset[c], member) >= 0;
		if (text && member >= 0)
			H5Tclose(member);
	}
	if (made)
		return type;
	H5Tclose(type);
	return H5I_INVALID_HID;
}

/* What PyTables, and so pandas.read_hdf, writes beside a table of its own. */
static plim_status mark_table(plim_h5_appender *t, const char *title)
{
	plim_status status = plim_h5_attribute_write(t->h5, t->set, "CLASS", PLIM_H5_TEXT, 1, "TABLE");
	if (status == PLIM_OK)
		status = plim_h5_attribute_write(t->h5, t->set, "VERSION", PLIM_H5_TEXT, 1, "2.7");
	if (status == PLIM_OK)
		status = plim_h5_attribute_write(t->h5, t->set, "TITLE", PLIM_H5_TEXT, 1, title);
	for (size_t c = 0; c < t->layout.columns && status == PLIM_OK; c++) {
		char name[32];
		snprintf(name, sizeof name, "FIELD_%zu_NAME", c);
		status = plim_h5_attribute_write(t->h5, t->set, name, PLIM_H5_TEXT, 1, t->layout.column[c].name);
	}
	return status;
}

/* Tables of numbers alone, the large ones, are shuffled: like bytes of many rows side by side deflate to less than the
 * rows do, even by the quickest level. */
static bool only_numbers(const plim_h5_layout *layout)
{
	for (size_t c = 0; c < layout->columns; c++)
		if (layout->column[c].type == PLIM_H5_TEXT)
			return false;
	return true;
}

static plim_status create_set(plim_h5_appender *t)
{
	const bool numbers = only_numbers(&t->layout);
	const unsigned level = numbers ? NUMBERS_LEVEL : TABLE_LEVEL;
	hid_t stored = compound(&t->layout, true);
	hid_t properties = plim_h5_set_properties(t->chunk, level, numbers);
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < t->batch && status == PLIM_OK; i++)
		status = plim_h5_packer_init(&t->packer[i], t->chunk * t->layout.row, t->layout.row, level, numbers);
	if (status != PLIM_OK) {
		H5Tclose(stored);
		H5Pclose(properties);
		return plim_error_memory(t->h5->error, t->name);
	}
	t->type = compound(&t->layout, false);
	t->as_stored = H5Tequal(t->type, stored) > 0;
	status = plim_h5_set_create(t->h5, t->parent, t->name, stored, 0, properties, &t->set);
	H5Tclose(stored);
	H5Pclose(properties);
	return status;
}

plim_status plim_h5_append_begin(plim_h5_appender *t, plim_h5 *h5, hid_t parent, const char *name, const char *title,
                                 const plim_h5_layout *layout, size_t rows)
{
	size_t chunk = CHUNK_BYTES / layout->row, batch = PLIM_H5_BATCH;
	if (rows && rows < chunk)
		chunk = rows;
	chunk = chunk ? chunk : 1;
	if (rows && rows < batch * chunk)
		batch = (rows + chunk - 1) / chunk;
	*t = (plim_h5_appender){.h5 = h5,
	                        .parent = parent,
	                        .name = name,
	                        .title = title,
	                        .layout = *layout,
	                        .set = H5I_INVALID_HID,
	                        .type = H5I_INVALID_HID,
	                        .chunk = chunk,
	                        .batch = batch};
	t->buffer = plim_mem_room(t->batch * t->chunk, layout->row);
	return t->buffer ? PLIM_OK : plim_error_memory(h5->error, name);
}

/* The table itself, once its first rows are there: if they are all, one chunk that is no longer. */
static plim_status start(plim_h5_appender *t)
{
	if (t->filled < t->chunk)
		t->chunk = t->filled ? t->filled : 1;
	t->batch = t->filled ? (t->filled + t->chunk - 1) / t->chunk : 1;
	const plim_status status = create_set(t);
	return status == PLIM_OK ? mark_table(t, t->title) : status;
}

/* On a machine whose numbers are not in the order of the file the library turns them round. */
static bool write_turned(const plim_h5_appender *t, hsize_t start, hsize_t count)
{
	hid_t memory = H5I_INVALID_HID, space = H5I_INVALID_HID;
	bool done = (space = H5Dget_space(t->set)) >= 0 && (memory = H5Screate_simple(1, &count, NULL)) >= 0 &&
	            H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0 &&
	            H5Dwrite(t->set, t->type, memory, space, H5P_DEFAULT, t->buffer) >= 0;
	H5Sclose(space);
	H5Sclose(memory);
	return done;
}

/* Packing takes longer than all else, so several threads share it; what is written does not depend on how many. */
static bool write_packed(plim_h5_appender *t, size_t chunks)
{
	const size_t bytes = t->chunk * t->layout.row;
	bool done = true;
#pragma omp parallel for schedule(dynamic) num_threads(plim_h5_packing_threads(t->h5, chunks))
	for (size_t i = 0; i < chunks; i++)
		plim_h5_pack(&t->packer[i], t->buffer + i * bytes);
	for (size_t i = 0; i < chunks && done; i++)
		done = plim_h5_packed_write(&t->packer[i], t->set, t->rows + i * t->chunk);
	return done;
}

/* The batch that is in the buffer; what its last chunk has beyond the rows is zero. */
static plim_status flush_rows(plim_h5_appender *t)
{
	const hsize_t first = t->rows, count = t->filled, end = first + count;
	const plim_status started = t->set < 0 ? start(t) : PLIM_OK;
	if (started != PLIM_OK || count == 0)
		return started;
	const size_t chunks = (t->filled + t->chunk - 1) / t->chunk;
	memset(t->buffer + t->filled * t->layout.row, 0, (chunks * t->chunk - t->filled) * t->layout.row);
	const bool done =
	    H5Dset_extent(t->set, &end) >= 0 && (t->as_stored ? write_packed(t, chunks) : write_turned(t, first, count));
	t->rows = end;
	t->filled = 0;
	return done ? PLIM_OK : plim_h5_fail(t->h5, "write the table", t->name);
}

static void put_cell(unsigned char *to, plim_h5_type type, size_t size, const plim_h5_cell *cell)
{
	if (type == PLIM_H5_TEXT) {
		size_t length = strlen(cell->text);
		length = length < size ? length : size;
		memcpy(to, cell->text, length);
		memset(to + length, 0, size - length);
	} else if (type == PLIM_H5_BOOL) {
		*to = cell->yes;
	} else {
		memcpy(to, cell, size);
	}
}

plim_status plim_h5_append(plim_h5_appender *t, const plim_h5_cell *cells)
{
	unsigned char *row = t->buffer + t->filled * t->layout.row;
	for (size_t c = 0; c < t->layout.columns; c++)
		put_cell(row + t->layout.offset[c], t->layout.column[c].type, t->layout.size[c], &cells[c]);
	return ++t->filled == t->batch * t->chunk ? flush_rows(t) : PLIM_OK;
}

plim_status plim_h5_append_end(plim_h5_appender *t, plim_status status)
{
	if (status == PLIM_OK)
		status = flush_rows(t);
	if (t->set >= 0 && H5Dclose(t->set) < 0 && status == PLIM_OK)
		status = plim_h5_fail(t->h5, "write the table", t->name);
	if (t->type >= 0)
		H5Tclose(t->type);
	plim_mem_free(t->buffer);
	for (size_t i = 0; i < t->batch; i++)
		plim_h5_packer_clear(&t->packer[i]);
	*t = (plim_h5_appender){.set = H5I_INVALID_HID, .type = H5I_INVALID_HID};
	return status;
}
