/* SPDX-License-Identifier: Apache-2.0 */
#include "base/error.h"
#include "base/memory.h"
#include "store/open.h"
#include "store/primary.h"

typedef struct loader {
	plim_h5 *h5;
	plim_summary *s;
	const char *table;
	uint64_t *slot; /* [scenario][rank - 1]: where a worst trial went */
} loader;

static plim_status refuse(const loader *l)
{
	return plim_h5_damaged(l->h5, l->table, "a row contradicts the model or the other rows");
}

static plim_tally *tally_of(const loader *l, const plim_h5_cell *c)
{
	const plim_summary *s = l->s;
	if (c[0].u32 >= s->series || c[1].u32 >= s->groups || !plim_groups_keep(s->layout, c[1].u32, c[2].u32) ||
	    plim_groups_in_set(s->layout, c[1].u32))
		return NULL;
	return plim_summary_tally(s, c[0].u32, c[1].u32, (int)c[2].u32);
}

static plim_status put_histogram(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	plim_tally *tally = tally_of(l, c);
	return tally && plim_tally_put_bucket(tally, c[3].u32, c[4].u64) ? PLIM_OK : refuse(l);
}

static plim_status put_bin(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	plim_tally *tally = tally_of(l, c);
	const plim_tally_bin_record record = {c[3].u32, c[4].u64, c[5].u64, c[6].u64, c[7].u64};
	return tally && plim_tally_put_bin(tally, &record) ? PLIM_OK : refuse(l);
}

static plim_u128 wide(const plim_h5_cell *high_and_low)
{
	return (plim_u128)high_and_low[0].u64 << 64 | high_and_low[1].u64;
}

static plim_status put_in_set(const loader *l, plim_tally_set *set, const plim_tally_row *row)
{
	plim_error why;
	plim_status status = plim_tally_set_put(set, row, &why);
	if (status == PLIM_ERROR_IO)
		return refuse(l);
	return status == PLIM_OK ? PLIM_OK : plim_error_memory(l->h5->error, l->table);
}

static bool is_sparse(const loader *l, uint32_t scenario, uint32_t group)
{
	return scenario < l->s->series && group < l->s->groups && plim_groups_in_set(l->s->layout, group);
}

static plim_status put_sparse(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	const plim_tally_row row = {c[1].u32, c[3].u32, c[4].u64, wide(&c[5]), wide(&c[7])};
	if (!is_sparse(l, c[0].u32, c[1].u32) || c[2].u32 >= PLIM_MEASURES)
		return refuse(l);
	if (plim_groups_origin(l->s->layout, c[0].u32, c[1].u32) != c[0].u32) /* the same again */
		return refuse(l);
	return put_in_set(l, plim_summary_set(l->s, c[0].u32, (int)c[2].u32), &row);
}

static plim_status put_alike(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	return is_sparse(l, c[0].u32, c[1].u32) && plim_groups_origin(l->s->layout, c[0].u32, c[1].u32) == c[2].u32
	           ? PLIM_OK
	           : refuse(l);
}

static plim_status put_replicate(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	if (c[0].u32 >= l->s->series || c[1].u32 >= l->s->groups || c[2].u32 >= PLIM_REPLICATES ||
	    c[3].u32 >= PLIM_MEASURES)
		return refuse(l);
	const plim_tally_row row = {c[1].u32 * PLIM_REPLICATES + c[2].u32, c[4].u32, c[5].u64, wide(&c[6]), wide(&c[8])};
	return put_in_set(l, &plim_summary_nested(l->s, c[0].u32, (int)c[3].u32)->replicate, &row);
}

static plim_status put_world(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	if (c[0].u32 >= l->s->series || c[1].u32 >= l->s->layout->worlds || c[2].u32 >= PLIM_MEASURES)
		return refuse(l);
	const plim_tally_row row = {c[1].u32, c[3].u32, c[4].u64, wide(&c[5]), wide(&c[7])};
	return put_in_set(l, &plim_summary_nested(l->s, c[0].u32, (int)c[2].u32)->world, &row);
}

