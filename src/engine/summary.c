/* SPDX-License-Identifier: Apache-2.0 */
#include "engine/summary_parts.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"

static plim_status allocate(plim_summary *s, plim_error *error)
{
	size_t cells = s->series * s->groups;
	s->tally = plim_mem_alloc(cells * PLIM_MEASURES, sizeof *s->tally);
	s->set = plim_mem_alloc(s->series * PLIM_MEASURES, sizeof *s->set);
	s->tail = plim_mem_alloc(cells, sizeof *s->tail);
	s->place_tail = plim_mem_alloc(s->series, sizeof *s->place_tail);
	s->log = plim_mem_alloc(s->series, sizeof *s->log);
	s->events = plim_mem_alloc(cells, sizeof *s->events);
	s->above = plim_mem_alloc(s->series * plim_summary_counters(s), sizeof *s->above);
	s->extra = plim_mem_alloc(s->series * s->extras, sizeof *s->extra);
	s->worst = plim_mem_alloc(s->series, sizeof *s->worst);
	s->detail = plim_mem_alloc(s->series * PLIM_WORST_TRIALS, sizeof *s->detail);
	if (s->layout->worlds && !(s->nested = plim_mem_alloc(s->series * PLIM_MEASURES, sizeof *s->nested)))
		return plim_error_memory(error, "the worlds");
	if (!s->tally || !s->set || !s->tail || !s->place_tail || !s->log || !s->events || !s->above || !s->extra ||
	    !s->worst || !s->detail)
		return plim_error_memory(error, "the summary");
	return PLIM_OK;
}

static plim_status start_group(plim_summary *s, size_t series, size_t group, plim_error *error)
{
	if (plim_groups_in_set(s->layout, group))
		return PLIM_OK;
	int bits = plim_group_mantissa_bits(s->layout->item[group].kind);
	plim_status status = plim_tail_sums_init(&s->tail[series * s->groups + group], error);
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
		status = plim_tally_init(plim_summary_tally(s, series, group, m), bits, error);
	return status;
}

static plim_status start_extras(plim_summary *s, size_t series, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < s->extras && status == PLIM_OK; i++)
		if (plim_groups_keep(s->layout, s->layout->total, (uint32_t)(PLIM_MEASURES + i)))
			status =
			    plim_tally_init(&s->extra[series * s->extras + i], plim_group_mantissa_bits(PLIM_GROUP_TOTAL), error);
	return status;
}

static plim_status start_series(plim_summary *s, size_t series, plim_error *error)
{
	plim_status status = plim_worst_init(&s->worst[series], PLIM_WORST_TRIALS, error);
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
		status = plim_tally_set_init(plim_summary_set(s, series, m), 0, error);
	for (int m = 0; s->nested && m < PLIM_MEASURES; m++) {
		plim_nested *nested = plim_summary_nested(s, series, m);
		nested->replicate.coarse = nested->world.coarse = PLIM_TALLY_SET_BITS - PLIM_BIN_BITS;
	}
	for (size_t g = 0; g < s->groups && status == PLIM_OK; g++)
		status = start_group(s, series, g, error);
	return status == PLIM_OK ? start_extras(s, series, error) : status;
}

/* Adding up costs a place as much as some hundred values, however few it has; but what a cache holds is read soonest.
 */
size_t plim_summary_log_limit(const plim_groups *layout, size_t series)
{
	enum { VALUES = 4096, LEAST = 1 << 20 };
	const size_t bytes = plim_groups_own_places(layout, series) * VALUES * sizeof(plim_place_value);
	return bytes < LEAST ? LEAST : bytes < PLIM_PLACE_LOG_BYTES ? bytes : PLIM_PLACE_LOG_BYTES;
}

plim_status plim_summary_new(size_t series, const plim_groups *layout, size_t tolerances, plim_summary **summary,
                             plim_error *error)
{
	plim_summary *s = plim_mem_alloc(1, sizeof *s);
	if (!s)
		return plim_error_memory(error, "the summary");
	s->series = series;
	s->groups = layout->count;
	s->layout = layout;
	s->tolerances = tolerances;
	s->log_limit = plim_summary_log_limit(layout, series);
	s->years = layout->years > 1 ? layout->years : 1;
	s->extras = plim_groups_measures(layout, layout->total) - PLIM_MEASURES;
	plim_status status = allocate(s, error);
	for (size_t k = 0; k < series && status == PLIM_OK; k++)
		status = start_series(s, k, error);
	if (status != PLIM_OK)
		plim_summary_free(&s);
	else
		*summary = s;
	return status;
}

