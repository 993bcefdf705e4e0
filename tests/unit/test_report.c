/* SPDX-License-Identifier: Apache-2.0 */
/* Reports of results made by hand: what goes in must come out, the same in every format, and nothing it can do harm. */
#include <criterion/criterion.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "report/escape.h"
#include "report/report.h"
#include "report/table.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static plim_group groups[] = {
    {.kind = PLIM_GROUP_TOTAL, .name = "total", .title = "", .parent = -1, .leaf = true},
    {.kind = PLIM_GROUP_CLAUSE, .name = "4", .title = "Elements", .parent = -1, .leaf = false},
    {.kind = PLIM_GROUP_CLAUSE, .name = "4.4", .title = "Implementation and operation", .parent = 1, .leaf = false},
    {.kind = PLIM_GROUP_CLAUSE,
     .name = "4.4.2",
     .title = "Competence, training and awareness",
     .parent = 2,
     .leaf = true},
    {.kind = PLIM_GROUP_CLAUSE, .name = "4.4.6", .title = "Operational control", .parent = 2, .leaf = true},
    {.kind = PLIM_GROUP_CLAUSE, .name = "(unassigned)", .title = "", .parent = -1, .leaf = true},
    {.kind = PLIM_GROUP_THREAT, .name = "theft", .title = "Theft | from *trailers*", .parent = -1, .leaf = true},
    {.kind = PLIM_GROUP_THREAT, .name = "fire", .title = "=HYPERLINK(\"x\",\"y\")", .parent = -1, .leaf = true},
    {.kind = PLIM_GROUP_REGION, .name = "PL \x1b[2J\xe2\x80\xae", .title = "", .parent = -1, .leaf = true},
};
#define GROUPS COUNT(groups)

static const double probabilities[] = {0.5, 0.75, 0.9, 0.95, 0.99, 0.995};
#define PS COUNT(probabilities)

typedef struct fixture {
	plim_results results;
	plim_result_scenario scenario[2];
	plim_percentile_row percentile[2 * GROUPS * PS * 2], tvar[2 * GROUPS];
	plim_moments_row moments[2 * GROUPS];
	plim_curve_row curve[4];
	plim_tail_row tail[2 * GROUPS];
	plim_tolerance_row tolerance[4];
	plim_worst_row worst[4];
	plim_result_assumption assumption[1];
	char *notes[1];
} fixture;

/* A figure that no other row has, with digits that rounding would lose. */
static double figure(uint32_t scenario, uint32_t group, double p)
{
	return 1234567.0 * (group + 1) + 1000 * scenario + 100 * p + 1.0 / 3;
}

static void fill_rows(fixture *f)
{
	plim_results *r = &f->results;
	for (uint32_t s = 0; s < 2; s++) {
		for (uint32_t g = 0; g < GROUPS; g++) {
			for (size_t i = 0; i < 2 * PS; i++) {
				double p = probabilities[i % PS], value = figure(s, g, p) + (i < PS ? 5000.5 : 0);
				f->percentile[r->percentiles++] = (plim_percentile_row){s,
				                                                        g,
				                                                        PLIM_PERSPECTIVE_GROSS,
				                                                        i < PS ? PLIM_MEASURE_OEP : PLIM_MEASURE_AEP,
				                                                        p,
				                                                        value,
				                                                        value - 10,
				                                                        value + 10,
				                                                        i % 2};
			}
			double value = figure(s, g, 2);
			f->tvar[r->tvars++] = (plim_percentile_row){
			    s, g, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP, 0.99, value, value - 10, value + 10, false};
			f->moments[r->moments_count++] = (plim_moments_row){
			    s, g, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP, figure(s, g, 0), 12.5, 99, 0.25, 0.8125};
			f->tail[r->tails++] = (plim_tail_row){s, g, PLIM_PERSPECTIVE_GROSS, 0.99, figure(s, g, 3), 0.125};
		}
	}
	r->percentile = f->percentile, r->tvar = f->tvar, r->moments = f->moments, r->tail = f->tail;
}

