/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "report/build.h"
#include "report/build_portfolio.h"
#include "report/build_tornado.h"
#include "report/data_manage.h"
#include "report/escape.h"
#include "report/workbook.h"
#include "report/write.h"

plim_report_options plim_report_options_default(void)
{
	return (plim_report_options){.format = PLIM_REPORT_TEXT};
}

plim_status plim_report_format_parse(const char *name, plim_report_format *format, plim_error *error)
{
#define X(value, text)                                                                                                 \
	if (strcmp(name, text) == 0) {                                                                                     \
		*format = PLIM_REPORT_##value;                                                                                 \
		return PLIM_OK;                                                                                                \
	}
	PLIM_REPORT_FORMAT_LIST(X)
#undef X
#define X(value, text) " " text
	return plim_error_set(error, PLIM_ERROR_USAGE,
	                      "there is no report format '%s'; there are:" PLIM_REPORT_FORMAT_LIST(X), name);
#undef X
}

static int32_t find_scenario(const plim_results *r, const char *id)
{
	for (size_t i = 0; i < r->scenarios; i++)
		if (strcmp(r->scenario[i].id, id) == 0)
			return (int32_t)i;
	return -1;
}

static plim_status no_scenario(const plim_results *r, const char *id, plim_error *error)
{
	plim_text known = {0};
	for (size_t i = 0; i < r->scenarios && i < 20; i++) {
		plim_text_add(&known, i ? ", " : "");
		plim_escape_plain(&known, r->scenario[i].id);
	}
	plim_status status = plim_error_set(error, PLIM_ERROR_USAGE, "these results hold no scenario '%s'; they hold: %s",
	                                    id, known.data ? known.data : "none");
	plim_text_free(&known);
	return status;
}

static plim_status no_table(const char *name, plim_error *error)
{
	const plim_data *data;
	plim_text known = {0};
	for (size_t i = 0; (data = plim_data_at(i)); i++) {
		plim_text_add(&known, " ");
		plim_text_add(&known, data->name);
	}
	plim_status status = plim_error_set(error, PLIM_ERROR_USAGE, "there is no table '%s'; there are:%s", name,
	                                    known.data ? known.data : "");
	plim_text_free(&known);
	return status;
}

static void build_scenario(const plim_data_source *source, uint32_t scenario, plim_page *page)
{
	const plim_lookup *lookup = source->lookup;
	const plim_result_scenario *s = &source->results->scenario[scenario];
	bool titled = s->title && *s->title;
	page->own = scenario + 1;
	plim_page_heading(page, 2, "Scenario %s%s%s", s->id, titled ? ": " : "", titled ? s->title : "");
	plim_page_pair(page, "Controls in force", "%s", s->controls && *s->controls ? s->controls : "none");
	plim_lookup borne = plim_lookup_from(lookup, plim_lookup_borne(lookup));
	if (lookup->results->perspectives > 1) {
		plim_build_perspectives(lookup, scenario, page);
		plim_build_tolerance(&borne, scenario, page);
	}
	for (uint32_t p = 0; p == 0 || p < lookup->results->perspectives; p++) {
		plim_lookup seen = plim_lookup_from(lookup, (plim_perspective)p);
		plim_build_total(&seen, scenario, page);
		plim_build_years(&seen, scenario, page);
		if (lookup->results->perspectives <= 1)
			plim_build_tolerance(&seen, scenario, page);
		plim_build_curve(&seen, scenario, page);
		plim_build_worlds(&seen, scenario, page);
		if (p == 0)
			plim_build_check(lookup, scenario, page);
		plim_build_clauses(&seen, scenario, page);
		if (p == 0) {
			plim_build_standard(source, scenario, page);
			plim_build_heat(source, scenario, page);
			if (page->rich)
				plim_build_place_heat(source, scenario, page);
		}
		plim_build_groups(&seen, scenario, page);
		plim_build_tail(&seen, scenario, page);
	}
	plim_build_worst(&borne, scenario, page);
	page->own = 0;
}

