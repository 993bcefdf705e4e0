/* SPDX-License-Identifier: Apache-2.0 */
#include "model/json_writer.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static void separate(plim_writer *out)
{
	if (out->comma)
		plim_text_add_n(&out->text, ",", 1);
	out->comma = true;
}

static void write_string(plim_writer *out, const char *string)
{
	plim_text_add_n(&out->text, "\"", 1);
	const char *from = string ? string : "";
	for (const char *s = from;; s++) {
		unsigned char c = (unsigned char)*s;
		if (c >= 0x20 && c != '"' && c != '\\')
			continue;
		plim_text_add_n(&out->text, from, (size_t)(s - from));
		from = s + 1;
		if (!c)
			break;
		if (c < 0x20)
			plim_text_add_format(&out->text, "\\u%04x", c);
		else
			plim_text_add_format(&out->text, "\\%c", c);
	}
	plim_text_add_n(&out->text, "\"", 1);
}

void plim_writer_open(plim_writer *out, const char *bracket)
{
	separate(out);
	plim_text_add_n(&out->text, bracket, 1);
	out->comma = false;
}

void plim_writer_close(plim_writer *out, const char *bracket)
{
	plim_text_add_n(&out->text, bracket, 1);
	out->comma = true;
	if (out->digest && out->text.data && !out->text.failed) {
		plim_digest_bytes(out->digest, out->text.data, out->text.length);
		out->text.length = 0;
	}
}

void plim_writer_key(plim_writer *out, const char *name)
{
	separate(out);
	write_string(out, name);
	plim_text_add_n(&out->text, ":", 1);
	out->comma = false;
}

void plim_writer_text(plim_writer *out, const char *string)
{
	separate(out);
	write_string(out, string);
}

void plim_writer_integer(plim_writer *out, uint64_t value)
{
	separate(out);
	plim_text_add_format(&out->text, "%" PRIu64, value);
}

static void value_word(plim_writer *out, const char *word)
{
	separate(out);
	plim_text_add(&out->text, word);
}

/* Whole numbers below 10^15 by hand, in the form that plim_text_double gives them: most numbers of a network are such,
 * and printf costs more than all the rest of a record. */
static bool write_whole(plim_writer *out, double value)
{
	if (!(fabs(value) < 1e15) || value != trunc(value))
		return false;
	char digits[17], *first = digits + sizeof digits;
	uint64_t rest = (uint64_t)fabs(value);
	do {
		*--first = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest);
	if (value < 0)
		*--first = '-';
	separate(out);
	plim_text_add_n(&out->text, first, (size_t)(digits + sizeof digits - first));
	return true;
}

void plim_writer_number(plim_writer *out, double value)
{
	char digits[PLIM_TEXT_DOUBLE_SIZE];
	if (isnan(value)) {
		value_word(out, "null");
	} else if (!write_whole(out, value)) {
		plim_text_double(digits, value);
		if (isinf(value))
			plim_writer_text(out, digits);
		else
			value_word(out, digits);
	}
}

void plim_field_text(plim_writer *out, const char *name, const char *string)
{
	plim_writer_key(out, name);
	plim_writer_text(out, string);
}

void plim_field_number(plim_writer *out, const char *name, double value)
{
	plim_writer_key(out, name);
	plim_writer_number(out, value);
}

void plim_field_integer(plim_writer *out, const char *name, uint64_t value)
{
	plim_writer_key(out, name);
	plim_writer_integer(out, value);
}

void plim_field_bool(plim_writer *out, const char *name, bool value)
{
	plim_writer_key(out, name);
	value_word(out, value ? "true" : "false");
}

void plim_field_null(plim_writer *out, const char *name)
{
	plim_writer_key(out, name);
	value_word(out, "null");
}

void plim_field_numbers(plim_writer *out, const char *name, const double *values, size_t count)
{
	if (!values) {
		plim_field_null(out, name);
		return;
	}
	plim_writer_key(out, name);
	plim_writer_open(out, "[");
	for (size_t i = 0; i < count; i++)
		plim_writer_number(out, values[i]);
	plim_writer_close(out, "]");
}

const char *plim_record_name(const void *record)
{
	const char *name = *(char *const *)record;
	return name ? name : "";
}

static int by_name(const void *a, const void *b)
{
	return strcmp(plim_record_name(*(void *const *)a), plim_record_name(*(void *const *)b));
}

const void **plim_records_sorted(plim_writer *out, const void *records, size_t count, size_t size)
{
	const void **order = plim_mem_alloc(count, sizeof *order);
	if (!order) {
		out->text.failed = true;
		return NULL;
	}
	for (size_t i = 0; i < count; i++)
		order[i] = (const char *)records + i * size;
	qsort(order, count, sizeof *order, by_name);
	return order;
}

void plim_field_records(plim_writer *out, const char *name, const void *records, size_t count, size_t size,
                        void (*write)(plim_writer *, const void *))
{
	plim_writer_key(out, name);
	plim_writer_open(out, "[");
	const void **order = plim_records_sorted(out, records, count, size);
	for (size_t i = 0; order && i < count; i++) {
		plim_writer_open(out, "{");
		write(out, order[i]);
		plim_writer_close(out, "}");
	}
	plim_mem_free(order);
	plim_writer_close(out, "]");
}

/* A pointer to text is a record that begins with its name. */
void plim_field_set(plim_writer *out, const char *name, char *const *texts, size_t count)
{
	plim_writer_key(out, name);
	plim_writer_open(out, "[");
	const void **order = plim_records_sorted(out, texts, count, sizeof *texts);
	for (size_t i = 0; order && i < count; i++)
		plim_writer_text(out, plim_record_name(order[i]));
	plim_mem_free(order);
	plim_writer_close(out, "]");
}

void plim_field_members(plim_writer *out, const char *name, const void *records, size_t size, const uint32_t *index,
                        size_t count)
{
	const void **chosen = plim_mem_alloc(count, sizeof *chosen);
	if (!chosen) {
		out->text.failed = true;
		return;
	}
	for (size_t i = 0; i < count; i++)
		chosen[i] = (const char *)records + index[i] * size;
	qsort(chosen, count, sizeof *chosen, by_name);
	plim_writer_key(out, name);
	plim_writer_open(out, "[");
	for (size_t i = 0; i < count; i++)
		plim_writer_text(out, plim_record_name(chosen[i]));
	plim_writer_close(out, "]");
	plim_mem_free(chosen);
}
