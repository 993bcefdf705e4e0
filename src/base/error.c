/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *plim_status_message(plim_status status)
{
	switch (status) {
#define X(name, value, text) \
	case PLIM_##name: return text;
		PLIM_STATUS_LIST(X)
#undef X
	}
	return "unknown status";
}

int plim_status_exit_code(plim_status status)
{
	return status == PLIM_ERROR_MEMORY ? (int)PLIM_ERROR_IO : (int)status;
}

static void fill(plim_error *error, plim_status status, const char *file, int line, int col, const char *format,
				 va_list args)
{
	error->status = status;
	error->line = line;
	error->col = col;
	snprintf(error->file, sizeof error->file, "%s", file ? file : "");
	vsnprintf(error->text, sizeof error->text, format, args);
}

plim_status plim_error_set(plim_error *error, plim_status status, const char *format, ...)
{
	if (error) {
		va_list args;
		va_start(args, format);
		fill(error, status, NULL, 0, 0, format, args);
		va_end(args);
	}
	return status;
}

plim_status plim_error_set_at(plim_error *error, plim_status status, const char *file, int line, int col,
							  const char *format, ...)
{
	if (error) {
		va_list args;
		va_start(args, format);
		fill(error, status, file, line, col, format, args);
		va_end(args);
	}
	return status;
}

plim_status plim_error_memory(plim_error *error, const char *what)
{
	return plim_error_set(error, PLIM_ERROR_MEMORY, "not enough memory for %s", what);
}
