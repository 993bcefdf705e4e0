/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Commands, their options, and the help made of both: a thin layer over getopt_long.
 *
 * Options and operands come in any order; "--" ends the options. An unknown option suggests the nearest.
 */
#ifndef PLIM_CLI_OPTIONS_H
#define PLIM_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "plimsoll/status.h"

typedef struct plim_cli_option {
	const char *name;     /* long name; NULL ends a list */
	char letter;          /* short name, 0 when there is none */
	const char *argument; /* what it takes, as the help names it; NULL: a flag */
	const char *help;
} plim_cli_option;

typedef struct plim_cli_args plim_cli_args;

typedef struct plim_cli_command {
	const char *name, *summary;
	const char *operands; /* as the help names them: "MODEL" */
	size_t least, most;   /* operands */
	const plim_cli_option *option;
	const char *text;    /* what it does, for its help */
	const char *example; /* lines, each a command */
	plim_status (*run)(const plim_cli_args *args, plim_error *error);
	bool together; /* several processes may run it as one: it looks after its inputs itself, so that one error is said once */
} plim_cli_command;

#define PLIM_CLI_MOST_OPTIONS 24
#define PLIM_CLI_ANY_OPERANDS SIZE_MAX /* `most` of a command that takes as many as there are */

struct plim_cli_args {
	const plim_cli_command *command;
	const char
	    *value[PLIM_CLI_MOST_OPTIONS]; /* of each option, NULL when not given, "" for a flag; the last one counts */
	const char **operand; /* released by plim_cli_args_clear */
	size_t operands;
	bool help; /* --help was asked for: nothing else was checked */
	int argc;  /* the command line as it came, for the provenance */
	char **argv;
};

/** Parses argv[first ...]. PLIM_ERROR_USAGE with the nearest known option, or what is missing or too much. Clear the
 *  arguments in any case. */
plim_status plim_cli_parse(const plim_cli_command *command, int argc, char **argv, int first, plim_cli_args *args,
                           plim_error *error);

void plim_cli_args_clear(plim_cli_args *args);

/** The value of an option by its name, NULL when it was not given. */
const char *plim_cli_value(const plim_cli_args *args, const char *name);

/** The name in `names` (NULL-terminated) nearest to `given`, NULL when none is near. */
const char *plim_cli_nearest(const char *given, const char *const *names);

/* Numbers on the command line. Each is a usage error that says what was expected; `option` is named in the message. */

/** A count with k, M, G or an exponent, and _ between digits: 1000, 1_000, 1k, 1.5M, 1e6; `least` to `most`. */
plim_status plim_cli_count(const char *option, const char *text, uint64_t least, uint64_t most, uint64_t *value,
                           plim_error *error);

/** The option `threads`, if it is given, into *threads; from then on no part of the program uses more. */
plim_status plim_cli_threads(const plim_cli_args *args, uint32_t *threads, plim_error *error);

/** Bytes with K, M, G, T (powers of 1024): 4G, 512M. */
plim_status plim_cli_bytes(const char *option, const char *text, uint64_t *value, plim_error *error);

/** Any 64-bit whole number. */
plim_status plim_cli_seed(const char *option, const char *text, uint64_t *value, plim_error *error);

/** A time with s, min or h, or in seconds: 60s, 5min, 1.5h, 90; above 0. */
plim_status plim_cli_duration(const char *option, const char *text, double *seconds, plim_error *error);

/** "K/N": part K of N, K from 0. */
plim_status plim_cli_part(const char *option, const char *text, uint64_t *part, uint64_t *parts, plim_error *error);

/** "A:B": from A up to, but not including, B. */
plim_status plim_cli_range(const char *option, const char *text, uint64_t *first, uint64_t *count, plim_error *error);

#endif