static void fill_tolerance(fixture *f)
{
	for (uint32_t i = 0; i < 4; i++)
		f->tolerance[i] = (plim_tolerance_row){
		    i / 2, PLIM_PERSPECTIVE_GROSS, 1e6, 0.1, 1, i == 3 ? 200 : 50, i == 3 ? 0.2 : 0.05, 0.04, 0.21, i != 3};
	f->curve[0] = (plim_curve_row){0, 0, PLIM_PERSPECTIVE_GROSS, PLIM_MEASURE_AEP, 100, 0.01, 7654321, 7e6, 8e6};
	f->worst[0] = (plim_worst_row){0, 0, 1, 4711, 9e9};
	f->worst[1] = (plim_worst_row){0, 6, 1, 4711, 8e9};
	f->results.tolerance = f->tolerance, f->results.tolerances = 4;
	f->results.curve = f->curve, f->results.curves = 1;
	f->results.worst = f->worst, f->results.worsts = 2;
}

static fixture *fixture_make(void)
{
	static fixture f;
	memset(&f, 0, sizeof f);
	f.scenario[0] = (plim_result_scenario){.id = "today", .title = "As it is", .controls = ""};
	f.scenario[1] = (plim_result_scenario){.id = "parking", .title = "", .controls = "secured_parking"};
	f.notes[0] = "outages are not followed";
	f.assumption[0] = (plim_result_assumption){"A1", "Rate\x07 of 2024", "press", "low", "analyst", "2026-09-01", "x"};
	f.results = (plim_results){.model_name = "Baltic \"cold\" chain\n\x1b]0;evil\x07",
	                           .model_description = "",
	                           .currency = "EUR",
	                           .scope = "@all <b>goods</b>",
	                           .approver = "Head",
	                           .approved = "2026-10-01",
	                           .next_review = "2027-10-01",
	                           .commitments = "legal;protection",
	                           .edition = 2007,
	                           .horizon_years = 1,
	                           .trials = 1234567,
	                           .seed = UINT64_MAX,
	                           .blocks = 302,
	                           .block_trials = 4096,
	                           .confidence = 0.95,
	                           .model_sha256 = "aa",
	                           .plan_sha256 = "bb",
	                           .result_sha256 = "cc",
	                           .notes = f.notes,
	                           .note_count = 1,
	                           .scenario = f.scenario,
	                           .scenarios = 2,
	                           .group = groups,
	                           .groups = GROUPS,
	                           .assumption = f.assumption,
	                           .assumptions = 1};
	fill_rows(&f);
	fill_tolerance(&f);
	return &f;
}

/* The report as a string, to be freed. */
static char *report(const plim_results *r, plim_report_format format, const char *table, const char *scenario)
{
	char *text = NULL;
	size_t length = 0;
	plim_error error = {0};
	FILE *file = open_memstream(&text, &length);
	plim_report_options options = {.format = format, .table = table, .scenario = scenario};
	cr_assert_eq(plim_report_write(r, &options, file, &error), PLIM_OK, "%s", error.text);
	fclose(file);
	return text;
}

static void must_hold(const char *text, const char *part)
{
	cr_assert(strstr(text, part) != NULL, "'%s' is not in:\n%s", part, text);
}

/* Cell `column` of the first line that begins with `start`, in a CSV without quoted commas before it. */
static void csv_cell(const char *csv, const char *start, int column, char out[static 64])
{
	const char *at = strstr(csv, start);
	cr_assert(at != NULL, "no line with '%s'", start);
	for (int i = 0; i < column; i++)
		at = strchr(at, ',') + 1;
	size_t length = strcspn(at, ",\n");
	cr_assert_lt(length, 64u);
	memcpy(out, at, length);
	out[length] = '\0';
}