static plim_exact_sum sum_of(const plim_h5_cell *c)
{
	return (plim_exact_sum){.part = {wide(&c[0]), wide(&c[2]), wide(&c[4])}, .overflow = c[6].u64};
}

static plim_status put_tail(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	const plim_summary *s = l->s;
	const plim_exact_sum sum = sum_of(&c[3]);
	if (c[0].u32 >= s->series || c[1].u32 >= s->groups || plim_groups_in_set(s->layout, c[1].u32))
		return refuse(l);
	return plim_tail_sums_put(&s->tail[c[0].u32 * s->groups + c[1].u32], c[2].u32, &sum) ? PLIM_OK : refuse(l);
}

static plim_status put_place_tail(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	if (!is_sparse(l, c[0].u32, c[1].u32) || c[2].u32 >= PLIM_BIN_ALL)
		return refuse(l);
	plim_place_tail_row row = {c[1].u32, c[2].u32, sum_of(&c[3])};
	return plim_place_tail_put(&l->s->place_tail[c[0].u32], &row, l->h5->error);
}

static plim_status put_events(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	if (c[0].u32 >= l->s->series || c[1].u32 >= l->s->groups)
		return refuse(l);
	l->s->events[c[0].u32 * l->s->groups + c[1].u32] = c[2].u64;
	return PLIM_OK;
}

static plim_status put_above(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	if (c[0].u32 >= l->s->series || c[1].u32 >= plim_summary_counters(l->s) || c[2].u64 > l->s->trials)
		return refuse(l);
	l->s->above[c[0].u32 * plim_summary_counters(l->s) + c[1].u32] = c[2].u64;
	return PLIM_OK;
}

/* Ranks come in order, so that each is there once. */
static plim_status put_worst(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	const uint32_t k = c[0].u32, rank = c[1].u32;
	if (k >= l->s->series || rank != l->s->worst[k].count + 1 || rank > l->s->worst[k].capacity)
		return refuse(l);
	uint64_t *slot = &l->slot[(size_t)k * PLIM_WORST_TRIALS + rank - 1];
	return plim_worst_offer(&l->s->worst[k], c[3].f64, c[2].u64, slot) ? PLIM_OK : refuse(l);
}

static plim_status put_detail(void *context, const plim_h5_cell *c)
{
	const loader *l = context;
	const uint32_t k = c[0].u32, rank = c[1].u32;
	if (k >= l->s->series || rank == 0 || rank > l->s->worst[k].count || c[2].u32 >= l->s->groups)
		return refuse(l);
	const size_t first = (size_t)k * PLIM_WORST_TRIALS;
	plim_worst_detail *d = &l->s->detail[first + l->slot[first + rank - 1]];
	if (plim_mem_grow((void **)&d->share, &d->capacity, d->count + 1, sizeof *d->share))
		return plim_error_memory(l->h5->error, l->table);
	d->share[d->count++] = (plim_share){c[2].u32, c[3].f64};
	return PLIM_OK;
}

static plim_status read_part(loader *l, hid_t group, plim_primary_part part)
{
	static plim_h5_put *const put[PLIM_PRIMARY_PARTS] = {
	    [PLIM_PRIMARY_HISTOGRAM] = put_histogram,  [PLIM_PRIMARY_BINS] = put_bin,
	    [PLIM_PRIMARY_SPARSE] = put_sparse,        [PLIM_PRIMARY_TAIL] = put_tail,
	    [PLIM_PRIMARY_ALIKE] = put_alike,          [PLIM_PRIMARY_PLACE_TAIL] = put_place_tail,
	    [PLIM_PRIMARY_EVENTS] = put_events,        [PLIM_PRIMARY_ABOVE] = put_above,
	    [PLIM_PRIMARY_WORST] = put_worst,          [PLIM_PRIMARY_DETAIL] = put_detail,
	    [PLIM_PRIMARY_REPLICATES] = put_replicate, [PLIM_PRIMARY_WORLDS] = put_world,
	};
	const plim_primary_table *table = plim_primary_table_of(part);
	plim_h5_reader reader = {0};
	l->table = table->name;
	plim_status status = plim_h5_read_begin(&reader, l->h5, group, table->name, table->column, table->columns, 0);
	if (status == PLIM_OK)
		status = plim_h5_read_rows(&reader, put[part], l);
	plim_h5_read_end(&reader);
	return status;
}

