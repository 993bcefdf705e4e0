/* SPDX-License-Identifier: Apache-2.0 */
#include "model/diff.h"

#include <string.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/text.h"

#define MOST_WORDS 300 /* bytes of a value in words */

/* A value within canonical JSON, which has no white space, keys in byte order, and only \" \\ \u00xx as escapes. */
typedef struct span {
	const char *at;
	size_t length;
} span;

const char *plim_change_name(plim_change_kind kind)
{
	static const char *const name[] = {"added", "removed", "changed"};
	return name[kind];
}

const char *plim_change_list(const plim_change *change)
{
	static const plim_model none = {0};
	plim_model_list list[PLIM_MODEL_LISTS];
	plim_model_lists(&none, list);
	return change->list < PLIM_MODEL_LISTS ? list[change->list].name : "model";
}

/* ---- walking ---- */

static const char *end_of_string(const char *s)
{
	for (s++; *s != '"'; s++)
		s += *s == '\\';
	return s + 1;
}

/* Behind the value that begins at s. */
static const char *end_of_value(const char *s)
{
	if (*s == '"')
		return end_of_string(s);
	if (*s != '{' && *s != '[')
		return s + strcspn(s, ",]}");
	for (size_t depth = 0;;) {
		if (*s == '"') {
			s = end_of_string(s);
			continue;
		}
		depth += *s == '{' || *s == '[';
		depth -= *s == '}' || *s == ']';
		s++;
		if (!depth)
			return s;
	}
}

static span value_at(const char *s)
{
	return (span){s, (size_t)(end_of_value(s) - s)};
}

/* A walk over an object's or list's members. */
typedef struct walk {
	const char *next, *end;
	bool object;
	span key, value; /* key with its quotes; none in a list */
} walk;

static walk begin(span of)
{
	return (walk){of.at + 1, of.at + of.length - 1, *of.at == '{', {0}, {0}};
}

static bool step(walk *w)
{
	if (w->next >= w->end)
		return false;
	const char *s = w->next;
	if (w->object) {
		w->key = value_at(s);
		s += w->key.length + 1;
	}
	w->value = value_at(s);
	w->next = s + w->value.length;
	w->next += *w->next == ',';
	return true;
}

static bool is(span a, const char *text)
{
	return strlen(text) == a.length && memcmp(a.at, text, a.length) == 0;
}

static bool same(span a, span b)
{
	return a.length == b.length && memcmp(a.at, b.at, a.length) == 0;
}

static int key_order(span a, span b)
{
	int order = memcmp(a.at, b.at, a.length < b.length ? a.length : b.length);
	return order ? order : (a.length > b.length) - (a.length < b.length);
}

/* The member of an object, or one of length 0. */
static span member(span object, const char *quoted)
{
	if (object.length && *object.at == '{')
		for (walk w = begin(object); step(&w);)
			if (is(w.key, quoted))
				return w.value;
	return (span){"", 0};
}

/* ---- values in words ---- */

static void say(plim_text *out, span value);

static void say_string(plim_text *out, span value)
{
	for (size_t i = 1; i + 1 < value.length; i++) {
		if (value.at[i] != '\\')
			plim_text_add_n(out, value.at + i, 1);
		else if (value.at[++i] != 'u')
			plim_text_add_n(out, value.at + i, 1);
		else { /* a control character */
			plim_text_add(out, " ");
			i += 4;
		}
	}
}

static bool says_nothing(span value)
{
	return is(value, "null") || is(value, "\"\"") || is(value, "[]") || is(value, "{}") || is(value, "false");
}

/* True if a key has the value that it has when absent. */
static bool is_usual(span key, span value)
{
	static const struct {
		const char *key, *value;
	} usual[] = {{"\"cap\"", "\"inf\""},
	             {"\"max\"", "\"inf\""},
	             {"\"min\"", "\"-inf\""},
	             {"\"shift\"", "0"},
	             {"\"loss_outage_correlation\"", "0"},
	             {"\"times\"", "1"}};
	for (size_t i = 0; i < sizeof usual / sizeof *usual; i++)
		if (is(key, usual[i].key) && is(value, usual[i].value))
			return true;
	return false;
}

/* True if the key only says what kind of thing the value beside it is: "4.4.6 0.3" needs no more words. */
static bool goes_without_saying(span key)
{
	static const char *const keys[] = {"\"amount\"", "\"component\"", "\"clause\"", "\"weight\""};
	for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
		if (is(key, keys[i]))
			return true;
	return false;
}

