/* SPDX-License-Identifier: Apache-2.0 */
#include "dist/special.h"

#include <float.h>
#include <math.h>

static const long double TWO_PI = 6.283185307179586476925286766559005768L;
static const long double SQRT_HALF = 0.707106781186547524400844362104849039L;
static const long double LN_SQRT_2PI = 0.918938533204672741780329736405617640L;

/* --- normal --- */

plim_prob plim_normal_split(long double z)
{
	return (plim_prob){0.5L * erfcl(-z * SQRT_HALF), 0.5L * erfcl(z * SQRT_HALF)};
}

/* Upper quantile for a tail 1e-300 < q <= 0.5: P. J. Acklam's rational approximation, relative error 1.2e-9. */
static long double normal_start(long double q)
{
	if (q >= 0.02425L) {
		long double r = 0.5L - q, s = r * r;
		long double top =
		    ((((-39.6968302866538L * s + 220.946098424521L) * s - 275.928510446969L) * s + 138.357751867269L) * s -
		     30.6647980661472L) *
		        s +
		    2.50662827745924L;
		long double low =
		    ((((-54.4760987982241L * s + 161.585836858041L) * s - 155.698979859887L) * s + 66.8013118877197L) * s -
		     13.2806815528857L) *
		        s +
		    1;
		return r * top / low;
	}
	long double t = sqrtl(-2 * logl(q));
	long double top =
	    ((((-0.00778489400243029L * t - 0.322396458041136L) * t - 2.40075827716184L) * t - 2.54973253934373L) * t +
	     4.37466414146497L) *
	        t +
	    2.93816398269878L;
	long double low =
	    (((0.00778469570904146L * t + 0.32246712907004L) * t + 2.445134137143L) * t + 3.75440866190742L) * t + 1;
	return -top / low;
}

/* z >= 0 with upper tail q <= 0.5: Halley's steps on erfc, which keeps relative accuracy in the tail. */
static long double normal_upper(long double q)
{
	if (q <= 0)
		return INFINITY;
	long double z;
	if (q > 1e-300L) {
		z = normal_start(q);
	} else {
		long double l = -2 * logl(q);
		z = sqrtl(l - logl(TWO_PI * l));
	}
	for (int i = 0; i < 12; i++) {
		long double density = expl(-0.5L * z * z - LN_SQRT_2PI);
		long double newton = (0.5L * erfcl(z * SQRT_HALF) - q) / density;
		long double step = newton / (1 - 0.5L * z * newton);
		z += step;
		/* third order: the error left is about the cube of this step */
		if (fabsl(step) <= 1e-7L)
			break;
	}
	return z;
}

long double plim_normal_quantile(long double p, long double q)
{
	return p < q ? -normal_upper(p) : normal_upper(q);
}

/* --- gamma function, Stirling's form --- */

/* ln of Gamma(a) / (sqrt(2 pi / a) (a / e)^a): what Stirling's formula leaves. From 16 on the asymptotic series of
 * eight terms is good to 1e-21 (DLMF 5.11.1). */
static long double ln_gamma_star(long double a)
{
	if (a < 16) {
		int sign;
		return lgammal_r(a, &sign) - ((a - 0.5L) * logl(a) - a + LN_SQRT_2PI);
	}
	long double s = 1 / (a * a);
	long double sum = -3617.0L / 122400;
	sum = sum * s + 1.0L / 156;
	sum = sum * s - 691.0L / 360360;
	sum = sum * s + 1.0L / 1188;
	sum = sum * s - 1.0L / 1680;
	sum = sum * s + 1.0L / 1260;
	sum = sum * s - 1.0L / 360;
	sum = sum * s + 1.0L / 12;
	return sum / a;
}

/* --- steps shared by the gamma and the beta quantile --- */

/* A search for t where G(t) = ln P(t) - ln p (or the same of the upper tail) is 0. */
typedef struct search {
	long double t, lo, hi;
	bool lower; /* G is of the lower tail, so it increases */
} search;

/* One step of Halley's method, kept inside the bracket. `gap` is G, `slope` |dG/dt|, `bend` G''/G'. True when done. */
static bool search_step(search *s, long double gap, long double slope, long double bend)
{
	bool right = s->lower ? gap < 0 : gap > 0;
	if (right)
		s->lo = s->t;
	else
		s->hi = s->t;
	if (gap == 0)
		return true;
	long double newton = s->lower ? -gap / slope : gap / slope;
	long double damp = 1 + 0.5L * newton * bend;
	long double step = damp > 0.2L && damp < 5 ? newton / damp : newton;
	if (!(fabsl(step) < 8)) /* NaN too */
		step = right ? 8 : -8;
	/* third order: what is left is below moved (moved slope)^2, so that this step is the last. It is taken before a
	 * look at the bracket, whose ends may be wrong by rounding at this scale. */
	if (fabsl(step) * (1 + slope) < 1e-6L) {
		s->t += step;
		return true;
	}
	long double next = s->t + step;
	if (next <= s->lo || next >= s->hi)
		next = isfinite(s->lo) && isfinite(s->hi) ? 0.5L * (s->lo + s->hi) : next;
	long double moved = fabsl(next - s->t);
	s->t = next;
	return moved <= 2 * LDBL_EPSILON * fabsl(next);
}

