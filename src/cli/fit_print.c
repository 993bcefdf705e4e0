/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/fit_print.h"

#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/memory.h"
#include "cli/print_table.h"
#include "report/page.h"
#include "report/write.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define JSON_VERSION 1

static const plim_table_column columns[] = {
    {"threat", "", false},  {"component", "", false}, {"law", "", false},  {"parameter", "", false},
    {"estimate", "", true}, {"lower", "", true},      {"upper", "", true}, {"log_likelihood", "", true},
    {"aic", "", true},      {"ks", "", true},         {"ks_p", "", true},  {"ad", "", true},
    {"ad_p", "", true},     {"chosen", "", false},
};

static const plim_table_column qq_columns[] = {
    {"threat", "", false}, {"component", "", false}, {"law", "", false},
    {"rank", "", true},    {"seen", "", true},       {"quantile", "", true},
};

static const plim_table_column law_columns[] = {
    {"law", "Law", false}, {"aic", "AIC", true},   {"ks", "KS D", true},  {"ks_p", "p", true},   {"ad", "AD A2", true},
    {"ad_p", "p", true},   {"mean", "Mean", true}, {"p95", "95 %", true}, {"chosen", "", false},
};

static const plim_table_column parameter_columns[] = {
    {"law", "Law", false},    {"parameter", "Parameter", false}, {"estimate", "Estimate", true},
    {"lower", "Lower", true}, {"upper", "Upper", true},
};

static const plim_table_column count_columns[] = {
    {"law", "Law of the count", false},
    {"parameter", "Parameter", false},
    {"estimate", "Estimate", true},
    {"lower", "Lower", true},
    {"upper", "Upper", true},
    {"aic", "AIC", true},
    {"chosen", "", false},
};

/* ---- for programs ---- */

/* What ends a row: the figures of a law, the same for each of its parameters. */
static void end_row(plim_table *table, double log_likelihood, double aic, const plim_fit_amount *fit, bool chosen)
{
	plim_table_number_or_none(table, log_likelihood, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, aic, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, fit ? fit->ks : NAN, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, fit ? fit->ks_p : NAN, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, fit ? fit->ad : NAN, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, fit ? fit->ad_p : NAN, PLIM_FIGURE_PLAIN);
	plim_table_bool(table, chosen);
}

static void begin_row(plim_table *table, const char *threat, const char *component, const char *law,
                      const char *parameter, double value, double lower, double upper)
{
	plim_table_text(table, threat);
	plim_table_text(table, component);
	plim_table_text(table, law);
	plim_table_text(table, parameter);
	plim_table_number_or_none(table, value, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, lower, PLIM_FIGURE_PLAIN);
	plim_table_number_or_none(table, upper, PLIM_FIGURE_PLAIN);
}

static void add_counts(const plim_fit_threat *t, plim_table *table)
{
	const plim_fit_count *c = &t->count;
	begin_row(table, t->id, "frequency", "poisson", "rate", c->rate, c->rate_lower, c->rate_upper);
	end_row(table, c->poisson_log_likelihood, c->poisson_aic, NULL, !t->has_belief && !t->negative_binomial);
	if (c->spread) {
		begin_row(table, t->id, "frequency", "negative_binomial", "mean", c->mean, c->mean_lower, c->mean_upper);
		end_row(table, c->binomial_log_likelihood, c->binomial_aic, NULL, !t->has_belief && t->negative_binomial);
		begin_row(table, t->id, "frequency", "negative_binomial", "dispersion", c->dispersion, c->dispersion_lower,
		          c->dispersion_upper);
		end_row(table, c->binomial_log_likelihood, c->binomial_aic, NULL, !t->has_belief && t->negative_binomial);
	}
	if (!t->has_belief)
		return;
	begin_row(table, t->id, "frequency", "prior", "rate", t->prior.shape / t->prior.years,
	          plim_gamma_belief_quantile(t->prior, 0.025), plim_gamma_belief_quantile(t->prior, 0.975));
	end_row(table, NAN, NAN, NULL, false);
	begin_row(table, t->id, "frequency", "posterior", "rate", t->posterior.shape / t->posterior.years,
	          plim_gamma_belief_quantile(t->posterior, 0.025), plim_gamma_belief_quantile(t->posterior, 0.975));
	end_row(table, NAN, NAN, NULL, true);
}

