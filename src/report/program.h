/* SPDX-License-Identifier: Apache-2.0 */
/** Running a program that turns one text into another. */
#ifndef PLIM_REPORT_PROGRAM_H
#define PLIM_REPORT_PROGRAM_H

#include "base/text.h"

/**
 * Runs `argv` (found along PATH) with `input` on its standard input and adds what it prints to *output; what it says on
 * stderr is dropped. False when it cannot be started, fails, prints more than `most` bytes, or takes more than
 * `seconds`; then it has been ended. Leaves signals and other children of the process alone.
 */
bool plim_program_filter(const char *const *argv, const char *input, int seconds, size_t most, plim_text *output);

#endif
