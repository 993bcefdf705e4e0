/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The families of amounts that a sample of losses is fitted with: densities, tails and quantiles in double, fast enough
 * for thousands of refits. Parameters are those of the model file (design: Amounts), here as coordinates without
 * bounds:
 *
 *     lognormal     mu, ln sigma              lomax         ln shape, ln scale
 *     exponential   ln mean                   gpd           shape, ln scale       (location given)
 *     gamma         ln shape, ln scale        burr          ln shape1, ln shape2, ln scale
 *     weibull       ln shape, ln scale        log_logistic  ln shape, ln scale
 *     pareto        ln shape                  (minimum given)
 *
 * `origin` is the location of the gpd and the minimum of the pareto; other families start at 0.
 */
#ifndef PLIM_STATS_FIT_LAW_H
#define PLIM_STATS_FIT_LAW_H

#include <stdbool.h>
#include <stddef.h>

#include "dist/amount.h"

#define PLIM_FIT_MOST_PARAMETERS 3
#define PLIM_FIT_FAMILIES 9

/** The families, in the order in which equal fits are preferred. */
extern const plim_family plim_fit_family[PLIM_FIT_FAMILIES];

/** Coordinates of a family: their number, their names in the model file, and whether each is a logarithm (NULL name:
 *  none). The first coordinate of lognormal is the logarithm of `median`. */
size_t plim_fit_parameters(plim_family family);
const char *plim_fit_parameter_name(plim_family family, size_t index);
/** A coordinate as the number of the model file, and back. */
double plim_fit_natural(plim_family family, size_t index, double coordinate);
double plim_fit_coordinate(plim_family family, size_t index, double natural);
/** Bounds within which coordinates are looked for, for data scaled to a geometric mean of 1. */
void plim_fit_box(plim_family family, size_t index, double *low, double *high);
/** Adds ln s to the coordinate that scales with the data, where the data are multiplied by s. */
void plim_fit_rescale(plim_family family, double *coordinate, double log_s);

/** ln density at x, with ln x given; x must lie in the support. */
double plim_fit_log_density(plim_family family, const double *c, double origin, double x, double log_x);
/** ln P(X > x): 0 at and below the lower end, -inf at and above the upper. */
double plim_fit_log_tail(plim_family family, const double *c, double origin, double x);
/** The x with P(X > x) = q; q in (0, 1]. */
double plim_fit_tail_quantile(plim_family family, const double *c, double origin, double q);

#endif
