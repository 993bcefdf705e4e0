/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/quantile_table.h"

#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "dist/amount_breaks.h"
#include "dist/quantile_build.h"
#include "dist/quantile_eval.h"
#include "dist/round.h"

/* Guides have a cell for each start up to this many. */
#define GUIDE_BITS_MAX 20

uint64_t quantile_start_of(long double p, long double q, bool rounded)
{
	bool lower = p < q;
	long double tail = lower ? p : q;
	tail = (rounded ? (long double)plim_round_32((double)tail) : tail) * 0x1p52L;
	/* below: the x with x + 0.5 <= tail; above: those with 2^52 - (x + 0.5) < tail, counted from the top */
	if (lower)
		return tail < 0.5L ? 0 : (uint64_t)floorl(tail + 0.5L);
	return PLIM_QUANTILE_END - (tail < 0.5L ? 0 : (uint64_t)ceill(tail - 0.5L));
}

plim_status quantile_build_guide(struct plim_quantile_table *table, plim_error *error)
{
	uint32_t bits = 4;
	while (bits < GUIDE_BITS_MAX && (UINT64_C(1) << bits) < table->count)
		bits++;
	table->guide_count = (size_t)1 << bits;
	table->guide_shift = PLIM_QUANTILE_BITS - bits;
	table->guide = plim_mem_alloc(table->guide_count, sizeof *table->guide);
	if (!table->guide)
		return plim_error_memory(error, "a guide table");
	uint32_t at = 0;
	for (size_t cell = 0; cell < table->guide_count; cell++) {
		while (table->starts[at + 1] <= (uint64_t)cell << table->guide_shift)
			at++;
		table->guide[cell] = at;
	}
	return PLIM_OK;
}

/* `bound` moved outwards to 32 significant bits. */
static double outward(double bound, bool up)
{
	uint64_t mask = (UINT64_C(1) << 21) - 1;
	uint64_t bits = plim_quantile_bits(bound);
	if ((bits & mask) == 0)
		return bound;
	bits &= ~mask;
	return plim_quantile_double(bits + (up == (bound > 0) ? mask + 1 : 0));
}

/* A bound of the support as given (a cap, a parameter) stays exact; one that libm has had a part in is rounded,
 * outwards. */
static double settle_bound(const plim_amount *amount, double bound, bool up)
{
	if (!isfinite(bound) || bound == amount->cap || plim_amount_is_algebraic(amount))
		return bound;
	for (size_t i = 0; i < amount->given_count; i++)
		if ((double)((long double)amount->given[i].value * amount->times + amount->shift) == bound)
			return bound;
	return outward(bound, up);
}

static void builder_init(quantile_builder *builder, const plim_amount *amount)
{
	*builder = (quantile_builder){.law = *amount};
	builder->algebraic = plim_amount_is_algebraic(amount);
	plim_amount_support(amount, &builder->low, &builder->high);
	builder->low = settle_bound(amount, builder->low, false);
	builder->high = settle_bound(amount, builder->high, true);
	builder->law.cap = INFINITY;
	builder->ceiling = isfinite(amount->cap) ? amount->cap + 1024 * fabs(amount->cap) : INFINITY;
	double scale = fabs((double)plim_amount_quantile(amount, 0.5L, 0.5L));
	if (builder->low < 0 && builder->high > 0) {
		/* the median of a law of both signs may be 0: the middle half is its scale */
		long double middle = plim_amount_quantile(amount, 0.75L, 0.25L) - plim_amount_quantile(amount, 0.25L, 0.75L);
		scale = fmax(scale, (double)middle);
	}
	builder->floor = 1e-9 * scale;
}

static bool has_breaks(const plim_amount *amount, double low, double high)
{
	switch (amount->family) {
	case PLIM_FAMILY_TRIANGULAR:
	case PLIM_FAMILY_EMPIRICAL:
	case PLIM_FAMILY_HISTOGRAM:
	case PLIM_FAMILY_MIXTURE:
	case PLIM_FAMILY_SPLICED: return true;
	default: return low < 0 && high > 0;
	}
}

/* The inset at a break: how far (in x) rounding to 32 bits may have moved it. */
static long double inset_at(uint64_t start, bool algebraic)
{
	uint64_t tail = start < PLIM_QUANTILE_END / 2 ? start : PLIM_QUANTILE_END - start;
	return algebraic ? 0x1p-10L : 0x1p-10L + (long double)tail * 0x1p-32L;
}

/* Turns breaks into ranges that cover all x; *count of them. Breaks that fall on the same x leave one. */
static plim_status ranges_of(const plim_amount *law, quantile_range **out, size_t *count, plim_error *error)
{
	plim_amount_break *list = NULL;
	size_t n = 0;
	plim_status status = plim_amount_breaks(law, &list, &n, error);
	if (status != PLIM_OK)
		return status;
	quantile_range *ranges = plim_mem_alloc(n + 1, sizeof *ranges);
	if (!ranges) {
		plim_mem_free(list);
		return plim_error_memory(error, "a quantile table");
	}
	bool algebraic = plim_amount_is_algebraic(law);
	size_t last = 0; /* ranges[0] begins at 0 */
	for (size_t i = 0; i < n; i++) {
		uint64_t start = quantile_start_of(list[i].p, list[i].q, !algebraic);
		if (start >= PLIM_QUANTILE_END)
			break;
		if (start > ranges[last].first)
			ranges[++last].first = start;
		ranges[last].constant = list[i].atom;
		ranges[last].value = list[i].value;
		if (list[i].jump && start > 0)
			ranges[last].inset_first = inset_at(start, algebraic);
	}
	plim_mem_free(list);
	for (size_t i = 0; i <= last; i++) {
		ranges[i].length = (i < last ? ranges[i + 1].first : PLIM_QUANTILE_END) - ranges[i].first;
		ranges[i].inset_last = i < last ? ranges[i + 1].inset_first : 0;
	}
	*out = ranges;
	*count = last + 1;
	return PLIM_OK;
}

