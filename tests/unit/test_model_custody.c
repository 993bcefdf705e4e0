/* SPDX-License-Identifier: Apache-2.0 */
/* Chain of custody: the closed form of a trip, and how trips are read. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/custody.h"

#define HEAD                                                                                                           \
	"plimsoll: 1\nname: x\ncurrency: EUR\nnodes: [{id: a}, {id: b}, {id: c}, {id: d}]\n"                               \
	"links: [{id: ab, from: a, to: b}, {id: bc, from: b, to: c}, {id: cd, from: c, to: d}]\n"
#define TRIP                                                                                                           \
	"{id: x, title: Weekly, legs: [ab, bc, cd], trips_per_year: 52, hours_moving: [8, 60, 6], hours_resting: "         \
	"[10, 24, 2], hand_overs: [1, 2, 1], seal_checks: [0.6, 0, 0.9]}"
#define SHORT_TRIP "{id: w, legs: [bc], trips_per_year: 0, hours_moving: [3]}"
#define THREAT "threats:\n  - {id: t, loss: 5, custody: {moving: 2e-5, resting: 2e-4, hand_over: 5e-4}}\n"

static plim_model *read_model(const char *text)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	cr_assert_eq(plim_model_parse(text, strlen(text), NULL, &model, &findings, &error), PLIM_OK, "%s", error.text);
	plim_findings_clear(&findings);
	return model;
}

static void expect_near(double value, double exact, double slack)
{
	cr_expect(fabs(value - exact) <= slack * fabs(exact), "%.17g, not %.17g", value, exact);
}

/* The worked example of models/README.md: 8 x 2e-5 + 10 x 2e-4 + 1 x 5e-4 = 0.00266 and so on. */
Test(model_custody, closed_form)
{
	plim_model *m = read_model(HEAD "trips: [" TRIP ", " SHORT_TRIP "]\n" THREAT);
	const plim_trip *trip = &m->trip[1];
	const plim_custody *custody = m->threat[0].custody;
	static const double hazard[] = {0.00266, 0.007, 0.00102}, undetected[] = {0.4 * 0.1, 0.1, 0.1};
	cr_assert_eq(m->trips, 2);
	cr_assert_str_eq(trip->id, "x");
	cr_assert_eq(trip->legs, 3);
	double before = 0, sum = 0, seen = 0;
	for (size_t l = 0; l < 3; l++) {
		expect_near(plim_custody_hazard(custody, &trip->leg[l]), hazard[l], 1e-14);
		double exact = exp(-before) - exp(-before - hazard[l]), p = plim_custody_chance(custody, trip, l);
		expect_near(p, exact, 1e-9); /* 32 bits */
		expect_near(plim_custody_undetected(trip, l), undetected[l], 1e-14);
		before += hazard[l];
		sum += p;
		seen += p * undetected[l];
	}
	plim_custody_sum all = plim_custody_add_up(custody, trip);
	expect_near(all.hazard, 0.01068, 1e-14);
	expect_near(all.incident, 1 - exp(-0.01068), 1e-12);
	expect_near(sum, all.incident, 1e-9); /* at most one incident a trip: the legs add up */
	expect_near(all.undetected, seen / sum, 1e-12);
	expect_near(all.per_year, 52 * (1 - exp(-0.01068)), 1e-12);
	plim_model_free(&m);
}

Test(model_custody, extreme_hazards)
{
	plim_leg leg[2] = {{.hours_moving = 1e300}, {.hours_moving = 1}};
	plim_trip trip = {.trips_per_year = 1, .leg = leg, .legs = 2};
	plim_custody custody = {.moving = 1e300};
	cr_expect_eq(plim_custody_chance(&custody, &trip, 0), 1);
	cr_expect_eq(plim_custody_chance(&custody, &trip, 1), 0);
	cr_expect_eq(plim_custody_add_up(&custody, &trip).incident, 1);
	custody.moving = 0;
	cr_expect_eq(plim_custody_chance(&custody, &trip, 0), 0);
	cr_expect_eq(plim_custody_add_up(&custody, &trip).undetected, 0);
}

static char *json_of(const plim_model *model)
{
	char *json = NULL;
	plim_error error;
	cr_assert_eq(plim_model_to_json(model, &json, &error), PLIM_OK);
	return json;
}

/* The order of trips in the file does not matter; a hazard and a check do. */
Test(model_custody, digest)
{
	static const char *const text[] = {HEAD "trips: [" TRIP ", " SHORT_TRIP "]\n" THREAT,
	                                   HEAD "trips: [" SHORT_TRIP ", " TRIP "]\n" THREAT,
	                                   HEAD "trips: [" SHORT_TRIP "]\n" THREAT};
	char digest[3][65];
	for (int i = 0; i < 3; i++) {
		plim_model *m = read_model(text[i]);
		plim_model_digest_hex(m, digest[i]);
		if (i == 0) {
			char *json = json_of(m);
			cr_expect_not_null(strstr(json, "\"custody\":{\"detected_loss\":0.5,\"hand_over\":0.0005,\"moving\":"),
			                   "%s", json);
			cr_expect_not_null(strstr(json,
			                          "{\"hand_overs\":2,\"hours_moving\":60,\"hours_resting\":24,\"link\":\"bc\","
			                          "\"seal_check\":0}"),
			                   "%s", json);
			free(json);
		}
		plim_model_free(&m);
	}
	cr_expect_str_eq(digest[0], digest[1]);
	cr_expect_str_neq(digest[0], digest[2]);
}

Test(model_custody, described)
{
	char *text = NULL;
	plim_error error;
	plim_model *m = read_model(HEAD "trips: [" TRIP "]\n" THREAT);
	cr_assert_eq(plim_model_describe(m, &text, &error), PLIM_OK);
	const char *line = strstr(text, "t: x");
	cr_assert_not_null(line, "%s", text);
	cr_expect_not_null(strstr(line, "0.01068     0.010623     0.084996       0.5524"), "%s", line);
	free(text);
	plim_model_free(&m);
}
