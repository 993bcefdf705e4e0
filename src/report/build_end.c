/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build.h"

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *stated(const char *text)
{
	return text && *text ? text : "(not stated)";
}

static const char *const limitations[] = {
    "Intervals measure how many trials were run, not how well the inputs are known.",
    "A loss that a control avoids is an upper bound: attackers move elsewhere, and nothing here follows them.",
    "Losses that the model does not name, and threats that nobody thought of, are not in the figures.",
    "Percentiles of parts do not add up to the percentile of the whole; means do.",
};

void plim_build_assumptions(const plim_data_source *source, plim_page *page)
{
	plim_page_heading(page, 2, "Assumptions and limitations");
	size_t rows = plim_data_assumptions.rows(source);
	if (!rows)
		plim_page_paragraph(page, "The model states no assumption.");
	for (size_t i = 0; !page->rich && i < rows; i++) {
		const plim_result_assumption *a = &source->results->assumption[i];
		plim_page_pair(page, stated(a->id), "%s. Source: %s; confidence: %s; owner: %s; date: %s; limitation: %s",
		               stated(a->text), stated(a->source), stated(a->confidence), stated(a->owner), stated(a->date),
		               stated(a->limitation));
	}
	if (page->rich && rows) {
		plim_table spare = {0};
		plim_table *table =
		    plim_page_table(page, &spare, plim_data_assumptions.column, plim_data_assumptions.columns, "");
		for (size_t i = 0; i < rows; i++)
			plim_data_assumptions.add(source, i, table);
	}
	plim_page_paragraph(page, "Limitations of every report of this kind:");
	for (size_t i = 0; i < COUNT(limitations); i++)
		plim_page_item(page, "%s", limitations[i]);
}

void plim_build_provenance(const plim_results *r, plim_page *page)
{
	const plim_provenance *p = &r->provenance;
	char seconds[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(seconds, sizeof seconds, p->seconds, 4);
	plim_page_heading(page, 2, "Provenance");
	plim_page_pair(page, "Version", "%s, stream %s", stated(p->version), stated(p->stream));
	plim_page_pair(page, "Command", "%s", stated(p->command));
	plim_page_pair(page, "Run", "%s to %s, %s s, %u threads, kernel %s", stated(p->started), stated(p->finished),
	               seconds, (unsigned)p->threads, stated(p->kernel));
	plim_page_pair(page, "Machine", "%s, %s, compiled with %s", stated(p->host), stated(p->cpu), stated(p->compiler));
	plim_page_pair(page, "User", "%s", stated(p->user));
	plim_page_paragraph(page, "These figures are evidence for a management system; they do not say that anything "
	                          "complies.");
}
