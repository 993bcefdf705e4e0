/* SPDX-License-Identifier: Apache-2.0 */
/**
 * HDF5 as this project uses it: attributes, one-dimensional arrays and tables (compounds with fixed-length strings).
 *
 * The callers turn HDF5's own printing of errors off (H5E_BEGIN_TRY) around all of this. Whatever is read is checked
 * before memory is allocated for it: a file may come from anywhere.
 */
#ifndef PLIM_STORE_H5_H
#define PLIM_STORE_H5_H

#include <hdf5.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"
#include "store/h5_chunk.h"

typedef enum plim_h5_type {
	PLIM_H5_TEXT, /* fixed-length UTF-8, padded with NUL */
	PLIM_H5_F64,
	PLIM_H5_U64,
	PLIM_H5_U32,
	PLIM_H5_I32,
	PLIM_H5_BOOL, /* int8, 0 or 1 */
	PLIM_H5_BYTE  /* uint8; arrays only */
} plim_h5_type;

/* An open file. Every failure is reported with its path. */
typedef struct plim_h5 {
	hid_t file;
	const char *path; /* borrowed: the name in messages */
	uint64_t bytes;   /* of a file that is read: no object in it can be larger than this allows */
	int32_t format_major; /* of a results file that is read */
	uint32_t threads; /* that may pack what is written; 0 is 1 */
	plim_error *error;
} plim_h5;

/** Creates (over what stands there) or opens a file: `at` is the path, h5->path the name in messages. */
plim_status plim_h5_create(plim_h5 *h5, const char *at);
plim_status plim_h5_open(plim_h5 *h5, const char *at);

/** Threads to pack so many chunks with: as many as were asked for, of use, and there: a file may have been made on a
 *  larger machine. At least 1. */
int plim_h5_packing_threads(const plim_h5 *h5, size_t chunks);

/** Brings everything to the file; PLIM_ERROR_IO if anything did not get there. Close it afterwards. */
plim_status plim_h5_finish(plim_h5 *h5);

/** Closes the file if it is open. */
plim_status plim_h5_close(plim_h5 *h5);

/**
 * Closes a file that could not be written. HDF5 1.10 cannot close one whose disk is full, and a program that ends with
 * such a file open crashes: so what HDF5 still wants to write goes to a file in memory instead.
 */
void plim_h5_abandon(plim_h5 *h5);

/** PLIM_ERROR_IO: "cannot <action> <object>: <HDF5's innermost reason>". Call it before any other HDF5 call. */
plim_status plim_h5_fail(const plim_h5 *h5, const char *action, const char *object);

/** PLIM_ERROR_IO: "<object> is damaged: <what>", for content that cannot be. */
plim_status plim_h5_damaged(const plim_h5 *h5, const char *object, const char *what);

plim_status plim_h5_group_create(plim_h5 *h5, const char *name, hid_t *group);
plim_status plim_h5_group_open(plim_h5 *h5, const char *name, hid_t *group);

/** True if `name` is a plain (hard) link in `parent`: links into other files are never followed. */
bool plim_h5_has(hid_t parent, const char *name);

/** The type in memory of a number; H5T_NATIVE_..., not to be closed. */
hid_t plim_h5_native(plim_h5_type type);

/** The type in the file: little-endian whatever the machine. For text the caller closes it (see plim_h5_text_type). */
hid_t plim_h5_stored(plim_h5_type type);

/** A new fixed-length UTF-8 string type of `size` >= 1 bytes. */
hid_t plim_h5_text_type(size_t size);

/** Attributes of `object`: `value` points to `count` numbers, or is the text itself. */
plim_status plim_h5_attribute_write(plim_h5 *h5, hid_t object, const char *name, plim_h5_type type, size_t count,
                                    const void *value);

/** Reads exactly `count` numbers. A text is a new string at *(char **)value, for plim_mem_free. */
plim_status plim_h5_attribute_read(plim_h5 *h5, hid_t object, const char *name, plim_h5_type type, size_t count,
                                   void *value);

/** A chunked, deflated, checksummed array. */
plim_status plim_h5_array_write(plim_h5 *h5, hid_t parent, const char *name, plim_h5_type type, size_t count,
                                const void *values, hid_t *set);

