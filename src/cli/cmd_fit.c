/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <string.h>

#include "base/date.h"
#include "base/error.h"
#include "base/text.h"
#include "cli/cli.h"
#include "cli/fit_print.h"

static const plim_cli_option options[] = {
    {"threat", 0, "ID", "only this threat of the log"},
    {"from", 0, "DATE", "first day that the log is complete for (default: 1 January of its first year)"},
    {"to", 0, "DATE", "last day, included (default: 31 December of its last year)"},
    {"threshold", 0, "MONEY", "losses at or below are not in the log"},
    {"deductible", 0, "MONEY", "the log has of each loss what is above, and none at or below"},
    {"unreported-below", 0, "MONEY", "a loss without a value is below this (default: it may be any)"},
    {"ground-up", 0, NULL, "write the law from 0 on, not from the threshold on"},
    {"family", 0, "NAME", "write this family of losses (default: lowest AIC that has a mean)"},
    {"cap", 0, "MONEY", "cut losses off here in the model written"},
    {"places", 0, "N", "places that the log is about (default: those of --model, else 1)"},
    {"model", 0, "MODEL", "currency, places and uncertain rates come from here"},
    {"prior-rate", 0, "A:B", "90 % interval of the rate per place and year before the log"},
    {"prior-loss", 0, "A:B", "90 % interval of a loss before the log (lognormal)"},
    {"prior-weight", 0, "N", "losses that this belief is worth (default 10)"},
    {"currency", 0, "CODE", "ISO 4217, for the model written"},
    {"bootstrap", 0, "N", "samples behind the p-values (default 400, fewer for large logs; 0: none)"},
    {"seed", 's', "N", "of these samples (default 1)"},
    {"format", 0, "FORMAT", "text (default), yaml, csv, qq or json"},
    {"svg", 0, "FILE", "write QQ pictures there too"},
    {"output", 'o', "FILE", "write to FILE instead of standard output"},
    {"force", 'f', NULL, "replace files that exist"},
    {NULL, 0, NULL, NULL},
};

static const struct format {
	const char *name;
	bool (*print)(const plim_fit_page *page, FILE *file);
} formats[] = {
    {"text", plim_fit_print_text}, {"yaml", plim_fit_print_yaml}, {"csv", plim_fit_print_csv},
    {"qq", plim_fit_print_qq},     {"json", plim_fit_print_json},
};

static plim_status find_format(const char *name, const struct format **format, plim_error *error)
{
	for (size_t k = 0; k < sizeof formats / sizeof *formats; k++) {
		*format = &formats[k];
		if (!name || strcmp(name, formats[k].name) == 0)
			return PLIM_OK;
	}
	return plim_error_set(error, PLIM_ERROR_USAGE,
	                      "--format: there is no format '%s'; there are text, yaml, csv, qq, json", name);
}

/* A number above 0; *value is left alone without the option. */
static plim_status get_amount(const plim_cli_args *args, const char *name, double *value, plim_error *error)
{
	const char *text = plim_cli_value(args, name);
	double number;
	if (!text)
		return PLIM_OK;
	if (!plim_text_parse_double(text, &number) || !(number > 0))
		return plim_error_set(error, PLIM_ERROR_USAGE, "--%s: '%s' is not a number above 0", name, text);
	*value = number;
	return PLIM_OK;
}

static plim_status get_date(const plim_cli_args *args, const char *name, bool *given, int32_t *day, plim_error *error)
{
	const char *text = plim_cli_value(args, name);
	*given = text != NULL;
	if (text && !plim_date_parse(text, day))
		return plim_error_set(error, PLIM_ERROR_USAGE, "--%s: '%s' is not a date as YYYY-MM-DD", name, text);
	return PLIM_OK;
}

plim_status plim_cli_period(const plim_cli_args *args, int32_t *from, int32_t *to, plim_error *error)
{
	bool has_from, has_to;
	plim_status status = get_date(args, "from", &has_from, from, error);
	if (status == PLIM_OK)
		status = get_date(args, "to", &has_to, to, error);
	if (status != PLIM_OK)
		return status;
	if (has_from != has_to)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--from and --to belong together");
	if (has_from && *from > *to)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--from is after --to");
	return PLIM_OK;
}

