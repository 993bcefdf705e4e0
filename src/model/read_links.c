/* SPDX-License-Identifier: Apache-2.0 */
/* Links, and the groups that links with one item into one node form. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "model/load.h"

#define NO_NODE UINT32_MAX
#define SHARE_SLACK 1e-6

static const char *const link_keys[] = {"id",           "from",        "to",
                                        "item",         "mode",        "region",
                                        "kind",         "title",       "tags",
                                        "share",        "buffer_days", "restock_days",
                                        "substitution", "switch_days", "substitution_cost_per_day",
                                        "lead_days",    NULL};

/* ---- links ---- */

static uint32_t read_end(plim_load *load, const plim_value *row, const char *key)
{
	char *id;
	plim_need_text(load, row, key, "a link", &id);
	uint32_t number = NO_NODE;
	if (!*id || plim_names_find(&load->node_names, id, &number) || load->nodes_bad)
		return number;
	char hint[PLIM_HINT_SIZE];
	const plim_value *at = plim_get(load, row, key);
	plim_load_error(load, at, "there is no node \"%s\"%s", id,
	                plim_hint(hint, sizeof hint, plim_nearest_name(load, id, &load->node_names)));
	return NO_NODE;
}

/* "from > to : item" */
static void name_link(plim_load *load, const plim_value *row, plim_link *link)
{
	const plim_value *own = plim_get(load, row, "id");
	link->id = plim_arena_text(load->keep, "");
	if (own) {
		plim_read_id(load, own, "id", &link->id);
		return;
	}
	const plim_value *from = plim_get(load, row, "from"), *to = plim_get(load, row, "to");
	if (!from || !to || from->kind != PLIM_VALUE_TEXT || to->kind != PLIM_VALUE_TEXT)
		return;
	plim_text name = {0};
	const char *const parts[] = {from->text, " > ", to->text, *link->item ? " : " : "", link->item};
	for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
		plim_text_add(&name, parts[i]);
	load->failed |= name.failed;
	link->id = plim_arena_text(load->keep, name.data ? name.data : "");
	plim_text_free(&name);
}

/* Numbers that belong to the group: NAN where this link does not say. */
static const struct group_key {
	const char *key;
	size_t offset;
	const plim_range *range;
	double absent;
} group_keys[] = {
    {"buffer_days", offsetof(plim_link, buffer_days), &plim_range_from_zero, 0},
    {"restock_days", offsetof(plim_link, restock_days), &plim_range_from_zero, 30},
    {"substitution", offsetof(plim_link, substitution), &plim_range_share, 0},
    {"switch_days", offsetof(plim_link, switch_days), &plim_range_from_zero, 0},
    {"substitution_cost_per_day", offsetof(plim_link, substitution_cost_per_day), &plim_range_from_zero, 0},
};
#define GROUP_KEYS (sizeof group_keys / sizeof *group_keys)

static double *group_number(plim_link *link, const struct group_key *key)
{
	return (double *)(void *)((char *)link + key->offset);
}

static void read_link(plim_load *load, const plim_value *row, plim_link *link)
{
	link->from = read_end(load, row, "from");
	link->to = read_end(load, row, "to");
	plim_get_text(load, row, "item", &link->item);
	plim_get_text(load, row, "mode", &link->mode);
	plim_get_text(load, row, "kind", &link->kind);
	plim_get_text(load, row, "title", &link->title);
	plim_get_text(load, row, "region", &link->region);
	if (!*link->region && link->to != NO_NODE)
		link->region = load->model->node[link->to].region;
	plim_get_tags(load, row, &link->tags, &link->tag_count);
	name_link(load, row, link);
	link->share = NAN;
	plim_get_number(load, row, "share", &plim_range_share, &link->share);
	for (size_t i = 0; i < GROUP_KEYS; i++) {
		*group_number(link, &group_keys[i]) = NAN;
		plim_get_number(load, row, group_keys[i].key, group_keys[i].range, group_number(link, &group_keys[i]));
	}
	plim_get_number(load, row, "lead_days", &plim_range_from_zero, &link->lead_days);
	link->in_scope = true;
	if (link->from == link->to && link->from != NO_NODE)
		plim_load_error(load, row, "this link leads from \"%s\" to itself; remove it", load->model->node[link->to].id);
}

static int by_id(const void *a, const void *b)
{
	const plim_link *x = a, *y = b;
	int order = strcmp(x->id, y->id);
	/* Links stand sorted by id: shares are added up in that order, whatever the order of the file. */
	return order ? order : (x > y) - (x < y);
}

static uint32_t *index_links(plim_load *load)
{
	plim_model *model = load->model;
	uint32_t *position = plim_load_spare(load, model->links, sizeof *position);
	if (!position)
		return NULL;
	for (uint32_t i = 0; i < model->links; i++) {
		const plim_link *link = &model->link[i];
		uint32_t number = i;
		position[link->position] = i;
		if (!*link->id || plim_load_name(load, &load->link_names, link->id, &number))
			continue;
		plim_load_error(load, load->link_row[link->position],
		                "the link \"%s\" stands here again (first in line %d); remove one, or give each an `id`",
		                link->id, load->link_row[model->link[number].position]->line);
	}
	return position;
}

