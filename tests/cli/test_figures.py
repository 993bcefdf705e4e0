#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""One run, one number: every figure of CSV, JSON, workbook and HTML is read back and compared. Speaks TAP.

  test_figures.py PROGRAM SOURCE_ROOT
"""
import csv
import functools
import html
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import traceback
import warnings

import openpyxl

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
TABLES = ["clauses", "percentiles", "tvar", "curves", "moments", "tail", "tolerance", "worst", "risks", "controls", "policy",
          "assumptions", "correspondence"]
CASES = []
MODEL = """plimsoll: 1
name: '=1+1'
currency: EUR
policy: {commitments: [legal, protection], tolerance: [{loss: 3000, probability: 0.2}]}
assumptions: [{id: A1, text: '=cmd()', source: '@SUM(1)', owner: '-x', limitation: '+1'}]
threats:
  - {id: theft, title: '=HYPERLINK("x")', frequency: {poisson: {rate: 0.5}}, loss: {lognormal: {median: 1000, sigma: 1}},
     clauses: [4.4.6], owner: '+owner'}
  - {id: ruin, frequency: {poisson: {rate: 0.1}}, loss: {pareto: {shape: 0.9, minimum: 10}}, allow_infinite_mean: true}
"""


def case(function):
    CASES.append(function)
    return function


def call(*args):
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL, text=True, timeout=120)
    assert done.returncode == 0, (args, done.stderr)
    return done.stdout


def results(name, model):
    if not os.path.exists(f"{name}.h5"):
        call("run", model, "-n", "5000", "-o", f"{name}.h5", "--quiet")
        for ending in ("json", "xlsx", "html"):
            call("report", f"{name}.h5", "--format", ending, "-o", f"{name}.{ending}", "--today", "2026-10-01")
    return f"{name}.h5"


def firm():
    return results("firm", f"{ROOT}/models/small_firm/model.yaml")


def odd():
    with open("odd.yaml", "w", encoding="utf-8") as file:
        # a single amount takes the key where it stands
        file.write(MODEL.replace("{shape: 0.9, minimum: 10}}, allow_infinite_mean: true",
                                 "{shape: 0.9, minimum: 10, allow_infinite_mean: true}}"))
    return results("odd", "odd.yaml")


@functools.cache
def table(file, name, *more):
    return list(csv.DictReader(io.StringIO(call("report", file, "--format", "csv", "--table", name, "--today", "2026-10-01", *more))))


def document(name):
    with open(f"{name}.json", encoding="utf-8") as file:
        return json.load(file)


@functools.cache
def book(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(f"{name}.xlsx")


def as_text(value):
    """A value of JSON as CSV has it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return value


def same_number(text, value, digits):
    """`text` of the CSV against a number read elsewhere, to so many digits (None: the same double)."""
    one, other = float(text), float(value)
    return one == other or (digits and math.isclose(one, other, rel_tol=10.0 ** (1 - digits)))


def same_cell(text, value, digits=None):
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return same_number(text, value, digits)
    value = as_text(value)
    return text == value or (value[:1] in tuple("=+-@") and text == "'" + value)


@case
def json_is_csv():
    for name, file in (("firm", firm()), ("odd", odd())):
        tables = document(name)["tables"]
        for wanted in TABLES:
            rows = table(file, wanted)
            assert len(rows) == len(tables[wanted]), wanted
            for row, other in zip(rows, tables[wanted]):
                assert list(row) == list(other), wanted
                assert all(same_cell(row[key], other[key]) for key in row), (wanted, row, other)


def left_out(groups, row):
    """Rows that a workbook leaves to csv: places with small means, worst trials beyond the twentieth."""
    if int(row.get("rank") or 0) > 20 and "trial" in row:
        return True
    return row.get("group_kind") in ("node", "link", "bearer") and (row["group_kind"], row["group"]) not in groups


