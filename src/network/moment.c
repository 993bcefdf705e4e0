/* SPDX-License-Identifier: Apache-2.0 */
#include "network/moment.h"

void plim_moment_keep_sloped(plim_moment_frame *frame, plim_moment a, plim_moment b)
{
	if (plim_moment_parallel(a, b))
		return;
	double meet = (b.at - a.at) / (a.slope - b.slope);
	if (meet > frame->days && meet < frame->horizon)
		frame->horizon = meet;
}
