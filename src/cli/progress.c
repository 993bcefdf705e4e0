/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/progress.h"

#include <stdio.h>
#include <unistd.h>

#include "base/text.h"
#include "report/table.h"

#define BAR 24
#define SECONDS_A_LINE 10

plim_progress plim_progress_begin(void)
{
	return (plim_progress){.terminal = isatty(STDERR_FILENO) != 0};
}

/* "3.2 M" trials a second, "1 h 02 min": short, for reading in passing. */
static void show_rate(char *out, size_t size, double rate)
{
	static const char *const unit[] = {"", " k", " M", " G"};
	size_t i = 0;
	for (; rate >= 1000 && i < 3; i++)
		rate /= 1000;
	char digits[PLIM_TEXT_DOUBLE_SIZE];
	plim_text_digits(digits, sizeof digits, rate, 3);
	snprintf(out, size, "%s%s", digits, unit[i]);
}

static void show_time(char *out, size_t size, double seconds)
{
	unsigned long s = (unsigned long)(seconds + 0.5);
	if (s < 60)
		snprintf(out, size, "%lu s", s);
	else if (s < 3600)
		snprintf(out, size, "%lu min %02lu s", s / 60, s % 60);
	else
		snprintf(out, size, "%lu h %02lu min", s / 3600, s / 60 % 60);
}

static void show_line(const plim_run_progress *p, char *out, size_t size)
{
	char done[40], all[40], speed[48], left[48] = "?";
	plim_count_show(done, p->trials_done);
	plim_count_show(all, p->trials);
	double rate = p->seconds > 0 ? (double)p->trials_done / p->seconds : 0;
	show_rate(speed, sizeof speed, rate);
	if (rate > 0)
		show_time(left, sizeof left, (double)(p->trials - p->trials_done) / rate);
	snprintf(out, size, "%s of %s trials, %s trials/s, %s left", done, all, speed, left);
}

/* A search knows of some of its steps how much there is to do. */
static void show_search(const plim_watch *w, char *out, size_t size)
{
	char done[40], all[40], speed[48], time[48] = "?";
	const double sets = w->sets < (double)w->all ? w->sets : (double)w->all;
	plim_count_show(done, (uint64_t)w->sets);
	show_rate(speed, sizeof speed, w->seconds > 0 ? w->trials / w->seconds : 0);
	if (!w->all) {
		show_time(time, sizeof time, w->seconds);
		snprintf(out, size, "%s: %s sets of controls, %s trials/s, %s so far", w->step, done, speed, time);
		return;
	}
	plim_count_show(all, w->all);
	if (sets > 0)
		show_time(time, sizeof time, ((double)w->all / sets - 1) * w->in_step);
	snprintf(out, size, "%s: %s of %s sets of controls, %s trials/s, %s left", w->step, done, all, speed, time);
}

static bool is_due(plim_progress *progress, double seconds)
{
	if (!progress->terminal && seconds - progress->last < SECONDS_A_LINE)
		return false;
	progress->last = seconds;
	progress->shown = true;
	return true;
}

/* The terminal is told not to wrap a line that is too long for it: what has wrapped cannot be written over. */
static void put(const plim_progress *progress, double share, const char *line)
{
	char bar[BAR + 1];
	if (!progress->terminal) {
		fprintf(stderr, "%s\n", line);
		return;
	}
	for (size_t i = 0; i < BAR; i++)
		bar[i] = (double)(i + 1) <= share * BAR ? '#' : '.';
	bar[BAR] = '\0';
	fprintf(stderr, "\r\x1b[?7l[%s] %s\x1b[K\x1b[?7h", bar, line);
	fflush(stderr);
}

void plim_progress_show(const plim_run_progress *p, void *data)
{
	plim_progress *progress = data;
	char line[256];
	if (!is_due(progress, p->seconds))
		return;
	show_line(p, line, sizeof line);
	put(progress, p->trials ? (double)p->trials_done / (double)p->trials : 0, line);
}

void plim_progress_show_search(const plim_watch *w, void *data)
{
	plim_progress *progress = data;
	char line[256];
	if (!is_due(progress, w->seconds))
		return;
	show_search(w, line, sizeof line);
	put(progress, w->all ? w->sets / (double)w->all : 0, line);
}

void plim_progress_end(plim_progress *progress)
{
	if (progress->terminal && progress->shown)
		fputs("\r\x1b[K", stderr);
	progress->shown = false;
}
