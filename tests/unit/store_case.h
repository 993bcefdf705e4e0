/* SPDX-License-Identifier: Apache-2.0 */
/* Results made by hand for the tests of the store: every field set, and set to something of its own. */
#ifndef PLIM_TESTS_STORE_CASE_H
#define PLIM_TESTS_STORE_CASE_H

#include "engine/summary.h"
#include "plimsoll/results.h"

#define STORE_TRIALS 5000
#define STORE_TOLERANCES 2

/** Two scenarios, eight groups, some rows of every table, year-loss tables and a summary. */
plim_results *store_case(void);

/** The groups of store_case as the engine lays them out; clear with plim_groups_clear. */
plim_groups store_layout(void);

/** SHA-256 of a summary and of what the groups had of its worst trials, in hexadecimal. */
void store_digest(const plim_summary *summary, char hex[65]);

/** A new folder below /tmp; store_folder_remove removes it and what is in it. */
char *store_folder(void);
void store_folder_remove(char *folder);

/** Entries in a folder, without . and .. */
int store_folder_count(const char *folder);

/** All bytes of a file (for free), and the reverse. */
unsigned char *store_slurp(const char *path, size_t *length);
void store_spill(const char *path, const unsigned char *bytes, size_t length);

#endif
