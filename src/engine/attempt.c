/* SPDX-License-Identifier: Apache-2.0 */
/* Attempts: when and how often each source of a threat is tried in the block. */
#include <string.h>

#include "base/error.h"
#include "dist/count_eval.h"
#include "engine/workspace.h"

/* What generates the attempts of one origin (a source, or the key of a shared event) in this block. */
typedef struct origin {
	uint64_t identity, place; /* its draws'; what unknowns per place belong to */
	uint32_t index;           /* source in the plan, or key of the threat */
	const plim_generator *generator;
	double mean_scale; /* chance of an attempt = mean of its trial or cell x mean_scale */
	const double
	    *mean_of;  /* mean in each trial, or in each cell if the threat has an intensity; NULL when it does not vary */
	double chance; /* ... then this */
} origin;

static void flush_attempts(plim_workspace *ws);

static plim_batch *target(plim_workspace *ws)
{
	return ws->threat->shared ? &ws->attempts : &ws->batch;
}

/* Positions of attempts that every purpose can address: uniforms take two to a counter, words four. */
#define MOST_POSITIONS (2 * PLIM_ADDRESS_DRAWS)

/* True (and an error) if a block holds more attempts of one source than there are addresses: never wrapped round in
 * silence. */
static bool exhausted(plim_workspace *ws, uint64_t attempts)
{
	if (attempts <= MOST_POSITIONS)
		return false;
	if (ws->status == PLIM_OK)
		ws->status =
		    plim_error_set(ws->error, PLIM_ERROR_MODEL,
		                   "threat '%s': one place met %llu attempts in %u trials, more than can be addressed: give it "
		                   "a lower or less dispersed frequency",
		                   ws->plan->model->threat[ws->threat->model_threat].id, (unsigned long long)attempts,
		                   (unsigned)PLIM_BLOCK_TRIALS);
	return true;
}

static double geometric_mean_count(double p)
{
	return (1 - p) / p;
}

/* Trials of a block, or its cells where an intensity makes years differ. */
static uint32_t means_of_block(const plim_workspace *ws)
{
	return PLIM_BLOCK_TRIALS * (ws->threat->intensity.unknown >= 0 ? ws->plan->years : 1);
}

/* Largest mean of the block, the block's whole length counted even where the run is cut. */
static double largest(const double *values, uint32_t count, bool geometric)
{
	double best = geometric ? values[0] : 0;
	for (uint32_t i = 0; i < count; i++)
		best = (geometric ? values[i] < best : values[i] > best) ? values[i] : best;
	return geometric ? geometric_mean_count(best) : best;
}

/* The step of the ladder at or above `mean`. */
static void choose_step(plim_workspace *ws, origin *o, double mean, double exposure)
{
	static const plim_generator none = {PLIM_GENERATOR_NONE, NULL, NULL};
	const plim_ladder *ladder = &ws->plan->ladder[ws->threat->ladder];
	o->generator = &none;
	if (!(mean > 0))
		return;
	int k = plim_ladder_step(mean);
	k = k < ladder->first ? ladder->first : k;
	int last = ladder->first + (int)ladder->count - 1;
	k = k > last ? last : k;
	o->generator = &ladder->generator[k - ladder->first];
	o->mean_scale = exposure / plim_ladder_mean(k);
	o->chance = mean / plim_ladder_mean(k);
}

/* mean x intensity in each cell, into source_mean; `mean` in each trial (which may be source_mean: hence from the end)
 * is NULL where the mean does not vary. */
static void intensify(plim_workspace *ws, const double *mean)
{
	const plim_plan_threat *t = ws->threat;
	const double *factor = plim_unknown_vector(ws, (uint32_t)t->intensity.unknown);
	const uint32_t years = ws->plan->years;
	for (uint32_t i = PLIM_BLOCK_TRIALS; i-- > 0;) {
		const double value = mean ? mean[i] : t->mean.value;
		for (uint32_t y = 0; y < years; y++)
			ws->source_mean[i * years + y] = value * factor[i * years + y];
	}
}

/* True if the unknown mean belongs to each place by itself. */
static bool mean_of_place(const plim_workspace *ws)
{
	const plim_plan_threat *t = ws->threat;
	return t->mean.unknown >= 0 && ws->plan->unknown[t->mean.unknown].per_place;
}

