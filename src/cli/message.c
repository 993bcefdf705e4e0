/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "base/error.h"
#include "cli/cli.h"
#include "plimsoll/run.h"
#include "report/escape.h"

/* Colours on a terminal only, and not where NO_COLOR is set (no-color.org: to anything but the empty string). */
static bool coloured(void)
{
	const char *no = getenv("NO_COLOR"), *term = getenv("TERM");
	return isatty(STDERR_FILENO) && !(no && *no) && term && strcmp(term, "dumb") != 0;
}

#define RED "31"
#define YELLOW "33"
#define CYAN "36"

static void level(const char *word, const char *colour)
{
	if (coloured())
		fprintf(stderr, "\x1b[1;%sm%s:\x1b[0m ", colour, word);
	else
		fprintf(stderr, "%s: ", word);
}

/* Text of files and command lines, without what could write over the screen. */
static void put(const char *string)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	if (!plain.failed && plain.data)
		fputs(plain.data, stderr);
	plim_text_free(&plain);
}

static void place(const char *file, int line, int col)
{
	if (!file || !*file)
		return;
	put(file);
	if (line > 0)
		fprintf(stderr, ":%d", line);
	if (line > 0 && col > 0)
		fprintf(stderr, ":%d", col);
	fputs(": ", stderr);
}

void plim_cli_error(const plim_error *error)
{
	place(error->file, error->line, error->col);
	level("error", RED);
	put(error->text);
	fputc('\n', stderr);
}

void plim_cli_warn(const char *format, ...)
{
	char text[1024];
	va_list args;
	va_start(args, format);
	vsnprintf(text, sizeof text, format, args);
	va_end(args);
	level("warning", YELLOW);
	put(text);
	fputc('\n', stderr);
}

/* The line of the file, and a caret under its column (counted in characters). */
static void excerpt(const plim_finding *finding)
{
	if (!finding->excerpt || !*finding->excerpt)
		return;
	fputs("    ", stderr);
	put(finding->excerpt);
	fputc('\n', stderr);
	if (finding->col > 0 && (size_t)finding->col <= plim_escape_width(finding->excerpt) + 1)
		fprintf(stderr, "    %*s^\n", finding->col - 1, "");
}

void plim_cli_findings(const plim_findings *findings)
{
	static const char *const words[] = {"error", "warning", "note"}, *const colours[] = {RED, YELLOW, CYAN};
	for (size_t i = 0; i < findings->count; i++) {
		const plim_finding *f = &findings->item[i];
		place(f->file, f->line, f->col);
		level(words[f->level], colours[f->level]);
		put(f->text);
		fputc('\n', stderr);
		excerpt(f);
	}
}

/* What a run of the model would leave out. */
static plim_status show_run_check(const plim_model *model, bool quiet, plim_error *error)
{
	plim_findings findings = {0};
	plim_status status = plim_run_check(model, &findings, error);
	if (!quiet || findings.errors)
		plim_cli_findings(&findings);
	if (status == PLIM_OK && findings.errors) {
		*error = (plim_error){.status = PLIM_ERROR_MODEL};
		snprintf(error->text, sizeof error->text, "this version cannot run the model");
		status = PLIM_ERROR_MODEL;
	}
	plim_findings_clear(&findings);
	return status;
}

plim_status plim_cli_load(const char *path, bool quiet, plim_model **model, plim_error *error)
{
	plim_findings findings = {0};
	plim_model *loaded = NULL;
	plim_status status = plim_model_load(path, &loaded, &findings, error);
	if (!quiet || status != PLIM_OK)
		plim_cli_findings(&findings);
	if (status == PLIM_ERROR_MODEL && findings.errors) /* they have just been shown */
		plim_error_set(error, status, "the model '%s' has %zu error%s; nothing was computed", path, findings.errors,
		               findings.errors == 1 ? "" : "s");
	plim_findings_clear(&findings);
	if (status == PLIM_OK)
		status = show_run_check(loaded, quiet, error);
	if (status == PLIM_OK)
		*model = loaded;
	else
		plim_model_free(&loaded);
	return status;
}
