/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Text of a model on its way out: it is free text of strangers, so each format gets it made harmless.
 *
 * Common to all: bytes that are not UTF-8 become U+FFFD; so do control characters (C0, DEL, C1) and the characters
 * that turn the direction of writing, with which a text could rewrite a terminal's screen; tab and line ends become a
 * space.
 */
#ifndef PLIM_REPORT_ESCAPE_H
#define PLIM_REPORT_ESCAPE_H

#include "base/text.h"

/** For a terminal or plain text. */
void plim_escape_plain(plim_text *out, const char *string);

/** For GitHub-flavoured markdown, inside a table cell or a line: markup, HTML and `|` lose their meaning. */
void plim_escape_markdown(plim_text *out, const char *string);

/** One CSV field (RFC 4180 quoting); a leading = + - @ gets an apostrophe, so that no spreadsheet runs it. */
void plim_escape_csv(plim_text *out, const char *string);

/** A JSON string with its quotes. Nothing is replaced here but bytes that are not UTF-8: the rest is escaped. */
void plim_escape_json(plim_text *out, const char *string);

/** For the inside of quotes in Graphviz's language: plain, with \ and " escaped. */
void plim_escape_dot(plim_text *out, const char *string);

/** For HTML, in running text and in quoted attributes. */
void plim_escape_html(plim_text *out, const char *string);

/** Characters of a plain text as a terminal counts them: code points (combining marks are not looked at). */
size_t plim_escape_width(const char *string);

#endif