/* The mean in each trial, or cell, where it is the same at all places. */
static const double *common_mean(plim_workspace *ws)
{
	const plim_plan_threat *t = ws->threat;
	const double *mean = t->mean.unknown >= 0 ? plim_unknown_vector(ws, (uint32_t)t->mean.unknown) : NULL;
	if (t->intensity.unknown < 0)
		return mean;
	intensify(ws, mean);
	return ws->source_mean;
}

/* Everything about an origin but its number of attempts. `block_mean` is the largest shared mean. */
static void prepare(plim_workspace *ws, origin *o, double exposure, double block_mean)
{
	const plim_plan_threat *t = ws->threat;
	o->mean_of = NULL;
	o->chance = 1;
	o->generator = t->custody ? &ws->plan->leg[ws->plan->source[o->index].leg].generator : &t->fixed;
	if (t->ladder < 0)
		return;
	if (t->mean.unknown < 0 && t->intensity.unknown < 0) {
		choose_step(ws, o, t->mean.value * exposure, exposure);
		return;
	}
	o->mean_of = ws->common_mean;
	if (mean_of_place(ws)) {
		o->mean_of = ws->source_mean;
		plim_unknown_of_place(ws, (uint32_t)t->mean.unknown, o->place, ws->source_mean);
		if (t->intensity.unknown >= 0)
			intensify(ws, ws->source_mean);
		block_mean = largest(ws->source_mean, means_of_block(ws), t->mean_is_geometric_p);
	}
	choose_step(ws, o, block_mean * exposure, exposure);
}

static double chance_in(plim_workspace *ws, const origin *o, uint32_t trial, uint32_t year)
{
	const plim_plan_threat *t = ws->threat;
	if (t->thinned_p.unknown >= 0)
		return plim_param_at(ws, t->thinned_p, trial, o->place) / t->p_bound;
	if (!o->mean_of)
		return o->chance;
	double mean = o->mean_of[t->intensity.unknown >= 0 ? plim_plan_cell(ws->plan, trial, year) : trial];
	return (t->mean_is_geometric_p ? geometric_mean_count(mean) : mean) * o->mean_scale;
}

/* The day on which a year begins; what attempt_days adds is the day within it. */
static double first_day(uint32_t year)
{
	return PLIM_YEAR_DAYS * year;
}

static void append(plim_workspace *ws, const origin *o, uint32_t draw, uint32_t trial, uint32_t year)
{
	plim_batch *a = target(ws);
	size_t n = a->count++;
	a->source[n] = o->index;
	a->identity[n] = o->identity;
	a->draw[n] = draw;
	a->trial[n] = trial;
	a->day[n] = first_day(year);
	a->chance[n] = chance_in(ws, o, trial, year);
	a->placed = a->count;
}

/* Where candidates fall, many at a time: of one year a word has bits enough for the trial; of several a uniform is
 * needed for the cell, of which each has the same number of values but for one in 2^40 / years. */
static void place_candidates(plim_workspace *ws, const uint64_t *identity, const uint32_t *position, size_t n,
                             uint32_t *trial, uint32_t *year, uint64_t *x)
{
	const uint64_t base = plim_address_base(PLIM_PURPOSE_PLACE, ws->block);
	enum { REST = 52 - PLIM_BLOCK_BITS };
	if (ws->plan->years == 1) {
		ws->kernel->words(ws->seed, base, identity, position, n, trial);
		for (size_t i = 0; i < n; i++) {
			trial[i] >>= 32 - PLIM_BLOCK_BITS;
			year[i] = 0;
		}
		return;
	}
	ws->kernel->uniforms(ws->seed, base, identity, position, n, x);
	for (size_t i = 0; i < n; i++) {
		trial[i] = (uint32_t)(x[i] >> REST);
		year[i] = (uint32_t)((x[i] & ((UINT64_C(1) << REST) - 1)) * ws->plan->years >> REST);
	}
}

