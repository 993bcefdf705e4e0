/* SPDX-License-Identifier: Apache-2.0 */
/* Good models: what the reader makes of them. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "model/clause.h"
#include "model/model.h"
#include "plimsoll/model.h"

/* The sketch of the documentation, with every section in it. */
static const char sketch[] =
    "plimsoll: 1\n"
    "name: Baltic cold chain\n"
    "currency: EUR\n"
    "horizon_years: 1\n"
    "discount_rate: 0.05\n"
    "scope: {description: Chilled goods into Gdansk, include: {tag: pilot}}\n"
    "policy:\n"
    "  approver: Head of logistics\n"
    "  approved: 2026-10-01\n"
    "  next_review: 2027-10-01\n"
    "  commitments: [legal, improvement, protection, engagement]\n"
    "  tolerance:\n"
    "    - {loss: 1e6, probability: 0.10}\n"
    "    - {loss: 1e7, probability: 0.01}\n"
    "assumptions:\n"
    "  - {id: A1, text: Theft rate from the 2024 regional count, source: trade press, confidence: low,\n"
    "     owner: analyst, date: 2026-09-01, limitation: reporting is partial}\n"
    "bands:\n"
    "  likelihood: {rare: [0.01, 0.1], likely: [0.5, 2]}\n"
    "  consequence: {minor: [1e4, 1e5], severe: [1e6, 1e7]}\n"
    "nodes:\n"
    "  - {id: farm, kind: supplier, region: LT}\n"
    "  - {id: plant, kind: plant, region: PL, tags: [pilot]}\n"
    "  - {id: gdansk, kind: port, region: PL, tags: [pilot]}\n"
    "  - {id: shops, kind: customer, region: PL, margin_per_day: 80e3}\n"
    "links:\n"
    "  - {from: farm, to: plant, item: milk, share: 1, buffer_days: 2, substitution: 0.4, switch_days: 3, mode: road}\n"
    "  - {from: plant, to: shops, item: cheese, buffer_days: 10, lead_days: 1}\n"
    "threats:\n"
    "  - id: trailer_theft\n"
    "    family: malicious\n"
    "    category: physical\n"
    "    where: {links: {mode: road}}\n"
    "    frequency: {poisson: {rate: 0.4}}\n"
    "    vulnerability: {pert: {min: 0.1, mode: 0.3, max: 0.6}}\n"
    "    loss: {lognormal: {p5: 12e3, p95: 900e3}}\n"
    "    outage_days: {pert: {min: 0, mode: 1, max: 5}}\n"
    "    clauses: {4.4.6: 0.7, 4.4.2: 0.3}\n"
    "    assumptions: [A1]\n"
    "  - id: port_closure\n"
    "    where: {nodes: {kind: port}}\n"
    "    shared_by: region\n"
    "    strike_probability: 0.8\n"
    "    severity_correlation: 0.6\n"
    "    frequency: {negative_binomial: {mean: 0.2, dispersion: 0.5}}\n"
    "    outage_days: {gamma: {mean: 9, cv: 0.7}}\n"
    "    clauses: [4.4.7]\n"
    "  - {id: forged_papers, likelihood: rare, consequence: minor, clauses: [4.4.5]}\n"
    "controls:\n"
    "  - id: secured_parking\n"
    "    category: physical\n"
    "    clause: 4.4.6\n"
    "    where: {links: {mode: road}}\n"
    "    against: [trailer_theft]\n"
    "    reduces: {frequency: 0.2, vulnerability: {pert: {min: 0.05, mode: 0.2, max: 0.5}}}\n"
    "    adds: {buffer_days: 0}\n"
    "    coverage: 0.9\n"
    "    cost: {capital: 120e3, annual: 15e3, life_years: 5}\n"
    "    start_day: 90\n"
    "    owner: Fleet manager\n"
    "    status: proposed\n"
    "scenarios:\n"
    "  - {id: today, controls: []}\n"
    "  - {id: parking, controls: [secured_parking]}\n"
    "insurance:\n"
    "  - {id: cargo, covers: [trailer_theft], deductible: 50e3, limit: 2e6, aggregate_limit: 5e6, share: 0.9,\n"
    "     waiting_days: 3, premium: 60e3}\n"
    "";

