/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/canonical.h"
#include "model/json_writer.h"
#include "model_by_hand.h"

static char *json_of(const fixture *f)
{
	char *json = NULL;
	plim_error error = {0};
	cr_assert_eq(plim_model_to_json(&f->model, &json, &error), PLIM_OK, "%s", error.text);
	return json;
}

/* ---- a strict reader of JSON, which also wants the keys of every object in byte order, without spaces ---- */

static const char *read_value(const char *s);

static const char *read_string(const char *s)
{
	if (*s++ != '"')
		return NULL;
	for (; *s != '"'; s++) {
		if ((unsigned char)*s < 0x20)
			return NULL;
		if (*s != '\\')
			continue;
		s++;
		if (*s == 'u') {
			for (int i = 0; i < 4; i++)
				if (!isxdigit((unsigned char)*++s))
					return NULL;
		} else if (!*s || !strchr("\"\\/bfnrt", *s)) {
			return NULL;
		}
	}
	return s + 1;
}

static const char *read_digits(const char *s)
{
	if (!s || !isdigit((unsigned char)*s))
		return NULL;
	while (isdigit((unsigned char)*s))
		s++;
	return s;
}

static const char *read_number(const char *s)
{
	s += *s == '-';
	if (*s == '0' && isdigit((unsigned char)s[1]))
		return NULL;
	s = read_digits(s);
	if (s && *s == '.')
		s = read_digits(s + 1);
	if (s && *s == 'e')
		s = read_digits(s + 1 + (s[1] == '+' || s[1] == '-'));
	return s;
}

static const char *read_members(const char *s, bool object)
{
	const char close = object ? '}' : ']', *before = NULL;
	size_t before_length = 0;
	if (*s == close)
		return s + 1;
	for (;;) {
		if (object) {
			const char *end = read_string(s);
			if (!end || *end != ':')
				return NULL;
			size_t length = (size_t)(end - s) - 2;
			if (before) {
				size_t shorter = length < before_length ? length : before_length;
				int order = memcmp(before, s + 1, shorter);
				if (order > 0 || (order == 0 && before_length >= length))
					return NULL;
			}
			before = s + 1;
			before_length = length;
			s = end + 1;
		}
		s = read_value(s);
		if (!s || (*s != ',' && *s != close))
			return NULL;
		if (*s++ == close)
			return s;
	}
}

/* The end of the value at s, NULL when it is not well-formed. */
static const char *read_value(const char *s)
{
	static const char *const words[] = {"true", "false", "null"};
	if (*s == '"')
		return read_string(s);
	if (*s == '{' || *s == '[')
		return read_members(s + 1, *s == '{');
	for (size_t i = 0; i < 3; i++)
		if (strncmp(s, words[i], strlen(words[i])) == 0)
			return s + strlen(words[i]);
	return read_number(s);
}

static bool is_canonical(const char *json)
{
	const char *end = read_value(json);
	return end && !*end;
}

/* ---- tests ---- */

Test(model_canonical, the_checker_can_refuse)
{
	cr_assert(is_canonical("{\"a\":[1,-0.5e+10,\"\\u0001\"],\"b\":{},\"ba\":null}"));
	cr_assert(!is_canonical("{\"b\":1,\"a\":2}"));
	cr_assert(!is_canonical("{\"a\":1,\"a\":2}"));
	cr_assert(!is_canonical("{\"ab\":1,\"a\":2}"));
	cr_assert(!is_canonical("[1,]"));
	cr_assert(!is_canonical("[nan]"));
	cr_assert(!is_canonical("[01]"));
	cr_assert(!is_canonical("\"a\nb\""));
	cr_assert(!is_canonical("{} "));
}

Test(model_canonical, well_formed_with_sorted_keys)
{
	fixture f;
	fixture_init(&f);
	char *json = json_of(&f);
	cr_assert(is_canonical(json), "%s", json);
	cr_assert_not_null(strstr(json, "\"title\":\"Shops \\\"A\\\\B\\\"\\u000a\""), "%s", json);
	cr_assert_not_null(strstr(json, "Świnoujście, PL"));
	cr_assert_not_null(strstr(json, "\"discount_rate\":null"));
	cr_assert_not_null(strstr(json, "\"aggregate_limit\":\"inf\""));
	cr_assert_not_null(strstr(json, "\"margin_per_day\":80000,"));
	cr_assert_not_null(strstr(json, "{\"clause\":\"4.4.6\",\"weight\":0.7}"), "%s", json);
	free(json);
}

