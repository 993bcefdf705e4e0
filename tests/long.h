/* SPDX-License-Identifier: Apache-2.0 */
/* Whether full counts are asked for: PLIM_TEST_LONG set, and neither empty nor 0. */
#ifndef PLIM_TESTS_LONG_H
#define PLIM_TESTS_LONG_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

static inline bool test_is_long(void)
{
	const char *value = getenv("PLIM_TEST_LONG");
	return value && *value && strcmp(value, "0") != 0;
}

#endif