static void add_severity(const plim_fit_threat *t, const plim_fit_severity *s, const char *component, plim_table *table)
{
	for (int i = 0; s->known && i < PLIM_FIT_FAMILIES && s->order[i] >= 0; i++) {
		const plim_fit_amount *fit = &s->fit[s->order[i]];
		const char *law = plim_family_name(fit->family);
		bool chosen = s->order[i] == s->chosen && !(t->has_loss_belief && s == &t->loss);
		for (size_t k = 0; k < fit->parameters; k++) {
			begin_row(table, t->id, component, law, plim_fit_parameter_name(fit->family, k), fit->natural[k],
			          fit->lower[k], fit->upper[k]);
			end_row(table, fit->log_likelihood, fit->aic, fit, chosen);
		}
		if (fit->family == PLIM_FAMILY_PARETO) {
			begin_row(table, t->id, component, law, "minimum", fit->origin, fit->origin_lower,
			          isnan(fit->origin_lower) ? NAN : fit->origin);
			end_row(table, fit->log_likelihood, fit->aic, fit, chosen);
		}
	}
}

static void add_loss_belief(const plim_fit_threat *t, plim_table *table)
{
	const plim_lognormal_belief *both[] = {&t->loss_prior, &t->loss_posterior};
	for (int i = 0; t->has_loss_belief && i < 2; i++) {
		begin_row(table, t->id, "loss", i ? "posterior" : "prior", "median", exp(both[i]->centre),
		          plim_lognormal_belief_quantile(*both[i], 0.05), plim_lognormal_belief_quantile(*both[i], 0.95));
		end_row(table, NAN, NAN, NULL, i == 1);
	}
}

static void fill(const plim_fit_report *report, plim_table *table)
{
	for (size_t i = 0; i < report->threats; i++) {
		const plim_fit_threat *t = &report->threat[i];
		add_counts(t, table);
		add_severity(t, &t->loss, "loss", table);
		add_loss_belief(t, table);
		add_severity(t, &t->outage, "outage_days", table);
	}
}

static bool fill_qq(const plim_fit_report *report, plim_table *table)
{
	size_t count;
	plim_fit_qq *qq = plim_fit_qq_make(report, &count);
	for (size_t i = 0; qq && i < count; i++)
		for (size_t k = 0; k < qq[i].count; k++) {
			plim_table_text(table, qq[i].threat);
			plim_table_text(table, qq[i].component);
			plim_table_text(table, qq[i].family);
			plim_table_integer(table, k + 1);
			plim_table_number(table, qq[i].seen[k], PLIM_FIGURE_PLAIN);
			plim_table_number(table, qq[i].law[k], PLIM_FIGURE_PLAIN);
		}
	bool good = qq != NULL;
	plim_fit_qq_free(qq, count);
	return good;
}

bool plim_fit_print_csv(const plim_fit_page *page, FILE *file)
{
	plim_table table;
	plim_table_init(&table, columns, COUNT(columns));
	fill(page->report, &table);
	bool good = plim_write_csv_table(&table, file);
	plim_table_clear(&table);
	return good;
}

bool plim_fit_print_qq(const plim_fit_page *page, FILE *file)
{
	plim_table table;
	plim_table_init(&table, qq_columns, COUNT(qq_columns));
	bool good = fill_qq(page->report, &table) && plim_write_csv_table(&table, file);
	plim_table_clear(&table);
	return good;
}

