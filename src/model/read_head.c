/* SPDX-License-Identifier: Apache-2.0 */
/* What stands at the top of a model: version, name, currency, horizon, policy, assumptions, bands. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "model/load.h"

static const char *const root_keys[] = {"plimsoll",      "name",          "description", "currency", "edition",
                                        "horizon_years", "discount_rate", "scope",       "overlaps", "policy",
                                        "bands",         "assumptions",   "nodes",       "links",    "threats",
                                        "controls",      "scenarios",     "insurance",   "trips",    "intensity",
                                        "actions",       "legal",         NULL};

/* ISO 4217, codes in use (list one), without the funds and testing codes but XDR. */
static const char currencies[] =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF "
    "CLP CNY COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG "
    "HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA "
    "MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD "
    "RUB RWF SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX "
    "USD UYU UZS VED VES VND VUV WST XAF XCD XCG XDR XOF XPF YER ZAR ZMW ZWG";

bool plim_read_version(plim_load *load)
{
	const plim_value *root = load->root;
	if (root->kind != PLIM_VALUE_MAP) {
		plim_load_error(load, root, "a model is a map that begins with `plimsoll: 1`");
		return false;
	}
	const plim_value *version = plim_get(load, root, "plimsoll");
	if (!version) {
		if (!load->findings->errors)
			plim_load_error(load, root, "the key `plimsoll` is missing; a model begins with `plimsoll: 1`");
		return false;
	}
	if (version->kind == PLIM_VALUE_TEXT && strcmp(version->text, "1") == 0)
		return true;
	plim_load_error(load, version,
	                "this program reads format 1 of the model file, not %s; convert the file or use the "
	                "program that wrote it",
	                version->kind == PLIM_VALUE_TEXT ? version->text : "a list or map");
	return false;
}

static void read_currency(plim_load *load)
{
	plim_model *model = load->model;
	plim_need_text(load, load->root, "currency", "a model", &model->currency);
	const char *code = model->currency;
	if (!*code)
		return;
	const char *found = strlen(code) == 3 && !strchr(code, ' ') ? strstr(currencies, code) : NULL;
	if (!found || (found - currencies) % 4 != 0)
		plim_load_error(load, plim_get(load, load->root, "currency"),
		                "`currency` must be a code of ISO 4217 in use, as EUR or USD; found \"%s\"", code);
}

static void read_edition(plim_load *load)
{
	static const char *const editions[] = {"2007", "2022", NULL};
	load->model->edition = plim_get_choice(load, load->root, "edition", editions) == 1 ? 2022 : 2007;
}

/* ---- policy ---- */

static int by_loss(const void *a, const void *b)
{
	double x = ((const plim_tolerance *)a)->loss, y = ((const plim_tolerance *)b)->loss;
	return x < y ? -1 : x > y;
}

static void read_tolerance(plim_load *load, const plim_value *policy)
{
	static const char *const keys[] = {"loss", "probability", NULL};
	plim_model *model = load->model;
	const plim_value *list = plim_get(load, policy, "tolerance");
	if (!list || !plim_is_list(load, list, "`tolerance`"))
		return;
	model->tolerance = plim_load_keep(load, list->count, sizeof *model->tolerance);
	for (uint32_t i = 0; model->tolerance && i < list->count; i++) {
		const plim_value *row = list->item[i];
		plim_tolerance *tolerance = &model->tolerance[model->tolerances++];
		if (!plim_is_map(load, row, "a tolerance"))
			continue;
		plim_check_keys(load, row, keys, "a tolerance");
		for (size_t k = 0; k < 2; k++)
			if (!plim_get(load, row, keys[k]))
				plim_load_error(load, row, "a tolerance needs `loss` and `probability`");
		plim_get_number(load, row, "loss", &plim_range_from_zero, &tolerance->loss);
		plim_get_number(load, row, "probability", &plim_range_share, &tolerance->probability);
	}
	qsort(model->tolerance, model->tolerances, sizeof *model->tolerance, by_loss);
	for (size_t i = 1; i < model->tolerances && !load->findings->errors; i++) {
		const plim_tolerance *smaller = &model->tolerance[i - 1], *larger = &model->tolerance[i];
		if (smaller->loss >= larger->loss)
			plim_load_error(load, list, "`tolerance` names the loss %s twice; remove one",
			                plim_show(larger->loss).text);
		else if (smaller->probability < larger->probability)
			plim_load_warn(load, list, "`tolerance` allows a loss above %s more often than one above %s",
			               plim_show(larger->loss).text, plim_show(smaller->loss).text);
	}
}

static void read_policy(plim_load *load)
{
	static const char *const keys[] = {"approver", "approved", "next_review", "commitments", "tolerance", NULL};
	plim_model *model = load->model;
	const plim_value *policy = plim_get(load, load->root, "policy");
	if (!policy || !plim_is_map(load, policy, "`policy`"))
		return;
	plim_check_keys(load, policy, keys, "`policy`");
	plim_get_text(load, policy, "approver", &model->approver);
	plim_get_date(load, policy, "approved", &model->approved);
	plim_get_date(load, policy, "next_review", &model->next_review);
	plim_words words;
	plim_get_words(load, policy, "commitments", &words);
	model->commitments = words.word;
	model->commitment_count = words.count;
	read_tolerance(load, policy);
}

