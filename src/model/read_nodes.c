/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/load.h"

static const char *const node_keys[] = {"id",     "title",        "kind", "region", "tags", "margin_per_day",
                                        "inputs", "item_weights", NULL};

int plim_compare_words(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

void plim_get_tags(plim_load *load, const plim_value *row, char ***tags, size_t *count)
{
	plim_words words = {0};
	const plim_value *value = plim_get(load, row, "tags");
	size_t kept = 0;
	if (value)
		plim_read_words(load, value, "tags", false, &words);
	if (words.count > 1)
		qsort(words.word, words.count, sizeof *words.word, plim_compare_words);
	/* a tag given twice is there: tables put together from others have such cells */
	for (size_t i = 0; i < words.count; i++)
		if (!i || strcmp(words.word[i], words.word[i - 1]) != 0)
			words.word[kept++] = words.word[i];
	*tags = words.word;
	*count = kept;
}

/* ---- item weights ---- */

typedef struct item_weight {
	char *name;
	double weight;
} item_weight;

static int by_name(const void *a, const void *b)
{
	return strcmp(((const item_weight *)a)->name, ((const item_weight *)b)->name);
}

static void keep_weights(plim_load *load, const plim_value *at, item_weight *weight, size_t count, plim_node *node)
{
	qsort(weight, count, sizeof *weight, by_name);
	node->item_names = plim_load_keep(load, count, sizeof *node->item_names);
	node->item_weights = plim_load_keep(load, count, sizeof *node->item_weights);
	if (!node->item_names || !node->item_weights)
		return;
	for (size_t i = 0; i < count; i++) {
		node->item_names[i] = weight[i].name;
		node->item_weights[i] = weight[i].weight;
		if (i && strcmp(weight[i].name, weight[i - 1].name) == 0)
			plim_load_error(load, at, "`item_weights` names the item \"%s\" twice", weight[i].name);
	}
	node->item_count = count;
}

/* "milk:2;cheese:1" */
static void weights_of_cell(plim_load *load, const plim_value *cell, plim_node *node)
{
	plim_words words;
	if (!plim_read_words(load, cell, "item_weights", true, &words))
		return;
	item_weight *weight = plim_load_spare(load, words.count, sizeof *weight);
	for (size_t i = 0; weight && i < words.count; i++) {
		const char *colon = strrchr(words.word[i], ':');
		if (!colon || colon == words.word[i] ||
		    !plim_text_parse_double(colon + 1 + strspn(colon + 1, " "), &weight[i].weight) || !(weight[i].weight > 0)) {
			plim_load_error(load, cell,
			                "`item_weights` in a cell must read as item:weight;item:weight with weights above 0");
			return;
		}
		weight[i].name = plim_arena_text_n(load->keep, words.word[i], (size_t)(colon - words.word[i]));
	}
	if (weight)
		keep_weights(load, cell, weight, words.count, node);
}

static void read_item_weights(plim_load *load, const plim_value *row, plim_node *node)
{
	const plim_value *value = plim_get(load, row, "item_weights");
	if (!value)
		return;
	if (!node->inputs_each)
		plim_load_warn(load, value, "`item_weights` has an effect with `inputs: each` only");
	if (value->cell) {
		weights_of_cell(load, value, node);
		return;
	}
	if (!plim_is_map(load, value, "`item_weights`"))
		return;
	item_weight *weight = plim_load_spare(load, value->count, sizeof *weight);
	if (!weight)
		return;
	for (uint32_t i = 0; i < value->count; i++) {
		weight[i].name = plim_arena_text(load->keep, value->pair[i].key->text);
		plim_get_number(load, value, value->pair[i].key->text, &plim_range_above_zero, &weight[i].weight);
	}
	keep_weights(load, value, weight, value->count, node);
}

/* ---- nodes ---- */

static void read_node(plim_load *load, const plim_value *row, plim_node *node)
{
	static const char *const inputs[] = {"all", "each", NULL};
	plim_need_id(load, row, "a node", &node->id);
	plim_get_text(load, row, "title", &node->title);
	plim_get_text(load, row, "kind", &node->kind);
	plim_get_text(load, row, "region", &node->region);
	plim_get_tags(load, row, &node->tags, &node->tag_count);
	plim_get_number(load, row, "margin_per_day", &plim_range_from_zero, &node->margin_per_day);
	node->inputs_each = plim_get_choice(load, row, "inputs", inputs) == 1;
	read_item_weights(load, row, node);
	node->in_scope = true;
}

static int by_id(const void *a, const void *b)
{
	const plim_node *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	return order ? order : x->position < y->position ? -1 : 1;
}

/* Names -> sorted indices, and where each row went. */
static uint32_t *index_nodes(plim_load *load)
{
	plim_model *model = load->model;
	uint32_t *position = plim_load_spare(load, model->nodes, sizeof *position);
	if (!position)
		return NULL;
	for (uint32_t i = 0; i < model->nodes; i++) {
		const plim_node *node = &model->node[i];
		uint32_t number = i;
		position[node->position] = i;
		if (!*node->id || plim_load_name(load, &load->node_names, node->id, &number))
			continue;
		const plim_value *row = load->node_row[node->position];
		plim_load_error(load, row, "the node \"%s\" stands here again (first in line %d); rename or remove one",
		                node->id, load->node_row[model->node[number].position]->line);
	}
	return position;
}

void plim_read_nodes(plim_load *load)
{
	plim_model *model = load->model;
	size_t count;
	if (!plim_read_rows(load, "nodes", node_keys, &load->node_row, &count, &load->node_column_names,
	                    &model->node_column, &model->node_columns))
		load->nodes_bad = true;
	model->node = plim_load_keep(load, count, sizeof *model->node);
	if (!model->node || plim_load_failed(load))
		return;
	for (uint32_t i = 0; i < count; i++) {
		model->node[i].position = i;
		read_node(load, load->node_row[i], &model->node[i]);
	}
	model->nodes = count;
	qsort(model->node, count, sizeof *model->node, by_id);
	uint32_t *position = index_nodes(load);
	if (position)
		plim_fill_columns(load, &load->node_column_names, model->node_column, model->node_columns, node_keys,
		                  load->node_row, count, position);
}