typedef struct reading {
	plim_model *model;
	plim_findings findings;
	plim_error error;
	plim_status status;
} reading;

static void report(const reading *r)
{
	for (size_t i = 0; i < r->findings.count; i++)
		fprintf(stderr, "%d:%d: %s\n", r->findings.item[i].line, r->findings.item[i].col, r->findings.item[i].text);
}

static reading read_text(const char *text)
{
	reading r = {0};
	r.status = plim_model_parse(text, strlen(text), NULL, &r.model, &r.findings, &r.error);
	return r;
}

static reading read_good(const char *text)
{
	reading r = read_text(text);
	if (r.status != PLIM_OK)
		report(&r);
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	return r;
}

static void done(reading *r)
{
	plim_model_free(&r->model);
	plim_findings_clear(&r->findings);
	cr_assert_null(r->model);
}

/* A model of these lines after the usual head; text that the caller releases. */
static char *with_head(const char *body)
{
	static const char head[] = "plimsoll: 1\nname: Test\ncurrency: EUR\n";
	char *text = malloc(sizeof head + strlen(body));
	cr_assert_not_null(text);
	sprintf(text, "%s%s", head, body);
	return text;
}

static reading read_body(const char *body)
{
	char *text = with_head(body);
	reading r = read_good(text);
	free(text);
	return r;
}

#define NETWORK                                                                                                        \
	"nodes:\n  - {id: c, kind: shop, region: PL}\n  - {id: a, kind: plant, region: LT, trips: 3}\n"                    \
	"  - {id: b, kind: port, tags: [x, y], trips: 0}\n"                                                                \
	"links:\n  - {from: b, to: c, item: milk, mode: sea}\n  - {from: a, to: b, item: milk, mode: road}\n"
#define THREAT "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: 5}\n"

static size_t count_level(const reading *r, plim_finding_level level, const char *part)
{
	size_t count = 0;
	for (size_t i = 0; i < r->findings.count; i++)
		count += r->findings.item[i].level == level && strstr(r->findings.item[i].text, part);
	return count;
}

Test(model_reader, sketch_head)
{
	reading r = read_good(sketch);
	const plim_model *m = r.model;
	cr_expect_str_eq(plim_model_name(m), "Baltic cold chain");
	cr_expect_str_eq(plim_model_currency(m), "EUR");
	cr_expect_eq(m->edition, 2007);
	cr_expect_eq(m->horizon_years, 1);
	cr_expect_eq(m->discount_rate, 0.05);
	cr_expect_str_eq(m->approver, "Head of logistics");
	cr_expect_str_eq(m->next_review, "2027-10-01");
	cr_expect_eq(m->commitment_count, 4);
	cr_assert_eq(m->tolerances, 2);
	cr_expect_eq(m->tolerance[1].loss, 1e7);
	cr_expect_eq(m->tolerance[1].probability, 0.01);
	cr_assert_eq(m->assumptions, 1);
	cr_expect_str_eq(m->assumption[0].source, "trade press");
	cr_assert_eq(m->likelihoods, 2);
	cr_expect_str_eq(m->likelihood[0].name, "likely");
	cr_expect_eq(m->likelihood[1].high, 0.1);
	cr_expect_eq(m->files, 1);
	cr_expect_eq(m->file[0].length, strlen(sketch));
	cr_expect_str_eq(m->file[0].bytes, sketch);
	done(&r);
}

