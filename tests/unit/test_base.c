/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <float.h>
#include <locale.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/cpu.h"
#include "base/digest.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/power.h"
#include "base/text.h"

/* splitmix64: enough for picking test values, and independent of the code under test. */
static uint64_t next_random(uint64_t *state)
{
	uint64_t z = (*state += 0x9E3779B97F4A7C15u);
	z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
	z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
	return z ^ (z >> 31);
}

static bool same_bits(double a, double b)
{
	return memcmp(&a, &b, sizeof a) == 0;
}

static void expect_round_trip(double value)
{
	char out[PLIM_TEXT_DOUBLE_SIZE];
	double back = -77;
	int length = plim_text_double(out, value);
	cr_expect_eq((size_t)length, strlen(out), "%s", out);
	cr_expect(plim_text_parse_double(out, &back), "%s is refused", out);
	cr_expect(same_bits(back, value), "%s reads back as %a, not %a", out, back, value);
}

static void expect_text(double value, const char *expected)
{
	char out[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(out, value);
	cr_expect_str_eq(out, expected);
}

/* --- numbers as text ---------------------------------------------------------------------------------------------- */

Test(base, doubles_round_trip)
{
	static const double corners[] = {0.0,
	                                 -0.0,
	                                 1.0,
	                                 0.1,
	                                 1.0 / 3.0,
	                                 5e-324,
	                                 DBL_MIN,
	                                 DBL_MAX,
	                                 -DBL_MAX,
	                                 DBL_EPSILON,
	                                 9007199254740993.0,
	                                 123456789012345680.0,
	                                 1e22,
	                                 1e23,
	                                 0x1p-1022,
	                                 0x1.fffffffffffffp-1023};
	for (size_t i = 0; i < sizeof corners / sizeof *corners; i++)
		expect_round_trip(corners[i]);
	uint64_t state = 1;
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random(&state);
		double value;
		memcpy(&value, &bits, sizeof value);
		if (isfinite(value))
			expect_round_trip(value);
	}
}

/* Down to numbers that lose digits, and out of range on both sides. */
Test(base, powers_of_two_scale_as_ldexp)
{
	const double some[] = {0,         1,       -3.1415926535897931, 0x1.fffffffffffffp1023, 0x1.0000000000001p-1022,
	                       0x1p-1074, INFINITY};
	for (size_t i = 0; i < sizeof some / sizeof *some; i++)
		for (int exponent = -2200; exponent <= 2200; exponent++) {
			const double wanted = ldexp(some[i], exponent), got = plim_times_power(some[i], exponent);
			cr_assert(memcmp(&wanted, &got, sizeof got) == 0, "%a times 2^%d is %a, got %a", some[i], exponent, wanted,
			          got);
		}
}

Test(base, doubles_are_short)
{
	expect_text(1.5, "1.5");
	expect_text(0.1, "0.1");
	expect_text(1e300, "1e+300");
	expect_text(-250000, "-250000");
	expect_text(0.1 + 0.2, "0.30000000000000004");
	expect_text(INFINITY, "inf");
	expect_text(-INFINITY, "-inf");
	expect_text((double)NAN, "nan");
}

Test(base, digits_are_significant)
{
	char out[PLIM_TEXT_DOUBLE_SIZE];
	cr_expect_eq(plim_text_digits(out, sizeof out, 123456.789, 4), 9);
	cr_expect_str_eq(out, "1.235e+05");
	plim_text_digits(out, sizeof out, 2.0 / 3.0, 3);
	cr_expect_str_eq(out, "0.667");
}

Test(base, numbers_are_accepted)
{
	static const struct {
		const char *text;
		double value;
	} cases[] = {{"0", 0},   {"-0", -0.0},  {"12", 12},     {"+3", 3},      {".5", 0.5},
	             {"5.", 5},  {"1e6", 1e6},  {"1E+2", 100},  {"1e-3", 1e-3}, {"-2.50e1", -25},
	             {"007", 7}, {"1e-400", 0}, {"80e3", 80e3}, {"0.05", 0.05}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double value = -77;
		cr_expect(plim_text_parse_double(cases[i].text, &value), "%s is refused", cases[i].text);
		cr_expect(same_bits(value, cases[i].value), "%s reads as %a", cases[i].text, value);
	}
}

