/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "cli/portfolio_args.h"
#include "cli/sheet_out.h"
#include "decide/avoided.h"
#include "report/build_avoided.h"

static const plim_cli_option options[] = {
    {"from", 0, "ID", "the scenario before (default: the first of the file)"},
    {"to", 0, "ID", "the scenario after, which adds controls (default: those of --controls, or all)"},
    {"figure", 0, "FIGURE", "what is shared out: mean (default), tvar99 (any percentage) or breach"},
    PLIM_CLI_PORTFOLIO_OPTIONS,
    {"orders", 0, "N", "beyond 12 controls: orders drawn for Shapley values (default 200)"},
    {"displace", 0, "PERCENT,..",
     "follow attackers: so much of the attempts turned away is made elsewhere, as 0,25,50,100"},
    {"displace-to", 0, "WHERE", "places (default): open places of the same threat; threats: else of other threats"},
    PLIM_CLI_SHEET_OPTIONS("controls (default) or clauses; with --displace displacement or displaced_threats"),
    {NULL, 0, NULL, NULL},
};

static plim_status share_out(const plim_cli_args *args, const plim_model *model, plim_avoided_options *how,
                             plim_report_format format, plim_error *error)
{
	plim_cli_portfolio portfolio;
	plim_avoided avoided = {0};
	plim_sheet sheet = {0};
	plim_status status =
	    plim_cli_portfolio_read(args, "--figure", plim_cli_value(args, "figure"), model, &portfolio, error);
	if (status == PLIM_OK && portfolio.controls && how->to)
		status =
		    plim_error_set(error, PLIM_ERROR_USAGE, "--to and --controls each say which controls: give one of them");
	if (status == PLIM_OK) {
		how->figure = portfolio.figure;
		how->scale = portfolio.scale;
		how->run = portfolio.run;
		how->controls = portfolio.controls;
		how->watch = portfolio.watch;
		status = plim_avoided_loss(model, how, &avoided, error);
		plim_progress_end(&portfolio.progress);
	}
	if (status == PLIM_OK) {
		plim_build_avoided(&avoided, &sheet);
		status = plim_cli_sheet_write(args, &sheet, "plimsoll_avoided", format, error);
	}
	plim_sheet_clear(&sheet);
	plim_avoided_clear(&avoided);
	plim_cli_portfolio_clear(&portfolio);
	return status;
}

static plim_status read_shares(const char *text, plim_displace_options *out, plim_error *error)
{
	plim_status status = PLIM_OK;
	double percent = 0;
	char *list = plim_mem_string(text), *rest = list;
	if (!list)
		return plim_error_memory(error, "the command line");
	for (char *part; status == PLIM_OK && (part = strsep(&rest, ",")) != NULL;) {
		if (!plim_text_parse_double(part, &percent) || !(percent >= 0 && percent <= 100))
			status = plim_error_set(error, PLIM_ERROR_USAGE,
			                        "--displace: '%s' is no percentage from 0 to 100; write them as 0,25,50,100", part);
		else if (out->shares == PLIM_DISPLACE_SHARES)
			status = plim_error_set(error, PLIM_ERROR_USAGE, "--displace: there are more than %d percentages",
			                        PLIM_DISPLACE_SHARES);
		else
			out->share[out->shares++] = percent / 100;
	}
	plim_mem_free(list);
	return status;
}

static plim_status read_displace(const plim_cli_args *args, plim_displace_options *out, plim_error *error)
{
	const char *shares = plim_cli_value(args, "displace"), *to = plim_cli_value(args, "displace-to");
	if (to && !shares)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "--displace-to says where attackers go: say with --displace how many");
	if (to && strcmp(to, "places") != 0 && strcmp(to, "threats") != 0)
		return plim_error_set(error, PLIM_ERROR_USAGE, "--displace-to: '%s' is neither places nor threats", to);
	out->to_threats = to && strcmp(to, "threats") == 0;
	return shares ? read_shares(shares, out, error) : PLIM_OK;
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_model *model = NULL;
	plim_report_format format = PLIM_REPORT_TEXT;
	plim_avoided_options how = {.from = plim_cli_value(args, "from"), .to = plim_cli_value(args, "to")};
	const char *orders = plim_cli_value(args, "orders");
	uint64_t count = 200;
	plim_status status = plim_cli_sheet_format(args, &format, error);
	if (status == PLIM_OK && orders)
		status = plim_cli_count("--orders", orders, 2, 1000000, &count, error);
	how.orders = (size_t)count;
	if (status == PLIM_OK)
		status = read_displace(args, &how.displace, error);
	if (status == PLIM_OK)
		status = plim_cli_load(args->operand[0], true, &model, error);
	if (status == PLIM_OK)
		status = share_out(args, model, &how, format, error);
	plim_model_free(&model);
	return status;
}

const plim_cli_command plim_cmd_avoided = {
    .name = "avoided",
    .summary = "Share what controls avoid out among them, and among clauses",
    .operands = "MODEL",
    .least = 1,
    .most = 1,
    .option = options,
    .text =
        "What each control of a scenario avoids: if it alone were left out, if it came first, and its Shapley "
        "value, the\n"
        "mean over all orders in which the controls could come, which sum to what all avoid together. The same for "
        "the\n"
        "controls of each clause. All from the same trials, with intervals from 32 replicates; Shapley values are "
        "exact\n"
        "in the sample for up to 12 controls. With --displace also what is lost elsewhere if attackers whom controls "
        "turn\n"
        "away try at places where none of these controls acts, and what is left as net.\n",
    .example = "  plimsoll avoided first.yaml --from today --to parking\n"
               "  plimsoll avoided first.yaml --figure tvar99 --format csv --table clauses\n"
               "  plimsoll avoided first.yaml --to parking --displace 0,25,50,100\n",
    .run = run,
};
