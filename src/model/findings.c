/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/memory.h"
#include "model/finding.h"

static void clear_finding(plim_finding *finding)
{
	plim_mem_free(finding->file);
	plim_mem_free(finding->text);
	plim_mem_free(finding->excerpt);
}

void plim_findings_clear(plim_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		clear_finding(&findings->item[i]);
	plim_mem_free(findings->item);
	*findings = (plim_findings){0};
}

static bool is_full(const plim_findings *findings, plim_finding_level level)
{
	size_t kept = 0;
	for (size_t i = 0; i < findings->count; i++)
		kept += findings->item[i].level == level;
	return kept >= PLIM_FINDINGS_KEPT;
}

/* An alias, or a value asked for twice, must not be reported twice. */
static bool is_known(const plim_findings *findings, plim_finding_level level, const char *file, int line, int col,
                     const char *text)
{
	for (size_t i = 0; i < findings->count; i++) {
		const plim_finding *known = &findings->item[i];
		if (known->level == level && known->line == line && known->col == col && strcmp(known->text, text) == 0 &&
		    strcmp(known->file, file) == 0)
			return true;
	}
	return false;
}

bool plim_findings_add(plim_findings *findings, plim_finding_level level, const char *file, int line, int col,
                       const char *excerpt, const char *text)
{
	if (is_known(findings, level, file, line, col, text))
		return true;
	if (level == PLIM_FINDING_ERROR)
		findings->errors++;
	if (is_full(findings, level))
		return true;
	plim_finding finding = {level, plim_mem_string(file), line, col, plim_mem_string(text), plim_mem_string(excerpt)};
	if (!finding.file || !finding.text || !finding.excerpt ||
	    plim_mem_grow((void **)&findings->item, &findings->capacity, findings->count + 1, sizeof finding)) {
		clear_finding(&finding);
		return false;
	}
	findings->item[findings->count++] = finding;
	return true;
}

static int compare(const plim_finding *a, const plim_finding *b)
{
	int order = strcmp(a->file, b->file);
	if (order)
		return order;
	return a->line != b->line ? a->line - b->line : a->col - b->col;
}

void plim_findings_sort(plim_findings *findings, size_t first)
{
	/* at most 300 of them: insertion keeps equal ones in order */
	for (size_t i = first + 1; i < findings->count; i++) {
		plim_finding moved = findings->item[i];
		size_t at = i;
		for (; at > first && compare(&findings->item[at - 1], &moved) > 0; at--)
			findings->item[at] = findings->item[at - 1];
		findings->item[at] = moved;
	}
}
