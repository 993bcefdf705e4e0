/* SPDX-License-Identifier: Apache-2.0 */
#include "run/assemble.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "plimsoll/version.h"
#include "run/announce.h"
#include "run/cross_check.h"
#include "run/worlds.h"
#include "store/results_table.h"
#include "store/tabulate.h"

static plim_status no_memory(plim_error *error)
{
	return plim_error_memory(error, "the results");
}

/* Copies text and notes a failure once for all. */
static char *copy(const char *text, bool *failed)
{
	char *made = plim_mem_string(text ? text : "");
	*failed |= made == NULL;
	return made;
}

static char *joined(char *const *items, size_t count, bool *failed)
{
	plim_text text = {0};
	plim_text_add(&text, "");
	for (size_t i = 0; i < count; i++)
		plim_text_add_format(&text, "%s%s", i ? ";" : "", items[i]);
	*failed |= text.failed;
	return text.data;
}

static plim_status fill_head(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	const plim_model *model = parts->model;
	bool failed = false;
	r->model_name = copy(model->name, &failed);
	r->model_description = copy(model->description, &failed);
	r->currency = copy(model->currency, &failed);
	r->scope = copy(model->scope_description, &failed);
	r->approver = copy(model->approver, &failed);
	r->approved = copy(model->approved, &failed);
	r->next_review = copy(model->next_review, &failed);
	r->commitments = joined(model->commitments, model->commitment_count, &failed);
	r->edition = model->edition;
	r->horizon_years = model->horizon_years;
	r->perspectives = (uint32_t)parts->plan->perspectives;
	r->trials = parts->range.trials;
	r->run_trials = parts->options->trials;
	r->worlds = parts->options->worlds > 1 ? parts->options->worlds : 1;
	r->stream_version = PLIM_STREAM_VERSION;
	r->format_major = PLIM_STORE_MAJOR;
	r->format_minor = PLIM_STORE_MINOR;
	r->tabulated = !parts->bare;
	r->seed = parts->options->seed;
	r->first_block = parts->range.first;
	r->blocks = parts->range.count;
	r->block_trials = PLIM_BLOCK_TRIALS;
	r->confidence = 0.95;
	r->until = copy(parts->options->until, &failed);
	r->until_met = parts->until_met;
	r->until_ceiling = parts->until_ceiling;
	plim_model_digest_hex(model, r->model_sha256);
	plim_digest_hex(parts->plan->digest, r->plan_sha256);
	return failed ? no_memory(error) : PLIM_OK;
}

static int compare_display(const void *a, const void *b)
{
	const plim_plan_scenario *x = a, *y = b;
	return (x->display > y->display) - (x->display < y->display);
}

static plim_status fill_scenarios(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	const plim_plan *plan = parts->plan;
	bool failed = false;
	plim_plan_scenario *order = plim_mem_alloc(plan->scenarios, sizeof *order);
	r->scenario = plim_mem_alloc(plan->scenarios, sizeof *r->scenario);
	if (!order || !r->scenario) {
		plim_mem_free(order);
		return no_memory(error);
	}
	memcpy(order, plan->scenario, plan->scenarios * sizeof *order);
	qsort(order, plan->scenarios, sizeof *order, compare_display);
	for (size_t i = 0; i < plan->scenarios; i++) {
		const plim_scenario *from = &parts->model->scenario[order[i].model_scenario];
		plim_result_scenario *to = &r->scenario[r->scenarios++];
		plim_text controls = {0};
		plim_text_add(&controls, "");
		for (size_t c = 0; c < from->controls; c++)
			plim_text_add_format(&controls, "%s%s", c ? ";" : "", parts->model->control[from->control[c]].id);
		to->id = copy(from->id, &failed);
		to->title = copy(from->title, &failed);
		to->controls = controls.data;
		failed |= controls.failed;
		while (plan->scenario[to->primary].model_scenario != order[i].model_scenario)
			to->primary++;
	}
	plim_mem_free(order);
	return failed ? no_memory(error) : PLIM_OK;
}

/* What is infinite of a loss. */
typedef struct infinite {
	bool mean, variance;
} infinite;