/* "a 1, b 2": the members that say something. */
static void say_members(plim_text *out, span of)
{
	bool first = true;
	for (walk w = begin(of); step(&w);) {
		bool wordless = w.object && goes_without_saying(w.key);
		if (says_nothing(w.value) || (w.object && is_usual(w.key, w.value)))
			continue;
		plim_text_add(out, first ? "" : wordless ? " " : ", ");
		if (w.object && !wordless) {
			say_string(out, w.key);
			plim_text_add(out, " ");
		}
		say(out, w.value);
		first = false;
	}
	if (first)
		plim_text_add(out, "none");
}

/* "pert(max 0.7, min 0.2, mode 0.4)" */
static void say_amount(plim_text *out, span family, span amount)
{
	span parts = member(amount, "\"parts\""), x = member(amount, "\"x\""), w = member(amount, "\"w\"");
	say_string(out, family);
	plim_text_add(out, "(");
	say_members(out, member(amount, "\"given\""));
	const span more[] = {x, w, parts};
	static const char *const names[] = {"; x ", "; weights ", "; of "};
	for (size_t i = 0; i < 3; i++)
		if (more[i].length && !says_nothing(more[i])) {
			plim_text_add(out, names[i]);
			say_members(out, more[i]);
		}
	plim_text_add(out, ")");
}

static bool is_amount(span value)
{
	span law = member(value, "\"law\"");
	return member(value, "\"family\"").length && member(value, "\"given\"").length
	           ? true
	           : law.length && *law.at == '{' && is_amount(law);
}

static void say(plim_text *out, span value)
{
	span law = member(value, "\"law\"");
	if (out->length > MOST_WORDS)
		return; /* cut off below */
	if (!value.length || says_nothing(value)) {
		plim_text_add(out, is(value, "false") ? "no" : "none");
	} else if (is_amount(value) && law.length) {
		say(out, law);
		plim_text_add(out, is(member(value, "\"per_place\""), "true") ? " per place" : "");
	} else if (is_amount(value)) {
		say_amount(out, member(value, "\"family\""), value);
	} else if (*value.at == '"') {
		say_string(out, value);
	} else if (is(value, "true")) {
		plim_text_add(out, "yes");
	} else if (*value.at == '{' || *value.at == '[') {
		say_members(out, value);
	} else {
		plim_text_add_n(out, value.at, value.length);
	}
}

/* In words, cut between characters; NULL when memory is short. */
static char *words_of(span value)
{
	plim_text text = {0};
	plim_text_add(&text, "");
	say(&text, value);
	if (!text.failed && text.length > MOST_WORDS) {
		size_t cut = MOST_WORDS;
		while (cut && ((unsigned char)text.data[cut] & 0xC0) == 0x80)
			cut--;
		text.data[cut] = '\0';
		text.length = cut;
		plim_text_add(&text, " ...");
	}
	if (text.failed)
		plim_text_free(&text);
	return text.data;
}

/* ---- changes ---- */

typedef struct maker {
	plim_diff *diff;
	int list;
	const char *name; /* of the record */
	bool failed;
} maker;

static void add(maker *m, plim_change_kind kind, const char *key, char *before, char *after)
{
	plim_change change = {m->list, plim_mem_string(m->name), kind, plim_mem_string(key), before, after};
	if (!change.name || !change.key || !before || !after ||
	    plim_mem_grow((void **)&m->diff->change, &m->diff->capacity, m->diff->count + 1, sizeof change)) {
		plim_mem_free(change.name);
		plim_mem_free(change.key);
		plim_mem_free(before);
		plim_mem_free(after);
		m->failed = true;
		return;
	}
	m->diff->change[m->diff->count++] = change;
}

static void compare(maker *m, const char *path, span a, span b);

/* One key below a path; either side may be without it. */
static void compare_member(maker *m, const char *path, span key, span a, span b)
{
	plim_text below = {0};
	plim_text_add(&below, path);
	plim_text_add(&below, *path ? "." : "");
	say_string(&below, key);
	if (below.failed)
		m->failed = true;
	else
		compare(m, below.data, a, b);
	plim_text_free(&below);
}

static void compare_objects(maker *m, const char *path, span a, span b)
{
	walk x = begin(a), y = begin(b);
	const span none = {"", 0};
	bool more_x = step(&x), more_y = step(&y);
	while ((more_x || more_y) && !m->failed) {
		int order = !more_x ? 1 : !more_y ? -1 : key_order(x.key, y.key);
		compare_member(m, path, order <= 0 ? x.key : y.key, order <= 0 ? x.value : none, order >= 0 ? y.value : none);
		if (order <= 0)
			more_x = step(&x);
		if (order >= 0)
			more_y = step(&y);
	}
}

