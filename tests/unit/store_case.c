/* SPDX-License-Identifier: Apache-2.0 */
#include "store_case.h"

#include <criterion/criterion.h>
#include <dirent.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/memory.h"

static const plim_group group[] = {
    {PLIM_GROUP_TOTAL, "total", "", -1, true, true, true, false, false},
    {PLIM_GROUP_CLAUSE, "4.4", "Implementation and operation", -1, false, false, false, false, false},
    {PLIM_GROUP_CLAUSE, "4.4.6", "Operational control", 1, true, false, true, false, false},
    {PLIM_GROUP_THREAT, "diebstahl", "Diebstahl aus Anh\xc3\xa4ngern, \xe6\xbc\xa2\xe5\xad\x97", -1, true, false, false,
     false, false},
    {PLIM_GROUP_NODE, "(none)", "", -1, true, false, false, false, false},
    {PLIM_GROUP_NODE, "hafen", "Hafen", -1, true, false, false, false, false},
    {PLIM_GROUP_NODE, "werk", "", -1, true, false, false, false, false},
    {PLIM_GROUP_LINK, "a > b : milk/cream", "", -1, true, false, false, false, false},
};
#define GROUPS (sizeof group / sizeof *group)
#define SPARSE_FIRST 5

plim_groups store_layout(void)
{
	plim_groups g = {.count = GROUPS, .dense_count = 4};
	g.item = plim_mem_alloc(GROUPS, sizeof *g.item);
	g.form = plim_mem_alloc(GROUPS, sizeof *g.form);
	g.dense = plim_mem_alloc(GROUPS, sizeof *g.dense);
	for (uint32_t i = 0; i < GROUPS; i++) {
		g.item[i] = group[i];
		g.item[i].name = plim_mem_string(group[i].name);
		g.item[i].title = plim_mem_string(group[i].title);
		g.form[i] = i >= SPARSE_FIRST                    ? PLIM_GROUP_FORM_SPARSE
		            : group[i].kind == PLIM_GROUP_THREAT ? PLIM_GROUP_FORM_LIST
		                                                 : PLIM_GROUP_FORM_DENSE;
	}
	return g;
}

static uint64_t state = 12345;

/* Splitmix64: any source of varied values will do. */
static double uniform(void)
{
	uint64_t z = state += UINT64_C(0x9E3779B97F4A7C15);
	z = (z ^ z >> 30) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ z >> 27) * UINT64_C(0x94D049BB133111EB);
	return (double)((z ^ z >> 31) >> 11) * 0x1p-53;
}

/* From below the smallest bucket to the overflow bucket. */
static double loss(void)
{
	return uniform() < 0.3 ? 0.0 : exp2(90 * uniform() - 25);
}

static void add_trial(plim_summary *s, size_t k, uint64_t trial)
{
	double total = loss();
	uint32_t bin = plim_tally_bin_of(total);
	for (uint32_t g = 0; g < GROUPS; g++) {
		double x = g == 0 ? total : total * uniform();
		for (int m = 0; m < PLIM_MEASURES && x > 0; m++) {
			if (g >= SPARSE_FIRST)
				plim_tally_set_add(plim_summary_set(s, k, m), g, x);
			else
				plim_tally_add(plim_summary_tally(s, k, g, m), x);
		}
		if (g >= SPARSE_FIRST)
			plim_place_tail_add(&s->place_tail[k], g, bin, x);
		else
			plim_tail_sums_add(&s->tail[k * GROUPS + g], bin, x);
		s->events[k * GROUPS + g] += total > 0;
	}
	for (size_t t = 0; t < STORE_TOLERANCES; t++)
		s->above[k * STORE_TOLERANCES + t] += total > 1000.0 * (double)(t + 1);
	uint64_t slot;
	if (!plim_worst_offer(&s->worst[k], total, trial, &slot))
		return;
	plim_worst_detail *d = &s->detail[k * PLIM_WORST_TRIALS + slot];
	d->count = 0;
	for (uint32_t g = 0; g < 3; g++) {
		cr_assert_eq(plim_mem_grow((void **)&d->share, &d->capacity, d->count + 1, sizeof *d->share), 0);
		d->share[d->count++] = (plim_share){g, total / (g + 1)};
	}
}

static plim_summary *summary_case(void)
{
	plim_groups layout = store_layout();
	plim_summary *s = NULL;
	cr_assert_eq(plim_summary_new(2, &layout, STORE_TOLERANCES, &s, NULL), PLIM_OK);
	for (size_t k = 0; k < 2; k++) {
		for (int m = 0; m < PLIM_MEASURES; m++)
			cr_assert_eq(plim_tally_set_reserve(plim_summary_set(s, k, m), 3 * STORE_TRIALS, NULL), PLIM_OK);
		cr_assert_eq(plim_place_tail_reserve(&s->place_tail[k], 3 * STORE_TRIALS, NULL), PLIM_OK);
		for (uint64_t trial = 0; trial < STORE_TRIALS; trial++)
			add_trial(s, k, trial);
	}
	s->trials = STORE_TRIALS;
	cr_assert_eq(plim_summary_own_layout(s, &layout, NULL), PLIM_OK);
	return s;
}