/* Everything, in the order of a reader who stops somewhere. */
static void build_page(const plim_data_source *source, plim_page *page)
{
	const plim_results *r = source->results;
	plim_build_title(r, page);
	plim_build_alarm(r, page);
	plim_build_summary(source, page);
	plim_build_header(r, page);
	plim_build_policy(source, page);
	if (source->scenario < 0)
		for (uint32_t p = 0; p == 0 || p < r->perspectives; p++) {
			plim_lookup seen = plim_lookup_from(source->lookup, (plim_perspective)p);
			plim_build_comparison(&seen, page);
		}
	if (page->rich)
		plim_build_exceedance(source, page);
	for (uint32_t s = 0; s < r->scenarios; s++)
		if (plim_data_wanted(source, s))
			build_scenario(source, s, page);
	if (page->rich && r->scenarios)
		plim_build_network(source, source->scenario < 0 ? 0 : (uint32_t)source->scenario, page);
	plim_build_risks(source, page);
	if (source->tornado)
		plim_build_tornado(source->tornado, page);
	plim_build_controls(source, page);
	if (source->portfolio)
		plim_build_portfolio(source->portfolio, page);
	plim_build_managed(source, page);
	plim_build_maturity(source, page);
	plim_build_assumptions(source, page);
	plim_build_method(r, page);
	plim_build_provenance(r, page);
}

static bool write_page(const plim_data_source *source, plim_report_format format, FILE *file)
{
	plim_page page = {.rich = format == PLIM_REPORT_HTML, .narrow = format == PLIM_REPORT_TEXT};
	build_page(source, &page);
	bool good = !page.failed;
	for (size_t i = 0; i < page.parts; i++)
		good &= !page.part[i].table.failed;
	if (good && format == PLIM_REPORT_HTML)
		good = plim_write_html(source->results, &page, file);
	else if (good)
		good = format == PLIM_REPORT_TEXT ? plim_write_text(&page, file) : plim_write_markdown(&page, file);
	plim_page_clear(&page);
	return good;
}

/* Places that a workbook shows: a table of all of them is for programs, and csv has it. */
#define MOST_PLACES 100

/* Flags by group: all but nodes, links and bearers that are not among the first of any scenario. NULL when memory is
 * short; *left_out is set when there are such. */
static bool *choose_groups(const plim_data_source *source, bool *left_out)
{
	static const plim_group_kind kinds[] = {PLIM_GROUP_NODE, PLIM_GROUP_LINK, PLIM_GROUP_BEARER};
	const plim_results *r = source->results;
	bool *shown = plim_mem_alloc(r->groups + 1, sizeof *shown);
	for (size_t g = 0; shown && g < r->groups; g++)
		shown[g] = r->group[g].kind != PLIM_GROUP_NODE && r->group[g].kind != PLIM_GROUP_LINK &&
		           r->group[g].kind != PLIM_GROUP_BEARER;
	for (size_t k = 0; shown && k < 3 * r->scenarios; k++) {
		uint32_t *ranked = NULL;
		size_t count = 0, zero = 0;
		if (!plim_lookup_ranked(source->lookup, (uint32_t)(k / 3), kinds[k % 3], &ranked, &count, &zero)) {
			plim_mem_free(shown);
			return NULL;
		}
		for (size_t i = 0; i < count && i < MOST_PLACES; i++)
			shown[ranked[i]] = true;
		plim_mem_free(ranked);
	}
	for (size_t g = 0; shown && g < r->groups; g++)
		*left_out |= !shown[g];
	return shown;
}

/* What stands in the workbook before the tables. */
static plim_status write_workbook(const plim_data_source *all, FILE *file, plim_error *error)
{
	bool left_out = false;
	bool *shown = choose_groups(all, &left_out);
	if (!shown)
		return plim_error_memory(error, "the workbook");
	plim_data_source chosen = *all, *source = &chosen;
	chosen.shown = shown;
	plim_page front = {.rich = true, .narrow = true}, curves = {.rich = true};
	plim_build_title(source->results, &front);
	plim_build_summary(source, &front);
	plim_page_heading(&front, 2, "Tables");
	plim_page_paragraph(&front,
	                    "The next sheets are the tables of the report, with the column names of its csv. Of the "
	                    "worst trials the first %u are here%s; csv has all.",
	                    PLIM_DATA_WORST_SHOWN,
	                    left_out ? ", of nodes, links and bearers the 100 with the largest means of each scenario"
	                             : "");
	plim_build_header(source->results, &front);
	plim_build_maturity(source, &front);
	plim_build_method(source->results, &front);
	plim_build_provenance(source->results, &front);
	plim_build_exceedance(source, &curves);
	plim_status status = front.failed || curves.failed ? plim_error_memory(error, "the workbook")
	                                                   : plim_workbook_write(source, &front, &curves, file, error);
	plim_page_clear(&front);
	plim_page_clear(&curves);
	plim_mem_free(shown);
	return status;
}

static bool write_format(const plim_data_source *source, const plim_report_options *options, const plim_data *data,
                         FILE *file)
{
	switch (options->format) {
	case PLIM_REPORT_CSV: return plim_write_csv(source, data, file);
	case PLIM_REPORT_JSON: return plim_write_json(source, file);
	case PLIM_REPORT_TEXT:
	case PLIM_REPORT_HTML:
	case PLIM_REPORT_XLSX:
	case PLIM_REPORT_MARKDOWN: break;
	}
	return write_page(source, options->format, file);
}

