/* SPDX-License-Identifier: Apache-2.0 */
/* CSV tables beside a model. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/model.h"
#include "plimsoll/model.h"

typedef struct reading {
	char folder[64], table[96];
	plim_model *model;
	plim_findings findings;
	plim_error error;
	plim_status status;
} reading;

/* A model whose nodes are the table of `length` bytes, in a folder of its own. */
static reading read_table_n(const char *table, size_t length, const char *body)
{
	reading r = {0};
	char text[2048];
	const char *home = getenv("TMPDIR");
	snprintf(r.folder, sizeof r.folder, "%.40s/plim_XXXXXX", home ? home : "/tmp");
	cr_assert_not_null(mkdtemp(r.folder));
	snprintf(r.table, sizeof r.table, "%s/n.csv", r.folder);
	FILE *file = fopen(r.table, "wb");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(table, 1, length, file), length);
	fclose(file);
	snprintf(text, sizeof text, "plimsoll: 1\nname: x\ncurrency: EUR\n%s", body);
	r.status = plim_model_parse(text, strlen(text), r.folder, &r.model, &r.findings, &r.error);
	return r;
}

static reading read_table(const char *table)
{
	return read_table_n(table, strlen(table),
	                    "nodes: n.csv\nthreats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: 5}\n");
}

static reading read_good(const char *table)
{
	reading r = read_table(table);
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	return r;
}

static void done(reading *r)
{
	unlink(r->table);
	rmdir(r->folder);
	plim_model_free(&r->model);
	plim_findings_clear(&r->findings);
}

Test(model_csv, cells)
{
	reading r = read_good("id,title,tags,margin_per_day,visits\n"
	                      "b,\"Port, \"\"old\"\"\",x; y;;x,80e3,7\n"
	                      "a , two words ,,,\n");
	const plim_model *m = r.model;
	cr_assert_eq(m->nodes, 2);
	cr_expect_str_eq(m->node[0].id, "a");
	cr_expect_str_eq(m->node[0].title, "two words");
	cr_expect_eq(m->node[0].tag_count, 0);
	cr_expect_eq(m->node[0].margin_per_day, 0);
	cr_expect_str_eq(m->node[1].title, "Port, \"old\"");
	cr_assert_eq(m->node[1].tag_count, 2);
	cr_expect_str_eq(m->node[1].tags[0], "x");
	cr_expect_str_eq(m->node[1].tags[1], "y");
	cr_expect_eq(m->node[1].margin_per_day, 80000);
	cr_assert_eq(m->node_columns, 1);
	cr_expect_eq(m->node_column[0].number[1], 7);
	cr_expect(isnan(m->node_column[0].number[0]));
	done(&r);
}

Test(model_csv, line_ends_and_byte_order_mark)
{
	static const char *const tables[] = {"id,kind\na,x\nb,y\n", "id,kind\r\na,x\r\nb,y\r\n",
	                                     "\xEF\xBB\xBFid,kind\na,x\nb,y",
	                                     "\"id\",\"kind\"\r\n\r\n\"a\",\"x\"\r\n\"b\",\"y\"\r\n\r\n"};
	char digest[2][65];
	for (size_t i = 0; i < sizeof tables / sizeof *tables; i++) {
		reading r = read_good(tables[i]);
		cr_assert_eq(r.model->nodes, 2);
		cr_expect_str_eq(r.model->node[1].kind, "y");
		plim_model_digest_hex(r.model, digest[i > 0]);
		cr_expect_str_eq(digest[0], digest[i > 0]);
		done(&r);
	}
}

Test(model_csv, a_line_break_in_quotes)
{
	reading r = read_good("id,title\na,\"one\ntwo\"\nb,x\n");
	cr_assert_eq(r.model->nodes, 2);
	cr_expect_str_eq(r.model->node[0].title, "one\ntwo");
	done(&r);
}