Test(report, figures_for_people)
{
	static const struct {
		double value;
		plim_figure figure;
		const char *text;
	} cases[] = {
	    {0, PLIM_FIGURE_MONEY, "0"},
	    {0.001, PLIM_FIGURE_MONEY, "<0.01"},
	    {12.345, PLIM_FIGURE_MONEY, "12.35"},
	    {99.994, PLIM_FIGURE_MONEY, "99.99"},
	    {99.996, PLIM_FIGURE_MONEY, "100"},
	    {999.5, PLIM_FIGURE_MONEY, "1,000"},
	    {1234567.4, PLIM_FIGURE_MONEY, "1,234,567"},
	    {-1234567.6, PLIM_FIGURE_MONEY, "-1,234,568"},
	    {999999999999.0, PLIM_FIGURE_MONEY, "999,999,999,999"},
	    {1e300, PLIM_FIGURE_MONEY, "1e+300"},
	    {INFINITY, PLIM_FIGURE_MONEY, "inf"},
	    {-INFINITY, PLIM_FIGURE_MONEY, "-inf"},
	    {NAN, PLIM_FIGURE_MONEY, "n/a"},
	    {0.12345, PLIM_FIGURE_SHARE, "12.3%"},
	    {1, PLIM_FIGURE_SHARE, "100.0%"},
	    {0.67032, PLIM_FIGURE_PROBABILITY, "0.6703"},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		char out[40];
		plim_figure_show(out, cases[i].value, cases[i].figure);
		cr_assert_str_eq(out, cases[i].text);
	}
	char out[40];
	plim_count_show(out, UINT64_MAX);
	cr_assert_str_eq(out, "18,446,744,073,709,551,615");
}

Test(report, csv_reads_back_as_the_same_doubles)
{
	fixture *f = fixture_make();
	char *csv = report(&f->results, PLIM_REPORT_CSV, "percentiles", NULL);
	cr_assert_eq(strncmp(csv, "scenario,perspective,group_kind,group,measure,p,value,lower,upper,exact\n", 72), 0);
	for (uint32_t s = 0; s < 2; s++) {
		for (size_t i = 0; i < PS; i++) {
			char start[128], p[PLIM_TEXT_DOUBLE_SIZE], cell[64];
			plim_text_double(p, probabilities[i]);
			snprintf(start, sizeof start, "%s,gross,clause,4.4.6,AEP,%s,", f->scenario[s].id, p);
			csv_cell(csv, start, 6, cell);
			double value;
			cr_assert(plim_text_parse_double(cell, &value));
			cr_assert_eq(value, figure(s, 4, probabilities[i]));
			csv_cell(csv, start, 7, cell);
			cr_assert(plim_text_parse_double(cell, &value) && value == figure(s, 4, probabilities[i]) - 10);
			csv_cell(csv, start, 8, cell);
			cr_assert(plim_text_parse_double(cell, &value) && value == figure(s, 4, probabilities[i]) + 10);
			csv_cell(csv, start, 9, cell);
			cr_assert_str_eq(cell, i % 2 ? "true" : "false");
		}
	}
	size_t lines = 0;
	for (const char *c = csv; *c; c++)
		lines += *c == '\n';
	cr_assert_eq(lines, 1 + f->results.percentiles);
	free(csv);
}

Test(report, a_value_is_the_same_string_in_every_format)
{
	fixture *f = fixture_make();
	char *text = report(&f->results, PLIM_REPORT_TEXT, NULL, NULL);
	char *markdown = report(&f->results, PLIM_REPORT_MARKDOWN, NULL, NULL);
	char *clauses = report(&f->results, PLIM_REPORT_CSV, NULL, NULL);
	char *json = report(&f->results, PLIM_REPORT_JSON, NULL, NULL);
	for (uint32_t s = 0; s < 2; s++) {
		for (uint32_t g = 1; g < 5; g++) {
			for (size_t i = 0; i < PS; i++) {
				char shown[40], exact[PLIM_TEXT_DOUBLE_SIZE], cell[64], start[128];
				double value = figure(s, g, probabilities[i]);
				plim_figure_show(shown, value, PLIM_FIGURE_MONEY);
				plim_text_double(exact, value);
				must_hold(text, shown);
				must_hold(markdown, shown);
				must_hold(json, exact);
				snprintf(start, sizeof start, "%s,gross,clause,%s,", f->scenario[s].id, groups[g].name);
				/* a title may hold a comma and is then quoted: the figures are found by their own text */
				must_hold(strstr(clauses, start), exact);
				csv_cell(clauses, exact, 0, cell);
				cr_assert_str_eq(cell, exact);
			}
		}
	}
	free(text);
	free(markdown);
	free(clauses);
	free(json);
}

