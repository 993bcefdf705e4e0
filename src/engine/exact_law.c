/* SPDX-License-Identifier: Apache-2.0 */
/* Laws of sums of threats: the curve, its quantiles, its limited mean. */
#include <math.h>
#include <stdio.h>

#include "base/error.h"
#include "base/memory.h"
#include "engine/exact.h"

/* --- which threats --- */

static void join_reason(char *out, size_t size, const plim_exact_threat *t, const char *reason, bool named)
{
	if (*reason && !*out)
		snprintf(out, size, named ? "threat '%.60s': %s" : "%.0s%s", t->threat->id, reason);
}

static size_t unknowns_of(const plim_exact_threat *t)
{
	return t->globals + t->locals + t->yearlies;
}

static const plim_exact_unknown *unknown_at(const plim_exact_threat *t, size_t i)
{
	if (i < t->globals)
		return &t->global[i];
	i -= t->globals;
	return i < t->locals ? &t->local[i] : &t->yearly[i - t->locals];
}

/* An unknown that bears on two threats, of a control or a common intensity, ties them together. */
static void check_ties(plim_exact_law *law)
{
	for (size_t i = 0; i < law->threats; i++)
		for (size_t j = 0; j < i; j++)
			for (size_t a = 0; a < unknowns_of(law->threat[i]); a++)
				for (size_t b = 0; b < unknowns_of(law->threat[j]); b++) {
					if (unknown_at(law->threat[i], a)->number != unknown_at(law->threat[j], b)->number)
						continue;
					const char *why = "an unknown (of a control, or a common intensity) bears on several threats";
					if (!*law->no_law)
						snprintf(law->no_law, sizeof law->no_law, "%s", why);
					if (!*law->no_events)
						snprintf(law->no_events, sizeof law->no_events, "%s", why);
				}
}

/* Present values belong to a horizon of several years. */
static bool has_present(const plim_model *model, uint32_t span)
{
	return span > 1 && !isnan(model->discount_rate);
}

static plim_status add_means(plim_exact_law *law, const plim_exact_threat *t, plim_error *error)
{
	double events, total, *component = plim_mem_alloc(t->threat->losses, sizeof *component);
	if (!component)
		return plim_error_memory(error, "the exact means");
	plim_status status = plim_exact_mean(t, false, &events, component, &total, error);
	law->events += events;
	law->mean += total;
	if (status == PLIM_OK && has_present(t->model, t->span))
		status = plim_exact_mean(t, true, &events, component, &total, error);
	law->present += total;
	plim_mem_free(component);
	return status;
}

static plim_status add_threat(plim_exact_law *law, const plim_model *model, uint32_t scenario, uint32_t threat,
                              uint32_t place, uint32_t year, bool named, plim_error *error)
{
	plim_exact_threat *t = NULL;
	plim_status status = plim_exact_threat_build(model, scenario, threat, place, year, &t, error);
	if (status != PLIM_OK)
		return status;
	if (t->origins == 0) {
		plim_exact_threat_free(&t);
		return PLIM_OK;
	}
	law->threat[law->threats++] = t;
	join_reason(law->no_law, sizeof law->no_law, t, t->no_law, named);
	join_reason(law->no_events, sizeof law->no_events, t, t->no_events, named);
	join_reason(law->no_mean, sizeof law->no_mean, t, t->no_mean, named);
	return *t->no_events && *t->no_mean ? PLIM_OK : add_means(law, t, error);
}

plim_status plim_exact_law_build(const plim_model *model, uint32_t scenario, uint32_t threat, plim_place_kind kind,
                                 uint32_t place, uint32_t year, plim_exact_law *law, plim_error *error)
{
	*law = (plim_exact_law){.threats = 0};
	law->threat = plim_mem_alloc(model->threats, sizeof(plim_exact_threat *));
	if (!law->threat)
		return plim_error_memory(error, "the exact law");
	plim_status status = PLIM_OK;
	for (uint32_t i = 0; i < model->threats && status == PLIM_OK; i++) {
		bool here = place == PLIM_EXACT_EVERYWHERE || model->threat[i].where.kind == kind;
		if ((threat == UINT32_MAX || threat == i) && here)
			status = add_threat(law, model, scenario, i, place, year, threat == UINT32_MAX, error);
	}
	check_ties(law);
	if (*law->no_mean)
		law->mean = NAN;
	if (*law->no_mean || !has_present(model, year == PLIM_EXACT_HORIZON ? model->horizon_years : 1))
		law->present = NAN;
	if (*law->no_events)
		law->events = NAN;
	if (status != PLIM_OK)
		plim_exact_law_clear(law);
	return status;
}

void plim_exact_law_clear(plim_exact_law *law)
{
	for (size_t i = 0; i < law->threats; i++)
		plim_exact_threat_free(&law->threat[i]);
	plim_mem_free(law->threat);
	*law = (plim_exact_law){.threats = 0};
}

bool plim_exact_is_uncertain(const plim_exact_law *law)
{
	bool uncertain = false;
	for (size_t i = 0; i < law->threats; i++)
		uncertain |= law->threat[i]->uncertain;
	return uncertain;
}

