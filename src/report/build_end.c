/* SPDX-License-Identifier: Apache-2.0 */
#include "report/build.h"

#include "base/text.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const char *stated(const char *text)
{
	return text && *text ? text : "(not stated)";
}

void plim_build_assumptions(const plim_results *r, plim_page *page)
{
	plim_page_heading(page, 2, "Assumptions and limitations");
	if (!r->assumptions)
		plim_page_paragraph(page, "The model states none.");
	for (size_t i = 0; i < r->assumptions; i++) {
		const plim_result_assumption *a = &r->assumption[i];
		plim_page_pair(page, stated(a->id), "%s. Source: %s; confidence: %s; owner: %s; date: %s; limitation: %s",
		               stated(a->text), stated(a->source), stated(a->confidence), stated(a->owner), stated(a->date),
		               stated(a->limitation));
	}
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
