/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <getopt.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"
#include "plimsoll/run.h"

/* Codes for long options; those of short ones are letters. */
#define FIRST_CODE 1000

#define NEAR 2

const char *plim_cli_nearest(const char *given, const char *const *names)
{
	const char *best = NULL;
	int least = NEAR + 1;
	for (size_t i = 0; names[i]; i++) {
		int distance = plim_text_distance(given, names[i], NEAR);
		if (distance < least && (size_t)distance < strlen(names[i])) {
			least = distance;
			best = names[i];
		}
	}
	/* "repo" or "percent" is nearer to its longer form than the distance says */
	for (size_t i = 0; !best && names[i]; i++)
		if (strlen(given) >= 2 && strncmp(given, names[i], strlen(given)) == 0)
			best = names[i];
	return best;
}

static size_t count_options(const plim_cli_command *command)
{
	size_t count = 0;
	while (command->option[count].name)
		count++;
	return count;
}

static plim_status unknown_option(const plim_cli_command *command, const char *given, plim_error *error)
{
	const char *names[PLIM_CLI_MOST_OPTIONS + 2] = {"help"};
	size_t count = count_options(command);
	for (size_t i = 0; i < count; i++)
		names[i + 1] = command->option[i].name;
	char bare[64];
	snprintf(bare, sizeof bare, "%.*s", (int)strcspn(given + strspn(given, "-"), "="), given + strspn(given, "-"));
	const char *near = strncmp(given, "--", 2) == 0 ? plim_cli_nearest(bare, names) : NULL;
	if (near)
		return plim_error_set(error, PLIM_ERROR_USAGE, "%s has no option '%s'; did you mean '--%s'?", command->name,
		                      given, near);
	return plim_error_set(error, PLIM_ERROR_USAGE, "%s has no option '%s'; see plimsoll %s --help", command->name,
	                      given, command->name);
}

/* What getopt_long needs. The leading '-' hands operands over in place, whatever POSIXLY_CORRECT says; ':' keeps it
 * quiet. */
static void describe(const plim_cli_command *command, struct option *longs, char *shorts)
{
	size_t count = count_options(command);
	*shorts++ = '-';
	*shorts++ = ':';
	*shorts++ = 'h';
	longs[0] = (struct option){"help", no_argument, NULL, 'h'};
	for (size_t i = 0; i < count; i++) {
		const plim_cli_option *o = &command->option[i];
		longs[i + 1] =
		    (struct option){o->name, o->argument ? required_argument : no_argument, NULL, FIRST_CODE + (int)i};
		if (o->letter) {
			*shorts++ = o->letter;
			if (o->argument)
				*shorts++ = ':';
		}
	}
	*shorts = '\0';
}

static plim_status add_operand(plim_cli_args *args, const char *text, plim_error *error)
{
	if (args->operands == args->command->most)
		return plim_error_set(error, PLIM_ERROR_USAGE, "'%s' is one operand too many; usage: plimsoll %s [OPTIONS] %s",
		                      text, args->command->name, args->command->operands);
	args->operand[args->operands++] = text;
	return PLIM_OK;
}

static plim_status missing_argument(const plim_cli_args *args, const char *given, plim_error *error)
{
	const char *wanted = "a value";
	for (const plim_cli_option *o = args->command->option; o->name; o++) {
		bool same = given[1] == '-' ? strcmp(given + 2, o->name) == 0 : given[1] == o->letter;
		if (same && o->argument)
			wanted = o->argument;
	}
	return plim_error_set(error, PLIM_ERROR_USAGE, "option '%s' needs %s", given, wanted);
}

/* The option of a code that getopt_long returned, -1 if it is none. */
static int option_of(const plim_cli_command *command, int code)
{
	if (code >= FIRST_CODE)
		return code - FIRST_CODE;
	for (size_t i = 0; command->option[i].name; i++)
		if (code && command->option[i].letter == code)
			return (int)i;
	return -1;
}

