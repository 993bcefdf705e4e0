/* SPDX-License-Identifier: Apache-2.0 */
#include "stats/probability.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/text.h"
#include "stats/exact_sum.h"

/* Below 2^53, so that num and den are exact doubles and their quotient is correctly rounded. */
#define MAX_DECIMALS 15

static uint64_t greatest_divisor(uint64_t a, uint64_t b)
{
	while (b) {
		const uint64_t rest = a % b;
		a = b;
		b = rest;
	}
	return a;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t';
}

/* Copies without blanks around it and takes a trailing % off; false if empty or too long. */
static bool trim(const char *text, char out[PLIM_PROBABILITY_TEXT], char number[PLIM_PROBABILITY_TEXT], bool *percent)
{
	while (is_blank(*text))
		text++;
	size_t length = strlen(text);
	while (length && is_blank(text[length - 1]))
		length--;
	if (length == 0 || length >= PLIM_PROBABILITY_TEXT)
		return false;
	memcpy(out, text, length);
	out[length] = '\0';
	*percent = out[length - 1] == '%';
	length -= *percent ? 1 : 0;
	while (length && is_blank(out[length - 1]))
		length--;
	memcpy(number, out, length);
	number[length] = '\0';
	return length > 0;
}

/* Reads digits and a point: the value is *digits x 10^-*decimals, *digits without trailing zeros. Returns what follows,
 * NULL when there is no digit or there are too many. */
static const char *read_digits(const char *s, uint64_t *digits, int *decimals)
{
	bool point = false, any = false;
	int held = 0; /* zeros held back until another digit follows */
	*digits = 0;
	*decimals = 0;
	for (;; s++) {
		if (*s == '.' && !point) {
			point = true;
			continue;
		}
		if (*s < '0' || *s > '9')
			break;
		any = true;
		held++;
		*decimals += point ? 1 : 0;
		if (*s == '0')
			continue;
		for (; held > 0; held--)
			if (__builtin_mul_overflow(*digits, 10, digits))
				return NULL;
		if (__builtin_add_overflow(*digits, (uint64_t)(*s - '0'), digits))
			return NULL;
	}
	*decimals -= held;
	return any ? s : NULL;
}

static bool read_exponent(const char *s, int *exponent)
{
	*exponent = 0;
	if (*s == '\0')
		return true;
	if (*s != 'e' && *s != 'E')
		return false;
	s++;
	const bool negative = *s == '-';
	if (*s == '-' || *s == '+')
		s++;
	if (*s == '\0' || strlen(s) > 3)
		return false;
	for (; *s; s++) {
		if (*s < '0' || *s > '9')
			return false;
		*exponent = 10 * *exponent + (*s - '0');
	}
	*exponent = negative ? -*exponent : *exponent;
	return true;
}

static bool read_rational(const char *number, bool percent, uint64_t *num, uint64_t *den)
{
	int decimals, exponent;
	const char *start = *number == '+' ? number + 1 : number;
	const char *end = read_digits(start, num, &decimals);
	if (!end || *num == 0 || !read_exponent(end, &exponent))
		return false;
	const int power = decimals - exponent + (percent ? 2 : 0);
	if (power < 1 || power > MAX_DECIMALS)
		return false;
	*den = 1;
	for (int i = 0; i < power; i++)
		*den *= 10;
	return *num < *den;
}

plim_status plim_probability_parse(const char *text, plim_probability *p, plim_error *error)
{
	plim_probability read = {0};
	char number[PLIM_PROBABILITY_TEXT];
	bool percent;
	if (!trim(text, read.text, number, &percent) || !read_rational(number, percent, &read.num, &read.den))
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "'%.40s' is not a probability: give a number between 0 and 1 (both excluded) such as "
		                      "0.995 or 99.5%%, with at most %d decimals",
		                      text, MAX_DECIMALS);
	const uint64_t divisor = greatest_divisor(read.num, read.den);
	read.num /= divisor;
	read.den /= divisor;
	*p = read;
	return PLIM_OK;
}

plim_status plim_probability_from_period(uint64_t period, plim_probability *p, plim_error *error)
{
	if (period < 2 || period > UINT64_C(1000000000000000))
		return plim_error_set(error, PLIM_ERROR_USAGE, "a return period must lie between 2 and 10^15 trials");
	plim_probability out = {.num = period - 1, .den = period};
	char text[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_double(text, plim_probability_value(&out));
	memcpy(out.text, text, sizeof out.text - 1);
	*p = out;
	return PLIM_OK;
}

double plim_probability_value(const plim_probability *p)
{
	return (double)p->num / (double)p->den;
}

double plim_probability_tail(const plim_probability *p)
{
	return (double)(p->den - p->num) / (double)p->den;
}

plim_tail_count plim_probability_tail_count(const plim_probability *p, uint64_t n)
{
	const plim_u128 product = (plim_u128)(p->den - p->num) * n;
	return (plim_tail_count){.whole = (uint64_t)(product / p->den), .num = (uint64_t)(product % p->den), .den = p->den};
}

uint64_t plim_probability_rank(const plim_probability *p, uint64_t n)
{
	return n - plim_probability_tail_count(p, n).whole;
}

const plim_probability *plim_probability_defaults(size_t *count)
{
	static const plim_probability list[] = {
	    {1, 2, "0.5"},       {3, 4, "0.75"},      {4, 5, "0.8"},        {9, 10, "0.9"},
	    {19, 20, "0.95"},    {49, 50, "0.98"},    {99, 100, "0.99"},    {199, 200, "0.995"},
	    {249, 250, "0.996"}, {499, 500, "0.998"}, {999, 1000, "0.999"}, {9999, 10000, "0.9999"},
	};
	*count = sizeof list / sizeof *list;
	return list;
}
