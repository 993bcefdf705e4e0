/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Quantile tables that are shared: to compile one takes milliseconds, and commands that compile a model again and again
 * (a tornado, a search for the best portfolio) change few of its laws or none. What nobody holds any more is kept for
 * whoever asks next, up to PLIM_QUANTILE_SHARE_MOST tables and PLIM_QUANTILE_SHARE_KEPT bytes. Any thread may call these.
 */
#ifndef PLIM_DIST_QUANTILE_SHARE_H
#define PLIM_DIST_QUANTILE_SHARE_H

#include "dist/quantile_table.h"

#define PLIM_QUANTILE_SHARE_KEPT ((size_t)64 << 20)
#define PLIM_QUANTILE_SHARE_MOST 256

/** The table of a built amount: the same pointer for equal amounts. It is not to be changed; give it back with
 *  plim_quantile_table_return. Errors: plim_quantile_table_build. */
plim_status plim_quantile_table_borrow(const plim_amount *amount, const plim_quantile_table **table, plim_error *error);

/** Sets *table to NULL; NULL is allowed. */
void plim_quantile_table_return(const plim_quantile_table **table);

#endif