void plim_read_head(plim_load *load)
{
	static const char *const overlaps[] = {"joint", "alone", NULL};
	static const plim_range rate = {0, 1, false, "from 0 to 1 (0.05 is 5 % a year)"};
	plim_model *model = load->model;
	const plim_value *root = load->root;
	plim_check_keys(load, root, root_keys, "a model");
	plim_need_text(load, root, "name", "a model", &model->name);
	plim_get_text(load, root, "description", &model->description);
	read_currency(load);
	read_edition(load);
	uint64_t years = 1;
	const plim_value *horizon = plim_get(load, root, "horizon_years");
	if (horizon && plim_read_whole(load, horizon, "horizon_years", 1, 1000, &years))
		model->horizon_years = (uint32_t)years;
	plim_get_number(load, root, "discount_rate", &rate, &model->discount_rate);
	model->overlaps_alone = plim_get_choice(load, root, "overlaps", overlaps) == 1;
	read_policy(load);
	bool has_threats = false;
	for (uint32_t i = 0; i < root->count; i++)
		has_threats |= strcmp(root->pair[i].key->text, "threats") == 0;
	if (!has_threats)
		plim_load_error(load, root, "a model needs `threats`");
}

/* ---- assumptions ---- */

static int by_id(const void *a, const void *b)
{
	return strcmp(((const plim_assumption *)a)->id, ((const plim_assumption *)b)->id);
}

void plim_read_assumptions(plim_load *load)
{
	static const char *const keys[] = {"id", "text", "source", "confidence", "owner", "date", "limitation", NULL};
	plim_model *model = load->model;
	const plim_value **row;
	size_t count = plim_get_records(load, "assumptions", "an assumption", &row);
	model->assumption = plim_load_keep(load, count, sizeof *model->assumption);
	if (!model->assumption)
		return;
	model->assumptions = count;
	for (uint32_t i = 0; i < count; i++) {
		plim_assumption *assumption = &model->assumption[i];
		plim_check_keys(load, row[i], keys, "an assumption");
		plim_need_id(load, row[i], "an assumption", &assumption->id);
		plim_need_text(load, row[i], "text", "an assumption", &assumption->text);
		plim_get_text(load, row[i], "source", &assumption->source);
		plim_get_text(load, row[i], "confidence", &assumption->confidence);
		plim_get_text(load, row[i], "owner", &assumption->owner);
		plim_get_date(load, row[i], "date", &assumption->date);
		plim_get_text(load, row[i], "limitation", &assumption->limitation);
		plim_index_record(load, &load->assumption_names, "assumption", assumption->id, i, row[i]);
	}
	qsort(model->assumption, count, sizeof *model->assumption, by_id);
}

/* ---- bands ---- */

static int by_name(const void *a, const void *b)
{
	return strcmp(((const plim_band *)a)->name, ((const plim_band *)b)->name);
}

static void read_band(plim_load *load, const plim_pair *pair, plim_band *band)
{
	const plim_value *range = pair->value;
	plim_read_id(load, pair->key, "band", &band->name);
	if (range->kind != PLIM_VALUE_LIST || range->count != 2) {
		plim_load_error(load, range, "the band \"%s\" must be a range of two numbers, as [0.1, 0.5]", pair->key->text);
		return;
	}
	bool good = plim_read_number(load, range->item[0], "low end of a band", &plim_range_from_zero, &band->low);
	good &= plim_read_number(load, range->item[1], "high end of a band", &plim_range_from_zero, &band->high);
	if (good && band->low > band->high)
		plim_load_error(load, range, "the band \"%s\" ends below its beginning; exchange the two", pair->key->text);
}

static void read_band_table(plim_load *load, const plim_value *bands, const char *key, plim_band **out, size_t *count)
{
	const plim_value *map = plim_get(load, bands, key);
	if (!map || !plim_is_map(load, map, key))
		return;
	*out = plim_load_keep(load, map->count, sizeof **out);
	if (!*out)
		return;
	*count = map->count;
	for (uint32_t i = 0; i < map->count; i++) {
		(*out)[i].name = plim_arena_text(load->keep, "");
		read_band(load, &map->pair[i], &(*out)[i]);
	}
	qsort(*out, *count, sizeof **out, by_name);
}

void plim_read_bands(plim_load *load)
{
	static const char *const keys[] = {"likelihood", "consequence", NULL};
	plim_model *model = load->model;
	const plim_value *bands = plim_get(load, load->root, "bands");
	if (!bands || !plim_is_map(load, bands, "`bands`"))
		return;
	plim_check_keys(load, bands, keys, "`bands`");
	read_band_table(load, bands, "likelihood", &model->likelihood, &model->likelihoods);
	read_band_table(load, bands, "consequence", &model->consequence, &model->consequences);
}
