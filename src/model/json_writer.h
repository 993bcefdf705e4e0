/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Canonical JSON, piece by piece: commas, escapes, numbers, and lists sorted by the identity of their members.
 * The caller writes the keys of an object in byte order. Short memory is remembered in `text.failed` and checked once.
 */
#ifndef PLIM_MODEL_JSON_WRITER_H
#define PLIM_MODEL_JSON_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "base/text.h"
#include "plimsoll/model.h"

/** Where the text goes: kept whole, or fed to a digest so that a large model needs no second copy of itself.
 *  Start from {0} with `model`, and `digest` if wanted; release `text`. */
typedef struct plim_writer {
	plim_text text;
	plim_digest *digest;     /* NULL: keep the text */
	bool comma;              /* a value stands before, in the same object or list */
	const plim_model *model; /* for the functions that write records */
} plim_writer;

/** An object or list: "{" "}" or "[" "]". */
void plim_writer_open(plim_writer *out, const char *bracket);
void plim_writer_close(plim_writer *out, const char *bracket);

/** A key; its value comes next. */
void plim_writer_key(plim_writer *out, const char *name);

/** Values. A NULL text is ""; a number that is NAN is null, an infinite one "inf" or "-inf", -0 is 0. */
void plim_writer_text(plim_writer *out, const char *string);
void plim_writer_number(plim_writer *out, double value);
void plim_writer_integer(plim_writer *out, uint64_t value);

/** A key with its value. */
void plim_field_text(plim_writer *out, const char *name, const char *string);
void plim_field_number(plim_writer *out, const char *name, double value);
void plim_field_integer(plim_writer *out, const char *name, uint64_t value);
void plim_field_bool(plim_writer *out, const char *name, bool value);
void plim_field_null(plim_writer *out, const char *name);

/** A positional list of numbers; null when `values` is NULL. */
void plim_field_numbers(plim_writer *out, const char *name, const double *values, size_t count);

/** The name of a record: any struct whose first member is a char * that identifies it. "" when that is NULL. */
const char *plim_record_name(const void *record);

/** Pointers to `count` records of `size` bytes in the byte order of their names, to be released with plim_mem_free.
 *  NULL when memory is short. */
const void **plim_records_sorted(plim_writer *out, const void *records, size_t count, size_t size);

/** A list of objects, one a record, sorted by name; `write` gives the fields of one. */
void plim_field_records(plim_writer *out, const char *name, const void *records, size_t count, size_t size,
                        void (*write)(plim_writer *, const void *));

/** A set of texts. */
void plim_field_set(plim_writer *out, const char *name, char *const *texts, size_t count);

/** A set of records given by index: their names. */
void plim_field_members(plim_writer *out, const char *name, const void *records, size_t size, const uint32_t *index,
                        size_t count);

#endif
