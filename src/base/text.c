/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <ctype.h>
#include <errno.h>
#include <locale.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

void plim_text_add_n(plim_text *text, const char *bytes, size_t length)
{
	if (text->failed)
		return;
	if (plim_mem_grow((void **)&text->data, &text->capacity, text->length + length + 1, 1)) {
		text->failed = true;
		return;
	}
	memcpy(text->data + text->length, bytes, length);
	text->length += length;
	text->data[text->length] = '\0';
}

void plim_text_add(plim_text *text, const char *string)
{
	plim_text_add_n(text, string, strlen(string));
}

void plim_text_add_format(plim_text *text, const char *format, ...)
{
	va_list args, again;
	va_start(args, format);
	va_copy(again, args);
	int length = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (length >= 0 && !text->failed) {
		if (plim_mem_grow((void **)&text->data, &text->capacity, text->length + (size_t)length + 1, 1)) {
			text->failed = true;
		} else {
			vsnprintf(text->data + text->length, (size_t)length + 1, format, again);
			text->length += (size_t)length;
		}
	}
	va_end(again);
}

void plim_text_free(plim_text *text)
{
	plim_mem_free(text->data);
	*text = (plim_text){0};
}

/* printf follows the thread's locale: a host program that runs under de_DE must still get 1.5, so the decimal
 * separator is put back by hand. It can be several bytes long. */
static int with_point(char *out)
{
	const char *separator = localeconv()->decimal_point;
	char *found = strcmp(separator, ".") == 0 || !*separator ? NULL : strstr(out, separator);
	if (found) {
		*found = '.';
		size_t width = strlen(separator);
		memmove(found + 1, found + width, strlen(found + width) + 1);
	}
	return (int)strlen(out);
}

int plim_text_digits(char *out, size_t size, double value, int digits)
{
	snprintf(out, size, "%.*g", digits, value);
	return with_point(out);
}

int plim_text_double(char out[static PLIM_TEXT_DOUBLE_SIZE], double value)
{
	if (!isfinite(value))
		return snprintf(out, PLIM_TEXT_DOUBLE_SIZE, "%s", isnan(value) ? "nan" : value < 0 ? "-inf" : "inf");
	for (int digits = 15; digits <= 17; digits++) {
		snprintf(out, PLIM_TEXT_DOUBLE_SIZE, "%.*g", digits, value);
		if (strtod(out, NULL) == value)
			break;
	}
	return with_point(out);
}

static bool looks_like_number(const char *s)
{
	if (*s == '+' || *s == '-')
		s++;
	size_t digits = 0;
	while (isdigit((unsigned char)*s)) {
		s++;
		digits++;
	}
	if (*s == '.') {
		s++;
		while (isdigit((unsigned char)*s)) {
			s++;
			digits++;
		}
	}
	if (!digits)
		return false;
	if (*s == 'e' || *s == 'E') {
		s++;
		if (*s == '+' || *s == '-')
			s++;
		if (!isdigit((unsigned char)*s))
			return false;
		while (isdigit((unsigned char)*s))
			s++;
	}
	return *s == '\0';
}

bool plim_text_parse_double(const char *string, double *value)
{
	if (!looks_like_number(string))
		return false;
	/* strtod reads the locale's separator: hand it that one. */
	const char *separator = localeconv()->decimal_point;
	const char *point = strchr(string, '.');
	double parsed;
	if (!point || strcmp(separator, ".") == 0) {
		parsed = strtod(string, NULL);
	} else {
		plim_text local = {0};
		plim_text_add_n(&local, string, (size_t)(point - string));
		plim_text_add(&local, separator);
		plim_text_add(&local, point + 1);
		if (local.failed) {
			plim_text_free(&local);
			return false;
		}
		parsed = strtod(local.data, NULL);
		plim_text_free(&local);
	}
	if (!isfinite(parsed))
		return false;
	*value = parsed;
	return true;
}

bool plim_text_parse_u64(const char *string, uint64_t *value)
{
	uint64_t parsed = 0;
	if (!*string)
		return false;
	for (const char *s = string; *s; s++) {
		if (!isdigit((unsigned char)*s) || __builtin_mul_overflow(parsed, 10u, &parsed) ||
			__builtin_add_overflow(parsed, (uint64_t)(*s - '0'), &parsed))
			return false;
	}
	*value = parsed;
	return true;
}

/* Length of the well-formed sequence at p (1 to 4), or 0: Unicode 15, table 3-7. */
static size_t utf8_sequence(const unsigned char *p, size_t left)
{
	if (p[0] < 0x80)
		return 1;
	size_t length = p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (p[0] < 0xC2 || p[0] > 0xF4 || left < length)
		return 0;
	unsigned char low = p[0] == 0xE0 ? 0xA0 : p[0] == 0xF0 ? 0x90 : 0x80;
	unsigned char high = p[0] == 0xED ? 0x9F : p[0] == 0xF4 ? 0x8F : 0xBF;
	if (p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if ((p[i] & 0xC0) != 0x80)
			return 0;
	return length;
}

bool plim_text_is_utf8(const char *bytes, size_t length, size_t *bad)
{
	const unsigned char *p = (const unsigned char *)bytes;
	for (size_t i = 0; i < length;) {
		size_t step = utf8_sequence(p + i, length - i);
		if (!step) {
			if (bad)
				*bad = i;
			return false;
		}
		i += step;
	}
	return true;
}

#define LONGEST 63

int plim_text_distance(const char *a, const char *b, int limit)
{
	size_t n = strlen(a), m = strlen(b);
	if (n > LONGEST || m > LONGEST)
		return limit + 1;
	int row[3][LONGEST + 2] = {{0}}; /* the last three rows of the table: a swap looks two rows back */
	for (size_t j = 0; j <= m; j++)
		row[0][j] = (int)j;
	for (size_t i = 1; i <= n; i++) {
		int *now = row[i % 3], *before = row[(i + 2) % 3], *older = row[(i + 1) % 3];
		now[0] = (int)i;
		for (size_t j = 1; j <= m; j++) {
			int best = before[j - 1] + (a[i - 1] != b[j - 1]);
			if (before[j] + 1 < best)
				best = before[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] && older[j - 2] + 1 < best)
				best = older[j - 2] + 1;
			now[j] = best;
		}
	}
	int distance = row[n % 3][m];
	return distance > limit ? limit + 1 : distance;
}
