/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

/* A handler can reach nothing but a global; sig_atomic_t is int here, which the library's flag is. */
static volatile int stop;
_Static_assert(sizeof(sig_atomic_t) == sizeof(int), "the flag of a run is an int");

static void on_stop(int number)
{
	(void)number;
	stop = 1;
}

void plim_signals_begin(void)
{
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigaction(SIGPIPE, &action, NULL);
	sigaction(SIGXFSZ, &action, NULL);
}

volatile const int *plim_signals_catch(void)
{
	struct sigaction action = {.sa_handler = on_stop, .sa_flags = (int)SA_RESETHAND};
	sigemptyset(&action.sa_mask);
	sigaction(SIGINT, &action, NULL);
	sigaction(SIGTERM, &action, NULL);
	return &stop;
}
