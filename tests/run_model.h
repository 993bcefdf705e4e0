/* SPDX-License-Identifier: Apache-2.0 */
/* Running a model in one line, from a file or from text, for test programs. A failure ends the program: it is the test's own fault. */
#ifndef PLIM_TESTS_RUN_MODEL_H
#define PLIM_TESTS_RUN_MODEL_H

#include <plimsoll/plimsoll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct run_of {
	uint64_t trials, seed;
	uint32_t threads;
	const char *cpu, *scenario;
	uint64_t first_block, blocks;
	uint32_t worlds;
} run_of;

static inline void run_die(const plim_findings *findings, const plim_error *error, const char *text)
{
	for (size_t i = 0; i < findings->count; i++)
		fprintf(stderr, "%d:%d %s\n", findings->item[i].line, findings->item[i].col, findings->item[i].text);
	fprintf(stderr, "cannot run: %s\n%s\n", error->text, text);
	exit(EXIT_FAILURE);
}

static inline plim_results *run_loaded(plim_model *model, const run_of *what, const char *text)
{
	plim_findings none = {0};
	plim_error error = {0};
	plim_results *results = NULL;
	plim_run_options options = plim_run_options_default();
	options.trials = what->trials;
	options.seed = what->seed;
	options.threads = what->threads;
	options.cpu = what->cpu;
	options.scenario = what->scenario;
	options.first_block = what->first_block;
	options.blocks = what->blocks;
	options.worlds = what->worlds;
	if (plim_run(model, &options, &results, &error) != PLIM_OK)
		run_die(&none, &error, text);
	plim_model_free(&model);
	return results;
}

/* A model given as text. */
static inline plim_model *run_parse(const char *text)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	if (plim_model_parse(text, strlen(text), NULL, &model, &findings, &error) != PLIM_OK)
		run_die(&findings, &error, text);
	plim_findings_clear(&findings);
	return model;
}

/* The results of a model given as text. */
static inline plim_results *run_text(const char *text, const run_of *what)
{
	return run_loaded(run_parse(text), what, text);
}

/* The results of a model file. */
static inline plim_results *run_file(const char *path, const run_of *what)
{
	plim_model *model = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	if (plim_model_load(path, &model, &findings, &error) != PLIM_OK)
		run_die(&findings, &error, path);
	plim_findings_clear(&findings);
	return run_loaded(model, what, path);
}

#endif
