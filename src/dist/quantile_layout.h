/* SPDX-License-Identifier: Apache-2.0 */
/**
 * What a quantile table looks like in memory; for the code that builds and evaluates it, and for kernels.
 *
 * A piece covers x in [first, first + length). With m = x - first, side = m > length - 1 - m and
 * v = min(m, length - 1 - m) + 0.5 (exact in a double) there are two forms:
 *   BITS  segment = (bits(v) >> shift) - base + side * stride, t = the mantissa bits below `shift` as a fraction.
 *         As fine towards both ends as in the middle: for ends that are tails.
 *   EVEN  s = (m + 0.5) * scale, segment = floor(s), t = s - segment. For pieces between two breaks.
 * The value is c0 + t (c1 + t (c2 + t c3)), then clamped to [low, high].
 */
#ifndef PLIM_DIST_QUANTILE_LAYOUT_H
#define PLIM_DIST_QUANTILE_LAYOUT_H

#include <stddef.h>
#include <stdint.h>

#define PLIM_QUANTILE_BITS 52                            /* of a uniform */
#define PLIM_QUANTILE_END (UINT64_C(1) << 52)            /* number of uniforms */
#define PLIM_QUANTILE_MANTISSA ((UINT64_C(1) << 52) - 1) /* of a double */

/** Four coefficients side by side: one look-up touches half a cache line. */
typedef struct plim_quantile_segment {
	_Alignas(32) double c[4];
} plim_quantile_segment;

typedef enum plim_quantile_form {
	PLIM_QUANTILE_FORM_BITS,
	PLIM_QUANTILE_FORM_EVEN,
} plim_quantile_form;

typedef struct plim_quantile_piece {
	uint64_t first;  /* its first x */
	uint64_t length; /* number of x */
	uint64_t offset; /* its first segment in `segments` */
	uint64_t base;   /* BITS: bits(0.5) >> shift */
	uint64_t stride; /* BITS: segments of one side; 0 for a constant */
	uint64_t last;   /* EVEN: number of segments - 1 */
	double scale;    /* EVEN: segments / length */
	uint32_t shift;  /* BITS: 52 - log2(segments an octave); 63 for a constant */
	uint32_t spread; /* BITS: log2(segments an octave), what brings the rest of the mantissa to the top */
	plim_quantile_form form;
} plim_quantile_piece;

typedef enum plim_quantile_kind {
	PLIM_QUANTILE_KIND_WHOLE,    /* one BITS piece over all of u: the fast path */
	PLIM_QUANTILE_KIND_PIECES,   /* several pieces */
	PLIM_QUANTILE_KIND_DISCRETE, /* values only */
} plim_quantile_kind;

struct plim_quantile_table {
	plim_quantile_kind kind;
	uint32_t guide_shift;            /* guide[x >> guide_shift] is a piece (value) at or before that of x */
	double low, high;                /* of the support, or infinite */
	plim_quantile_piece whole;       /* WHOLE: the piece, beside what the loop needs */
	plim_quantile_segment *segments; /* WHOLE, PIECES */
	size_t segment_count;
	plim_quantile_piece *pieces; /* PIECES */
	double *values;              /* DISCRETE */
	size_t count;                /* pieces or values */
	uint64_t *starts;            /* count + 1: the first x of each, then 2^52 */
	uint32_t *guide;
	size_t guide_count;
};

#endif