Test(base, numbers_are_refused)
{
	static const char *const cases[] = {
	    "",      " ",      "1,5",   "1.5,", "1 ",    " 1",       "nan", "NaN", "inf",    "-inf",  "infinity", "0x10",
	    "0x1p3", "1e",     "1e+",   "e5",   ".",     "+",        "-",   "+-1", "--1",    "1.2.3", "1_000",    "1'000",
	    "1e999", "-1e999", "12abc", "1.5f", "1e5.5", "\xd9\xa1", "1\t", "1\n", "nan(1)", "1e 5"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		double value = -77;
		cr_expect_not(plim_text_parse_double(cases[i], &value), "'%s' is accepted", cases[i]);
		cr_expect(same_bits(value, -77), "'%s' changes the value", cases[i]);
	}
}

/* A host program may run under a decimal comma. The locale is built beside the tests (tests/meson.build). */
Test(base, decimal_comma_locale_changes_nothing)
{
	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		cr_skip_test("no locale with a decimal comma on this machine");
	char probe[16];
	snprintf(probe, sizeof probe, "%.1f", 1.5);
	cr_assert_str_eq(probe, "1,5", "the locale is not the one this test is about");

	char out[PLIM_TEXT_DOUBLE_SIZE];
	expect_text(1.5, "1.5");
	expect_text(0.1 + 0.2, "0.30000000000000004");
	cr_expect_eq(plim_text_digits(out, sizeof out, 1234.5, 5), 6);
	cr_expect_str_eq(out, "1234.5");
	expect_round_trip(-1.0 / 3.0);
	expect_round_trip(6.02214076e23);

	double value = -77;
	cr_expect(plim_text_parse_double("1.5", &value));
	cr_expect_eq(value, 1.5);
	cr_expect(plim_text_parse_double(".25e2", &value));
	cr_expect_eq(value, 25);
	cr_expect_not(plim_text_parse_double("1,5", &value));
	cr_expect_eq(value, 25);
}

Test(base, integers)
{
	uint64_t value = 77;
	cr_expect(plim_text_parse_u64("18446744073709551615", &value));
	cr_expect_eq(value, UINT64_MAX);
	cr_expect(plim_text_parse_u64("0", &value));
	cr_expect_eq(value, 0);
	static const char *const refused[] = {
	    "", "18446744073709551616", "99999999999999999999", "-1", "+1", "1.0", "1e6", "0x1", " 1", "1 ", "a"};
	value = 77;
	for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
		cr_expect_not(plim_text_parse_u64(refused[i], &value), "'%s' is accepted", refused[i]);
	cr_expect_eq(value, 77);
}

Test(base, text_grows)
{
	plim_text text = {0};
	char expected[6001] = "";
	for (int i = 0; i < 1000; i++) {
		plim_text_add_format(&text, "%03d", i);
		plim_text_add(&text, "ab");
		plim_text_add_n(&text, "cd", 1);
		snprintf(expected + 6 * i, sizeof expected - 6 * (size_t)i, "%03dabc", i);
	}
	cr_assert_not(text.failed);
	cr_expect_eq(text.length, 6000);
	cr_expect_str_eq(text.data, expected);
	plim_text_free(&text);
	cr_expect_null(text.data);
	cr_expect_eq(text.length, 0);
}

/* --- UTF-8 -------------------------------------------------------------------------------------------------------- */

Test(base, utf8_is_accepted)
{
	static const char *const cases[] = {"",
	                                    "abc",
	                                    "Gda\xc5\x84sk",
	                                    "\xe2\x82\xac",
	                                    "\xf0\x9f\x9a\xa2",
	                                    "\xed\x9f\xbf",
	                                    "\xee\x80\x80",
	                                    "\xef\xbf\xbf",
	                                    "\xf4\x8f\xbf\xbf",
	                                    "\xc2\x80"};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
		cr_expect(plim_text_is_utf8(cases[i], strlen(cases[i]), NULL), "case %zu", i);
}

