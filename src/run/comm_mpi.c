/* SPDX-License-Identifier: Apache-2.0 */
/* Many processes over MPI. An error of MPI itself ends the job with its message: MPI's default. */
#include "run/comm.h"

#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "base/memory.h"

enum { TAG_DONE = 1, TAG_STOP = 2 };

/* Instead of a number of blocks: no further one comes. */
#define THE_END UINT64_MAX

/* The largest piece of a broadcast, whose length is an int. */
#define PIECE ((size_t)1 << 30)

struct plim_comm {
	int rank, size;
	bool told_stop;    /* this rank has asked the others to stop */
	bool *heard_stop;  /* [rank]: it has asked this one */
	uint64_t *done;    /* rank 0: [rank] as last told */
	int ended;         /* rank 0: ranks that have said THE_END */
	uint64_t outgoing; /* must stay until the request is complete */
	MPI_Request request;
};

/* What launchers set for a process that is one of several: Open MPI, the PMI of MPICH and Slurm, PMIx. */
static bool is_launched(void)
{
	static const char *const set[] = {"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "PMI_RANK", "PMIX_RANK"};
	for (size_t i = 0; i < sizeof set / sizeof *set; i++)
		if (getenv(set[i]))
			return true;
	return false;
}

plim_status plim_comm_begin(int *argc, char ***argv, plim_comm **comm, plim_error *error)
{
	int provided = MPI_THREAD_SINGLE;
	*comm = NULL;
	if (!is_launched())
		return PLIM_OK;
	if (MPI_Init_thread(argc, argv, MPI_THREAD_SERIALIZED, &provided) != MPI_SUCCESS)
		return plim_error_set(error, PLIM_ERROR_INTERNAL, "MPI does not start");
	plim_comm *made = plim_mem_alloc(1, sizeof *made);
	if (!made)
		goto out;
	MPI_Comm_rank(MPI_COMM_WORLD, &made->rank);
	MPI_Comm_size(MPI_COMM_WORLD, &made->size);
	made->heard_stop = plim_mem_alloc((size_t)made->size, sizeof *made->heard_stop);
	made->done = plim_mem_alloc((size_t)made->size, sizeof *made->done);
	made->request = MPI_REQUEST_NULL;
	if (!made->heard_stop || !made->done || provided < MPI_THREAD_SERIALIZED)
		goto out;
	*comm = made;
	return PLIM_OK;
out: /* the others would wait for ever */
	fprintf(stderr, "error: MPI does not allow threads to call it one at a time, or memory is short\n");
	MPI_Abort(MPI_COMM_WORLD, 3);
	return plim_error_memory(error, "the communication");
}

void plim_comm_end(plim_comm **comm)
{
	plim_comm *c = *comm;
	if (!c)
		return;
	MPI_Finalize();
	plim_mem_free(c->heard_stop);
	plim_mem_free(c->done);
	plim_mem_free(c);
	*comm = NULL;
}

uint32_t plim_comm_rank(const plim_comm *comm)
{
	return comm ? (uint32_t)comm->rank : 0;
}

uint32_t plim_comm_size(const plim_comm *comm)
{
	return comm ? (uint32_t)comm->size : 1;
}

/* Waits until all ranks are here, without the spinning of a blocking call: the processor may have other ranks' blocks
 * to run. */
static void meet(void)
{
	const struct timespec moment = {.tv_nsec = 2000000};
	MPI_Request all;
	int met = 0;
	MPI_Ibarrier(MPI_COMM_WORLD, &all);
	for (MPI_Test(&all, &met, MPI_STATUS_IGNORE); !met; MPI_Test(&all, &met, MPI_STATUS_IGNORE))
		nanosleep(&moment, NULL);
}

static int order_of(const plim_comm *comm, plim_status status)
{
	if (status == PLIM_OK)
		return 2 * comm->size;
	return status == PLIM_ERROR_INTERRUPTED ? comm->size + comm->rank : comm->rank;
}

plim_status plim_comm_agree(plim_comm *comm, plim_status status, plim_error *error)
{
	struct {
		int status;
		plim_error error;
	} said = {.status = (int)status};
	if (!comm)
		return status;
	int own = order_of(comm, status), first = own;
	if (status != PLIM_OK && error)
		said.error = *error;
	meet();
	MPI_Allreduce(&own, &first, 1, MPI_INT, MPI_MIN, MPI_COMM_WORLD);
	if (first == 2 * comm->size)
		return PLIM_OK;
	MPI_Bcast(&said, (int)sizeof said, MPI_BYTE, first % comm->size, MPI_COMM_WORLD);
	if (error)
		*error = said.error;
	return (plim_status)said.status;
}

void plim_comm_share(plim_comm *comm, void *bytes, size_t length)
{
	for (size_t at = 0; comm && at < length; at += PIECE)
		MPI_Bcast((char *)bytes + at, (int)(length - at < PIECE ? length - at : PIECE), MPI_BYTE, 0, MPI_COMM_WORLD);
}

/* ---- while blocks run ---- */

static void hear_done(plim_comm *comm)
{
	int there = 0;
	MPI_Status from;
	for (MPI_Iprobe(MPI_ANY_SOURCE, TAG_DONE, MPI_COMM_WORLD, &there, &from); there;
	     MPI_Iprobe(MPI_ANY_SOURCE, TAG_DONE, MPI_COMM_WORLD, &there, &from)) {
		uint64_t done = 0;
		MPI_Recv(&done, 1, MPI_UINT64_T, from.MPI_SOURCE, TAG_DONE, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		if (done == THE_END)
			comm->ended++;
		else
			comm->done[from.MPI_SOURCE] = done;
	}
}

static bool hear_stop(plim_comm *comm)
{
	int there = 0;
	MPI_Status from;
	bool heard = false;
	for (MPI_Iprobe(MPI_ANY_SOURCE, TAG_STOP, MPI_COMM_WORLD, &there, &from); there;
	     MPI_Iprobe(MPI_ANY_SOURCE, TAG_STOP, MPI_COMM_WORLD, &there, &from)) {
		MPI_Recv(NULL, 0, MPI_BYTE, from.MPI_SOURCE, TAG_STOP, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		comm->heard_stop[from.MPI_SOURCE] = true;
	}
	for (int i = 0; i < comm->size; i++)
		heard |= comm->heard_stop[i];
	return heard;
}

/* An empty message is sent at once: it needs no room. */
static void tell_stop(plim_comm *comm)
{
	for (int i = 0; i < comm->size && !comm->told_stop; i++)
		if (i != comm->rank)
			MPI_Send(NULL, 0, MPI_BYTE, i, TAG_STOP, MPI_COMM_WORLD);
	comm->told_stop = true;
}

/* One number is on its way at a time; when rank 0 is slow to take it, the next ones wait for a later call. */
static void tell_done(plim_comm *comm, uint64_t done)
{
	int sent = 0;
	MPI_Test(&comm->request, &sent, MPI_STATUS_IGNORE);
	if (!sent)
		return;
	comm->outgoing = done;
	MPI_Isend(&comm->outgoing, 1, MPI_UINT64_T, 0, TAG_DONE, MPI_COMM_WORLD, &comm->request);
}

uint64_t plim_comm_report(plim_comm *comm, uint64_t done, bool *stop)
{
	if (!comm)
		return done;
	if (*stop)
		tell_stop(comm);
	*stop = hear_stop(comm) || *stop;
	if (comm->rank > 0) {
		tell_done(comm, done);
		return done;
	}
	hear_done(comm);
	for (int i = 1; i < comm->size; i++)
		done += comm->done[i];
	return done;
}

/* Takes in what is still under way, so that no message is left over. */
static void drain(plim_comm *comm)
{
	const struct timespec moment = {.tv_nsec = 2000000};
	uint64_t end = THE_END, told = comm->told_stop;
	if (comm->rank > 0) {
		MPI_Wait(&comm->request, MPI_STATUS_IGNORE);
		MPI_Send(&end, 1, MPI_UINT64_T, 0, TAG_DONE, MPI_COMM_WORLD);
	}
	for (hear_done(comm); comm->rank == 0 && comm->ended < comm->size - 1; hear_done(comm))
		nanosleep(&moment, NULL);
	meet();
	MPI_Allgather(&told, 1, MPI_UINT64_T, comm->done, 1, MPI_UINT64_T, MPI_COMM_WORLD);
	for (int i = 0; i < comm->size; i++) {
		if (comm->done[i] && i != comm->rank && !comm->heard_stop[i])
			MPI_Recv(NULL, 0, MPI_BYTE, i, TAG_STOP, MPI_COMM_WORLD, MPI_STATUS_IGNORE);
		comm->heard_stop[i] = false;
	}
	comm->told_stop = false;
	comm->ended = 0;
	memset(comm->done, 0, (size_t)comm->size * sizeof *comm->done);
}

uint64_t plim_comm_settle(plim_comm *comm, uint64_t done)
{
	uint64_t all = done;
	if (!comm)
		return done;
	drain(comm);
	MPI_Allreduce(&done, &all, 1, MPI_UINT64_T, MPI_SUM, MPI_COMM_WORLD);
	return all;
}
