/* SPDX-License-Identifier: Apache-2.0 */
/* GraphML files beside a model. */
#include <criterion/criterion.h>
#include <igraph.h>
#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "model/model.h"
#include "plimsoll/model.h"

typedef struct reading {
	char folder[64];
	plim_model *model;
	plim_findings findings;
	plim_error error;
	plim_status status;
} reading;

#define THREATS "threats:\n  - {id: t, frequency: {poisson: {rate: 1}}, loss: 5}\n"

static void write_file(const char *folder, const char *name, const char *text)
{
	char path[128];
	snprintf(path, sizeof path, "%s/%s", folder, name);
	FILE *file = fopen(path, "wb");
	cr_assert_not_null(file);
	cr_assert_eq(fwrite(text, 1, strlen(text), file), strlen(text));
	fclose(file);
}

/* A model with one or two files beside it. */
static reading read_files(const char *name, const char *text, const char *second, const char *more, const char *body)
{
	reading r = {0};
	char model[2048], path[128];
	const char *home = getenv("TMPDIR");
	snprintf(r.folder, sizeof r.folder, "%.40s/plim_XXXXXX", home ? home : "/tmp");
	cr_assert_not_null(mkdtemp(r.folder));
	write_file(r.folder, name, text);
	if (second)
		write_file(r.folder, second, more);
	snprintf(model, sizeof model, "plimsoll: 1\nname: x\ncurrency: EUR\n%s" THREATS, body);
	r.status = plim_model_parse(model, strlen(model), r.folder, &r.model, &r.findings, &r.error);
	snprintf(path, sizeof path, "%s/%s", r.folder, name);
	unlink(path);
	if (second) {
		snprintf(path, sizeof path, "%s/%s", r.folder, second);
		unlink(path);
	}
	rmdir(r.folder);
	return r;
}

static reading read_graphml(const char *text)
{
	return read_files("g.graphml", text, NULL, NULL, "nodes: g.graphml\n");
}

static void done(reading *r)
{
	plim_model_free(&r->model);
	plim_findings_clear(&r->findings);
}

static const char nodes_csv[] = "id,kind,region,tags,margin_per_day,inputs,visits,note\n"
                                "farm,supplier,LT,,,,7,\"a < b & c\"\n"
                                "plant,plant,PL,pilot;cold,,,0.1,\n"
                                "shops,customer,PL,,80e3,each,,\"\xC3\xA9t\xC3\xA9\"\n";
static const char links_csv[] = "from,to,item,share,buffer_days,substitution,lead_days,mode,trips\n"
                                "farm,plant,milk,1,2.5,0.4,,road,120\n"
                                "plant,shops,cheese,,10,,1,road,1e-300\n"
                                "farm,shops,milk,,,,0.3333333333333333,,\n";

/* The same network; keys in another order than their values, edge ids that are no names, an untyped key of an editor.
 */
static const char graph_text[] =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<!-- by hand: <node id=\"no\"/> -->\n"
    "<graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n"
    "  <key id=\"d0\" for=\"node\" attr.name=\"kind\" attr.type=\"string\"/>\n"
    "  <key id=\"d1\" for=\"node\" attr.name=\"region\" attr.type=\"string\"><default>PL</default></key>\n"
    "  <key id=\"d2\" for=\"node\" attr.name=\"tags\" attr.type=\"string\"/>\n"
    "  <key id=\"d3\" for=\"node\" attr.name=\"margin_per_day\" attr.type=\"int\"/>\n"
    "  <key id=\"d4\" for=\"node\" attr.name=\"inputs\" attr.type=\"string\"/>\n"
    "  <key id=\"d5\" for=\"node\" attr.name=\"visits\" attr.type=\"double\"/>\n"
    "  <key id=\"d6\" for=\"node\" attr.name=\"note\" attr.type=\"string\"/>\n"
    "  <key id=\"dx\" for=\"node\" yfiles.type=\"nodegraphics\"/>\n"
    "  <key id=\"e0\" for=\"edge\" attr.name=\"item\" attr.type=\"string\"/>\n"
    "  <key id=\"e1\" for=\"edge\" attr.name=\"share\" attr.type=\"double\"/>\n"
    "  <key id=\"e2\" for=\"edge\" attr.name=\"buffer_days\" attr.type=\"double\"/>\n"
    "  <key id=\"e3\" for=\"edge\" attr.name=\"substitution\" attr.type=\"double\"/>\n"
    "  <key id=\"e4\" for=\"edge\" attr.name=\"lead_days\" attr.type=\"double\"/>\n"
    "  <key id=\"e5\" for=\"edge\" attr.name=\"mode\" attr.type=\"string\"/>\n"
    "  <key id=\"e6\" for=\"edge\" attr.name=\"trips\" attr.type=\"double\"/>\n"
    "  <graph id=\"G\" edgedefault=\"directed\">\n"
    "    <node id=\"shops\"><data key=\"d3\"> 80000 </data><data key=\"d4\">each</data><data key=\"d0\">customer</data>"
    "<data key=\"d6\">\xC3\xA9t&#233;</data></node>\n"
    "    <node id=\"farm\"><data key=\"d0\">supplier</data><data key=\"d1\">LT</data><data key=\"d5\">7</data>"
    "<data key=\"d6\">a &lt; b &amp; c</data><data key=\"dx\"><Shape/></data></node>\n"
    "    <edge id=\"e0\" source=\"farm\" target=\"shops\"><data key=\"e0\">milk</data>"
    "<data key=\"e4\">0.3333333333333333</data></edge>\n"
    "    <node id=\"plant\"><data key=\"d0\">plant</data><data key=\"d2\">pilot;cold</data>"
    "<data key=\"d5\">0.1</data></node>\n"
    "    <edge id=\"e1\" source=\"farm\" target=\"plant\"><data key=\"e0\">milk</data><data key=\"e1\">1</data>"
    "<data key=\"e2\">2.5</data><data key=\"e3\">0.4</data><data key=\"e5\">road</data><data key=\"e6\">120</data>"
    "</edge>\n"
    "    <edge source=\"plant\" target=\"shops\"><data key=\"e0\">cheese</data><data key=\"e2\">10</data>"
    "<data key=\"e3\">NaN</data><data key=\"e4\">1</data><data key=\"e5\">road</data><data key=\"e6\">1e-300</data>"
    "</edge>\n"
    "  </graph>\n"
    "</graphml>\n";

