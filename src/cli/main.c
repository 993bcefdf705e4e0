/* SPDX-License-Identifier: Apache-2.0 */
#include <gsl/gsl_errno.h>
#include <hdf5.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"
#include "cli/cli.h"
#include "cli/signals.h"
#include "plimsoll/version.h"
#include "run/comm.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

static const plim_cli_command *const commands[] = {
    &plim_cmd_init,    &plim_cmd_check,  &plim_cmd_run,     &plim_cmd_batch,   &plim_cmd_merge,    &plim_cmd_verify,
    &plim_cmd_report,  &plim_cmd_network, &plim_cmd_compare, &plim_cmd_optimize, &plim_cmd_avoided, &plim_cmd_sensitivity,
    &plim_cmd_exact,   &plim_cmd_fit,    &plim_cmd_monitor, &plim_cmd_import,  &plim_cmd_info};

static void print_usage(FILE *file)
{
	fputs("usage: plimsoll COMMAND [OPTIONS] [OPERANDS]\n\n"
	      "Monte Carlo for supply-chain security risk.\n\ncommands:\n",
	      file);
	for (size_t i = 0; i < COUNT(commands); i++)
		fprintf(file, "  %-11s %s\n", commands[i]->name, commands[i]->summary);
	fputs("\nplimsoll COMMAND --help  explains a command, with an example\n"
	      "plimsoll --version       prints the version\n\n"
	      "example:\n  plimsoll init first.yaml && plimsoll run first.yaml -n 100k -o first.h5 && plimsoll report "
	      "first.h5\n\n"
	      "exit codes: 0 done, 1 usage, 2 model not valid, 3 input or output failed, 4 interrupted,\n"
	      "            5 shards inconsistent, 6 a check that was asked for did not hold, 70 internal error\n",
	      file);
}

/* The column in which the texts of the options begin, and the one before which lines end. */
#define TEXT_COLUMN 24
#define LAST_COLUMN 112

static void print_option(char letter, const char *name, const char *argument, const char *help)
{
	char head[64];
	if (letter)
		snprintf(head, sizeof head, "-%c, --%s%s%s", letter, name, argument ? " " : "", argument ? argument : "");
	else
		snprintf(head, sizeof head, "    --%s%s%s", name, argument ? " " : "", argument ? argument : "");
	printf("  %-*s ", TEXT_COLUMN, head);
	const size_t width = LAST_COLUMN - TEXT_COLUMN - 3;
	while (strlen(help) > width) {
		size_t cut = width;
		while (cut > 1 && help[cut] != ' ')
			cut--;
		printf("%.*s\n%*s", (int)cut, help, TEXT_COLUMN + 3, "");
		help += cut + (help[cut] == ' ');
	}
	printf("%s\n", help);
}

void plim_cli_help(const plim_cli_command *command)
{
	printf("usage: plimsoll %s [OPTIONS]%s%s\n\n%s\n\n%s\noptions:\n", command->name, *command->operands ? " " : "",
	       command->operands, command->summary, command->text);
	for (const plim_cli_option *o = command->option; o->name; o++)
		print_option(o->letter, o->name, o->argument, o->help);
	print_option('h', "help", NULL, "print this help");
	printf("\nexample:\n%s", command->example);
}

static const plim_cli_command *find(const char *name)
{
	for (size_t i = 0; i < COUNT(commands); i++)
		if (strcmp(commands[i]->name, name) == 0)
			return commands[i];
	return NULL;
}

static plim_status unknown_command(const char *name, plim_error *error)
{
	const char *known[COUNT(commands) + 4] = {"help", "--help", "--version"};
	for (size_t i = 0; i < COUNT(commands); i++)
		known[i + 3] = commands[i]->name;
	const char *near = plim_cli_nearest(name, known);
	if (near)
		return plim_error_set(error, PLIM_ERROR_USAGE, "there is no command '%s'; did you mean '%s'?", name, near);
	return plim_error_set(error, PLIM_ERROR_USAGE, "there is no command '%s'; plimsoll --help lists them", name);
}

/* stdout is checked at the end: a help text into a full disk is a failure too. */
static plim_status end_output(plim_status status, plim_error *error)
{
	plim_cli_output out = {.file = stdout};
	return plim_cli_output_close(&out, status, error);
}

/* Of several processes that were started to be one the first says it, before a launcher ends it for what others return. */
static void say_once(plim_error *error)
{
	plim_comm *comm = NULL;
	plim_error none;
	if (plim_comm_begin(NULL, NULL, &comm, &none) != PLIM_OK || !comm)
		return; /* said as ever */
	if (plim_comm_rank(comm) == 0)
		plim_cli_error(error);
	*error->text = '\0';
	plim_comm_end(&comm);
}

static plim_status run_command(const plim_cli_command *command, int argc, char **argv, plim_error *error)
{
	plim_cli_args args;
	plim_status status = plim_cli_parse(command, argc, argv, 2, &args, error);
	if (status == PLIM_OK && args.help) {
		plim_cli_args_clear(&args);
		plim_cli_help(command);
		return end_output(PLIM_OK, error);
	}
	if (status != PLIM_OK && command->together)
		say_once(error);
	if (status == PLIM_OK && !command->together)
		status = plim_cli_keep_inputs(&args, error);
	if (status == PLIM_OK)
		status = command->run(&args, error);
	plim_cli_args_clear(&args);
	return status;
}

static plim_status dispatch(int argc, char **argv, plim_error *error)
{
	const char *name = argc > 1 ? argv[1] : "";
	if (argc < 2) {
		print_usage(stderr);
		return plim_error_set(error, PLIM_ERROR_USAGE, "a command is needed");
	}
	if (strcmp(name, "--version") == 0 || strcmp(name, "-V") == 0) {
		printf("plimsoll %s\n", PLIM_VERSION);
		return end_output(PLIM_OK, error);
	}
	if (strcmp(name, "--help") == 0 || strcmp(name, "-h") == 0 || strcmp(name, "help") == 0) {
		const plim_cli_command *about = argc > 2 ? find(argv[2]) : NULL;
		if (argc > 2 && !about)
			return unknown_command(argv[2], error);
		if (about)
			plim_cli_help(about);
		else
			print_usage(stdout);
		return end_output(PLIM_OK, error);
	}
	const plim_cli_command *command = find(name);
	return command ? run_command(command, argc, argv, error) : unknown_command(name, error);
}

/* Buffers of some megabytes come and go many times in a run; given back to the system each time, each page of them would
 * cost a fault again. */
static void keep_memory(void)
{
#ifdef __GLIBC__
	(void)mallopt(M_MMAP_THRESHOLD, 8 << 20);
	(void)mallopt(M_TRIM_THRESHOLD, 64 << 20);
#endif
}

int main(int argc, char **argv)
{
	plim_error error = {0};
	keep_memory();
	plim_signals_begin();
	gsl_set_error_handler_off();
	H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
	plim_status status = dispatch(argc, argv, &error);
	if (status != PLIM_OK && *error.text)
		plim_cli_error(&error);
	/* A file that could not be written (full disk) stays half-open inside HDF5, whose handler at exit crashes on it:
	 * leave without the handlers. All output was flushed, or has failed. */
	if (status == PLIM_ERROR_IO)
		_exit(plim_status_exit_code(status));
	return plim_status_exit_code(status);
}
