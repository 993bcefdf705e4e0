/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/portfolio_args.h"

#include <math.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/signals.h"

#define MOST_MONEY UINT64_C(1000000000000000)

/* Trials of the tail in each replicate, so that intervals rest on something. */
#define LEAST_TAIL 5

plim_status plim_cli_money(const char *option, const char *text, double *money, plim_error *error)
{
	uint64_t whole = 0;
	plim_status status = plim_cli_count(option, text, 0, MOST_MONEY, &whole, error);
	if (status == PLIM_OK)
		*money = (double)whole;
	return status;
}

static plim_status read_figure(const char *option, const char *text, plim_cli_portfolio *out, plim_error *error)
{
	const char *tail = "99";
	out->figure = PLIM_PORTFOLIO_MEAN;
	if (text && strncmp(text, "tvar", 4) == 0) {
		out->figure = PLIM_PORTFOLIO_TVAR;
		tail = text + 4;
	} else if (text && strcmp(text, "breach") == 0) {
		out->figure = PLIM_PORTFOLIO_BREACH;
	} else if (text && strcmp(text, "mean") != 0) {
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%s: '%s' is no figure; there are mean, tvar99 (or another percentage) and breach",
		                      option, text);
	}
	char share[PLIM_PROBABILITY_TEXT];
	if (snprintf(share, sizeof share, "%s%%", tail) >= (int)sizeof share ||
	    plim_probability_parse(share, &out->scale.p, error) != PLIM_OK)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%s: '%s' needs a percentage after tvar, such as tvar99 or tvar99.5", option, text);
	return PLIM_OK;
}

/* The loss of a breach: what the option says, or the model's tolerance. */
static plim_status read_loss(const plim_cli_args *args, const char *option, const plim_model *model,
                             plim_cli_portfolio *out, plim_error *error)
{
	const char *text = plim_cli_value(args, "loss");
	out->scale.loss = model->tolerances ? model->tolerance[model->tolerances - 1].loss : NAN;
	if (text)
		return plim_cli_money("--loss", text, &out->scale.loss, error);
	if (out->figure == PLIM_PORTFOLIO_BREACH && !model->tolerances)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%s breach: the model has no `tolerance`; say with --loss what is not to be exceeded",
		                      option);
	return PLIM_OK;
}

static plim_status read_run(const plim_cli_args *args, plim_cli_portfolio *out, plim_error *error)
{
	const char *trials = plim_cli_value(args, "trials"), *seed = plim_cli_value(args, "seed");
	const char *memory = plim_cli_value(args, "memory");
	plim_status status = PLIM_OK;
	out->run = plim_run_options_default();
	out->run.stop = plim_signals_catch();
	if (trials)
		status = plim_cli_count("--trials", trials, 1000, UINT64_C(1000000000), &out->run.trials, error);
	if (status == PLIM_OK && seed)
		status = plim_cli_seed("--seed", seed, &out->run.seed, error);
	if (status == PLIM_OK)
		status = plim_cli_threads(args, &out->run.threads, error);
	if (status == PLIM_OK && memory)
		status = plim_cli_bytes("--memory", memory, &out->run.memory_limit, error);
	double needed = ceil(LEAST_TAIL * PLIM_REPLICATES / plim_probability_tail(&out->scale.p) - 1e-6);
	if (status == PLIM_OK && (double)out->run.trials < needed)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "--trials: TVaR %s needs at least %.0f trials, %d of the tail in each of %d replicates",
		                      out->scale.p.text, needed, LEAST_TAIL, PLIM_REPLICATES);
	return status;
}

static plim_status read_controls(const plim_cli_args *args, plim_cli_portfolio *out, plim_error *error)
{
	const char *text = plim_cli_value(args, "controls");
	size_t count = 0;
	if (!text)
		return PLIM_OK;
	out->list = plim_mem_string(text);
	out->controls = plim_mem_alloc(strlen(text) + 2, sizeof *out->controls);
	if (!out->list || !out->controls)
		return plim_error_memory(error, "the controls");
	char *rest = out->list;
	for (char *id; (id = strsep(&rest, ",")) != NULL;) {
		id += strspn(id, " ");
		if (*id)
			out->controls[count++] = id;
	}
	if (count == 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--controls: name at least one, such as --controls alarm,guard");
	return PLIM_OK;
}

plim_status plim_cli_portfolio_read(const plim_cli_args *args, const char *option, const char *figure,
                                    const plim_model *model, plim_cli_portfolio *out, plim_error *error)
{
	*out = (plim_cli_portfolio){.progress = plim_progress_begin()};
	out->own_watch = (plim_watch){.tell = plim_progress_show_search, .data = &out->progress};
	out->watch = plim_cli_value(args, "quiet") ? NULL : &out->own_watch;
	plim_status status = read_figure(option, figure, out, error);
	if (status == PLIM_OK)
		status = read_loss(args, option, model, out, error);
	if (status == PLIM_OK)
		status = read_run(args, out, error);
	if (status == PLIM_OK)
		status = read_controls(args, out, error);
	return status;
}

void plim_cli_portfolio_clear(plim_cli_portfolio *portfolio)
{
	plim_mem_free(portfolio->list);
	plim_mem_free((void *)portfolio->controls);
	*portfolio = (plim_cli_portfolio){0};
}