static void free_cells(plim_summary *s)
{
	for (size_t i = 0; s->tally && i < s->series * s->groups * PLIM_MEASURES; i++)
		if (s->tally[i].pages)
			plim_tally_clear(&s->tally[i]);
	for (size_t i = 0; s->extra && i < s->series * s->extras; i++)
		if (s->extra[i].pages)
			plim_tally_clear(&s->extra[i]);
	for (size_t i = 0; s->tail && i < s->series * s->groups; i++)
		if (s->tail[i].sum)
			plim_tail_sums_clear(&s->tail[i]);
	for (size_t i = 0; s->set && i < s->series * PLIM_MEASURES; i++)
		plim_tally_set_clear(&s->set[i]);
	for (size_t k = 0; s->place_tail && k < s->series; k++)
		plim_place_tail_clear(&s->place_tail[k]);
	for (size_t k = 0; s->log && k < s->series; k++)
		plim_place_log_clear(&s->log[k]);
	plim_trial_bins_clear(&s->bins);
	for (size_t i = 0; s->nested && i < s->series * PLIM_MEASURES; i++) {
		plim_tally_set_clear(&s->nested[i].replicate);
		plim_tally_set_clear(&s->nested[i].world);
	}
	for (size_t k = 0; s->worst && k < s->series; k++)
		plim_worst_clear(&s->worst[k]);
	for (size_t i = 0; s->detail && i < s->series * PLIM_WORST_TRIALS; i++)
		plim_mem_free(s->detail[i].share);
}

void plim_summary_free(plim_summary **summary)
{
	plim_summary *s = *summary;
	if (!s)
		return;
	free_cells(s);
	plim_summary_unshare_places(s);
	if (s->own_layout)
		plim_groups_clear(s->own_layout);
	plim_mem_free(s->own_layout);
	plim_mem_free(s->tally);
	plim_mem_free(s->extra);
	plim_mem_free(s->set);
	plim_mem_free(s->tail);
	plim_mem_free(s->place_tail);
	plim_mem_free(s->log);
	plim_mem_free(s->nested);
	plim_mem_free(s->events);
	plim_mem_free(s->above);
	plim_mem_free(s->worst);
	plim_mem_free(s->detail);
	plim_mem_free(s);
	*summary = NULL;
}

plim_status plim_summary_own_layout(plim_summary *s, plim_groups *groups, plim_error *error)
{
	s->own_layout = plim_mem_alloc(1, sizeof *s->own_layout);
	if (!s->own_layout)
		return plim_error_memory(error, "the groups");
	*s->own_layout = *groups;
	*groups = (plim_groups){0};
	s->layout = s->own_layout;
	return PLIM_OK;
}

plim_status plim_summary_merge_nested(plim_summary *into, const plim_summary *from, size_t series, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (int m = 0; into->nested && m < PLIM_MEASURES && status == PLIM_OK; m++) {
		plim_nested *to = plim_summary_nested(into, series, m);
		const plim_nested *add = plim_summary_nested(from, series, m);
		status = plim_tally_set_merge(&to->replicate, &add->replicate, error);
		if (status == PLIM_OK)
			status = plim_tally_set_merge(&to->world, &add->world, error);
	}
	return status;
}

/* Details move instead of being copied: `from` is not needed any more. */
typedef struct detail_move {
	plim_worst_detail *into, *from;
} detail_move;

static void move_detail(void *context, uint64_t to_slot, uint64_t from_slot)
{
	detail_move *move = context;
	plim_worst_detail *to = &move->into[to_slot], *from = &move->from[from_slot];
	plim_mem_free(to->share);
	*to = *from;
	*from = (plim_worst_detail){0};
}

