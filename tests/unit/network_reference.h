/* SPDX-License-Identifier: Apache-2.0 */
/* The slow truth about a small network: the rules of the design, played in fixed small steps of time. */
#ifndef PLIM_TESTS_NETWORK_REFERENCE_H
#define PLIM_TESTS_NETWORK_REFERENCE_H

#include "network_case.h"

/** Steps a day at the least; times of a case must be whole multiples of it (see reference_round). */
#define REFERENCE_STEPS 64

/** Rounds all times of a case to multiples of 1 / REFERENCE_STEPS days. */
void reference_round(network_case *c);

/** Margin and substitution cost lost at each node, in steps of 1 / (REFERENCE_STEPS * finer) days. */
void reference_losses(const network_case *c, unsigned finer, double *margin, double *substitution);

#endif
