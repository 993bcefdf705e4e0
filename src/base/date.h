/* SPDX-License-Identifier: Apache-2.0 */
/* Calendar dates (proleptic Gregorian) as day numbers, and spans of them in years. */
#ifndef PLIM_BASE_DATE_H
#define PLIM_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

/** Room for a date as text. */
#define PLIM_DATE_SIZE 16

/** Reads YYYY-MM-DD, whole, of a day that exists (years 1 to 9999), as days since 1970-01-01. */
bool plim_date_parse(const char *text, int32_t *day);

/** Writes a day of the years 1 to 9999 as YYYY-MM-DD. */
void plim_date_text(char out[static PLIM_DATE_SIZE], int32_t day);

/** The first day of the year that a day lies in, and of the year after. */
int32_t plim_date_year_start(int32_t day);
int32_t plim_date_next_year(int32_t day);

/** The same day of the year `years` later; 29 February becomes 1 March where it does not exist. */
int32_t plim_date_add_years(int32_t day, int32_t years);

/** Years from the beginning of `first` to the end of `last`, both included: whole years from `first` on, and of the
 *  year that is begun the share of its days. So ten calendar years are exactly 10. */
double plim_date_span_years(int32_t first, int32_t last);

#endif
