/* SPDX-License-Identifier: Apache-2.0 */
/* One process: a build without MPI. */
#include "run/comm.h"

plim_status plim_comm_begin(int *argc, char ***argv, plim_comm **comm, plim_error *error)
{
	(void)argc;
	(void)argv;
	(void)error;
	*comm = NULL;
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

uint64_t plim_comm_sum(plim_comm *comm, uint64_t value)
{
	(void)comm;
	return value;
}

uint64_t plim_comm_report(plim_comm *comm, uint64_t done, bool *stop)
{
	(void)comm;
	(void)stop;
	return done;
}