Test(model_reader, sketch_threats_are_sorted_and_resolved)
{
	reading r = read_good(sketch);
	const plim_model *m = r.model;
	cr_assert_eq(m->threats, 3);
	const plim_threat *papers = &m->threat[0], *port = &m->threat[1], *theft = &m->threat[2];
	cr_expect_str_eq(papers->id, "forged_papers");
	cr_expect_eq(papers->position, 2);
	cr_expect_str_eq(papers->likelihood, "rare");
	cr_expect_eq(papers->frequency.law, PLIM_COUNT_POISSON);
	cr_assert_not_null(papers->frequency.mean.law);
	cr_expect_eq(papers->frequency.mean.law->family, PLIM_FAMILY_LOG_UNIFORM);
	cr_expect_float_eq(papers->frequency.mean.value, 0.09 / log(10), 1e-12);
	cr_expect_eq(papers->loss[0].amount.family, PLIM_FAMILY_LOG_UNIFORM);
	cr_expect_str_eq(papers->family, "(none)");
	cr_expect_str_eq(port->shared_by, "region");
	cr_expect_eq(port->strike_probability.value, 0.8);
	cr_expect_eq(port->frequency.dispersion.value, 0.5);
	cr_assert_eq(port->where.places, 1);
	cr_expect_str_eq(m->node[port->where.place[0]].id, "gdansk");
	cr_expect_eq(port->losses, 0);
	cr_expect_float_eq(plim_amount_mean(&port->outage->amount), 9, 1e-9);
	cr_expect_eq(theft->where.kind, PLIM_PLACE_LINK);
	cr_expect_eq(theft->where.places, 0, "out of scope");
	cr_expect_str_eq(theft->where.mode[0], "road");
	cr_expect_null(theft->where.mode[1]);
	cr_expect_eq(theft->clauses, 2);
	cr_expect_float_eq(theft->clause[0].weight, 0.3, 1e-15);
	cr_expect_eq((int)theft->clause[1].clause, plim_clause_find(2007, "4.4.6"));
	cr_expect_str_eq(theft->assumptions[0], "A1");
	cr_expect_eq(count_level(&r, PLIM_FINDING_NOTE, "out of scope"), 2);
	done(&r);
}

Test(model_reader, sketch_network_and_measures)
{
	reading r = read_good(sketch);
	const plim_model *m = r.model;
	cr_assert_eq(m->nodes, 4);
	cr_assert_eq(m->links, 2);
	cr_expect_str_eq(m->node[0].id, "farm");
	cr_expect_not(m->node[0].in_scope);
	cr_expect(m->node[2].in_scope);
	cr_expect_str_eq(m->link[0].id, "farm > plant : milk");
	cr_expect_str_eq(m->link[0].region, "PL");
	cr_expect_eq(m->link[0].restock_days, 30);
	cr_expect_eq(m->link[1].share, 1);
	cr_expect_not(m->link[1].in_scope);
	const plim_control *parking = &m->control[0];
	cr_expect_eq(parking->against_count, 1);
	cr_expect_eq(parking->against[0], 2);
	cr_expect_not(parking->against_all);
	cr_expect_eq(parking->reduces_frequency.value, 0.2);
	cr_expect_not_null(parking->reduces_vulnerability.law);
	cr_expect_eq(parking->reduces_loss.value, 0);
	cr_expect_eq(parking->coverage.value, 0.9);
	cr_expect_eq(parking->life_years, 5);
	cr_expect_eq(parking->start_day, 90);
	cr_assert_eq(m->scenarios, 2);
	cr_expect_str_eq(m->scenario[0].id, "parking");
	cr_expect_eq(m->scenario[0].controls, 1);
	cr_expect_eq(m->scenario[1].controls, 0);
	cr_assert_eq(m->insurances, 1);
	cr_expect_eq(m->insurance[0].covers[0], 2);
	cr_expect_eq(m->insurance[0].share, 0.9);
	cr_expect_eq(m->insurance[0].aggregate_deductible, 0);
	done(&r);
}

