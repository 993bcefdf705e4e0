/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "test_stats.h"

enum { N = 3000, K = 100 };

static int worst_first(const void *left, const void *right)
{
	const plim_worst_entry *a = left, *b = right;
	if (a->value != b->value)
		return a->value < b->value ? 1 : -1;
	return (a->trial > b->trial) - (a->trial < b->trial);
}

/* Few distinct values, so that the trial index decides often. */
static void make_trials(plim_worst_entry *trials, uint64_t *state)
{
	for (uint64_t i = 0; i < N; i++)
		trials[i] = (plim_worst_entry){.value = (double)(test_next(state) % 60), .trial = i};
}

static void shuffle(plim_worst_entry *trials, uint64_t *state)
{
	for (uint64_t i = N; i > 1; i--) {
		const uint64_t j = test_next(state) % i;
		const plim_worst_entry moved = trials[i - 1];
		trials[i - 1] = trials[j];
		trials[j] = moved;
	}
}

static void check(const plim_worst *worst, const plim_worst_entry *truth, const uint64_t *belongs)
{
	plim_worst_entry sorted[K];
	bool taken[K] = {false};
	cr_assert_eq(worst->count, K);
	plim_worst_sort(worst, sorted);
	for (int i = 0; i < K; i++) {
		cr_assert(sorted[i].value == truth[i].value && sorted[i].trial == truth[i].trial, "rank %d", i);
		cr_assert(sorted[i].slot < K && !taken[sorted[i].slot]);
		taken[sorted[i].slot] = true;
		cr_assert_eq(belongs[sorted[i].slot], sorted[i].trial, "the slot holds another trial's vector");
	}
}

Test(stats, worst_trials_do_not_depend_on_the_order_of_offers)
{
	static plim_worst_entry trials[N], truth[N];
	uint64_t state = 31, slot, belongs[K];
	plim_worst worst;
	make_trials(trials, &state);
	memcpy(truth, trials, sizeof truth);
	qsort(truth, N, sizeof *truth, worst_first);
	cr_assert_eq(plim_worst_init(&worst, K, NULL), PLIM_OK);
	for (int round = 0; round < 20; round++) {
		shuffle(trials, &state);
		plim_worst_reset(&worst);
		for (int i = 0; i < N; i++)
			if (plim_worst_offer(&worst, trials[i].value, trials[i].trial, &slot))
				belongs[slot] = trials[i].trial;
		check(&worst, truth, belongs);
	}
	plim_worst_clear(&worst);
}

typedef struct vectors {
	uint64_t *to;
	const uint64_t *from;
} vectors;

static void copy_vector(void *context, uint64_t to_slot, uint64_t from_slot)
{
	const vectors *v = context;
	v->to[to_slot] = v->from[from_slot];
}

Test(stats, worst_trials_merge)
{
	static plim_worst_entry trials[N], truth[N];
	uint64_t state = 32, slot, belongs[3][K];
	plim_worst part[3];
	make_trials(trials, &state);
	memcpy(truth, trials, sizeof truth);
	qsort(truth, N, sizeof *truth, worst_first);
	for (int k = 0; k < 3; k++)
		cr_assert_eq(plim_worst_init(&part[k], K, NULL), PLIM_OK);
	for (int round = 0; round < 20; round++) {
		for (int k = 0; k < 3; k++)
			plim_worst_reset(&part[k]);
		for (int i = 0; i < N; i++) {
			const uint64_t k = test_next(&state) % 3;
			if (plim_worst_offer(&part[k], trials[i].value, trials[i].trial, &slot))
				belongs[k][slot] = trials[i].trial;
		}
		for (int k = 1; k < 3; k++)
			plim_worst_merge(&part[0], &part[k], copy_vector, &(vectors){belongs[0], belongs[k]});
		check(&part[0], truth, belongs[0]);
	}
	for (int k = 0; k < 3; k++)
		plim_worst_clear(&part[k]);
}

Test(stats, worst_trials_of_few_offers)
{
	plim_worst worst;
	plim_worst_entry sorted[4];
	cr_assert_eq(plim_worst_init(&worst, 4, NULL), PLIM_OK);
	plim_worst_sort(&worst, sorted);
	cr_assert(plim_worst_offer(&worst, 1.0, 9, NULL));
	cr_assert(plim_worst_offer(&worst, INFINITY, 3, NULL));
	cr_assert_not(plim_worst_offer(&worst, (double)NAN, 4, NULL));
	plim_worst_sort(&worst, sorted);
	cr_assert(worst.count == 2 && sorted[0].trial == 3 && sorted[1].trial == 9);
	plim_worst_clear(&worst);
	cr_assert_eq(plim_worst_init(&worst, 0, NULL), PLIM_OK);
	cr_assert_not(plim_worst_offer(&worst, 1.0, 1, NULL));
	plim_worst_clear(&worst);
}
