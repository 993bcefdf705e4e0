/* SPDX-License-Identifier: Apache-2.0 */
/* Released strikes seen from the side of the insurers, or of what they leave. */
#include "engine/insure.h"
#include "engine/workspace.h"

static const plim_ceded *ceded_of(const plim_workspace *ws, const plim_view *view, size_t i)
{
	return &ws->insure.ceded[(ws->held_at + i) * ws->held.scenarios + view->scenario];
}

/* `ceded` of `gross`, or the rest of it; never below 0. */
static double side(const plim_view *view, double gross, double ceded)
{
	if (view->perspective == PLIM_PERSPECTIVE_CEDED)
		return ceded;
	return gross > ceded ? gross - ceded : 0;
}

void plim_insure_strikes(const plim_workspace *ws, const plim_view *view, double *loss)
{
	for (size_t i = 0; i < ws->batch.count; i++)
		loss[i] = side(view, loss[i], ceded_of(ws, view, i)->total);
}

void plim_insure_direct(const plim_workspace *ws, const plim_view *view, double *loss)
{
	for (size_t i = 0; i < ws->batch.count; i++)
		loss[i] = side(view, loss[i], loss[i] * ceded_of(ws, view, i)->direct);
}

void plim_insure_outage(const plim_workspace *ws, const plim_view *view, double *loss)
{
	for (size_t i = 0; i < ws->batch.count; i++)
		loss[i] = side(view, loss[i], loss[i] * ceded_of(ws, view, i)->outage);
}

void plim_insure_events(const plim_workspace *ws, const plim_view *view)
{
	const plim_batch *b = &ws->batch;
	size_t events = 0;
	for (size_t i = 0; i < b->count; i++)
		if (i == 0 || b->event[i] != b->event[i - 1]) {
			ws->event_loss[events] = side(view, ws->event_loss[events], ceded_of(ws, view, i)->whole);
			events++;
		}
}
