/* SPDX-License-Identifier: Apache-2.0 */
/* The network as a picture of at most 40 boxes: places of one kind and region together, those that lose most one by
 * one. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "report/build.h"
#include "report/escape.h"
#include "report/program.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
#define MOST_BOXES 40 /* that can still be read on a sheet of paper when they stand in one column */
#define KEPT_BOXES 20 /* of a network with more kinds x regions: the rest go together by kind */
#define OPENED 0.01   /* of all losses: places below are not worth a box each, unless there is room for every place */
#define SECONDS 20
#define LARGEST_PICTURE ((size_t)1 << 20)

typedef struct box {
	const char *kind, *region; /* region NULL: several */
	const char *place;         /* id of the only place, or NULL */
	double loss;
	size_t places;
} box;

typedef struct drawing {
	const plim_data_source *source;
	uint32_t scenario;
	double *loss;   /* of each node */
	uint32_t *home; /* box of each node */
	box *box;
	size_t boxes;
	double total;
} drawing;

static const char *or_none(const char *text)
{
	return *text ? text : "(none)";
}

/* ---- losses of nodes ---- */

typedef struct named {
	const char *name;
	uint32_t node;
} named;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const named *)a)->name, ((const named *)b)->name);
}

/* Nodes of the model are sorted by id. */
static bool find_losses(drawing *d)
{
	const plim_model *m = d->source->model;
	const plim_results *r = d->source->results;
	d->loss = plim_mem_alloc(m->nodes + 1, sizeof *d->loss);
	named *list = plim_mem_alloc(m->nodes + 1, sizeof *list);
	if (!d->loss || !list) {
		plim_mem_free(list);
		return false;
	}
	for (uint32_t i = 0; i < m->nodes; i++)
		list[i] = (named){m->node[i].id, i};
	qsort(list, m->nodes, sizeof *list, by_name);
	for (uint32_t g = 0; g < r->groups; g++) {
		if (r->group[g].kind != PLIM_GROUP_NODE)
			continue;
		named key = {r->group[g].name, 0};
		const named *found = bsearch(&key, list, m->nodes, sizeof *list, by_name);
		double mean = plim_lookup_mean(d->source->lookup, d->scenario, g);
		if (found && mean > 0 && isfinite(mean))
			d->loss[found->node] = mean;
	}
	for (size_t i = 0; i < m->nodes; i++)
		d->total += d->loss[i];
	plim_mem_free(list);
	return true;
}

/* ---- boxes ---- */

static int compare_places(const plim_node *x, const plim_node *y)
{
	int kind = strcmp(x->kind, y->kind);
	return kind ? kind : strcmp(x->region, y->region);
}

static int by_place(const void *a, const void *b)
{
	return compare_places(*(const plim_node *const *)a, *(const plim_node *const *)b);
}

static bool same_box(const box *b, const plim_node *node)
{
	return strcmp(b->kind, node->kind) == 0 && strcmp(b->region, node->region) == 0;
}

static int by_loss(const void *a, const void *b)
{
	const box *x = a, *y = b;
	if (x->loss != y->loss)
		return x->loss > y->loss ? -1 : 1;
	int kind = strcmp(x->kind, y->kind);
	return kind ? kind : strcmp(x->region, y->region);
}

/* Kinds x regions, largest loss first. */
static bool gather_boxes(drawing *d)
{
	const plim_model *m = d->source->model;
	const plim_node **node = plim_mem_alloc(m->nodes + 1, sizeof *node);
	d->box = plim_mem_alloc(m->nodes + MOST_BOXES + 1, sizeof *d->box);
	d->home = plim_mem_alloc(m->nodes + 1, sizeof *d->home);
	if (!node || !d->box || !d->home) {
		plim_mem_free(node);
		return false;
	}
	for (size_t i = 0; i < m->nodes; i++)
		node[i] = &m->node[i];
	qsort(node, m->nodes, sizeof *node, by_place);
	for (size_t i = 0; i < m->nodes; i++) {
		if (!i || compare_places(node[i - 1], node[i]) != 0)
			d->box[d->boxes++] = (box){.kind = node[i]->kind, .region = node[i]->region};
		d->box[d->boxes - 1].loss += d->loss[node[i] - m->node];
		d->box[d->boxes - 1].places++;
	}
	plim_mem_free(node);
	qsort(d->box, d->boxes, sizeof *d->box, by_loss);
	return true;
}

