/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by count.c and count_table.c; nothing outside src/dist includes this. */
#ifndef PLIM_DIST_COUNT_LAW_H
#define PLIM_DIST_COUNT_LAW_H

#include "dist/count.h"

/* P(N >= 1), accurate however near P(N = 0) is to 1. */
long double count_p_positive(const plim_count *count);

#endif
