/* SPDX-License-Identifier: Apache-2.0 */
/* Threats: where they strike, how often, and which clauses they bear on. Their losses: read_loss.c. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/clause.h"
#include "model/load.h"

static const char *const threat_keys[] = {"id",
                                          "title",
                                          "description",
                                          "family",
                                          "category",
                                          "where",
                                          "custody",
                                          "shared_by",
                                          "frequency",
                                          "likelihood",
                                          "consequence",
                                          "strike_probability",
                                          "severity_correlation",
                                          "severity_copula",
                                          "loss_outage_correlation",
                                          "loss",
                                          "losses",
                                          "loss_times",
                                          "exposure",
                                          "vulnerability",
                                          "outage_days",
                                          "outage_share",
                                          "stops",
                                          "clauses",
                                          "assumptions",
                                          "owner",
                                          "notes",
                                          "treatment",
                                          NULL};

/* The families of threats of clause 4.3.1. */
static const char *const families[] = {"(none)",
                                       "physical failure",
                                       "operational",
                                       "natural environment",
                                       "outside control",
                                       "stakeholder",
                                       "design and installation",
                                       "information and communications",
                                       "malicious",
                                       NULL};

const char *const plim_categories[] = {"", "physical", "personnel", "information", "procedural", NULL};

/* One of the words behind the first, which stands for an absent key. */
char *plim_get_word(plim_load *load, const plim_value *map, const char *key, const char *const *words)
{
	int at = plim_get(load, map, key) ? plim_get_choice(load, map, key, words + 1) + 1 : 0;
	return plim_arena_text(load->keep, words[at]);
}

const plim_band *plim_find_band(plim_load *load, const plim_value *value, const char *key, const plim_band *bands,
                                size_t count)
{
	char *name;
	if (!plim_read_text(load, value, key, &name))
		return NULL;
	const char **names = plim_load_spare(load, count, sizeof *names);
	for (size_t i = 0; names && i < count; i++) {
		if (strcmp(bands[i].name, name) == 0)
			return &bands[i];
		names[i] = bands[i].name;
	}
	char hint[PLIM_HINT_SIZE];
	plim_load_error(load, value, "there is no %s band \"%s\"%s; bands stand under `bands: {%s: ...}`", key, name,
	                plim_hint(hint, sizeof hint, names ? plim_nearest(load, name, names, count) : NULL), key);
	return NULL;
}

/* ---- where ---- */

/* True if a place has something under the key that shared events go by. */
static bool has_shared_key(const plim_load *load, const plim_threat *threat, const plim_column *column, uint32_t place)
{
	const plim_model *model = load->model;
	plim_place_kind kind = threat->where.kind;
	if (column)
		return *column->text[place] != '\0';
	plim_place_key key = strcmp(threat->shared_by, "region") == 0 ? PLIM_PLACE_REGION
	                     : strcmp(threat->shared_by, "mode") == 0 ? PLIM_PLACE_MODE
	                                                              : PLIM_PLACE_KIND_OF;
	return *plim_place_text(model, kind, place, key) != '\0';
}

static const plim_column *find_column(const plim_load *load, plim_place_kind kind, const char *name)
{
	uint32_t number;
	bool link = kind == PLIM_PLACE_LINK;
	if (!plim_names_find(link ? &load->link_column_names : &load->node_column_names, name, &number))
		return NULL;
	return link ? &load->model->link_column[number] : &load->model->node_column[number];
}

static bool is_bad(const plim_load *load, plim_place_kind kind)
{
	return load->nodes_bad || (kind == PLIM_PLACE_LINK && load->links_bad);
}

static void no_column(plim_load *load, const plim_value *at, const char *key, const char *name, plim_place_kind kind)
{
	bool link = kind == PLIM_PLACE_LINK;
	char hint[PLIM_HINT_SIZE];
	const plim_names *names = link ? &load->link_column_names : &load->node_column_names;
	if (!is_bad(load, kind))
		plim_load_error(load, at, "`%s`: the table of %s has no further column \"%s\"%s", key, link ? "links" : "nodes",
		                name, plim_hint(hint, sizeof hint, plim_nearest_name(load, name, names)));
}