/* The box of a kind among those from `first` on; a new one while there is room, then the last. */
static size_t rest_box(drawing *d, size_t first, const char *kind)
{
	size_t b = first;
	while (b < d->boxes && strcmp(d->box[b].kind, kind) != 0)
		b++;
	if (b < d->boxes)
		return b;
	if (d->boxes == MOST_BOXES) {
		d->box[MOST_BOXES - 1].kind = "other places";
		return MOST_BOXES - 1;
	}
	d->box[d->boxes] = (box){.kind = kind};
	return d->boxes++;
}

/* Puts the boxes behind the first KEPT_BOXES together by kind. */
static bool merge_rest(drawing *d)
{
	size_t rest = d->boxes - KEPT_BOXES;
	box *old = plim_mem_alloc(rest, sizeof *old);
	if (!old)
		return false;
	memcpy(old, d->box + KEPT_BOXES, rest * sizeof *old);
	d->boxes = KEPT_BOXES;
	for (size_t i = 0; i < rest; i++) {
		box *into = &d->box[rest_box(d, KEPT_BOXES, old[i].kind)];
		into->loss += old[i].loss;
		into->places += old[i].places;
	}
	plim_mem_free(old);
	return true;
}

/* Which box a node is in, by the first that fits: boxes of one region stand before those of several. */
static void house_nodes(drawing *d)
{
	const plim_model *m = d->source->model;
	for (size_t i = 0; i < m->nodes; i++) {
		size_t b = 0;
		while (b + 1 < d->boxes &&
		       (d->box[b].region ? !same_box(&d->box[b], &m->node[i]) : strcmp(d->box[b].kind, m->node[i].kind) != 0))
			b++;
		d->home[i] = (uint32_t)b;
	}
}

static bool is_opened(const drawing *d, const box *b)
{
	if (!b->region || b->places < 2 || d->boxes + b->places - 1 > MOST_BOXES)
		return false;
	return d->source->model->nodes <= MOST_BOXES || b->loss >= OPENED * d->total;
}

/* Opens boxes, the largest loss first, as long as there is room for their places. */
static void open_boxes(drawing *d)
{
	const plim_model *m = d->source->model;
	size_t closed = d->boxes;
	for (size_t b = 0; b < closed; b++) {
		if (!is_opened(d, &d->box[b]))
			continue;
		bool first = true;
		for (size_t i = 0; i < m->nodes; i++) {
			if (d->home[i] != b)
				continue;
			size_t into = first ? b : d->boxes++; /* the first takes the place of the box */
			first = false;
			d->box[into] = (box){m->node[i].kind, m->node[i].region, m->node[i].id, d->loss[i], 1};
			d->home[i] = (uint32_t)into;
		}
	}
	for (size_t i = 0; i < m->nodes; i++)
		if (d->box[d->home[i]].places == 1)
			d->box[d->home[i]].place = m->node[i].id;
}

/* ---- the picture ---- */

static const struct shade {
	double above; /* share of all nodes' losses */
	const char *fill, *font;
} shades[] = {
    {0.1, "#b30000", "white"}, {0.01, "#fc8d59", "black"}, {0.001, "#fdcc8a", "black"}, {0, "#fef0d9", "black"}};

static void add_box(const drawing *d, size_t b, plim_text *out)
{
	const box *x = &d->box[b];
	const struct shade *shade = NULL;
	for (size_t k = 0; !shade && x->loss > 0 && k < COUNT(shades); k++)
		if (x->loss / d->total >= shades[k].above)
			shade = &shades[k];
	char loss[40], places[40];
	plim_figure_show(loss, x->loss, PLIM_FIGURE_MONEY);
	plim_count_show(places, x->places);
	plim_text_add_format(out, "b%zu [label=\"", b);
	if (x->place) {
		plim_escape_dot(out, x->place);
		plim_text_add(out, "\\n");
	}
	plim_escape_dot(out, or_none(x->kind));
	plim_text_add(out, ", ");
	plim_escape_dot(out, x->region ? or_none(x->region) : "other regions");
	if (!x->place)
		plim_text_add_format(out, "\\n%s places", places);
	plim_text_add_format(out, "\\n%s\", fillcolor=\"%s\", fontcolor=\"%s\"];\n", loss, shade ? shade->fill : "white",
	                     shade ? shade->font : "black");
}

