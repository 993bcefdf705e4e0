/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/sheet_out.h"

#include "base/error.h"

plim_status plim_cli_sheet_format(const plim_cli_args *args, plim_report_format *format, plim_error *error)
{
	const char *name = plim_cli_value(args, "format");
	*format = PLIM_REPORT_TEXT;
	plim_status status = name ? plim_report_format_parse(name, format, error) : PLIM_OK;
	if (status == PLIM_OK && plim_cli_value(args, "table") && *format != PLIM_REPORT_CSV)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "--table goes with --format csv");
	return status;
}

plim_status plim_cli_sheet_write(const plim_cli_args *args, const plim_sheet *sheet, const char *kind,
                                 plim_report_format format, plim_error *error)
{
	plim_cli_output output;
	plim_status status =
	    plim_cli_output_open(&output, plim_cli_value(args, "output"), plim_cli_value(args, "force") != NULL, error);
	if (status != PLIM_OK)
		return status;
	status = plim_sheet_write(sheet, kind, format, plim_cli_value(args, "table"), output.file, error);
	return plim_cli_output_close(&output, status, error);
}
