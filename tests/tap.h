/* SPDX-License-Identifier: Apache-2.0 */
/* Plain test programs that speak TAP: for what must not run in Criterion's process of its own (threads, sanitizers,
 * long runs). */
#ifndef PLIM_TESTS_TAP_H
#define PLIM_TESTS_TAP_H

#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>

static int tap_count, tap_failed;

static inline bool tap_ok(bool ok, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* One test: prints its line and counts it. */
static inline bool tap_ok(bool ok, const char *format, ...)
{
	va_list args;
	va_start(args, format);
	printf("%sok %d - ", ok ? "" : "not ", ++tap_count);
	vprintf(format, args);
	printf("\n");
	fflush(stdout);
	va_end(args);
	tap_failed += !ok;
	return ok;
}

/* Ends the program: plan and exit code. */
static inline int tap_done(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

#endif
