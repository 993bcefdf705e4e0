/* SPDX-License-Identifier: Apache-2.0 */
/* What a file says before it means anything: texts, lists and maps, each with its place in the file. A row of a CSV
 * table is a map as well, so that one reader serves both. */
#ifndef PLIM_MODEL_VALUE_H
#define PLIM_MODEL_VALUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum plim_value_kind { PLIM_VALUE_TEXT, PLIM_VALUE_LIST, PLIM_VALUE_MAP } plim_value_kind;

typedef struct plim_value plim_value;

typedef struct plim_pair {
	const plim_value *key;
	const plim_value *value;
} plim_pair;

struct plim_value {
	uint8_t kind;
	bool plain;    /* not in quotes: may be a number (always so in CSV) */
	bool cell;     /* of a CSV table: lists are split at `;` */
	uint8_t depth; /* of the tree, aliases followed: 0 for a text */
	uint16_t file;
	int line, col; /* from 1 */
	uint32_t count;
	uint32_t nodes; /* values in this tree, aliases counted as often as they are used; stops at 2^32 - 1 */
	union {
		const char *text;
		const plim_value **item; /* LIST: count of them */
		plim_pair *pair;         /* MAP */
	};
};

#endif
