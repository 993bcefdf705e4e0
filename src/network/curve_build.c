/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A curve is swept from D = 0 upwards. The sloped solution at D gives every loss as a line in D and the horizon up to
 * which these lines hold; the next solution begins there. Lines that go on as before are not kept twice.
 */
#include <math.h>
#include <stdlib.h>

#include "base/error.h"
#include "base/memory.h"
#include "network/curve.h"
#include "network/curve_sweep.h"

#define NONE PLIM_GRAPH_NONE
#define SAME 0x1p-40    /* relative: lines so near are one line, they differ by rounding */
#define NOTHING 0x1p-45 /* relative: what a difference of equals leaves behind */
#define NARROW 0x1p-44  /* relative: pieces so narrow stem from knots that rounding has split */
#define STEP 0x1p-50    /* relative: the least step, so that the sweep goes on whatever rounding does */
#define BEYOND 0x1p-7   /* relative: how much longer outages may be than was said, and knots narrow */

/* A line, and the one before it of the same function. */
typedef struct record {
	plim_curve_line line;
	uint32_t before;
} record;

/* The lines so far of one function. */
typedef struct track {
	uint32_t last, count;
} track;

/* The tracks of one slot of the sweep. */
typedef struct bearer_row {
	track loss, substitution;
} bearer_row;

typedef struct builder {
	plim_sweep sweep;
	record *record;
	size_t records, record_capacity;
	bearer_row *row; /* one a slot */
	size_t row_capacity;
	track loss, substitution, recovery;
	size_t pieces;
	double longest; /* the sweep ends beyond it */
} builder;

static double size_of(double value)
{
	return value < 0 ? -value : value;
}

static plim_curve_line line_of(plim_moment moment, double days)
{
	double value = moment.at + moment.slope * days;
	if (size_of(value) <= NOTHING * (size_of(moment.at) + size_of(moment.slope) * days))
		value = 0;
	return (plim_curve_line){days, value, moment.slope};
}

/* True if `line` only continues `earlier`. */
static bool goes_on(plim_curve_line earlier, plim_curve_line line)
{
	double reached = earlier.value + earlier.slope * (line.from - earlier.from);
	double size = size_of(earlier.value) + size_of(line.value) + size_of(line.slope) * line.from;
	return size_of(line.value - reached) <= SAME * size &&
	       size_of(line.slope - earlier.slope) <= SAME * (size_of(line.slope) + size_of(earlier.slope));
}

static plim_status append(builder *b, track *t, plim_moment moment)
{
	plim_curve_line line = line_of(moment, b->sweep.days);
	while (t->count && line.from - b->record[t->last].line.from <= NARROW * line.from) {
		line.from = b->record[t->last].line.from;
		t->last = b->record[t->last].before;
		t->count--;
	}
	bool goes = t->count ? goes_on(b->record[t->last].line, line) : line.value == 0 && line.slope == 0;
	if (goes)
		return PLIM_OK;
	void *records = b->record;
	if (b->records >= NONE - 1 || plim_mem_grow(&records, &b->record_capacity, b->records + 1, sizeof *b->record))
		return PLIM_ERROR_MEMORY;
	b->record = records;
	b->record[b->records] = (record){line, t->count ? t->last : NONE};
	t->last = (uint32_t)b->records++;
	t->count++;
	return PLIM_OK;
}

/* Only the nodes that were solved anew can have new lines. */
static plim_status add_piece(builder *b)
{
	const plim_sweep *sweep = &b->sweep;
	void *rows = b->row;
	if (plim_mem_grow(&rows, &b->row_capacity, sweep->slots, sizeof *b->row))
		return PLIM_ERROR_MEMORY;
	b->row = rows;
	b->pieces++;
	plim_status status = PLIM_OK;
	for (size_t k = 0; k < sweep->changes && !status; k++) {
		const plim_sweep_slot *slot = &sweep->slot[sweep->changed[k]];
		bearer_row *row = &b->row[sweep->changed[k]];
		status = append(b, &row->loss, slot->loss.lost);
		if (!status)
			status = append(b, &row->substitution, slot->loss.substituted);
	}
	plim_sweep_knot total = plim_sweep_total(sweep);
	if (!status)
		status = append(b, &b->loss, total.lost);
	if (!status)
		status = append(b, &b->substitution, total.substituted);
	return status ? status : append(b, &b->recovery, total.recovery);
}

