/* SPDX-License-Identifier: Apache-2.0 */
/* QQ pictures of fits: points, and an SVG of them. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "base/text.h"
#include "cli/fit_print.h"
#include "report/escape.h"

static bool make_one(const plim_fit_threat *t, const plim_fit_severity *s, const char *component, plim_fit_qq *out)
{
	const plim_fit_amount *fit = &s->fit[s->chosen];
	double limit = plim_fit_common_limit(&s->sample);
	double above = exp(plim_fit_log_tail(fit->family, fit->coordinate, fit->origin, limit));
	size_t n = s->sample.values;
	*out = (plim_fit_qq){t->id, component, plim_family_name(fit->family), s->sample.value, NULL, n};
	out->law = plim_mem_alloc(n, sizeof *out->law);
	for (size_t i = 0; out->law && i < n; i++)
		out->law[i] = plim_fit_tail_quantile(fit->family, fit->coordinate, fit->origin,
		                                     above * ((double)(n - i) - 0.5) / (double)n);
	return out->law != NULL;
}

static bool has_picture(const plim_fit_severity *s)
{
	return s->known && s->chosen >= 0 && !isnan(plim_fit_common_limit(&s->sample));
}

plim_fit_qq *plim_fit_qq_make(const plim_fit_report *report, size_t *count)
{
	plim_fit_qq *qq = plim_mem_alloc(2 * report->threats + 1, sizeof *qq);
	bool good = qq != NULL;
	*count = 0;
	for (size_t i = 0; good && i < report->threats; i++) {
		const plim_fit_threat *t = &report->threat[i];
		if (has_picture(&t->loss))
			good = make_one(t, &t->loss, "loss", &qq[(*count)++]);
		if (good && has_picture(&t->outage))
			good = make_one(t, &t->outage, "outage_days", &qq[(*count)++]);
	}
	if (good)
		return qq;
	plim_fit_qq_free(qq, *count);
	return NULL;
}

void plim_fit_qq_free(plim_fit_qq *qq, size_t count)
{
	for (size_t i = 0; qq && i < count; i++)
		plim_mem_free(qq[i].law);
	plim_mem_free(qq);
}

void plim_fit_qq_range(const plim_fit_qq *qq, double *low, double *high)
{
	*low = log10(fmin(qq->seen[0], fmax(qq->law[0], qq->seen[0] / 1e6)));
	*high = log10(fmax(qq->seen[qq->count - 1], qq->law[qq->count - 1]));
	*low -= 0.02 * (*high - *low) + 1e-6;
	*high += 0.02 * (*high - *low) + 1e-6;
}

/* ---- SVG ---- */

#define SIDE 320.0
#define LEFT 90.0
#define TOP 50.0
#define PANEL 440.0

static void put_text(FILE *file, const char *string, bool *good)
{
	plim_text plain = {0};
	plim_escape_plain(&plain, string);
	*good = *good && !plain.failed;
	for (const char *s = plain.data ? plain.data : ""; *s; s++)
		if (*s == '<' || *s == '>' || *s == '&' || *s == '"')
			fprintf(file, "&#%d;", *s);
		else
			fputc(*s, file);
	plim_text_free(&plain);
}

static double at(double value, double low, double high)
{
	return SIDE * fmin(fmax((log10(value) - low) / (high - low), 0), 1);
}

/* Coordinates are whole tenths, so that no locale puts a comma in. */
static void put_number(FILE *file, const char *key, double value)
{
	long tenths = lround(value * 10);
	fprintf(file, " %s=\"%ld.%ld\"", key, tenths / 10, tenths % 10);
}

static void put_axis(FILE *file, double top, double low, double high)
{
	for (int k = (int)ceil(low); k <= (int)floor(high); k++) {
		double x = LEFT + SIDE * (k - low) / (high - low), y = top + SIDE - SIDE * (k - low) / (high - low);
		fputs("<line class=\"g\"", file);
		put_number(file, "x1", x);
		put_number(file, "x2", x);
		put_number(file, "y1", top);
		put_number(file, "y2", top + SIDE);
		fputs("/><line class=\"g\"", file);
		put_number(file, "x1", LEFT);
		put_number(file, "x2", LEFT + SIDE);
		put_number(file, "y1", y);
		put_number(file, "y2", y);
		fputs("/><text text-anchor=\"middle\"", file);
		put_number(file, "x", x);
		put_number(file, "y", top + SIDE + 16);
		fprintf(file, ">1e%d</text><text text-anchor=\"end\"", k);
		put_number(file, "x", LEFT - 6);
		put_number(file, "y", y + 4);
		fprintf(file, ">1e%d</text>\n", k);
	}
}

static void put_panel(FILE *file, const plim_fit_page *page, const plim_fit_qq *qq, double top, bool *good)
{
	double low, high;
	bool loss = strcmp(qq->component, "loss") == 0;
	const char *unit = !loss ? "days" : page->currency ? page->currency : "money";
	plim_fit_qq_range(qq, &low, &high);
	fputs("<text class=\"h\"", file);
	put_number(file, "x", LEFT);
	put_number(file, "y", top - 14);
	fputs(">", file);
	put_text(file, qq->threat, good);
	fprintf(file, ": %s and %s</text>\n", qq->component, qq->family);
	put_axis(file, top, low, high);
	fputs("<line class=\"d\"", file);
	put_number(file, "x1", LEFT);
	put_number(file, "y1", top + SIDE);
	put_number(file, "x2", LEFT + SIDE);
	put_number(file, "y2", top);
	fputs("/>\n", file);
	for (size_t i = 0; i < qq->count; i++) {
		fputs("<circle r=\"2.5\"", file);
		put_number(file, "cx", LEFT + at(qq->law[i], low, high));
		put_number(file, "cy", top + SIDE - at(qq->seen[i], low, high));
		fputs("/>\n", file);
	}
	fputs("<text text-anchor=\"middle\"", file);
	put_number(file, "x", LEFT + SIDE / 2);
	put_number(file, "y", top + SIDE + 34);
	fprintf(file,
	        ">quantile of the law, %s</text><text text-anchor=\"middle\" transform=\"translate(24,%ld) rotate(-90)\""
	        ">seen, %s</text>\n",
	        unit, lround(top + SIDE / 2), unit);
}

bool plim_fit_print_svg(const plim_fit_page *page, FILE *file)
{
	size_t count;
	bool good = true;
	plim_fit_qq *qq = plim_fit_qq_make(page->report, &count);
	if (!qq)
		return false;
	fprintf(file,
	        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"460\" height=\"%ld\" role=\"img\" "
	        "font-family=\"sans-serif\" font-size=\"12\">\n<title>QQ pictures of fits</title>\n<style>"
	        ".g{stroke:#ddd}.d{stroke:#b00;stroke-dasharray:4}.h{font-size:14px;font-weight:bold}"
	        "circle{fill:#036;fill-opacity:.6}</style>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#fff\"/>\n",
	        lround(PANEL * (double)(count ? count : 1)));
	for (size_t i = 0; i < count; i++)
		put_panel(file, page, &qq[i], TOP + PANEL * (double)i, &good);
	fputs("</svg>\n", file);
	plim_fit_qq_free(qq, count);
	return good;
}