/* Keeps the candidates of trials that count, from `first` on: not all do in the last block of a run. */
static void keep_counted(plim_workspace *ws, plim_batch *a, size_t first)
{
	size_t kept = first;
	for (size_t i = first; i < a->count; i++) {
		a->source[kept] = a->source[i];
		a->identity[kept] = a->identity[i];
		a->draw[kept] = a->draw[i];
		a->chance[kept] = a->chance[i];
		a->trial[kept] = a->trial[i];
		a->day[kept] = a->day[i];
		kept += a->trial[i] < ws->trials;
	}
	a->count = kept;
}

/* Where the candidates fall that were appended without a place, those of many sources at a time: few fall to each, and
 * a call costs as much as some dozen. Keeps those of trials that count. */
static void place_pending(plim_workspace *ws)
{
	plim_batch *a = target(ws);
	const size_t first = a->placed, n = a->count - first;
	if (n == 0)
		return;
	place_candidates(ws, a->identity + first, a->draw + first, n, a->trial + first, a->year, a->x);
	for (size_t i = 0; i < n; i++)
		a->day[first + i] = first_day(a->year[i]);
	if (ws->trials < PLIM_BLOCK_TRIALS)
		keep_counted(ws, a, first);
	a->placed = a->count;
}

/* Their chances, where they depend on the trial, of the source at hand. */
static void settle_chances(plim_workspace *ws, const origin *o, size_t first)
{
	plim_batch *a = target(ws);
	for (size_t i = first; i < a->count; i++)
		a->chance[i] = chance_in(ws, o, a->trial[i], plim_year_of(a->day[i]));
}

/* Candidates of a Poisson source. */
static void emit_poisson(plim_workspace *ws, const origin *o, uint64_t candidates)
{
	plim_batch *a = target(ws);
	const bool varies = o->mean_of || ws->threat->thinned_p.unknown >= 0;
	if (exhausted(ws, candidates))
		return;
	for (uint64_t from = 0; from < candidates;) {
		if (a->count == a->capacity)
			flush_attempts(ws);
		const size_t room = a->capacity - a->count, first = a->count;
		const size_t n = candidates - from < room ? (size_t)(candidates - from) : room;
		for (size_t i = first; i < first + n; i++) {
			a->source[i] = o->index;
			a->identity[i] = o->identity;
			a->draw[i] = (uint32_t)(from + i - first);
			a->chance[i] = o->chance;
		}
		a->count += n;
		from += n;
		if (varies) {
			place_pending(ws);
			settle_chances(ws, o, first);
		}
	}
}

/* True unless the year is one of the excess zeros that an unknown p_zero adds to its lower bound. */
static bool year_counts(plim_workspace *ws, const origin *o, uint32_t trial, uint32_t cell)
{
	const plim_plan_threat *t = ws->threat;
	if (t->p_zero.unknown < 0)
		return true;
	uint64_t x = plim_address_uniform(ws->seed, o->identity, plim_address_base(PLIM_PURPOSE_ZERO, ws->block), cell);
	double keep = (1 - plim_param_at(ws, t->p_zero, trial, o->place)) / (1 - t->zero_bound);
	return plim_uniform_double(x) < keep;
}

/* `count` attempts in one cell; *draw runs through the block. */
static void emit_cell(plim_workspace *ws, const origin *o, uint32_t cell, uint64_t count, uint32_t *draw)
{
	plim_batch *a = target(ws);
	const uint32_t trial = cell / ws->plan->years, year = cell % ws->plan->years;
	if (exhausted(ws, *draw + count))
		return;
	bool counts = trial < ws->trials && count > 0 && year_counts(ws, o, trial, cell);
	for (uint64_t i = 0; counts && i < count; i++) {
		if (a->count == a->capacity)
			flush_attempts(ws);
		append(ws, o, *draw + (uint32_t)i, trial, year);
	}
	*draw += (uint32_t)count;
}