static infinite either(infinite a, infinite b)
{
	return (infinite){a.mean || b.mean, a.variance || b.variance};
}

/* What the policies of a threat leave infinite of what they pay. A limit for each event bounds the mean by the limit
 * times the mean number of events, whose variance may still be infinite; one for the year bounds all. */
typedef struct cover {
	bool unlimited; /* a policy without either limit */
	bool counted;   /* one without a limit for the year */
} cover;

static cover cover_of(const plim_plan *plan, const plim_plan_threat *t)
{
	cover c = {false, false};
	for (size_t p = 0; p < plan->model->insurances; p++) {
		const plim_policy_cover *policy = &plan->model->insurance[p];
		for (size_t i = 0; i < policy->covers_count; i++)
			if (policy->covers[i] == t->model_threat) {
				c.counted |= isinf(policy->aggregate_limit);
				c.unlimited |= isinf(policy->aggregate_limit) && isinf(policy->limit);
			}
	}
	return c;
}

/* A group takes `what` of a threat. */
typedef struct marker {
	plim_results *r;
	cover cover;
	bool events; /* the number of events has no variance */
} marker;

static void mark(const marker *m, uint32_t group, infinite what)
{
	plim_group *g = &m->r->group[group];
	g->infinite_mean |= what.mean;
	g->infinite_variance |= what.variance;
	g->ceded_infinite_mean |= what.mean && m->cover.unlimited;
	g->ceded_infinite_variance |= (what.variance && m->cover.unlimited) || (m->events && m->cover.counted);
}

static infinite of_component(const plim_plan_threat *t, const plim_plan_component *c)
{
	return (infinite){c->infinite_mean, c->infinite_mean || c->infinite_variance || t->infinite_variance};
}

static void mark_network(const marker *m, const plim_plan *plan, infinite outage, infinite direct)
{
	mark(m, plan->bearer_none, direct);
	mark(m, plan->interruption_group, outage);
	if (plan->substitution_group != UINT32_MAX)
		mark(m, plan->substitution_group, outage);
	for (size_t n = 0; n < plan->model->nodes; n++) /* which of them it can reach is not asked: a cautious reading */
		if (plan->bearer_group[n] != UINT32_MAX)
			mark(m, plan->bearer_group[n], outage);
}

/* A group's mean is infinite if that of anything is that it takes from a threat which can strike at all. */
static void mark_threat(plim_results *r, const plim_plan *plan, const plim_plan_threat *t)
{
	infinite direct = {false, false}, outage = {false, false};
	if (!(t->attempts > 0))
		return;
	const marker of_threat = {r, cover_of(plan, t), t->infinite_variance}, *m = &of_threat;
	for (size_t c = 0; c < t->components; c++) {
		infinite own = of_component(t, &t->component[c]);
		mark(m, t->component[c].group, own);
		direct = either(direct, own);
	}
	if (t->stops)
		outage = of_component(t, &t->outage);
	if (plan->graph)
		mark_network(m, plan, outage, direct);
	infinite all = either(direct, outage);
	mark(m, plan->groups.total, all);
	mark(m, t->group, all);
	mark(m, t->category_group, all);
	for (size_t c = 0; c < t->clauses; c++)
		mark(m, t->clause[c].group, all);
	for (uint32_t s = 0; s < t->sources; s++) {
		const plim_plan_source *source = &plan->source[t->first_source + s];
		mark(m, source->place_group, all);
		mark(m, source->other_group, all);
		mark(m, source->region_group, all);
	}
}

static plim_status fill_groups(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	const plim_plan *plan = parts->plan;
	bool failed = false;
	r->group = plim_mem_alloc(plan->groups.count, sizeof *r->group);
	if (!r->group)
		return no_memory(error);
	for (size_t g = 0; g < plan->groups.count; g++) {
		plim_group *to = &r->group[r->groups++];
		*to = plan->groups.item[g];
		to->name = copy(to->name, &failed);
		to->title = copy(to->title, &failed);
	}
	for (size_t t = 0; t < plan->threats; t++)
		mark_threat(r, plan, &plan->threat[t]);
	return failed ? no_memory(error) : PLIM_OK;
}

