/* SPDX-License-Identifier: Apache-2.0 */
/* From what was written down of places to their histograms and sums. */
#include "base/error.h"
#include "base/memory.h"
#include "engine/summary_parts.h"

size_t plim_summary_log_bytes(const plim_summary *s)
{
	size_t bytes = s->bins.count * sizeof *s->bins.bin;
	for (size_t k = 0; k < s->series; k++)
		bytes += plim_place_log_bytes(&s->log[k]);
	return bytes;
}

bool plim_summary_log_is_full(const plim_summary *s)
{
	return plim_summary_log_bytes(s) >= s->log_limit;
}

/* No place has more stretches than this, however many values. */
#define MOST_STRETCHES (1 + PLIM_BUCKETS_OF_SET / PLIM_CELL_STRETCH)

/* So many values of a place are worth going through all its buckets. */
#define MANY 64

/* Values between asking for the bins of one and reading them. */
#define AHEAD 8

/* One log at work. */
typedef struct taker {
	plim_summary *into;
	const plim_summary *from;
	const plim_place_log *log;
	size_t of;        /* its series */
	uint32_t *series; /* those whose origin it is, for the place at hand */
	size_t count;
	plim_tally_cells cells[PLIM_MEASURES]; /* scratch */
	plim_halves
	    *scratch;   /* [part][of series][PLIM_BIN_ALL]: the place's sums by bin of the total, between places all 0 */
	size_t step;    /* from part to part */
	unsigned parts; /* bits: those in use */
	uint32_t adds;  /* most that any bin has had */
	uint32_t first, last; /* bins of all totals below PLIM_BIN_OVERFLOW */
	plim_error *error;
} taker;

static size_t scratch_bytes(const taker *t)
{
	return PLIM_SUM_PARTS * t->step * sizeof *t->scratch;
}

static bool begin(taker *t)
{
	const size_t series = t->into->series;
	t->series = plim_mem_alloc(series, sizeof *t->series);
	t->step = series * PLIM_BIN_ALL;
	t->scratch = plim_mem_pages(scratch_bytes(t));
	t->first = PLIM_BIN_OVERFLOW;
	t->last = 0;
	for (size_t i = 0; i < t->from->bins.count; i++) {
		const uint32_t bin = t->from->bins.bin[i];
		if (bin >= PLIM_BIN_OVERFLOW)
			continue;
		t->first = bin < t->first ? bin : t->first;
		t->last = bin > t->last ? bin : t->last;
	}
	for (int m = 0; m < PLIM_MEASURES; m++)
		t->cells[m] = (plim_tally_cells){plim_mem_pages(PLIM_TALLY_CELLS * sizeof *t->cells[m].cell), UINT32_MAX, 0};
	return t->series && t->scratch && t->cells[PLIM_MEASURE_AEP].cell && t->cells[PLIM_MEASURE_OEP].cell;
}

static void end(taker *t)
{
	plim_mem_free(t->series);
	for (int m = 0; m < PLIM_MEASURES; m++)
		plim_mem_pages_free(t->cells[m].cell, PLIM_TALLY_CELLS * sizeof *t->cells[m].cell);
	plim_mem_pages_free(t->scratch, scratch_bytes(t));
}

/* The series that the place's values hold in. */
static void find_series(taker *t, uint32_t group)
{
	plim_summary *s = t->into;
	t->count = 0;
	for (size_t k = t->of; k < s->series; k++)
		if (plim_groups_origin(s->layout, k, group) == t->of)
			t->series[t->count++] = (uint32_t)k;
}

/* A value that no sum can hold only counts: into the place's tail sums at once. */
static plim_status add_beyond(taker *t, uint32_t group, const plim_place_value *value)
{
	plim_status status = PLIM_OK;
	for (size_t s = 0; s < t->count && status == PLIM_OK; s++) {
		plim_place_tail *tail = &t->into->place_tail[t->series[s]];
		status = plim_place_tail_reserve(tail, 1, t->error);
		if (status == PLIM_OK)
			plim_place_tail_add(tail, group, t->from->bins.bin[value->row * t->from->series + t->series[s]],
			                    value->sum);
	}
	return status;
}

/* The values of a run into the place's sums by bin of the total, in each series that has them. */
static plim_status add_tails(taker *t, const plim_place_run *run)
{
	const size_t series = t->from->series, count = t->count;
	const uint16_t *bins = t->from->bins.bin;
	const uint32_t *of = t->series;
	const plim_place_value *value = &t->log->value[run->first];
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < run->count; i++) {
		const uint16_t *bin = bins + value[i].row * series;
		const plim_exact_share share = plim_exact_share_of(value[i].sum);
		const plim_halves halves = plim_halves_of(share.units);
		plim_halves *sum = t->scratch + share.part * t->step;
		if (i + AHEAD < run->count)
			__builtin_prefetch(bins + value[i + AHEAD].row * series);
		if (__builtin_expect(share.overflow, 0)) {
			status = status == PLIM_OK ? add_beyond(t, run->group, &value[i]) : status;
			continue;
		}
		t->parts |= 1u << share.part;
		if (count == 1) /* mostly: only one scenario, or one that changes the place */
			sum[bin[of[0]]] += halves;
		else
			for (size_t s = 0; s < count; s++, sum += PLIM_BIN_ALL)
				sum[bin[of[s]]] += halves;
	}
	t->adds += run->count;
	return status;
}