static plim_status sweep_lengths(builder *b)
{
	plim_status status = add_piece(b);
	double next = plim_sweep_total(&b->sweep).horizon;
	while (!status && next < PLIM_MOMENT_NEVER && next <= b->longest) {
		if (b->pieces == PLIM_CURVE_PIECES)
			return PLIM_ERROR_MODEL;
		double least = b->sweep.days * (1 + STEP);
		status = plim_sweep_move(&b->sweep, next > least ? next : least);
		if (!status)
			status = add_piece(b);
		next = plim_sweep_total(&b->sweep).horizon;
	}
	return status;
}

static plim_curve unroll(const builder *b, track t, plim_outage_curve *curve)
{
	plim_curve function = {(uint32_t)curve->lines, t.count};
	curve->lines += t.count;
	for (uint32_t k = t.count, at = t.last; k-- > 0; at = b->record[at].before)
		curve->line[function.first + k] = b->record[at].line;
	return function;
}

static double onset_of(const plim_outage_curve *curve, plim_curve function)
{
	return function.count ? curve->line[function.first].from : INFINITY;
}

static int compare_bearers(const void *left, const void *right)
{
	const plim_curve_bearer *a = left, *b = right;
	if (a->onset != b->onset)
		return a->onset < b->onset ? -1 : 1;
	return a->node < b->node ? -1 : a->node > b->node;
}

/* The supremum of the D with loss 0: the end of the last stretch, or a last touch, at 0. */
static double time_to_survive(const plim_outage_curve *curve)
{
	const plim_curve_line *line = curve->line + curve->loss.first;
	uint32_t count = curve->loss.count;
	double longest = count ? line[0].from : INFINITY;
	for (uint32_t k = 0; k < count; k++) {
		if (!(line[k].value > 0))
			longest = line[k].from;
		if (!(line[k].value > 0) && !(line[k].slope > 0))
			longest = k + 1 < count ? line[k + 1].from : INFINITY;
	}
	return longest;
}

static void add_bearers(const builder *b, plim_outage_curve *curve)
{
	for (size_t k = 0; k < b->sweep.slots; k++) {
		if (b->row[k].loss.count + b->row[k].substitution.count == 0)
			continue;
		plim_curve_bearer *bearer = &curve->bearer[curve->bearers++];
		bearer->node = b->sweep.slot[k].node;
		bearer->loss = unroll(b, b->row[k].loss, curve);
		bearer->substitution = unroll(b, b->row[k].substitution, curve);
		bearer->onset = fmin(onset_of(curve, bearer->loss), onset_of(curve, bearer->substitution));
	}
	qsort(curve->bearer, curve->bearers, sizeof *curve->bearer, compare_bearers);
}

static plim_outage_curve *finish(const builder *b)
{
	size_t lines = (size_t)b->loss.count + b->substitution.count + b->recovery.count, bearers = 0;
	for (size_t k = 0; k < b->sweep.slots; k++) {
		size_t count = (size_t)b->row[k].loss.count + b->row[k].substitution.count;
		lines += count;
		bearers += count > 0;
	}
	plim_outage_curve *curve = plim_outage_curve_new(bearers, lines);
	if (!curve)
		return NULL;
	curve->loss = unroll(b, b->loss, curve);
	curve->substitution = unroll(b, b->substitution, curve);
	curve->recovery = unroll(b, b->recovery, curve);
	add_bearers(b, curve);
	curve->time_to_survive = time_to_survive(curve);
	return curve;
}

plim_status plim_outage_curve_build_to(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                       double longest, plim_outage_curve **curve, plim_error *error)
{
	builder b = {.longest = longest * (1 + BEYOND)};
	plim_outage_curve *made = NULL;
	plim_status status = plim_sweep_begin(&b.sweep, solver, overlay, outage);
	if (!status)
		status = sweep_lengths(&b);
	if (!status && !(made = finish(&b)))
		status = PLIM_ERROR_MEMORY;
	if (made)
		*curve = made;
	plim_sweep_clear(&b.sweep);
	plim_mem_free(b.record);
	plim_mem_free(b.row);
	if (status == PLIM_ERROR_MODEL)
		return plim_error_set(error, status, "an outage-loss curve has more than %d pieces", PLIM_CURVE_PIECES);
	return status ? plim_error_memory(error, "an outage-loss curve") : PLIM_OK;
}

plim_status plim_outage_curve_build(plim_network_solver *solver, const plim_overlay *overlay, plim_outage outage,
                                    plim_outage_curve **curve, plim_error *error)
{
	return plim_outage_curve_build_to(solver, overlay, outage, INFINITY, curve, error);
}
