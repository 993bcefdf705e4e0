/* SPDX-License-Identifier: Apache-2.0 */
/* One reading of a model: what the readers of its parts share. */
#ifndef PLIM_MODEL_LOAD_H
#define PLIM_MODEL_LOAD_H

#include "model/arena.h"
#include "model/model.h"
#include "model/place.h"
#include "model/value.h"
#include "plimsoll/results.h"

/** A CSV table: rows are maps without their blank cells. */
typedef struct plim_table {
	const plim_value **header;
	size_t columns;
	const plim_value **row;
	size_t rows;
	bool good; /* false: errors have been reported */
} plim_table;

/** A file as read. */
typedef struct plim_source {
	char *shown; /* name for messages */
	char *bytes; /* owned by model->file; terminated */
	size_t length;
	size_t *line; /* offsets of the lines, made when first asked for */
	size_t lines;
	plim_table *table;
} plim_source;

typedef struct plim_load {
	plim_model *model;
	plim_arena *keep;  /* the model's */
	plim_arena *spare; /* for as long as the reading lasts */
	plim_findings *findings;
	char *folder;                 /* of the model, with a slash at the end, or "" */
	const plim_model_text *given; /* the only files there are, or NULL: those on disk */
	size_t givens;
	plim_source *source; /* one for each model->file */
	size_t sources, source_capacity;
	size_t file_capacity;
	size_t nearness; /* spellings that may still be compared */
	bool failed;     /* memory is short */

	const plim_value *root;
	const plim_value **node_row, **link_row; /* by position */
	plim_names node_names, link_names, threat_names, control_names, scenario_names, assumption_names, trip_names,
	    insurance_names, action_names, legal_names;
	plim_names node_column_names, link_column_names;
	const plim_value *graph_path; /* `nodes`, when it names a GraphML file ... */
	plim_table *graph_links;      /* ... and the links of it */
	bool nodes_bad, links_bad;    /* tables that could not be read whole: names cannot be checked against them */
	plim_names vocabulary[2][4];  /* values of id, kind, region, tag or mode that some node, some link has; made when
	                                 asked for */
	bool has_vocabulary;
	const plim_value **threat_row, **control_row; /* by position */
} plim_load;

#define PLIM_NEARNESS 4000000u

/* --- load.c --- */