/* The order of records in the file is not part of the model. */
Test(model_reader, digest_does_not_know_the_order)
{
	reading a = read_body("threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, losses: {x: 1, y: 2}}\n"
	                      "  - {id: s, frequency: {fixed: 2}, loss: 5}\n");
	reading b = read_body("threats:\n  - {loss: 5, frequency: {fixed: {count: 2}}, id: s}\n"
	                      "  - {id: t, frequency: {poisson: {rate: 1.0}}, losses: {y: 2, x: {fixed: 1}}}\n");
	reading c = read_body("threats:\n  - {loss: 6, frequency: {fixed: {count: 2}}, id: s}\n"
	                      "  - {id: t, frequency: {poisson: {rate: 1.0}}, losses: {y: 2, x: {fixed: 1}}}\n");
	char digest[3][65];
	plim_model_digest_hex(a.model, digest[0]);
	plim_model_digest_hex(b.model, digest[1]);
	plim_model_digest_hex(c.model, digest[2]);
	cr_expect_str_eq(digest[0], digest[1]);
	cr_expect_str_neq(digest[0], digest[2]);
	done(&a);
	done(&b);
	done(&c);
}

Test(model_reader, json_is_read_as_well)
{
	reading r = read_good("{\"plimsoll\": 1, \"name\": \"J\", \"currency\": \"USD\",\n \"threats\": [{\"id\": \"t\", "
	                      "\"frequency\": {\"poisson\": {\"rate\": 1e-1}}, \"loss\": 5}]}");
	cr_expect_eq(r.model->threat[0].frequency.mean.value, 0.1);
	done(&r);
}

Test(model_reader, defaults)
{
	reading r = read_body(THREAT);
	const plim_model *m = r.model;
	cr_assert_eq(m->scenarios, 1);
	cr_expect_str_eq(m->scenario[0].id, "base");
	cr_expect(isnan(m->discount_rate));
	cr_expect_not(m->overlaps_alone);
	cr_expect_eq(m->threat[0].vulnerability.value, 1);
	cr_expect_eq(m->threat[0].strike_probability.value, 1);
	cr_expect_eq(m->threat[0].where.kind, PLIM_PLACE_ORGANISATION);
	cr_expect_not(m->threat[0].where.everywhere);
	cr_expect_null(m->threat[0].outage);
	cr_expect_eq(m->threat[0].clauses, 0);
	cr_expect_eq(m->threat[0].loss[0].times.value, 1);
	cr_expect(isinf(m->threat[0].loss[0].cap));
	cr_expect_str_eq(m->description, "");
	cr_expect_eq(r.findings.count, 0);
	done(&r);
}

Test(model_reader, numbers)
{
	reading r = read_body("threats:\n  - {id: a, frequency: {poisson: {rate: +.5}}, loss: 1e3}\n"
	                      "  - {id: b, frequency: {poisson: {rate: 5.}}, loss: 1E+2}\n");
	cr_expect_eq(r.model->threat[0].frequency.mean.value, 0.5);
	cr_expect_eq(r.model->threat[1].frequency.mean.value, 5);
	cr_expect_eq(plim_amount_mean(&r.model->threat[1].loss[0].amount), 100);
	done(&r);
}

Test(model_reader, clause_numbers_are_text)
{
	reading r = read_body(
	    "edition: 2022\nthreats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: 5, clauses: {8.1: 3, 6.1: 1}}\n");
	size_t count;
	const plim_clause *tree = plim_clause_tree(2022, &count);
	const plim_threat *t = &r.model->threat[0];
	cr_assert_eq(t->clauses, 2);
	cr_expect_str_eq(tree[t->clause[0].clause].number, "6.1");
	cr_expect_eq(t->clause[0].weight, 0.25);
	cr_expect_eq(t->clause[1].weight, 0.75);
	done(&r);
}

