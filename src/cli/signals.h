/* SPDX-License-Identifier: Apache-2.0 */
/** Signals: an interrupt asks the run to stop after the blocks in flight, a second one ends the program. */
#ifndef PLIM_CLI_SIGNALS_H
#define PLIM_CLI_SIGNALS_H

/** Ignores SIGPIPE and SIGXFSZ, so that a closed pipe or a file at its limit is an error of writing. */
void plim_signals_begin(void);

/** Catches SIGINT, SIGTERM and SIGUSR1 from now on; the flag they set. */
volatile const int *plim_signals_catch(void);

#endif