bool plim_fit_print_json(const plim_fit_page *page, FILE *file)
{
	const plim_fit_report *report = page->report;
	char from[PLIM_DATE_SIZE], to[PLIM_DATE_SIZE];
	bool good = true;
	plim_table table, qq;
	plim_date_text(from, report->from);
	plim_date_text(to, report->to);
	plim_table_init(&table, columns, COUNT(columns));
	plim_table_init(&qq, qq_columns, COUNT(qq_columns));
	fill(report, &table);
	good = fill_qq(report, &qq);
	fprintf(file, "{\n  \"plimsoll_fit\": %d,\n  \"log\": ", JSON_VERSION);
	plim_print_json_string(file, page->log, &good);
	fprintf(file,
	        ",\n  \"from\": \"%s\",\n  \"to\": \"%s\",\n  \"outside\": %zu,\n  \"below_threshold\": %zu,\n  \"laws\": ",
	        from, to, report->outside, report->below);
	good = plim_print_json_rows(&table, file) && good;
	fputs(",\n  \"qq\": ", file);
	good = plim_print_json_rows(&qq, file) && good;
	fputs("\n}\n", file);
	plim_table_clear(&table);
	plim_table_clear(&qq);
	return good;
}

/* ---- for people ---- */

static void add_header(const plim_fit_page *page, plim_page *out)
{
	const plim_fit_report *report = page->report;
	const plim_fit_options *o = page->options;
	char from[PLIM_DATE_SIZE], to[PLIM_DATE_SIZE], figure[40];
	plim_date_text(from, report->from);
	plim_date_text(to, report->to);
	plim_page_heading(out, 1, "Fit of %s", page->log);
	plim_figure_show(figure, report->years, PLIM_FIGURE_PLAIN);
	plim_page_pair(out, "Period", "%s to %s, %s year%s%s", from, to, figure, strcmp(figure, "1") == 0 ? "" : "s",
	               report->assumed_period ? " (calendar years of the log; --from and --to say better)" : "");
	if (report->outside)
		plim_page_pair(out, "Left out", "%zu row%s outside the period", report->outside,
		               report->outside == 1 ? "" : "s");
	if (o->threshold > 0 || o->deductible > 0) {
		plim_figure_show(figure, o->threshold > 0 ? o->threshold : o->deductible, PLIM_FIGURE_MONEY);
		plim_page_pair(out, o->threshold > 0 ? "Threshold" : "Deductible",
		               "%s: the log has no loss at or below; laws are fitted to what is above, %zu rows left out",
		               figure, report->below);
	}
	if (report->near_misses_left)
		plim_page_pair(out, "Near misses",
		               "%zu left out: a log without small losses does not tell which share of attempts succeeds, so "
		               "the frequency is that of losses above",
		               report->near_misses_left);
	if (o->unreported_below > 0) {
		plim_figure_show(figure, o->unreported_below, PLIM_FIGURE_MONEY);
		plim_page_pair(out, "Unreported", "a loss without a value is taken to be below %s", figure);
	}
	plim_page_pair(out, "Method",
	               "maximum likelihood; 95 %% intervals of the profile likelihood, Garwood's for a rate");
	if (o->replicates)
		plim_page_pair(out, "p-values", "parametric bootstrap, up to %" PRIu32 " samples fitted anew, seed %" PRIu64,
		               o->replicates, o->seed);
}

static void add_count_row(plim_table *table, const char *law, const char *parameter, double value, double lower,
                          double upper, double aic, bool chosen)
{
	plim_table_text(table, law);
	plim_table_text(table, parameter);
	plim_table_number(table, value, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, lower, PLIM_FIGURE_PROBABILITY);
	plim_table_number(table, upper, PLIM_FIGURE_PROBABILITY);
	plim_table_number_or_none(table, aic, PLIM_FIGURE_PLAIN);
	plim_table_text(table, chosen ? "written" : "");
}