/* A name that ends in .csv is a table of the user's own. */
static plim_status find_standard(const plim_results *r, const char *name, int *standard, plim_correspondence *own,
                                 plim_error *error)
{
	size_t length = name ? strlen(name) : 0;
	if (!name)
		return PLIM_OK;
	if (length > 4 && strcmp(name + length - 4, ".csv") == 0)
		return plim_correspondence_load(name, r->edition, own, error);
	return plim_standard_parse(name, standard, error);
}

static bool needs_model(const plim_report_options *options, const plim_data *data)
{
	return options->format != PLIM_REPORT_CSV || data == &plim_data_risks || data == &plim_data_controls ||
	       data == &plim_data_policy || data == &plim_data_actions || data == &plim_data_legal ||
	       data == &plim_data_resources;
}

plim_status plim_report_write(const plim_results *results, const plim_report_options *options, FILE *file,
                              plim_error *error)
{
	const plim_data *data = plim_data_find(options->table ? options->table : "clauses");
	if (options->table && options->format != PLIM_REPORT_CSV)
		return plim_error_set(error, PLIM_ERROR_USAGE, "a single table can be had as csv only: ask for --format csv");
	if (!data)
		return no_table(options->table, error);
	int32_t scenario = options->scenario ? find_scenario(results, options->scenario) : -1;
	if (options->scenario && scenario < 0)
		return no_scenario(results, options->scenario, error);

	if (data == &plim_data_ord_plt && !results->ylt)
		return plim_error_set(error, PLIM_ERROR_USAGE, "these results keep no year-loss table; run with --ylt yes");
	int standard = -1;
	plim_correspondence own = {0};
	plim_status status = find_standard(results, options->standard, &standard, &own, error);
	if (status != PLIM_OK)
		return status;
	plim_lookup lookup = {0};
	status = plim_lookup_build(&lookup, results, error);
	if (status != PLIM_OK) {
		plim_correspondence_clear(&own);
		return status;
	}
	plim_sheet_file portfolio = {0}, tornado = {0};
	if (options->portfolio)
		status = plim_portfolio_file_read(options->portfolio, results, &portfolio, error);
	if (status == PLIM_OK && options->tornado)
		status = plim_tornado_file_read(options->tornado, results, &tornado, error);
	if (status != PLIM_OK) {
		plim_sheet_file_clear(&portfolio);
		plim_sheet_file_clear(&tornado);
		plim_lookup_clear(&lookup);
		plim_correspondence_clear(&own);
		return status;
	}
	/* Files of strangers, or of a version that knew more keys, may hold a model that cannot be read: the figures stand
	 * without it. */
	plim_model *model = NULL;
	plim_error unread;
	if (needs_model(options, data))
		plim_model_read_kept(results->model_text, results->model_texts, &model, &unread);
	plim_data_source source = {.results = results,
	                           .lookup = &lookup,
	                           .scenario = scenario,
	                           .model = model,
	                           .today = options->today,
	                           .standard = standard,
	                           .own_name = options->standard,
	                           .own = own.row ? &own : NULL,
	                           .portfolio = options->portfolio ? &portfolio : NULL,
	                           .tornado = options->tornado ? &tornado : NULL};
	errno = 0;
	if (options->format == PLIM_REPORT_XLSX)
		status = write_workbook(&source, file, error);
	else if (!write_format(&source, options, data, file))
		status = plim_error_memory(error, "the report");
	if (status == PLIM_OK && (fflush(file) || ferror(file)))
		status = plim_error_set(error, PLIM_ERROR_IO, "the report cannot be written: %s",
		                        errno ? strerror(errno) : "write error");
	plim_model_free(&model);
	plim_sheet_file_clear(&portfolio);
	plim_sheet_file_clear(&tornado);
	plim_correspondence_clear(&own);
	plim_lookup_clear(&lookup);
	return status;
}

bool plim_report_needs_ylt(const char *table)
{
	return table && plim_data_find(table) == &plim_data_ord_plt;
}

bool plim_report_tolerance_met(const plim_results *r, const char *scenario, size_t *broken)
{
	int32_t only = scenario ? find_scenario(r, scenario) : -1;
	size_t count = 0;
	for (size_t i = 0; i < r->tolerances; i++)
		if (!r->tolerance[i].met && (only < 0 || r->tolerance[i].scenario == (uint32_t)only))
			count++;
	if (broken)
		*broken = count;
	return count == 0;
}
