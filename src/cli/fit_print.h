/* SPDX-License-Identifier: Apache-2.0 */
/** What `plimsoll fit` prints. All return false when memory is short. */
#ifndef PLIM_CLI_FIT_PRINT_H
#define PLIM_CLI_FIT_PRINT_H

#include <stdio.h>

#include "decide/fit.h"

typedef struct plim_fit_page {
	const char *log;      /* path, for the heading */
	const char *currency; /* NULL: not known */
	const plim_fit_report *report;
	const plim_fit_options *options;
} plim_fit_page;

/** For people: laws, parameters, tests and QQ pictures. */
bool plim_fit_print_text(const plim_fit_page *page, FILE *file);

/** A row a parameter of each law fitted. */
bool plim_fit_print_csv(const plim_fit_page *page, FILE *file);

/** A row a value: its rank and the quantiles of the law chosen. */
bool plim_fit_print_qq(const plim_fit_page *page, FILE *file);

/** One document with both tables. */
bool plim_fit_print_json(const plim_fit_page *page, FILE *file);

/** A model with the threats of the log, as `check` takes it. Needs the currency. */
bool plim_fit_print_yaml(const plim_fit_page *page, FILE *file);

/** QQ pictures of all laws chosen, one below the other. */
bool plim_fit_print_svg(const plim_fit_page *page, FILE *file);

/** One QQ picture: the values seen and the quantiles of the law at (i - 1/2) / n, both ascending. */
typedef struct plim_fit_qq {
	const char *threat, *component, *family;
	const double *seen;
	double *law; /* owned */
	size_t count;
} plim_fit_qq;

/** Makes the pictures; *count of them, released by plim_fit_qq_free. NULL when memory is short. Left out is what has no
 *  law or bounds of several kinds. */
plim_fit_qq *plim_fit_qq_make(const plim_fit_report *report, size_t *count);
void plim_fit_qq_free(plim_fit_qq *qq, size_t count);

/** Ends of the axes, as logarithms to base 10. */
void plim_fit_qq_range(const plim_fit_qq *qq, double *low, double *high);

#endif