/* The cells that hold at least one of `candidates` uniform points, as bits. */
static void mark_cells(plim_workspace *ws, const origin *o, uint64_t candidates)
{
	memset(ws->cell, 0, (size_t)PLIM_BLOCK_TRIALS / 8 * ws->plan->years);
	for (uint64_t from = 0; from < candidates; from += PLIM_BLOCK_TRIALS) {
		size_t n = candidates - from < PLIM_BLOCK_TRIALS ? (size_t)(candidates - from) : PLIM_BLOCK_TRIALS;
		uint32_t trial[64], year[64];
		uint64_t x[64];
		for (size_t start = 0; start < n; start += 64) {
			size_t m = n - start < 64 ? n - start : 64;
			for (size_t i = 0; i < m; i++) {
				ws->same[i] = o->identity;
				ws->count_position[i] = (uint32_t)(from + start + i);
			}
			place_candidates(ws, ws->same, ws->count_position, m, trial, year, x);
			for (size_t i = 0; i < m; i++) {
				uint32_t cell = plim_plan_cell(ws->plan, trial[i], year[i]);
				ws->cell[cell / 64] |= UINT64_C(1) << (cell % 64);
			}
		}
	}
}

static void emit_sparse(plim_workspace *ws, const origin *o, uint64_t candidates)
{
	uint64_t base = plim_address_base(PLIM_PURPOSE_CELL_COUNT, ws->block);
	uint32_t draw = 0;
	mark_cells(ws, o, candidates);
	for (uint32_t w = 0; w < PLIM_BLOCK_TRIALS / 64 * ws->plan->years; w++) {
		for (uint64_t bits = ws->cell[w]; bits; bits &= bits - 1) {
			uint32_t cell = 64 * w + (uint32_t)__builtin_ctzll(bits);
			uint64_t x = plim_address_uniform(ws->seed, o->identity, base, cell);
			emit_cell(ws, o, cell, plim_count_eval(o->generator->cell, x), &draw);
		}
	}
}

static void emit_dense(plim_workspace *ws, const origin *o)
{
	uint32_t draw = 0;
	for (uint32_t i = 0; i < PLIM_BLOCK_TRIALS; i++)
		ws->same[i] = o->identity;
	const uint32_t cells = ws->trials * ws->plan->years;
	for (uint32_t first = 0; first < cells; first += PLIM_BLOCK_TRIALS) {
		ws->kernel->uniforms(ws->seed, plim_address_base(PLIM_PURPOSE_CELL_COUNT, ws->block), ws->same,
		                     ws->iota + first, PLIM_BLOCK_TRIALS, ws->draw);
		for (uint32_t i = 0; i < PLIM_BLOCK_TRIALS && first + i < cells; i++)
			emit_cell(ws, o, first + i, plim_count_eval(o->generator->cell, ws->draw[i]), &draw);
	}
}

static void emit(plim_workspace *ws, const origin *o, uint64_t x)
{
	switch (o->generator->mode) {
	case PLIM_GENERATOR_NONE: break;
	case PLIM_GENERATOR_POISSON: emit_poisson(ws, o, plim_count_eval(o->generator->candidates, x)); break;
	case PLIM_GENERATOR_SPARSE: emit_sparse(ws, o, plim_count_eval(o->generator->candidates, x)); break;
	case PLIM_GENERATOR_DENSE: emit_dense(ws, o); break;
	}
}

/* Origins whose block counts are drawn together. */
#define TOGETHER 1024

static void origin_at(const plim_workspace *ws, uint32_t i, origin *o, double *exposure)
{
	const plim_plan_threat *t = ws->threat;
	if (t->shared) {
		*o = (origin){.identity = t->key[i].identity, .place = t->key[i].identity, .index = i};
		*exposure = 1;
	} else {
		const plim_plan_source *source = &ws->plan->source[t->first_source + i];
		*o = (origin){.identity = source->identity, .place = source->place_identity, .index = t->first_source + i};
		*exposure = source->exposure;
	}
}

static void generate_some(plim_workspace *ws, uint32_t first, uint32_t n, double block_mean)
{
	for (uint32_t i = 0; i < n; i++) {
		origin o;
		double exposure;
		origin_at(ws, first + i, &o, &exposure);
		ws->count_identity[i] = o.identity;
		ws->count_position[i] = 0;
	}
	uint64_t x[TOGETHER];
	ws->kernel->uniforms(ws->seed, plim_address_base(PLIM_PURPOSE_COUNT, ws->block), ws->count_identity,
	                     ws->count_position, n, x);
	for (uint32_t i = 0; i < n; i++) {
		origin o;
		double exposure;
		origin_at(ws, first + i, &o, &exposure);
		prepare(ws, &o, exposure, block_mean);
		emit(ws, &o, x[i]);
	}
}