static plim_status merge_series(plim_summary *into, plim_summary *from, size_t k, plim_error *error)
{
	for (size_t g = 0; g < into->groups; g++) {
		if (plim_groups_in_set(into->layout, g))
			continue;
		plim_tally_merge(plim_summary_tally(into, k, g, PLIM_MEASURE_AEP),
		                 plim_summary_tally(from, k, g, PLIM_MEASURE_AEP));
		(plim_groups_by_difference(into->layout, g) && !from->finished ? plim_tally_merge_difference : plim_tally_merge)(
		    plim_summary_tally(into, k, g, PLIM_MEASURE_OEP), plim_summary_tally(from, k, g, PLIM_MEASURE_OEP));
		plim_tail_sums_merge(&into->tail[k * into->groups + g], &from->tail[k * from->groups + g]);
	}
	for (size_t i = k * into->extras; i < (k + 1) * into->extras; i++)
		if (into->extra[i].pages)
			plim_tally_merge(&into->extra[i], &from->extra[i]);
	detail_move move = {into->detail + k * PLIM_WORST_TRIALS, from->detail + k * PLIM_WORST_TRIALS};
	plim_worst_merge(&into->worst[k], &from->worst[k], move_detail, &move);
	plim_status status = plim_place_tail_merge(&into->place_tail[k], &from->place_tail[k], error);
	for (int m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++)
		status = plim_tally_set_merge(plim_summary_set(into, k, m), plim_summary_set(from, k, m), error);
	return status == PLIM_OK ? plim_summary_merge_nested(into, from, k, error) : status;
}

plim_status plim_summary_each(plim_summary *into, plim_summary *from, size_t pieces, plim_summary_work *work,
                              plim_error *error)
{
	plim_status all = PLIM_OK;
	const int threads = into->threads > 1 ? (int)into->threads : 1;
#pragma omp parallel for schedule(dynamic) num_threads(threads)
	for (size_t i = 0; i < pieces; i++) {
		plim_error why;
		const plim_status status = work(into, from, i, &why);
		if (status == PLIM_OK)
			continue;
#pragma omp critical(plim_series)
		{
			all = status;
			if (error)
				*error = why;
		}
	}
	return all;
}

plim_status plim_summary_merge(plim_summary *into, plim_summary *from, plim_error *error)
{
	plim_status status = plim_summary_take_places(into, from, error);
	if (status == PLIM_OK)
		status = plim_summary_each(into, from, into->series, merge_series, error);
	for (size_t i = 0; i < into->series * into->groups; i++)
		into->events[i] += from->events[i];
	for (size_t i = 0; i < into->series * plim_summary_counters(into); i++)
		into->above[i] += from->above[i];
	into->trials += from->trials;
	return status;
}

static plim_status digest_nested(const plim_summary *s, size_t k, plim_digest *digest, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (int m = 0; s->nested && m < PLIM_MEASURES && status == PLIM_OK; m++) {
		const plim_nested *nested = plim_summary_nested(s, k, m);
		status = plim_tally_set_digest(&nested->replicate, digest, error);
		if (status == PLIM_OK)
			status = plim_tally_set_digest(&nested->world, digest, error);
	}
	return status;
}

plim_status plim_summary_walks(const plim_summary *s, int measure, plim_tally_walk *walk, plim_error *error)
{
	plim_status status = PLIM_OK;
	for (size_t k = 0; k < s->series; k++) {
		walk[k] = (plim_tally_walk){0};
		if (status == PLIM_OK)
			status = plim_tally_walk_begin(&walk[k], plim_summary_set(s, k, measure), error);
	}
	return status;
}

static plim_status digest_sparse(const plim_summary *s, size_t k, plim_digest *digest, plim_error *error)
{
	for (int m = 0; m < PLIM_MEASURES; m++) {
		const plim_status digested = plim_tally_set_digest(plim_summary_set(s, k, m), digest, error);
		if (digested != PLIM_OK)
			return digested;
	}
	plim_place_tail_row *rows = NULL;
	size_t count = 0;
	plim_status status = plim_place_tail_rows(&s->place_tail[k], &rows, &count, error);
	if (status != PLIM_OK)
		return status;
	plim_place_tail_digest(rows, count, digest);
	plim_mem_free(rows);
	return PLIM_OK;
}

static plim_status digest_worst(const plim_summary *s, size_t k, plim_digest *digest, plim_error *error)
{
	const plim_worst *worst = &s->worst[k];
	plim_worst_entry *sorted = plim_mem_alloc(worst->count, sizeof *sorted);
	if (!sorted)
		return plim_error_memory(error, "the digest");
	plim_worst_sort(worst, sorted);
	for (size_t i = 0; i < worst->count; i++) {
		plim_digest_double(digest, sorted[i].value);
		plim_digest_u64(digest, sorted[i].trial);
	}
	plim_mem_free(sorted);
	return PLIM_OK;
}