Test(model_reader, every_family_of_amounts)
{
	static const char *const amounts[] = {
	    "3",
	    "{fixed: 3}",
	    "{fixed: {value: 3}}",
	    "{uniform: {min: 1, max: 2}}",
	    "{log_uniform: {min: 1, max: 2}}",
	    "{triangular: {min: 1, mode: 2, max: 4}}",
	    "{pert: {min: 1, mode: 2, max: 4, lambda: 3}}",
	    "{beta: {alpha: 2, beta: 3, min: 0, max: 10}}",
	    "{normal: {mean: 10, sd: 2}}",
	    "{lognormal: {mu: 1, sigma: 1}}",
	    "{lognormal: {median: 5, sigma: 1, min: 2, max: 90}}",
	    "{lognormal: {mean: 5, cv: 1}}",
	    "{exponential: {mean: 4}}",
	    "{gamma: {shape: 2, scale: 3}}",
	    "{weibull: {shape: 1.5, scale: 3}}",
	    "{pareto: {shape: 2, minimum: 3}}",
	    "{lomax: {shape: 2, scale: 3}}",
	    "{gpd: {shape: 0.2, scale: 3, location: 1}}",
	    "{burr: {shape1: 2, shape2: 2, scale: 3}}",
	    "{log_logistic: {shape: 3, scale: 3}}",
	    "{metalog: {quantiles: [[0.1, 1], [0.5, 4], [0.9, 12]], lower: 0}}",
	    "{empirical: {values: [1, 2, 3], weights: [1, 1, 2]}}",
	    "{histogram: {edges: [0, 1, 5], weights: [1, 2]}}",
	    "{mixture: {weights: [1, 2], of: [{uniform: {min: 1, max: 2}}, {exponential: {mean: 3}}]}}",
	    "{spliced: {body: {lognormal: {median: 5, sigma: 1}}, tail: {gpd: {shape: 0.2, scale: 3}}, at: 20}}",
	    "{pareto: {shape: 0.8, minimum: 3, cap: 100}}",
	    "{pareto: {shape: 0.8, minimum: 3, allow_infinite_mean: true}}",
	    "{pareto: {shape: 0.8, minimum: 3}, allow_infinite_mean: true}",
	    "{gamma: {shape: 2, scale: 3, times: 4, shift: 1}}"};
	for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++) {
		char body[512];
		snprintf(body, sizeof body, "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: %s}\n", amounts[i]);
		char *text = with_head(body);
		reading r = read_text(text);
		cr_expect_eq(r.status, PLIM_OK, "%s: %s", amounts[i], r.error.text);
		if (r.model)
			cr_expect_gt(plim_amount_mean(&r.model->threat[0].loss[0].amount), 0);
		free(text);
		done(&r);
	}
}

Test(model_reader, every_count_law)
{
	static const char *const laws[] = {
	    "{fixed: 2}",
	    "{bernoulli: {p: 0.2}}",
	    "{binomial: {n: 5, p: 0.2}}",
	    "{poisson: {rate: 2}}",
	    "{negative_binomial: {mean: 2, dispersion: 0.5}}",
	    "{negative_binomial: {mean: 2, size: 4}}",
	    "{geometric: {p: 0.5}}",
	    "{zero_inflated_poisson: {rate: 2, p_zero: 0.3}}",
	    "{table: {counts: [0, 3], weights: [1, 2]}}",
	    "{negative_binomial: {mean: {uniform: {min: 1, max: 2}}, size: {uniform: {min: 1, max: 3}}}}",
	    "{binomial: {n: 5, p: {uniform: {min: 0.1, max: 0.2}, per_place: true}}}"};
	for (size_t i = 0; i < sizeof laws / sizeof *laws; i++) {
		char body[512];
		snprintf(body, sizeof body, "threats:\n  - {id: t, frequency: %s, loss: 1}\n", laws[i]);
		char *text = with_head(body);
		reading r = read_text(text);
		cr_expect_eq(r.status, PLIM_OK, "%s: %s", laws[i], r.error.text);
		if (r.model && i == 5)
			cr_expect_eq(r.model->threat[0].frequency.dispersion.value, 0.25);
		if (r.model && i == 9)
			cr_expect(r.model->threat[0].frequency.dispersion_is_size);
		if (r.model && i == 10)
			cr_expect(r.model->threat[0].frequency.p.per_place);
		free(text);
		done(&r);
	}
}

