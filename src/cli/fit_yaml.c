/* SPDX-License-Identifier: Apache-2.0 */
/* Fits as a model: numbers are written once, with the digits that the law chosen was built and checked with. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/text.h"
#include "cli/fit_print.h"
#include "cli/print_table.h"
#include "report/escape.h"

static void put(FILE *file, double value)
{
	char text[40];
	plim_text_digits(text, sizeof text, value, 9);
	fputs(text, file);
}

static void put_short(FILE *file, double value)
{
	char text[40];
	plim_text_digits(text, sizeof text, value, 4);
	fputs(text, file);
}

static void put_range(FILE *file, double lower, double upper)
{
	fputs("  # 95 %: ", file);
	put_short(file, lower);
	fputs(" to ", file);
	put_short(file, upper);
	fputc('\n', file);
}

/* Attempts a year at one place, and their law. */
static void put_frequency(const plim_fit_page *page, const plim_fit_threat *t, FILE *file)
{
	bool up = page->options->ground_up && t->loss.chosen >= 0;
	double share = (up ? t->loss.above : 1) * (double)t->places;
	fputs("    frequency: ", file);
	if (t->has_belief) {
		fputs("{poisson: {rate: {gamma: {shape: ", file);
		put(file, t->posterior.shape);
		fputs(", scale: ", file);
		put(file, 1 / t->posterior.years / (up ? t->loss.above : 1));
		fputs("}}}}", file);
		put_range(file, plim_gamma_belief_quantile(t->posterior, 0.025) / (up ? t->loss.above : 1),
		          plim_gamma_belief_quantile(t->posterior, 0.975) / (up ? t->loss.above : 1));
	} else if (t->negative_binomial) {
		fputs("{negative_binomial: {mean: ", file);
		put(file, t->count.mean / share);
		fputs(", dispersion: ", file);
		put(file, t->count.dispersion * (double)t->places);
		fputs("}}", file);
		put_range(file, t->count.mean_lower / share, t->count.mean_upper / share);
	} else {
		fputs("{poisson: {rate: ", file);
		put(file, t->count.rate / share);
		fputs("}}", file);
		put_range(file, t->count.rate_lower / share, t->count.rate_upper / share);
	}
}

static void put_law(FILE *file, const plim_amount *law)
{
	fprintf(file, "{%s: {", plim_family_name(law->family));
	for (size_t i = 0; i < law->given_count; i++) {
		fprintf(file, "%s%s: ", i ? ", " : "", law->given[i].name);
		put(file, law->given[i].value);
	}
	fputs("}}", file);
}

/* Rows with a value of 0 keep their share. */
static void put_severity(const plim_fit_severity *s, const char *key, FILE *file)
{
	if (s->chosen < 0) {
		if (s->known || s->zero)
			fprintf(file, "    # %s: no law could be fitted to %zu values above 0\n", key, s->known);
		return;
	}
	const plim_fit_amount *fit = &s->fit[s->chosen];
	fprintf(file, "    # %zu values", fit->parameters ? s->known + s->bounded : s->known);
	for (size_t k = 0; k < fit->parameters; k++) {
		fprintf(file, "%s %s ", k ? "," : "; 95 %:", plim_fit_parameter_name(fit->family, k));
		put_short(file, fit->lower[k]);
		fputs(" to ", file);
		put_short(file, fit->upper[k]);
	}
	fprintf(file, "\n    %s: ", key);
	if (s->zero)
		fprintf(file, "{mixture: {weights: [%zu, %zu], of: [{fixed: {value: 0}}, ", s->zero, s->known + s->bounded);
	put_law(file, &s->law);
	fputs(s->zero ? "]}}\n" : "\n", file);
}

static void put_believed_loss(const plim_fit_threat *t, FILE *file)
{
	fputs("    # the belief, brought up to date: a lognormal law with the 5 and 95 % quantiles of the next loss\n    "
	      "loss: ",
	      file);
	if (t->loss.zero)
		fprintf(file, "{mixture: {weights: [%zu, %zu], of: [{fixed: {value: 0}}, ", t->loss.zero, t->loss.known);
	fputs("{lognormal: {p5: ", file);
	put(file, plim_lognormal_belief_quantile(t->loss_posterior, 0.05));
	fputs(", p95: ", file);
	put(file, plim_lognormal_belief_quantile(t->loss_posterior, 0.95));
	fputs(t->loss.zero ? "}}]}}\n" : "}}\n", file);
}

/* An outage strikes places: those that the log names, or one that stands for them. */
static bool strikes_places(const plim_fit_threat *t)
{
	return t->outage.chosen >= 0;
}