static plim_status digest_series(const plim_summary *s, size_t k, plim_digest *digest, plim_error *error)
{
	for (size_t g = 0; g < s->groups; g++) {
		plim_digest_u64(digest, s->events[k * s->groups + g]);
		if (plim_groups_in_set(s->layout, g))
			continue;
		for (int m = 0; m < PLIM_MEASURES; m++)
			plim_tally_digest(plim_summary_tally(s, k, g, m), digest);
		plim_tail_sums_digest(&s->tail[k * s->groups + g], digest);
	}
	for (size_t i = k * s->extras; i < (k + 1) * s->extras; i++)
		if (s->extra[i].pages)
			plim_tally_digest(&s->extra[i], digest);
	plim_digest_u64s(digest, s->above + k * plim_summary_counters(s), plim_summary_counters(s));
	plim_status status = digest_sparse(s, k, digest, error);
	if (status == PLIM_OK)
		status = digest_worst(s, k, digest, error);
	return status == PLIM_OK ? digest_nested(s, k, digest, error) : status;
}

plim_status plim_summary_digest(const plim_summary *s, plim_digest *digest, plim_error *error)
{
	plim_status status = PLIM_OK;
	plim_digest_u64(digest, s->trials);
	for (size_t k = 0; k < s->series && status == PLIM_OK; k++)
		status = digest_series(s, k, digest, error);
	return status;
}

/* What losses touch of a scale of 80 octaves, at most, unless they differ by more than a factor of 10^8. */
#define OCTAVES 27

/* Stretches of a map that so many values touch: they lie within some octaves. */
static double stretches_of(double values, double octaves, int bits)
{
	const double most = octaves * (double)(1 << bits) / PLIM_CELL_STRETCH;
	return values < most ? values : most;
}

size_t plim_summary_bytes(size_t series, const plim_groups *layout)
{
	size_t bytes = 0;
	const size_t bins = PLIM_BIN_ALL * sizeof(plim_tally_bin);
	for (size_t g = 0; g < layout->count; g++)
		if (!plim_groups_in_set(layout, g))
			bytes +=
			    PLIM_MEASURES * ((size_t)plim_bucket_count(plim_group_mantissa_bits(layout->item[g].kind)) * 8 + bins) +
			    PLIM_BIN_ALL * sizeof(plim_exact_sum);
	if (layout->years > 1)
		bytes += (layout->years + layout->present) *
		         ((size_t)plim_bucket_count(plim_group_mantissa_bits(PLIM_GROUP_TOTAL)) * 8 + bins);
	bytes = bytes / 80 * OCTAVES;
	if (layout->worlds) /* as much as twelve octaves for each group of a replicate and each world: grows with what
	                       happens */
		bytes += (layout->count * PLIM_REPLICATES + layout->worlds) * PLIM_MEASURES * 12 *
		         plim_cell_map_stretch_bytes(sizeof(plim_tally_cell));
	return bytes * series;
}

size_t plim_summary_place_bytes(size_t series, const plim_groups *layout, double values)
{
	enum { TOTAL_OCTAVES = 12 }; /* that hold the total of a trial with a loss at the place, mostly */
	const double cells = PLIM_MEASURES * stretches_of(values, OCTAVES / 2.0, PLIM_TALLY_SET_BITS) *
	                     (double)plim_cell_map_stretch_bytes(sizeof(plim_tally_cell));
	const double tails = stretches_of(values, TOTAL_OCTAVES, PLIM_BIN_BITS) *
	                     (double)plim_cell_map_stretch_bytes(sizeof(plim_exact_sum));
	size_t places = 0;
	for (size_t g = 0; g < layout->count; g++)
		places += plim_groups_in_set(layout, g);
	return (size_t)((double)plim_groups_own_places(layout, series) * cells + (double)(places * series) * tails);
}

plim_status plim_summary_list(const plim_summary *s, size_t series, size_t group, int measure, plim_bucket_list *list,
                              plim_error *error)
{
	if (!plim_groups_in_set(s->layout, group))
		return plim_tally_list(plim_summary_tally(s, series, group, measure), list, error);
	plim_tally_walk walk;
	const size_t origin = plim_groups_origin(s->layout, series, group);
	plim_status status = plim_tally_walk_begin(&walk, plim_summary_set(s, origin, measure), error);
	if (status == PLIM_OK)
		status = plim_tally_walk_list(&walk, (uint32_t)group, list, error);
	plim_tally_walk_end(&walk);
	return status;
}