/* With an unknown `times`, shift and cap are taken out of the amount: they come after it. */
Test(model_reader, unknown_times_takes_shift_and_cap_out)
{
	reading r = read_body(
	    "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: {exponential: {mean: 4, times: {uniform: "
	    "{min: 1, max: 3}}, shift: 5, cap: 50}}}\n");
	const plim_severity *s = &r.model->threat[0].loss[0];
	cr_assert_not_null(s->times.law);
	cr_expect_float_eq(s->times.value, 2, 1e-12);
	cr_expect_eq(s->shift, 5);
	cr_expect_eq(s->cap, 50);
	cr_expect_eq(s->amount.given_count, 1);
	cr_expect_float_eq(plim_amount_mean(&s->amount), 4, 1e-9);
	cr_expect_eq(s->amount.times, 1);
	done(&r);
}

Test(model_reader, bands_from_zero_and_of_no_width)
{
	reading r = read_body(
	    "bands: {likelihood: {never: [0, 0.1], yearly: [1, 1]}, consequence: {none: [0, 10]}}\n"
	    "threats:\n  - {id: a, likelihood: never, consequence: none}\n  - {id: b, likelihood: yearly, loss: 1}\n");
	cr_expect_eq(r.model->threat[0].frequency.mean.law->family, PLIM_FAMILY_UNIFORM);
	cr_expect_eq(r.model->threat[0].loss[0].amount.family, PLIM_FAMILY_UNIFORM);
	cr_expect_str_eq(r.model->threat[0].loss[0].component, "loss");
	cr_expect_eq(r.model->threat[1].frequency.mean.value, 1);
	done(&r);
}

Test(model_reader, places_are_sorted_and_indices_follow)
{
	reading r = read_body(NETWORK THREAT);
	const plim_model *m = r.model;
	cr_assert_eq(m->nodes, 3);
	cr_expect_str_eq(m->node[0].id, "a");
	cr_expect_eq(m->node[0].position, 1);
	cr_expect_str_eq(m->node[1].tags[1], "y");
	cr_expect_str_eq(m->link[0].id, "a > b : milk");
	cr_expect_eq(m->link[0].from, 0);
	cr_expect_eq(m->link[0].to, 1);
	cr_expect_eq(m->link[0].position, 1);
	cr_expect_str_eq(m->link[1].region, "PL");
	cr_assert_eq(m->node_columns, 1);
	cr_expect_str_eq(m->node_column[0].name, "trips");
	cr_expect_str_eq(m->node_column[0].text[0], "3");
	cr_expect_eq(m->node_column[0].number[0], 3);
	cr_expect_eq(m->node_column[0].number[1], 0);
	cr_expect_str_eq(m->node_column[0].text[2], "");
	cr_expect(isnan(m->node_column[0].number[2]));
	done(&r);
}

Test(model_reader, exposure_of_each_place)
{
	reading r = read_body(
	    NETWORK "threats:\n  - {id: t, where: {nodes: {kind: [port, plant]}}, exposure: trips, loss_times: trips,\n"
	            "     frequency: {poisson: {rate: 1}}, loss: 5}\n");
	const plim_threat *t = &r.model->threat[0];
	cr_assert_eq(t->where.places, 2);
	cr_expect_eq(t->exposure_of[0], 3);
	cr_expect_eq(t->exposure_of[1], 0);
	cr_expect_eq(t->loss_times_of[0], 3);
	done(&r);
}

