/* SPDX-License-Identifier: Apache-2.0 */
/* Text that grows, and numbers as text. The numeric locale is always C, whatever the host program has set. */
#ifndef PLIM_BASE_TEXT_H
#define PLIM_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing string. Start from {0}; `data` is NULL until something is added, then NUL-terminated.
 * `failed` is set when memory ran short: further additions do nothing, and the owner checks it once at the end. */
typedef struct plim_text {
	char *data;
	size_t length;
	size_t capacity;
	bool failed;
} plim_text;

void plim_text_add(plim_text *text, const char *string);
void plim_text_add_n(plim_text *text, const char *bytes, size_t length);
void plim_text_add_format(plim_text *text, const char *format, ...) __attribute__((format(printf, 2, 3)));
void plim_text_free(plim_text *text);

/** Room for any double in its shortest form. */
#define PLIM_TEXT_DOUBLE_SIZE 32

/** Shortest decimal that reads back as the same double (1.5, 1e+300; inf, -inf, nan as such).
 *  Returns the number of characters written, without the NUL. */
int plim_text_double(char out[static PLIM_TEXT_DOUBLE_SIZE], double value);

/** `value` with `digits` significant digits ("%.*g" in the C locale) into `out` of `size` bytes. */
int plim_text_digits(char *out, size_t size, double value, int digits);

/** Reads a whole string as a number in JSON syntax; a leading + and a bare leading or trailing point are allowed too.
 *  A decimal comma, nan, inf, hexadecimal, an overflow or anything left over gives false. */
bool plim_text_parse_double(const char *string, double *value);

/** Reads a whole string as an unsigned decimal integer; false on anything else or on overflow. */
bool plim_text_parse_u64(const char *string, uint64_t *value);

/** True if the bytes are well-formed UTF-8 (no surrogates, nothing above U+10FFFF, no overlong form);
 *  otherwise *bad (may be NULL) is the offset of the first bad byte. */
bool plim_text_is_utf8(const char *bytes, size_t length, size_t *bad);

/** Edit distance (insert, delete, replace, swap of neighbours) of two strings, counted up to `limit`:
 *  any larger distance returns limit + 1. Strings over 63 bytes are never near. */
int plim_text_distance(const char *a, const char *b, int limit);

#endif