/* One line between two boxes, however many links there are. */
static bool add_lines(const drawing *d, plim_text *out)
{
	const plim_model *m = d->source->model;
	bool *seen = plim_mem_alloc(d->boxes * d->boxes, sizeof *seen);
	if (!seen)
		return false;
	for (size_t i = 0; i < m->links; i++) {
		size_t from = d->home[m->link[i].from], to = d->home[m->link[i].to];
		if (from == to || seen[from * d->boxes + to])
			continue;
		seen[from * d->boxes + to] = true;
		plim_text_add_format(out, "b%zu -> b%zu;\n", from, to);
	}
	plim_mem_free(seen);
	return true;
}

static bool add_dot(const drawing *d, plim_text *out)
{
	plim_text_add(
	    out, "digraph network {\nrankdir=LR; ranksep=0.5; nodesep=0.15; bgcolor=white;\n"
	         "node [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\", fontsize=11, margin=\"0.1,0.05\"];\n"
	         "edge [color=\"#808080\", arrowsize=0.6];\n");
	for (size_t b = 0; b < d->boxes; b++)
		add_box(d, b, out);
	bool good = add_lines(d, out);
	plim_text_add(out, "}\n");
	return good && !out->failed;
}

/* The SVG without what stands before its root element: a name of an external DTD is nothing for a page. */
static const char *root_of(const plim_text *svg)
{
	return svg->data ? strstr(svg->data, "<svg") : NULL;
}

static const plim_table_column box_columns[] = {
    {"kind", "Kind", false},    {"region", "Region", false}, {"place", "Place", false},
    {"places", "Places", true}, {"mean", "Mean", true},
};

static void add_boxes_table(const drawing *d, plim_page *page)
{
	plim_table spare = {0};
	plim_table *table = plim_page_table(page, &spare, box_columns, COUNT(box_columns), "Boxes as figures");
	plim_page_style(page, PLIM_TABLE_BEHIND);
	for (size_t b = 0; b < d->boxes; b++) {
		const box *x = &d->box[b];
		plim_table_text(table, or_none(x->kind));
		plim_table_text(table, x->region ? or_none(x->region) : "(other regions)");
		plim_table_text(table, x->place ? x->place : "");
		plim_table_count(table, x->places);
		plim_table_money(table, x->loss);
	}
}

static void add_picture(const plim_text *dot, plim_page *page)
{
	static const char *const argv[] = {"dot", "-Tsvg", NULL};
	plim_text svg = {0};
	bool drawn = plim_program_filter(argv, dot->data, SECONDS, LARGEST_PICTURE, &svg) && root_of(&svg);
	if (drawn)
		plim_page_picture(page, root_of(&svg),
		                  "Network: boxes are places, lines are flows from left to right; the darker "
		                  "a box, the more is lost there. The table below has the figures.");
	else
		plim_page_paragraph(page,
		                    "The picture is drawn by the program dot of Graphviz, which is not there or failed; the "
		                    "table has what it would show.");
	plim_text_free(&svg);
}

static bool lay_out(drawing *d)
{
	if (!find_losses(d) || !gather_boxes(d))
		return false;
	if (d->boxes > MOST_BOXES && !merge_rest(d))
		return false;
	house_nodes(d);
	open_boxes(d);
	return true;
}

void plim_build_network(const plim_data_source *source, uint32_t scenario, plim_page *page)
{
	const plim_model *m = source->model;
	if (!m || !m->nodes)
		return;
	drawing d = {.source = source, .scenario = scenario};
	plim_text dot = {0};
	bool good = lay_out(&d) && add_dot(&d, &dot);
	if (good) {
		plim_page_heading(page, 2, "Network (%s)", source->results->currency);
		plim_page_paragraph(page,
		                    "%zu nodes and %zu links in %zu boxes: places of one kind and region together, those "
		                    "with the largest losses one by one. Losses are the mean of a trial of what strikes the "
		                    "place itself, scenario %s. The whole network as a drawing: plimsoll network MODEL "
		                    "--all --format dot.",
		                    m->nodes, m->links, d.boxes, source->results->scenario[scenario].id);
		add_picture(&dot, page);
		add_boxes_table(&d, page);
	} else {
		page->failed = true;
	}
	plim_text_free(&dot);
	plim_mem_free(d.loss);
	plim_mem_free(d.home);
	plim_mem_free(d.box);
}
