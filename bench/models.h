/* SPDX-License-Identifier: Apache-2.0 */
/** The workloads that are timed: their models as text, and what a peer needs to know of them. */
#ifndef BENCH_MODELS_H
#define BENCH_MODELS_H

#include <stddef.h>
#include <stdint.h>

#define BENCH_LAWS 5

typedef struct bench_workload {
	const char *name, *title;
	size_t sources;
	double rate, mu, sigma; /* of each source; lognormal losses */
	int mixed;              /* losses of BENCH_LAWS families in turn instead */
	size_t regions;         /* 0: none */
	size_t scenarios;       /* beside the first */
	uint64_t trials;        /* of a full run */
	uint64_t peer_trials;   /* as many as a peer does in some seconds; 0: has none of its own */
	const char *beside;     /* compared with the time of this workload, NULL: with the peer */
	double wanted;          /* ratio that is aimed at: at least, or at most where it is a time */
} bench_workload;

extern const bench_workload bench_workloads[];
extern const size_t bench_workload_count;

/** The workload of that name; ends the program if there is none. */
const bench_workload *bench_workload_get(const char *name);

/** The text of its model, in YAML; the caller frees it. */
char *bench_model_text(const bench_workload *workload, size_t *length);

#endif
