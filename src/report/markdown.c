/* SPDX-License-Identifier: Apache-2.0 */
#include "report/write.h"

#include "report/escape.h"

/* Depth in a tree: blanks at the start of a cell are dropped by every renderer, so it is shown by these. */
#define INDENT "&nbsp;&nbsp;"

static void add_cell(plim_text *line, const plim_cell *cell)
{
	plim_text_add(line, " ");
	if (cell->kind == PLIM_CELL_TEXT) {
		for (unsigned i = 0; i < cell->indent; i++)
			plim_text_add(line, INDENT);
		plim_escape_markdown(line, cell->text);
	} else {
		plim_text_add(line, cell->shown[0] == '<' ? "&lt;" : "");
		plim_text_add(line, cell->shown[0] == '<' ? cell->shown + 1 : cell->shown);
	}
	plim_text_add(line, " |");
}

static void add_titles(plim_text *line, const plim_table *table)
{
	plim_text_add(line, "\n|");
	for (size_t c = 0; c < table->columns; c++)
		plim_text_add_format(line, " %s |", table->column[c].title);
	plim_text_add(line, "\n|");
	for (size_t c = 0; c < table->columns; c++)
		plim_text_add(line, table->column[c].right ? " ---: |" : " :--- |");
	plim_text_add(line, "\n");
}

static bool put(plim_text *line, FILE *file)
{
	bool good = !line->failed;
	if (good && line->data)
		fputs(line->data, file);
	plim_text_free(line);
	return good;
}

static bool write_table(const plim_table *table, FILE *file)
{
	plim_text titles = {0};
	add_titles(&titles, table);
	bool good = put(&titles, file);
	for (size_t r = 0; good && r < plim_table_rows(table); r++) {
		plim_text line = {0};
		plim_text_add(&line, "|");
		for (size_t c = 0; c < table->columns; c++)
			add_cell(&line, plim_table_cell(table, r, c));
		plim_text_add(&line, "\n");
		good = put(&line, file);
	}
	return good;
}

static bool write_caption(const char *text, FILE *file)
{
	plim_text line = {0};
	if (!*text)
		return true;
	plim_text_add(&line, "\n**");
	plim_escape_markdown(&line, text);
	plim_text_add(&line, "**\n");
	return put(&line, file);
}

/* `after` is the kind of the part before this one: a list needs an empty line before its first item only. */
static bool write_part(const plim_part *part, plim_part_kind after, FILE *file)
{
	if (part->kind == PLIM_PART_TABLE)
		return write_caption(part->text, file) && write_table(&part->table, file);
	if (part->kind == PLIM_PART_CHART || part->kind == PLIM_PART_PICTURE)
		return true;
	plim_text line = {0};
	bool list = part->kind == PLIM_PART_ITEM || part->kind == PLIM_PART_PAIR;
	if (!list || part->kind != after)
		plim_text_add(&line, "\n");
	switch (part->kind) {
	case PLIM_PART_HEADING: plim_text_add_format(&line, "%.*s ", part->level, "######"); break;
	case PLIM_PART_NOTICE: plim_text_add(&line, "> **Note.** "); break;
	case PLIM_PART_ITEM: plim_text_add(&line, "- "); break;
	case PLIM_PART_PAIR:
		plim_text_add(&line, "- **");
		plim_escape_markdown(&line, part->label);
		plim_text_add(&line, ":** ");
		break;
	default: break;
	}
	plim_escape_markdown(&line, part->text);
	plim_text_add(&line, "\n");
	return put(&line, file);
}

bool plim_write_markdown(const plim_page *page, FILE *file)
{
	plim_part_kind after = PLIM_PART_HEADING;
	for (size_t i = 0; i < page->parts; i++) {
		if (!write_part(&page->part[i], after, file))
			return false;
		after = page->part[i].kind;
	}
	return true;
}