Test(model_canonical, an_empty_model)
{
	fixture f = {.model = {.edition = 2007}};
	char *json = json_of(&f);
	cr_assert(is_canonical(json), "%s", json);
	free(json);
}

Test(model_canonical, defaults_are_written_out)
{
	fixture f;
	fixture_init(&f);
	char *json = json_of(&f);
	cr_assert_not_null(strstr(json,
	                          "\"family\":\"lognormal\",\"given\":{\"cap\":5000000,\"max\":\"inf\",\"min\":\"-inf\","
	                          "\"p5\":12000,\"p95\":900000,\"shift\":0,\"times\":1}"),
	                   "%s", json);
	/* of the families whose min and max are parameters, nothing is known of those that were not given */
	cr_assert_not_null(strstr(json, "\"family\":\"pert\",\"given\":{\"cap\":\"inf\",\"lambda\":4,\"p5\":"), "%s", json);

	/* so that a default said aloud changes nothing */
	plim_given aloud[] = {f.given[0], f.given[1], f.given[2], {"times", 1}, {"shift", -0.0}};
	f.loss[0].amount.given = aloud;
	f.loss[0].amount.given_count = 5;
	char *again = json_of(&f);
	cr_assert_str_eq(json, again);
	free(json);
	free(again);
}

Test(model_canonical, digest_is_sha256_of_the_text)
{
	fixture f;
	fixture_init(&f);
	char *json = json_of(&f);
	uint8_t expected[PLIM_DIGEST_SIZE];
	plim_digest digest;
	plim_digest_init(&digest);
	plim_digest_bytes(&digest, json, strlen(json));
	plim_digest_final(&digest, expected);
	cr_assert_eq(plim_model_digest_compute(&f.model, NULL), PLIM_OK);
	cr_assert_arr_eq(f.model.digest, expected, PLIM_DIGEST_SIZE);
	free(json);
}

static void swap(void *a, void *b, size_t size)
{
	char kept[sizeof(plim_threat) + sizeof(plim_control)];
	cr_assert_leq(size, sizeof kept);
	memcpy(kept, a, size);
	memcpy(a, b, size);
	memcpy(b, kept, size);
}

#define SWAP(pair) swap(&(pair)[0], &(pair)[1], sizeof(pair)[0])

/* `statement` acts on the fixture f and leaves the text as it is, or changes it. */
#define RENDER(statement)                                                                                              \
	fixture f;                                                                                                         \
	fixture_init(&f);                                                                                                  \
	char *before = json_of(&f);                                                                                        \
	statement;                                                                                                         \
	char *after = json_of(&f);                                                                                         \
	cr_assert(is_canonical(after), "%s", after);