/* What tells the members of a list apart: the component of a loss, the link of a leg. */
static span label_of(span value)
{
	span component = member(value, "\"component\"");
	return component.length ? component : member(value, "\"link\"");
}

/* True if both lists have members with the same labels, none of them "", in the same order. */
static bool labelled_alike(span a, span b)
{
	walk x = begin(a), y = begin(b);
	for (;;) {
		bool more_x = step(&x), more_y = step(&y);
		if (!more_x || !more_y)
			return more_x == more_y;
		span label = label_of(x.value);
		if (label.length < 3 || !same(label, label_of(y.value)))
			return false;
	}
}

static void compare(maker *m, const char *path, span a, span b)
{
	if (same(a, b) || (!a.length && says_nothing(b)) || (!b.length && says_nothing(a)))
		return; /* a key that is written only where it says something */
	bool both = a.length && b.length && *a.at == *b.at;
	if (both && *a.at == '{' && !is_amount(a) && !is_amount(b)) {
		compare_objects(m, path, a, b);
	} else if (both && *a.at == '[' && labelled_alike(a, b)) {
		for (walk x = begin(a), y = begin(b); step(&x) && step(&y);)
			compare_member(m, path, label_of(x.value), x.value, y.value);
	} else {
		add(m, PLIM_CHANGE_CHANGED, path, words_of(a), words_of(b));
	}
}

static void compare_texts(maker *m, const plim_text *a, const plim_text *b)
{
	if (a->failed || b->failed)
		m->failed = true;
	else
		compare(m, "", (span){a->data, a->length}, (span){b->data, b->length});
}

static void write_record(plim_writer *out, const plim_model_list *list, const void *record)
{
	out->text.length = 0;
	out->comma = false;
	plim_writer_open(out, "{");
	list->write(out, record);
	plim_writer_close(out, "}");
}

static void compare_lists(maker *m, const plim_model_list *a, const plim_model_list *b, plim_writer *x, plim_writer *y)
{
	size_t i = 0, j = 0;
	const void **left = plim_records_sorted(x, a->record, a->count, a->size);
	const void **right = plim_records_sorted(y, b->record, b->count, b->size);
	m->failed |= !left || !right;
	while (!m->failed && (i < a->count || j < b->count)) {
		int order = i == a->count   ? 1
		            : j == b->count ? -1
		                            : strcmp(plim_record_name(left[i]), plim_record_name(right[j]));
		m->name = plim_record_name(order <= 0 ? left[i] : right[j]);
		if (order == 0) {
			write_record(x, a, left[i]);
			write_record(y, b, right[j]);
			compare_texts(m, &x->text, &y->text);
		} else {
			add(m, order < 0 ? PLIM_CHANGE_REMOVED : PLIM_CHANGE_ADDED, "", plim_mem_string(""), plim_mem_string(""));
		}
		i += order <= 0;
		j += order >= 0;
	}
	plim_mem_free(left);
	plim_mem_free(right);
}

plim_status plim_diff_build(const plim_model *before, const plim_model *after, plim_diff *diff, plim_error *error)
{
	plim_model_list a[PLIM_MODEL_LISTS], b[PLIM_MODEL_LISTS];
	plim_writer x = {.model = before}, y = {.model = after};
	maker m = {.diff = diff, .list = PLIM_MODEL_LISTS, .name = ""};
	plim_model_write_head(&x);
	plim_model_write_head(&y);
	compare_texts(&m, &x.text, &y.text);
	plim_model_lists(before, a);
	plim_model_lists(after, b);
	for (int k = 0; k < PLIM_MODEL_LISTS && !m.failed; k++) {
		m.list = k;
		if (a[k].count || b[k].count)
			compare_lists(&m, &a[k], &b[k], &x, &y);
	}
	plim_text_free(&x.text);
	plim_text_free(&y.text);
	if (!m.failed)
		return PLIM_OK;
	plim_diff_clear(diff);
	return plim_error_memory(error, "the changes of the model");
}

void plim_diff_clear(plim_diff *diff)
{
	for (size_t i = 0; i < diff->count; i++) {
		plim_mem_free(diff->change[i].name);
		plim_mem_free(diff->change[i].key);
		plim_mem_free(diff->change[i].before);
		plim_mem_free(diff->change[i].after);
	}
	plim_mem_free(diff->change);
	*diff = (plim_diff){0};
}