/* --- the curve --- */

void plim_exact_curve_clear(plim_exact_curve *curve)
{
	plim_mem_free(curve->low);
	plim_mem_free(curve->high);
	*curve = (plim_exact_curve){.size = 0};
}

plim_status plim_exact_curve_build(const plim_exact_law *law, double reach, unsigned bits, plim_exact_curve *curve,
                                   plim_error *error)
{
	const plim_lattice lattice = plim_lattice_make(reach, bits);
	const size_t size = plim_lattice_size(&lattice), points = plim_lattice_points(&lattice);
	double complex *down = plim_mem_alloc(points, sizeof *down), *up = plim_mem_alloc(points, sizeof *up),
	               *work = plim_mem_alloc(size, sizeof *work);
	*curve = (plim_exact_curve){lattice.step, plim_mem_alloc(size, sizeof(double)),
	                            plim_mem_alloc(size, sizeof(double)), size};
	plim_status status =
	    down && up && work && curve->low && curve->high ? PLIM_OK : plim_error_memory(error, "the exact law");
	for (size_t k = 0; status == PLIM_OK && k < points; k++)
		down[k] = up[k] = 1;
	for (size_t i = 0; i < law->threats && status == PLIM_OK; i++)
		status = plim_exact_transform(law->threat[i], PLIM_EXACT_LOSS, &lattice, 0, down, up, error);
	if (status == PLIM_OK)
		plim_lattice_inverse(&lattice, down, up, curve->high, curve->low, work);
	else
		plim_exact_curve_clear(curve);
	plim_mem_free(down);
	plim_mem_free(up);
	plim_mem_free(work);
	return status;
}

/* A threshold this near to a point of the lattice, relative, may fall on either side of it by rounding alone. */
#define NEAR 1e-9

void plim_exact_curve_above(const plim_exact_curve *curve, double x, double *least, double *most)
{
	/* S >= x if the rounded-down sum is, and only if the rounded-up sum is */
	const double at = x / curve->step;
	const size_t sure = (size_t)ceil(at * (1 + NEAR)), maybe = (size_t)ceil(at * (1 - NEAR));
	*least = sure == 0 ? 1 : 1 - curve->high[sure - 1 < curve->size ? sure - 1 : curve->size - 1];
	*most = maybe == 0 ? 1 : 1 - curve->low[maybe - 1 < curve->size ? maybe - 1 : curve->size - 1];
}

/* The first point at which a distribution function reaches p. */
static size_t first_at(const double *cdf, size_t size, double p)
{
	size_t low = 0, high = size;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (cdf[middle] < p)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool plim_exact_curve_quantile(const plim_exact_curve *curve, double p, double *value, double *least, double *most)
{
	const size_t from = first_at(curve->high, curve->size, p), to = first_at(curve->low, curve->size, p);
	if (to >= curve->size)
		return false;
	*least = (double)from * curve->step;
	*most = (double)to * curve->step;
	*value = (*least + *most) / 2;
	return true;
}

plim_status plim_exact_p_zero(const plim_exact_law *law, double *p, plim_error *error)
{
	double complex zero = 1;
	plim_status status = PLIM_OK;
	for (size_t i = 0; i < law->threats && status == PLIM_OK; i++)
		status = plim_exact_transform(law->threat[i], PLIM_EXACT_ZERO, NULL, 0, &zero, NULL, error);
	*p = creal(zero);
	return status;
}

/* --- how far to look --- */

/* Enough points that rounding every event up does not carry the sum off the lattice. */
static unsigned coarse_bits(const plim_exact_law *law)
{
	const double events = isfinite(law->events) ? law->events : 100;
	unsigned bits = 9;
	while (bits < 18 && ldexp(1, (int)bits) < 16 * events)
		bits++;
	return bits;
}

/* The largest median loss of any component: somewhere to begin. */
static double typical(const plim_exact_law *law)
{
	double most = 0;
	for (size_t i = 0; i < law->threats; i++)
		for (size_t c = 0; c < law->threat[i]->threat->losses; c++) {
			double median = (double)plim_amount_quantile(&law->threat[i]->threat->loss[c].amount, 0.5L, 0.5L);
			most = median > most ? median : most;
		}
	return most > 0 ? most : 1;
}

plim_status plim_exact_reach(const plim_exact_law *law, double p, double *reach, plim_error *error)
{
	plim_status status = PLIM_OK;
	double at = typical(law), value, least, most;
	bool rose = false;
	for (int i = 0; i < 200; i++) {
		plim_exact_curve curve;
		status = plim_exact_curve_build(law, at, coarse_bits(law), &curve, error);
		if (status != PLIM_OK)
			return status;
		bool reached = plim_exact_curve_quantile(&curve, p, &value, &least, &most) && value < at / 1.6;
		plim_exact_curve_clear(&curve);
		*reach = 1.6 * most;
		if (reached && (rose || value > at / 8))
			return PLIM_OK;
		rose = !reached;
		at *= reached ? 0.25 : 4;
	}
	return plim_error_set(error, PLIM_ERROR_INTERNAL, "the exact law has no end in sight");
}
