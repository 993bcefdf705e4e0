/* SPDX-License-Identifier: Apache-2.0 */
/* "Did you mean": the nearest of the known words. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "model/load.h"

/* How far a misspelling of a word may be from it: short words are near to everything. */
static int reach(const char *word)
{
	size_t length = strlen(word);
	return length < 3 ? 1 : length < 6 ? 2 : 3;
}

typedef struct search {
	const char *word, *best;
	int distance;
} search;

static void compare(plim_load *load, search *s, const char *candidate)
{
	/* a difference in length is a lower bound of the distance, and much cheaper */
	size_t a = strlen(s->word), b = strlen(candidate);
	if ((a > b ? a - b : b - a) >= (size_t)s->distance || !load->nearness)
		return;
	load->nearness--;
	int distance = plim_text_distance(s->word, candidate, s->distance - 1);
	if (distance < s->distance) {
		s->distance = distance;
		s->best = candidate;
	}
}

const char *plim_nearest(plim_load *load, const char *word, const char *const *candidates, size_t count)
{
	search s = {word, NULL, reach(word) + 1};
	for (size_t i = 0; i < count; i++)
		compare(load, &s, candidates[i]);
	return s.best;
}

const char *plim_nearest_name(plim_load *load, const char *word, const plim_names *names)
{
	search s = {word, NULL, reach(word) + 1};
	for (size_t i = 0; i < names->slots; i++)
		if (names->name[i])
			compare(load, &s, names->name[i]);
	return s.best;
}

const char *plim_hint(char *out, size_t size, const char *nearest)
{
	out[0] = '\0';
	if (nearest)
		snprintf(out, size, "; did you mean \"%s\"?", nearest);
	return out;
}
