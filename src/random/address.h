/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Addresses: THE map from "what is drawn" to a counter. No other file may build a counter.
 *
 *     word 0, 1   purpose (8 bits) | block (30 bits) | draw (26 bits), as one 64-bit number, low word first
 *     word 2, 3   identity (64 bits), low word first
 *     key         seed
 *
 * One counter gives four 32-bit words. A stream of words reads word w of draw d at position 4 d + w; a stream of 52-bit
 * uniforms reads two of them from each counter. So a value depends on its address only: not on threads, shards, the
 * order of threats in a file, or on what else is drawn.
 *
 * This map is part of the format (PLIM_STREAM_VERSION): a change to it, or to what a purpose means, raises the version.
 */
#ifndef PLIM_RANDOM_ADDRESS_H
#define PLIM_RANDOM_ADDRESS_H

#include <stdint.h>

#include "random/philox.h"

#define PLIM_STREAM_VERSION 1

/** What a draw is for. Values are part of the format and are never used again for anything else. */
typedef enum plim_purpose {
	PLIM_PURPOSE_COUNT = 1,      /* how many candidates a source has in a block; draw 0 */
	PLIM_PURPOSE_PLACE = 2,      /* the trial of candidate j: words; over several years its cell: uniforms */
	PLIM_PURPOSE_TIME = 3,       /* the day of attempt j in its year: words */
	PLIM_PURPOSE_THIN = 4,       /* the one uniform that decides in which scenarios attempt j is an event */
	PLIM_PURPOSE_CELL_COUNT = 5, /* the count of a cell, a year of a trial, for laws drawn by cell: draw = cell */
	PLIM_PURPOSE_AMOUNT = 6,     /* the amount of a loss component or an outage (identity of the component) */
	PLIM_PURPOSE_COVERAGE = 7,   /* whether a control works in this event (identity of control at place) */
	PLIM_PURPOSE_UNKNOWN =
	    8, /* an unknown in a trial: draw = trial (identity of the unknown); an intensity: draw = cell */
	PLIM_PURPOSE_STRIKE = 9,  /* whether a shared event strikes a place, and in which scenarios */
	PLIM_PURPOSE_FACTOR = 10, /* common factor of a copula (identity of component at the shared key) */
	PLIM_PURPOSE_ZERO = 11,   /* whether a year is one of the excess zeros, with an unknown p_zero: draw = cell */
	PLIM_PURPOSE_DETECT = 12, /* whether a seal check detects incident j of a leg */
	PLIM_PURPOSE_WORKING =
	    13, /* whether a control is in working order in a year: draw = cell (identity of the control) */
	PLIM_PURPOSE_WORLD =
	    14, /* an unknown in a world of a nested run: draw = world (identity of the unknown); block 0 */
	PLIM_PURPOSE_MIXING = 15, /* what all places of an event are divided by in a t copula (identity as of FACTOR) */
	/* from 64 on: statistics about data, outside of any run */
	PLIM_PURPOSE_REPLICATE = 64, /* samples drawn from a fitted law: block = replicate */
	PLIM_PURPOSE_SHIFT = 65,     /* of a low-discrepancy sequence: block = replicate, draw = dimension */
} plim_purpose;

#define PLIM_ADDRESS_BLOCK_BITS 30
#define PLIM_ADDRESS_DRAW_BITS 26
#define PLIM_ADDRESS_DRAWS (UINT64_C(1) << PLIM_ADDRESS_DRAW_BITS)
#define PLIM_ADDRESS_BLOCKS (UINT64_C(1) << PLIM_ADDRESS_BLOCK_BITS)

/** The first half of a counter without its draw: add the draw to it. */
static inline uint64_t plim_address_base(plim_purpose purpose, uint64_t block)
{
	return (uint64_t)purpose << (PLIM_ADDRESS_BLOCK_BITS + PLIM_ADDRESS_DRAW_BITS) | block << PLIM_ADDRESS_DRAW_BITS;
}

/** The four words at base + draw of an identity. */
static inline void plim_address_words(uint64_t seed, uint64_t identity, uint64_t base, uint64_t draw, uint32_t words[4])
{
	uint64_t low = base + draw;
	words[0] = (uint32_t)low;
	words[1] = (uint32_t)(low >> 32);
	words[2] = (uint32_t)identity;
	words[3] = (uint32_t)(identity >> 32);
	plim_philox(words, seed);
}

/** The 52-bit uniform at `position` of a stream: two to a counter. u = (x + 0.5) 2^-52 is never 0 nor 1. */
static inline uint64_t plim_address_uniform(uint64_t seed, uint64_t identity, uint64_t base, uint64_t position)
{
	uint32_t words[4];
	plim_address_words(seed, identity, base, position >> 1, words);
	const uint32_t *half = words + 2 * (position & 1);
	return ((uint64_t)half[1] << 32 | half[0]) >> 12;
}

/** The uniform as a number in (0, 1), exactly. */
static inline double plim_uniform_double(uint64_t x)
{
	return ((double)x + 0.5) * 0x1p-52;
}

#endif