/* ... and into its histograms: many values by way of cells of their own, ... */
static void add_to_cells(taker *t, const plim_place_run *run)
{
	plim_tally_cells *aep = &t->cells[PLIM_MEASURE_AEP], *oep = &t->cells[PLIM_MEASURE_OEP];
	const plim_place_value *value = &t->log->value[run->first];
	for (size_t i = 0; i < run->count; i++) {
		const double largest = plim_place_log_largest(t->log, &value[i]);
		plim_tally_cells_add(aep, value[i].sum);
		if (largest != value[i].sum) {
			plim_tally_cells_add(oep, largest);
			plim_tally_cells_take(oep, value[i].sum);
		}
	}
}

static plim_status move_cells(taker *t, uint32_t group)
{
	plim_status status = PLIM_OK;
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
		status = plim_tally_set_move(plim_summary_set(t->into, t->of, m), group, &t->cells[m], t->error);
	return status;
}

/* ... few one by one. */
static plim_status add_to_set(taker *t, const plim_place_run *run)
{
	plim_tally_set *aep = plim_summary_set(t->into, t->of, PLIM_MEASURE_AEP);
	plim_tally_set *oep = plim_summary_set(t->into, t->of, PLIM_MEASURE_OEP);
	const plim_place_value *value = &t->log->value[run->first];
	const size_t most = run->count < MOST_STRETCHES ? run->count : MOST_STRETCHES;
	plim_status status = plim_tally_set_reserve(aep, most, t->error);
	if (status == PLIM_OK)
		status = plim_tally_set_reserve(oep, 2 * most, t->error);
	for (size_t i = 0; i < run->count && status == PLIM_OK; i++)
		plim_summary_add_trial_to_set(aep, oep, run->group, value[i].sum, plim_place_log_largest(t->log, &value[i]));
	return status;
}

static plim_status move_tails(taker *t, uint32_t group)
{
	plim_status status = PLIM_OK;
	for (size_t s = 0; s < t->count && status == PLIM_OK; s++) {
		plim_place_tail *tail = &t->into->place_tail[t->series[s]];
		const plim_tail_halves halves = {t->scratch + s * PLIM_BIN_ALL, t->step, t->parts};
		status = plim_place_tail_reserve(tail, PLIM_PLACE_TAIL_STRETCHES, t->error);
		if (status != PLIM_OK)
			return status;
		if (t->first <= t->last)
			plim_place_tail_move(tail, group, &halves, t->first, t->last);
		plim_place_tail_move(tail, group, &halves, PLIM_BIN_OVERFLOW, PLIM_BIN_ALL - 1);
	}
	t->parts = t->adds = 0;
	return status;
}

/* The runs of one place, order[0 .. n - 1]. */
static plim_status take_place(taker *t, const uint32_t *order, size_t n)
{
	const uint32_t group = t->log->run[order[0]].group;
	plim_status status = PLIM_OK;
	size_t values = 0;
	find_series(t, group);
	for (size_t i = 0; i < n; i++)
		values += t->log->run[order[i]].count;
	for (size_t i = 0; i < n && status == PLIM_OK; i++) {
		const plim_place_run *run = &t->log->run[order[i]];
		if (values < MANY)
			status = add_to_set(t, run);
		else
			add_to_cells(t, run);
		if (status == PLIM_OK && t->adds + run->count > PLIM_HALF_ADDS)
			status = move_tails(t, group);
		if (status == PLIM_OK)
			status = add_tails(t, run);
	}
	if (status == PLIM_OK && values >= MANY)
		status = move_cells(t, group);
	return status == PLIM_OK ? move_tails(t, group) : status;
}

static plim_status take_log(taker *t, plim_place_log *log)
{
	uint32_t *order;
	plim_status status = plim_place_log_order(log, t->into->groups, &order, t->error);
	if (status != PLIM_OK)
		return status;
	t->log = log;
	for (size_t i = 0, begin = 0; i < log->runs && status == PLIM_OK; begin = i) {
		const uint32_t group = log->run[order[i]].group;
		while (i < log->runs && log->run[order[i]].group == group)
			i++;
		status = take_place(t, order + begin, i - begin);
	}
	plim_mem_free(order);
	plim_place_log_reset(log);
	return status;
}

static plim_status take_logs(plim_summary *into, plim_summary *from, plim_error *error)
{
	taker t = {.into = into, .from = from, .error = error};
	plim_status status = begin(&t) ? PLIM_OK : plim_error_memory(error, "the losses at places");
	for (; t.of < into->series && status == PLIM_OK; t.of++)
		if (from->log[t.of].runs)
			status = take_log(&t, &from->log[t.of]);
	from->bins.count = 0;
	end(&t);
	return status;
}

plim_status plim_summary_take_places(plim_summary *into, plim_summary *from, plim_error *error)
{
	plim_status status = from->bins.count ? take_logs(into, from, error) : PLIM_OK;
	for (size_t k = 0; into != from && k < into->series && status == PLIM_OK; k++) {
		status = plim_summary_merge_nested(into, from, k, error);
		for (int m = 0; from->nested && m < PLIM_MEASURES; m++) {
			plim_tally_set_reset(&plim_summary_nested(from, k, m)->replicate);
			plim_tally_set_reset(&plim_summary_nested(from, k, m)->world);
		}
	}
	return status;
}