static void expect_same_as_csv(void)
{
	char a[65], b[65];
	reading table = read_files("n.csv", nodes_csv, "l.csv", links_csv, "nodes: n.csv\nlinks: l.csv\n");
	reading graph = read_graphml(graph_text);
	cr_assert_eq(table.status, PLIM_OK, "%s", table.error.text);
	cr_assert_eq(graph.status, PLIM_OK, "%s", graph.error.text);
	cr_expect_eq(graph.findings.count, table.findings.count);
	plim_model_digest_hex(table.model, a);
	plim_model_digest_hex(graph.model, b);
	cr_expect_str_eq(a, b);
	cr_expect_eq(graph.model->nodes, 3);
	cr_expect_eq(graph.model->links, 3);
	cr_expect_eq(graph.model->files, 2, "the model and the file that it names are kept");
	cr_expect_eq(graph.model->file[1].length, strlen(graph_text));
	done(&table);
	done(&graph);
}

Test(model_graphml, same_model_as_csv)
{
	expect_same_as_csv();
}

/* igraph reads numbers itself: a decimal comma of the locale must not reach it. */
Test(model_graphml, same_model_under_another_locale)
{
	if (!setlocale(LC_ALL, "de_DE.UTF-8"))
		cr_skip_test("no locale with a decimal comma");
	expect_same_as_csv();
}

static const char *named(const char *keys, const char *node)
{
	static char text[1024];
	snprintf(text, sizeof text,
	         "<graphml>%s<graph edgedefault=\"directed\"><node id=\"n0\">%s</node><node id=\"n1\"/></graph></graphml>",
	         keys, node);
	return text;
}

Test(model_graphml, ids_of_nodes)
{
	reading r = read_graphml(named("", ""));
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	cr_expect_str_eq(r.model->node[0].id, "n0");
	done(&r);
	const char *key = "<key id='k' for='node' attr.name='name' attr.type='string'><default>b</default></key>";
	r = read_graphml(named(key, "<data key='k'>a</data>"));
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	cr_expect_str_eq(r.model->node[0].id, "a");
	cr_expect_str_eq(r.model->node[1].id, "b");
	cr_expect_eq(r.model->node_columns, 0);
	done(&r);
	/* `id` goes before `name`, which is a further column then */
	r = read_graphml(named("<key id='k' for='node' attr.name='name' attr.type='string'/>"
	                       "<key id='i' for='node' attr.name='id' attr.type='int'><default>5</default></key>",
	                       "<data key='k'>a</data><data key='i'>4</data>"));
	cr_assert_eq(r.status, PLIM_OK, "%s", r.error.text);
	cr_expect_str_eq(r.model->node[0].id, "4");
	cr_expect_str_eq(r.model->node[1].id, "5");
	cr_assert_eq(r.model->node_columns, 1);
	cr_expect_str_eq(r.model->node_column[0].text[0], "a");
	done(&r);
}

static void expect_error(const char *text, const char *part, int line, int col)
{
	reading r = read_graphml(text);
	cr_assert_eq(r.status, PLIM_ERROR_MODEL, "%s", text);
	cr_assert_geq(r.findings.count, 1);
	const plim_finding *first = &r.findings.item[0];
	cr_expect_not_null(strstr(first->text, part), "found: %s", first->text);
	cr_expect_not_null(strstr(first->file, "g.graphml"), "found: %s", first->file);
	cr_expect_eq(first->line, line, "%s: line %d", part, first->line);
	cr_expect_eq(first->col, col, "%s: column %d", part, first->col);
	done(&r);
}

#define OPEN "<graphml>\n<key id='v' for='node' attr.name='visits' attr.type='double'/>\n"
#define GRAPH "<graph edgedefault='directed'>\n"
#define CLOSE "</graph></graphml>"

