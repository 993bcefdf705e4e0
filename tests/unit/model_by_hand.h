/* SPDX-License-Identifier: Apache-2.0 */
/** A small model made by hand: every kind of record once or twice, nothing read from a file. */
#ifndef PLIM_TESTS_MODEL_BY_HAND_H
#define PLIM_TESTS_MODEL_BY_HAND_H

#include <math.h>

#include "model/model.h"

typedef struct fixture {
	plim_model model;
	plim_node node[2];
	plim_link link[1];
	plim_column node_column[2], link_column[1];
	char *node_cell[2][2], *link_cell[1];
	double node_value[2][2];
	char *item_name[2];
	double item_weight[2];
	char *tag[2], *kind[3], *assumption_id[2], *commitment[2];
	plim_threat threat[2];
	plim_severity loss[2], outage;
	plim_given given[3], unknown_given[2];
	plim_amount unknown, part[2];
	double x[3], w[3], weights[2];
	uint64_t counts[2];
	plim_clause_weight clause[2];
	plim_control control[2];
	uint32_t against[2], in_scenario[2], covers[2];
	plim_scenario scenario[2];
	plim_policy_cover insurance[1];
	plim_assumption assumption[2];
	plim_band likelihood[2], consequence[1];
	plim_tolerance tolerance[2];
} fixture;

static void init_places(fixture *f)
{
	f->tag[0] = "cold", f->tag[1] = "pilot";
	f->item_name[0] = "cheese", f->item_name[1] = "milk";
	f->item_weight[0] = 1, f->item_weight[1] = 2;
	f->node[0] =
	    (plim_node){.id = "plant", .title = "", .kind = "plant", .region = "PL", .tags = f->tag, .tag_count = 2};
	f->node[1] = (plim_node){.id = "shops",
	                         .title = "Shops \"A\\B\"\n",
	                         .kind = "customer",
	                         .region = "Świnoujście, PL",
	                         .margin_per_day = 80e3,
	                         .inputs_each = true,
	                         .item_names = f->item_name,
	                         .item_weights = f->item_weight,
	                         .item_count = 2,
	                         .position = 1};
	for (size_t c = 0; c < 2; c++)
		for (size_t i = 0; i < 2; i++)
			f->node_cell[c][i] = "";
	f->node_cell[0][0] = "0.10";
	f->node_column[0] = (plim_column){"visits", f->node_cell[0], f->node_value[0]};
	f->node_column[1] = (plim_column){"zone", f->node_cell[1], f->node_value[1]};
	f->link_cell[0] = "north";
	f->link_column[0] = (plim_column){"lane", f->link_cell, NULL};
	f->link[0] = (plim_link){.id = "plant > shops : cheese",
	                         .from = 0,
	                         .to = 1,
	                         .item = "cheese",
	                         .share = 1,
	                         .buffer_days = 10,
	                         .restock_days = 30,
	                         .lead_days = 1,
	                         .mode = "road"};
	f->model.node = f->node, f->model.nodes = 2;
	f->model.link = f->link, f->model.links = 1;
	f->model.node_column = f->node_column, f->model.node_columns = 2;
	f->model.link_column = f->link_column, f->model.link_columns = 1;
}

static plim_number plain(double value)
{
	return (plim_number){.value = value};
}

