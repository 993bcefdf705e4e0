/* SPDX-License-Identifier: Apache-2.0 */
/** What else does the work: the program that a competent C programmer writes with GSL and OpenMP, and NumPy. */
#ifndef BENCH_PEER_H
#define BENCH_PEER_H

#include "measure.h"

/** Annual sums of a bench_workload trial by trial, then a sort for the percentiles; `figure` is P99. */
bench_work bench_peer;

/** The same of a workload of one source by numpy_peer.py, on one core whatever `threads` says; ends the program if there
 *  is no NumPy. */
bench_work bench_peer_numpy;

#endif
