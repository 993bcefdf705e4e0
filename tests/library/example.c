/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library from C, with public headers only: load a model, run it, keep the results, read them back, print the clauses.
 *
 *     cc example.c $(pkg-config --cflags --libs plimsoll) -o example && ./example model.yaml
 */
#include <plimsoll/plimsoll.h>
#include <stdio.h>
#include <stdlib.h>

static int fail(const char *what, const plim_error *error)
{
	fprintf(stderr, "%s: %s\n", what, error->text);
	return plim_status_exit_code(error->status);
}

static void print_clauses(const plim_results *r)
{
	for (uint32_t s = 0; s < r->scenarios; s++) {
		printf("%s (%s, %llu trials)\n", r->scenario[s].id, r->currency, (unsigned long long)r->trials);
		for (uint32_t g = 0; g < r->groups; g++) {
			const plim_moments_row *m = plim_results_moments(r, s, g, PLIM_MEASURE_AEP);
			const plim_percentile_row *p99 = plim_results_percentile(r, s, g, PLIM_MEASURE_AEP, 0.99);
			if (r->group[g].kind == PLIM_GROUP_CLAUSE && m && p99 && m->mean > 0)
				printf("  %-16s mean %14.2f  P99 %14.2f [%.2f, %.2f]\n", r->group[g].name, m->mean, p99->value, p99->lower,
					   p99->upper);
		}
	}
}

int main(int argc, char **argv)
{
	plim_model *model = NULL;
	plim_results *results = NULL, *again = NULL;
	plim_findings findings = {0};
	plim_error error = {0};
	plim_run_options options = plim_run_options_default();
	const char *out = argc > 2 ? argv[2] : "example.h5";
	int code = EXIT_SUCCESS;
	if (argc < 2) {
		fprintf(stderr, "usage: %s MODEL [RESULTS]\n", argv[0]);
		return EXIT_FAILURE;
	}
	options.trials = 20000;
	if (plim_model_load(argv[1], &model, &findings, &error) != PLIM_OK)
		code = fail(argv[1], &error);
	else if (plim_run(model, &options, &results, &error) != PLIM_OK)
		code = fail("run", &error);
	else if (plim_results_write(results, out, true, &error) != PLIM_OK)
		code = fail(out, &error);
	else if (plim_results_read(out, false, &again, &error) != PLIM_OK)
		code = fail(out, &error);
	else
		print_clauses(again);
	plim_results_free(&again);
	plim_results_free(&results);
	plim_model_free(&model);
	plim_findings_clear(&findings);
	return code;
}
