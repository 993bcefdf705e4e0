/* SPDX-License-Identifier: Apache-2.0 */
/** Writing a sheet where and how the options --format, --table, --output and --force say. */
#ifndef PLIM_CLI_SHEET_OUT_H
#define PLIM_CLI_SHEET_OUT_H

#include "cli/cli.h"
#include "report/sheet.h"

/** The options themselves, for a command's list. */
#define PLIM_CLI_SHEET_OPTIONS(tables)                                                                                 \
	{"format", 0, "FORMAT", "text (default), markdown, csv or json"}, {"table", 0, "TABLE", "with csv: " tables},      \
	    {"output", 'o', "FILE", "write to FILE instead of standard output"},                                           \
	{                                                                                                                  \
		"force", 'f', NULL, "replace a file that exists"                                                               \
	}

/** Reads --format and --table. PLIM_ERROR_USAGE. */
plim_status plim_cli_sheet_format(const plim_cli_args *args, plim_report_format *format, plim_error *error);

/** Writes the sheet. */
plim_status plim_cli_sheet_write(const plim_cli_args *args, const plim_sheet *sheet, const char *kind,
                                 plim_report_format format, plim_error *error);

#endif