Test(base, utf8_is_refused_at_the_bad_byte)
{
	static const struct {
		const char *bytes;
		size_t bad;
	} cases[] = {
	    {"ab\xff", 2},           /* never a byte of UTF-8 */
	    {"\x80", 0},             /* a continuation without a start */
	    {"a\xc0\xaf", 1},        /* overlong slash in 2 bytes */
	    {"\xc1\xbf", 0},         /* overlong in 2 */
	    {"\xe0\x9f\xbf", 0},     /* overlong in 3 */
	    {"\xf0\x8f\xbf\xbf", 0}, /* overlong in 4 */
	    {"x\xed\xa0\x80", 1},    /* a surrogate */
	    {"\xf4\x90\x80\x80", 0}, /* above U+10FFFF */
	    {"\xf5\x80\x80\x80", 0}, /* above U+10FFFF by its first byte */
	    {"ok\xe2\x82", 2},       /* cut short */
	    {"\xe2\x28\xa1", 0},     /* a letter in a sequence */
	    {"Malm\xf6 AB", 4},      /* Latin-1 */
	};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		size_t bad = 99;
		cr_expect_not(plim_text_is_utf8(cases[i].bytes, strlen(cases[i].bytes), &bad), "case %zu", i);
		cr_expect_eq(bad, cases[i].bad, "case %zu: bad byte at %zu", i, bad);
	}
}

/* --- edit distance ------------------------------------------------------------------------------------------------ */

/* The definition itself, by recursion from the ends. */
static int slow_distance(const char *a, size_t n, const char *b, size_t m)
{
	if (n == 0 || m == 0)
		return (int)(n + m);
	int best = slow_distance(a, n - 1, b, m - 1) + (a[n - 1] != b[m - 1]);
	int other = slow_distance(a, n - 1, b, m) + 1;
	best = other < best ? other : best;
	other = slow_distance(a, n, b, m - 1) + 1;
	best = other < best ? other : best;
	if (n > 1 && m > 1 && a[n - 1] == b[m - 2] && a[n - 2] == b[m - 1]) {
		other = slow_distance(a, n - 2, b, m - 2) + 1;
		best = other < best ? other : best;
	}
	return best;
}

Test(base, distance_of_known_words)
{
	cr_expect_eq(plim_text_distance("kitten", "sitting", 9), 3);
	cr_expect_eq(plim_text_distance("frequency", "frequency", 2), 0);
	cr_expect_eq(plim_text_distance("frequnecy", "frequency", 2), 1);
	cr_expect_eq(plim_text_distance("", "abc", 9), 3);
	cr_expect_eq(plim_text_distance("loss", "outage_days", 2), 3, "beyond the limit reads limit + 1");
	char longer[65];
	memset(longer, 'a', 64);
	longer[64] = '\0';
	cr_expect_eq(plim_text_distance(longer, longer, 2), 3, "64 bytes are never near");
	longer[63] = '\0';
	cr_expect_eq(plim_text_distance(longer, longer, 2), 0, "63 bytes are compared");
}

Test(base, distance_is_its_definition)
{
	uint64_t state = 2;
	for (int i = 0; i < 1500; i++) {
		char words[2][7] = {"", ""};
		for (int w = 0; w < 2; w++) {
			size_t length = next_random(&state) % 7;
			for (size_t k = 0; k < length; k++)
				words[w][k] = (char)('a' + next_random(&state) % 3);
		}
		int expected = slow_distance(words[0], strlen(words[0]), words[1], strlen(words[1]));
		cr_expect_eq(plim_text_distance(words[0], words[1], 20), expected, "%s %s", words[0], words[1]);
		cr_expect_eq(plim_text_distance(words[1], words[0], 20), expected, "%s %s", words[1], words[0]);
	}
}

/* --- digest ------------------------------------------------------------------------------------------------------- */

static void expect_sha256(const char *text, const char *expected)
{
	plim_digest digest;
	uint8_t out[PLIM_DIGEST_SIZE];
	char hex[PLIM_DIGEST_HEX_SIZE];
	plim_digest_init(&digest);
	plim_digest_bytes(&digest, text, strlen(text));
	plim_digest_final(&digest, out);
	plim_digest_hex(out, hex);
	cr_expect_str_eq(hex, expected);
}