Test(report, clauses_stand_in_tree_order_with_their_children_indented)
{
	fixture *f = fixture_make();
	char *text = report(&f->results, PLIM_REPORT_TEXT, NULL, "today");
	const char *table = strstr(text, "Clauses of ISO 28000");
	cr_assert_not_null(table);
	const char *a = strstr(table, "\n4  Elements"), *b = strstr(table, "\n  4.4  Impl"),
	           *c = strstr(table, "\n    4.4.2  Comp"), *d = strstr(table, "\n    4.4.6  Oper"),
	           *e = strstr(table, "\n(unassigned)");
	cr_assert(a && b && c && d && e, "%s", table);
	cr_assert(a < b && b < c && c < d && d < e);
	free(text);
}

Test(report, lines_of_text_fit_the_page)
{
	fixture *f = fixture_make();
	for (size_t i = 0; i < f->results.percentiles; i++)
		f->percentile[i].value *= 1e5; /* so wide that labels stand on lines of their own */
	char *text = report(&f->results, PLIM_REPORT_TEXT, NULL, NULL);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		cr_assert_leq(plim_escape_width(line), 160u, "%s", line);
	free(text);
	f = fixture_make();
	text = report(&f->results, PLIM_REPORT_TEXT, NULL, NULL);
	for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		cr_assert_leq(plim_escape_width(line), 120u, "%s", line);
	free(text);
}

Test(report, text_of_a_model_cannot_reach_the_terminal)
{
	fixture *f = fixture_make();
	static const plim_report_format formats[] = {PLIM_REPORT_TEXT, PLIM_REPORT_MARKDOWN, PLIM_REPORT_JSON,
	                                             PLIM_REPORT_CSV};
	for (size_t i = 0; i < COUNT(formats); i++) {
		char *text = report(&f->results, formats[i], NULL, NULL);
		for (const char *c = text; *c; c++)
			cr_assert(*c == '\n' || ((unsigned char)*c >= 0x20 && *c != 0x7f), "byte %d in format %zu", *c, i);
		cr_assert_null(strstr(text, "\xe2\x80\xae"), "a right-to-left override in format %zu", i);
		free(text);
	}
	char *csv = report(&f->results, PLIM_REPORT_CSV, "moments", NULL);
	cr_assert_null(strchr(csv, 0x1b));
	free(csv);
}

Test(report, escapes)
{
	static const struct {
		void (*escape)(plim_text *, const char *);
		const char *in, *out;
	} cases[] = {
	    {plim_escape_csv, "plain", "plain"},
	    {plim_escape_csv, "a,b", "\"a,b\""},
	    {plim_escape_csv, "say \"x\"", "\"say \"\"x\"\"\""},
	    {plim_escape_csv, "=1+1", "'=1+1"},
	    {plim_escape_csv, "@x,y", "\"'@x,y\""},
	    {plim_escape_csv, "-5", "'-5"},
	    {plim_escape_csv, "+x", "'+x"},
	    {plim_escape_csv, "", ""},
	    {plim_escape_plain, "a\tb\nc\x1b[31m\x7f\xc2\x9b", "a b c\xef\xbf\xbd[31m\xef\xbf\xbd\xef\xbf\xbd"},
	    {plim_escape_plain,
	     "\xff"
	     "a\xc3",
	     "\xef\xbf\xbd"
	     "a\xef\xbf\xbd"},
	    {plim_escape_plain, "Świnoujście", "Świnoujście"},
	    {plim_escape_markdown, "a|b", "a\\|b"},
	    {plim_escape_markdown, "# x", "\\# x"},
	    {plim_escape_markdown, "- x", "\\- x"},
	    {plim_escape_markdown, "1. x", "1\\. x"},
	    {plim_escape_markdown, "4.4.6", "4.4.6"},
	    {plim_escape_markdown, "trailer_theft _x_", "trailer_theft \\_x\\_"},
	    {plim_escape_markdown, "<script>&", "&lt;script&gt;&amp;"},
	    {plim_escape_markdown, "[a](b) *c* `d` \\", "\\[a\\](b) \\*c\\* \\`d\\` \\\\"},
	    {plim_escape_json, "a\"b\\c\n\x01", "\"a\\\"b\\\\c\\n\\u0001\""},
	    {plim_escape_json, "</script>\xe2\x80\xa8", "\"\\u003c/script>\\u2028\""},
	    {plim_escape_json, "\xff", "\"\\ufffd\""},
	};
	for (size_t i = 0; i < COUNT(cases); i++) {
		plim_text out = {0};
		cases[i].escape(&out, cases[i].in);
		cr_assert_str_eq(out.data ? out.data : "", cases[i].out, "case %zu", i);
		plim_text_free(&out);
	}
}

