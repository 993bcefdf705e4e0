/* SPDX-License-Identifier: Apache-2.0 */
/* Files as bytes: what may be read, and where a line is. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "base/text.h"
#include "model/load.h"

#define MOST_FILES 1000u /* a position keeps its file in 16 bits */

static bool read_all(int file, char *bytes, size_t length)
{
	size_t done = 0;
	while (done < length) {
		ssize_t got = read(file, bytes + done, length - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return false;
		done += (size_t)got;
	}
	return true;
}

bool plim_source_read(const char *path, char **bytes, size_t *length, const char **why)
{
	bool good = false;
	struct stat status;
	/* O_NONBLOCK: opening a pipe must not wait for a writer; it is refused below */
	int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	char *read_here = NULL;
	*why = "not enough memory";
	if (file < 0 || fstat(file, &status)) {
		*why = strerrordesc_np(errno) ? strerrordesc_np(errno) : "unknown error";
		goto out;
	}
	if (!S_ISREG(status.st_mode)) {
		*why = "it is not a regular file";
		goto out;
	}
	if ((uint64_t)status.st_size > PLIM_LARGEST_FILE) {
		*why = "it is larger than 256 MB";
		goto out;
	}
	read_here = plim_mem_alloc((size_t)status.st_size + 1, 1);
	if (!read_here)
		goto out;
	if (!read_all(file, read_here, (size_t)status.st_size)) {
		*why = "reading broke off";
		goto out;
	}
	*bytes = read_here;
	*length = (size_t)status.st_size;
	read_here = NULL;
	good = true;
out:
	plim_mem_free(read_here);
	if (file >= 0)
		close(file);
	return good;
}

bool plim_source_add(plim_load *load, const char *name, const char *shown, char *bytes, size_t length)
{
	plim_model *model = load->model;
	size_t at = load->sources;
	if (plim_mem_grow((void **)&load->source, &load->source_capacity, at + 1, sizeof *load->source) ||
	    plim_mem_grow((void **)&model->file, &load->file_capacity, at + 1, sizeof *model->file)) {
		load->failed = true;
		return false;
	}
	char *copy = plim_mem_string(shown);
	if (!copy) {
		load->failed = true;
		return false;
	}
	load->source[at] = (plim_source){.shown = copy, .bytes = bytes, .length = length};
	model->file[at].name = plim_arena_text(model->arena, name);
	model->file[at].bytes = bytes;
	model->file[at].length = length;
	load->sources = model->files = at + 1;
	return true;
}

/* A copy of a file that is kept elsewhere: the results file that a model is read from again. */
static bool copy_given(const plim_load *load, const char *name, char **bytes, size_t *length, const char **why)
{
	*why = "it was not kept with the model";
	for (size_t i = 1; i < load->givens; i++) {
		if (strcmp(load->given[i].name, name) != 0)
			continue;
		*why = "not enough memory";
		*bytes = plim_mem_string_n(load->given[i].bytes, load->given[i].length);
		*length = load->given[i].length;
		return *bytes != NULL;
	}
	return false;
}

static bool get_bytes(const plim_load *load, const char *name, const char *path, char **bytes, size_t *length,
                      const char **why)
{
	return load->given ? copy_given(load, name, bytes, length, why) : plim_source_read(path, bytes, length, why);
}

long plim_source_open(plim_load *load, const plim_value *path)
{
	const char *name = path->text;
	for (size_t i = 1; i < load->sources; i++)
		if (strcmp(load->model->file[i].name, name) == 0)
			return (long)i;
	if (load->sources >= MOST_FILES) {
		plim_load_error(load, path, "the model names more than %u files", MOST_FILES);
		return -1;
	}
	plim_text shown = {0};
	plim_text_add(&shown, *name == '/' ? "" : load->folder);
	plim_text_add(&shown, name);
	char *bytes = NULL;
	size_t length = 0;
	const char *why = "not enough memory";
	long index = -1;
	if (shown.failed || !get_bytes(load, name, shown.data, &bytes, &length, &why))
		plim_load_error(load, path, "cannot read \"%s\": %s; a path is relative to the folder of the model", name, why);
	else if (plim_source_add(load, name, shown.data, bytes, length))
		index = (long)load->sources - 1;
	else
		plim_mem_free(bytes);
	load->failed |= shown.failed;
	plim_text_free(&shown);
	return index;
}

/* ---- places in a file ---- */

/* Line and column (in characters) of an offset. */
static void place_of(const char *bytes, size_t offset, int *line, int *col)
{
	*line = 1;
	*col = 1;
	for (size_t i = 0; i < offset; i++) {
		if (bytes[i] == '\n') {
			(*line)++;
			*col = 1;
		} else if (((unsigned char)bytes[i] & 0xC0) != 0x80) {
			(*col)++;
		}
	}
}

/* C1 controls are two bytes: C2 80 to C2 9F, of which NEL (85) is a
 * line break to some editors and refused with the rest. */
size_t plim_source_control(const char *bytes, size_t length)
{
	const unsigned char *b = (const unsigned char *)bytes;
	for (size_t i = 0; i < length; i++) {
		if (b[i] == 0x7f || (b[i] < 0x20 && b[i] != '\t' && b[i] != '\n' && b[i] != '\r'))
			return i;
		if (b[i] == 0xC2 && i + 1 < length && b[i + 1] < 0xA0)
			return i;
	}
	return length;
}

/* What a file is by its first bytes, where people mistake such a file for a model or a table of one; NULL: nothing of
 * the kind. */
static const char *mistaken(const plim_source *source)
{
	static const struct {
		const char *start, *what;
	} known[] = {{"\x89HDF\r\n\x1a\n", "this is an HDF5 file, such as the results of a run"},
	             {"PK\x03\x04", "this is a workbook or another archive"},
	             {"%PDF-", "this is a PDF file"}};
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		const size_t length = strlen(known[i].start);
		if (source->length >= length && memcmp(source->bytes, known[i].start, length) == 0)
			return known[i].what;
	}
	return NULL;
}

