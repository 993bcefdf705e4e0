/* SPDX-License-Identifier: Apache-2.0 */
/* From what was written down of places (and regions that are logged like them) to their histograms and sums. */
#include <omp.h>

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

/* A thread at work. */
typedef struct taker {
	plim_summary *into;
	plim_summary *from;
	uint32_t **order;          /* [series]: the runs of its log by place, or NULL if there are none */
	const plim_place_log *log; /* at hand ... */
	size_t of;                 /* ... its series */
	uint32_t *series;          /* those whose origin it is, for the place at hand */
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
	t->order = plim_mem_alloc(series, sizeof *t->order);
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
	return t->series && t->order && t->scratch && t->cells[PLIM_MEASURE_AEP].cell && t->cells[PLIM_MEASURE_OEP].cell;
}

static void end(taker *t)
{
	for (size_t k = 0; t->order && k < t->into->series; k++)
		plim_mem_free(t->order[k]);
	plim_mem_free((void *)t->order);
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
		status = plim_place_tail_reserve_of(tail, group, 1, t->error);
		if (status == PLIM_OK)
			plim_place_tail_add(tail, group, t->from->bins.bin[value->row * t->from->series + t->series[s]],
			                    value->sum);
	}
	return status;
}

/* The values of a run into the place's sums by bin of the total, in each series that has them. */
static plim_status add_tails(taker *t, const plim_place_run *run)
{
	/* what `t` says is read once: the compiler cannot know that sums are not part of it */
	const size_t series = t->from->series, count = t->count, step = t->step, values = run->count;
	const uint16_t *bins = t->from->bins.bin;
	const uint32_t *of = t->series;
	const plim_place_value *value = &t->log->value[run->first];
	plim_halves *scratch = t->scratch;
	unsigned parts = 0;
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < values; i++) {
		const uint16_t *bin = bins + value[i].row * series;
		const plim_exact_share share = plim_exact_share_of(value[i].sum);
		const plim_halves halves = plim_halves_of(share.units);
		plim_halves *sum = scratch + share.part * step;
		if (i + AHEAD < values)
			__builtin_prefetch(bins + value[i + AHEAD].row * series);
		if (__builtin_expect(share.overflow, 0)) {
			status = status == PLIM_OK ? add_beyond(t, run->group, &value[i]) : status;
			continue;
		}
		parts |= 1u << share.part;
		if (count == 1) /* mostly: only one scenario, or one that changes the place */
			sum[bin[of[0]]] += halves;
		else
			for (size_t s = 0; s < count; s++, sum += PLIM_BIN_ALL)
				sum[bin[of[s]]] += halves;
	}
	t->parts |= parts;
	t->adds += run->count;
	return status;
}

/* Runs lie far apart: the next is asked for while one is added up. */
static void prefetch_run(const plim_place_log *log, const plim_place_run *run)
{
	const char *from = (const char *)&log->value[run->first];
	for (size_t byte = 0; byte < run->count * sizeof *log->value; byte += 64)
		__builtin_prefetch(from + byte);
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
	plim_status status = plim_tally_set_reserve_of(aep, run->group, most, t->error);
	if (status == PLIM_OK)
		status = plim_tally_set_reserve_of(oep, run->group, 2 * most, t->error);
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
		status = plim_place_tail_reserve_of(tail, group, PLIM_PLACE_TAIL_STRETCHES, t->error);
		if (status != PLIM_OK)
			return status;
		if (t->first <= t->last)
			plim_place_tail_move(tail, group, &halves, t->first, t->last);
		plim_place_tail_move(tail, group, &halves, PLIM_BIN_OVERFLOW, PLIM_BIN_ALL - 1);
	}
	t->parts = t->adds = 0;
	return status;
}

