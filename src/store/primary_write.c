/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "store/primary.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define U32(name)                                                                                                      \
	{                                                                                                                  \
		name, PLIM_H5_U32                                                                                              \
	}
#define U64(name)                                                                                                      \
	{                                                                                                                  \
		name, PLIM_H5_U64                                                                                              \
	}
#define SUMS U64("sum_hi"), U64("sum_lo"), U64("square_hi"), U64("square_lo")
#define PARTS                                                                                                          \
	U64("part0_hi"), U64("part0_lo"), U64("part1_hi"), U64("part1_lo"), U64("part2_hi"), U64("part2_lo"),              \
	    U64("overflow")

static const plim_h5_column histogram[] = {U32("scenario"), U32("group"), U32("measure"), U32("bucket"), U64("count")};
static const plim_h5_column bins[] = {U32("scenario"), U32("group"), U32("measure"), U32("bin"), SUMS};
static const plim_h5_column sparse[] = {U32("scenario"), U32("group"), U32("measure"),
                                        U32("bucket"),   U64("count"), SUMS};
static const plim_h5_column alike[] = {U32("scenario"), U32("group"), U32("kept_with")};
static const plim_h5_column tail[] = {U32("scenario"), U32("group"), U32("bin"), PARTS};
static const plim_h5_column events[] = {U32("scenario"), U32("group"), U64("events")};
static const plim_h5_column above[] = {U32("scenario"), U32("tolerance"), U64("trials")};
static const plim_h5_column worst[] = {U32("scenario"), U32("rank"), U64("trial"), {"value", PLIM_H5_F64}};
static const plim_h5_column detail[] = {U32("scenario"), U32("rank"), U32("group"), {"value", PLIM_H5_F64}};

static const plim_h5_column replicates[] = {U32("scenario"), U32("group"), U32("replicate"), U32("measure"), U32("bin"),
                                            U64("count"),    SUMS};
static const plim_h5_column worlds[] = {U32("scenario"), U32("world"), U32("measure"), U32("bin"), U64("count"), SUMS};

const plim_primary_table *plim_primary_table_of(plim_primary_part part)
{
	static const plim_primary_table table[PLIM_PRIMARY_PARTS] = {
	    [PLIM_PRIMARY_HISTOGRAM] = {"histogram", "Histograms of dense groups", histogram, COUNT(histogram)},
	    [PLIM_PRIMARY_BINS] = {"bins", "Exact sums of dense groups", bins, COUNT(bins)},
	    [PLIM_PRIMARY_SPARSE] = {"sparse", "Histograms and exact sums of sparse groups", sparse, COUNT(sparse)},
	    [PLIM_PRIMARY_ALIKE] = {"alike", "Sparse groups kept with an earlier scenario", alike, COUNT(alike)},
	    [PLIM_PRIMARY_TAIL] = {"tail", "Tail sums of dense groups", tail, COUNT(tail)},
	    [PLIM_PRIMARY_PLACE_TAIL] = {"place_tail", "Tail sums of sparse groups", tail, COUNT(tail)},
	    [PLIM_PRIMARY_EVENTS] = {"events", "Events", events, COUNT(events)},
	    [PLIM_PRIMARY_ABOVE] = {"above", "Trials above the tolerance thresholds", above, COUNT(above)},
	    [PLIM_PRIMARY_WORST] = {"worst", "The worst trials", worst, COUNT(worst)},
	    [PLIM_PRIMARY_DETAIL] = {"detail", "What the groups had of the worst trials", detail, COUNT(detail)},
	    [PLIM_PRIMARY_REPLICATES] = {"replicates", "The groups by replicate", replicates, COUNT(replicates)},
	    [PLIM_PRIMARY_WORLDS] = {"worlds", "The total by world", worlds, COUNT(worlds)},
	};
	return &table[part];
}

#define HIGH(wide) ((uint64_t)((wide) >> 64))
#define LOW(wide) ((uint64_t)(wide))

static plim_status add_u32(plim_h5_appender *t, plim_h5_cell *c, const uint32_t *head, size_t heads)
{
	for (size_t i = 0; i < heads; i++)
		c[i].u32 = head[i];
	return plim_h5_append(t, c);
}

static plim_status write_histogram(plim_h5_appender *t, const plim_summary *s, uint32_t k, uint32_t g, uint32_t m)
{
	const plim_tally *tally = plim_summary_tally(s, k, g, (int)m);
	plim_status status = PLIM_OK;
	uint64_t count;
	for (uint32_t b = 0; status == PLIM_OK && plim_tally_next(tally, &b, &count); b++) {
		plim_h5_cell c[5] = {[4].u64 = count};
		status = add_u32(t, c, (const uint32_t[]){k, g, m, b}, 4);
	}
	return status;
}

static plim_status write_bins(plim_h5_appender *t, const plim_summary *s, uint32_t k, uint32_t g, uint32_t m)
{
	const plim_tally *tally = plim_summary_tally(s, k, g, (int)m);
	plim_status status = PLIM_OK;
	plim_tally_bin_record r;
	for (uint32_t b = 0; status == PLIM_OK && plim_tally_next_bin(tally, &b, &r); b++) {
		plim_h5_cell c[8] = {[4].u64 = r.sum_hi, [5].u64 = r.sum_lo, [6].u64 = r.square_hi, [7].u64 = r.square_lo};
		status = add_u32(t, c, (const uint32_t[]){k, g, m, b}, 4);
	}
	return status;
}

