/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "random/address.h"
#include "random/identity.h"

/* The known-answer vectors that the authors of Philox publish with their library (philox4x32, 10 rounds). */
Test(random, philox_known_answers)
{
	static const struct {
		uint32_t counter[4];
		uint64_t key;
		uint32_t words[4];
	} known[] = {
		{{0, 0, 0, 0}, 0, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
		{{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
		 UINT64_C(0xffffffffffffffff),
		 {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
		{{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
		 UINT64_C(0x299f31d0a4093822),
		 {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
	};
	for (size_t k = 0; k < sizeof known / sizeof *known; k++) {
		uint32_t c[4] = {known[k].counter[0], known[k].counter[1], known[k].counter[2], known[k].counter[3]};
		plim_philox(c, known[k].key);
		for (int w = 0; w < 4; w++)
			cr_expect_eq(c[w], known[k].words[w], "vector %zu word %d", k, w);
	}
}

Test(random, address_fields_do_not_overlap)
{
	uint64_t last_draw = PLIM_ADDRESS_DRAWS - 1, last_block = PLIM_ADDRESS_BLOCKS - 1;
	cr_expect_eq(plim_address_base(PLIM_PURPOSE_COUNT, last_block) + last_draw + 1,
				 plim_address_base(PLIM_PURPOSE_PLACE, 0));
	cr_expect_eq(plim_address_base(PLIM_PURPOSE_COUNT, 0) + last_draw + 1, plim_address_base(PLIM_PURPOSE_COUNT, 1));
}

Test(random, uniforms_read_both_halves_of_a_counter)
{
	uint64_t base = plim_address_base(PLIM_PURPOSE_AMOUNT, 7);
	uint32_t words[4];
	plim_address_words(42, 99, base, 5, words);
	cr_expect_eq(plim_address_uniform(42, 99, base, 10), ((uint64_t)words[1] << 32 | words[0]) >> 12);
	cr_expect_eq(plim_address_uniform(42, 99, base, 11), ((uint64_t)words[3] << 32 | words[2]) >> 12);
}

Test(random, uniform_is_open)
{
	cr_expect_gt(plim_uniform_double(0), 0.0);
	cr_expect_lt(plim_uniform_double((UINT64_C(1) << 52) - 1), 1.0);
}

Test(random, identities_keep_name_borders)
{
	const char *a[] = {"ab", "c"}, *b[] = {"a", "bc"};
	cr_expect_neq(plim_identity(a, 2), plim_identity(b, 2));
	uint64_t list[] = {3, 1, 2, 3}, which = 0;
	cr_expect(plim_identity_collides(list, 4, &which));
	cr_expect_eq(which, 3);
	uint64_t distinct[] = {3, 1, 2};
	cr_expect_not(plim_identity_collides(distinct, 3, &which));
}