static void read_shared(plim_load *load, const plim_value *row, plim_threat *threat)
{
	const plim_value *value = plim_get(load, row, "shared_by");
	plim_get_text(load, row, "shared_by", &threat->shared_by);
	if (!value || !*threat->shared_by)
		return;
	plim_place_kind kind = threat->where.kind;
	if (kind == PLIM_PLACE_ORGANISATION) {
		if (!plim_get(load, row, "where"))
			plim_load_error(load, value,
			                "`shared_by` needs `where` with nodes or links: events are shared between places");
		return;
	}
	bool own = strcmp(threat->shared_by, "region") == 0 || strcmp(threat->shared_by, "kind") == 0 ||
	           (kind == PLIM_PLACE_LINK && strcmp(threat->shared_by, "mode") == 0);
	const plim_column *column = own ? NULL : find_column(load, kind, threat->shared_by);
	if (!own && !column) {
		no_column(load, value, "shared_by", threat->shared_by, kind);
		return;
	}
	for (size_t i = 0; i < threat->where.places; i++) {
		uint32_t place = threat->where.place[i];
		if (!has_shared_key(load, threat, column, place))
			plim_load_error(
			    load, plim_place_row(load, kind, place),
			    "\"%s\" has no `%s`, by which the threat \"%s\" shares its events; fill it in or select fewer places",
			    plim_place_id(load->model, kind, place), threat->shared_by, threat->id);
	}
}

/* One number for each place, from a column of the table. */
static double *read_column(plim_load *load, const plim_value *row, const char *key, const plim_threat *threat,
                           char **name)
{
	plim_get_text(load, row, key, name);
	const plim_value *value = plim_get(load, row, key);
	plim_place_kind kind = threat->where.kind;
	if (!value || !**name)
		return NULL;
	if (kind == PLIM_PLACE_ORGANISATION) {
		plim_load_error(load, value, "`%s` names a column of nodes or links, so `where` must select some", key);
		return NULL;
	}
	const plim_column *column = find_column(load, kind, *name);
	double *numbers = plim_load_keep(load, threat->where.places, sizeof *numbers);
	if (!column || !numbers) {
		if (!column)
			no_column(load, value, key, *name, kind);
		return NULL;
	}
	for (size_t i = 0; i < threat->where.places; i++) {
		uint32_t place = threat->where.place[i];
		numbers[i] = column->number[place];
		if (numbers[i] >= 0)
			continue;
		const plim_value *record = plim_place_row(load, kind, place), *cell = plim_get(load, record, *name);
		plim_load_error(load, cell ? cell : record,
		                "\"%s\" has %s under \"%s\", which the threat \"%s\" uses as `%s`; %s",
		                plim_place_id(load->model, kind, place),
		                !cell               ? "nothing"
		                : isnan(numbers[i]) ? "no number"
		                                    : "a negative number",
		                *name, threat->id, key, "give a number, or 0 for none");
	}
	return numbers;
}

static bool is_all_zero(const double *numbers, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (numbers[i] != 0)
			return false;
	return true;
}

static void read_exposure(plim_load *load, const plim_value *row, plim_threat *threat)
{
	threat->exposure_of = read_column(load, row, "exposure", threat, &threat->exposure);
	threat->loss_times_of = read_column(load, row, "loss_times", threat, &threat->loss_times);
	const plim_value *value = plim_get(load, row, "exposure");
	if (!value)
		return;
	if (threat->exposure_of && is_all_zero(threat->exposure_of, threat->where.places))
		plim_load_warn(load, value, "\"%s\" is 0 at every place of \"%s\": the threat never strikes", threat->exposure, threat->id);
	if (*threat->shared_by)
		plim_load_error(load, value, "`exposure` cannot stand beside `shared_by`: a shared event has one frequency");
	plim_count_law law = threat->frequency.law;
	if (law != PLIM_COUNT_POISSON && law != PLIM_COUNT_NEGATIVE_BINOMIAL && law != PLIM_COUNT_ZERO_INFLATED_POISSON)
		plim_load_error(
		    load, value,
		    "`exposure` scales the mean of poisson, negative_binomial and zero_inflated_poisson only, not of %s",
		    plim_count_law_name(law));
}

/* ---- how often ---- */

static void read_likelihood(plim_load *load, const plim_value *value, plim_threat *threat)
{
	const plim_model *model = load->model;
	const plim_band *band = plim_find_band(load, value, "likelihood", model->likelihood, model->likelihoods);
	threat->frequency.law = PLIM_COUNT_POISSON;
	if (!band)
		return;
	threat->likelihood = band->name;
	threat->frequency.mean.law = plim_load_keep(load, 1, sizeof(plim_amount));
	if (threat->frequency.mean.law && plim_band_amount(load, value, band, threat->frequency.mean.law))
		threat->frequency.mean.value = plim_amount_mean(threat->frequency.mean.law);
}