#define SAME(statement)                                                                                                \
	do {                                                                                                               \
		RENDER(statement)                                                                                              \
		cr_expect_str_eq(before, after, "%s", #statement);                                                             \
		free(before);                                                                                                  \
		free(after);                                                                                                   \
	} while (0)
#define CHANGED(statement)                                                                                             \
	do {                                                                                                               \
		RENDER(statement)                                                                                              \
		cr_expect_str_neq(before, after, "%s", #statement);                                                            \
		free(before);                                                                                                  \
		free(after);                                                                                                   \
	} while (0)

Test(model_canonical, order_does_not_matter_where_there_is_identity)
{
	SAME(SWAP(f.assumption));
	SAME(SWAP(f.likelihood));
	SAME(SWAP(f.node_column));
	SAME(SWAP(f.tag));
	SAME(SWAP(f.kind));
	SAME(SWAP(f.assumption_id));
	SAME(SWAP(f.commitment));
	SAME(SWAP(f.loss));
	SAME(SWAP(f.given));
	SAME(SWAP(f.unknown_given));
	SAME(SWAP(f.against));
	SAME(SWAP(f.in_scenario));
	SAME(SWAP(f.covers));
	SAME(SWAP(f.scenario));
	SAME(SWAP(f.control); SWAP(f.in_scenario));
	SAME(SWAP(f.threat); SWAP(f.against));
}

Test(model_canonical, what_stays_out)
{
	SAME(f.model.path = "elsewhere/m.yaml");
	SAME(f.node[0].position = 5);
	SAME(f.link[0].position = 5);
	SAME(f.threat[0].position = 5);
	SAME(f.control[0].position = 5);
	SAME(f.scenario[0].position = 5);
	SAME(f.loss[0].amount.param[0] = 9);        /* solved, not given */
	SAME(f.threat[0].frequency.mean.value = 9); /* the mean of an unknown is computed */
	SAME(f.node[0].title = NULL);
}

Test(model_canonical, positional_lists_keep_their_order)
{
	CHANGED(SWAP(f.x));
	CHANGED(SWAP(f.w));
	CHANGED(SWAP(f.part); f.w[0] = 3);
	CHANGED(SWAP(f.counts));
}

Test(model_canonical, every_field_of_the_model_counts)
{
	CHANGED(f.model.name = "Other");
	CHANGED(f.model.description = "x");
	CHANGED(f.model.currency = "USD");
	CHANGED(f.model.edition = 2022);
	CHANGED(f.model.horizon_years = 2);
	CHANGED(f.model.discount_rate = 0);
	CHANGED(f.model.overlaps_alone = true);
	CHANGED(f.model.scope_description = "x");
	CHANGED(f.model.scope_filtered = true);
	CHANGED(f.model.approver = "x");
	CHANGED(f.model.approved = "2026-10-01");
	CHANGED(f.model.next_review = "2026-10-01");
	CHANGED(f.model.commitment_count = 1);
	CHANGED(f.tolerance[0].loss = 2e6);
	CHANGED(f.tolerance[1].probability = 0.02);
	CHANGED(f.assumption[0].text = "x");
	CHANGED(f.assumption[0].source = "x");
	CHANGED(f.assumption[0].confidence = "high");
	CHANGED(f.assumption[0].owner = "x");
	CHANGED(f.assumption[0].date = "2026-10-01");
	CHANGED(f.assumption[0].limitation = "x");
	CHANGED(f.likelihood[0].low = 0.6);
	CHANGED(f.consequence[0].high = 2e5);
	CHANGED(f.consequence[0].name = "slight");
}

Test(model_canonical, every_field_of_a_place_counts)
{
	CHANGED(f.node[0].title = "x");
	CHANGED(f.node[0].kind = "x");
	CHANGED(f.node[0].region = "x");
	CHANGED(f.node[0].tag_count = 1);
	CHANGED(f.node[0].margin_per_day = 1);
	CHANGED(f.node[0].inputs_each = true);
	CHANGED(f.item_weight[1] = 2.0000000000000004);
	CHANGED(f.node_cell[0][1] = "0.10"; f.node_cell[0][0] = "");
	CHANGED(f.node_cell[1][0] = "0.10"; f.node_cell[0][0] = "");
	CHANGED(f.link[0].id = "x");
	CHANGED(f.link[0].to = 0);
	CHANGED(f.link[0].from = 1);
	CHANGED(f.link[0].item = "x");
	CHANGED(f.link[0].mode = "x");
	CHANGED(f.link[0].region = "x");
	CHANGED(f.link[0].kind = "x");
	CHANGED(f.link[0].title = "x");
	CHANGED(f.link[0].tags = f.tag; f.link[0].tag_count = 1);
	CHANGED(f.link[0].share = 0.5);
	CHANGED(f.link[0].buffer_days = 1);
	CHANGED(f.link[0].restock_days = 1);
	CHANGED(f.link[0].substitution = 1);
	CHANGED(f.link[0].switch_days = 1);
	CHANGED(f.link[0].substitution_cost_per_day = 1);
	CHANGED(f.link[0].lead_days = 2);
	CHANGED(f.link_cell[0] = "south");
}

Test(model_canonical, every_field_of_a_threat_counts)
{
	CHANGED(f.threat[0].id = "flood");
	CHANGED(f.threat[0].title = "x");
	CHANGED(f.threat[0].description = "x");
	CHANGED(f.threat[0].family = "x");
	CHANGED(f.threat[0].category = "x");
	CHANGED(f.threat[0].owner = "x");
	CHANGED(f.threat[0].notes = "x");
	CHANGED(f.threat[0].where.kind = PLIM_PLACE_LINK);
	CHANGED(f.threat[0].where.node_kind = NULL);
	CHANGED(f.threat[0].where.tag = f.threat[0].where.node_kind; f.threat[0].where.node_kind = NULL);
	CHANGED(f.threat[0].where.region = f.kind);
	CHANGED(f.threat[0].where.mode = f.kind);
	CHANGED(f.threat[0].where.id = f.kind);
	CHANGED(f.threat[0].shared_by = "region");
	CHANGED(f.threat[0].strike_probability.value = 0.5);
	CHANGED(f.threat[0].severity_correlation.value = 0.5);
	CHANGED(f.threat[0].severity_df = 4);
	CHANGED(f.threat[0].vulnerability.value = 0.5);
	CHANGED(f.threat[0].vulnerability.law = &f.unknown);
	CHANGED(f.threat[0].frequency.mean.per_place = true);
	CHANGED(f.threat[0].frequency.law = PLIM_COUNT_ZERO_INFLATED_POISSON);
	CHANGED(f.threat[0].frequency.p.value = 0.5);
	CHANGED(f.threat[0].frequency.n = 3);
	CHANGED(f.threat[0].frequency.dispersion.value = 0.5);
	CHANGED(f.counts[1] = 4);
	CHANGED(f.weights[0] = 8);
	CHANGED(f.threat[0].outage = NULL);
	CHANGED(f.threat[0].losses = 1);
	CHANGED(f.threat[0].outage_share = 0.5);
	CHANGED(f.threat[0].stops_inflow = true);
	CHANGED(f.threat[0].exposure = "visits");
	CHANGED(f.threat[0].loss_times = "visits");
	CHANGED(f.threat[0].likelihood = "rare");
	CHANGED(f.threat[0].consequence = "minor");
	CHANGED(f.clause[0].clause = 14);
	CHANGED(f.clause[0].weight = 0.6);
	CHANGED(f.threat[0].assumption_count = 1);
	CHANGED(f.threat[0].loss_outage_correlation = 0.5);

	/* a law of the size is not a law of the dispersion; of a plain number only the dispersion is left */
	CHANGED(f.threat[0].frequency.dispersion.law = &f.unknown);
	SAME(f.threat[0].frequency.dispersion_is_size = true);
	fixture f;
	fixture_init(&f);
	f.threat[0].frequency.dispersion.law = &f.unknown;
	char *before = json_of(&f);
	f.threat[0].frequency.dispersion_is_size = true;
	char *after = json_of(&f);
	cr_expect_str_neq(before, after);
	free(before);
	free(after);
}

Test(model_canonical, every_part_of_an_amount_counts)
{
	CHANGED(f.loss[0].amount.family = PLIM_FAMILY_GAMMA);
	CHANGED(f.given[0].value = 12000.000000000002);
	CHANGED(f.given[0].name = "p10");
	CHANGED(f.loss[0].amount.given_count = 2);
	CHANGED(f.loss[0].amount.allow_infinite_mean = true);
	CHANGED(f.loss[0].component = "fines");
	CHANGED(f.loss[0].times.value = 2);
	CHANGED(f.loss[0].times.law = &f.unknown);
	CHANGED(f.loss[0].shift = 1);
	CHANGED(f.loss[0].cap = 1);
	CHANGED(f.x[2] = 5);
	CHANGED(f.w[1] = 2);
	SAME(f.w[2] = 7); /* a histogram has one weight fewer than edges */
	CHANGED(f.part[1].family = PLIM_FAMILY_TRIANGULAR);
	CHANGED(f.unknown_given[1].value = 0.2);
	CHANGED(f.outage.amount.parts = 1);
}

Test(model_canonical, every_field_of_a_measure_counts)
{
	CHANGED(f.control[0].title = "x");
	CHANGED(f.control[0].description = "x");
	CHANGED(f.control[0].category = "x");
	CHANGED(f.control[0].owner = "x");
	CHANGED(f.control[0].status = "x");
	CHANGED(f.control[0].notes = "x");
	CHANGED(f.control[0].evidence = "x");
	CHANGED(f.control[0].confidence = "x");
	CHANGED(f.control[0].clause = -1);
	CHANGED(f.control[0].where.everywhere = false);
	CHANGED(f.control[0].against_count = 1);
	CHANGED(f.control[0].against_all = true);
	CHANGED(f.control[0].reduces_frequency.value = 0.1);
	CHANGED(f.control[0].reduces_vulnerability.value = 0.1);
	CHANGED(f.control[0].reduces_loss.value = 0.1);
	CHANGED(f.control[0].reduces_outage.value = 0.1);
	CHANGED(f.control[0].adds_buffer_days = 1);
	CHANGED(f.control[0].adds_substitution = 0.1);
	CHANGED(f.control[0].coverage.value = 0.9);
	CHANGED(f.control[0].cost_capital.value = 1);
	CHANGED(f.control[0].cost_annual.value = 1);
	CHANGED(f.control[0].life_years = 5);
	CHANGED(f.control[0].start_day = 90);
	CHANGED(f.control[0].reliability.value = 0.9);
	CHANGED(f.control[0].requires = f.in_scenario; f.control[0].requires_count = 1);
	CHANGED(f.control[0].excludes = f.in_scenario; f.control[0].excludes_count = 1);
	CHANGED(f.control[0].friction.hours.value = 0.5);
	plim_component_reduction goods = {.component = (char[]){"goods"}, .share = {.value = 0.5}};
	CHANGED(f.control[0].component = &goods; f.control[0].components = 1);
	CHANGED(f.scenario[0].title = "x");
	CHANGED(f.scenario[0].controls = 1);
	CHANGED(f.scenario[0].policies_all = true);
	CHANGED(f.insurance[0].covers_count = 1);
	CHANGED(f.insurance[0].deductible = 1);
	CHANGED(f.insurance[0].limit = 1);
	CHANGED(f.insurance[0].aggregate_deductible = 1);
	CHANGED(f.insurance[0].aggregate_limit = 1);
	CHANGED(f.insurance[0].share = 1);
	CHANGED(f.insurance[0].waiting_days = 1);
	CHANGED(f.insurance[0].premium = 1);
}

/* JSON of the model with an intensity after `change` (0: none). */
static char *with_intensity(int change)
{
	fixture f;
	fixture_init(&f);
	uint32_t threat[2] = {0, 1};
	double factor[2] = {0.5, 3}, weight[2] = {4, 1};
	plim_intensity intensity = {.group = "crime", .threat = threat, .threats = 2, .cv = 0.5};
	intensity.factor = factor;
	intensity.weight = weight;
	intensity.regimes = 2;
	intensity.group = change == 1 ? "weather" : "crime";
	intensity.threats = change == 2 ? 1 : 2;
	intensity.cv = change == 3 ? 0.6 : 0.5;
	intensity.regimes = change == 4 ? 1 : 2;
	factor[1] = change == 5 ? 2 : 3;
	weight[0] = change == 6 ? 3 : 4;
	f.model.intensity = &intensity;
	f.model.intensities = change == 7 ? 0 : 1;
	return json_of(&f);
}

Test(model_canonical, every_field_of_an_intensity_counts)
{
	char *as_it_is = with_intensity(0);
	cr_assert(is_canonical(as_it_is), "%s", as_it_is);
	for (int change = 1; change <= 7; change++) {
		char *changed = with_intensity(change);
		cr_expect_str_neq(changed, as_it_is, "change %d", change);
		free(changed);
	}
	fixture f;
	fixture_init(&f);
	char *none = with_intensity(7), *never = json_of(&f);
	cr_expect_str_eq(none, never, "models without one keep their digest");
	free(none);
	free(never);
	free(as_it_is);
}

Test(model_canonical, numbers_round_trip)
{
	const double values[] = {0.1, 1.0 / 3, 5e-324, 1.7976931348623157e308, 1e22, -2.5, 123456789012345678.0};
	for (size_t i = 0; i < sizeof values / sizeof *values; i++) {
		plim_writer out = {0};
		plim_writer_number(&out, values[i]);
		cr_assert(is_canonical(out.text.data), "%s", out.text.data);
		cr_assert_eq(strtod(out.text.data, NULL), values[i], "%s", out.text.data);
		plim_text_free(&out.text);
	}
	/* whole numbers are written by a short way of its own: the same text */
	const double whole[] = {1, -7, 10, 80000, -123456, 999999999999999.0, -999999999999999.0, 1e15, -1e15, 1e16};
	for (size_t i = 0; i < sizeof whole / sizeof *whole; i++) {
		char expected[PLIM_TEXT_DOUBLE_SIZE];
		plim_text_double(expected, whole[i]);
		plim_writer out = {0};
		plim_writer_number(&out, whole[i]);
		cr_assert_str_eq(out.text.data, expected);
		plim_text_free(&out.text);
	}
	plim_writer out = {0};
	plim_writer_number(&out, -0.0);
	plim_writer_number(&out, NAN);
	plim_writer_number(&out, -INFINITY);
	cr_assert_str_eq(out.text.data, "0,null,\"-inf\"");
	plim_text_free(&out.text);
}