static void set_head(plim_results *r)
{
	r->model_name = plim_mem_string("K\xc3\xbchlkette");
	r->model_description = plim_mem_alloc(70001, 1); /* more than an attribute holds in the oldest format */
	memset(r->model_description, 'd', 70000);
	r->currency = plim_mem_string("EUR");
	r->scope = plim_mem_string("scope\nof two lines");
	r->approver = plim_mem_string("Head");
	r->approved = plim_mem_string("2026-10-01");
	r->next_review = plim_mem_string("");
	r->commitments = plim_mem_string("legal;improvement");
	r->edition = 2022;
	r->horizon_years = 3;
	r->trials = STORE_TRIALS;
	r->run_trials = 9 * STORE_TRIALS;
	r->worlds = 45;
	r->stream_version = 1;
	r->tabulated = 1;
	r->seed = UINT64_MAX - 1;
	r->first_block = 7;
	r->blocks = 2;
	r->block_trials = 4096;
	r->confidence = 0.95;
	memset(r->model_sha256, 'a', 64);
	memset(r->plan_sha256, 'b', 64);
	memset(r->result_sha256, '0', 64);
	plim_provenance *p = &r->provenance;
	char **const text[] = {&p->version, &p->stream,  &p->host,     &p->compiler, &p->cpu,
	                       &p->kernel,  &p->started, &p->finished, &p->command,  &p->user};
	for (size_t i = 0; i < sizeof text / sizeof *text; i++) {
		char value[32];
		snprintf(value, sizeof value, "provenance %zu", i);
		*text[i] = plim_mem_string(value);
	}
	p->threads = 12;
	p->seconds = 1.5;
}

static void set_lists(plim_results *r)
{
	plim_groups layout = store_layout();
	r->group = layout.item;
	r->groups = layout.count;
	plim_mem_free(layout.form);
	plim_mem_free(layout.dense);
	r->scenario = plim_mem_alloc(2, sizeof *r->scenario);
	r->scenarios = 2;
	r->scenario[0] = (plim_result_scenario){plim_mem_string("today"), plim_mem_string("Heute"), plim_mem_string(""), 1};
	r->scenario[1] = (plim_result_scenario){plim_mem_string("./a%/b"), plim_mem_string(""), plim_mem_string("x;y"), 0};
	r->notes = plim_mem_alloc(2, sizeof *r->notes);
	r->note_count = 2;
	r->notes[0] = plim_mem_string("first note");
	r->notes[1] = plim_mem_string("");
	r->block = plim_mem_alloc(2, sizeof *r->block);
	r->block_rows = 2;
	r->block[0] = (plim_block_row){7, 11, UINT64_MAX};
	r->block[1] = (plim_block_row){8, 12, 1};
	r->assumption = plim_mem_alloc(1, sizeof *r->assumption);
	r->assumptions = 1;
	r->assumption[0] = (plim_result_assumption){
	    plim_mem_string("A1"),    plim_mem_string("text"),       plim_mem_string("source"),    plim_mem_string("low"),
	    plim_mem_string("owner"), plim_mem_string("2026-09-01"), plim_mem_string("limitation")};
	r->model_text = plim_mem_alloc(2, sizeof *r->model_text);
	r->model_texts = 2;
	r->model_text[0] = (plim_model_text){plim_mem_string(""), plim_mem_string("plimsoll: 1\n"), 12};
	r->model_text[1] = (plim_model_text){plim_mem_string("sub/nodes.csv"), plim_mem_string(""), 0};
}