static void put_where(const plim_fit_threat *t, FILE *file, bool *good)
{
	fputs("    where: {nodes: {id: [", file);
	for (size_t i = 0; i < t->place_count; i++) {
		fputs(i ? ", " : "", file);
		plim_print_json_string(file, t->place[i], good);
	}
	fputs(t->place_count ? "]}}\n" : "place]}}\n", file);
}

static bool is_listed(const plim_fit_report *report, size_t before, const char *name)
{
	for (size_t i = 0; i < before; i++)
		for (size_t k = 0; strikes_places(&report->threat[i]) && k < report->threat[i].place_count; k++)
			if (strcmp(report->threat[i].place[k], name) == 0)
				return true;
	return false;
}

/* The nodes that outages strike: each once, without any links. */
static void put_nodes(const plim_fit_report *report, FILE *file, bool *good)
{
	bool any = false, nameless = false;
	for (size_t i = 0; i < report->threats; i++) {
		const plim_fit_threat *t = &report->threat[i];
		for (size_t k = 0; strikes_places(t) && k < t->place_count; k++) {
			if (is_listed(report, i, t->place[k]))
				continue;
			fputs(any ? "" : "nodes:\n", file);
			any = true;
			fputs("  - {id: ", file);
			plim_print_json_string(file, t->place[k], good);
			fputs("}\n", file);
		}
		nameless |= strikes_places(t) && !t->place_count;
	}
	if (nameless && !is_listed(report, report->threats, "place"))
		fprintf(file, "%s  - {id: place}\n", any ? "" : "nodes:\n");
}

static void put_threat(const plim_fit_page *page, const plim_fit_threat *t, FILE *file, bool *good)
{
	fputs("  - id: ", file);
	plim_print_json_string(file, t->id, good);
	fprintf(file, "\n    # %" PRIu64 " event%s, %" PRIu64 " near miss%s, %" PRIu64 " place%s\n", t->events,
	        t->events == 1 ? "" : "s", t->near_misses, t->near_misses == 1 ? "" : "es", t->places,
	        t->places == 1 ? "" : "s");
	if (strikes_places(t))
		put_where(t, file, good);
	put_frequency(page, t, file);
	if (t->near_misses) {
		fputs("    vulnerability: {beta: {alpha: ", file);
		put(file, (double)t->events + 0.5);
		fputs(", beta: ", file);
		put(file, (double)t->near_misses + 0.5);
		fputs(", min: 0, max: 1}}  # share of attempts that succeed, after Jeffreys\n", file);
	}
	if (t->has_loss_belief)
		put_believed_loss(t, file);
	else
		put_severity(&t->loss, "loss", file);
	put_severity(&t->outage, "outage_days", file);
}

/* A threat without losses and outages is none for a model: it stays a comment. */
static void put_remark(const plim_fit_page *page, const plim_fit_threat *t, FILE *file, bool *good)
{
	fputs("  # ", file);
	plim_print_json_string(file, t->id, good);
	fputs(" is left out, no loss or outage could be fitted; add one to:\n  #", file);
	put_frequency(page, t, file);
}

bool plim_fit_print_yaml(const plim_fit_page *page, FILE *file)
{
	const plim_fit_report *report = page->report;
	char from[PLIM_DATE_SIZE], to[PLIM_DATE_SIZE];
	bool good = true;
	plim_date_text(from, report->from);
	plim_date_text(to, report->to);
	plim_text name = {0};
	plim_text_add(&name, "Fit of ");
	plim_escape_plain(&name, page->log);
	fprintf(file, "# Fitted by maximum likelihood to the incidents from %s to %s.\n", from, to);
	if (page->options->deductible > 0 || page->options->threshold > 0)
		fprintf(file,
		        page->options->ground_up
		            ? "# From 0 on: what lies below the threshold of the log is the law's word, nobody has seen it.\n"
		            : "# Incidents above the threshold of the log only, in number and in loss.\n");
	fputs("plimsoll: 1\nname: ", file);
	plim_print_json_string(file, name.data, &good);
	fprintf(file, "\ncurrency: %s\n", page->currency);
	put_nodes(report, file, &good);
	fputs("threats:\n", file);
	for (size_t i = 0; i < report->threats; i++)
		if (plim_fit_is_whole(&report->threat[i]))
			put_threat(page, &report->threat[i], file, &good);
		else
			put_remark(page, &report->threat[i], file, &good);
	good = good && !name.failed;
	plim_text_free(&name);
	return good;
}
