/* SPDX-License-Identifier: Apache-2.0 */
#include "report/escape.h"

#include <ctype.h>
#include <string.h>

#define REPLACEMENT "\xEF\xBF\xBD" /* U+FFFD */

/* Length of the well-formed sequence at `s`, 0 if there is none; *code its code point. */
static size_t decode(const char *s, uint32_t *code)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t length = p[0] < 0x80 ? 1 : p[0] >= 0xF0 ? 4 : p[0] >= 0xE0 ? 3 : 2;
	if (strnlen(s, length) < length || !plim_text_is_utf8(s, length, NULL))
		return 0;
	static const unsigned char mask[] = {0, 0x7F, 0x1F, 0x0F, 0x07};
	*code = p[0] & mask[length];
	for (size_t i = 1; i < length; i++)
		*code = *code << 6 | (p[i] & 0x3Fu);
	return length;
}

static bool is_control(uint32_t code)
{
	return code < 0x20 || (code >= 0x7F && code < 0xA0);
}

static bool turns_direction(uint32_t code)
{
	return code == 0x061C || code == 0x200E || code == 0x200F || (code >= 0x202A && code <= 0x202E) ||
	       (code >= 0x2066 && code <= 0x2069) || code == 0x2028 || code == 0x2029 || code == 0xFEFF;
}

void plim_escape_plain(plim_text *out, const char *string)
{
	for (const char *s = string; *s;) {
		uint32_t code = 0;
		size_t length = decode(s, &code);
		if (*s == '\n' || *s == '\t' || *s == '\r')
			plim_text_add(out, " ");
		else if (!length || is_control(code) || turns_direction(code))
			plim_text_add(out, REPLACEMENT);
		else
			plim_text_add_n(out, s, length);
		s += length ? length : 1;
	}
}

/* An underscore between letters or digits never begins emphasis in GFM: ids stay readable. */
static bool is_markup(const char *text, size_t i)
{
	if (text[i] == '_')
		return i == 0 || !isalnum((unsigned char)text[i - 1]) || !isalnum((unsigned char)text[i + 1]);
	if (i == 0 && strchr("#+-=~:", text[i]))
		return true;
	return strchr("\\`*[]|!$~", text[i]) != NULL;
}

void plim_escape_markdown(plim_text *out, const char *string)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	if (plain.failed)
		out->failed = true;
	size_t digits = plain.data ? strspn(plain.data, "0123456789") : 0;
	for (size_t i = 0; i < plain.length; i++) {
		char c = plain.data[i];
		if (c == '<')
			plim_text_add(out, "&lt;");
		else if (c == '>')
			plim_text_add(out, "&gt;");
		else if (c == '&')
			plim_text_add(out, "&amp;");
		else if (digits && i == digits && (c == '.' || c == ')') && strchr(" ", plain.data[i + 1]))
			plim_text_add_format(out, "\\%c", c); /* "1. " would begin a list */
		else if (is_markup(plain.data, i))
			plim_text_add_format(out, "\\%c", c);
		else
			plim_text_add_n(out, &c, 1);
	}
	plim_text_free(&plain);
}

void plim_escape_csv(plim_text *out, const char *string)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	if (plain.failed)
		out->failed = true;
	const char *text = plain.data ? plain.data : "";
	bool formula = *text && strchr("=+-@", *text);
	bool quote = strpbrk(text, ",\"") || *text == ' ' || (plain.length && text[plain.length - 1] == ' ');
	plim_text_add(out, quote ? "\"" : "");
	plim_text_add(out, formula ? "'" : "");
	for (const char *s = text; *s; s++)
		plim_text_add_n(out, *s == '"' ? "\"\"" : s, *s == '"' ? 2 : 1);
	plim_text_add(out, quote ? "\"" : "");
	plim_text_free(&plain);
}

static void add_unit(plim_text *out, uint32_t code)
{
	plim_text_add_format(out, "\\u%04x", (unsigned)code);
}

void plim_escape_json(plim_text *out, const char *string)
{
	plim_text_add(out, "\"");
	for (const char *s = string; *s;) {
		uint32_t code = 0;
		size_t length = decode(s, &code);
		if (!length)
			plim_text_add(out, "\\ufffd");
		else if (*s == '"' || *s == '\\')
			plim_text_add_format(out, "\\%c", *s);
		else if (*s == '\n')
			plim_text_add(out, "\\n");
		else if (*s == '\t')
			plim_text_add(out, "\\t");
		else if (is_control(code) || turns_direction(code) || code == '<')
			add_unit(out, code); /* all of them are below U+10000; `<` for whoever puts it into a page */
		else
			plim_text_add_n(out, s, length);
		s += length ? length : 1;
	}
	plim_text_add(out, "\"");
}

void plim_escape_dot(plim_text *out, const char *string)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	out->failed |= plain.failed;
	for (const char *s = plain.data ? plain.data : ""; *s; s++) {
		if (*s == '"' || *s == '\\')
			plim_text_add(out, "\\");
		plim_text_add_n(out, s, 1);
	}
	plim_text_free(&plain);
}

void plim_escape_html(plim_text *out, const char *string)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	out->failed |= plain.failed;
	for (const char *s = plain.data ? plain.data : ""; *s; s++) {
		switch (*s) {
		case '<': plim_text_add(out, "&lt;"); break;
		case '>': plim_text_add(out, "&gt;"); break;
		case '&': plim_text_add(out, "&amp;"); break;
		case '"': plim_text_add(out, "&quot;"); break;
		case '\'': plim_text_add(out, "&#39;"); break;
		default: plim_text_add_n(out, s, 1);
		}
	}
	plim_text_free(&plain);
}

size_t plim_escape_width(const char *string)
{
	size_t width = 0;
	for (const char *s = string; *s; s++)
		width += (*s & 0xC0) != 0x80;
	return width;
}