@case
def workbook_is_csv():
    for name, file in (("firm", firm()), ("odd", odd())):
        read = book(name)
        shown = {(row[2], row[3]) for row in read["moments"].iter_rows(min_row=2, values_only=True)}
        for wanted in TABLES:
            rows = [row for row in table(file, wanted) if not left_out(shown, row)]
            if not rows:
                continue
            cells = list(read[wanted].iter_rows(values_only=True))
            assert list(cells[0]) == list(rows[0]), wanted
            assert len(cells) == len(rows) + 1, (wanted, len(cells), len(rows))
            for row, other in zip(rows, cells[1:]):
                # the library writes 16 digits
                assert all(same_cell(row[key], value, 16) for key, value in zip(row, other)), (wanted, row, other)


@case
def html_is_csv():
    """Each table of the page whose columns are a CSV table's: the exact values that it sorts by."""
    kinds = {"tree": "clauses"}
    for name, file in (("firm", firm()), ("odd", odd())):
        with open(f"{name}.html", encoding="utf-8") as opened:
            text = opened.read()
        known = {}
        for wanted in TABLES:
            for row in table(file, wanted):
                for key, value in row.items():
                    known.setdefault(key, set()).add(value)
        compared = 0
        for kind, names, body in re.findall(r'<table class="(\w+)">.*?<thead>(.*?)</thead>\s*<tbody>(.*?)</tbody>', text, re.S):
            columns = [html.unescape(c) for c in re.findall('data-name="([^"]*)"', names)]
            for row in re.findall("<tr[^>]*>(.*?)</tr>", body, re.S):
                cells = re.findall(r'<(?:td|th)[^>]*?(?: data-v="([^"]*)")?>', row)
                assert len(cells) == len(columns), (columns, row)
                for column, value in zip(columns, cells):
                    if kind in kinds and column in known and value:
                        assert value in known[column], (column, value)
                        compared += 1
                    elif column in ("mean", "p90", "p95", "p99", "tvar99", "loss_per_event", "value", "loss") and value:
                        places = known.get(column, set()) | known["value"] | known["mean"] | known["loss"]
                        for figure in ("sd", "events_per_trial", "p_zero"):
                            places = places | known[figure]
                        assert value in places, (column, value)
                        compared += 1
        assert compared > 200, compared
        # charts say what their tables say
        charts = json.loads(re.search('<script type="application/json" id="charts">(.*?)</script>', text, re.S).group(1))
        curves = {float(row["loss"]) for wanted in ("curves", "tolerance") for row in table(file, wanted)}
        points = [p for chart in charts if not chart["bars"] for series in chart["series"] for p in series["data"]]
        assert points and all(p[1] is None or p[1] in curves for p in points)


@case
def figures_for_people_are_the_exact_ones_rounded():
    file = firm()
    with open("firm.html", encoding="utf-8") as opened:
        cells = re.findall(r'data-v="([^"]+)">([^<]+)</td>', opened.read())
    assert len(cells) > 1000
    for exact, shown in cells:
        if exact in ("inf", "true", "false", "nan", "-inf"):
            continue
        shown = html.unescape(shown).replace(",", "")
        value, percent = float(exact), shown.endswith("%")
        if shown.startswith("<"):
            assert 0 < value < 0.01, (exact, shown)
            continue
        number = float(shown.rstrip("%")) / (100 if percent else 1)
        # whole units from 100 on, cents below, per mille, four digits of a probability
        assert abs(number - value) <= max(0.5 if abs(value) >= 99.99 else 0.005, 5e-4 * abs(value)) + 1e-9, (exact, shown)
    assert f"{float(table(file, 'clauses')[0]['mean']):,.0f}" in call("report", file)
    assert f"{float(table(file, 'clauses')[0]['mean']):,.0f}" in call("report", file, "--format", "markdown")


