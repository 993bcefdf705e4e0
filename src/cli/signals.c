/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/signals.h"

#include <signal.h>
#include <stddef.h>

/* A handler can reach nothing but a global; sig_atomic_t is int here, which the library's flag is. */
static volatile int stop;
_Static_assert(sizeof(sig_atomic_t) == sizeof(int), "the flag of a run is an int");

/* The first signal asks; a second one, whichever it is, ends the program as it would have without us. */
static void on_stop(int number)
{
	if (stop) {
		signal(number, SIG_DFL);
		raise(number);
	}
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
	static const int numbers[] = {SIGINT, SIGTERM, SIGUSR1};
	struct sigaction action = {.sa_handler = on_stop};
	sigemptyset(&action.sa_mask);
	for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++)
		sigaction(numbers[i], &action, NULL);
	return &stop;
}
