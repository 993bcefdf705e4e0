/* SPDX-License-Identifier: Apache-2.0 */
#include "report/program.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

/* The input as a file that is already gone from its folder: the program may read it as slowly as it likes, and no pipe
 * can fill up or break. */
static FILE *input_file(const char *input)
{
	FILE *file = tmpfile();
	if (!file)
		return NULL;
	if (fputs(input, file) < 0 || fflush(file) || lseek(fileno(file), 0, SEEK_SET)) {
		fclose(file);
		return NULL;
	}
	return file;
}

static bool start(const char *const *argv, int input, int output, pid_t *child)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attributes;
	sigset_t none, usual;
	sigemptyset(&none);
	sigemptyset(&usual);
	sigaddset(&usual, SIGINT); /* what the command line catches is not the program's business */
	sigaddset(&usual, SIGTERM);
	sigaddset(&usual, SIGPIPE);
	if (posix_spawn_file_actions_init(&actions))
		return false;
	if (posix_spawnattr_init(&attributes)) {
		posix_spawn_file_actions_destroy(&actions);
		return false;
	}
	bool good = !posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO) &&
	            !posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO) &&
	            !posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0) &&
	            !posix_spawnattr_setsigmask(&attributes, &none) &&
	            !posix_spawnattr_setsigdefault(&attributes, &usual) &&
	            !posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
	good = good && posix_spawnp(child, argv[0], &actions, &attributes, (char *const *)argv, environ) == 0;
	posix_spawn_file_actions_destroy(&actions);
	posix_spawnattr_destroy(&attributes);
	return good;
}

static int64_t now(void)
{
	struct timespec time;
	clock_gettime(CLOCK_MONOTONIC, &time);
	return (int64_t)time.tv_sec * 1000 + time.tv_nsec / 1000000;
}

/* Reads to the end. False when time or space runs out. */
static bool collect(int from, int seconds, size_t most, plim_text *output)
{
	int64_t end = now() + (int64_t)seconds * 1000;
	for (;;) {
		int64_t left = end - now();
		struct pollfd wait = {.fd = from, .events = POLLIN};
		int ready = left > 0 ? poll(&wait, 1, (int)left) : 0;
		if (ready < 0 && errno == EINTR)
			continue;
		if (ready <= 0)
			return false;
		char part[65536];
		ssize_t got = read(from, part, sizeof part);
		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0)
			return got == 0;
		if (output->length + (size_t)got > most)
			return false;
		plim_text_add_n(output, part, (size_t)got);
	}
}

static bool wait_for(pid_t child, bool end_it)
{
	int status;
	if (end_it)
		kill(child, SIGKILL);
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return false;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

bool plim_program_filter(const char *const *argv, const char *input, int seconds, size_t most, plim_text *output)
{
	int ends[2];
	pid_t child;
	FILE *file = input_file(input);
	if (!file)
		return false;
	if (pipe2(ends, O_CLOEXEC)) {
		fclose(file);
		return false;
	}
	bool started = start(argv, fileno(file), ends[1], &child);
	close(ends[1]);
	fclose(file);
	bool good = started && collect(ends[0], seconds, most, output);
	close(ends[0]);
	if (started)
		good = wait_for(child, !good) && good;
	return good && !output->failed;
}
