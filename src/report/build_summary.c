/* SPDX-License-Identifier: Apache-2.0 */
/* The first page: what the run found, in plain words, and what would make the next one better. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "report/build.h"

/* "EUR 1,657,138" */
typedef struct amount {
	char text[56];
} amount;

static amount money(const plim_results *r, double value)
{
	char shown[40];
	amount out;
	plim_figure_show(shown, value, PLIM_FIGURE_MONEY);
	snprintf(out.text, sizeof out.text, "%.3s %s", r->currency ? r->currency : "", shown);
	return out;
}

static amount share(double part, double whole)
{
	amount out;
	char shown[40];
	plim_figure_show(shown, whole > 0 ? part / whole : NAN, PLIM_FIGURE_SHARE);
	snprintf(out.text, sizeof out.text, "%s", shown);
	return out;
}

static const char *span(const plim_results *r)
{
	return r->horizon_years == 1 ? "year" : "period";
}

static const char *shown_name(const plim_group *group)
{
	return group->title && *group->title ? group->title : group->name;
}

/* The mean of the total as its law gives it; NAN where that is not known. */
static double exact_mean(const plim_lookup *lookup, uint32_t s)
{
	const plim_results *r = lookup->results;
	for (size_t i = 0; i < r->checks; i++) {
		const plim_check_row *row = &r->check[i];
		if (row->quantity == PLIM_CHECK_MEAN && row->scenario == s && (int32_t)row->group == (int32_t)lookup->total &&
		    isfinite(row->expected))
			return row->expected;
	}
	return NAN;
}

static void add_losses(const plim_lookup *lookup, uint32_t s, plim_page *page)
{
	const plim_results *r = lookup->results;
	uint32_t total = (uint32_t)lookup->total;
	const plim_moments_row *row = plim_lookup_moments(lookup, s, total, PLIM_MEASURE_AEP);
	double exact = exact_mean(lookup, s);
	if (row && isfinite(row->mean) && !isnan(exact))
		plim_page_item(page, "Averaged over all simulated %ss, losses come to %s a %s; the model's exact mean is %s.",
		               span(r), money(r, row->mean).text, span(r), money(r, exact).text);
	else if (row && isfinite(row->mean))
		plim_page_item(page, "Averaged over all simulated %ss, losses come to %s a %s.", span(r),
		               money(r, row->mean).text, span(r));
	else if (row)
		plim_page_item(page, "The average loss of a %s is infinite in the model: at least one loss has no finite mean.",
		               span(r));
	static const struct {
		double p;
		const char *words;
	} lines[] = {{0.5, "one in two"}, {0.9, "one in ten"}, {0.99, "one in a hundred"}, {0.995, "one in two hundred"}};
	for (size_t i = 0; i < sizeof lines / sizeof *lines; i++) {
		const plim_percentile_row *p = plim_lookup_percentile(lookup, s, total, PLIM_MEASURE_AEP, lines[i].p);
		if (p && p->value > 0) /* that some pass without loss is said below */
			plim_page_item(page, "In %s %ss they are above %s (the simulation puts this figure between %s and %s).",
			               lines[i].words, span(r), money(r, p->value).text, money(r, p->lower).text,
			               money(r, p->upper).text);
	}
	if (row && row->p_zero > 0)
		plim_page_item(page, "%s of simulated %ss pass without any loss.", share(row->p_zero, 1).text, span(r));
}

/* What insurance leaves. */
static void add_borne(const plim_lookup *lookup, uint32_t s, plim_page *page)
{
	const plim_results *r = lookup->results;
	if (r->perspectives < 2)
		return;
	plim_lookup net = plim_lookup_from(lookup, PLIM_PERSPECTIVE_NET);
	const plim_percentile_row *p99 = plim_lookup_percentile(&net, s, (uint32_t)net.total, PLIM_MEASURE_AEP, 0.99);
	double mean = plim_lookup_mean(&net, s, (uint32_t)net.total);
	if (isfinite(mean) && p99)
		plim_page_item(page,
		               "After insurance the firm itself bears %s a %s on average, and in one in a hundred %ss more "
		               "than %s; premiums are not in these figures.",
		               money(r, mean).text, span(r), span(r), money(r, p99->value).text);
}

static void add_largest(const plim_lookup *lookup, uint32_t s, plim_page *page)
{
	const plim_results *r = lookup->results;
	double total = plim_lookup_mean(lookup, s, (uint32_t)lookup->total);
	size_t shown = 0;
	plim_text text = {0};
	for (size_t i = 0; i < lookup->threats && shown < 3; i++, shown++) {
		uint32_t group = lookup->threat[s * lookup->threats + i];
		double mean = plim_lookup_mean(lookup, s, group);
		if (!(mean > 0) || !isfinite(total))
			break;
		plim_text_add_format(&text, "%s\"%s\" (%s)", shown ? ", " : "", shown_name(&r->group[group]),
		                     share(mean, total).text);
	}
	if (text.failed)
		page->failed = true;
	else if (shown)
		plim_page_item(page, "The largest parts of the average come from %s.", text.data);
	plim_text_free(&text);
}

static void add_tolerance(const plim_results *r, uint32_t s, plim_page *page)
{
	size_t lines = 0, broken = 0;
	for (size_t i = 0; i < r->tolerances; i++) {
		lines += r->tolerance[i].scenario == s;
		broken += r->tolerance[i].scenario == s && !r->tolerance[i].met;
	}
	if (!lines)
		plim_page_item(page, "The policy states no tolerance, so nothing says whether this is too much.");
	else if (broken)
		plim_page_notice(page, "The tolerance of the policy is broken in %zu of %zu line%s.", broken, lines,
		                 lines == 1 ? "" : "s");
	else
		plim_page_item(page, "The tolerance of the policy is met in all %zu line%s.", lines, lines == 1 ? "" : "s");
}

