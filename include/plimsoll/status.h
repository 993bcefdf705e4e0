/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Status codes and the error record that every fallible function fills.
 *
 * A function that can fail returns a plim_status and, on anything but PLIM_OK, fills the caller's
 * plim_error (which may be NULL when the caller does not want the text). Arguments are unchanged on error
 * unless the function says otherwise.
 */
#ifndef PLIMSOLL_STATUS_H
#define PLIMSOLL_STATUS_H

#ifdef __cplusplus
extern "C" {
#endif

/* name, value (pinned for ever), message. The value is the exit code of the command line, except that
 * PLIM_ERROR_MEMORY leaves as 3 and PLIM_ERROR_INTERNAL as 70. */
#define PLIM_STATUS_LIST(X)                                      \
	X(OK, 0, "done")                                             \
	X(ERROR_USAGE, 1, "wrong usage")                             \
	X(ERROR_MODEL, 2, "the model is not valid")                  \
	X(ERROR_IO, 3, "input or output failed")                     \
	X(ERROR_INTERRUPTED, 4, "interrupted; the run can be resumed") \
	X(ERROR_SHARDS, 5, "shards are incomplete or inconsistent")  \
	X(ERROR_CHECK, 6, "a requested check did not hold")          \
	X(ERROR_MEMORY, 7, "not enough memory")                      \
	X(ERROR_INTERNAL, 70, "internal error")

typedef enum plim_status {
#define X(name, value, text) PLIM_##name = value,
	PLIM_STATUS_LIST(X)
#undef X
} plim_status;

/* Where and what went wrong. `file` is empty and `line`, `col` are 0 when they do not apply (both count from 1). */
typedef struct plim_error {
	plim_status status;
	int line;
	int col;
	char file[512];
	char text[1536];
} plim_error;

/** The message of a status: a static string, never NULL ("unknown status" for a foreign value). */
const char *plim_status_message(plim_status status);

/** The exit code of the command line for a status (see PLIM_STATUS_LIST). */
int plim_status_exit_code(plim_status status);

#ifdef __cplusplus
}
#endif
#endif