static void add_frequency(const plim_fit_threat *t, plim_page *out)
{
	const plim_fit_count *c = &t->count;
	plim_page_pair(out, "Rows",
	               "%" PRIu64 " event%s, %" PRIu64 " near miss%s, %" PRIu64 " false alarm%s; %" PRIu64 " place%s",
	               t->events, t->events == 1 ? "" : "s", t->near_misses, t->near_misses == 1 ? "" : "es",
	               t->false_alarms, t->false_alarms == 1 ? "" : "s", t->places, t->places == 1 ? "" : "s");
	if (!isnan(c->dispersion_index)) {
		char index[40], p[40] = "-";
		plim_figure_show(index, c->dispersion_index, PLIM_FIGURE_PROBABILITY);
		if (!isnan(c->dispersion_p))
			plim_figure_show(p, c->dispersion_p, PLIM_FIGURE_PROBABILITY);
		plim_page_pair(out, "Dispersion", "index %s (1 for a Poisson law), p = %s", index, p);
	}
	plim_table spare, *table = plim_page_table(out, &spare, count_columns, COUNT(count_columns), "");
	add_count_row(table, "poisson", "rate", c->rate, c->rate_lower, c->rate_upper, c->events ? c->poisson_aic : NAN,
	              !t->has_belief && !t->negative_binomial);
	if (c->spread) {
		add_count_row(table, "negative_binomial", "mean", c->mean, c->mean_lower, c->mean_upper, c->binomial_aic,
		              !t->has_belief && t->negative_binomial);
		add_count_row(table, "", "dispersion", c->dispersion, c->dispersion_lower, c->dispersion_upper, NAN, false);
	}
	if (t->has_belief) {
		const plim_gamma_belief *both[] = {&t->prior, &t->posterior};
		for (int i = 0; i < 2; i++)
			add_count_row(table,
			              i                    ? "posterior, gamma"
			              : t->belief_of_model ? "prior of the model, gamma"
			                                   : "prior, gamma",
			              "rate per place", both[i]->shape / both[i]->years,
			              plim_gamma_belief_quantile(*both[i], 0.025), plim_gamma_belief_quantile(*both[i], 0.975), NAN,
			              i == 1);
	}
	out->failed |= table->failed;
}

static void add_laws(const plim_fit_severity *s, plim_page *out)
{
	plim_table spare, *table = plim_page_table(out, &spare, law_columns, COUNT(law_columns), "");
	for (int i = 0; i < PLIM_FIT_FAMILIES && s->order[i] >= 0; i++) {
		const plim_fit_amount *fit = &s->fit[s->order[i]];
		plim_amount law;
		double mean = NAN, p95 = NAN;
		if (plim_fit_as_amount(fit, s->sample.threshold, false, INFINITY, &law)) {
			if (plim_amount_build(&law, NULL) == PLIM_OK) {
				mean = plim_amount_mean(&law);
				p95 = (double)plim_amount_quantile(&law, 0.95L, 0.05L);
			}
			plim_amount_clear(&law);
		}
		plim_table_text(table, plim_family_name(fit->family));
		plim_table_number(table, fit->aic, PLIM_FIGURE_PLAIN);
		plim_table_number_or_none(table, fit->ks, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, fit->ks_p, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, fit->ad, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, fit->ad_p, PLIM_FIGURE_PROBABILITY);
		plim_table_number_or_none(table, mean, PLIM_FIGURE_MONEY);
		plim_table_number_or_none(table, p95, PLIM_FIGURE_MONEY);
		plim_table_text(table, s->order[i] == s->chosen ? "written" : "");
	}
	out->failed |= table->failed;
}

static void add_parameters(const plim_fit_severity *s, plim_page *out)
{
	plim_table spare, *table = plim_page_table(out, &spare, parameter_columns, COUNT(parameter_columns), "");
	for (int i = 0; i < PLIM_FIT_FAMILIES && s->order[i] >= 0; i++) {
		const plim_fit_amount *fit = &s->fit[s->order[i]];
		for (size_t k = 0; k < fit->parameters; k++) {
			plim_table_text(table, k ? "" : plim_family_name(fit->family));
			plim_table_text(table, plim_fit_parameter_name(fit->family, k));
			plim_table_number(table, fit->natural[k], PLIM_FIGURE_PLAIN);
			plim_table_number(table, fit->lower[k], PLIM_FIGURE_PLAIN);
			plim_table_number(table, fit->upper[k], PLIM_FIGURE_PLAIN);
		}
	}
	out->failed |= table->failed;
}

