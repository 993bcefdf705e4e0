/* SPDX-License-Identifier: Apache-2.0 */
/* One process: a build without MPI. It refuses to be started as one of several. */
#include "run/comm.h"

#include <stdlib.h>

#include "base/error.h"

plim_status plim_comm_begin(int *argc, char ***argv, plim_comm **comm, plim_error *error)
{
	static const char *const size[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE"};
	(void)argc;
	(void)argv;
	*comm = NULL;
	for (size_t i = 0; i < sizeof size / sizeof *size; i++) {
		const char *processes = getenv(size[i]);
		if (processes && atoi(processes) > 1)
			return plim_error_set(
			    error, PLIM_ERROR_USAGE,
			    "started as one of %s processes, but built without MPI: each would do all of the work; "
			    "build with -Dmpi=enabled, or start it once",
			    processes);
	}
	return PLIM_OK;
}

void plim_comm_end(plim_comm **comm)
{
	(void)comm;
}

uint32_t plim_comm_rank(const plim_comm *comm)
{
	(void)comm;
	return 0;
}

uint32_t plim_comm_size(const plim_comm *comm)
{
	(void)comm;
	return 1;
}

plim_status plim_comm_agree(plim_comm *comm, plim_status status, plim_error *error)
{
	(void)comm;
	(void)error;
	return status;
}

void plim_comm_share(plim_comm *comm, void *bytes, size_t length)
{
	(void)comm;
	(void)bytes;
	(void)length;
}

uint64_t plim_comm_settle(plim_comm *comm, uint64_t done)
{
	(void)comm;
	return done;
}

uint64_t plim_comm_report(plim_comm *comm, uint64_t done, bool *stop)
{
	(void)comm;
	(void)stop;
	return done;
}
