/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "store/h5.h"

#define READ_BYTES 1048576u

static plim_status missing_column(const plim_h5_reader *t, size_t c)
{
	char object[128];
	snprintf(object, sizeof object, "table '%s'", t->name);
	char what[128];
	snprintf(what, sizeof what, "it has no column '%s', or one of another type", t->layout.column[c].name);
	return plim_h5_damaged(t->h5, object, what);
}

static H5T_class_t class_of(plim_h5_type type)
{
	return type == PLIM_H5_TEXT ? H5T_STRING : type == PLIM_H5_F64 ? H5T_FLOAT : H5T_INTEGER;
}

/* The type in memory of one column. Text gets one byte more than it has in the file, for a NUL. */
static hid_t member_type(hid_t stored, plim_h5_type type, size_t *size)
{
	hid_t member = H5I_INVALID_HID;
	if (H5Tget_class(stored) != class_of(type))
		return member;
	if (type != PLIM_H5_TEXT) {
		member = H5Tcopy(plim_h5_native(type));
		*size = H5Tget_size(member);
		return member;
	}
	if (H5Tis_variable_str(stored) != 0)
		return member;
	*size = H5Tget_size(stored) + 1;
	member = H5Tcopy(stored);
	if (member >= 0 && (H5Tset_size(member, *size) < 0 || H5Tset_strpad(member, H5T_STR_NULLTERM) < 0)) {
		H5Tclose(member);
		member = H5I_INVALID_HID;
	}
	return member;
}

static hid_t column_type(hid_t table, const plim_h5_column *column, size_t *size)
{
	int index = H5Tget_member_index(table, column->name);
	if (index < 0)
		return H5I_INVALID_HID;
	hid_t stored = H5Tget_member_type(table, (unsigned)index);
	hid_t member = stored < 0 ? stored : member_type(stored, column->type, size);
	if (stored >= 0)
		H5Tclose(stored);
	return member;
}

/* Finds the columns and lays them out in memory. */
static plim_status find_columns(plim_h5_reader *t, hid_t stored, size_t later)
{
	plim_h5_layout *layout = &t->layout;
	hid_t member[PLIM_H5_COLUMNS];
	size_t made = 0;
	plim_status status = PLIM_OK;
	for (; made < layout->columns; made++) {
		member[made] = column_type(stored, &layout->column[made], &layout->size[made]);
		if (member[made] < 0 && made + later >= layout->columns &&
		    H5Tget_member_index(stored, layout->column[made].name) < 0) {
			layout->size[made] = 0;
			continue;
		}
		if (member[made] < 0) {
			status = missing_column(t, made);
			break;
		}
		layout->offset[made] = layout->row;
		layout->row += layout->size[made];
	}
	if (status == PLIM_OK) {
		t->type = H5Tcreate(H5T_COMPOUND, layout->row);
		for (size_t c = 0; c < made && status == PLIM_OK; c++)
			if (layout->size[c] &&
			    (t->type < 0 || H5Tinsert(t->type, layout->column[c].name, layout->offset[c], member[c]) < 0))
				status = plim_h5_fail(t->h5, "read the table", t->name);
	}
	while (made-- > 0)
		if (layout->size[made])
			H5Tclose(member[made]);
	return status;
}

plim_status plim_h5_read_begin(plim_h5_reader *t, plim_h5 *h5, hid_t parent, const char *name,
                               const plim_h5_column *column, size_t columns, size_t later)
{
	*t = (plim_h5_reader){.h5 = h5,
	                      .name = name,
	                      .layout = {.column = column, .columns = columns},
	                      .set = H5I_INVALID_HID,
	                      .type = H5I_INVALID_HID};
	plim_status status = plim_h5_set_open(h5, parent, name, &t->set, &t->rows);
	if (status != PLIM_OK)
		return status;
	hid_t stored = H5Dget_type(t->set);
	if (stored < 0)
		return plim_h5_fail(h5, "read the table", name);
	if (H5Tget_class(stored) != H5T_COMPOUND)
		status = plim_h5_damaged(h5, name, "it is no table");
	else
		status = find_columns(t, stored, later);
	H5Tclose(stored);
	return status;
}

static bool take_cell(const unsigned char *from, plim_h5_type type, size_t size, plim_h5_cell *cell)
{
	if (size == 0) { /* a later column */
		*cell = type == PLIM_H5_TEXT ? (plim_h5_cell){.text = ""} : (plim_h5_cell){0};
		return true;
	}
	if (type == PLIM_H5_TEXT) {
		cell->text = (const char *)from;
		return plim_text_is_utf8(cell->text, strlen(cell->text), NULL);
	}
	if (type == PLIM_H5_BOOL) {
		cell->yes = *from != 0;
		return *from <= 1;
	}
	memcpy(cell, from, size);
	return true;
}

static plim_status hand_over(plim_h5_reader *t, const unsigned char *buffer, size_t rows, plim_h5_put *put,
                             void *context)
{
	const plim_h5_layout *layout = &t->layout;
	plim_status status = PLIM_OK;
	for (size_t r = 0; r < rows && status == PLIM_OK; r++) {
		plim_h5_cell cells[PLIM_H5_COLUMNS] = {0};
		const unsigned char *row = buffer + r * layout->row;
		for (size_t c = 0; c < layout->columns; c++)
			if (!take_cell(row + layout->offset[c], layout->column[c].type, layout->size[c], &cells[c]))
				return plim_h5_damaged(t->h5, t->name, "a cell cannot be");
		status = put(context, cells);
	}
	return status;
}

static plim_status read_part(const plim_h5_reader *t, hid_t space, hsize_t start, hsize_t count, void *buffer)
{
	hid_t memory = H5Screate_simple(1, &count, NULL);
	bool read = space >= 0 && memory >= 0 &&
	            H5Sselect_hyperslab(space, H5S_SELECT_SET, &start, NULL, &count, NULL) >= 0 &&
	            H5Dread(t->set, t->type, memory, space, H5P_DEFAULT, buffer) >= 0;
	plim_status status = read ? PLIM_OK : plim_h5_fail(t->h5, "read the table", t->name);
	H5Sclose(memory);
	return status;
}

plim_status plim_h5_read_rows(plim_h5_reader *t, plim_h5_put *put, void *context)
{
	if (t->rows == 0)
		return PLIM_OK;
	uint64_t most = READ_BYTES / t->layout.row;
	most = most == 0 ? 1 : most > t->rows ? t->rows : most;
	unsigned char *buffer = plim_mem_alloc(most, t->layout.row);
	hid_t space = H5Dget_space(t->set);
	plim_status status = PLIM_OK;
	if (!buffer)
		status = plim_error_memory(t->h5->error, t->name);
	for (uint64_t done = 0; done < t->rows && status == PLIM_OK; done += most) {
		uint64_t count = t->rows - done < most ? t->rows - done : most;
		status = read_part(t, space, done, count, buffer);
		if (status == PLIM_OK)
			status = hand_over(t, buffer, count, put, context);
	}
	if (space >= 0)
		H5Sclose(space);
	plim_mem_free(buffer);
	return status;
}

void plim_h5_read_end(plim_h5_reader *t)
{
	if (t->type >= 0)
		H5Tclose(t->type);
	if (t->set >= 0)
		H5Dclose(t->set);
	t->type = t->set = H5I_INVALID_HID;
}