/* Two numbers above 0, rising. */
static plim_status get_interval(const plim_cli_args *args, const char *name, double out[2], plim_error *error)
{
	const char *text = plim_cli_value(args, name), *colon = text ? strchr(text, ':') : NULL;
	char first[64];
	if (!text)
		return PLIM_OK;
	if (colon && (size_t)(colon - text) < sizeof first) {
		memcpy(first, text, (size_t)(colon - text));
		first[colon - text] = '\0';
		if (plim_text_parse_double(first, &out[0]) && plim_text_parse_double(colon + 1, &out[1]) && out[0] > 0 &&
		    out[1] > out[0])
			return PLIM_OK;
	}
	return plim_error_set(error, PLIM_ERROR_USAGE, "--%s: '%s' is not an interval A:B with 0 < A < B", name, text);
}

static plim_status get_family(const plim_cli_args *args, plim_fit_options *o, plim_error *error)
{
	const char *name = plim_cli_value(args, "family");
	if (!name)
		return PLIM_OK;
	plim_text all = {0};
	o->forced = true;
	for (int k = 0; k < PLIM_FIT_FAMILIES; k++) {
		o->family = plim_fit_family[k];
		if (strcmp(name, plim_family_name(o->family)) == 0) {
			plim_text_free(&all);
			return PLIM_OK;
		}
		plim_text_add(&all, k ? ", " : "");
		plim_text_add(&all, plim_family_name(o->family));
	}
	plim_status status = plim_error_set(error, PLIM_ERROR_USAGE, "--family: '%s' is not fitted; there are %s", name,
	                                    all.data ? all.data : "");
	plim_text_free(&all);
	return status;
}

static plim_status parse(const plim_cli_args *args, plim_fit_options *o, plim_error *error)
{
	const char *replicates = plim_cli_value(args, "bootstrap"), *seed = plim_cli_value(args, "seed"),
	           *places = plim_cli_value(args, "places");
	uint64_t count = o->replicates;
	plim_status status = plim_cli_period(args, &o->from, &o->to, error);
	const struct {
		const char *name;
		double *value;
	} amounts[] = {{"threshold", &o->threshold},
	               {"deductible", &o->deductible},
	               {"unreported-below", &o->unreported_below},
	               {"cap", &o->cap},
	               {"prior-weight", &o->prior_weight}};
	for (size_t k = 0; status == PLIM_OK && k < sizeof amounts / sizeof *amounts; k++)
		status = get_amount(args, amounts[k].name, amounts[k].value, error);
	if (status == PLIM_OK)
		status = get_interval(args, "prior-rate", o->prior_rate, error);
	if (status == PLIM_OK)
		status = get_interval(args, "prior-loss", o->prior_loss, error);
	if (status == PLIM_OK)
		status = get_family(args, o, error);
	if (status == PLIM_OK && replicates)
		status = plim_cli_count("--bootstrap", replicates, 0, 100000, &count, error);
	if (status == PLIM_OK && places)
		status = plim_cli_count("--places", places, 1, UINT32_MAX, &o->places, error);
	if (status == PLIM_OK && seed)
		status = plim_cli_seed("--seed", seed, &o->seed, error);
	o->replicates = (uint32_t)count;
	o->threat = plim_cli_value(args, "threat");
	o->ground_up = plim_cli_value(args, "ground-up") != NULL;
	return status;
}

/* Writes with one printer; `path` NULL is standard output. */
static plim_status write(bool (*print)(const plim_fit_page *, FILE *), const plim_fit_page *page, const char *path,
                         bool force, plim_error *error)
{
	plim_cli_output output;
	plim_status status = plim_cli_output_open(&output, path, force, error);
	if (status != PLIM_OK)
		return status;
	if (!print(page, output.file))
		status = plim_error_memory(error, "the fit");
	return plim_cli_output_close(&output, status, error);
}

plim_status plim_cli_load_log(const char *path, plim_log *log, plim_error *error)
{
	plim_findings findings = {0};
	plim_status status = plim_log_load(path, log, &findings, error);
	plim_cli_findings(&findings);
	plim_findings_clear(&findings);
	return status;
}