#define SEARCH_STEPS 100

/* --- gamma --- */

plim_gamma_law plim_gamma_make(long double shape)
{
	return (plim_gamma_law){shape, 0.5L * logl(shape / TWO_PI) - ln_gamma_star(shape)};
}

/* sum of x^n / ((a + 1) ... (a + n)): P(a, x) a / (x f(x)), DLMF 8.7.1 */
static long double gamma_series(long double a, long double x)
{
	long double term = 1, sum = 1;
	for (int n = 0; n < 100000 && term > sum * (LDBL_EPSILON / 4); n++) {
		a += 1;
		term *= x / a;
		sum += term;
	}
	return sum;
}

/* Legendre's continued fraction for Q(a, x) / (x f(x)), DLMF 8.9.2, by the modified Lentz method. */
static long double gamma_fraction(long double a, long double x)
{
	long double b = x + 1 - a, c = 1e4000L, d = 1 / b, h = d;
	for (int i = 1; i < 100000; i++) {
		long double an = -(long double)i * ((long double)i - a);
		b += 2;
		d = an * d + b;
		c = b + an / c;
		d = 1 / (d == 0 ? LDBL_MIN : d);
		c = c == 0 ? LDBL_MIN : c;
		long double change = d * c;
		h *= change;
		if (fabsl(change - 1) < LDBL_EPSILON)
			break;
	}
	return h;
}

plim_prob plim_gamma_split(const plim_gamma_law *law, long double x, long double *slope)
{
	long double a = law->shape, d = 0;
	plim_prob prob = {0, 1};
	if (x > 0 && isinf(x)) {
		prob = (plim_prob){1, 0};
	} else if (x > 0) {
		d = expl(law->factor - (x - a - a * logl(x / a)));
		if (x < a + 1) {
			prob.p = d / a * gamma_series(a, x);
			prob.q = 1 - prob.p;
		} else {
			prob.q = d * gamma_fraction(a, x);
			prob.p = 1 - prob.q;
		}
	}
	if (slope)
		*slope = d;
	return prob;
}

/* A first ln x. Near 0 F is close to a power; far out the tail is close to exponential; between, Wilson-Hilferty. */
static long double gamma_start(const plim_gamma_law *law, long double p, long double q)
{
	long double a = law->shape;
	/* ln Gamma(a + 1) */
	long double ln_gamma = a * logl(a) - a + logl(a) - law->factor;
	long double power = p < 1 ? (logl(p) + ln_gamma) / a : 0;
	if (p < 0.9L && power < logl(0.2L * (a + 1)))
		return power + expl(power) / (a + 1);
	long double far = -logl(q) - ln_gamma + logl(a);
	if (far > 5 * a + 5 || (a < 0.5L && far > 1)) {
		long double x = far;
		for (int i = 0; i < 3; i++)
			x = far + (a - 1) * logl(x > 0.1L ? x : 0.1L);
		return logl(x > 0.1L ? x : 0.1L);
	}
	long double tail = p < q ? p : q;
	long double z = tail > 1e-300L ? normal_start(tail) : sqrtl(-2 * logl(tail));
	long double root = 1 - 1 / (9 * a) + (p < q ? -z : z) / (3 * sqrtl(a));
	return root > 0.02L ? logl(a) + 3 * logl(root) : power;
}

long double plim_gamma_quantile(const plim_gamma_law *law, long double p, long double q)
{
	if (p <= 0 || q <= 0)
		return p <= 0 ? 0 : INFINITY;
	search s = {gamma_start(law, p, q), -INFINITY, INFINITY, p < q};
	if (s.t < -11000)
		return 0;
	long double target = logl(p < q ? p : q);
	for (int i = 0; i < SEARCH_STEPS; i++) {
		long double x = expl(s.t), slope;
		plim_prob at = plim_gamma_split(law, x, &slope);
		long double tail = s.lower ? at.p : at.q;
		long double r = slope / tail;
		if (search_step(&s, logl(tail) - target, r, law->shape - x + (s.lower ? -r : r)))
			break;
	}
	return expl(s.t);
}

/* --- beta --- */

plim_beta_law plim_beta_make(long double alpha, long double beta)
{
	long double n = alpha + beta;
	long double factor =
	    0.5L * logl(alpha / n * beta / TWO_PI) + ln_gamma_star(n) - ln_gamma_star(alpha) - ln_gamma_star(beta);
	return (plim_beta_law){alpha, beta, factor};
}

/* Continued fraction of I_x(a, b) a / (x y f(x)), DLMF 8.17.22, by the modified Lentz method; x < (a + 1) / (a + b +
 * 2). */
