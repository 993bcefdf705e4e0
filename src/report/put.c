/* SPDX-License-Identifier: Apache-2.0 */
#include "report/put.h"

#include "model/clause.h"

void plim_put_item(plim_text *text, const char *item)
{
	plim_text_add(text, text->length ? ";" : "");
	plim_text_add(text, item);
}

void plim_put_text(plim_table *table, plim_text *text)
{
	plim_table_text_copy(table, text->failed ? NULL : text->data);
	table->failed |= text->failed;
	plim_text_free(text);
}

void plim_put_words(plim_table *table, char *const *words, size_t count)
{
	plim_text text = {0};
	for (size_t i = 0; i < count; i++)
		plim_put_item(&text, words[i]);
	plim_put_text(table, &text);
}

void plim_put_threats(plim_table *table, const plim_model *model, const uint32_t *threat, size_t count)
{
	plim_text text = {0};
	for (size_t i = 0; i < count; i++)
		plim_put_item(&text, model->threat[threat[i]].id);
	plim_put_text(table, &text);
}

void plim_put_controls(plim_table *table, const plim_model *model, const uint32_t *control, size_t count)
{
	plim_text text = {0};
	for (size_t i = 0; i < count; i++)
		plim_put_item(&text, model->control[control[i]].id);
	plim_put_text(table, &text);
}

void plim_put_scenarios(plim_table *table, const plim_model *model, uint32_t control)
{
	plim_text text = {0};
	for (size_t s = 0; s < model->scenarios; s++)
		for (size_t i = 0; i < model->scenario[s].controls; i++)
			if (model->scenario[s].control[i] == control)
				plim_put_item(&text, model->scenario[s].id);
	plim_put_text(table, &text);
}

void plim_put_clause(plim_table *table, const plim_model *model, int32_t clause)
{
	size_t count;
	const plim_clause *tree = plim_clause_tree(model->edition, &count);
	plim_table_text(table, clause < 0 ? "" : tree[clause].number);
}