@case
def workbook_is_one_to_work_with():
    firm()
    read = book("firm")
    assert read.sheetnames[:3] == ["summary", "exceedance", "clauses"]
    for sheet in read.worksheets[1:]:
        assert sheet.freeze_panes == "A2", sheet.title
        assert sheet.auto_filter.ref == sheet.dimensions, (sheet.title, sheet.auto_filter.ref, sheet.dimensions)
    assert len(read["exceedance"]._charts) == 1  # pylint: disable=protected-access
    chart = read["exceedance"]._charts[0]  # pylint: disable=protected-access
    assert chart.x_axis.scaling.logBase == 10 and chart.y_axis.scaling.logBase == 10
    assert len(chart.series) == 5  # two for each scenario, and the tolerance
    for series in chart.series:
        cells = [cell.value for (cell,) in read["exceedance"][series.yVal.numRef.f.split("!")[1].replace("$", "")]]
        assert len(cells) >= 2 and all(isinstance(value, float) or isinstance(value, int) for value in cells), cells
    clauses = {cell.value: cell.column for cell in read["clauses"][1]}
    assert read["clauses"].cell(2, clauses["mean"]).number_format == "#,##0"
    assert read["clauses"].cell(2, clauses["share_of_mean"]).number_format == "0.0%"


@case
def workbook_runs_nothing_and_says_infinite():
    odd()
    read = book("odd")
    for sheet in read.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", (sheet.title, cell.coordinate, cell.value)
    texts = {cell.value for row in read["assumptions"].iter_rows() for cell in row}
    assert {"=cmd()", "@SUM(1)", "-x", "+1"} <= texts, texts
    column = [cell.value for cell in read["moments"][1]].index("mean")
    assert "inf" in {row[column] for row in read["moments"].iter_rows(min_row=2, values_only=True)}
    with open("odd.html", encoding="utf-8") as file:
        assert 'data-v="inf">inf<' in file.read()


@case
def equal_results_give_equal_files():
    file = firm()
    for ending in ("xlsx", "html", "json"):
        call("report", file, "--format", ending, "-o", f"again.{ending}", "--today", "2026-10-01")
        with open(f"firm.{ending}", "rb") as one, open(f"again.{ending}", "rb") as other:
            if ending == "xlsx":  # a zip has the time of its making: its parts are compared
                continue
            assert one.read() == other.read(), ending


@case
def insurers_tables_hold_the_same_figures():
    file = firm()
    names = {row["SummaryId"]: (row["scenario"], row["perspective"], row["group_kind"], row["group"])
             for row in table(file, "summaryinfo")}
    key = ("scenario", "perspective", "group_kind", "group")
    curves = {(*(row[k] for k in key), row["measure"], row["return_period"]): row["loss"] for row in table(file, "curves")}
    tvar = {(*(row[k] for k in key), row["measure"], round(1 / (1 - float(row["p"])), 6)): row["value"]
            for row in table(file, "tvar")}
    seen = 0
    for row in table(file, "ept"):
        assert row["EPCalc"] == "2"
        measure = "OEP" if row["EPType"] in "12" else "AEP"
        if row["EPType"] in "13":
            assert curves.pop((*names[row["SummaryId"]], measure, row["ReturnPeriod"])) == row["Loss"], row
        else:
            assert tvar.pop((*names[row["SummaryId"]], measure, float(row["ReturnPeriod"]))) == row["Loss"], row
        seen += 1
    assert seen > 1000 and not curves and not tvar
    moments = {tuple(row[k] for k in key): (row["mean"], row["sd"]) for row in table(file, "moments") if row["measure"] == "AEP"}
    for row in table(file, "alt"):
        assert moments.pop(names[row["SummaryId"]]) == (row["MeanLoss"], row["SDLoss"])
    assert not moments
    # the periods' losses have the mean and the percentile of the total
    for scenario in ("today", "both"):
        losses = sorted(float(row["Loss"]) for row in table(file, "plt") if names[row["SummaryId"]][0] == scenario)
        assert all(names[row["SummaryId"]][2] == "total" for row in table(file, "plt"))
        total = [row for row in table(file, "moments") if row["scenario"] == scenario and row["group"] == "total"
                 and row["measure"] == "AEP"][0]
        assert math.isclose(math.fsum(losses) / 5000, float(total["mean"]), rel_tol=1e-12)
        assert math.isclose(1 - len(losses) / 5000, float(total["p_zero"]), abs_tol=1e-12)
        p99 = [row["value"] for row in table(file, "percentiles") if row["scenario"] == scenario and row["group"] == "total"
               and row["measure"] == "AEP" and row["p"] == "0.99"][0]
        assert losses[len(losses) - 50 - 1] == float(p99)  # rank n - floor(0.01 n)