Test(report, infinite_figures)
{
	fixture *f = fixture_make();
	f->moments[0].mean = f->moments[0].mean_se = f->moments[0].sd = INFINITY;
	char *text = report(&f->results, PLIM_REPORT_TEXT, NULL, "today");
	must_hold(text, "infinite in the model");
	char *csv = report(&f->results, PLIM_REPORT_CSV, "moments", NULL);
	must_hold(csv, "today,gross,total,total,AEP,inf,inf,inf,0.25,0.8125\n");
	char *json = report(&f->results, PLIM_REPORT_JSON, NULL, NULL);
	must_hold(json, "\"mean\": \"inf\", \"mean_se\": \"inf\"");
	cr_assert_null(strstr(json, ": inf"));
	cr_assert_null(strstr(json, ": nan"));
	free(text);
	free(csv);
	free(json);
}

Test(report, tolerance_is_met_or_broken)
{
	fixture *f = fixture_make();
	size_t broken = 9;
	cr_assert(plim_report_tolerance_met(&f->results, "today", &broken));
	cr_assert_eq(broken, 0u);
	cr_assert(!plim_report_tolerance_met(&f->results, "parking", &broken));
	cr_assert_eq(broken, 1u);
	cr_assert(!plim_report_tolerance_met(&f->results, NULL, NULL));
	char *text = report(&f->results, PLIM_REPORT_TEXT, NULL, "today");
	cr_assert_null(strstr(text, "broken"));
	must_hold(text, " met");
	free(text);
	text = report(&f->results, PLIM_REPORT_TEXT, NULL, "parking");
	must_hold(text, "broken");
	cr_assert_null(strstr(text, "ompliant"));
	cr_assert_null(strstr(text, "ertif"));
	free(text);
}

Test(report, notes_come_first)
{
	fixture *f = fixture_make();
	char *text = report(&f->results, PLIM_REPORT_TEXT, NULL, NULL);
	cr_assert_lt(strstr(text, "outages are not followed"), strstr(text, "Scope and boundary"));
	must_hold(text, "!! What this run does not compute");
	free(text);
	f->results.note_count = 0;
	text = report(&f->results, PLIM_REPORT_TEXT, NULL, NULL);
	cr_assert_null(strstr(text, "What this run does not compute"));
	free(text);
}

static plim_status try(const plim_results *r, plim_report_options options, plim_error *error)
{
	FILE *file = fopen("/dev/null", "w");
	plim_status status = plim_report_write(r, &options, file, error);
	fclose(file);
	return status;
}

Test(report, wrong_requests)
{
	fixture *f = fixture_make();
	plim_error error;
	plim_report_format format = PLIM_REPORT_CSV;
	cr_assert_eq(plim_report_format_parse("docx", &format, &error), PLIM_ERROR_USAGE);
	must_hold(error.text, "text markdown csv json html xlsx");
	cr_assert_eq(format, PLIM_REPORT_CSV);
	cr_assert_eq(plim_report_format_parse("json", &format, &error), PLIM_OK);
	cr_assert_eq(format, PLIM_REPORT_JSON);
	cr_assert_eq(
	    try(&f->results, (plim_report_options){.format = PLIM_REPORT_CSV, .table = "sums", .scenario = NULL}, &error),
	    PLIM_ERROR_USAGE);
	must_hold(error.text, "percentiles");
	cr_assert_eq(
	    try(&f->results, (plim_report_options){.format = PLIM_REPORT_TEXT, .table = "tvar", .scenario = NULL}, &error),
	    PLIM_ERROR_USAGE);
	cr_assert_eq(
	    try(&f->results, (plim_report_options){.format = PLIM_REPORT_TEXT, .table = NULL, .scenario = "no"}, &error),
	    PLIM_ERROR_USAGE);
	must_hold(error.text, "today, parking");
}