static void add_others(const plim_lookup *lookup, uint32_t s, plim_page *page)
{
	const plim_results *r = lookup->results;
	double here = plim_lookup_mean(lookup, s, (uint32_t)lookup->total);
	for (uint32_t k = 0; k < r->scenarios; k++) {
		double mean = plim_lookup_mean(lookup, k, (uint32_t)lookup->total);
		if (k == s || !isfinite(mean) || !isfinite(here))
			continue;
		const char *way = mean < here ? "lower" : mean > here ? "higher" : "no other";
		plim_page_item(page, "With scenario %s the average is %s: %s a %s, a difference of %s (%s).", r->scenario[k].id,
		               way, money(r, mean).text, span(r), money(r, fabs(mean - here)).text,
		               share(fabs(mean - here), here).text);
	}
}

void plim_build_summary(const plim_data_source *source, plim_page *page)
{
	const plim_lookup *lookup = source->lookup;
	const plim_results *r = source->results;
	uint32_t s = source->scenario < 0 ? 0 : (uint32_t)source->scenario;
	if (lookup->total < 0 || !r->scenarios)
		return;
	plim_page_heading(page, 2, "Summary");
	char trials[40];
	plim_count_show(trials, r->trials);
	plim_page_paragraph(page,
	                    "%s simulated %ss of scenario %s%s%s. All money is in %s, before insurance unless said "
	                    "otherwise.",
	                    trials, span(r), r->scenario[s].id, *r->scenario[s].title ? ": " : "", r->scenario[s].title,
	                    r->currency);
	add_losses(lookup, s, page);
	add_borne(lookup, s, page);
	add_largest(lookup, s, page);
	add_tolerance(r, s, page);
	if (source->scenario < 0)
		add_others(lookup, s, page);
	bool late = source->today && r->next_review && *r->next_review && strcmp(r->next_review, source->today) < 0;
	if (late)
		plim_page_notice(page, "The review of the policy, planned for %s, is overdue.", r->next_review);
	else if (r->next_review && *r->next_review)
		plim_page_item(page, "The policy is to be reviewed on %s.", r->next_review);
	if (r->scenarios > 1 && source->scenario < 0)
		plim_page_paragraph(page, "What controls save is an upper bound: attackers move elsewhere, and nothing here "
		                          "follows them.");
}

/* ---- maturity ---- */

typedef struct census {
	size_t bands, laws, unowned, unfounded, unknowns;
} census;

static census count_threats(const plim_model *m)
{
	census c = {0};
	for (size_t i = 0; i < m->threats; i++) {
		const plim_threat *t = &m->threat[i];
		bool band = *t->likelihood || *t->consequence;
		c.bands += band;
		c.laws += !band;
		c.unowned += !*t->owner;
		c.unfounded += !t->assumption_count;
		c.unknowns += !band && (t->vulnerability.law || t->frequency.mean.law || t->frequency.p.law);
	}
	return c;
}

static bool bears_loss(const plim_model *m)
{
	for (size_t i = 0; i < m->nodes; i++)
		if (m->node[i].margin_per_day > 0)
			return true;
	return false;
}

static void add_threat_hints(const plim_model *m, const census *c, plim_page *page)
{
	if (c->bands)
		plim_page_item(page,
		               "Replace the bands of %zu threat%s by a frequency and a loss, the largest risks first: two "
		               "quantiles of each are enough.",
		               c->bands, c->bands == 1 ? "" : "s");
	if (c->laws && !c->unknowns)
		plim_page_item(page,
		               "Say how well the numbers are known: a distribution where a number is expected carries the "
		               "doubt into the result.");
	if (c->unfounded)
		plim_page_item(page, "%zu of %zu threats name no assumption: write down where their numbers come from.",
		               c->unfounded, m->threats);
	if (c->unowned)
		plim_page_item(page, "%zu of %zu threats have no owner: `owner` names who treats them.", c->unowned,
		               m->threats);
}

static void add_model_hints(const plim_model *m, plim_page *page)
{
	if (!m->tolerances)
		plim_page_item(page, "State a tolerance in the policy, so that results can be judged against it.");
	if (!m->controls)
		plim_page_item(page, "Add the controls that are thought of, with their costs, and a scenario with them.");
	if (!m->nodes)
		plim_page_item(page, "Describe the chain (nodes and links): then an outage costs what it stops downstream.");
	else if (!bears_loss(m))
		plim_page_item(page, "No node has a `margin_per_day`: outages cost nothing until one has.");
	if (!m->insurances)
		plim_page_item(page, "Insurance is not described: all losses are read as borne by the firm.");
}

void plim_build_maturity(const plim_data_source *source, plim_page *page)
{
	const plim_model *m = source->model;
	if (!m)
		return;
	census c = count_threats(m);
	int level = c.bands == m->threats ? 1 : c.bands ? 2 : 3;
	static const char *const says[] = {"qualitative: every threat stands on bands",
	                                   "semi-quantitative: bands beside distributions",
	                                   "quantitative: every threat has a frequency and a loss"};
	plim_page_heading(page, 2, "Maturity and next steps");
	plim_page_pair(page, "Level", "%d of 3, %s (%zu of %zu threats on bands)", level, says[level - 1], c.bands,
	               m->threats);
	add_threat_hints(m, &c, page);
	add_model_hints(m, page);
	if (source->results->trials < 100000)
		plim_page_item(page, "Run more trials: below 100,000, one trial in a thousand rests on fewer than a hundred.");
}
