/* SPDX-License-Identifier: Apache-2.0 */
/* Fitting one piece: knots, cubics, and the search for the coarsest grid that meets the bound. */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/quantile_build.h"
#include "dist/quantile_eval.h"
#include "dist/quantile_table.h"
#include "dist/round.h"

/* A grid is taken when it is within half of the bound at the points that are measured. */
#define ACCEPT (0.5 * PLIM_QUANTILE_ERROR)

/* EVEN pieces this short hold one value for each x. */
#define SHORT_LENGTH 16
#define EVEN_SPREAD_MAX 6

/* Both ends and the two inner Chebyshev points stretched to reach them: neighbours share their ends, so the table is
 * continuous, and the error is 1.4 times that of the best cubic. Multiples of 2^-8, so that knots fall on exact v. */
static const double bits_knots[4] = {0, 75.0 / 256, 181.0 / 256, 1};

/* Chebyshev points, none at the ends, where EVEN pieces may meet a jump. */
static const double even_knots[4] = {10.0 / 256, 79.0 / 256, 177.0 / 256, 246.0 / 256};

/* Where the error of a cubic peaks between its knots. */
static const double peaks[3] = {36.0 / 256, 128.0 / 256, 220.0 / 256};

void quantile_cubic_fit(const double t[static 4], const double y[static 4], plim_quantile_segment *segment)
{
	double d[4] = {y[0], y[1], y[2], y[3]};
	for (int order = 1; order < 4; order++)
		for (int i = 3; i >= order; i--)
			d[i] = (d[i] - d[i - 1]) / (t[i] - t[i - order]);
	/* Newton's form multiplied out */
	segment->c[3] = d[3];
	segment->c[2] = d[2] - d[3] * (t[0] + t[1] + t[2]);
	segment->c[1] = d[1] - d[2] * (t[0] + t[1]) + d[3] * (t[0] * t[1] + t[0] * t[2] + t[1] * t[2]);
	segment->c[0] = d[0] - d[1] * t[0] + d[2] * (t[0] * t[1]) - d[3] * (t[0] * t[1] * t[2]);
}

/* How far v must stay from the end it is counted from, in x: half a step and the inset, within the range. */
static long double inset_of(const quantile_range *range, bool side)
{
	long double inset = side ? range->inset_last : range->inset_first;
	long double most = (long double)(range->length - 1) / 4;
	return inset <= 0 ? 0 : 0.5L + (inset < most ? inset : most);
}

/* The law at distance v (in x) from the first (side 0) or last end of the range; exact in the tail it is near to. */
static double law_at(quantile_builder *builder, const quantile_range *range, bool side, long double v)
{
	long double near = inset_of(range, side);
	long double far = (long double)range->length - inset_of(range, !side);
	v = v < near ? near : v;
	v = v > far ? far : v;
	long double from_zero = side ? (long double)(range->first + range->length) - v : (long double)range->first + v;
	uint64_t tail = side ? PLIM_QUANTILE_END - range->first - range->length : PLIM_QUANTILE_END - range->first;
	long double from_one = side ? (long double)tail + v : (long double)tail - v;
	long double y = plim_amount_quantile(&builder->law, from_zero * 0x1p-52L, from_one * 0x1p-52L);
	double value = (double)(y > builder->ceiling ? builder->ceiling : y);
	if (!isfinite(value)) {
		builder->failed = true;
		return 0;
	}
	return value;
}

/* A knot as it enters the table. */
static double knot_at(quantile_builder *builder, const quantile_range *range, bool side, long double v)
{
	double value = law_at(builder, range, side, v);
	return builder->algebraic ? value : plim_round_32(value);
}

/* The error at one place in units of the bound's scale, after the clamp. */
static double error_of(const quantile_builder *builder, double fitted, double exact)
{
	exact = plim_quantile_clamp(exact, builder->low, builder->high);
	fitted = plim_quantile_clamp(fitted, builder->low, builder->high);
	return fitted == exact ? 0 : fabs(fitted - exact) / fmax(fabs(exact), builder->floor);
}