static void add_amounts(const plim_fit_severity *s, const char *title, const char *zero, plim_page *out)
{
	if (!s->known && !s->zero && !s->bounded)
		return;
	plim_page_heading(out, 3, "%s", title);
	plim_page_pair(out, "Values", "%zu known, %zu of 0 (%s), %zu within bounds, %zu unknown and left out", s->known,
	               s->zero, zero, s->bounded, s->unknown);
	if (!s->known)
		return;
	if (s->note)
		plim_page_notice(out, "%s.", s->note);
	if (isnan(plim_fit_common_limit(&s->sample)))
		plim_page_paragraph(out, "D and A2 are not defined for values known only within bounds of several kinds.");
	add_laws(s, out);
	add_parameters(s, out);
	for (int i = 0; i < PLIM_FIT_FAMILIES; i++)
		if (!s->fit[i].good && s->fit[i].why)
			plim_page_item(out, "%s: not fitted, %s", plim_family_name(plim_fit_family[i]), s->fit[i].why);
	char share[40];
	if (s->chosen >= 0 && s->above < 1) {
		plim_figure_show(share, s->above, PLIM_FIGURE_SHARE);
		plim_page_pair(out, "Above the threshold", "%s of all, if the law holds below it too", share);
	}
}

#define WIDE 61
#define HIGH 21

/* A QQ picture in letters: the law across, what was seen upwards, both logarithmic. */
static void put_picture(const plim_fit_qq *qq, FILE *file)
{
	char cell[HIGH][WIDE + 1], from[40], to[40];
	double low, high;
	plim_fit_qq_range(qq, &low, &high);
	memset(cell, ' ', sizeof cell);
	for (int r = 0; r < HIGH; r++) {
		cell[r][WIDE] = '\0';
		cell[r][(HIGH - 1 - r) * (WIDE - 1) / (HIGH - 1)] = '.';
	}
	for (size_t i = 0; i < qq->count; i++) {
		int x = (int)lround((WIDE - 1) * (log10(qq->law[i]) - low) / (high - low));
		int y = (int)lround((HIGH - 1) * (log10(qq->seen[i]) - low) / (high - low));
		if (x >= 0 && x < WIDE && y >= 0 && y < HIGH)
			cell[HIGH - 1 - y][x] = '*';
	}
	plim_figure_show(from, pow(10, low), PLIM_FIGURE_PROBABILITY);
	plim_figure_show(to, pow(10, high), PLIM_FIGURE_PROBABILITY);
	fprintf(file,
	        "\nQQ picture of %s: what was seen (up) against the %s law (across), %s to %s on log axes; a fit lies on "
	        "the dots\n\n",
	        qq->component, qq->family, from, to);
	for (int r = 0; r < HIGH; r++)
		fprintf(file, "  |%s\n", cell[r]);
	fputs("  +", file);
	for (int c = 0; c < WIDE; c++)
		fputc('-', file);
	fputc('\n', file);
}

static bool put_threat(const plim_fit_page *page, const plim_fit_threat *t, FILE *file)
{
	plim_page out = {0};
	char amount[40], high[40];
	fputc('\n', file);
	plim_page_heading(&out, 2, "%s", t->id);
	add_frequency(t, &out);
	add_amounts(&t->loss, "Loss", "an event without loss", &out);
	if (t->has_loss_belief) {
		plim_figure_show(amount, plim_lognormal_belief_quantile(t->loss_posterior, 0.05), PLIM_FIGURE_MONEY);
		plim_figure_show(high, plim_lognormal_belief_quantile(t->loss_posterior, 0.95), PLIM_FIGURE_MONEY);
		plim_page_pair(&out, "Belief",
		               "brought up to date: the next loss is between %s and %s with probability 0.9; written", amount,
		               high);
	}
	add_amounts(&t->outage, "Outage, days", "no outage", &out);
	bool good = !out.failed && plim_write_text(&out, file);
	plim_page_clear(&out);
	plim_fit_report one = {.threat = (plim_fit_threat *)t, .threats = 1};
	size_t count;
	plim_fit_qq *qq = plim_fit_qq_make(&one, &count);
	for (size_t i = 0; qq && i < count; i++)
		put_picture(&qq[i], file);
	good = good && qq;
	plim_fit_qq_free(qq, count);
	(void)page;
	return good;
}

bool plim_fit_print_text(const plim_fit_page *page, FILE *file)
{
	plim_page out = {0};
	add_header(page, &out);
	bool good = !out.failed && plim_write_text(&out, file);
	plim_page_clear(&out);
	for (size_t i = 0; good && i < page->report->threats; i++)
		good = put_threat(page, &page->report->threat[i], file);
	return good;
}