Test(model_reader, selectors)
{
	static const struct {
		const char *where;
		size_t places;
	} cases[] = {{"{nodes: {}}", 3},
	             {"{nodes: all}", 3},
	             {"{links: {mode: [road, sea]}}", 2},
	             {"{nodes: {tag: x}}", 1},
	             {"{nodes: {region: PL}}", 1},
	             {"{nodes: {id: [c, a]}}", 2},
	             {"{nodes: {id: a, kind: plant}}", 1},
	             {"{links: {region: PL}}", 1},
	             {"{links: {id: 'a > b : milk'}}", 1},
	             {"organisation", 0}};
	for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
		char body[1024];
		snprintf(body, sizeof body,
		         NETWORK "threats:\n  - {id: t, where: %s, frequency: {poisson: {rate: 1}}, loss: 5}\n",
		         cases[i].where);
		reading r = read_body(body);
		const plim_selector *where = &r.model->threat[0].where;
		cr_expect_eq(where->places, cases[i].places, "%s: %zu", cases[i].where, where->places);
		for (size_t k = 1; k < where->places; k++)
			cr_expect_lt(where->place[k - 1], where->place[k]);
		done(&r);
	}
}

Test(model_reader, a_word_that_no_place_has_is_a_warning)
{
	reading r = read_body(
	    NETWORK
	    "threats:\n  - {id: t, where: {links: {mode: [road, rail, see]}}, frequency: {poisson: {rate: 1}}, loss: 5}\n");
	cr_expect_eq(count_level(&r, PLIM_FINDING_WARNING, "no link has the mode \"rail\""), 1);
	cr_expect_eq(count_level(&r, PLIM_FINDING_WARNING, "\"see\"; did you mean \"sea\"?"), 1);
	done(&r);
}

Test(model_reader, groups_inherit_and_scale)
{
	reading r = read_body("nodes: [{id: a}, {id: b}, {id: c}, {id: d}]\nlinks:\n"
	                      "  - {from: a, to: d, item: x, share: 0.3000004, buffer_days: 7, switch_days: 2}\n"
	                      "  - {from: b, to: d, item: x, share: 0.7, substitution: 0.5}\n  - {from: a, to: c}\n  - "
	                      "{from: b, to: c}\n" THREAT);
	const plim_model *m = r.model;
	cr_expect_eq(m->link[0].share, 0.5);
	cr_expect_eq(m->link[2].share, 0.5);
	cr_expect_float_eq(m->link[1].share + m->link[3].share, 1, 1e-15);
	cr_expect_eq(m->link[3].buffer_days, 7);
	cr_expect_eq(m->link[3].switch_days, 2);
	cr_expect_eq(m->link[1].substitution, 0.5);
	cr_expect_eq(m->link[1].restock_days, 30);
	cr_expect_eq(m->link[0].buffer_days, 0);
	done(&r);
}

Test(model_reader, item_weights)
{
	reading r = read_body(
	    "nodes:\n  - {id: a}\n  - {id: b, inputs: each, margin_per_day: 5, item_weights: {y: 2, x: 1}}\nlinks:\n"
	    "  - {from: a, to: b, item: x}\n  - {from: a, to: b, item: y}\n" THREAT);
	const plim_node *b = &r.model->node[1];
	cr_expect(b->inputs_each);
	cr_assert_eq(b->item_count, 2);
	cr_expect_str_eq(b->item_names[0], "x");
	cr_expect_eq(b->item_weights[1], 2);
	done(&r);
}

Test(model_reader, controls_without_where_or_against_mean_all)
{
	reading r = read_body(NETWORK THREAT "  - {id: s, frequency: {fixed: 1}, loss: 1}\ncontrols:\n  - {id: k}\n");
	const plim_control *k = &r.model->control[0];
	cr_expect(k->where.everywhere);
	cr_expect(k->against_all);
	cr_expect_eq(k->against_count, 2);
	cr_expect_eq(k->clause, -1);
	cr_expect(isnan(k->life_years));
	cr_expect_eq(k->coverage.value, 1);
	done(&r);
}