/** Adds a finding at a value (NULL: about the model as a whole). */
void plim_load_error(plim_load *load, const plim_value *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void plim_load_warn(plim_load *load, const plim_value *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
void plim_load_note(plim_load *load, const plim_value *at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/** The same at a place of a file. */
void plim_load_error_at(plim_load *load, size_t source, int line, int col, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/** A number for a message, whatever the locale. */
typedef struct plim_shown {
	char text[32];
} plim_shown;
plim_shown plim_show(double value);

/** Releases what a reading held for itself: not the model, nor the findings. */
void plim_load_clear(plim_load *load);

/** True once memory has run short. */
bool plim_load_failed(const plim_load *load);

/** Zeroed memory of the model, or for the time of reading; NULL when short. */
void *plim_load_keep(plim_load *load, size_t count, size_t size);
void *plim_load_spare(plim_load *load, size_t count, size_t size);

/** Adds a name to an index: false if it is there already (and *number is the number of the first). */
bool plim_load_name(plim_load *load, plim_names *names, const char *name, uint32_t *number);

/* --- source.c --- */

#define PLIM_LARGEST_FILE ((size_t)256 << 20)

/** Adds a file with its bytes, which it takes over. */
bool plim_source_add(plim_load *load, const char *name, const char *shown, char *bytes, size_t length);

/** Reads a file named by a value (a path relative to the model's folder) once; -1 and an error at the value if it
 *  cannot be read. */
long plim_source_open(plim_load *load, const plim_value *path);

/** Reads a regular file of at most 256 MB. On failure *why says what is wrong and false is returned; *missing is set
 *  when the system would not give the file. */
bool plim_source_read(const char *path, char **bytes, size_t *length, const char **why);

/** UTF-8, no NUL, no control characters; otherwise an error at the place. */
bool plim_source_guard(plim_load *load, size_t source);

/** Offset of the first control character but tabs and line ends, `length` if there is none. */
size_t plim_source_control(const char *bytes, size_t length);

/** The line of a file (from 1) as text in `out`, "" if `col` is not within its first characters. */
void plim_source_line(plim_load *load, size_t source, int line, int col, char *out, size_t size);

/* --- yaml.c --- */

/** The document of the model file as a tree; NULL after an error of syntax. */
const plim_value *plim_yaml_read(plim_load *load, size_t source);

/* --- csv.c --- */

/** The table named by a value, read once. Never NULL, except when memory is short. */
plim_table *plim_csv_open(plim_load *load, const plim_value *path);
/** The table of a file that has been added. */
plim_table *plim_csv_read(plim_load *load, size_t source);

/* --- table_load.c --- */

/** Reads a CSV table that stands alone, called `what` in messages: `reader` gets its rows unless it has errors, and
 *  keeps in `keep` what it makes of them. PLIM_ERROR_IO, PLIM_ERROR_MODEL (*error sums the findings up),
 *  PLIM_ERROR_MEMORY. */
typedef void plim_table_reader(plim_load *load, const plim_table *table, void *target);
plim_status plim_table_load(const char *path, const char *what, plim_arena *keep, plim_table_reader *reader,
                            void *target, plim_findings *findings, plim_error *error);

/* --- read_graphml.c --- */

/** True if the value names a GraphML file, by its ending. */
bool plim_graphml_is_named(const plim_value *path);

/** The nodes of the GraphML file named by a value as a table, and its edges in *links. Not to be called by two threads
 *  at a time, nor while another thread uses igraph. Never NULL, except when memory is short. */
plim_table *plim_graphml_open(plim_load *load, const plim_value *path, plim_table **links);

/* --- get.c: values with a meaning --- */

/** The value of a key, NULL if absent. A key with an empty value is an error and counts as absent. */
const plim_value *plim_get(plim_load *load, const plim_value *map, const char *key);

/** True if the value is a map; otherwise an error that calls it `what`. */
bool plim_is_map(plim_load *load, const plim_value *value, const char *what);
bool plim_is_list(plim_load *load, const plim_value *value, const char *what);

/** Errors for keys that are not in the NULL-terminated list; `what` has the key ("a threat"). */
void plim_check_keys(plim_load *load, const plim_value *map, const char *const *keys, const char *what);

/** Text of a key, "" if absent. */
void plim_get_text(plim_load *load, const plim_value *map, const char *key, char **out);
/** The same, an error if absent. `what` as above. */
void plim_need_text(plim_load *load, const plim_value *map, const char *key, const char *what, char **out);
bool plim_read_text(plim_load *load, const plim_value *value, const char *key, char **out);

/** An id: text that is not empty and does not begin with = + - @. */
bool plim_read_id(plim_load *load, const plim_value *value, const char *key, char **out);
void plim_need_id(plim_load *load, const plim_value *map, const char *what, char **out);

/** One of a few words; the index of the first if absent, -1 after an error. */
int plim_get_choice(plim_load *load, const plim_value *map, const char *key, const char *const *words);

/** true or false. */
bool plim_get_flag(plim_load *load, const plim_value *map, const char *key, bool absent);

/** A date YYYY-MM-DD, "" if absent. */
void plim_get_date(plim_load *load, const plim_value *map, const char *key, char **out);

/** A list of texts (a single one is a list of one; a cell is split at `;`), without doubles if `distinct`. */
typedef struct plim_words {
	char **word; /* of the model, NULL-terminated */
	const plim_value **at;
	size_t count;
} plim_words;
bool plim_read_words(plim_load *load, const plim_value *value, const char *key, bool distinct, plim_words *out);
bool plim_get_words(plim_load *load, const plim_value *map, const char *key, plim_words *out);

/** Values of a map or list as plain items: a list as it is, anything else as a list of one. */
const plim_value *const *plim_items(const plim_value *value, const plim_value *const *self, size_t *count);

/* --- nearest.c --- */

/** The candidate nearest in spelling, NULL if none is near. */
const char *plim_nearest(plim_load *load, const char *word, const char *const *candidates, size_t count);
/** The same among the names of an index. */
const char *plim_nearest_name(plim_load *load, const char *word, const plim_names *names);
/** "; did you mean \"x\"?" into `out`, "" if x is NULL. Returns out. */
const char *plim_hint(char *out, size_t size, const char *nearest);
#define PLIM_HINT_SIZE 160

/* --- read_number.c --- */

/** An interval that a number must lie in, and how a message says so. */
typedef struct plim_range {
	double low, high;
	bool above_low; /* low itself is not allowed */
	const char *says;
} plim_range;

extern const plim_range plim_range_any, plim_range_share, plim_range_from_zero, plim_range_above_zero;

bool plim_read_number(plim_load *load, const plim_value *value, const char *key, const plim_range *range, double *out);
/** `*out` is left alone if the key is absent. True if it was there and good. */
bool plim_get_number(plim_load *load, const plim_value *map, const char *key, const plim_range *range, double *out);
bool plim_read_whole(plim_load *load, const plim_value *value, const char *key, uint64_t low, uint64_t high,
                     uint64_t *out);
bool plim_read_numbers(plim_load *load, const plim_value *list, const char *key, const plim_range *range, double **out,
                       size_t *count);

/** A number or an unknown. The law must have been registered with the model by storing it in its tree: it is released
 *  by plim_model_free. */
bool plim_read_unknown(plim_load *load, const plim_value *value, const char *key, const plim_range *range,
                       plim_number *out);
void plim_get_unknown(plim_load *load, const plim_value *map, const char *key, const plim_range *range,
                      plim_number *out);

/* --- read_amount.c --- */

/** Reads and builds an amount. `per_place` may stand beside the family unless its pointer is NULL. */
bool plim_read_amount(plim_load *load, const plim_value *value, const char *key, plim_amount *amount, bool *per_place);
/** The same of a loss or outage, whose `times` may be unknown; checks that it is not negative and has a mean. */
bool plim_read_severity(plim_load *load, const plim_value *value, const char *key, plim_severity *severity);

/** A log-uniform amount over a band (uniform from 0); equal ends give a fixed one. */
bool plim_band_amount(plim_load *load, const plim_value *at, const plim_band *band, plim_amount *amount);

/* --- read_frequency.c --- */

bool plim_read_frequency(plim_load *load, const plim_value *value, plim_frequency *out);

/* --- the parts of a model --- */

bool plim_read_version(plim_load *load);
void plim_read_head(plim_load *load);
void plim_read_bands(plim_load *load);
void plim_read_nodes(plim_load *load);
void plim_read_links(plim_load *load);
void plim_settle_groups(plim_load *load);
void plim_read_scope(plim_load *load);
void plim_read_trips(plim_load *load);
void plim_read_threats(plim_load *load);
void plim_read_controls(plim_load *load);
void plim_read_scenarios(plim_load *load);
void plim_read_insurance(plim_load *load);
void plim_read_intensities(plim_load *load); /* after the threats */
void plim_read_assumptions(plim_load *load);
/** Actions and the legal register; after threats and controls. */
void plim_read_actions(plim_load *load);
void plim_read_legal(plim_load *load);
void plim_read_treatment(plim_load *load, const plim_value *row, plim_treatment *treatment);
void plim_check_network(plim_load *load);

/** Tags of a row, sorted; and the comparison of two words for qsort. */
void plim_get_tags(plim_load *load, const plim_value *row, char ***tags, size_t *count);
int plim_compare_words(const void *a, const void *b);

/** Rows of `nodes` or `links`: of the list, or of the table it names. */
bool plim_read_rows(plim_load *load, const char *key, const char *const *keys, const plim_value ***rows, size_t *count,
                    plim_names *columns, plim_column **column, size_t *column_count);
/** Fills the further columns: row r of the table is the record with position[r]. */
void plim_fill_columns(plim_load *load, const plim_names *names, plim_column *column, size_t columns,
                       const char *const *keys, const plim_value *const *rows, size_t count, const uint32_t *position);

/** The key that a column's name is so near to that it is taken for a misspelling of it; NULL if there is none. */
const char *plim_mistaken_for(const char *const *keys, const char *name);

/** The maps of a list of records (0 if the key is absent): what is not a map is an error and left out. */
size_t plim_get_records(plim_load *load, const char *key, const char *what, const plim_value ***rows);
/** Adds a record to an index; an error if its id is taken. */
void plim_index_record(plim_load *load, plim_names *names, const char *what, const char *id, uint32_t number,
                       const plim_value *row);

/* --- read_threat.c, read_loss.c --- */

/** The four categories behind "", NULL-terminated. */
extern const char *const plim_categories[];
/** One of the words behind the first, which is for an absent key. */
char *plim_get_word(plim_load *load, const plim_value *map, const char *key, const char *const *words);
const plim_band *plim_find_band(plim_load *load, const plim_value *value, const char *key, const plim_band *bands,
                                size_t count);
/** Index of a clause of the model's edition, -1 and an error if there is none. */
int32_t plim_read_clause(plim_load *load, const plim_value *at, const char *number);
void plim_read_losses(plim_load *load, const plim_value *row, plim_threat *threat);

/* --- read_manage.c --- */

/** `roles` and `staff_days` of a control. */
void plim_read_duties(plim_load *load, const plim_value *row, plim_control *control);

/* --- read_trips.c --- */

/** `custody` of a threat: sets where and custody, and refuses what it stands for. */
void plim_read_custody(plim_load *load, const plim_value *row, const plim_value *value, plim_threat *threat);

/* --- selector.c --- */

/** Texts that a place may be selected or shared by, of node or link `index`: "" when it has none. */
typedef enum plim_place_key { PLIM_PLACE_KIND_OF, PLIM_PLACE_REGION, PLIM_PLACE_MODE } plim_place_key;
const char *plim_place_text(const plim_model *model, plim_place_kind kind, uint32_t index, plim_place_key key);
/** The row a place was read from. */
const plim_value *plim_place_row(const plim_load *load, plim_place_kind kind, uint32_t index);

/** Reads and resolves a selector. NULL `value`: everywhere, or the organisation. */
void plim_read_selector(plim_load *load, const plim_value *value, const char *what, bool everywhere,
                        plim_selector *out);
/** Names of records -> sorted indices. */
bool plim_read_references(plim_load *load, const plim_value *value, const char *key, const char *what,
                          const plim_names *names, uint32_t **out, size_t *count);

#endif
