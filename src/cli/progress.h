/* SPDX-License-Identifier: Apache-2.0 */
/** How far a run is: a bar on a terminal, a line every ten seconds otherwise. To stderr. */
#ifndef PLIM_CLI_PROGRESS_H
#define PLIM_CLI_PROGRESS_H

#include <stdbool.h>

#include "decide/watch.h"

typedef struct plim_progress {
	bool terminal;
	double last; /* seconds of the run at the last line */
	bool shown;
} plim_progress;

plim_progress plim_progress_begin(void);

/** The callback of plim_run_options; `data` is the plim_progress. */
void plim_progress_show(const plim_run_progress *progress, void *data);

/** The same of a search: the callback of plim_watch. */
void plim_progress_show_search(const plim_watch *watch, void *data);

/** Takes the bar away. */
void plim_progress_end(plim_progress *progress);

#endif