bool plim_source_guard(plim_load *load, size_t index)
{
	const plim_source *source = &load->source[index];
	const char *what = mistaken(source);
	size_t bad;
	int line, col;
	if (what) {
		plim_load_error_at(load, index, 1, 1, "%s; what is read here is text: a model in YAML or JSON, or its CSV", what);
		return false;
	}
	if (!plim_text_is_utf8(source->bytes, source->length, &bad)) {
		place_of(source->bytes, bad, &line, &col);
		plim_load_error_at(load, index, line, col, "byte 0x%02X is not UTF-8; save the file with the encoding UTF-8",
		                   (unsigned char)source->bytes[bad]);
		return false;
	}
	bad = plim_source_control(source->bytes, source->length);
	if (bad == source->length)
		return true;
	place_of(source->bytes, bad, &line, &col);
	unsigned char byte = (unsigned char)source->bytes[bad];
	if (byte == 0)
		plim_load_error_at(load, index, line, col, "the file has a NUL byte here; remove it");
	else
		plim_load_error_at(load, index, line, col, "control character U+%04X; remove it",
		                   byte == 0xC2 ? (unsigned char)source->bytes[bad + 1] : byte);
	return false;
}

static bool index_lines(plim_source *source)
{
	size_t count = 1;
	for (const char *at = source->bytes; (at = memchr(at, '\n', source->length - (size_t)(at - source->bytes))); at++)
		count++;
	source->line = plim_mem_alloc(count, sizeof *source->line);
	if (!source->line)
		return false;
	for (size_t i = 0, line = 1; i < source->length && line < count; i++)
		if (source->bytes[i] == '\n')
			source->line[line++] = i + 1;
	source->lines = count;
	return true;
}

void plim_source_line(plim_load *load, size_t index, int line, int col, char *out, size_t size)
{
	plim_source *source = &load->source[index];
	out[0] = '\0';
	if (line < 1 || (!source->line && !index_lines(source)) || (size_t)line > source->lines)
		return;
	const char *from = source->bytes + source->line[line - 1];
	size_t left = source->length - source->line[line - 1];
	if (line == 1 && left >= 3 && memcmp(from, "\xEF\xBB\xBF", 3) == 0)
		from += 3, left -= 3;
	const char *end = memchr(from, '\n', left);
	size_t length = end ? (size_t)(end - from) : left;
	if (length && from[length - 1] == '\r')
		length--;
	if (length >= size)
		length = size - 1;
	size_t bad;
	if (!plim_text_is_utf8(from, length, &bad))
		length = bad; /* what cannot be shown, or a character cut in two */
	/* a caret beyond what is shown would point at nothing */
	size_t characters = 0;
	for (size_t i = 0; i < length; i++)
		characters += ((unsigned char)from[i] & 0xC0) != 0x80;
	if (length == size - 1 && (size_t)col > characters)
		return;
	for (size_t i = 0; i < length; i++)
		out[i] = (unsigned char)from[i] < 0x20 || from[i] == 0x7f ? ' ' : from[i];
	out[length] = '\0';
}