@case
def losses_of_periods_need_the_year_loss_table():
    call("run", f"{ROOT}/models/small_firm/model.yaml", "-n", "1000", "--ylt", "no", "-o", "none.h5", "--quiet")
    done = subprocess.run([PROGRAM, "report", "none.h5", "--format", "csv", "--table", "plt"], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 1 and "--ylt yes" in done.stderr and not done.stdout, done


def by_standard(file, standard, scenario):
    made = call("report", file, "--format", "csv", "--table", "correspondence", "--standard", standard, "--scenario", scenario)
    return {row["clause"]: row for row in csv.DictReader(io.StringIO(made))}


@case
def clauses_by_another_standard():
    file = firm()
    rows = by_standard(file, "14001", "today")
    assert rows["4.2"]["corresponds_to"] == "4.2 Environmental policy" and rows["4.2"]["verified"] == "V(A1)"
    assert by_standard(file, "9001", "today")["4.2"]["corresponds_to"].startswith("5.1 Management commitment; 5.3")
    assert by_standard(file, "28000:2022", "today")["4.2"]["corresponds_to"] == "5.1;5.2;5.2.1;5.2.2"
    assert by_standard(file, "28000:2022", "today")["4.2"]["verified"] == "analyst"
    own = [row for row in table(file, "clauses") if row["scenario"] == "today"]
    assert [row["group"] for row in own] == list(rows)
    for row in own:
        other = rows[row["group"]]
        assert all(row[key] == other[key] for key in ("mean", "p95", "p99", "tvar99", "share_of_mean")), row
    text = call("report", file, "--standard", "14001")
    assert "Clauses by ISO 14001:2004" in text and "4.2 Environmental policy" in text and "V seen" in text
    assert "Environmental policy" not in call("report", file)
    done = subprocess.run([PROGRAM, "report", file, "--standard", "45001"], capture_output=True, text=True, check=False)
    assert done.returncode == 1 and "14001 9001 28000:2022 28000:2007" in done.stderr
    # a table of the user's own replaces it; what is wrong in it is said with its place
    with open("own.csv", "w", encoding="utf-8") as opened:
        opened.write("number,corresponds_to,verified\n4.2,our manual 1.1,seen\n4.4.6,our manual 7,\n")
    own = by_standard(file, "own.csv", "today")
    assert (own["4.2"]["corresponds_to"], own["4.2"]["verified"], own["4.2"]["standard"]) == ("our manual 1.1", "seen", "own.csv")
    assert own["4.4.6"]["corresponds_to"] == "our manual 7" and own["4.1"]["corresponds_to"] == ""
    assert own["4.2"]["mean"] == rows["4.2"]["mean"]
    assert "Clauses by own.csv" in call("report", file, "--standard", "own.csv")
    for wrong, place in (("4.2,x,\n4.99,y,", "wrong.csv:3:1"), ("4.2,x,\n4.2,y,", "wrong.csv:3:"), ("4.2,,", "wrong.csv:2:")):
        with open("wrong.csv", "w", encoding="utf-8") as opened:
            opened.write("number,corresponds_to,verified\n" + wrong + "\n")
        done = subprocess.run([PROGRAM, "report", file, "--standard", "wrong.csv"], capture_output=True, text=True, check=False)
        assert done.returncode == 2 and place in done.stderr and not done.stdout, done
    # the way back, for a model by the edition of 2022
    with open("new.yaml", "w", encoding="utf-8") as opened:
        opened.write("plimsoll: 1\nname: n\ncurrency: EUR\nedition: 2022\nthreats: [{id: t, frequency: {poisson: {rate: 1}}, "
                     "loss: {fixed: {value: 5}}, clauses: ['5.2.1']}]\n")
    call("run", "new.yaml", "-n", "1000", "-o", "new.h5", "--quiet")
    back = by_standard("new.h5", "28000:2007", "base")
    assert back["5.2.1"]["corresponds_to"] == "4.2" and back["5.2.1"]["verified"] == "analyst", back["5.2.1"]
    assert by_standard("new.h5", "14001", "base")["5.2.1"]["corresponds_to"] == "4.2 Environmental policy"


@case
def insured_clauses_and_risks_stand_net_too():
    with open("insured.yaml", "w", encoding="utf-8") as opened:
        opened.write("plimsoll: 1\nname: n\ncurrency: EUR\nthreats:\n"
                     "  - {id: t, frequency: {poisson: {rate: 1}}, loss: {lognormal: {median: 9, sigma: 1}}, clauses: [4.4.6]}\n"
                     "  - {id: u, frequency: {poisson: {rate: 1}}, loss: {fixed: {value: 5}}, clauses: [4.4.2]}\n"
                     "insurance: [{id: i, covers: [t], deductible: 5, limit: 50}]\n")
    call("run", "insured.yaml", "-n", "4000", "-o", "insured.h5", "--quiet")
    moments = {(row["perspective"], row["group_kind"], row["group"]): row["mean"] for row in table("insured.h5", "moments")
               if row["measure"] == "AEP"}
    clauses = table("insured.h5", "clauses")
    assert [row["perspective"] for row in clauses] == [p for p in ("gross", "ceded", "net") for _ in range(len(clauses) // 3)]
    for row in clauses:
        assert row["mean"] == moments[row["perspective"], "clause", row["group"]], row
    other = table("insured.h5", "correspondence", "--standard", "14001")
    assert [(row["perspective"], row["clause"], row["mean"]) for row in other] == [
        (row["perspective"], row["group"], row["mean"]) for row in clauses]
    for row in table("insured.h5", "risks"):
        assert row["net_mean"] == moments["net", "threat", row["risk"]] and float(row["net_p99"]) > 0, row
    assert "Net mean" in call("report", "insured.h5") and "Net mean" not in call("report", firm())
    assert all(row["net_mean"] == "" for row in table(firm(), "risks"))


@case
def libreoffice_opens_the_workbook():
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if not program or os.environ.get("PLIM_TEST_LONG") != "1":
        return "SKIP " + ("a long test" if program else "no LibreOffice")
    firm()
    subprocess.run([program, "--headless", f"-env:UserInstallation=file://{os.getcwd()}/office", "--convert-to",
                    "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,false,false,false,false,-1", "firm.xlsx"],
                   check=True, stdout=subprocess.DEVNULL, timeout=300)
    cells = 0
    for name in TABLES:
        rows = table("firm.h5", name)
        if name == "worst":
            rows = [row for row in rows if int(row["rank"]) <= 20]
        if not os.path.exists(f"firm-{name}.csv"):
            assert not rows, name
            continue
        with open(f"firm-{name}.csv", encoding="utf-8") as file:
            sheet = list(csv.DictReader(file))
        assert len(sheet) == len(rows), name
        for row, other in zip(sheet, rows):
            for key, value in other.items():
                cells += 1
                if row[key] in (value, value.upper()):  # text, and yes or no
                    continue
                number = float(row[key].rstrip("%")) / (100 if row[key].endswith("%") else 1)
                assert math.isclose(number, float(value), rel_tol=1e-13), (name, key, row[key], value)  # it keeps 15 digits
    assert cells > 10000, cells
    return None


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, function in enumerate(CASES, 1):
            try:
                skip = function()
                print(f"ok {number} - {function.__name__}" + (f" # {skip}" if skip else ""), flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
                print(f"not ok {number} - {function.__name__}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
