/* SPDX-License-Identifier: Apache-2.0 */
/** The tail sums of very many groups, most of them empty: exact sums by (group, bin of the trial's total). */
#ifndef PLIM_ENGINE_PLACE_TAIL_H
#define PLIM_ENGINE_PLACE_TAIL_H

#include <stddef.h>
#include <stdint.h>

#include "base/digest.h"
#include "plimsoll/status.h"
#include "stats/bucket.h"
#include "stats/cell_map.h"
#include "stats/exact_sum.h"

typedef struct plim_place_tail_row {
	uint32_t group, bin;
	plim_exact_sum sum;
} plim_place_tail_row;

/* Start from {0}. */
typedef struct plim_place_tail {
	plim_cell_map map; /* of plim_exact_sum, by group and bin */
} plim_place_tail;

void plim_place_tail_clear(plim_place_tail *tail);

/** Makes room for `extra` more additions. PLIM_ERROR_MEMORY. */
plim_status plim_place_tail_reserve(plim_place_tail *tail, size_t extra, plim_error *error);

/** As plim_tally_set_split and plim_tally_set_reserve_of. */
plim_status plim_place_tail_split(plim_place_tail *tail, uint32_t groups, plim_error *error);
plim_status plim_place_tail_reserve_of(plim_place_tail *tail, uint32_t group, size_t extra, plim_error *error);

/** Adds x >= 0; there must be room. */
void plim_place_tail_add(plim_place_tail *tail, uint32_t group, uint32_t bin, double x);

/** What a bin has of one part of an exact sum (exact_sum.h) for a while: the units' lowest PLIM_HALF_BITS bits and the
 * rest, of which PLIM_HALF_ADDS can be added up before either runs over. Small, and added to without a carry. */
typedef uint64_t plim_halves __attribute__((vector_size(16)));
#define PLIM_HALF_BITS 42
#define PLIM_HALF_ADDS (1u << 22)

static inline plim_halves plim_halves_of(plim_u128 units)
{
	return (plim_halves){(uint64_t)units & ((UINT64_C(1) << PLIM_HALF_BITS) - 1), (uint64_t)(units >> PLIM_HALF_BITS)};
}

/** Bins of one group on their way into its tail sums: `of[p x step + bin]` for the parts p whose bit is set in `parts`.
 */
typedef struct plim_tail_halves {
	plim_halves *of;
	size_t step;
	unsigned parts;
} plim_tail_halves;

/** Moves the bins first .. last of a group into it: they are all 0 in `from` afterwards. There must be room for as many
 *  additions as there are stretches of bins (PLIM_PLACE_TAIL_STRETCHES at most). */
void plim_place_tail_move(plim_place_tail *tail, uint32_t group, const plim_tail_halves *from, uint32_t first,
                          uint32_t last);
#define PLIM_PLACE_TAIL_STRETCHES (1 + PLIM_BIN_ALL / PLIM_CELL_STRETCH)

/** Adds what a file holds, growing as needed. PLIM_ERROR_MEMORY. */
plim_status plim_place_tail_put(plim_place_tail *tail, const plim_place_tail_row *row, plim_error *error);

plim_status plim_place_tail_merge(plim_place_tail *into, const plim_place_tail *from, plim_error *error);

/** All rows by (group, bin) ascending; the caller releases *rows with plim_mem_free. */
plim_status plim_place_tail_rows(const plim_place_tail *tail, plim_place_tail_row **rows, size_t *count,
                                 plim_error *error);

/** Digests sorted rows. */
void plim_place_tail_digest(const plim_place_tail_row *rows, size_t count, plim_digest *digest);

#endif
