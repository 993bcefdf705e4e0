/* SPDX-License-Identifier: Apache-2.0 */
/* Results files: what is written comes back, nothing else is accepted, and a failure leaves nothing behind. */
#include <criterion/criterion.h>
#include <errno.h>
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/memory.h"
#include "store/new_file.h"
#include "store/primary.h"
#include "../long.h"
#include "store_case.h"

static char *folder, path[128], other[128];
static plim_results *made;
static plim_error error;

static void start(void)
{
	folder = store_folder();
	snprintf(path, sizeof path, "%s/out.h5", folder);
	snprintf(other, sizeof other, "%s/other.h5", folder);
	made = store_case();
}

static void stop(void)
{
	plim_results_free(&made);
	store_folder_remove(folder);
}

/* HDF5 1.10 loses some of its own blocks over a full disk or a damaged file; nothing of ours is excused. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
	return "leak:libhdf5\n";
}

const char *__lsan_default_options(void);
const char *__lsan_default_options(void)
{
	return "print_suppressions=0";
}

TestSuite(store, .init = start, .fini = stop);

static void write_case(void)
{
	cr_assert_eq(plim_results_write(made, path, false, &error), PLIM_OK, "%s", error.text);
}

#define SAME_TEXT(field) cr_assert_str_eq(a->field, b->field)
#define SAME(field) cr_assert(a->field == b->field, #field)
#define SAME_ROWS(rows, count)                                                                                         \
	cr_assert_eq(a->count, b->count, #count);                                                                          \
	for (size_t i = 0; i < a->count; i++)                                                                              \
	cr_assert(same_bytes(&a->rows[i], &b->rows[i], sizeof *a->rows), #rows " %zu", i)

/* Rows are zeroed before they are set, padding included; NAN equals itself here. */
static bool same_bytes(const void *a, const void *b, size_t size)
{
	return memcmp(a, b, size) == 0;
}

static void compare_head(const plim_results *a, const plim_results *b)
{
	SAME_TEXT(model_name);
	SAME_TEXT(model_description);
	SAME_TEXT(currency);
	SAME_TEXT(scope);
	SAME_TEXT(approver);
	SAME_TEXT(approved);
	SAME_TEXT(next_review);
	SAME_TEXT(commitments);
	SAME_TEXT(model_sha256);
	SAME_TEXT(plan_sha256);
	SAME_TEXT(result_sha256);
	SAME(edition);
	SAME(horizon_years);
	SAME(trials);
	SAME(seed);
	SAME(first_block);
	SAME(run_trials);
	SAME(worlds);
	SAME(stream_version);
	SAME(tabulated);
	SAME(blocks);
	SAME(block_trials);
	SAME(confidence);
	SAME_TEXT(provenance.version);
	SAME_TEXT(provenance.stream);
	SAME_TEXT(provenance.host);
	SAME_TEXT(provenance.compiler);
	SAME_TEXT(provenance.cpu);
	SAME_TEXT(provenance.kernel);
	SAME_TEXT(provenance.started);
	SAME_TEXT(provenance.finished);
	SAME_TEXT(provenance.command);
	SAME_TEXT(provenance.user);
	SAME(provenance.threads);
	SAME(provenance.seconds);
}

static void compare_lists(const plim_results *a, const plim_results *b)
{
	SAME(scenarios);
	for (size_t i = 0; i < a->scenarios; i++) {
		SAME_TEXT(scenario[i].id);
		SAME_TEXT(scenario[i].title);
		SAME_TEXT(scenario[i].controls);
		SAME(scenario[i].primary);
	}
	SAME(groups);
	for (size_t i = 0; i < a->groups; i++) {
		SAME_TEXT(group[i].name);
		SAME_TEXT(group[i].title);
		SAME(group[i].kind);
		SAME(group[i].parent);
		SAME(group[i].leaf);
		SAME(group[i].infinite_mean);
		SAME(group[i].infinite_variance);
	}
	SAME(note_count);
	for (size_t i = 0; i < a->note_count; i++)
		SAME_TEXT(notes[i]);
	SAME(assumptions);
	for (size_t i = 0; i < a->assumptions; i++) {
		SAME_TEXT(assumption[i].id);
		SAME_TEXT(assumption[i].text);
		SAME_TEXT(assumption[i].source);
		SAME_TEXT(assumption[i].confidence);
		SAME_TEXT(assumption[i].owner);
		SAME_TEXT(assumption[i].date);
		SAME_TEXT(assumption[i].limitation);
	}
	SAME(model_texts);
	for (size_t i = 0; i < a->model_texts; i++) {
		SAME_TEXT(model_text[i].name);
		SAME(model_text[i].length);
		SAME_TEXT(model_text[i].bytes);
	}
}

