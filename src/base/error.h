/* SPDX-License-Identifier: Apache-2.0 */
/* Filling a plim_error in one expression, so that a failing path reads `return plim_error_set(...)`. */
#ifndef PLIM_BASE_ERROR_H
#define PLIM_BASE_ERROR_H

#include "plimsoll/status.h"

/** Fills *error (if not NULL) with no position and returns `status`. Text longer than the record is cut. */
plim_status plim_error_set(plim_error *error, plim_status status, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

/** The same with a place; `file` may be NULL, `line` and `col` 0. */
plim_status plim_error_set_at(plim_error *error, plim_status status, const char *file, int line, int col,
							  const char *format, ...) __attribute__((format(printf, 6, 7)));

/** PLIM_ERROR_MEMORY, naming what could not be allocated. */
plim_status plim_error_memory(plim_error *error, const char *what);

#endif