/* One step of the walk through argv. */
static plim_status take(plim_cli_args *args, int code, const char *given, plim_error *error)
{
	if (code == 1)
		return add_operand(args, optarg, error);
	if (code == ':')
		return missing_argument(args, given, error);
	if (code == 'h') {
		args->help = true;
		return PLIM_OK;
	}
	int i = code == '?' ? -1 : option_of(args->command, code);
	if (i < 0 && code == '?' && optopt >= FIRST_CODE)
		return plim_error_set(error, PLIM_ERROR_USAGE, "option '--%s' takes no value",
		                      args->command->option[optopt - FIRST_CODE].name);
	if (i < 0)
		return unknown_option(args->command, given, error);
	args->value[i] = optarg ? optarg : "";
	return PLIM_OK;
}

plim_status plim_cli_parse(const plim_cli_command *command, int argc, char **argv, int first, plim_cli_args *args,
                           plim_error *error)
{
	struct option longs[PLIM_CLI_MOST_OPTIONS + 2] = {{0}};
	char shorts[2 * PLIM_CLI_MOST_OPTIONS + 8];
	describe(command, longs, shorts);
	*args = (plim_cli_args){.command = command, .argc = argc, .argv = argv};
	args->operand = plim_mem_alloc((size_t)argc, sizeof *args->operand);
	plim_status status = args->operand ? PLIM_OK : plim_error_memory(error, "the command line");
	optind = first;
	opterr = 0;
	while (status == PLIM_OK && !args->help && optind < argc) {
		const char *given = argv[optind];
		int code = getopt_long(argc, argv, shorts, longs, NULL);
		if (code == -1)
			break;
		status = take(args, code, given, error);
	}
	while (status == PLIM_OK && !args->help && optind < argc)
		status = add_operand(args, argv[optind++], error);
	if (status == PLIM_OK && !args->help && args->operands < command->least)
		status = plim_error_set(error, PLIM_ERROR_USAGE, "%s needs %s; usage: plimsoll %s [OPTIONS] %s", command->name,
		                        command->operands, command->name, command->operands);
	return status;
}

void plim_cli_args_clear(plim_cli_args *args)
{
	plim_mem_free(args->operand);
	args->operand = NULL;
}

const char *plim_cli_value(const plim_cli_args *args, const char *name)
{
	for (size_t i = 0; args->command->option[i].name; i++)
		if (strcmp(args->command->option[i].name, name) == 0)
			return args->value[i];
	return NULL;
}

#define NUMBER_SIZE 64

/* Copies `text` without the _ that stand between digits; false when one stands elsewhere or there is no room. */
static bool without_underscores(const char *text, char out[static NUMBER_SIZE])
{
	size_t length = 0;
	for (const char *s = text; *s; s++) {
		if (*s != '_') {
			if (length + 1 == NUMBER_SIZE)
				return false;
			out[length++] = *s;
		} else if (s == text || !strchr("0123456789", s[-1]) || !s[1] || !strchr("0123456789", s[1])) {
			return false;
		}
	}
	out[length] = '\0';
	return length > 0;
}

/* A number and one letter of `letters` (each `step` times the one before), as a whole number below 2^53. */
static bool scaled(const char *text, const char *letters, double step, uint64_t *value)
{
	char bare[NUMBER_SIZE];
	double scale = 1, number;
	if (!without_underscores(text, bare))
		return false;
	size_t length = strlen(bare);
	const char *letter = strchr(letters, bare[length - 1]);
	if (letter) {
		scale = pow(step, (double)(letter - letters) + 1);
		bare[length - 1] = '\0';
	}
	if (!plim_text_parse_double(bare, &number))
		return false;
	number *= scale;
	if (!(number >= 0) || number > 9007199254740992.0 || number != floor(number))
		return false;
	*value = (uint64_t)number;
	return true;
}

plim_status plim_cli_count(const char *option, const char *text, uint64_t least, uint64_t most, uint64_t *value,
                           plim_error *error)
{
	uint64_t found = 0;
	bool good = scaled(text, "kMGT", 1000, &found);
	if (!good || found < least || found > most)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%s: '%s' is not a whole number from %llu to %llu (such as 20, 1_000, 100k, 1M or 1e6)",
		                      option, text, (unsigned long long)least, (unsigned long long)most);
	*value = found;
	return PLIM_OK;
}