/* Field by field: padding between the fields is nobody's. */
static bool same_double(double a, double b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

#define SAME_KEYS(rows)                                                                                                \
	SAME(rows[i].scenario);                                                                                            \
	SAME(rows[i].group);                                                                                               \
	SAME(rows[i].perspective)
#define SAME_REAL(field) cr_assert(same_double(a->field, b->field), #field " %zu", i)

static void compare_estimates(const plim_percentile_row *a, const plim_percentile_row *b, size_t count)
{
	for (size_t i = 0; i < count; i++, a++, b++) {
		SAME(scenario);
		SAME(group);
		SAME(perspective);
		SAME(measure);
		SAME(exact);
		SAME_REAL(p);
		SAME_REAL(value);
		SAME_REAL(lower);
		SAME_REAL(upper);
	}
}

static void compare_rows(const plim_results *a, const plim_results *b)
{
	SAME(percentiles);
	SAME(tvars);
	SAME(curves);
	SAME(moments_count);
	SAME(tails);
	SAME(tolerances);
	SAME(checks);
	SAME(worsts);
	SAME_ROWS(block, block_rows);
	compare_estimates(a->percentile, b->percentile, a->percentiles);
	compare_estimates(a->tvar, b->tvar, a->tvars);
	for (size_t i = 0; i < a->curves; i++) {
		SAME_KEYS(curve);
		SAME(curve[i].measure);
		SAME_REAL(curve[i].return_period);
		SAME_REAL(curve[i].exceedance);
		SAME_REAL(curve[i].loss);
		SAME_REAL(curve[i].lower);
		SAME_REAL(curve[i].upper);
	}
	for (size_t i = 0; i < a->moments_count; i++) {
		SAME_KEYS(moments);
		SAME(moments[i].measure);
		SAME_REAL(moments[i].mean);
		SAME_REAL(moments[i].mean_se);
		SAME_REAL(moments[i].sd);
		SAME_REAL(moments[i].events_per_trial);
		SAME_REAL(moments[i].p_zero);
	}
	for (size_t i = 0; i < a->tails; i++) {
		SAME_KEYS(tail);
		SAME_REAL(tail[i].p);
		SAME_REAL(tail[i].value);
		SAME_REAL(tail[i].share);
	}
	SAME(fans);
	SAME(fan[0].scenario);
	SAME(fan[0].perspective);
	SAME(fan[0].measure);
	SAME(fan[0].loss);
	SAME(fan[0].exceedance);
	SAME(fan[0].worlds);
	SAME(fan[0].value);
	SAME(fan[0].lower);
	SAME(fan[0].upper);
	cr_expect(isnan(a->fan[0].noise) && isnan(b->fan[0].noise));
	SAME(ignorances);
	SAME(ignorance[0].scenario);
	SAME(ignorance[0].perspective);
	SAME(ignorance[0].what);
	cr_expect_str_eq(a->ignorance[0].parameter, b->ignorance[0].parameter);
	cr_expect_str_eq(a->ignorance[0].place, b->ignorance[0].place);
	SAME(ignorance[0].variance);
	SAME(ignorance[0].share);
	SAME(ignorance[0].lower);
	SAME(ignorance[0].upper);
	for (size_t i = 0; i < a->checks; i++) {
		SAME(check[i].scenario);
		SAME(check[i].group);
		SAME(check[i].quantity);
		SAME(check[i].loud);
		SAME_REAL(check[i].at);
		SAME_REAL(check[i].observed);
		SAME_REAL(check[i].expected);
		SAME_REAL(check[i].lower);
		SAME_REAL(check[i].upper);
		SAME_REAL(check[i].p_value);
		cr_expect_str_eq(a->check[i].remark, b->check[i].remark);
	}
	for (size_t i = 0; i < a->tolerances; i++) {
		SAME(tolerance[i].scenario);
		SAME(tolerance[i].perspective);
		SAME(tolerance[i].exceeded);
		SAME(tolerance[i].met);
		SAME_REAL(tolerance[i].loss);
		SAME_REAL(tolerance[i].tolerated);
		SAME_REAL(tolerance[i].probability);
		SAME_REAL(tolerance[i].lower);
		SAME_REAL(tolerance[i].upper);
	}
	for (size_t i = 0; i < a->worsts; i++) {
		SAME(worst[i].scenario);
		SAME(worst[i].group);
		SAME(worst[i].rank);
		SAME(worst[i].trial);
		SAME_REAL(worst[i].value);
	}
}

Test(store, round_trip)
{
	plim_results *read = NULL;
	write_case();
	cr_assert_eq(plim_results_read(path, true, &read, &error), PLIM_OK, "%s", error.text);
	compare_head(made, read);
	compare_lists(made, read);
	compare_rows(made, read);
	cr_assert_not_null(read->ylt);
	for (size_t k = 0; k < 2; k++)
		cr_assert(same_bytes(made->ylt[k], read->ylt[k], STORE_TRIALS * sizeof(double)), "year-loss table %zu", k);
	cr_assert_null(read->summary);
	plim_results_free(&read);
	cr_assert_null(read);
	cr_assert_eq(plim_results_read(path, false, &read, &error), PLIM_OK);
	cr_assert_null(read->ylt);
	plim_results_free(&read);
	cr_assert_eq(store_folder_count(folder), 1);
}

Test(store, finders)
{
	cr_assert_eq(plim_results_scenario(made, "./a%/b"), 1);
	cr_assert_eq(plim_results_scenario(made, "none"), -1);
	cr_assert_eq(plim_results_group(made, PLIM_GROUP_NODE, "werk"), 6);
	cr_assert_eq(plim_results_group(made, PLIM_GROUP_LINK, "werk"), -1);
	for (size_t i = 0; i < made->percentiles; i++) {
		const plim_percentile_row *p = &made->percentile[i], *t = &made->tvar[i];
		cr_assert_eq(plim_results_percentile(made, p->scenario, p->group, p->measure, p->p), p);
		cr_assert_eq(plim_results_tvar(made, t->scenario, t->group, t->measure, t->p), t);
	}
	cr_assert_null(plim_results_percentile(made, 0, 0, PLIM_MEASURE_AEP, 0.9));
	cr_assert_null(plim_results_percentile(made, 2, 0, PLIM_MEASURE_AEP, 0.5));
	made->percentile[0].p = 0.25; /* runs of unequal make: the slow way still finds every row */
	made->percentile[1].measure = PLIM_MEASURE_OEP;
	const plim_percentile_row *last = &made->percentile[made->percentiles - 1];
	cr_assert_eq(plim_results_percentile(made, last->scenario, last->group, last->measure, last->p), last);
	const plim_moments_row *m = &made->moments[made->moments_count - 1];
	cr_assert_eq(plim_results_moments(made, m->scenario, m->group, m->measure), m);
	cr_assert_null(plim_results_moments(made, 5, 0, PLIM_MEASURE_AEP));
	cr_assert_str_eq(plim_group_kind_name(PLIM_GROUP_BEARER), "bearer");
	cr_assert_str_eq(plim_perspective_name(PLIM_PERSPECTIVE_NET), "net");
	cr_assert_str_eq(plim_measure_name(PLIM_MEASURE_OEP), "OEP");
}

Test(store, primary_round_trip)
{
	char before[65], after[65];
	plim_groups layout = store_layout();
	plim_summary *read = NULL;
	write_case();
	store_digest(made->summary, before);
	cr_assert_eq(plim_summary_read(path, &layout, 2, STORE_TOLERANCES, &read, &error), PLIM_OK, "%s", error.text);
	store_digest(read, after);
	cr_assert_str_eq(before, after);
	read->events[3]++; /* the digest sees everything */
	store_digest(read, after);
	cr_assert_str_neq(before, after);
	plim_summary_free(&read);
	cr_assert_eq(plim_summary_read(path, &layout, 1, STORE_TOLERANCES, &read, &error), PLIM_ERROR_IO);
	cr_assert(strstr(error.text, "2 scenarios, the model has 1"), "%s", error.text);
	cr_assert_null(read);
	plim_groups_clear(&layout);
}

/* Values of places that are written down, sorted and added up later, on the way or by the merge, make the same whole;
 * and leave nothing behind that would count twice. */
Test(store, places_written_down_make_the_same_summary)
{
	enum { VALUES = 5000 };
	plim_groups layout = store_layout();
	plim_summary *at_once = NULL, *whole = NULL, *own = NULL;
	char before[65], after[65];
	uint64_t next = 9;
	cr_assert_eq(plim_summary_new(2, &layout, STORE_TOLERANCES, &at_once, NULL), PLIM_OK);
	cr_assert_eq(plim_summary_new(2, &layout, STORE_TOLERANCES, &whole, NULL), PLIM_OK);
	cr_assert_eq(plim_summary_new(2, &layout, STORE_TOLERANCES, &own, NULL), PLIM_OK);
	for (int i = 0; i < VALUES; i++) {
		next = next * UINT64_C(6364136223846793005) + 1442695040888963407u;
		const size_t k = next >> 63;
		const uint32_t first = (uint32_t)layout.count - 2;
		const double one = exp2((double)(next >> 40 & 0xfff) / 50 - 25), rest = next & 1 ? one / 3 : 0;
		const uint32_t total_bin = (uint32_t)(next >> 34 & 255), group = first + (uint32_t)(next >> 33 & 1);
		uint16_t *bins;
		plim_tally_set *aep = plim_summary_set(at_once, k, PLIM_MEASURE_AEP),
		               *oep = plim_summary_set(at_once, k, PLIM_MEASURE_OEP);
		cr_assert_eq(plim_tally_set_reserve(aep, 1, NULL), PLIM_OK);
		cr_assert_eq(plim_tally_set_reserve(oep, 2, NULL), PLIM_OK);
		cr_assert_eq(plim_place_tail_reserve(&at_once->place_tail[k], 1, NULL), PLIM_OK);
		plim_summary_add_trial_to_set(aep, oep, group, one + rest, one);
		plim_place_tail_add(&at_once->place_tail[k], group, total_bin, one + rest);
		plim_place_log *log = &own->log[k];
		cr_assert_eq(plim_place_log_reserve(log, 1, NULL), PLIM_OK);
		log->value[log->count] = (plim_place_value){next & 2 ? one : rest, (uint32_t)(own->bins.count / 2), 0};
		if (rest > 0)
			plim_place_log_join(log, &log->value[log->count], next & 2 ? rest : one);
		else
			log->value[log->count].sum = one;
		plim_place_log_end_run(log, group, 1);
		cr_assert_eq(plim_trial_bins_take(&own->bins, 2, &bins, NULL), PLIM_OK);
		bins[k] = (uint16_t)total_bin;
		if (i == VALUES / 3 || i == VALUES / 2) {
			cr_assert_gt(plim_summary_log_bytes(own), 0);
			cr_assert_eq(plim_summary_take_places(whole, own, NULL), PLIM_OK);
			cr_assert_eq(plim_summary_log_bytes(own), 0);
		}
	}
	cr_assert_eq(plim_summary_merge(whole, own, NULL), PLIM_OK);
	cr_assert_eq(plim_summary_finish(at_once, NULL), PLIM_OK);
	cr_assert_eq(plim_summary_finish(whole, NULL), PLIM_OK);
	store_digest(at_once, before);
	store_digest(whole, after);
	cr_assert_str_eq(before, after);
	plim_summary_free(&at_once);
	plim_summary_free(&whole);
	plim_summary_free(&own);
	plim_groups_clear(&layout);
}

Test(store, equal_data_gives_equal_bytes)
{
	size_t length, other_length;
	write_case();
	cr_assert_eq(plim_results_write(made, other, false, &error), PLIM_OK);
	unsigned char *a = store_slurp(path, &length), *b = store_slurp(other, &other_length);
	cr_assert_eq(length, other_length);
	cr_assert(same_bytes(a, b, length));
	free(a);
	free(b);
}

Test(store, empty_tables)
{
	plim_results *read = NULL;
	size_t *const count[] = {&made->percentiles, &made->tvars,      &made->curves, &made->moments_count,
	                         &made->tails,       &made->tolerances, &made->worsts, &made->block_rows};
	for (size_t i = 0; i < sizeof count / sizeof *count; i++)
		*count[i] = 0;
	write_case();
	cr_assert_eq(plim_results_read(path, true, &read, &error), PLIM_OK, "%s", error.text);
	compare_rows(made, read);
	plim_results_free(&read);
}

Test(store, existing_file_needs_force)
{
	const unsigned char text[] = "precious";
	size_t length;
	plim_results *read = NULL;
	store_spill(path, text, sizeof text);
	cr_assert_eq(plim_results_write(made, path, false, &error), PLIM_ERROR_IO);
	cr_assert_str_eq(error.file, path);
	cr_assert(strstr(error.text, "--force"));
	unsigned char *kept = store_slurp(path, &length);
	cr_assert(length == sizeof text && same_bytes(kept, text, length));
	free(kept);
	cr_assert_eq(store_folder_count(folder), 1);
	cr_assert_eq(plim_results_write(made, path, true, &error), PLIM_OK);
	cr_assert_eq(store_folder_count(folder), 1);
	cr_assert_eq(plim_results_read(path, false, &read, &error), PLIM_OK);
	plim_results_free(&read);
}

/* A file that comes into being while the results are written stays. */
Test(store, a_race_is_lost_in_peace)
{
	plim_new_file file = {0};
	size_t length;
	cr_assert_eq(plim_new_file_begin(path, false, &file, &error), PLIM_OK);
	cr_assert_eq(store_folder_count(folder), 1);
	store_spill(path, (const unsigned char *)"theirs", 6);
	cr_assert_eq(plim_new_file_commit(&file, &error), PLIM_ERROR_IO);
	cr_assert(strstr(error.text, "--force"));
	plim_new_file_end(&file);
	unsigned char *kept = store_slurp(path, &length);
	cr_assert(length == 6 && same_bytes(kept, "theirs", 6));
	free(kept);
	cr_assert_eq(store_folder_count(folder), 1);
}

Test(store, places_that_cannot_be_written)
{
	snprintf(other, sizeof other, "%s/missing/out.h5", folder);
	cr_assert_eq(plim_results_write(made, other, false, &error), PLIM_ERROR_IO);
	cr_assert_str_eq(error.file, other);
	cr_assert_eq(plim_results_write(made, folder, true, &error), PLIM_ERROR_IO);
	cr_assert(strstr(error.text, "folder"));
	cr_assert_eq(plim_results_write(made, "/dev/null", true, &error), PLIM_ERROR_IO);
	cr_assert_eq(plim_results_write(made, "", false, &error), PLIM_ERROR_IO);
	cr_assert_eq(store_folder_count(folder), 0);
	if (geteuid() == 0) /* nothing is unwritable to the superuser */
		return;
	chmod(folder, 0500);
	cr_assert_eq(plim_results_write(made, path, false, &error), PLIM_ERROR_IO);
	cr_assert(strstr(error.text, strerror(EACCES)), "%s", error.text);
	chmod(folder, 0700);
	cr_assert_eq(store_folder_count(folder), 0);
}

/* What HDF5 writes goes through here, so that the disk of the folder can be full after `room` bytes. */
static size_t room = SIZE_MAX, written; /* written: less than the file's size, which has gaps */
static dev_t full_disk;

static ssize_t limited_write(int file, const void *bytes, size_t length, off_t at)
{
	struct stat info;
	if (room != SIZE_MAX && fstat(file, &info) == 0 && info.st_dev == full_disk) {
		if (length > room) {
			errno = ENOSPC;
			return -1;
		}
		room -= length;
	}
	written += length;
	return syscall(SYS_pwrite64, file, bytes, length, at);
}

/* Under the linker's names, whichever of them off_t's width makes `pwrite` stand for. */
ssize_t test_pwrite(int file, const void *bytes, size_t length, off_t at) __asm__("pwrite");
ssize_t test_pwrite64(int file, const void *bytes, size_t length, off_t at) __asm__("pwrite64");

ssize_t test_pwrite(int file, const void *bytes, size_t length, off_t at)
{
	return limited_write(file, bytes, length, at);
}

ssize_t test_pwrite64(int file, const void *bytes, size_t length, off_t at)
{
	return limited_write(file, bytes, length, at);
}

/* Files, and whatever is open in them. */
static ssize_t left_open(void)
{
	return H5Fget_obj_count((hid_t)H5F_OBJ_ALL, H5F_OBJ_ALL);
}

/* The program must also end well: HDF5 closes at exit what it could not close before. */
Test(store, a_full_disk_leaves_nothing)
{
	struct stat info;
	written = 0;
	write_case();
	cr_assert_eq(stat(path, &info), 0);
	full_disk = info.st_dev;
	const size_t whole = written;
	/* up to where the last flush begins: if that fails, HDF5 1.10 keeps the file open whatever is done (cli/main.c) */
	for (size_t i = 0; i < 14; i++) {
		room = whole * i / 16;
		plim_status status = plim_results_write(made, other, false, &error);
		room = SIZE_MAX;
		cr_assert_eq(status, PLIM_ERROR_IO, "at %zu sixteenths", i);
		cr_assert_eq(store_folder_count(folder), 1, "at %zu sixteenths", i);
		cr_assert_eq(left_open(), 0, "at %zu sixteenths", i);
	}
	cr_assert_eq(plim_results_write(made, other, false, &error), PLIM_OK, "%s", error.text);
	cr_assert_eq(H5close(), 0);
}

static void refuses(const char *at, const char *because)
{
	plim_results *read = NULL;
	memset(&error, 0, sizeof error);
	cr_assert_eq(plim_results_read(at, true, &read, &error), PLIM_ERROR_IO, "%s", because);
	cr_assert_null(read);
	cr_assert_str_eq(error.file, at);
	cr_assert(strstr(error.text, because), "\"%s\" says not \"%s\"", error.text, because);
}

Test(store, foreign_files)
{
	refuses(other, strerror(ENOENT));
	refuses(folder, "folder");
	store_spill(other, (const unsigned char *)"", 0);
	refuses(other, "empty");
	store_spill(other, (const unsigned char *)"plimsoll: 1\n", 12);
	refuses(other, "not an HDF5 file");
	H5Fclose(H5Fcreate(other, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT));
	refuses(other, "no attribute `format`");
}

/* Changes a good file through HDF5, as another program would. */
static hid_t reopen(void)
{
	unlink(path);
	write_case();
	hid_t file = H5Fopen(path, H5F_ACC_RDWR, H5P_DEFAULT);
	cr_assert_geq(file, 0);
	return file;
}

static void set_attribute(hid_t file, const char *name, hid_t type, const void *value)
{
	hid_t attribute = H5Aopen(file, name, H5P_DEFAULT);
	cr_assert_geq(H5Awrite(attribute, type, value), 0);
	H5Aclose(attribute);
}

/* Puts a table in the place of `name`: `rows` claimed, nothing stored. */
static void replace_table(hid_t file, const char *name, hid_t type, hsize_t rows, hsize_t chunk)
{
	hid_t space = H5Screate_simple(1, &rows, NULL), properties = H5Pcreate(H5P_DATASET_CREATE);
	H5Ldelete(file, name, H5P_DEFAULT);
	H5Pset_chunk(properties, 1, &chunk);
	hid_t set = H5Dcreate2(file, name, type, space, H5P_DEFAULT, properties, H5P_DEFAULT);
	cr_assert_geq(set, 0);
	H5Dclose(set);
	H5Pclose(properties);
	H5Sclose(space);
}

Test(store, other_versions_and_values)
{
	const int version[2] = {3, 3}, none[2] = {0, 1};
	const uint64_t zero = 0, many = UINT64_MAX;
	hid_t file = reopen();
	set_attribute(file, "format_version", H5T_NATIVE_INT, version);
	H5Fclose(file);
	refuses(path, "format 3.3");
	file = reopen();
	set_attribute(file, "format_version", H5T_NATIVE_INT, none);
	H5Fclose(file);
	refuses(path, "damaged");
	file = reopen();
	set_attribute(file, "trials", H5T_NATIVE_UINT64, &zero);
	H5Fclose(file);
	refuses(path, "trials");
	file = reopen();
	set_attribute(file, "trials", H5T_NATIVE_UINT64, &many);
	H5Fclose(file);
	refuses(path, "year-loss");
	file = reopen();
	H5Adelete(file, "seed");
	H5Fclose(file);
	refuses(path, "seed");
}

Test(store, a_file_from_before_the_cross_check)
{
	plim_results *read = NULL;
	hid_t file = reopen();
	H5Ldelete(file, "check", H5P_DEFAULT);
	H5Fclose(file);
	cr_assert_eq(plim_results_read(path, false, &read, &error), PLIM_OK, "%s", error.text);
	cr_expect_eq(read->checks, 0);
	plim_results_free(&read);
}

Test(store, tables_that_are_not_as_they_should_be)
{
	hid_t type = H5Tcreate(H5T_COMPOUND, 8);
	H5Tinsert(type, "block", 0, H5T_NATIVE_UINT64);
	hid_t file = reopen();
	H5Ldelete(file, "moments", H5P_DEFAULT);
	H5Fclose(file);
	refuses(path, "moments");
	file = reopen();
	replace_table(file, "blocks", type, 0, 1);
	H5Fclose(file);
	refuses(path, "no column 'events'");
	file = reopen();
	replace_table(file, "blocks", type, UINT64_C(1) << 60, 1);
	H5Fclose(file);
	refuses(path, "more elements");
	file = reopen();
	replace_table(file, "blocks", H5T_NATIVE_DOUBLE, 0, 1);
	H5Fclose(file);
	refuses(path, "no table");
	file = reopen();
	H5Ldelete(file, "scenarios", H5P_DEFAULT);
	H5Lcreate_external("/etc/passwd", "/", file, "scenarios", H5P_DEFAULT, H5P_DEFAULT);
	H5Fclose(file);
	refuses(path, "scenarios");
	H5Tclose(type);
}

Test(store, unknown_names)
{
	made->group[3].kind = PLIM_GROUP_THREAT;
	plim_group kept = made->group[6];
	made->group[6] = made->group[5]; /* two of one name */
	write_case();
	made->group[6] = kept;
	refuses(path, "groups");
	unlink(path);
	char *id = made->scenario[1].id;
	made->scenario[1].id = made->scenario[0].id;
	plim_mem_free(made->ylt[0]);
	plim_mem_free(made->ylt[1]);
	plim_mem_free(made->ylt);
	made->ylt = NULL;
	write_case();
	made->scenario[1].id = id;
	refuses(path, "scenarios");
}

Test(store, truncated_files)
{
	size_t length;
	write_case();
	unsigned char *bytes = store_slurp(path, &length);
	const size_t lengths[] = {1, 7, 8, 40, 48, 500, 512, length / 4, length / 2, length - 4096, length - 1};
	for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
		store_spill(other, bytes, lengths[i]);
		refuses(other, "");
	}
	free(bytes);
}