Test(model_csv, errors_count_lines_of_the_file)
{
	reading r = read_table("id,title,margin_per_day\na,\"one\ntwo\",-1\n\nb,\xC3\xA9\xC3\xA9,-2\n");
	cr_assert_eq(r.findings.errors, 2);
	cr_expect_eq(r.findings.item[0].line, 3);
	cr_expect_eq(r.findings.item[0].col, 6);
	cr_expect_eq(r.findings.item[1].line, 5);
	cr_expect_eq(r.findings.item[1].col, 6, "in characters, not bytes");
	cr_expect_str_eq(r.findings.item[1].excerpt, "b,\xC3\xA9\xC3\xA9,-2");
	cr_expect(strstr(r.findings.item[0].file, "n.csv"));
	done(&r);
}

Test(model_csv, a_header_alone_is_an_empty_table)
{
	reading r = read_good("id,kind\n");
	cr_expect_eq(r.model->nodes, 0);
	done(&r);
}

Test(model_csv, yaml_and_csv_say_the_same)
{
	char digest[2][65];
	reading r = read_good("id,kind,visits,inputs\nb,y,2,each\na,x,,\n");
	plim_model_digest_hex(r.model, digest[0]);
	done(&r);
	r = read_table_n("", 0,
	                 "nodes:\n  - {id: a, kind: x}\n  - {id: b, kind: y, visits: 2, inputs: each}\n"
	                 "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: 5}\n");
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	plim_model_digest_hex(r.model, digest[1]);
	cr_expect_str_eq(digest[0], digest[1]);
	done(&r);
}

Test(model_csv, empirical_column_and_files_kept)
{
	static const char table[] = "id,loss\na,10\nb,\nc,30\n";
	reading r = read_table_n(
	    table, strlen(table),
	    "nodes: n.csv\nthreats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: {empirical: {file: n.csv, "
	    "column: loss}}}\n");
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	cr_expect_eq(r.model->threat[0].loss[0].amount.count, 2);
	cr_expect_float_eq(plim_amount_mean(&r.model->threat[0].loss[0].amount), 20, 1e-9);
	cr_assert_eq(r.model->files, 2);
	cr_expect_str_eq(r.model->file[1].name, "n.csv");
	cr_expect_eq(r.model->file[1].length, strlen(table));
	cr_expect_arr_eq(r.model->file[1].bytes, table, strlen(table));
	done(&r);
}

Test(model_csv, bad_bytes)
{
	reading r = read_table_n("id\na\0b\n", 7, "nodes: n.csv\nthreats: []\n");
	cr_expect_eq(r.status, PLIM_ERROR_MODEL);
	bool found = false;
	for (size_t i = 0; i < r.findings.count; i++)
		found |= strstr(r.findings.item[i].text, "NUL") && r.findings.item[i].line == 2 && r.findings.item[i].col == 2;
	cr_expect(found);
	done(&r);
}

/* Columns near a key are refused, those that only look short are not. */
Test(model_csv, columns_of_the_users_own)
{
	reading r = read_good("id,lat,lon,weight\na,54.3,18.6,\n");
	cr_expect_eq(r.model->node_columns, 3);
	cr_expect_str_eq(r.model->node_column[1].name, "lon");
	done(&r);
}

/* 20,000 nodes in another order than that of their ids. */
Test(model_csv, many_rows)
{
	enum { NODES = 20000 };
	char *table = malloc(NODES * 32);
	cr_assert_not_null(table);
	size_t at = (size_t)sprintf(table, "id,kind\n");
	for (int i = 0; i < NODES; i++)
		at += (size_t)sprintf(table + at, "n%05d,k%d\n", (i * 7919) % NODES, i % 7);
	reading r = read_table_n(
	    table, at,
	    "nodes: n.csv\nthreats:\n  - {id: t, where: {nodes: {kind: k3}}, frequency: {poisson: {rate: 1}}, loss: 5}\n");
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	cr_assert_eq(r.model->nodes, NODES);
	for (size_t i = 1; i < NODES; i++)
		cr_assert_lt(strcmp(r.model->node[i - 1].id, r.model->node[i].id), 0);
	cr_expect_eq(r.model->threat[0].where.places, NODES / 7);
	free(table);
	done(&r);
}