static plim_status need_currency(const struct format *format, const char *currency, plim_error *error)
{
	bool letters = currency && strlen(currency) == 3 && strspn(currency, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3;
	if (currency && !letters)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--currency: '%s' is not a code of ISO 4217, as EUR", currency);
	if (!currency && strcmp(format->name, "yaml") == 0)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "a model needs a currency: give --currency CODE, or --model for that of a model");
	return PLIM_OK;
}

/* A model needs losses or outages: threats without are told, and none with is an error. */
static plim_status check_whole(const plim_fit_report *report, plim_error *error)
{
	size_t whole = 0;
	for (size_t i = 0; i < report->threats; i++)
		whole += plim_fit_is_whole(&report->threat[i]);
	if (!whole)
		return plim_error_set(
		    error, PLIM_ERROR_MODEL,
		    "no threat of the log has losses or outages that a law could be fitted to, and a model needs "
		    "them; --format text or csv shows the frequencies");
	for (size_t i = 0; i < report->threats; i++)
		if (!plim_fit_is_whole(&report->threat[i]))
			plim_cli_warn("'%s' is left out of the model: no loss or outage could be fitted", report->threat[i].id);
	return PLIM_OK;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	const struct format *format = NULL;
	plim_fit_options fit_options = plim_fit_options_default();
	plim_fit_report report = {0};
	plim_model *model = NULL;
	plim_log log = {0};
	const char *path = plim_cli_value(args, "model"), *svg = plim_cli_value(args, "svg");
	bool force = plim_cli_value(args, "force") != NULL;
	plim_fit_page page = {.log = args->operand[0], .report = &report, .options = &fit_options};
	plim_status status = find_format(plim_cli_value(args, "format"), &format, error);
	if (status == PLIM_OK)
		status = parse(args, &fit_options, error);
	if (status == PLIM_OK && svg)
		status = plim_cli_output_check(svg, force, error);
	if (status == PLIM_OK && path)
		status = plim_cli_load(path, true, &model, error);
	fit_options.model = model;
	page.currency = plim_cli_value(args, "currency");
	if (!page.currency && model)
		page.currency = plim_model_currency(model);
	if (status == PLIM_OK)
		status = need_currency(format, page.currency, error);
	if (status == PLIM_OK)
		status = plim_cli_load_log(args->operand[0], &log, error);
	if (status == PLIM_OK)
		status = plim_fit_log(&log, &fit_options, &report, error);
	if (status == PLIM_OK && !log.has_loss && !log.has_outage)
		plim_cli_warn("the log has neither a column `loss` nor `outage_days`: only frequencies are fitted");
	if (status == PLIM_OK && report.assumed_period && format->print != plim_fit_print_text)
		plim_cli_warn("the log is taken as complete for its calendar years; --from and --to say for which days it is");
	if (status == PLIM_OK && format->print == plim_fit_print_yaml)
		status = check_whole(&report, error);
	if (status == PLIM_OK && svg)
		status = write(plim_fit_print_svg, &page, svg, force, error);
	if (status == PLIM_OK)
		status = write(format->print, &page, plim_cli_value(args, "output"), force, error);
	plim_fit_report_clear(&report);
	plim_log_clear(&log);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_fit = {
    .name = "fit",
    .summary = "Frequency and losses from an incident log",
    .operands = "LOG",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "The log is a CSV table with the columns date (YYYY-MM-DD), place, threat, loss, outage_days, near_miss and\n"
        "false_alarm (yes or no); also loss_at_least and loss_at_most for a loss that is not known. Only date is\n"
        "needed. A blank loss or outage is unknown; 0 is none. For each threat: laws of the count a year and\n"
        "of losses and outages by maximum likelihood, 95 % intervals, AIC, Kolmogorov-Smirnov and\n"
        "Anderson-Darling with p-values by parametric bootstrap, a QQ picture. yaml is a model to paste from.\n",
    .example = "  plimsoll fit incidents.csv --from 2021-01-01 --to 2025-12-31\n"
               "  plimsoll fit incidents.csv --threshold 5000 --format yaml --currency EUR -o fitted.yaml\n"
               "  plimsoll fit incidents.csv --prior-rate 0.2:2 --svg qq.svg\n",
    .run = run,
};
