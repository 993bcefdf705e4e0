/* SPDX-License-Identifier: Apache-2.0 */
#include "base/date.h"

#include <stdio.h>
#include <string.h>

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int days_of_month(int year, int month)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days of all years before this one, from year 1 on. */
static int32_t days_before_year(int year)
{
	int past = year - 1;
	return past * 365 + past / 4 - past / 100 + past / 400;
}

#define EPOCH 719162 /* days before 1970-01-01, from 0001-01-01 on */

static int32_t day_of(int year, int month, int day)
{
	int32_t number = days_before_year(year) - EPOCH + day - 1;
	for (int m = 1; m < month; m++)
		number += days_of_month(year, m);
	return number;
}

static void split(int32_t number, int *year, int *month, int *day)
{
	int32_t left = number + EPOCH;
	int y = left / 366 + 1; /* at most this year, and close below */
	while (days_before_year(y + 1) <= left)
		y++;
	left -= days_before_year(y);
	int m = 1;
	while (left >= days_of_month(y, m))
		left -= days_of_month(y, m++);
	*year = y;
	*month = m;
	*day = left + 1;
}

static int digits(const char *text, int count)
{
	int value = 0;
	for (int i = 0; i < count; i++)
		value = value * 10 + (text[i] - '0');
	return value;
}

bool plim_date_parse(const char *text, int32_t *day)
{
	if (strlen(text) != 10)
		return false;
	for (int i = 0; i < 10; i++)
		if (i == 4 || i == 7 ? text[i] != '-' : text[i] < '0' || text[i] > '9')
			return false;
	int year = digits(text, 4), month = digits(text + 5, 2), of_month = digits(text + 8, 2);
	if (year < 1 || month < 1 || month > 12 || of_month < 1 || of_month > days_of_month(year, month))
		return false;
	*day = day_of(year, month, of_month);
	return true;
}

void plim_date_text(char out[static PLIM_DATE_SIZE], int32_t day)
{
	int year, month, of_month;
	split(day, &year, &month, &of_month);
	snprintf(out, PLIM_DATE_SIZE, "%04u-%02u-%02u", (unsigned)year % 10000u, (unsigned)month % 100u,
	         (unsigned)of_month % 100u);
}

int32_t plim_date_year_start(int32_t day)
{
	int year, month, of_month;
	split(day, &year, &month, &of_month);
	return day_of(year, 1, 1);
}

int32_t plim_date_next_year(int32_t day)
{
	int year, month, of_month;
	split(day, &year, &month, &of_month);
	return day_of(year + 1, 1, 1);
}

int32_t plim_date_add_years(int32_t day, int32_t years)
{
	int year, month, of_month;
	split(day, &year, &month, &of_month);
	year += years;
	if (of_month > days_of_month(year, month))
		return day_of(year, 3, 1);
	return day_of(year, month, of_month);
}

double plim_date_span_years(int32_t first, int32_t last)
{
	int32_t end = last + 1, whole = (end - first) / 366;
	while (plim_date_add_years(first, whole + 1) <= end)
		whole++;
	int32_t from = plim_date_add_years(first, whole), to = plim_date_add_years(first, whole + 1);
	return whole + (double)(end - from) / (double)(to - from);
}
