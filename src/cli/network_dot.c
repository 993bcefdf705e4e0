/* SPDX-License-Identifier: Apache-2.0 */
/* Graphviz: nodes are n0, n1, ... by their index; text of the model stands in quoted labels only. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "cli/network_print.h"
#include "report/escape.h"
#include "report/table.h"

/* Classes by share of the expected loss of all places. */
static const struct loss_class {
	double above;
	const char *name, *fill, *font, *line;
} classes[] = {
    {0.1, "10% or more", "#d7301f", "white", "#d7301f"},  {0.01, "1% to 10%", "#fc8d59", "black", "#fc8d59"},
    {0.001, "0.1% to 1%", "#fdcc8a", "black", "#e0a050"}, {0, "below 0.1%", "#fef0d9", "black", "#a0a0a0"},
    {-1, "no loss", "white", "black", "#a0a0a0"},
};

#define CLASSES (sizeof classes / sizeof *classes)

static const struct loss_class *class_of(double loss, double all)
{
	size_t k = 0;
	if (!(loss > 0))
		return &classes[CLASSES - 1];
	double share = isinf(loss) ? 1 : loss / all;
	while (k < CLASSES - 2 && share < classes[k].above)
		k++;
	return &classes[k];
}

static void add_figure(plim_text *out, double value, plim_figure figure)
{
	char shown[40];
	plim_figure_show(shown, value, figure);
	plim_text_add(out, shown);
}

static void add_node(const plim_network_page *page, const plim_network_row *row, plim_text *out)
{
	const struct loss_class *class = class_of(row->expected_loss, page->view->expected_loss);
	plim_text_add_format(out, "\tn%u [label=\"", row->place);
	plim_escape_dot(out, page->model->node[row->place].id);
	plim_text_add(out, "\\nTTS ");
	add_figure(out, row->time_to_survive, PLIM_FIGURE_PLAIN);
	plim_text_add(out, " days\\nloss ");
	add_figure(out, row->expected_loss, PLIM_FIGURE_MONEY);
	plim_text_add_format(out, " a year\", fillcolor=\"%s\", fontcolor=\"%s\"%s];\n", class->fill, class->font,
	                     row->single_point ? ", peripheries=2" : "");
}

/* `row` is the link's, or NULL without --links. */
static void add_link(const plim_network_page *page, const plim_link *link, const plim_network_row *row, plim_text *out)
{
	plim_text_add_format(out, "\tn%u -> n%u [label=\"", link->from, link->to);
	add_figure(out, link->share, PLIM_FIGURE_SHARE);
	plim_text_add(out, *link->item ? " " : "");
	plim_escape_dot(out, link->item);
	if (row) {
		plim_text_add(out, "\\nloss ");
		add_figure(out, row->expected_loss, PLIM_FIGURE_MONEY);
		plim_text_add(out, " a year");
	}
	plim_text_add(out, "\"");
	if (row)
		plim_text_add_format(out, ", color=\"%s\"", class_of(row->expected_loss, page->view->expected_loss)->line);
	plim_text_add(out, "];\n");
}

static void add_legend(const plim_network_page *page, size_t nodes, plim_text *out)
{
	plim_text_add(out, "\tlabel=\"");
	plim_escape_dot(out, page->model->name);
	plim_text_add(out, "; scenario: ");
	plim_escape_dot(out, page->scenario ? page->scenario : "(no control)");
	plim_text_add_format(out, "; %zu of %zu nodes%s\\nloss in ", nodes, page->model->nodes,
	                     nodes < page->model->nodes ? " (the first in rank; --all shows the rest)" : "");
	plim_escape_dot(out, page->model->currency);
	plim_text_add(out, "; colour: share of the expected loss of all places, from white (none) over ");
	for (size_t k = CLASSES - 1; k-- > 0;)
		plim_text_add_format(out, "%s%s", classes[k].name, k ? ", " : "");
	plim_text_add(out, " (red); double border: single point of failure\";\n");
}

/* Which row each node and link has, where it is shown; nodes first. */
static size_t choose(const plim_network_page *page, const plim_network_row **row)
{
	size_t chosen = 0;
	for (size_t i = 0; i < page->view->rows; i++) {
		const plim_network_row *here = &page->view->row[i];
		if (here->on_link)
			row[page->model->nodes + here->place] = here;
		else if (chosen < page->top)
			row[here->place] = here, chosen++;
	}
	return chosen;
}

static bool flush_text(plim_text *text, FILE *file)
{
	bool good = !text->failed;
	if (good && text->data)
		fputs(text->data, file);
	plim_text_free(text);
	return good;
}

bool plim_network_print_dot(const plim_network_page *page, FILE *file)
{
	const plim_model *model = page->model;
	const plim_network_row **row = plim_mem_alloc(model->nodes + model->links, sizeof *row);
	plim_text text = {0};
	bool good = row != NULL;
	size_t nodes = good ? choose(page, row) : 0;
	plim_text_add_format(&text, "// %zu of %zu nodes, by expected loss\ndigraph network {\n\trankdir=LR;\n", nodes,
	                     model->nodes);
	plim_text_add(&text, "\tnode [shape=box, style=\"filled,rounded\", fontname=\"sans-serif\"];\n"
	                     "\tedge [fontname=\"sans-serif\", fontsize=10, color=\"#a0a0a0\"];\n");
	if (good)
		add_legend(page, nodes, &text);
	for (size_t i = 0; good && i < model->nodes; i++) {
		if (row[i])
			add_node(page, row[i], &text);
		good = flush_text(&text, file);
	}
	for (size_t i = 0; good && i < model->links; i++) {
		const plim_link *link = &model->link[i];
		if (row[link->from] && row[link->to])
			add_link(page, link, row[model->nodes + i], &text);
		good = flush_text(&text, file);
	}
	plim_text_add(&text, "}\n");
	good = flush_text(&text, file) && good;
	plim_mem_free((void *)row);
	return good;
}