/* True if the primary data can be read, which must then be the same. */
static bool read_summary_as(const char *digest)
{
	plim_groups layout = store_layout();
	plim_summary *read = NULL;
	plim_status status = plim_summary_read(other, &layout, 2, STORE_TOLERANCES, &read, &error);
	cr_assert(status == PLIM_OK || status == PLIM_ERROR_IO, "%d: %s", (int)status, error.text);
	if (status == PLIM_OK) {
		char hex[65];
		store_digest(read, hex);
		cr_assert_str_eq(hex, digest);
	}
	plim_summary_free(&read);
	plim_groups_clear(&layout);
	return status == PLIM_OK;
}

/* Every value is under a checksum: a flipped bit is either refused or in bytes that mean nothing. */
Test(store, flipped_bits, .timeout = 200)
{
	size_t length, accepted = 0;
	uint64_t state = 2026;
	char before[65];
	store_digest(made->summary, before);
	write_case();
	unsigned char *bytes = store_slurp(path, &length);
	const int flips = test_is_long() ? 400 : 50;
	for (int i = 0; i < flips; i++) {
		state = state * UINT64_C(6364136223846793005) + 1442695040888963407u;
		size_t at = (size_t)(state >> 20) % length, bit = (size_t)(state >> 8) & 7;
		if (i < flips / 4) /* metadata stands before the data */
			at %= 4096;
		bytes[at] ^= (unsigned char)(1u << bit);
		store_spill(other, bytes, length);
		bytes[at] ^= (unsigned char)(1u << bit);
		plim_results *read = NULL;
		plim_status status = plim_results_read(other, true, &read, &error);
		cr_assert(status == PLIM_OK || status == PLIM_ERROR_IO, "%d: %s", (int)status, error.text);
		if (status == PLIM_OK) {
			accepted++;
			/* HDF5 keeps no checksum of an attribute above 4 KB. */
			memcpy(read->model_description, made->model_description, strlen(made->model_description) + 1);
			compare_head(made, read);
			compare_lists(made, read);
			compare_rows(made, read);
		}
		plim_results_free(&read);
		accepted += read_summary_as(before);
		cr_assert_eq(left_open(), 0);
	}
	free(bytes);
	cr_log_info("%zu of %d readings did not meet the flipped bit", accepted, 2 * flips);
}
