/* SPDX-License-Identifier: Apache-2.0 */
/** What the commands share. Results go to stdout or the named file, all else to stderr. */
#ifndef PLIM_CLI_CLI_H
#define PLIM_CLI_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/text.h"
#include "cli/options.h"
#include "model/log.h"
#include "plimsoll/model.h"
#include "plimsoll/results.h"

/* One for each file cmd_<name>.c. */
extern const plim_cli_command plim_cmd_init, plim_cmd_check, plim_cmd_run, plim_cmd_report, plim_cmd_network,
    plim_cmd_compare, plim_cmd_optimize, plim_cmd_avoided, plim_cmd_sensitivity, plim_cmd_exact, plim_cmd_fit,
    plim_cmd_monitor, plim_cmd_import, plim_cmd_info, plim_cmd_merge, plim_cmd_verify, plim_cmd_batch;

/** The help of a command, to stdout. */
void plim_cli_help(const plim_cli_command *command);

/** "error: text" (with its place) to stderr. */
void plim_cli_error(const plim_error *error);

/** "warning: text" to stderr. */
void plim_cli_warn(const char *format, ...) __attribute__((format(printf, 1, 2)));

/** Findings as file:line:col: level: text, with the line and a caret below, to stderr. */
void plim_cli_findings(const plim_findings *findings);

/**
 * Loads a model, shows its findings on stderr (with `quiet` only errors), and those of plim_run_check.
 * PLIM_ERROR_MODEL when there are errors.
 */
plim_status plim_cli_load(const char *path, bool quiet, plim_model **model, plim_error *error);

/** Loads an incident log and shows its findings on stderr. */
plim_status plim_cli_load_log(const char *path, plim_log *log, plim_error *error);

/** The period of --from and --to, which stand together or not at all (then nothing is changed). */
plim_status plim_cli_period(const plim_cli_args *args, int32_t *from, int32_t *to, plim_error *error);

/** The command line as a shell would take it again. */
void plim_cli_join(const plim_cli_args *args, plim_text *out);

/** A line for each scenario and one for the file that was written, to stderr. */
void plim_cli_run_summary(const plim_results *results, const char *path);

/** PLIM_ERROR_INTERNAL when results contradict exact laws of their model; with `quiet` shows where. Call it last: the
 * file is kept. */
plim_status plim_cli_run_judge(const plim_results *results, const char *path, bool quiet, plim_error *error);

/** PLIM_ERROR_IO when `path` exists and `force` is false, when it is a folder, or when its folder cannot be written. */
plim_status plim_cli_output_check(const char *path, bool force, plim_error *error);

/** PLIM_ERROR_USAGE when a command is asked to write over a file that it reads, by whatever name. */
plim_status plim_cli_keep_inputs(const plim_cli_args *args, plim_error *error);

/** Where a command writes: stdout, a device, or a temporary file that becomes `path` when all is well. */
typedef struct plim_cli_output {
	FILE *file;
	const char *path; /* NULL: stdout */
	char *temporary;  /* NULL: written in place */
} plim_cli_output;

/** Opens the output; `path` NULL or "-" is stdout. */
plim_status plim_cli_output_open(plim_cli_output *output, const char *path, bool force, plim_error *error);

/** Ends it: with PLIM_OK the file is flushed to disk and takes its name, else it is removed. Returns `status`, or
 *  PLIM_ERROR_IO when the end of the writing failed. Call it whenever plim_cli_output_open succeeded. */
plim_status plim_cli_output_close(plim_cli_output *output, plim_status status, plim_error *error);

#endif
