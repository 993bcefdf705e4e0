/* SPDX-License-Identifier: Apache-2.0 */
#include "report/report.h"

#include <errno.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "report/build.h"
#include "report/escape.h"
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
	size_t count;
	const plim_data *data = plim_data_all(&count);
	plim_text known = {0};
	for (size_t i = 0; i < count; i++) {
		plim_text_add(&known, " ");
		plim_text_add(&known, data[i].name);
	}
	plim_status status = plim_error_set(error, PLIM_ERROR_USAGE, "there is no table '%s'; there are:%s", name,
	                                    known.data ? known.data : "");
	plim_text_free(&known);
	return status;
}

static void build_scenario(const plim_lookup *lookup, uint32_t scenario, plim_page *page)
{
	const plim_result_scenario *s = &lookup->results->scenario[scenario];
	bool titled = s->title && *s->title;
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
		if (lookup->results->perspectives <= 1)
			plim_build_tolerance(&seen, scenario, page);
		plim_build_curve(&seen, scenario, page);
		plim_build_clauses(&seen, scenario, page);
		plim_build_groups(&seen, scenario, page);
		plim_build_tail(&seen, scenario, page);
	}
	plim_build_worst(&borne, scenario, page);
}

static void build_page(const plim_data_source *source, plim_page *page)
{
	const plim_results *r = source->results;
	plim_build_header(r, page);
	plim_build_method(r, page);
	if (source->scenario < 0)
		for (uint32_t p = 0; p == 0 || p < r->perspectives; p++) {
			plim_lookup seen = plim_lookup_from(source->lookup, (plim_perspective)p);
			plim_build_comparison(&seen, page);
		}
	for (uint32_t s = 0; s < r->scenarios; s++)
		if (source->scenario < 0 || (uint32_t)source->scenario == s)
			build_scenario(source->lookup, s, page);
	plim_build_assumptions(r, page);
	plim_build_provenance(r, page);
}

static bool write_page(const plim_data_source *source, plim_report_format format, FILE *file)
{
	plim_page page = {0};
	build_page(source, &page);
	bool good = !page.failed;
	for (size_t i = 0; i < page.parts; i++)
		good &= !page.part[i].table.failed;
	if (good)
		good = format == PLIM_REPORT_TEXT ? plim_write_text(&page, file) : plim_write_markdown(&page, file);
	plim_page_clear(&page);
	return good;
}

static bool write_format(const plim_data_source *source, const plim_report_options *options, const plim_data *data,
                         FILE *file)
{
	switch (options->format) {
	case PLIM_REPORT_CSV: return plim_write_csv(source, data, file);
	case PLIM_REPORT_JSON: return plim_write_json(source, file);
	case PLIM_REPORT_TEXT:
	case PLIM_REPORT_MARKDOWN: break;
	}
	return write_page(source, options->format, file);
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

	plim_lookup lookup = {0};
	plim_status status = plim_lookup_build(&lookup, results, error);
	if (status != PLIM_OK)
		return status;
	plim_data_source source = {results, &lookup, scenario};
	errno = 0;
	if (!write_format(&source, options, data, file))
		status = plim_error_memory(error, "the report");
	else if (fflush(file) || ferror(file))
		status = plim_error_set(error, PLIM_ERROR_IO, "the report cannot be written: %s",
		                        errno ? strerror(errno) : "write error");
	plim_lookup_clear(&lookup);
	return status;
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