/* True if some x of the piece lies in [from, from + width). */
static bool holds_half_integer(double from, double width)
{
	return ceil(from - 0.5) + 0.5 < from + width;
}

/* The number of octaves that v runs through on one side of a range: from 0.5 up to half its length. */
static int octaves_of(uint64_t length)
{
	uint64_t largest = (length - 1) / 2; /* m of the middle: v = m + 0.5 */
	int exponent = -1;
	for (uint64_t m = largest; m > 0; m >>= 1)
		exponent++;
	return exponent + 2;
}

/* Fits the segment that begins at v = `from`; y[0] is given when the neighbour's end is known. */
static void fit_bits_segment(quantile_builder *builder, const quantile_range *range, bool side, double from,
                             double width, const double *known, plim_quantile_segment *segment, double *end)
{
	double y[4];
	for (int j = 0; j < 4; j++)
		y[j] = j == 0 && known ? *known : knot_at(builder, range, side, from + width * bits_knots[j]);
	quantile_cubic_fit(bits_knots, y, segment);
	*end = y[3];
}

static double bits_error(quantile_builder *builder, const quantile_range *range, bool side, double from, double width,
                         const plim_quantile_segment *segment, double t)
{
	double v = from + width * t;
	if (v < (double)inset_of(range, side) || v > (double)range->length)
		return 0;
	return error_of(builder, plim_quantile_cubic(segment, t), law_at(builder, range, side, v));
}

/* The worst error of some segments at each octave: enough to choose a grid without building it. */
static double bits_sample(quantile_builder *builder, const quantile_range *range, int spread)
{
	int octaves = octaves_of(range->length);
	int segments = 1 << spread;
	for (int side = 0; side < 2; side++) {
		for (int octave = octaves - 1; octave >= 0; octave -= octave > octaves - 4 ? 1 : 4) {
			for (int k = 0; k<segments; k += segments> 1 ? segments / 2 : 1) {
				double width = ldexp(1.0 / segments, octave - 1);
				double from = ldexp(1.0 + (double)k / segments, octave - 1);
				plim_quantile_segment segment;
				double end;
				if (!holds_half_integer(from, width) || from > (double)range->length / 2)
					continue;
				fit_bits_segment(builder, range, side, from, width, NULL, &segment, &end);
				for (int j = 0; j < 3; j++) {
					double worst = bits_error(builder, range, side, from, width, &segment, peaks[j]);
					if (!(worst <= ACCEPT) || builder->failed)
						return INFINITY;
				}
			}
		}
	}
	return 0;
}

/* Room for more segments, zeroed; false when memory is short. */
static bool reserve(quantile_builder *builder, size_t more)
{
	size_t needed = builder->count + more;
	if (plim_mem_grow((void **)&builder->segments, &builder->capacity, needed, sizeof *builder->segments) != 0)
		return false;
	for (size_t i = builder->count; i < needed; i++)
		builder->segments[i] = (plim_quantile_segment){{0, 0, 0, 0}};
	builder->count = needed;
	return true;
}

/* One side of a BITS piece; the worst error measured in the middle of each segment. Segments no x falls in stay 0. */
static double fit_bits_side(quantile_builder *builder, const quantile_range *range, bool side, int spread,
                            plim_quantile_segment *segments)
{
	int octaves = octaves_of(range->length);
	double worst = 0;
	double end = 0;
	bool linked = false;
	for (int i = 0; i < octaves << spread; i++) {
		double width = ldexp(1, (i >> spread) - 1 - spread);
		double from = width * (double)((1 << spread) + (i & ((1 << spread) - 1)));
		if (!holds_half_integer(from, width) || from > (double)range->length / 2) {
			linked = false;
			continue;
		}
		fit_bits_segment(builder, range, side, from, width, linked ? &end : NULL, &segments[i], &end);
		worst = fmax(worst, bits_error(builder, range, side, from, width, &segments[i], peaks[1]));
		linked = true;
		if (!(worst <= ACCEPT) || builder->failed)
			return INFINITY;
	}
	return worst;
}