/* `severity_copula: {t: {df: 4}}`. */
static void read_copula(plim_load *load, const plim_value *row, plim_threat *threat)
{
	static const char *const kinds[] = {"t", NULL}, *const parameters[] = {"df", NULL};
	static const plim_range df = {1, 100, false, "from 1 to 100"};
	const plim_value *value = plim_get(load, row, "severity_copula");
	if (!value || !plim_is_map(load, value, "`severity_copula`, as in {t: {df: 4}},"))
		return;
	plim_check_keys(load, value, kinds, "a copula");
	const plim_value *t = plim_get(load, value, "t");
	if (!t) {
		plim_load_error(load, value, "`severity_copula` is {t: {df: 4}}; without it the copula is Gaussian");
		return;
	}
	if (!plim_is_map(load, t, "`t`, as in {df: 4},"))
		return;
	plim_check_keys(load, t, parameters, "a t copula");
	if (!plim_get(load, t, "df"))
		plim_load_error(
		    load, t, "a t copula needs its degrees of freedom, `df`: the fewer, the more losses are extreme together");
	plim_get_number(load, t, "df", &df, &threat->severity_df);
}

static void read_how_often(plim_load *load, const plim_value *row, plim_threat *threat)
{
	const plim_value *frequency = plim_get(load, row, "frequency"), *likelihood = plim_get(load, row, "likelihood");
	threat->likelihood = plim_arena_text(load->keep, "");
	threat->frequency.law = PLIM_COUNT_POISSON;
	if (frequency && likelihood)
		plim_load_error(load, likelihood, "a threat has `frequency` or `likelihood`, not both; remove one");
	else if (frequency)
		plim_read_frequency(load, frequency, &threat->frequency);
	else if (likelihood)
		read_likelihood(load, likelihood, threat);
	else if (!plim_get(load, row, "custody"))
		plim_load_error(load, row, "the threat \"%s\" needs `frequency` or `likelihood`", threat->id);
	threat->vulnerability.value = 1;
	threat->strike_probability.value = 1;
	plim_get_unknown(load, row, "vulnerability", &plim_range_share, &threat->vulnerability);
	plim_get_unknown(load, row, "strike_probability", &plim_range_share, &threat->strike_probability);
	plim_get_unknown(load, row, "severity_correlation", &plim_range_share, &threat->severity_correlation);
	read_copula(load, row, threat);
	static const char *const shared_only[] = {"strike_probability", "severity_correlation", "severity_copula"};
	for (size_t i = 0; i < 3 && !*threat->shared_by; i++) {
		const plim_value *value = plim_get(load, row, shared_only[i]);
		if (value && !plim_get(load, row, "shared_by"))
			plim_load_error(load, value, "`%s` is for shared events: add `shared_by` or remove it", shared_only[i]);
	}
}

/* ---- clauses ---- */

int32_t plim_read_clause(plim_load *load, const plim_value *at, const char *number)
{
	int edition = load->model->edition;
	int32_t index = plim_clause_find(edition, number);
	if (index >= 0)
		return index;
	size_t count;
	const plim_clause *tree = plim_clause_tree(edition, &count);
	const char **names = plim_load_spare(load, count, sizeof *names);
	for (size_t i = 0; names && i < count; i++)
		names[i] = tree[i].number;
	char hint[PLIM_HINT_SIZE];
	plim_load_error(load, at, "ISO 28000:%d has no clause \"%s\"%s", edition, number,
	                plim_hint(hint, sizeof hint, names ? plim_nearest(load, number, names, count) : NULL));
	return -1;
}

static int by_clause(const void *a, const void *b)
{
	uint32_t x = ((const plim_clause_weight *)a)->clause, y = ((const plim_clause_weight *)b)->clause;
	return x < y ? -1 : x > y;
}

static bool add_clause(plim_load *load, const plim_value *at, const char *number, double weight, plim_threat *threat)
{
	int32_t index = plim_read_clause(load, at, number);
	if (index < 0)
		return false;
	threat->clause[threat->clauses++] = (plim_clause_weight){(uint32_t)index, weight};
	return true;
}