void plim_read_links(plim_load *load)
{
	plim_model *model = load->model;
	size_t count;
	if (!plim_read_rows(load, "links", link_keys, &load->link_row, &count, &load->link_column_names,
	                    &model->link_column, &model->link_columns))
		load->links_bad = true;
	model->link = plim_load_keep(load, count, sizeof *model->link);
	if (!model->link || plim_load_failed(load))
		return;
	for (uint32_t i = 0; i < count; i++) {
		model->link[i].position = i;
		read_link(load, load->link_row[i], &model->link[i]);
	}
	model->links = count;
	qsort(model->link, count, sizeof *model->link, by_id);
	uint32_t *position = index_links(load);
	if (position)
		plim_fill_columns(load, &load->link_column_names, model->link_column, model->link_columns, link_keys,
		                  load->link_row, count, position);
}

/* ---- groups ---- */

static const plim_value *where_given(plim_load *load, const plim_link *link, const char *key)
{
	const plim_value *row = load->link_row[link->position];
	const plim_value *value = plim_get(load, row, key);
	return value ? value : row;
}

static void name_group(const plim_load *load, const plim_link *link, char *out, size_t size)
{
	if (*link->item)
		snprintf(out, size, "the links with item \"%.80s\" into \"%.80s\"", link->item, load->model->node[link->to].id);
	else
		snprintf(out, size, "the links without an item into \"%.80s\"", load->model->node[link->to].id);
}

static void settle_shares(plim_load *load, plim_link *const *group, size_t count)
{
	size_t given = 0;
	double sum = 0;
	const plim_link *silent = NULL;
	for (size_t i = 0; i < count; i++) {
		if (isnan(group[i]->share)) {
			silent = group[i];
		} else {
			given++;
			sum += group[i]->share;
		}
	}
	char name[256];
	name_group(load, group[0], name, sizeof name);
	if (given && given < count) {
		plim_load_error(load, load->link_row[silent->position],
		                "this link has no `share`, but others of %s have one; give "
		                "all of them or none (equal shares)",
		                name);
	} else if (given && fabs(sum - 1) > SHARE_SLACK) {
		plim_load_error(load, where_given(load, group[0], "share"),
		                "the shares of %s sum to %s, not to 1; they are parts of what the node needs", name,
		                plim_show(sum).text);
	} else {
		for (size_t i = 0; i < count; i++)
			group[i]->share = given ? group[i]->share / sum : 1.0 / (double)count;
	}
}

/* One number for the whole group: of those that say, all must say the same. */
static void settle_number(plim_load *load, plim_link *const *group, size_t count, const struct group_key *key)
{
	double value = NAN;
	const plim_link *first = NULL;
	for (size_t i = 0; i < count; i++) {
		double own = *group_number(group[i], key);
		if (isnan(own))
			continue;
		if (!first) {
			value = own;
			first = group[i];
		} else if (own < value || own > value) {
			char name[256];
			name_group(load, group[i], name, sizeof name);
			plim_load_error(
			    load, where_given(load, group[i], key->key),
			    "`%s` is %s here, but %s in line %d; %s share one buffer, so give one number or leave blanks", key->key,
			    plim_show(own).text, plim_show(value).text, where_given(load, first, key->key)->line, name);
			return;
		}
	}
	for (size_t i = 0; i < count; i++)
		*group_number(group[i], key) = first ? value : key->absent;
}

/* Node, item, then the order in the file, so that messages point at the later of two. */
static int by_group(const void *a, const void *b)
{
	const plim_link *x = *(plim_link *const *)a, *y = *(plim_link *const *)b;
	if (x->to != y->to)
		return x->to < y->to ? -1 : 1;
	int order = strcmp(x->item, y->item);
	/* Links stand sorted by id: shares are added up in that order, whatever the order of the file. */
	return order ? order : (x > y) - (x < y);
}

static void check_item_weights(plim_load *load, plim_link *const *link, size_t count)
{
	plim_model *model = load->model;
	size_t at = 0;
	for (uint32_t n = 0; n < model->nodes; n++) {
		const plim_node *node = &model->node[n];
		while (at < count && link[at]->to < n)
			at++;
		for (size_t w = 0; w < node->item_count; w++) {
			size_t i = at;
			while (i < count && link[i]->to == n && strcmp(link[i]->item, node->item_names[w]) != 0)
				i++;
			if (i == count || link[i]->to != n)
				plim_load_error(load, plim_get(load, load->node_row[node->position], "item_weights"),
				                "`item_weights` names the item \"%s\", but no link brings it to \"%s\"",
				                node->item_names[w], node->id);
		}
	}
}

void plim_settle_groups(plim_load *load)
{
	plim_model *model = load->model;
	plim_link **link = plim_load_spare(load, model->links, sizeof *link);
	size_t count = 0;
	for (size_t i = 0; link && i < model->links; i++)
		if (model->link[i].to != NO_NODE)
			link[count++] = &model->link[i];
	if (!link)
		return;
	qsort(link, count, sizeof *link, by_group);
	for (size_t from = 0, to; from < count; from = to) {
		for (to = from + 1; to < count && link[to]->to == link[from]->to; to++)
			if (strcmp(link[to]->item, link[from]->item) != 0)
				break;
		settle_shares(load, link + from, to - from);
		for (size_t k = 0; k < GROUP_KEYS; k++)
			settle_number(load, link + from, to - from, &group_keys[k]);
	}
	if (!load->links_bad && !load->nodes_bad)
		check_item_weights(load, link, count);
}