typedef plim_status write_tally(plim_h5_appender *t, const plim_summary *s, uint32_t k, uint32_t g, uint32_t m);

static plim_status write_dense(plim_h5_appender *t, const plim_summary *s, uint32_t k, write_tally *write)
{
	plim_status status = PLIM_OK;
	for (uint32_t g = 0; g < s->groups; g++)
		for (uint32_t m = 0; m < plim_groups_measures(s->layout, g) && !plim_groups_in_set(s->layout, g); m++)
			if (status == PLIM_OK && plim_groups_keep(s->layout, g, m))
				status = write(t, s, k, g, m);
	return status;
}

static plim_status write_sparse(plim_h5_appender *t, const plim_summary *s, uint32_t k)
{
	plim_status status = PLIM_OK;
	for (uint32_t m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++) {
		plim_tally_walk walk;
		plim_tally_row r;
		status = plim_tally_walk_begin(&walk, plim_summary_set(s, k, (int)m), t->h5->error);
		while (status == PLIM_OK && plim_tally_walk_next(&walk, &r)) {
			plim_h5_cell c[9] = {[4].u64 = r.count,
			                     [5].u64 = HIGH(r.sum),
			                     [6].u64 = LOW(r.sum),
			                     [7].u64 = HIGH(r.square),
			                     [8].u64 = LOW(r.square)};
			status = add_u32(t, c, (const uint32_t[]){k, r.id, m, r.bucket}, 4);
		}
		plim_tally_walk_end(&walk);
	}
	return status;
}

static plim_status write_alike(plim_h5_appender *t, const plim_summary *s, uint32_t k)
{
	plim_status status = PLIM_OK;
	for (uint32_t g = 0; g < s->groups && status == PLIM_OK; g++) {
		const uint32_t origin = (uint32_t)plim_groups_origin(s->layout, k, g);
		plim_h5_cell c[3];
		if (plim_groups_in_set(s->layout, g) && origin != k)
			status = add_u32(t, c, (const uint32_t[]){k, g, origin}, 3);
	}
	return status;
}

/* Rows of a set of a nested run; `split`: the id is group and replicate. */
static plim_status write_nested(plim_h5_appender *t, const plim_summary *s, uint32_t k, bool split)
{
	plim_status status = PLIM_OK;
	for (uint32_t m = 0; m < PLIM_MEASURES && status == PLIM_OK; m++) {
		const plim_nested *nested = plim_summary_nested(s, k, (int)m);
		plim_tally_row *rows = NULL;
		size_t count = 0;
		status = plim_tally_set_rows(split ? &nested->replicate : &nested->world, &rows, &count, t->h5->error);
		for (size_t i = 0; i < count && status == PLIM_OK; i++) {
			const plim_tally_row *r = &rows[i];
			plim_h5_cell c[10] = {0};
			const uint32_t group[] = {k, r->id / PLIM_REPLICATES, r->id % PLIM_REPLICATES, m, r->bucket};
			const uint32_t world[] = {k, r->id, m, r->bucket};
			plim_h5_cell *rest = c + (split ? 5 : 4);
			rest[0].u64 = r->count;
			rest[1].u64 = HIGH(r->sum);
			rest[2].u64 = LOW(r->sum);
			rest[3].u64 = HIGH(r->square);
			rest[4].u64 = LOW(r->square);
			status = split ? add_u32(t, c, group, 5) : add_u32(t, c, world, 4);
		}
		plim_mem_free(rows);
	}
	return status;
}

static plim_status write_sum(plim_h5_appender *t, uint32_t k, uint32_t g, uint32_t bin, const plim_exact_sum *sum)
{
	plim_h5_cell c[10] = {[9].u64 = sum->overflow};
	for (size_t i = 0; i < 3; i++) {
		c[3 + 2 * i].u64 = HIGH(sum->part[i]);
		c[4 + 2 * i].u64 = LOW(sum->part[i]);
	}
	return add_u32(t, c, (const uint32_t[]){k, g, bin}, 3);
}

static plim_status write_tail(plim_h5_appender *t, const plim_summary *s, uint32_t k)
{
	plim_status status = PLIM_OK;
	for (uint32_t g = 0; g < s->groups; g++) {
		const plim_tail_sums *sums = &s->tail[k * s->groups + g];
		const plim_exact_sum *sum;
		if (plim_groups_in_set(s->layout, g))
			continue;
		for (uint32_t b = 0; status == PLIM_OK && plim_tail_sums_next(sums, &b, &sum); b++)
			status = write_sum(t, k, g, b, sum);
	}
	return status;
}