static void init_threats(fixture *f)
{
	f->given[0] = (plim_given){"p5", 12e3};
	f->given[1] = (plim_given){"p95", 900e3};
	f->given[2] = (plim_given){"cap", 5e6};
	f->unknown_given[0] = (plim_given){"min", 0.01};
	f->unknown_given[1] = (plim_given){"max", 0.1};
	f->unknown = (plim_amount){.family = PLIM_FAMILY_LOG_UNIFORM, .given = f->unknown_given, .given_count = 2};
	f->x[0] = 1, f->x[1] = 2, f->x[2] = 4;
	f->w[0] = 3, f->w[1] = 1, f->w[2] = 0;
	f->part[0] = (plim_amount){.family = PLIM_FAMILY_FIXED, .given = &f->given[2], .given_count = 1};
	f->part[1] = (plim_amount){.family = PLIM_FAMILY_PERT, .given = f->given, .given_count = 2};
	f->loss[0] = (plim_severity){.component = "replacement",
	                             .amount = {.family = PLIM_FAMILY_LOGNORMAL, .given = f->given, .given_count = 3},
	                             .times = plain(1),
	                             .cap = INFINITY};
	f->loss[1] = (plim_severity){.component = "response",
	                             .amount = {.family = PLIM_FAMILY_HISTOGRAM, .x = f->x, .w = f->w, .count = 3},
	                             .times = plain(1),
	                             .cap = INFINITY};
	f->outage =
	    (plim_severity){.component = "",
	                    .amount = {.family = PLIM_FAMILY_MIXTURE, .w = f->w, .count = 2, .part = f->part, .parts = 2},
	                    .times = plain(1),
	                    .cap = INFINITY};
	f->kind[0] = "customer", f->kind[1] = "plant", f->kind[2] = NULL;
	f->assumption_id[0] = "A1", f->assumption_id[1] = "A2";
	f->clause[0] = (plim_clause_weight){15, 0.7};
	f->clause[1] = (plim_clause_weight){16, 0.3};
	f->counts[0] = 0, f->counts[1] = 3;
	f->weights[0] = 9, f->weights[1] = 1;
	f->threat[0] = (plim_threat){.id = "fire",
	                             .where = {.kind = PLIM_PLACE_NODE, .node_kind = f->kind},
	                             .frequency = {.law = PLIM_COUNT_POISSON, .mean = {.law = &f->unknown}},
	                             .vulnerability = plain(1),
	                             .strike_probability = plain(1),
	                             .loss = f->loss,
	                             .losses = 2,
	                             .outage = &f->outage,
	                             .outage_share = 1,
	                             .clause = f->clause,
	                             .clauses = 2,
	                             .assumptions = f->assumption_id,
	                             .assumption_count = 2};
	f->threat[1] =
	    (plim_threat){.id = "theft",
	                  .where = {.kind = PLIM_PLACE_LINK},
	                  .frequency = {.law = PLIM_COUNT_TABLE, .counts = f->counts, .weights = f->weights, .length = 2},
	                  .vulnerability = plain(0.5),
	                  .strike_probability = plain(1),
	                  .position = 1};
	f->model.threat = f->threat, f->model.threats = 2;
}

static void init_measures(fixture *f)
{
	f->against[0] = 0, f->against[1] = 1;
	f->in_scenario[0] = 0, f->in_scenario[1] = 1;
	f->covers[0] = 0, f->covers[1] = 1;
	f->control[0] = (plim_control){.id = "fence",
	                               .clause = 15,
	                               .where = {.everywhere = true},
	                               .against = f->against,
	                               .against_count = 2,
	                               .coverage = plain(1),
	                               .reliability = plain(1),
	                               .life_years = NAN};
	f->control[1] = (plim_control){.id = "stock",
	                               .clause = -1,
	                               .where = {.kind = PLIM_PLACE_NODE},
	                               .against = f->against,
	                               .against_count = 2,
	                               .against_all = true,
	                               .coverage = plain(1),
	                               .reliability = plain(1),
	                               .life_years = 5,
	                               .adds_buffer_days = 3};
	f->scenario[0] = (plim_scenario){.id = "both", .control = f->in_scenario, .controls = 2};
	f->scenario[1] = (plim_scenario){.id = "today", .position = 1};
	f->insurance[0] = (plim_policy_cover){
	    .id = "cargo", .covers = f->covers, .covers_count = 2, .limit = 2e6, .aggregate_limit = INFINITY, .share = 0.9};
	f->model.control = f->control, f->model.controls = 2;
	f->model.scenario = f->scenario, f->model.scenarios = 2;
	f->model.insurance = f->insurance, f->model.insurances = 1;
}

/** Fills *f; everything the model points to lies in *f or is static: nothing to release. */
static void fixture_init(fixture *f)
{
	*f = (fixture){.model = {.path = "a/model.yaml",
	                         .name = "Test",
	                         .description = "",
	                         .currency = "EUR",
	                         .edition = 2007,
	                         .horizon_years = 1,
	                         .discount_rate = NAN}};
	init_places(f);
	init_threats(f);
	init_measures(f);
	f->assumption[0] = (plim_assumption){"A1", "Rate", "press", "low", "analyst", "2026-09-01", "partial"};
	f->assumption[1] = (plim_assumption){.id = "A2"};
	f->likelihood[0] = (plim_band){"likely", 0.5, 2};
	f->likelihood[1] = (plim_band){"rare", 0.01, 0.1};
	f->consequence[0] = (plim_band){"minor", 1e4, 1e5};
	f->tolerance[0] = (plim_tolerance){1e6, 0.1};
	f->tolerance[1] = (plim_tolerance){1e7, 0.01};
	f->commitment[0] = "improvement", f->commitment[1] = "legal";
	f->model.assumption = f->assumption, f->model.assumptions = 2;
	f->model.likelihood = f->likelihood, f->model.likelihoods = 2;
	f->model.consequence = f->consequence, f->model.consequences = 1;
	f->model.tolerance = f->tolerance, f->model.tolerances = 2;
	f->model.commitments = f->commitment, f->model.commitment_count = 2;
}

#endif
