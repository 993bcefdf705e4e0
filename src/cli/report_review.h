/* SPDX-License-Identifier: Apache-2.0 */
/** `plimsoll report --review`. */
#ifndef PLIM_CLI_REPORT_REVIEW_H
#define PLIM_CLI_REPORT_REVIEW_H

#include "cli/cli.h"
#include "report/report.h"

/** PLIM_ERROR_USAGE when options are given that belong to a review, without --review. */
plim_status plim_cli_review_alone(const plim_cli_args *args, plim_error *error);

/** Reviews the earlier run of --review beside `after`, whose year-loss tables have been read. */
plim_status plim_cli_review(const plim_cli_args *args, const plim_results *after, const plim_report_options *options,
                            plim_error *error);

#endif
