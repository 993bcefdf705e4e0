/* SPDX-License-Identifier: Apache-2.0 */
#include "network/moment.h"

static double size_of(double value)
{
	return value < 0 ? -value : value;
}

static bool parallel(plim_moment a, plim_moment b)
{
	return size_of(a.slope - b.slope) <= PLIM_MOMENT_PARALLEL * (size_of(a.slope) + size_of(b.slope));
}

int plim_moment_order_sloped(plim_moment_frame frame, plim_moment a, plim_moment b)
{
	double difference = (a.at - b.at) + (a.slope - b.slope) * frame.days;
	double size = size_of(a.at) + size_of(b.at) + (size_of(a.slope) + size_of(b.slope)) * frame.days;
	if (size_of(difference) > PLIM_MOMENT_TIE * size)
		return difference < 0 ? -1 : 1;
	if (parallel(a, b))
		return 0;
	return a.slope < b.slope ? -1 : 1;
}

void plim_moment_keep_sloped(plim_moment_frame *frame, plim_moment a, plim_moment b)
{
	if (a.slope <= b.slope || parallel(a, b))
		return;
	double meet = (b.at - a.at) / (a.slope - b.slope);
	if (meet > frame->days && meet < frame->horizon)
		frame->horizon = meet;
}
