/* SPDX-License-Identifier: Apache-2.0 */
/* Curves put together, and integrals over them. */
#include <math.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"

static plim_status add_point(plim_exact_steps *s, double at, double low, double high, plim_error *error)
{
	if (plim_mem_grow((void **)&s->at, &s->capacity[0], s->count + 1, sizeof *s->at) ||
	    plim_mem_grow((void **)&s->low, &s->capacity[1], s->count + 1, sizeof *s->low) ||
	    plim_mem_grow((void **)&s->high, &s->capacity[2], s->count + 1, sizeof *s->high))
		return plim_error_memory(error, "the exact law");
	s->at[s->count] = at;
	s->low[s->count] = low;
	s->high[s->count++] = high;
	return PLIM_OK;
}

plim_status plim_exact_steps_add(plim_exact_steps *steps, const plim_exact_curve *curve, double upto, plim_error *error)
{
	/* the finer curve's last bound holds for one of its own steps only: where this one takes over, its own bound does
	 */
	const double from = steps->count ? steps->at[steps->count - 1] : 0;
	size_t j = (size_t)(from / curve->step);
	plim_status status = PLIM_OK;
	if (steps->count && upto > from && j < curve->size) {
		steps->high[steps->count - 1] = curve->high[j];
		steps->low[steps->count - 1] = fmax(steps->low[steps->count - 1], curve->low[j]);
		j++;
	}
	for (; j < curve->size && (double)j * curve->step <= upto && status == PLIM_OK; j++)
		status = add_point(steps, (double)j * curve->step, curve->low[j], curve->high[j], error);
	return status;
}

void plim_exact_steps_finish(plim_exact_steps *s)
{
	for (size_t j = 1; j < s->count; j++)
		s->low[j] = fmax(s->low[j], s->low[j - 1]);
	for (size_t j = s->count; j-- > 1;)
		s->high[j - 1] = fmin(s->high[j - 1], s->high[j]);
}

void plim_exact_steps_clear(plim_exact_steps *s)
{
	plim_mem_free(s->at);
	plim_mem_free(s->low);
	plim_mem_free(s->high);
	*s = (plim_exact_steps){.count = 0};
}

void plim_exact_steps_limited(const plim_exact_steps *s, double x, double *least, double *most)
{
	/* E[min(S, x)] is the integral of P(S > y) over y from 0 to x */
	*least = *most = 0;
	for (size_t j = 0; j < s->count && s->at[j] < x; j++) {
		const double end = j + 1 < s->count ? fmin(x, s->at[j + 1]) : x;
		*least += (end - s->at[j]) * (1 - s->high[j]);
		*most += (end - s->at[j]) * (1 - s->low[j]);
	}
}