/* The runs of one region, order[0 .. n - 1]: its histograms are no set, and its tail sums stay together. */
static void take_region(taker *t, const uint32_t *order, size_t n)
{
	const uint32_t group = t->log->run[order[0]].group;
	const uint16_t *bins = t->from->bins.bin + t->of;
	const size_t series = t->from->series;
	/* copies of what only says where things are: the compiler cannot know that adding leaves it alone */
	const plim_place_log log = *t->log;
	plim_tally aep = *plim_summary_tally(t->into, t->of, group, PLIM_MEASURE_AEP);
	plim_tally oep = *plim_summary_tally(t->into, t->of, group, PLIM_MEASURE_OEP);
	plim_tail_sums tail = t->into->tail[t->of * t->into->groups + group];
	for (size_t r = 0; r < n; r++) {
		const plim_place_run *run = &t->log->run[order[r]];
		if (r + 1 < n)
			prefetch_run(t->log, &t->log->run[order[r + 1]]);
		const plim_place_value *value = &t->log->value[run->first];
		const size_t values = run->count;
		for (size_t i = 0; i < values; i++) {
			if (i + AHEAD < values) {
				const uint32_t bin = bins[value[i + AHEAD].row * series];
				plim_tally_prefetch(&aep, value[i + AHEAD].sum);
				__builtin_prefetch(&tail.sum[bin], 1);
			}
			plim_summary_add_trial(&aep, &oep, value[i].sum, plim_place_log_largest(&log, &value[i]));
			plim_tail_sums_add(&tail, bins[value[i].row * series], value[i].sum);
		}
	}
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
		if (i + 1 < n)
			prefetch_run(t->log, &t->log->run[order[i + 1]]);
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

static plim_status order_runs(taker *t)
{
	plim_status status = PLIM_OK;
	for (size_t k = 0; k < t->into->series && status == PLIM_OK; k++)
		if (t->from->log[k].runs)
			status = plim_place_log_order(&t->from->log[k], t->into->groups, &t->order[k], t->error);
	return status;
}

/* Where in the order of the log at hand the first run of a place from `group` on stands. */
static size_t first_run(const taker *t, uint64_t group)
{
	size_t low = 0, high = t->log->runs;
	while (low < high) {
		const size_t middle = low + (high - low) / 2;
		if (t->log->run[t->order[t->of][middle]].group < group)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The places from group `first` up to `end`. */
static plim_status take_range(taker *t, uint64_t first, uint64_t end)
{
	plim_status status = PLIM_OK;
	for (t->of = 0; t->of < t->into->series && status == PLIM_OK; t->of++) {
		const uint32_t *order = t->order[t->of];
		t->log = &t->from->log[t->of];
		if (!order)
			continue;
		const size_t last = first_run(t, end);
		for (size_t i = first_run(t, first), begin = i; i < last && status == PLIM_OK; begin = i) {
			const uint32_t group = t->log->run[order[i]].group;
			while (i < last && t->log->run[order[i]].group == group)
				i++;
			if (plim_groups_in_set(t->into->layout, group))
				status = take_place(t, order + begin, i - begin);
			else
				take_region(t, order + begin, i - begin);
		}
	}
	return status;
}

/* The places of a shared summary are taken part by part. Threads begin with different parts and follow one another. */
static plim_status take_parts(taker *t)
{
	unsigned shift;
	const int parts = (int)plim_cell_map_parts((uint32_t)t->into->groups, &shift);
	const int start = omp_get_thread_num() * parts / omp_get_num_threads();
	plim_status status = PLIM_OK;
	for (int i = 0; i < parts && status == PLIM_OK; i++) {
		const int part = (start + i) % parts;
		omp_set_lock(&t->into->part_lock[part]);
		status = take_range(t, (uint64_t)part << shift, ((uint64_t)part + 1) << shift);
		omp_unset_lock(&t->into->part_lock[part]);
	}
	return status;
}

static plim_status take_logs(plim_summary *into, plim_summary *from, plim_error *error)
{
	taker t = {.into = into, .from = from, .error = error};
	plim_status status = begin(&t) ? order_runs(&t) : plim_error_memory(error, "the losses at places");
	if (status == PLIM_OK)
		status = into->part_lock ? take_parts(&t) : take_range(&t, 0, UINT64_MAX);
	for (size_t k = 0; k < into->series; k++)
		plim_place_log_reset(&from->log[k]);
	from->bins.count = 0;
	end(&t);
	return status;
}

plim_status plim_summary_share_places(plim_summary *s, plim_error *error)
{
	plim_status status = PLIM_OK;
	s->part_lock = plim_mem_alloc(PLIM_CELL_PARTS, sizeof *s->part_lock);
	if (!s->part_lock)
		return plim_error_memory(error, "the summary");
	for (int i = 0; i < PLIM_CELL_PARTS; i++)
		omp_init_lock(&s->part_lock[i]);
	for (size_t k = 0; k < s->series && status == PLIM_OK; k++) {
		status = plim_place_tail_split(&s->place_tail[k], (uint32_t)s->groups, error);
		for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
			status = plim_tally_set_split(plim_summary_set(s, k, m), (uint32_t)s->groups, error);
	}
	return status;
}

void plim_summary_unshare_places(plim_summary *s)
{
	for (int i = 0; s->part_lock && i < PLIM_CELL_PARTS; i++)
		omp_destroy_lock(&s->part_lock[i]);
	plim_mem_free(s->part_lock);
	s->part_lock = NULL;
}

/* What worlds had at places: few enough for one thread at a time. */
static plim_status take_nested(plim_summary *into, plim_summary *from, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t k = 0; k < into->series && status == PLIM_OK; k++) {
		status = plim_summary_merge_nested(into, from, k, error);
		for (int m = 0; from->nested && m < PLIM_MEASURES; m++) {
			plim_tally_set_reset(&plim_summary_nested(from, k, m)->replicate);
			plim_tally_set_reset(&plim_summary_nested(from, k, m)->world);
		}
	}
	return status;
}

plim_status plim_summary_take_places(plim_summary *into, plim_summary *from, plim_error *error)
{
	plim_status status = from->bins.count ? take_logs(into, from, error) : PLIM_OK;
	if (into == from || status != PLIM_OK)
		return status;
#pragma omp critical(plim_nested)
	status = take_nested(into, from, error);
	return status;
}