static plim_status fit_bits(quantile_builder *builder, const quantile_range *range, int spread,
                            plim_quantile_piece *piece, bool *good, plim_error *error)
{
	size_t stride = (size_t)octaves_of(range->length) << spread;
	size_t offset = builder->count;
	if (!reserve(builder, 2 * stride))
		return plim_error_memory(error, "a quantile table");
	double worst = fit_bits_side(builder, range, false, spread, &builder->segments[offset]);
	if (worst <= ACCEPT)
		worst = fit_bits_side(builder, range, true, spread, &builder->segments[offset + stride]);
	*good = worst <= ACCEPT;
	if (!*good)
		builder->count = offset;
	*piece = (plim_quantile_piece){.first = range->first,
	                               .length = range->length,
	                               .offset = offset,
	                               .base = UINT64_C(0x3fe) << spread,
	                               .stride = stride,
	                               .shift = (uint32_t)(PLIM_QUANTILE_BITS - spread),
	                               .spread = (uint32_t)spread,
	                               .form = PLIM_QUANTILE_FORM_BITS};
	return PLIM_OK;
}

static plim_status fit_constant(quantile_builder *builder, const quantile_range *range, double value,
                                plim_quantile_piece *piece, plim_error *error)
{
	size_t offset = builder->count;
	if (!reserve(builder, 1))
		return plim_error_memory(error, "a quantile table");
	builder->segments[offset].c[0] = value;
	*piece = (plim_quantile_piece){
	    .first = range->first, .length = range->length, .offset = offset, .shift = 63, .form = PLIM_QUANTILE_FORM_BITS};
	return PLIM_OK;
}

static plim_quantile_piece even_piece(const quantile_range *range, size_t offset, uint64_t segments)
{
	return (plim_quantile_piece){.first = range->first,
	                             .length = range->length,
	                             .offset = offset,
	                             .last = segments - 1,
	                             .scale = (double)segments / (double)range->length,
	                             .form = PLIM_QUANTILE_FORM_EVEN};
}

/* A range of a few x: each its own constant. */
static plim_status fit_short(quantile_builder *builder, const quantile_range *range, plim_quantile_piece *piece,
                             plim_error *error)
{
	size_t offset = builder->count;
	if (!reserve(builder, range->length))
		return plim_error_memory(error, "a quantile table");
	for (uint64_t m = 0; m < range->length; m++)
		builder->segments[offset + m].c[0] = knot_at(builder, range, false, (long double)m + 0.5L);
	*piece = even_piece(range, offset, range->length);
	return PLIM_OK;
}

/* The error of an EVEN piece at distance v from one end. */
static double even_error(quantile_builder *builder, const quantile_range *range, const plim_quantile_piece *piece,
                         bool side, uint64_t m)
{
	long double v = (long double)m + 0.5L;
	if (v < inset_of(range, side))
		return 0;
	uint64_t x = side ? range->first + range->length - 1 - m : range->first + m;
	double fitted = plim_quantile_piece_at(builder->segments, piece, x);
	return error_of(builder, fitted, law_at(builder, range, side, v));
}