Test(model_reader, warnings)
{
	reading r = read_body(
	    "nodes:\n  - {id: a, margin_per_day: 1}\n  - {id: b, margin_per_day: 1}\nlinks:\n  - {from: a, to: b}\n"
	    "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: {lognormal: {p5: 1, p95: 10001}}}\n");
	cr_expect_eq(count_level(&r, PLIM_FINDING_WARNING, "upstream"), 1);
	cr_expect_eq(count_level(&r, PLIM_FINDING_WARNING, "times its 5 % quantile"), 1);
	done(&r);
	r = read_body("nodes:\n  - {id: a}\n  - {id: b, margin_per_day: 1}\nlinks:\n  - {from: a, to: b}\n"
	              "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: {lognormal: {p5: 1, p95: 9999}}}\n");
	cr_expect_eq(r.findings.count, 0);
	done(&r);
}

Test(model_reader, all_errors_in_one_pass_in_order)
{
	char *text = with_head("horizon_years: 0\npolicy: {approved: soon}\nthreats:\n  - {id: t, frequency: {poisson: "
	                       "{rate: -1}}, los: 5}\n");
	reading r = read_text(text);
	cr_expect_eq(r.status, PLIM_ERROR_MODEL);
	cr_expect_eq(r.findings.errors, 5, "%zu", r.findings.errors);
	for (size_t i = 1; i < r.findings.count; i++)
		cr_expect_leq(r.findings.item[i - 1].line, r.findings.item[i].line);
	cr_expect_eq(r.findings.item[0].line, 4);
	cr_expect_eq(r.findings.item[0].col, 16);
	cr_expect_str_eq(r.findings.item[0].excerpt, "horizon_years: 0");
	cr_expect(strstr(r.error.text, "5 errors"));
	free(text);
	done(&r);
}

Test(model_reader, a_hundred_errors_are_kept_and_all_counted)
{
	char *text = malloc(100000);
	cr_assert_not_null(text);
	size_t at = (size_t)sprintf(text, "plimsoll: 1\nname: x\ncurrency: EUR\nthreats:\n");
	for (int i = 0; i < 250; i++)
		at += (size_t)sprintf(text + at, "  - {id: t%d, frequency: {poisson: {rate: -1}}, loss: 5}\n", i);
	reading r = read_text(text);
	cr_expect_eq(r.findings.errors, 250);
	cr_expect_eq(r.findings.count, 100);
	free(text);
	done(&r);
}

Test(model_reader, an_unreadable_file_is_io)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error;
	cr_expect_eq(plim_model_load("/nonexistent/model.yaml", &model, &findings, &error), PLIM_ERROR_IO);
	cr_expect_eq(plim_model_load("/", &model, &findings, &error), PLIM_ERROR_IO);
	cr_expect(strstr(error.text, "not a regular file"));
	cr_expect_null(model);
	cr_expect_eq(findings.count, 0);
}

/* Text cut off anywhere must be refused or read, without a leak or a crash. */
Test(model_reader, every_prefix_of_the_sketch)
{
	for (size_t length = 0; length < strlen(sketch); length += 7) {
		reading r = {0};
		r.status = plim_model_parse(sketch, length, NULL, &r.model, &r.findings, &r.error);
		cr_expect_eq(r.status == PLIM_OK, r.model != NULL);
		cr_expect_eq(r.status == PLIM_OK, r.findings.errors == 0);
		done(&r);
	}
}

/* A real network, where the environment has one. */
Test(model_reader, shared_model)
{
	const char *shared = getenv("PLIM_SHARED");
	char path[1024];
	if (!shared)
		cr_skip_test("PLIM_SHARED is not set");
	snprintf(path, sizeof path, "%s/data/scms/model.yaml", shared);
	reading r = {0};
	r.status = plim_model_load(path, &r.model, &r.findings, &r.error);
	report(&r);
	cr_assert_eq(r.status, PLIM_OK);
	cr_expect_eq(r.model->nodes, 1896);
	cr_expect_eq(r.model->links, 2430);
	cr_expect_eq(r.model->threats, 7);
	cr_expect_eq(r.model->files, 3);
	cr_expect_str_eq(r.model->file[1].name, "nodes.csv");
	done(&r);
}