Test(model_graphml, errors)
{
	expect_error("", "no <graph>", 1, 1);
	expect_error("id,kind\na,b\n", "no <graph>", 1, 1);
	expect_error("<html></html>", "outermost", 1, 1);
	expect_error("<graphml/>", "no <graph>", 1, 1);
	expect_error("<graphml xmlns='urn:x'>" GRAPH CLOSE, "namespace", 1, 1);
	expect_error("<!DOCTYPE x [<!ENTITY a 'b'>]>\n<graphml>" GRAPH CLOSE, "document types", 1, 1);
	expect_error("<?xml version='1.0' encoding='ISO-8859-1'?>\n<graphml>" GRAPH CLOSE, "UTF-8", 1, 1);
	expect_error(OPEN GRAPH "<node id='a'/>\n</graph>", "cannot read this as GraphML", 1, 1);
	expect_error(OPEN GRAPH "<node id='a'>\n</graph></graphml>", "closes what was not opened", 5, 1);
	expect_error(OPEN GRAPH "<node id='a\n", "never closed", 4, 1);
	expect_error(OPEN "<graph>\n" CLOSE, "not directed", 3, 1);
	expect_error(OPEN GRAPH "<node id='a'/><node id='b'/>\n<edge source='a' target='b' directed='false'/>" CLOSE,
	             "not directed", 5, 1);
	expect_error(OPEN GRAPH "<node id='a'/>\n <edge source='a' target='b'/>" CLOSE, "edge 1: its `target` \"b\"", 5, 2);
	expect_error(OPEN GRAPH "<node id='a'/>\n <edge source='a'/>" CLOSE, "edge 1: its `target`", 5, 2);
	expect_error(OPEN GRAPH "<node id='a'/>\n<node id='a'/>" CLOSE, "again (first in line 4)", 5, 1);
	expect_error(OPEN GRAPH "<node/>" CLOSE, "needs `id`", 4, 1);
	expect_error(OPEN GRAPH "<node id='a'><data key='w'>1</data></node>" CLOSE, "\"w\" is not declared", 4, 14);
	expect_error(OPEN GRAPH "<node id='a'><data key='v'>0,5</data></node>" CLOSE, "must be a number", 4, 31);
	expect_error(OPEN GRAPH "<node id='a'><data key='v'>12x</data></node>" CLOSE, "must be a number", 4, 31);
	expect_error(OPEN GRAPH "<node id='a'><data key='v'>1</data><data key='v'>2</data></node>" CLOSE, "already", 4, 36);
	expect_error(OPEN GRAPH "<node id='a'><desc/></node>" CLOSE, "nothing else", 4, 14);
	expect_error(OPEN GRAPH "<node id='a'><data key='v'><b/></data></node>" CLOSE, "plain text", 4, 28);
	expect_error(OPEN GRAPH CLOSE "<graphml>" GRAPH CLOSE, "second graph", 4, 28);
	expect_error("<g:graphml xmlns:g='http://graphml.graphdrawing.org/xmlns'/>", "prefix", 1, 1);
	expect_error("<graphml><key id='v' attr.type='int'/>" GRAPH CLOSE, "what it is for", 1, 10);
	expect_error("<graphml><key id='v' for='node' attr.type='int'/>\n<key id='w' for='node' attr.name='v' "
	             "attr.type='int'/>" GRAPH CLOSE,
	             "declared twice", 2, 1);
	expect_error("<graphml><key id='v' for='node' attr.name='regio' attr.type='string'/>" GRAPH CLOSE,
	             "too near to the key `region`", 1, 10);
	expect_error("<graphml><key id='v' for='node' attr.name='note' attr.type='string'/>" GRAPH
	             "<node id='a'>\n<data key='v'>&#x85;</data></node>" CLOSE,
	             "vertex 1: `note` has a control character", 2, 1);
	expect_error("<graphml><key id='v' for='edge' attr.name='from' attr.type='string'/>" GRAPH CLOSE, "rename", 1, 10);
	/* checks shared with CSV point at the element */
	expect_error("<graphml><key id='v' for='node' attr.name='margin_per_day' attr.type='double'/>" GRAPH
	             "<node id='a'/>\n <node id='b'><data key='v'>-1</data></node>" CLOSE,
	             "`margin_per_day` must be a number of 0 or more", 3, 2);
}

static int seen;

static void count_error(const char *reason, const char *file, int line, igraph_error_t code)
{
	(void)reason, (void)file, (void)line, (void)code;
	seen++;
	IGRAPH_FINALLY_FREE();
}

/* A program that uses igraph itself finds its handler as it was, and hears nothing of errors in files. */
Test(model_graphml, handlers_are_put_back)
{
	igraph_set_error_handler(count_error);
	expect_error(OPEN GRAPH "<node id='a'/>\n</graph>", "cannot read this as GraphML", 1, 1);
	cr_expect_eq(seen, 0);
	cr_expect_eq(igraph_set_error_handler(NULL), count_error);
}