Test(report, damaged_results_are_refused)
{
	static const plim_report_options options = {.format = PLIM_REPORT_TEXT};
	plim_error error;
	fixture *f = fixture_make();
	f->percentile[3].group = GROUPS;
	cr_assert_eq(try(&f->results, options, &error), PLIM_ERROR_IO);
	f = fixture_make();
	f->worst[1].scenario = 2;
	cr_assert_eq(try(&f->results, options, &error), PLIM_ERROR_IO);
	f = fixture_make();
	groups[1].parent = 2; /* a circle: 4 under 4.4 under 4 */
	cr_assert_eq(try(&f->results, options, &error), PLIM_OK);
	groups[1].parent = 99;
	cr_assert_eq(try(&f->results, options, &error), PLIM_OK);
}

Test(report, a_full_device_is_an_error)
{
	fixture *f = fixture_make();
	plim_error error;
	for (int format = PLIM_REPORT_TEXT; format <= PLIM_REPORT_JSON; format++) {
		FILE *file = fopen("/dev/full", "w");
		plim_report_options options = {.format = (plim_report_format)format};
		cr_assert_eq(plim_report_write(&f->results, &options, file, &error), PLIM_ERROR_IO);
		must_hold(error.text, "No space left");
		fclose(file);
	}
}

Test(report, every_table_has_a_header)
{
	fixture *f = fixture_make();
	static const char *const tables[] = {"percentiles", "tvar",  "curves",  "moments", "tail",
	                                     "tolerance",   "worst", "clauses", "check"};
	for (size_t i = 0; i < COUNT(tables); i++) {
		char *csv = report(&f->results, PLIM_REPORT_CSV, tables[i], NULL);
		cr_assert_eq(strncmp(csv, "scenario,", 9), 0, "%s", tables[i]);
		free(csv);
	}
	char *csv = report(&f->results, PLIM_REPORT_CSV, "moments", "parking");
	cr_assert_null(strstr(csv, "today"));
	must_hold(csv, "\nparking,");
	free(csv);
}

Test(report, a_contradiction_is_said_on_top)
{
	fixture *f = fixture_make();
	char quiet[] = "", why[] = "because";
	plim_check_row rows[] = {
	    {.quantity = PLIM_CHECK_EVENTS, .at = NAN, .observed = 90, .expected = 100, .p_value = 0.3, .remark = quiet},
	    {.quantity = PLIM_CHECK_ABOVE, .at = 7, .observed = 9, .expected = 200, .p_value = 1e-30, .remark = quiet},
	    {.quantity = PLIM_CHECK_NONE, .at = NAN, .observed = NAN, .expected = NAN, .p_value = NAN, .remark = why},
	};
	f->results.check = rows;
	f->results.checks = COUNT(rows);
	char *text = report(&f->results, PLIM_REPORT_MARKDOWN, NULL, NULL);
	cr_assert_null(strstr(text, "Do not use these figures"));
	must_hold(text, "none contradicts");
	free(text);
	rows[1].loud = true;
	text = report(&f->results, PLIM_REPORT_MARKDOWN, NULL, NULL);
	must_hold(text, "Do not use these figures: 1 of 2 tests");
	must_hold(text, "CONTRADICTION");
	cr_assert_lt(strstr(text, "Do not use"), strstr(text, "Method"));
	free(text);
	char *csv = report(&f->results, PLIM_REPORT_CSV, "check", NULL);
	must_hold(csv, "trials at or above,7,9,200,");
	must_hold(csv, ",true,");
	must_hold(csv, "because");
	free(csv);
	f->results.check = NULL;
	f->results.checks = 0;
}

Test(report, a_decimal_comma_of_the_host_changes_nothing)
{
	fixture *f = fixture_make();
	f->moments[0].mean = 12.345;
	f->moments[0].events_per_trial = 0.03125;
	char *before[4], *after;
	for (int format = PLIM_REPORT_TEXT; format <= PLIM_REPORT_JSON; format++)
		before[format] = report(&f->results, (plim_report_format)format, NULL, NULL);
	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		cr_skip_test("no locale with a decimal comma here");
	for (int format = PLIM_REPORT_TEXT; format <= PLIM_REPORT_JSON; format++) {
		after = report(&f->results, (plim_report_format)format, NULL, NULL);
		cr_assert_str_eq(before[format], after);
		free(before[format]);
		free(after);
	}
}