/** Reads an array whole: *values (of bytes: with a NUL behind) is for plim_mem_free. */
plim_status plim_h5_array_read(plim_h5 *h5, hid_t parent, const char *name, plim_h5_type type, size_t *count,
                               void **values, hid_t *set);

/** Opens the data set `name`: a plain link, one-dimensional, chunked, with no more elements than its storage can hold.
 */
plim_status plim_h5_set_open(plim_h5 *h5, hid_t parent, const char *name, hid_t *set, uint64_t *count);

/** Properties of a new data set in chunks of `chunk` elements; a level of 0 means no compression. */
hid_t plim_h5_set_properties(size_t chunk, unsigned level, bool shuffle);

/** Creates the data set `name` in `parent` with `count` elements, extendible. */
plim_status plim_h5_set_create(plim_h5 *h5, hid_t parent, const char *name, hid_t type, size_t count, hid_t properties,
                               hid_t *set);

#define PLIM_H5_COLUMNS 16

typedef struct plim_h5_column {
	const char *name;
	plim_h5_type type;
} plim_h5_column;

typedef union plim_h5_cell {
	const char *text; /* never NULL */
	double f64;
	uint64_t u64;
	uint32_t u32;
	int32_t i32;
	bool yes;
} plim_h5_cell;

/* How rows lie in a buffer: columns without gaps. */
typedef struct plim_h5_layout {
	const plim_h5_column *column;
	size_t columns, offset[PLIM_H5_COLUMNS], size[PLIM_H5_COLUMNS], row;
} plim_h5_layout;

/** Lays the columns out; `text_size` gives the bytes of each text column (NULL if there is none). */
void plim_h5_lay_out(plim_h5_layout *layout, const plim_h5_column *column, size_t columns, const size_t *text_size);

#define PLIM_H5_BATCH 8 /* chunks that are packed side by side */

/* A table that is written row by row. Start from {0}. */
typedef struct plim_h5_appender {
	plim_h5 *h5;
	hid_t parent;
	const char *name, *title; /* borrowed */
	plim_h5_layout layout;
	hid_t set, type; /* made with the first rows */
	plim_h5_packer packer[PLIM_H5_BATCH];
	bool as_stored;        /* numbers in memory are as in the file */
	unsigned char *buffer; /* a batch of chunks */
	size_t chunk, batch;   /* rows of a chunk, chunks of a batch */
	size_t filled;         /* rows of the batch */
	hsize_t rows;          /* in the file */
} plim_h5_appender;

/** Starts the table `name` in `parent`, both to stay until its end, as `title`; `rows` is a guess of their number (0:
 *  many). */
plim_status plim_h5_append_begin(plim_h5_appender *table, plim_h5 *h5, hid_t parent, const char *name,
                                 const char *title, const plim_h5_layout *layout, size_t rows);
plim_status plim_h5_append(plim_h5_appender *table, const plim_h5_cell *cells);

/** Writes what is left if `status` is PLIM_OK, and releases the appender in any case. Returns the first failure. */
plim_status plim_h5_append_end(plim_h5_appender *table, plim_status status);

/* A table that is read row by row. Start from {0}. */
typedef struct plim_h5_reader {
	plim_h5 *h5;
	const char *name;
	plim_h5_layout layout;
	hid_t set, type;
	uint64_t rows;
} plim_h5_reader;

/** Opens a table that must have these columns (others are passed over); the last `later` of them it may lack, as
 * files of an older format do: their cells are 0, or empty. Release with plim_h5_read_end. */
plim_status plim_h5_read_begin(plim_h5_reader *table, plim_h5 *h5, hid_t parent, const char *name,
                               const plim_h5_column *column, size_t columns, size_t later);

/** What takes a row; cells are valid during the call. On a failure it fills the error itself. */
typedef plim_status plim_h5_put(void *context, const plim_h5_cell *cells);

/** Hands all rows to `put` in order. Text that is not UTF-8 is PLIM_ERROR_IO. */
plim_status plim_h5_read_rows(plim_h5_reader *table, plim_h5_put *put, void *context);
void plim_h5_read_end(plim_h5_reader *table);

#endif