static plim_status check_sound(const loader *l)
{
	const plim_summary *s = l->s;
	const size_t tallies = s->series * s->groups * PLIM_MEASURES, extras = s->series * s->extras;
	for (size_t i = 0; i < tallies + extras; i++) {
		const plim_tally *tally = i < tallies ? &s->tally[i] : &s->extra[i - tallies];
		if (!tally->count)
			continue;
		if (!plim_tally_is_sound(tally) || plim_tally_positive(tally) > s->trials)
			return plim_h5_damaged(l->h5, "primary", "a histogram contradicts its sums");
	}
	return PLIM_OK;
}

static plim_status check_size(plim_h5 *h5, hid_t group, const char *name, uint64_t expected)
{
	uint64_t stored = 0;
	plim_status status = plim_h5_attribute_read(h5, group, name, PLIM_H5_U64, 1, &stored);
	if (status == PLIM_OK && stored != expected)
		return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0,
		                         "the file has primary data of %llu %s, the model has %llu", (unsigned long long)stored,
		                         name, (unsigned long long)expected);
	return status;
}

static plim_status read_parts(loader *l, hid_t group)
{
	plim_status status = PLIM_OK;
	l->slot = plim_mem_alloc(l->s->series * PLIM_WORST_TRIALS, sizeof *l->slot);
	if (!l->slot)
		return plim_error_memory(l->h5->error, "the worst trials");
	for (int part = 0; part < PLIM_PRIMARY_PARTS && status == PLIM_OK; part++)
		if (plim_primary_has(l->s, (plim_primary_part)part))
			status = read_part(l, group, (plim_primary_part)part);
	plim_mem_free(l->slot);
	l->s->finished = true; /* what is stored is whole */
	return status == PLIM_OK ? check_sound(l) : status;
}

plim_status plim_primary_read(plim_h5 *h5, const plim_groups *layout, size_t series, size_t tolerances,
                              plim_summary **summary)
{
	loader l = {.h5 = h5};
	hid_t group;
	if (h5->format_major < 2) /* histograms of places had other cells */
		return plim_error_set_at(h5->error, PLIM_ERROR_IO, h5->path, 0, 0,
		                         "the file has format %d, whose primary data this version does not read: run the model "
		                         "again, or use the version that made the file",
		                         h5->format_major);
	plim_status status = plim_h5_group_open(h5, "primary", &group);
	if (status != PLIM_OK)
		return status;
	status = check_size(h5, group, "scenarios", series);
	if (status == PLIM_OK)
		status = check_size(h5, group, "groups", layout->count);
	if (status == PLIM_OK)
		status = check_size(h5, group, "tolerances", tolerances);
	if (status == PLIM_OK)
		status = plim_summary_new(series, layout, tolerances, &l.s, h5->error);
	if (status == PLIM_OK)
		status = plim_h5_attribute_read(h5, group, "trials", PLIM_H5_U64, 1, &l.s->trials);
	if (status == PLIM_OK)
		status = read_parts(&l, group);
	H5Gclose(group);
	if (status == PLIM_OK)
		*summary = l.s;
	else
		plim_summary_free(&l.s);
	return status;
}

plim_status plim_summary_read(const char *path, const plim_groups *layout, size_t series, size_t tolerances,
                              plim_summary **summary, plim_error *error)
{
	plim_h5 h5 = {.path = path, .error = error, .file = H5I_INVALID_HID};
	plim_status status;
	H5E_BEGIN_TRY
	{
		status = plim_store_open(&h5);
		if (status == PLIM_OK)
			status = plim_primary_read(&h5, layout, series, tolerances, summary);
		plim_h5_close(&h5);
	}
	H5E_END_TRY
	return status;
}