Test(base, sha256_known_answers) /* FIPS 180-4, examples */
{
	expect_sha256("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
	expect_sha256("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	expect_sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
	              "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

static uint64_t head_of_strings(const char *a, const char *b)
{
	plim_digest digest;
	uint8_t out[PLIM_DIGEST_SIZE];
	plim_digest_init(&digest);
	plim_digest_string(&digest, a);
	plim_digest_string(&digest, b);
	plim_digest_final(&digest, out);
	return plim_digest_head(out);
}

Test(base, digest_separates_strings)
{
	cr_expect_neq(head_of_strings("ab", "c"), head_of_strings("a", "bc"));
	cr_expect_neq(head_of_strings("", "a"), head_of_strings("a", ""));
	cr_expect_eq(head_of_strings("ab", "c"), head_of_strings("ab", "c"));
}

Test(base, digest_head_is_little_endian)
{
	uint8_t digest[PLIM_DIGEST_SIZE] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	cr_expect_eq(plim_digest_head(digest), 0x0807060504030201u);
}

static uint64_t head_of_doubles(const double *values, size_t count)
{
	plim_digest digest;
	uint8_t out[PLIM_DIGEST_SIZE];
	plim_digest_init(&digest);
	plim_digest_doubles(&digest, values, count);
	plim_digest_final(&digest, out);
	return plim_digest_head(out);
}

Test(base, digest_of_doubles_is_by_bits)
{
	cr_expect_eq(head_of_doubles((double[]){0.0}, 1), head_of_doubles((double[]){-0.0}, 1));
	cr_expect_neq(head_of_doubles((double[]){1.0}, 1), head_of_doubles((double[]){1.0 + DBL_EPSILON}, 1));
	plim_digest digest;
	uint8_t typed[PLIM_DIGEST_SIZE], plain[PLIM_DIGEST_SIZE];
	plim_digest_init(&digest);
	plim_digest_double(&digest, 1.0); /* 0x3ff0000000000000 */
	plim_digest_u64s(&digest, (uint64_t[]){258, 3}, 2);
	plim_digest_final(&digest, typed);
	plim_digest_init(&digest);
	plim_digest_bytes(&digest, "\0\0\0\0\0\0\xf0\x3f\x02\x01\0\0\0\0\0\0\x03\0\0\0\0\0\0\0", 24);
	plim_digest_final(&digest, plain);
	cr_expect_arr_eq(typed, plain, PLIM_DIGEST_SIZE);
}

/* --- memory ------------------------------------------------------------------------------------------------------- */

Test(base, allocation_is_zeroed_and_aligned)
{
	for (size_t count = 0; count < 200; count += 7) {
		unsigned char *memory = plim_mem_alloc(count, 3);
		cr_assert_not_null(memory);
		cr_expect_eq((uintptr_t)memory % 64, 0);
		for (size_t i = 0; i < 3 * count; i++)
			cr_expect_eq(memory[i], 0);
		memset(memory, 0xff, 3 * count);
		plim_mem_free(memory);
	}
	plim_mem_free(NULL);
}

Test(base, allocation_overflow_is_refused)
{
	cr_expect_null(plim_mem_alloc(SIZE_MAX, 2));
	cr_expect_null(plim_mem_alloc(SIZE_MAX / 8 + 1, 8));
	cr_expect_null(plim_mem_alloc(SIZE_MAX, 1), "no room for the rounding up");
}

Test(base, growth_keeps_and_zeroes)
{
	uint32_t *array = NULL;
	size_t capacity = 0;
	for (uint32_t i = 0; i < 1000; i++) {
		cr_assert_eq(plim_mem_grow((void **)&array, &capacity, i + 1, sizeof *array), 0);
		cr_assert_geq(capacity, i + 1);
		cr_expect_eq(array[i], 0);
		array[i] = i + 7;
	}
	for (uint32_t i = 0; i < 1000; i++)
		cr_expect_eq(array[i], i + 7);

	uint32_t *before = array;
	size_t capacity_before = capacity;
	cr_expect_eq(plim_mem_grow((void **)&array, &capacity, SIZE_MAX, sizeof *array), -1);
	cr_expect_eq(plim_mem_grow((void **)&array, &capacity, SIZE_MAX / 3, sizeof *array), -1);
	cr_expect_eq(array, before);
	cr_expect_eq(capacity, capacity_before);
	plim_mem_free(array);
}

Test(base, pages_are_zeroed_and_sparse)
{
	size_t bytes = (size_t)1 << 32; /* more than a test machine would like to touch */
	unsigned char *memory = plim_mem_pages(bytes);
	cr_assert_not_null(memory);
	cr_expect_eq(memory[0], 0);
	cr_expect_eq(memory[bytes - 1], 0);
	memory[bytes / 2] = 1;
	plim_mem_pages_free(memory, bytes);
	plim_mem_pages_free(NULL, 10);
}

Test(base, strings_are_copied)
{
	char source[] = "plimsoll";
	char *copy = plim_mem_string(source), *head = plim_mem_string_n(source, 4);
	source[0] = 'X';
	cr_expect_str_eq(copy, "plimsoll");
	cr_expect_str_eq(head, "plim");
	cr_expect_null(plim_mem_string(NULL));
	plim_mem_free(copy);
	plim_mem_free(head);
}

/* --- errors and processors ---------------------------------------------------------------------------------------- */

Test(base, errors_carry_their_place)
{
	plim_error error = {0};
	cr_expect_eq(plim_error_set_at(&error, PLIM_ERROR_MODEL, "model.yaml", 12, 7, "unknown key '%s'", "sahre"),
	             PLIM_ERROR_MODEL);
	cr_expect_eq(error.status, PLIM_ERROR_MODEL);
	cr_expect_str_eq(error.file, "model.yaml");
	cr_expect_eq(error.line, 12);
	cr_expect_eq(error.col, 7);
	cr_expect_str_eq(error.text, "unknown key 'sahre'");
	cr_expect_eq(plim_error_set(&error, PLIM_ERROR_IO, "x"), PLIM_ERROR_IO);
	cr_expect_str_eq(error.file, "", "an error without a place leaves none behind");
	cr_expect_eq(error.line, 0);
	cr_expect_eq(plim_error_set(NULL, PLIM_ERROR_IO, "%d", 1), PLIM_ERROR_IO);
	cr_expect_eq(plim_error_memory(NULL, "the plan"), PLIM_ERROR_MEMORY);
}

Test(base, long_errors_are_cut)
{
	plim_error error;
	char longer[4000];
	memset(longer, 'e', sizeof longer - 1);
	longer[sizeof longer - 1] = '\0';
	plim_error_set_at(&error, PLIM_ERROR_IO, longer, 1, 1, "%s", longer);
	cr_expect_eq(strlen(error.text), sizeof error.text - 1);
	cr_expect_eq(strlen(error.file), sizeof error.file - 1);
}

Test(base, status_values_are_pinned)
{
	static const int codes[][2] = {{PLIM_OK, 0},          {PLIM_ERROR_USAGE, 1},       {PLIM_ERROR_MODEL, 2},
	                               {PLIM_ERROR_IO, 3},    {PLIM_ERROR_INTERRUPTED, 4}, {PLIM_ERROR_SHARDS, 5},
	                               {PLIM_ERROR_CHECK, 6}, {PLIM_ERROR_MEMORY, 3},      {PLIM_ERROR_INTERNAL, 70}};
	for (size_t i = 0; i < sizeof codes / sizeof *codes; i++)
		cr_expect_eq(plim_status_exit_code((plim_status)codes[i][0]), codes[i][1]);
	cr_expect_str_eq(plim_status_message(PLIM_OK), "done");
	cr_expect_str_eq(plim_status_message((plim_status)55), "unknown status");
}

Test(base, cpu_names)
{
	for (int i = 0; i < PLIM_CPU_COUNT; i++) {
		plim_cpu cpu = PLIM_CPU_COUNT;
		cr_expect(plim_cpu_parse(plim_cpu_name((plim_cpu)i), &cpu));
		cr_expect_eq((int)cpu, i);
	}
	cr_expect_str_eq(plim_cpu_name(PLIM_CPU_AVX512), "avx512");
	cr_expect_str_eq(plim_cpu_name((plim_cpu)9), "unknown");
	plim_cpu kept = PLIM_CPU_AVX2;
	cr_expect_not(plim_cpu_parse("AVX2 ", &kept));
	cr_expect_eq(kept, PLIM_CPU_AVX2);
	cr_expect(plim_cpu_has(PLIM_CPU_SCALAR));
	cr_expect(plim_cpu_has(plim_cpu_best()));
}