static plim_status fill_blocks(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	r->block = plim_mem_alloc(parts->range.count, sizeof *r->block);
	if (!r->block)
		return no_memory(error);
	for (uint64_t i = 0; i < parts->range.count; i++)
		r->block[r->block_rows++] =
		    (plim_block_row){parts->range.first + i, parts->record[i].events, parts->record[i].digest};
	return PLIM_OK;
}

static plim_status fill_model_text(plim_results *r, const plim_model *model, plim_error *error)
{
	bool failed = false;
	r->model_text = plim_mem_alloc(model->files, sizeof *r->model_text);
	r->assumption = plim_mem_alloc(model->assumptions, sizeof *r->assumption);
	if (!r->model_text || !r->assumption)
		return no_memory(error);
	for (size_t i = 0; i < model->files; i++) {
		plim_model_text *to = &r->model_text[r->model_texts++];
		to->name = copy(model->file[i].name, &failed);
		to->bytes = plim_mem_string_n(model->file[i].bytes, model->file[i].length);
		to->length = model->file[i].length;
		failed |= to->bytes == NULL;
	}
	for (size_t i = 0; i < model->assumptions; i++) {
		const plim_assumption *a = &model->assumption[i];
		r->assumption[r->assumptions++] = (plim_result_assumption){
		    copy(a->id, &failed),    copy(a->text, &failed), copy(a->source, &failed),     copy(a->confidence, &failed),
		    copy(a->owner, &failed), copy(a->date, &failed), copy(a->limitation, &failed),
		};
	}
	return failed ? no_memory(error) : PLIM_OK;
}

static char *utc(time_t time, bool *failed)
{
	struct tm parts;
	char text[32] = "";
	if (gmtime_r(&time, &parts))
		strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
	return copy(text, failed);
}

static plim_status fill_provenance(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	plim_provenance *p = &r->provenance;
	char host[256] = "", stream[32];
	bool failed = false;
	if (gethostname(host, sizeof host - 1) != 0)
		host[0] = '\0';
	snprintf(stream, sizeof stream, "%d", PLIM_STREAM_VERSION);
	p->version = copy(PLIM_VERSION, &failed);
	p->stream = copy(stream, &failed);
	p->host = copy(host, &failed);
	p->compiler = copy(__VERSION__, &failed);
	p->cpu = copy(plim_cpu_name(plim_cpu_best()), &failed);
	p->kernel = copy(plim_cpu_name(parts->kernel->cpu), &failed);
	p->started = utc(parts->started, &failed);
	p->finished = utc(parts->finished, &failed);
	p->command = copy(parts->options->command, &failed);
	p->user = copy(getenv("USER"), &failed);
	p->threads = plim_block_threads(parts->options, &parts->range);
	p->seconds = parts->seconds;
	return failed ? no_memory(error) : PLIM_OK;
}

plim_status plim_run_digest(const plim_results *r, const plim_summary *summary, char hex[static PLIM_DIGEST_HEX_SIZE],
                            plim_error *error)
{
	plim_digest d;
	uint8_t bytes[PLIM_DIGEST_SIZE];
	plim_digest_init(&d);
	plim_digest_string(&d, "plimsoll result");
	plim_digest_string(&d, r->model_sha256);
	plim_digest_string(&d, r->plan_sha256);
	plim_digest_u64(&d, r->seed);
	plim_digest_u64(&d, r->trials);
	plim_digest_u64(&d, r->first_block);
	if (r->worlds > 1) {
		plim_digest_string(&d, "worlds");
		plim_digest_u64(&d, r->worlds);
	}
	for (size_t i = 0; i < r->block_rows; i++) {
		plim_digest_u64(&d, r->block[i].events);
		plim_digest_u64(&d, r->block[i].digest);
	}
	plim_status status = plim_summary_digest(summary, &d, error);
	plim_digest_final(&d, bytes);
	plim_digest_hex(bytes, hex);
	return status;
}