plim_status plim_cli_threads(const plim_cli_args *args, uint32_t *threads, plim_error *error)
{
	const char *text = plim_cli_value(args, "threads");
	uint64_t count = 0;
	if (!text)
		return PLIM_OK;
	const plim_status status = plim_cli_count("--threads", text, 1, PLIM_RUN_MOST_THREADS, &count, error);
	if (status != PLIM_OK)
		return status;
	*threads = (uint32_t)count;
	omp_set_num_threads((int)count); /* what is not told how many: compiling networks */
	return PLIM_OK;
}

plim_status plim_cli_bytes(const char *option, const char *text, uint64_t *value, plim_error *error)
{
	uint64_t found = 0;
	if (!scaled(text, "KMGT", 1024, &found) || found == 0)
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%s: '%s' is not an amount of memory (such as 512M or 4G, above 0)", option, text);
	*value = found;
	return PLIM_OK;
}

plim_status plim_cli_duration(const char *option, const char *text, double *seconds, plim_error *error)
{
	static const struct {
		const char *name;
		double seconds;
	} unit[] = {{"min", 60}, {"s", 1}, {"h", 3600}, {"", 1}};
	size_t length = strlen(text);
	for (size_t i = 0; i < sizeof unit / sizeof *unit; i++) {
		size_t tail = strlen(unit[i].name);
		char bare[NUMBER_SIZE];
		double number;
		if (length < tail || length - tail >= sizeof bare || strcmp(text + length - tail, unit[i].name) != 0)
			continue;
		snprintf(bare, sizeof bare, "%.*s", (int)(length - tail), text);
		if (!plim_text_parse_double(bare, &number) || !(number > 0) || !(number * unit[i].seconds <= 1e9))
			continue;
		*seconds = number * unit[i].seconds;
		return PLIM_OK;
	}
	return plim_error_set(error, PLIM_ERROR_USAGE, "%s: '%s' is not a time above 0 (such as 60s, 5min or 2h)", option,
	                      text);
}

plim_status plim_cli_seed(const char *option, const char *text, uint64_t *value, plim_error *error)
{
	uint64_t found = 0;
	if (!plim_text_parse_u64(text, &found))
		return plim_error_set(error, PLIM_ERROR_USAGE, "%s: '%s' is not a whole number from 0 to 18446744073709551615",
		                      option, text);
	*value = found;
	return PLIM_OK;
}

/* Two whole numbers with `between` between them. */
static bool two_numbers(const char *text, char between, uint64_t *a, uint64_t *b)
{
	char from[NUMBER_SIZE];
	const char *at = strchr(text, between);
	if (!at || at - text >= NUMBER_SIZE)
		return false;
	snprintf(from, sizeof from, "%.*s", (int)(at - text), text);
	return plim_text_parse_u64(from, a) && plim_text_parse_u64(at + 1, b) && *a < *b;
}

plim_status plim_cli_part(const char *option, const char *text, uint64_t *part, uint64_t *parts, plim_error *error)
{
	uint64_t a = 0, b = 0;
	if (!two_numbers(text, '/', &a, &b))
		return plim_error_set(error, PLIM_ERROR_USAGE,
		                      "%s: '%s' is not K/N, part K of N with K from 0 to N - 1 (such as 0/8, the first of eight)", option,
		                      text);
	*part = a;
	*parts = b;
	return PLIM_OK;
}

plim_status plim_cli_range(const char *option, const char *text, uint64_t *first, uint64_t *count, plim_error *error)
{
	uint64_t a = 0, b = 0;
	if (!two_numbers(text, ':', &a, &b))
		return plim_error_set(
		    error, PLIM_ERROR_USAGE,
		    "%s: '%s' is not a range A:B of blocks with A below B (from A up to, but not including, B)", option, text);
	*first = a;
	*count = b - a;
	return PLIM_OK;
}