static bool even_is_good(quantile_builder *builder, const quantile_range *range, const plim_quantile_piece *piece)
{
	/* towards both ends, where a law that is not a smooth polynomial shows it */
	for (uint64_t m = range->length / 2; m > 0; m >>= 3)
		if (!(even_error(builder, range, piece, false, m - 1) <= ACCEPT &&
		      even_error(builder, range, piece, true, m - 1) <= ACCEPT))
			return false;
	if (!(even_error(builder, range, piece, false, 0) <= ACCEPT &&
	      even_error(builder, range, piece, true, 0) <= ACCEPT))
		return false;
	for (uint64_t k = 0; k <= piece->last; k++)
		for (int j = 0; j < 3; j++) {
			uint64_t m = (uint64_t)(((double)k + peaks[j]) / piece->scale);
			if (!(even_error(builder, range, piece, false, m) <= ACCEPT))
				return false;
		}
	return true;
}

static plim_status fit_even(quantile_builder *builder, const quantile_range *range, int spread,
                            plim_quantile_piece *piece, bool *good, plim_error *error)
{
	uint64_t segments = UINT64_C(1) << spread;
	size_t offset = builder->count;
	if (!reserve(builder, segments))
		return plim_error_memory(error, "a quantile table");
	*piece = even_piece(range, offset, segments);
	for (uint64_t k = 0; k < segments; k++) {
		double y[4];
		for (int j = 0; j < 4; j++)
			y[j] = knot_at(builder, range, false, ((long double)k + even_knots[j]) / segments * range->length);
		quantile_cubic_fit(even_knots, y, &builder->segments[offset + k]);
	}
	*good = even_is_good(builder, range, piece) && !builder->failed;
	if (!*good)
		builder->count = offset;
	return PLIM_OK;
}

static plim_status too_wide(plim_error *error)
{
	return plim_error_set(
	    error, PLIM_ERROR_MODEL,
	    "the amount is too wide to be drawn within a relative error of %g; narrow it, or set max or cap",
	    PLIM_QUANTILE_ERROR);
}

/* Coarse to fine; *good false if even the finest misses the bound. */
static plim_status fit_any_even(quantile_builder *builder, const quantile_range *range, plim_quantile_piece *piece,
                                bool *good, plim_error *error)
{
	plim_status status = PLIM_OK;
	*good = false;
	for (int spread = 0; spread <= EVEN_SPREAD_MAX && status == PLIM_OK && !*good; spread += 2) {
		builder->failed = false;
		status = fit_even(builder, range, spread, piece, good, error);
	}
	return status;
}

static plim_status fit_any_bits(quantile_builder *builder, const quantile_range *range, plim_quantile_piece *piece,
                                bool *good, plim_error *error)
{
	plim_status status = PLIM_OK;
	*good = false;
	/* one segment an octave is enough for a straight line; 16 is the first grid worth trying for anything else */
	for (int spread = 0; spread <= QUANTILE_SPREAD_MAX && status == PLIM_OK && !*good; spread += spread ? 1 : 4) {
		builder->failed = false;
		if (bits_sample(builder, range, spread) > 0)
			continue;
		status = fit_bits(builder, range, spread, piece, good, error);
	}
	return status;
}

plim_status quantile_fit_piece(quantile_builder *builder, const quantile_range *range, plim_quantile_piece *piece,
                               plim_error *error)
{
	bool whole = range->length == PLIM_QUANTILE_END;
	bool good = false;
	plim_status status;
	builder->failed = false;
	if (range->constant)
		return fit_constant(builder, range, range->value, piece, error);
	/* so narrow that rounding may have moved its ends across it: any value of it will do */
	if (range->inset_first + range->inset_last > (long double)range->length / 8 && range->length > SHORT_LENGTH)
		return fit_constant(builder, range, knot_at(builder, range, false, (long double)range->length / 2), piece,
		                    error);
	if (range->length <= SHORT_LENGTH) {
		status = fit_short(builder, range, piece, error);
		return status == PLIM_OK && builder->failed ? too_wide(error) : status;
	}
	if (!whole) {
		status = fit_any_even(builder, range, piece, &good, error);
		if (status != PLIM_OK || good)
			return status;
	}
	status = fit_any_bits(builder, range, piece, &good, error);
	return status == PLIM_OK && !good ? too_wide(error) : status;
}