static plim_status build_pieces(quantile_builder *builder, plim_quantile_table *table, plim_error *error)
{
	quantile_range *ranges = NULL;
	size_t count = 0;
	plim_status status = ranges_of(&builder->law, &ranges, &count, error);
	if (status != PLIM_OK)
		return status;
	table->kind = PLIM_QUANTILE_KIND_PIECES;
	table->pieces = plim_mem_alloc(count, sizeof *table->pieces);
	table->starts = plim_mem_alloc(count + 1, sizeof *table->starts);
	if (!table->pieces || !table->starts)
		status = plim_error_memory(error, "a quantile table");
	for (size_t i = 0; i < count && status == PLIM_OK; i++) {
		table->starts[i] = ranges[i].first;
		status = quantile_fit_piece(builder, &ranges[i], &table->pieces[i], error);
	}
	plim_mem_free(ranges);
	if (status != PLIM_OK)
		return status;
	table->starts[count] = PLIM_QUANTILE_END;
	table->count = count;
	return quantile_build_guide(table, error);
}

/* A break that happened to fall away (or an end of the support) leaves one piece: the fast path after all. */
static void settle_whole(plim_quantile_table *table)
{
	if (table->kind != PLIM_QUANTILE_KIND_PIECES || table->count != 1 ||
	    table->pieces[0].form != PLIM_QUANTILE_FORM_BITS)
		return;
	table->whole = table->pieces[0];
	table->kind = PLIM_QUANTILE_KIND_WHOLE;
}

static plim_status build_into(plim_quantile_table *table, const plim_amount *amount, plim_error *error)
{
	quantile_builder builder;
	plim_status status;
	quantile_range all = {.length = PLIM_QUANTILE_END};
	builder_init(&builder, amount);
	table->low = builder.low;
	table->high = builder.high;
	all.constant = builder.low == builder.high;
	all.value = builder.low;
	if (all.constant || !has_breaks(amount, builder.low, builder.high)) {
		table->kind = PLIM_QUANTILE_KIND_WHOLE;
		status = quantile_fit_piece(&builder, &all, &table->whole, error);
	} else if (amount->family == PLIM_FAMILY_EMPIRICAL) {
		return quantile_build_discrete(amount, table, error);
	} else {
		status = build_pieces(&builder, table, error);
	}
	table->segments = builder.segments;
	table->segment_count = builder.count;
	if (status == PLIM_OK)
		settle_whole(table);
	return status;
}

plim_status plim_quantile_table_build(const plim_amount *amount, plim_quantile_table **table, plim_error *error)
{
	plim_quantile_table *built = plim_mem_alloc(1, sizeof *built);
	if (!built)
		return plim_error_memory(error, "a quantile table");
	plim_status status = build_into(built, amount, error);
	if (status == PLIM_OK)
		*table = built;
	else
		plim_quantile_table_free(&built);
	return status;
}

void plim_quantile_table_free(plim_quantile_table **table)
{
	if (!table || !*table)
		return;
	plim_mem_free((*table)->segments);
	plim_mem_free((*table)->pieces);
	plim_mem_free((*table)->values);
	plim_mem_free((*table)->starts);
	plim_mem_free((*table)->guide);
	plim_mem_free(*table);
	*table = NULL;
}

double plim_quantile_table_at(const plim_quantile_table *table, uint64_t x)
{
	return plim_quantile_eval_one(table, x);
}

static void digest_piece(const plim_quantile_piece *piece, plim_digest *digest)
{
	const uint64_t fields[] = {piece->first, piece->length, piece->offset, piece->base,          piece->stride,
	                           piece->last,  piece->shift,  piece->spread, (uint64_t)piece->form};
	plim_digest_u64s(digest, fields, sizeof fields / sizeof *fields);
	plim_digest_double(digest, piece->scale);
}

void plim_quantile_table_digest(const plim_quantile_table *table, plim_digest *digest)
{
	plim_digest_u64(digest, (uint64_t)table->kind);
	plim_digest_double(digest, table->low);
	plim_digest_double(digest, table->high);
	plim_digest_u64(digest, table->segment_count);
	for (size_t i = 0; i < table->segment_count; i++)
		plim_digest_doubles(digest, table->segments[i].c, 4);
	plim_digest_u64(digest, table->count);
	if (table->starts)
		plim_digest_u64s(digest, table->starts, table->count);
	if (table->values)
		plim_digest_doubles(digest, table->values, table->count);
	if (table->kind == PLIM_QUANTILE_KIND_WHOLE)
		digest_piece(&table->whole, digest);
	else if (table->pieces)
		for (size_t i = 0; i < table->count; i++)
			digest_piece(&table->pieces[i], digest);
}

size_t plim_quantile_table_bytes(const plim_quantile_table *table)
{
	size_t bytes =
	    sizeof *table + table->segment_count * sizeof *table->segments + table->guide_count * sizeof *table->guide;
	if (table->starts)
		bytes += (table->count + 1) * sizeof *table->starts;
	if (table->pieces)
		bytes += table->count * sizeof *table->pieces;
	if (table->values)
		bytes += table->count * sizeof *table->values;
	return bytes;
}