static bool clauses_of_map(plim_load *load, const plim_value *map, plim_threat *threat)
{
	bool good = true;
	for (uint32_t i = 0; i < map->count; i++) {
		double weight = 1;
		const plim_value *key = map->pair[i].key;
		good &= plim_get_number(load, map, key->text, &plim_range_above_zero, &weight);
		good &= add_clause(load, key, key->text, weight, threat);
	}
	return good;
}

static void read_clauses(plim_load *load, const plim_value *row, plim_threat *threat)
{
	const plim_value *value = plim_get(load, row, "clauses");
	plim_words words = {0};
	if (!value)
		return;
	bool map = value->kind == PLIM_VALUE_MAP, good = true;
	if (!map && !plim_read_words(load, value, "clauses", true, &words))
		return;
	threat->clause = plim_load_keep(load, map ? value->count : words.count, sizeof *threat->clause);
	if (!threat->clause)
		return;
	if (map)
		good = clauses_of_map(load, value, threat);
	for (size_t i = 0; i < words.count; i++)
		good &= add_clause(load, words.at[i], words.word[i], 1, threat);
	if (!good)
		return;
	double sum = 0;
	qsort(threat->clause, threat->clauses, sizeof *threat->clause, by_clause);
	for (size_t i = 0; i < threat->clauses; i++)
		sum += threat->clause[i].weight;
	for (size_t i = 0; i < threat->clauses; i++)
		threat->clause[i].weight /= sum;
}

/* ---- threats ---- */

static void read_assumption_ids(plim_load *load, const plim_value *row, plim_threat *threat)
{
	plim_words words;
	plim_get_words(load, row, "assumptions", &words);
	for (size_t i = 0; i < words.count; i++) {
		uint32_t number;
		char hint[PLIM_HINT_SIZE];
		if (!plim_names_find(&load->assumption_names, words.word[i], &number))
			plim_load_error(
			    load, words.at[i], "there is no assumption \"%s\"%s", words.word[i],
			    plim_hint(hint, sizeof hint, plim_nearest_name(load, words.word[i], &load->assumption_names)));
	}
	if (words.count > 1)
		qsort(words.word, words.count, sizeof *words.word, plim_compare_words);
	threat->assumptions = words.word;
	threat->assumption_count = words.count;
}

static void read_threat(plim_load *load, const plim_value *row, plim_threat *threat)
{
	plim_check_keys(load, row, threat_keys, "a threat");
	plim_need_id(load, row, "a threat", &threat->id);
	plim_get_text(load, row, "title", &threat->title);
	plim_get_text(load, row, "description", &threat->description);
	plim_get_text(load, row, "owner", &threat->owner);
	plim_get_text(load, row, "notes", &threat->notes);
	threat->family = plim_get_word(load, row, "family", families);
	threat->category = plim_get_word(load, row, "category", plim_categories);
	const plim_value *custody = plim_get(load, row, "custody");
	if (custody)
		plim_read_custody(load, row, custody, threat);
	else
		plim_read_selector(load, plim_get(load, row, "where"), "`where`", false, &threat->where);
	read_shared(load, row, threat);
	read_how_often(load, row, threat);
	read_exposure(load, row, threat);
	plim_read_losses(load, row, threat);
	read_clauses(load, row, threat);
	read_assumption_ids(load, row, threat);
	plim_read_treatment(load, row, &threat->treatment);
}

static int by_id(const void *a, const void *b)
{
	const plim_threat *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

void plim_read_threats(plim_load *load)
{
	plim_model *model = load->model;
	const plim_value *list = plim_get(load, load->root, "threats");
	size_t count = plim_get_records(load, "threats", "a threat", &load->threat_row);
	if (list && list->kind == PLIM_VALUE_LIST && !list->count)
		plim_load_error(load, list, "`threats` is empty; a model needs at least one threat");
	model->threat = plim_load_keep(load, count, sizeof *model->threat);
	if (!model->threat)
		return;
	model->threats = count;
	for (uint32_t i = 0; i < count; i++)
		model->threat[i].position = i;
	for (size_t i = 0; i < count; i++)
		read_threat(load, load->threat_row[i], &model->threat[i]);
	qsort(model->threat, count, sizeof *model->threat, by_id);
	for (uint32_t i = 0; i < count; i++)
		plim_index_record(load, &load->threat_names, "threat", model->threat[i].id, i,
		                  load->threat_row[model->threat[i].position]);
}