static void set_rows(plim_results *r)
{
	size_t rows = 2 * GROUPS * 2 * 3;
	r->percentile = plim_mem_alloc(rows, sizeof *r->percentile);
	r->tvar = plim_mem_alloc(rows, sizeof *r->tvar);
	r->curve = plim_mem_alloc(rows, sizeof *r->curve);
	r->moments = plim_mem_alloc(rows, sizeof *r->moments);
	r->tail = plim_mem_alloc(rows, sizeof *r->tail);
	r->worst = plim_mem_alloc(rows, sizeof *r->worst);
	for (uint32_t i = 0; i < rows; i++) {
		uint32_t k = i / (GROUPS * 6), g = i / 6 % GROUPS;
		plim_measure m = (plim_measure)(i / 3 % 2);
		plim_perspective v = PLIM_PERSPECTIVE_GROSS;
		double p = (double[]){0.5, 0.995, 0.9999}[i % 3];
		r->percentile[r->percentiles++] = (plim_percentile_row){k, g, v, m, p, i + 0.1, i + 0.2, i + 0.3, i % 2};
		r->tvar[r->tvars++] = (plim_percentile_row){k, g, v, m, p, i + 0.4, i + 0.5, INFINITY, !(i % 2)};
		r->curve[r->curves++] = (plim_curve_row){k, g, v, m, 1 / p, p, i + 0.6, i + 0.7, i + 0.8};
		if (i % 3 == 0)
			r->moments[r->moments_count++] = (plim_moments_row){k, g, v, m, INFINITY, i + 1.1, i + 1.2, i + 1.3, p};
		r->tail[r->tails++] = (plim_tail_row){k, g, PLIM_PERSPECTIVE_NET, p, i + 1.4, i % 2 ? NAN : 0.25};
		r->worst[r->worsts++] = (plim_worst_row){k, g, i + 1, UINT64_C(1) << 40 | i, i + 1.5};
	}
	r->check = plim_mem_alloc(2, sizeof *r->check);
	r->checks = 2;
	r->check[0] = (plim_check_row){1,    2,    PLIM_MEASURE_AEP,   PLIM_CHECK_ABOVE, 1e6, 17, 20.5, 20.25, 20.75,
	                               1e-9, true, plim_mem_string("")};
	r->check[1] = (plim_check_row){0,   0,     PLIM_MEASURE_YEAR + 11,   PLIM_CHECK_NONE, NAN, NAN, NAN, NAN, NAN,
	                               NAN, false, plim_mem_string("why: ä")};
	r->fan = plim_mem_alloc(1, sizeof *r->fan);
	r->fans = 1;
	r->fan[0] = (plim_fan_row){1, PLIM_PERSPECTIVE_NET, PLIM_MEASURE_OEP, 1024, 0.5, 0.25, 0.1, 0.05, 0.2, NAN};
	r->ignorance = plim_mem_alloc(1, sizeof *r->ignorance);
	r->ignorances = 1;
	r->ignorance[0] = (plim_ignorance_row){1, PLIM_PERSPECTIVE_CEDED, PLIM_IGNORANCE_PARAMETER, plim_mem_string("threat t: p"),
	                                       plim_mem_string("node"), 4e6, 0.25, 0.125, 0.5};
	r->tolerance = plim_mem_alloc(1, sizeof *r->tolerance);
	r->tolerances = 1;
	r->tolerance[0] =
	    (plim_tolerance_row){1, PLIM_PERSPECTIVE_CEDED, 1e6, 0.1, 2, UINT64_C(1) << 50, 0.2, 0.3, 0.4, true};
}

plim_results *store_case(void)
{
	plim_results *r = plim_mem_alloc(1, sizeof *r);
	cr_assert_not_null(r);
	set_head(r);
	set_lists(r);
	set_rows(r);
	r->perspectives = 1;
	r->ylt = plim_mem_alloc(2, sizeof *r->ylt);
	for (size_t k = 0; k < 2; k++) {
		r->ylt[k] = plim_mem_alloc(STORE_TRIALS, sizeof **r->ylt);
		for (size_t i = 0; i < STORE_TRIALS; i++)
			r->ylt[k][i] = loss();
	}
	r->summary = summary_case();
	return r;
}

void store_digest(const plim_summary *s, char hex[65])
{
	plim_digest d;
	uint8_t bytes[PLIM_DIGEST_SIZE];
	plim_digest_init(&d);
	cr_assert_eq(plim_summary_digest(s, &d, NULL), PLIM_OK);
	for (size_t k = 0; k < s->series; k++) {
		plim_worst_entry sorted[PLIM_WORST_TRIALS];
		plim_worst_sort(&s->worst[k], sorted);
		for (size_t i = 0; i < s->worst[k].count; i++) {
			const plim_worst_detail *detail = &s->detail[k * PLIM_WORST_TRIALS + sorted[i].slot];
			for (size_t j = 0; j < detail->count; j++) {
				plim_digest_u64(&d, detail->share[j].group);
				plim_digest_double(&d, detail->share[j].value);
			}
		}
	}
	plim_digest_final(&d, bytes);
	plim_digest_hex(bytes, hex);
}

char *store_folder(void)
{
	char *folder = strdup("/tmp/plimsoll-store-XXXXXX");
	cr_assert_not_null(mkdtemp(folder));
	return folder;
}

int store_folder_count(const char *folder)
{
	int count = 0;
	DIR *stream = opendir(folder);
	for (const struct dirent *entry; (entry = readdir(stream));)
		count += strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
	closedir(stream);
	return count;
}

void store_folder_remove(char *folder)
{
	DIR *stream = opendir(folder);
	for (const struct dirent *entry; (entry = readdir(stream));)
		if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
			unlinkat(dirfd(stream), entry->d_name, 0);
	closedir(stream);
	rmdir(folder);
	free(folder);
}

unsigned char *store_slurp(const char *path, size_t *length)
{
	FILE *file = fopen(path, "rb");
	cr_assert_not_null(file);
	fseek(file, 0, SEEK_END);
	*length = (size_t)ftell(file);
	rewind(file);
	unsigned char *bytes = malloc(*length + 1);
	cr_assert_eq(fread(bytes, 1, *length, file), *length);
	fclose(file);
	return bytes;
}

void store_spill(const char *path, const unsigned char *bytes, size_t length)
{
	FILE *file = fopen(path, "wb");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(bytes, 1, length, file), length);
	fclose(file);
}