static plim_status fill_tables(plim_results *r, const plim_model *model, plim_error *error)
{
	double *loss = plim_mem_alloc(model->tolerances, sizeof *loss);
	double *probability = plim_mem_alloc(model->tolerances, sizeof *probability);
	plim_status status = loss && probability ? PLIM_OK : no_memory(error);
	for (size_t i = 0; i < model->tolerances && status == PLIM_OK; i++) {
		loss[i] = model->tolerance[i].loss;
		probability[i] = model->tolerance[i].probability;
	}
	if (status == PLIM_OK)
		status = plim_results_tabulate(r, loss, probability, model->tolerances, error);
	plim_mem_free(loss);
	plim_mem_free(probability);
	return status;
}

/* The year-loss tables in the order of display. */
static plim_status take_ylt(plim_results *r, plim_run_parts *parts, plim_error *error)
{
	if (!parts->ylt)
		return PLIM_OK;
	r->ylt = plim_mem_alloc(r->scenarios * r->perspectives, sizeof *r->ylt);
	if (!r->ylt)
		return no_memory(error);
	for (size_t p = 0; p < r->perspectives; p++)
		for (size_t i = 0; i < r->scenarios; i++)
			r->ylt[p * r->scenarios + i] = parts->ylt[p * r->scenarios + r->scenario[i].primary];
	plim_mem_free(parts->ylt);
	parts->ylt = NULL;
	return PLIM_OK;
}

static plim_status take_summary(plim_results *r, plim_run_parts *parts, plim_error *error)
{
	plim_status status = parts->bare ? PLIM_OK : plim_summary_own_layout(parts->summary, &parts->plan->groups, error);
	if (status == PLIM_OK) {
		r->summary = parts->summary;
		parts->summary = NULL;
	}
	return status;
}

static plim_status describe(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	if (parts->bare) /* of a shard the whole run will say it */
		return PLIM_OK;
	plim_status status = fill_tables(r, parts->model, error);
	return status == PLIM_OK ? plim_run_worlds(parts, r, error) : status;
}

/* The digest and the tables both read the summary, and neither writes what the other reads: side by side if two threads
 * may be used. */
static plim_status read_summary(plim_results *r, const plim_run_parts *parts, plim_error *error)
{
	plim_status digested = PLIM_OK, described = PLIM_OK;
	plim_error while_digesting = {0}, while_describing = {0};
	const uint32_t threads = plim_run_threads(parts->options);
#pragma omp parallel sections num_threads(threads > 1 ? 2 : 1)
	{
#pragma omp section
		described = describe(r, parts, &while_describing);
#pragma omp section
		digested = plim_run_digest(r, r->summary, r->result_sha256, &while_digesting);
	}
	if (error && (described != PLIM_OK || digested != PLIM_OK))
		*error = described != PLIM_OK ? while_describing : while_digesting;
	plim_status status = described != PLIM_OK ? described : digested;
	if (status == PLIM_OK && !parts->bare)
		status = plim_run_beside_model(parts->model, r, threads, error);
	return status;
}

plim_status plim_run_assemble(plim_run_parts *parts, plim_results **results, plim_error *error)
{
	plim_results *r = plim_mem_alloc(1, sizeof *r);
	if (!r)
		return no_memory(error);
	plim_status status = fill_head(r, parts, error);
	if (status == PLIM_OK)
		status = plim_run_announce(parts->model, &r->notes, &r->note_count, error);
	if (status == PLIM_OK)
		status = fill_scenarios(r, parts, error);
	if (status == PLIM_OK)
		status = fill_groups(r, parts, error);
	if (status == PLIM_OK)
		status = fill_blocks(r, parts, error);
	if (status == PLIM_OK)
		status = fill_model_text(r, parts->model, error);
	if (status == PLIM_OK)
		status = take_ylt(r, parts, error);
	if (status == PLIM_OK)
		status = take_summary(r, parts, error);
	if (status == PLIM_OK)
		status = read_summary(r, parts, error);
	if (status == PLIM_OK)
		status = fill_provenance(r, parts, error);
	if (status != PLIM_OK && parts->bare) { /* the summary of a shard stays the caller's */
		parts->summary = r->summary ? r->summary : parts->summary;
		r->summary = NULL;
	}
	if (status != PLIM_OK)
		plim_results_free(&r);
	else
		*results = r;
	return status;
}
