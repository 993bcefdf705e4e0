/* SPDX-License-Identifier: Apache-2.0 */
/** The program that a competent C programmer writes with GSL and OpenMP. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "measure.h"

/** Annual sums of a bench_workload trial by trial, then a sort for the percentiles; `figure` is P99. */
bench_work bench_peer;

#endif
