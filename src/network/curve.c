/* SPDX-License-Identifier: Apache-2.0 */
#include "network/curve.h"

#include "base/memory.h"

plim_outage_curve *plim_outage_curve_new(size_t bearers, size_t lines)
{
	/* In one piece: a look-up then waits for memory once. */
	plim_outage_curve *curve =
	    plim_mem_alloc(1, sizeof *curve + bearers * sizeof *curve->bearer + lines * sizeof *curve->line);
	if (!curve)
		return NULL;
	curve->bearer = (plim_curve_bearer *)(curve + 1);
	curve->line = (plim_curve_line *)(curve->bearer + bearers);
	return curve;
}

void plim_outage_curve_free(plim_outage_curve **curve)
{
	if (!curve || !*curve)
		return;
	plim_mem_free(*curve);
	*curve = NULL;
}

double plim_curve_at(const plim_outage_curve *curve, plim_curve function, double days)
{
	if (function.count == 0)
		return 0;
	const plim_curve_line *line = curve->line + function.first;
	double bound = plim_curve_bound(days); /* wanted is the last line that begins before it */
	uint32_t low = 0, high = function.count;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;
		if (line[middle].from <= bound)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == 0 || !(days > 0))
		return 0;
	line += low - 1;
	double value = line->value + line->slope * (days - line->from);
	return value > 0 ? value : 0; /* rounding at a knot may leave a hair below 0 */
}

static void digest_function(plim_digest *digest, plim_curve function)
{
	plim_digest_u64(digest, function.first);
	plim_digest_u64(digest, function.count);
}

void plim_outage_curve_digest(const plim_outage_curve *curve, plim_digest *digest)
{
	plim_digest_u64(digest, curve->lines);
	for (size_t k = 0; k < curve->lines; k++) {
		plim_digest_double(digest, curve->line[k].from);
		plim_digest_double(digest, curve->line[k].value);
		plim_digest_double(digest, curve->line[k].slope);
	}
	plim_digest_u64(digest, curve->bearers);
	for (size_t k = 0; k < curve->bearers; k++) {
		plim_digest_u64(digest, curve->bearer[k].node);
		digest_function(digest, curve->bearer[k].loss);
		digest_function(digest, curve->bearer[k].substitution);
	}
	digest_function(digest, curve->loss);
	digest_function(digest, curve->substitution);
	digest_function(digest, curve->recovery);
}

size_t plim_outage_curve_bytes(const plim_outage_curve *curve)
{
	return sizeof *curve + curve->lines * sizeof *curve->line + curve->bearers * sizeof *curve->bearer;
}
