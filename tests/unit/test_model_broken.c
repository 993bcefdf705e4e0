/* SPDX-License-Identifier: Apache-2.0 */
/* Every model of tests/cli/broken must be refused with the message it names, at the place it names. A model says so in
 * its first two lines, or in a file NAME.expect beside it where it cannot hold comments:
 *   # expect: part of the message
 *   # at: LINE:COL            (or: # at: TABLE.csv LINE:COL) */
#include <criterion/criterion.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "plimsoll/model.h"

#define LEAST_MODELS 60

typedef struct expected {
	char text[512], file[256];
	int line, col;
} expected;

static const char *folder(void)
{
	const char *named = getenv("PLIM_TEST_DATA");
	if (named)
		return named;
#ifdef PLIM_TEST_DATA
	return PLIM_TEST_DATA;
#else
	return "tests/cli/broken";
#endif
}

static bool read_lines(const char *path, expected *out)
{
	char line[1024];
	int found = 0;
	FILE *file = fopen(path, "r");
	*out = (expected){0};
	if (!file)
		return false;
	for (int i = 0; i < 2 && fgets(line, sizeof line, file); i++) {
		line[strcspn(line, "\n")] = '\0';
		if (strncmp(line, "# expect: ", 10) == 0) {
			snprintf(out->text, sizeof out->text, "%.500s", line + 10);
			found++;
		} else if (sscanf(line, "# at: %d:%d", &out->line, &out->col) == 2 ||
		           sscanf(line, "# at: %255s %d:%d", out->file, &out->line, &out->col) == 3) {
			found++;
		}
	}
	fclose(file);
	return found == 2;
}

static bool read_expected(const char *path, expected *out)
{
	char beside[1024];
	snprintf(beside, sizeof beside, "%.*s.expect", (int)(strlen(path) - strlen(".yaml")), path);
	return read_lines(beside, out) || read_lines(path, out);
}

static bool ends_with(const char *text, const char *end)
{
	size_t a = strlen(text), b = strlen(end);
	return a >= b && strcmp(text + a - b, end) == 0;
}

static bool is_met(const plim_findings *findings, const expected *wanted)
{
	for (size_t i = 0; i < findings->count; i++) {
		const plim_finding *f = &findings->item[i];
		if (f->level == PLIM_FINDING_ERROR && f->line == wanted->line && f->col == wanted->col &&
		    strstr(f->text, wanted->text) && ends_with(f->file, *wanted->file ? wanted->file : ".yaml"))
			return true;
	}
	return false;
}

static void check_one(const char *path)
{
	expected wanted;
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error;
	cr_assert(read_expected(path, &wanted), "%s does not say what to expect", path);
	plim_status status = plim_model_load(path, &model, &findings, &error);
	cr_expect_eq(status, PLIM_ERROR_MODEL, "%s: status %d", path, (int)status);
	cr_expect_null(model, "%s: a broken model was returned", path);
	bool met = is_met(&findings, &wanted);
	cr_expect(met, "%s: expected \"%s\" at %s %d:%d", path, wanted.text, wanted.file, wanted.line, wanted.col);
	for (size_t i = 0; !met && i < findings.count; i++)
		fprintf(stderr, "  found %s:%d:%d: %s\n", findings.item[i].file, findings.item[i].line, findings.item[i].col,
		        findings.item[i].text);
	cr_expect_gt(findings.errors, 0);
	cr_expect_eq(error.status, PLIM_ERROR_MODEL);
	cr_expect_gt(strlen(error.text), 0);
	plim_findings_clear(&findings);
	plim_model_free(&model);
}

Test(model_broken, every_model_is_refused_where_it_says)
{
	struct dirent **entry;
	int count = scandir(folder(), &entry, NULL, alphasort), models = 0;
	cr_assert_geq(count, 0, "no folder %s", folder());
	for (int i = 0; i < count; i++) {
		if (ends_with(entry[i]->d_name, ".yaml")) {
			char path[1024];
			snprintf(path, sizeof path, "%s/%s", folder(), entry[i]->d_name);
			check_one(path);
			models++;
		}
		free(entry[i]);
	}
	free(entry);
	cr_expect_geq(models, LEAST_MODELS, "only %d broken models", models);
}
