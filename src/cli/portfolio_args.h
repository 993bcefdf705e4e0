/* SPDX-License-Identifier: Apache-2.0 */
/** Options of the commands that weigh sets of controls. */
#ifndef PLIM_CLI_PORTFOLIO_ARGS_H
#define PLIM_CLI_PORTFOLIO_ARGS_H

#include "cli/cli.h"
#include "cli/progress.h"
#include "decide/portfolio.h"

/** The options themselves, for a command's list. */
#define PLIM_CLI_PORTFOLIO_OPTIONS                                                                                     \
	{"controls", 0, "ID,ID", "choose from these only (default: all that are not in force)"},                           \
	    {"loss", 0, "MONEY", "the loss of a breach (default: the largest of the model's tolerance)"},                  \
	    {"trials", 'n', "N", "trials (default 100k)"}, {"seed", 's', "N", "seed (default 1)"},                         \
	    {"threads", 't', "N", "threads (default: all processors)"}, {"quiet", 'q', NULL, "no progress"},               \
	{                                                                                                                  \
		"memory", 0, "BYTES", "keep at most so many bytes of losses (default 1G); what is dropped is simulated again"  \
	}

typedef struct plim_cli_portfolio {
	plim_portfolio_figure figure;
	plim_portfolio_scale scale;
	plim_run_options run;
	char *list;            /* owned: the ids ... */
	const char **controls; /* ... one by one; NULL: all */
	plim_progress progress;
	plim_watch *watch, own_watch; /* how far the work is, to `progress`; NULL: --quiet */
} plim_cli_portfolio;

/** Reads them and `figure`, the text of a figure: "mean", "tvar99" or "breach" (NULL: mean). PLIM_ERROR_USAGE. Release
 *  with plim_cli_portfolio_clear in any case; take the progress away before anything is printed. `out` stays where it
 *  is. */
plim_status plim_cli_portfolio_read(const plim_cli_args *args, const char *option, const char *figure,
                                    const plim_model *model, plim_cli_portfolio *out, plim_error *error);
void plim_cli_portfolio_clear(plim_cli_portfolio *portfolio);

/** An amount of money: whole units. */
plim_status plim_cli_money(const char *option, const char *text, double *money, plim_error *error);

#endif
