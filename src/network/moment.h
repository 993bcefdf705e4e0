/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Moments: times (and levels and losses) as straight lines in the length D of one outage.
 *
 * A plain solution has slope 0 everywhere. The solution for a curve keeps the slopes: it holds at D and beyond it, as
 * long as no two moments change places; the nearest such change is the horizon. So the curve is exact and comes from
 * the same code as a plain solution.
 */
#ifndef PLIM_NETWORK_MOMENT_H
#define PLIM_NETWORK_MOMENT_H

#include <math.h>
#include <stdbool.h>

/** The line at + slope * D. */
typedef struct plim_moment {
	double at, slope;
} plim_moment;

/** Where lines are compared: just beyond `days`. horizon: the first D beyond it at which a comparison changes. */
typedef struct plim_moment_frame {
	bool sloped; /* false: all slopes are 0 */
	double days;
	double horizon;
} plim_moment_frame;

#define PLIM_MOMENT_NEVER 0x1.fffffffffffffp1023 /* the largest double */
#define PLIM_MOMENT_TIE 0x1p-47                  /* relative: moments so near differ by rounding only */
#define PLIM_MOMENT_PARALLEL 0x1p-30             /* slopes so near are equal */

static inline plim_moment plim_moment_plus(plim_moment a, plim_moment b)
{
	return (plim_moment){a.at + b.at, a.slope + b.slope};
}

static inline plim_moment plim_moment_minus(plim_moment a, plim_moment b)
{
	return (plim_moment){a.at - b.at, a.slope - b.slope};
}

static inline plim_moment plim_moment_later(plim_moment a, double days)
{
	return (plim_moment){a.at + days, a.slope};
}

static inline plim_moment plim_moment_times(plim_moment a, double factor)
{
	return (plim_moment){a.at * factor, a.slope * factor};
}

static inline double plim_moment_value(plim_moment_frame frame, plim_moment a)
{
	return frame.sloped ? a.at + a.slope * frame.days : a.at;
}

/** -1 if a comes before b, 1 if after it, 0 if they are one moment. Moments so near that rounding alone can part them
 *  are one: where two ways through the network take the same time, no gap may open between them because of the order
 *  in which their leads are added. Sloped moments that meet are ordered by what happens just beyond. */
static inline int plim_moment_order(plim_moment_frame frame, plim_moment a, plim_moment b);

/** Notes that the solution rests on `a` not coming after `b`: what plim_moment_keep asks where they approach. */
void plim_moment_keep_sloped(plim_moment_frame *frame, plim_moment a, plim_moment b);

static inline bool plim_moment_parallel(plim_moment a, plim_moment b)
{
	return fabs(a.slope - b.slope) <= PLIM_MOMENT_PARALLEL * (fabs(a.slope) + fabs(b.slope));
}

static inline int plim_moment_order(plim_moment_frame frame, plim_moment a, plim_moment b)
{
	if (frame.sloped) {
		const double apart = (a.at - b.at) + (a.slope - b.slope) * frame.days;
		const double size = fabs(a.at) + fabs(b.at) + (fabs(a.slope) + fabs(b.slope)) * frame.days;
		if (fabs(apart) > PLIM_MOMENT_TIE * size)
			return apart < 0 ? -1 : 1;
		if (plim_moment_parallel(a, b))
			return 0;
		return a.slope < b.slope ? -1 : 1;
	}
	const double difference = a.at - b.at, tie = PLIM_MOMENT_TIE * (fabs(a.at) + fabs(b.at));
	return (difference > tie) - (difference < -tie);
}

static inline void plim_moment_keep(plim_moment_frame *frame, plim_moment a, plim_moment b)
{
	if (frame->sloped && a.slope > b.slope) /* else they move apart */
		plim_moment_keep_sloped(frame, a, b);
}

#endif