static long double beta_fraction(long double a, long double b, long double x)
{
	long double c = 1, d = 1 - (a + b) * x / (a + 1);
	d = 1 / (d == 0 ? LDBL_MIN : d);
	long double h = d;
	for (int i = 1; i < 100000; i++) {
		long double m = (long double)i, twice = a + 2 * m;
		long double even = m * (b - m) * x / ((twice - 1) * twice);
		d = 1 / (1 + even * d);
		c = 1 + even / c;
		h *= d * c;
		long double odd = -(a + m) * (a + b + m) * x / (twice * (twice + 1));
		d = 1 / (1 + odd * d);
		c = 1 + odd / c;
		h *= d * c;
		if (fabsl(d * c - 1) < LDBL_EPSILON)
			break;
	}
	return h;
}

/* ln(x / mean) without loss next to the mean */
static long double ln_ratio(long double x, long double mean)
{
	long double gap = (x - mean) / mean;
	return fabsl(gap) < 0.5L ? log1pl(gap) : logl(x / mean);
}

plim_prob plim_beta_split(const plim_beta_law *law, long double x, long double y, long double *slope)
{
	long double a = law->alpha, b = law->beta, n = a + b, d = 0;
	plim_prob prob = {0, 1};
	if (y <= 0) {
		prob = (plim_prob){1, 0};
	} else if (x > 0) {
		d = expl(law->factor + a * ln_ratio(x, a / n) + b * ln_ratio(y, b / n));
		if (x < (a + 1) / (n + 2)) {
			prob.p = d / a * beta_fraction(a, b, x);
			prob.q = 1 - prob.p;
		} else {
			prob.q = d / b * beta_fraction(b, a, y);
			prob.p = 1 - prob.q;
		}
	}
	if (slope)
		*slope = d;
	return prob;
}

/* ln of x where the power law of the lower end, p = x^a / (a B), reaches p; true if it is a good guess there. */
static bool beta_power(const plim_beta_law *law, long double p, long double *ln_x)
{
	long double a = law->alpha, b = law->beta, n = a + b;
	long double ln_b = -(law->factor - a * logl(a / n) - b * logl(b / n));
	*ln_x = (logl(p) + logl(a) + ln_b) / a;
	if (*ln_x > -0.5L)
		return false;
	long double bend = (b - 1) * expl(*ln_x) / (a + 1);
	*ln_x += bend;
	return fabsl(bend) < 0.15L;
}

/* A first logit of x: powers at the ends; between, Abramowitz and Stegun 26.5.22 or the mean. */
static long double beta_start(const plim_beta_law *law, long double p, long double q)
{
	long double a = law->alpha, b = law->beta, ln_x, ln_y;
	plim_beta_law mirror = {b, a, law->factor};
	if (beta_power(law, p, &ln_x))
		return ln_x - log1pl(-expl(ln_x < -0.01L ? ln_x : -0.01L));
	if (beta_power(&mirror, q, &ln_y))
		return log1pl(-expl(ln_y < -0.01L ? ln_y : -0.01L)) - ln_y;
	if (a < 0.6L || b < 0.6L)
		return logl(a / b);
	long double tail = p < q ? p : q;
	long double z = tail > 1e-300L ? normal_start(tail) : sqrtl(-2 * logl(tail));
	if (p > q)
		z = -z; /* 26.5.22 counts from above */
	long double lambda = (z * z - 3) / 6, ia = 1 / (2 * a - 1), ib = 1 / (2 * b - 1);
	long double h = 2 / (ia + ib);
	long double inside = h + lambda;
	if (a <= 0.75L || b <= 0.75L || inside < 0.05L)
		return logl(a / b);
	long double w = z * sqrtl(inside) / h - (ib - ia) * (lambda + 5.0L / 6 - 2 / (3 * h));
	return logl(a / b) - 2 * w;
}

long double plim_beta_quantile(const plim_beta_law *law, long double p, long double q, long double *y)
{
	long double x = p <= 0 ? 0 : 1, other = p <= 0 ? 1 : 0;
	if (p > 0 && q > 0) {
		search s = {beta_start(law, p, q), -INFINITY, INFINITY, p < q};
		long double target = logl(p < q ? p : q);
		bool done = s.t < -11000 || s.t > 11000;
		for (int i = 0; i < SEARCH_STEPS && !done; i++) {
			long double e = expl(-fabsl(s.t)), big = 1 / (1 + e), small = e / (1 + e), slope;
			x = s.t < 0 ? small : big;
			other = s.t < 0 ? big : small;
			plim_prob at = plim_beta_split(law, x, other, &slope);
			long double tail = s.lower ? at.p : at.q;
			long double r = slope / tail;
			done = search_step(&s, logl(tail) - target, r, law->alpha * other - law->beta * x + (s.lower ? -r : r));
		}
		long double e = expl(-fabsl(s.t)), big = 1 / (1 + e), small = e / (1 + e);
		x = s.t < 0 ? small : big;
		other = s.t < 0 ? big : small;
	}
	if (y)
		*y = other;
	return x;
}
