/* SPDX-License-Identifier: Apache-2.0 */
/** Reading a results file in part: what is needed to put the shards of a run together, and no more. */
#ifndef PLIM_STORE_SHARD_H
#define PLIM_STORE_SHARD_H

#include "plimsoll/results.h"

/* Attributes, scenarios and provenance are always read; besides: */
enum {
	PLIM_SHARD_MODEL = 1,  /* the model's texts */
	PLIM_SHARD_BLOCKS = 2, /* the table of blocks */
	PLIM_SHARD_YLT = 4,    /* the year-loss tables, if they were kept */
	PLIM_SHARD_TABLES = 8  /* every table */
};

/** As plim_results_read; *keeps_ylt says whether the file has year-loss tables. */
plim_status plim_shard_read(const char *path, unsigned parts, plim_results **shard, bool *keeps_ylt, plim_error *error);

#endif
