/* SPDX-License-Identifier: Apache-2.0 */
/* What one event costs, and how long it lasts: the other half of monitor_law.h. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "decide/monitor_law.h"
#include "random/address.h"
#include "random/identity.h"

static double mean_of(const plim_number *number)
{
	return number->law && isnan(number->value) ? plim_amount_mean(number->law) : number->value;
}

/* The number by which a control reduces a component by itself; NULL if it does not. */
static const plim_number *component_of(const plim_control *control, const char *component)
{
	for (size_t i = 0; i < control->components; i++)
		if (strcmp(control->component[i].component, component) == 0)
			return &control->component[i].share;
	return NULL;
}

/* Mean share of a component that the controls at a place leave. */
static double share_left(const plim_event_law *law, uint32_t place, const char *component)
{
	double left = 1;
	for (size_t c = 0; law->scenario && c < law->scenario->controls; c++) {
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		if (!plim_event_control_acts(law, law->scenario->control[c], place))
			continue;
		const plim_number *own = component_of(control, component);
		double kept = (1 - mean_of(&control->reduces_loss)) * (own ? 1 - mean_of(own) : 1);
		left *= 1 - mean_of(&control->reliability) * mean_of(&control->coverage) * (1 - kept);
	}
	return left;
}

double plim_event_mean_loss(const plim_event_law *law, uint32_t place)
{
	double sum = 0;
	for (size_t i = 0; i < law->threat->losses; i++) {
		const plim_severity *s = &law->threat->loss[i];
		double mean = plim_amount_mean(&s->amount) * mean_of(&s->times) + (s->times.law ? s->shift : 0);
		sum += mean * share_left(law, place, s->component);
	}
	return sum;
}

bool plim_event_sizes_are_plain(const plim_event_law *law)
{
	for (size_t c = 0; law->scenario && c < law->scenario->controls; c++) {
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		bool against = control->against_all;
		for (size_t i = 0; i < control->against_count; i++)
			against |= control->against[i] == law->index;
		bool unreliable =
		    plim_control_is_unreliable(control) && (control->reduces_loss.law || control->reduces_loss.value > 0 ||
		                                            control->reduces_outage.law || control->reduces_outage.value > 0);
		if (against && (unreliable || control->components))
			return false;
	}
	return true;
}

static const plim_number *reduction_of(const plim_control *control, bool outage)
{
	return outage ? &control->reduces_outage : &control->reduces_loss;
}

/* With a control of coverage c and reduction r: F(x) = c F'(x / (1 - r)) + (1 - c) F'(x), and so on for the others. */
static double reduced_cdf(const plim_event_law *law, const plim_amount *amount, bool outage, uint32_t place,
                          size_t from, double x)
{
	for (size_t c = from; law->scenario && c < law->scenario->controls; c++) {
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		double r = reduction_of(control, outage)->value, coverage = control->coverage.value;
		if (!plim_event_control_acts(law, law->scenario->control[c], place) || !(r > 0))
			continue;
		return coverage * reduced_cdf(law, amount, outage, place, c + 1, x / (1 - r)) +
		       (1 - coverage) * reduced_cdf(law, amount, outage, place, c + 1, x);
	}
	return (double)plim_amount_cdf(amount, x);
}

#define MOST_REDUCTIONS 8

bool plim_event_cdf(const plim_event_law *law, bool outage, uint32_t place, double x, double *p)
{
	const plim_threat *t = law->threat;
	const plim_severity *severity = outage ? t->outage : t->loss;
	int reductions = 0;
	double low, high;
	if ((!outage && t->losses != 1) || severity->times.law || plim_amount_has_atoms(&severity->amount))
		return false;
	plim_amount_support(&severity->amount, &low, &high);
	for (size_t c = 0; law->scenario && c < law->scenario->controls; c++) {
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		const plim_number *reduces = reduction_of(control, outage);
		if (!plim_event_control_acts(law, law->scenario->control[c], place))
			continue;
		if (reduces->law || control->coverage.law || reduces->value >= 1)
			return false;
		reductions += reduces->value > 0;
	}
	if (low < 0 || reductions > MOST_REDUCTIONS)
		return false;
	*p = reduced_cdf(law, &severity->amount, outage, place, 0, x);
	return true;
}

/* A stream of uniforms. */
typedef struct stream {
	uint64_t seed, identity, base;
} stream;

static stream stream_of(uint64_t seed, const char *owner, const char *what, uint64_t block)
{
	const char *names[] = {"monitor", owner, what};
	return (stream){seed, plim_identity(names, 3), plim_address_base(PLIM_PURPOSE_REPLICATE, block)};
}

static double uniform(stream s, size_t position)
{
	return plim_uniform_double(plim_address_uniform(s.seed, s.identity, s.base, position));
}

static double drawn_number(const plim_number *number, stream s, size_t position)
{
	if (!number->law)
		return number->value;
	long double u = uniform(s, position);
	return (double)plim_amount_quantile(number->law, u, 1 - u);
}

static void add_severity(const plim_event_law *law, const plim_severity *severity, uint64_t seed, double *out,
                         size_t count)
{
	const char *component = *severity->component ? severity->component : "outage";
	stream amount = stream_of(seed, law->threat->id, component, 1),
	       times = stream_of(seed, law->threat->id, component, 2);
	for (size_t i = 0; i < count; i++) {
		long double u = uniform(amount, i);
		double x = (double)plim_amount_quantile(&severity->amount, u, 1 - u);
		if (severity->times.law)
			x = fmin(x * drawn_number(&severity->times, times, i) + severity->shift, severity->cap);
		out[i] += x > 0 ? x : 0;
	}
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;
	return (x > y) - (x < y);
}

bool plim_event_draws(const plim_event_law *law, bool outage, uint32_t place, uint64_t seed, double *out, size_t count)
{
	const plim_threat *t = law->threat;
	memset(out, 0, count * sizeof *out);
	if (outage)
		add_severity(law, t->outage, seed, out, count);
	for (size_t i = 0; !outage && i < t->losses; i++)
		add_severity(law, &t->loss[i], seed, out, count);
	for (size_t c = 0; law->scenario && c < law->scenario->controls; c++) {
		const plim_control *control = &law->model->control[law->scenario->control[c]];
		const plim_number *reduces = reduction_of(control, outage);
		if (!plim_event_control_acts(law, law->scenario->control[c], place) || (!reduces->law && !(reduces->value > 0)))
			continue;
		stream works = stream_of(seed, control->id, t->id, 3), by = stream_of(seed, control->id, "reduces", 4),
		       covers = stream_of(seed, control->id, "covers", 5);
		for (size_t i = 0; i < count; i++)
			if (uniform(works, i) < drawn_number(&control->coverage, covers, i))
				out[i] *= 1 - drawn_number(reduces, by, i);
	}
	qsort(out, count, sizeof *out, ascending);
	return true;
}
