/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>

#include "base/cpu.h"
#include "base/text.h"
#include "cli/cli.h"
#include "engine/kernel.h"
#include "plimsoll/version.h"
#include "report/escape.h"

static const plim_cli_option options[] = {{NULL, 0, NULL, NULL}};

static void line(const char *key, const char *value)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, value ? value : "");
	printf("%s: %s\n", key, plain.data ? plain.data : "");
	plim_text_free(&plain);
}

static void number(const char *key, uint64_t value)
{
	printf("%s: %" PRIu64 "\n", key, value);
}

/* A kernel is usable when it is compiled in and this machine runs it. */
static void print_program(void)
{
	line("version", PLIM_VERSION);
	for (int i = 0; i < PLIM_CPU_COUNT; i++) {
		plim_cpu cpu = (plim_cpu)i;
		printf("kernel %s: %s\n", plim_cpu_name(cpu),
		       plim_kernel_get(cpu) ? "usable"
		       : plim_cpu_has(cpu)  ? "not compiled in"
		                            : "not on this machine");
	}
	line("kernel chosen", plim_cpu_name(plim_kernel_best()->cpu));
}

static void print_scenarios(const plim_results *r)
{
	for (size_t i = 0; i < r->scenarios; i++)
		line("scenario", r->scenario[i].id);
}

static void print_results(const plim_results *r)
{
	char seconds[PLIM_TEXT_DOUBLE_SIZE];
	line("model", r->model_name);
	line("currency", r->currency);
	number("trials", r->trials);
	number("run trials", r->run_trials);
	if (r->worlds > 1)
		number("worlds", r->worlds);
	number("seed", r->seed);
	if (r->until && *r->until) {
		line("until", r->until);
		line("until met", r->until_met ? "yes" : "no");
	}
	number("blocks", r->blocks);
	number("first block", r->first_block);
	number("block trials", r->block_trials);
	number("scenarios", r->scenarios);
	print_scenarios(r);
	number("groups", r->groups);
	number("percentiles", r->percentiles);
	line("model sha256", r->model_sha256);
	line("plan sha256", r->plan_sha256);
	line("result sha256", r->result_sha256);
	line("version", r->provenance.version);
	line("stream", r->provenance.stream);
	line("kernel", r->provenance.kernel);
	number("threads", r->provenance.threads);
	line("created", r->provenance.finished);
	plim_text_digits(seconds, sizeof seconds, r->provenance.seconds, 4);
	line("seconds", seconds);
	line("command", r->provenance.command);
	number("notes", r->note_count);
	for (size_t i = 0; i < r->note_count; i++)
		line("note", r->notes[i]);
}

static plim_status run(const plim_cli_args *args, plim_error *error)
{
	plim_status status = PLIM_OK;
	if (args->operands) {
		plim_results *results = NULL;
		status = plim_results_read(args->operand[0], false, &results, error);
		if (status == PLIM_OK)
			print_results(results);
		plim_results_free(&results);
	} else {
		print_program();
	}
	if (status != PLIM_OK)
		return status;
	plim_cli_output out = {.file = stdout};
	return plim_cli_output_close(&out, status, error);
}

const plim_cli_command plim_cmd_info = {
    .name = "info",
    .summary = "Say what a results file holds, or what this program can do",
    .operands = "[FILE]",
    .least = 0,
    .most = 1,
    .option = options,
    .text = "With FILE, prints `key: value` lines: trials, blocks, seed, scenarios, digests, provenance.\n"
            "Without, the version and the kernels (one for each instruction set) of this program.\n",
    .example = "  plimsoll info first.h5\n  plimsoll info\n",
    .run = run,
};
