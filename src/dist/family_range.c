/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/family_range.h"

#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/text.h"

plim_status plim_range_mode_check(const plim_reader *reader, plim_range *range, long double parts, plim_error *error)
{
	char text[3][PLIM_TEXT_DOUBLE_SIZE];
	plim_status status = plim_range_check(reader, range->min, range->max, error);
	if (status)
		return status;
	/* a mode that was solved for may miss its end by rounding */
	long double slack = reader->has[PLIM_KEY_MODE] ? 0 : 1e-15L * (range->max - range->min);
	if (range->mode >= range->min - slack && range->mode <= range->max + slack) {
		range->mode = fminl(fmaxl(range->mode, range->min), range->max);
		return PLIM_OK;
	}
	bool mean = reader->has[PLIM_KEY_MEAN];
	long double low = mean ? ((parts - 1) * range->min + range->max) / parts : range->min;
	long double high = mean ? (range->min + (parts - 1) * range->max) / parts : range->max;
	plim_text_digits(text[0], sizeof text[0], reader->value[mean ? PLIM_KEY_MEAN : PLIM_KEY_MODE], 15);
	plim_text_digits(text[1], sizeof text[1], (double)low, 15);
	plim_text_digits(text[2], sizeof text[2], (double)high, 15);
	return plim_error_set(error, PLIM_ERROR_MODEL, "%s: %s is %s, but min and max allow only values from %s to %s",
	                      reader->family, mean ? "mean" : "mode", text[0], text[1], text[2]);
}

typedef struct unit_law {
	const plim_reader *reader;
	plim_range_unit unit;
	const void *context;
} unit_law;

static long double unit_level(const void *context, long double c)
{
	const unit_law *law = context;
	return law->unit(law->context, c, law->reader->level[0]);
}

static long double unit_ratio(const void *context, long double c)
{
	const unit_law *law = context;
	const plim_prob *level = law->reader->level;
	long double middle = law->unit(law->context, c, level[1]);
	return (law->unit(law->context, c, level[2]) - middle) / (middle - law->unit(law->context, c, level[0]));
}

plim_status plim_range_elicit(const plim_reader *reader, plim_range_unit unit, const void *context, plim_range *range,
                              plim_error *error)
{
	unit_law law = {reader, unit, context};
	char what[128];
	long double c;
	if (reader->quantiles == 1) {
		plim_status status = plim_range_check(reader, range->min, range->max, error);
		if (status)
			return status;
		snprintf(what, sizeof what, "(%s - min) / (max - min)", reader->name[0]);
		long double target = (reader->x[0] - range->min) / (range->max - range->min);
		status = plim_elicit_solve(reader, unit_level, &law, 0, 1, target, what, &c, error);
		if (!status)
			range->mode = range->min + c * (range->max - range->min);
		return status;
	}
	const char *const *name = reader->name;
	snprintf(what, sizeof what, "(%s - %s) / (%s - %s)", name[2], name[1], name[1], name[0]);
	long double target = (reader->x[2] - reader->x[1]) / (reader->x[1] - reader->x[0]);
	plim_status status = plim_elicit_solve(reader, unit_ratio, &law, 0, 1, target, what, &c, error);
	if (status)
		return status;
	long double low = unit(context, c, reader->level[0]), high = unit(context, c, reader->level[2]);
	long double width = (reader->x[2] - reader->x[0]) / (high - low);
	range->min = reader->x[0] - low * width;
	range->max = reader->x[2] + (1 - high) * width;
	range->mode = range->min + c * width;
	return PLIM_OK;
}