static plim_status write_place_tail(plim_h5_appender *t, const plim_summary *s, uint32_t k)
{
	plim_place_tail_row *rows = NULL;
	size_t count = 0;
	plim_status status = plim_place_tail_rows(&s->place_tail[k], &rows, &count, t->h5->error);
	for (size_t i = 0; i < count && status == PLIM_OK; i++)
		status = write_sum(t, k, rows[i].group, rows[i].bin, &rows[i].sum);
	plim_mem_free(rows);
	return status;
}

/* Counters that are not zero: of `count` events, or tolerances and years. */
static plim_status write_counters(plim_h5_appender *t, const uint64_t *counter, size_t count, uint32_t k)
{
	plim_status status = PLIM_OK;
	for (uint32_t i = 0; i < count && status == PLIM_OK; i++) {
		plim_h5_cell c[3] = {[2].u64 = counter[i]};
		if (counter[i])
			status = add_u32(t, c, (const uint32_t[]){k, i}, 2);
	}
	return status;
}

static plim_status write_detail(plim_h5_appender *t, const plim_worst_detail *from, uint32_t k, uint32_t rank)
{
	plim_status status = PLIM_OK;
	for (size_t j = 0; j < from->count && status == PLIM_OK; j++) {
		plim_h5_cell c[4] = {[3].f64 = from->share[j].value};
		status = add_u32(t, c, (const uint32_t[]){k, rank, from->share[j].group}, 3);
	}
	return status;
}

/* The worst trials themselves, or what the groups had of them. */
static plim_status write_worst(plim_h5_appender *t, const plim_summary *s, uint32_t k, bool details)
{
	const plim_worst *from = &s->worst[k];
	plim_worst_entry *sorted = plim_mem_alloc(from->count, sizeof *sorted);
	if (!sorted)
		return plim_error_memory(t->h5->error, "the worst trials");
	plim_worst_sort(from, sorted);
	plim_status status = PLIM_OK;
	for (uint32_t i = 0; i < from->count && status == PLIM_OK; i++) {
		plim_h5_cell c[4] = {[2].u64 = sorted[i].trial, [3].f64 = sorted[i].value};
		status = details ? write_detail(t, &s->detail[k * PLIM_WORST_TRIALS + sorted[i].slot], k, i + 1)
		                 : add_u32(t, c, (const uint32_t[]){k, i + 1}, 2);
	}
	plim_mem_free(sorted);
	return status;
}

static plim_status write_scenario(plim_h5_appender *t, const plim_summary *s, plim_primary_part part, uint32_t k)
{
	switch (part) {
	case PLIM_PRIMARY_HISTOGRAM: return write_dense(t, s, k, write_histogram);
	case PLIM_PRIMARY_BINS: return write_dense(t, s, k, write_bins);
	case PLIM_PRIMARY_SPARSE: return write_sparse(t, s, k);
	case PLIM_PRIMARY_ALIKE: return write_alike(t, s, k);
	case PLIM_PRIMARY_TAIL: return write_tail(t, s, k);
	case PLIM_PRIMARY_PLACE_TAIL: return write_place_tail(t, s, k);
	case PLIM_PRIMARY_EVENTS: return write_counters(t, s->events + k * s->groups, s->groups, k);
	case PLIM_PRIMARY_ABOVE:
		return write_counters(t, s->above + k * plim_summary_counters(s), plim_summary_counters(s), k);
	case PLIM_PRIMARY_WORST: return write_worst(t, s, k, false);
	case PLIM_PRIMARY_DETAIL: return write_worst(t, s, k, true);
	case PLIM_PRIMARY_REPLICATES: return write_nested(t, s, k, true);
	case PLIM_PRIMARY_WORLDS: return write_nested(t, s, k, false);
	case PLIM_PRIMARY_PARTS: break;
	}
	return PLIM_OK;
}

static plim_status write_part(plim_h5 *h5, hid_t group, const plim_summary *s, plim_primary_part part)
{
	const plim_primary_table *table = plim_primary_table_of(part);
	plim_h5_layout layout;
	plim_h5_appender t = {0};
	plim_h5_lay_out(&layout, table->column, table->columns, NULL);
	plim_status status = plim_h5_append_begin(&t, h5, group, table->name, table->title, &layout, 0);
	for (uint32_t k = 0; k < s->series && status == PLIM_OK; k++)
		status = write_scenario(&t, s, part, k);
	return plim_h5_append_end(&t, status);
}

plim_status plim_primary_write(plim_h5 *h5, const plim_summary *s)
{
	const struct {
		const char *name;
		uint64_t value;
	} size[] = {{"scenarios", s->series}, {"groups", s->groups}, {"tolerances", s->tolerances}, {"trials", s->trials}};
	hid_t group;
	plim_status status = plim_h5_group_create(h5, "primary", &group);
	if (status != PLIM_OK)
		return status;
	for (size_t i = 0; i < COUNT(size) && status == PLIM_OK; i++)
		status = plim_h5_attribute_write(h5, group, size[i].name, PLIM_H5_U64, 1, &size[i].value);
	for (int part = 0; part < PLIM_PRIMARY_PARTS && status == PLIM_OK; part++)
		if (plim_primary_has(s, (plim_primary_part)part))
			status = write_part(h5, group, s, (plim_primary_part)part);
	H5Gclose(group);
	return status;
}