void plim_attempts_generate(plim_workspace *ws)
{
	const plim_plan_threat *t = ws->threat;
	uint32_t count = t->shared ? (uint32_t)t->keys : t->sources;
	double block_mean = 0;
	if (t->ladder < 0 && t->fixed.mode == PLIM_GENERATOR_NONE && !t->custody)
		return;
	if (t->ladder >= 0 && !mean_of_place(ws) && (t->mean.unknown >= 0 || t->intensity.unknown >= 0)) {
		ws->common_mean = common_mean(ws);
		block_mean = largest(ws->common_mean, means_of_block(ws), t->mean_is_geometric_p);
	}
	for (uint32_t first = 0; first < count; first += TOGETHER)
		generate_some(ws, first, count - first < TOGETHER ? count - first : TOGETHER, block_mean);
	flush_attempts(ws);
}

/* Thins shared attempts by their frequency: one uniform for the event, whatever places it will strike. */
static void thin_attempts(plim_workspace *ws, plim_batch *a)
{
	size_t kept = 0;
	ws->kernel->uniforms(ws->seed, plim_address_base(PLIM_PURPOSE_THIN, ws->block), a->identity, a->draw, a->count,
	                     a->x);
	for (size_t i = 0; i < a->count; i++) {
		if (!(plim_uniform_double(a->x[i]) < a->chance[i]))
			continue;
		a->source[kept] = a->source[i];
		a->identity[kept] = a->identity[i];
		a->draw[kept] = a->draw[i];
		a->day[kept] = a->day[i];
		a->trial[kept++] = a->trial[i];
	}
	a->count = kept;
}

static void attempt_days(plim_workspace *ws, plim_batch *a)
{
	ws->kernel->words(ws->seed, plim_address_base(PLIM_PURPOSE_TIME, ws->block), a->identity, a->draw, a->count,
	                  a->word);
	for (size_t i = 0; i < a->count; i++) /* to the first day of its year, which is exact */
		a->day[i] += (double)a->word[i] * (PLIM_YEAR_DAYS / 0x1p32);
}

static bool needs_days(const plim_workspace *ws)
{
	return ws->threat->timed || ws->threat->held || ws->plan->years > 1;
}

/* One attempt at every place of its key. */
static void spread(plim_workspace *ws, const plim_batch *a, size_t i, uint32_t event)
{
	const plim_plan_key *key = &ws->threat->key[a->source[i]];
	plim_batch *b = &ws->batch;
	for (uint32_t p = 0; p < key->count; p++) {
		size_t n = b->count++;
		b->source[n] = key->first + p;
		b->identity[n] = ws->plan->source[key->first + p].identity;
		b->draw[n] = a->draw[i];
		b->trial[n] = a->trial[i];
		b->event[n] = event;
		b->chance[n] = 1;
		b->day[n] = a->day[i];
	}
}

static void spread_attempts(plim_workspace *ws)
{
	plim_batch *a = &ws->attempts, *b = &ws->batch;
	const plim_plan_threat *t = ws->threat;
	if (t->ladder >= 0 || t->thinned_p.unknown >= 0)
		thin_attempts(ws, a);
	if (needs_days(ws))
		attempt_days(ws, a);
	uint32_t event = 0;
	for (size_t i = 0; i < a->count; i++) {
		if (b->count + t->key[a->source[i]].count > b->capacity) {
			plim_strikes_process(ws);
			event = 0;
		}
		spread(ws, a, i, event++);
	}
	plim_strikes_process(ws);
	a->count = 0;
}

/* Hands the attempts gathered so far to the next stage. */
static void flush_attempts(plim_workspace *ws)
{
	place_pending(ws);
	target(ws)->placed = 0; /* the batch is empty when this is over */
	if (target(ws)->count == 0)
		return;
	if (ws->threat->shared) {
		spread_attempts(ws);
	} else {
		if (needs_days(ws))
			attempt_days(ws, &ws->batch);
		plim_strikes_process(ws);
	}
}
