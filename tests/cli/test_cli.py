#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command line: each case runs the program as a user would. Speaks TAP.

  test_cli.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import math
import os
import re
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
COMMANDS = ["init", "check", "run", "batch", "merge", "verify", "report", "network", "compare", "optimize", "avoided", "sensitivity", "exact", "fit", "monitor", "import", "info"]
NOT_YET = []
TABLES = ["clauses", "percentiles", "tvar", "curves", "moments", "tail", "tolerance", "worst", "check", "risks",
          "controls", "policy", "assumptions", "correspondence"]
CASES = []
QUANTILES = (0.05, 0.5, 0.95)


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


class Result:
    def __init__(self, done):
        self.code, self.out, self.err = done.returncode, done.stdout, done.stderr

    def __str__(self):
        return f"exit {self.code}\nstdout: {self.out[-2000:]}\nstderr: {self.err[-2000:]}"


def call(*args, expect=0, stdout=subprocess.PIPE, env=None, stdin=subprocess.DEVNULL):
    """Runs the program; its exit code must be `expect`, and an error must be said on stderr."""
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=stdout, stderr=subprocess.PIPE, stdin=stdin, text=True,
                          env={**os.environ, **(env or {})}, timeout=120, check=False)
    result = Result(done)
    assert result.code == expect, f"{args}: wanted exit {expect}, got {result}"
    if expect:
        assert "error: " in result.err, f"{args}: no error said: {result}"
    return result


def holds(text, *parts):
    for part in parts:
        assert part in text, f"'{part}' is not in:\n{text[-3000:]}"


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


MODEL = """plimsoll: 1
name: {name}
currency: EUR
policy: {{tolerance: [{{loss: 1000, probability: {tolerated}}}]}}
threats:
  - id: theft
    frequency: {{poisson: {{rate: 0.5}}}}
    loss: {{lognormal: {{median: 1000, sigma: 1}}}}
    clauses: [4.4.6]
"""
SHARED = {}


def model(tolerated=0.9, name="Small"):
    """A small model of which the chance of a loss above 1000 in a trial is about 0.2."""
    return write(f"model_{tolerated}.yaml", MODEL.format(tolerated=tolerated, name=name))


def results():
    """A results file of the starter model, made once, copied to the folder of the case."""
    if "results" not in SHARED:
        call("init", "shared.yaml")
        call("run", "shared.yaml", "-n", "20k", "-o", "shared.h5", "--quiet")
        with open("shared.h5", "rb") as file:
            SHARED["results"] = file.read()
    with open("r.h5", "wb") as file:
        file.write(SHARED["results"])
    return "r.h5"


@case
def version_and_help():
    holds(call("--version").out, "plimsoll ")
    out = call("--help").out
    for command in COMMANDS:
        holds(out, f"\n  {command} ")
    for command in NOT_YET:
        assert f"\n  {command} " not in out, f"{command} is listed, but is not there"
    assert call("help").out == out
    holds(call(expect=1).err, "usage: plimsoll")


@case
def each_help_has_an_example():
    for command in COMMANDS:
        result = call(command, "--help")
        holds(result.out, f"usage: plimsoll {command}", "options:", "example:", f"  plimsoll {command}")
        assert result.err == ""
        assert call("help", command).out == result.out
        assert call(command, "-h").out == result.out


@case
def unknown_commands_suggest():
    holds(call("rnu", expect=1).err, "did you mean 'run'?")
    holds(call("repotr", expect=1).err, "did you mean 'report'?")
    err = call("xyzzy", expect=1).err
    assert "did you mean" not in err
    for command in NOT_YET:
        call(command, expect=1)
    call("help", "rnu", expect=1)


@case
def unknown_options_suggest():
    holds(call("run", "m.yaml", "--sede", "3", expect=1).err, "did you mean '--seed'?")
    holds(call("report", "r.h5", "--formta=csv", expect=1).err, "did you mean '--format'?")
    assert "did you mean" not in call("info", "--zzz", expect=1).err
    holds(call("run", "m.yaml", "-n", expect=1).err, "-n")
    holds(call("run", "m.yaml", "--quiet=1", "-o", "x.h5", expect=1).err, "takes no value")


@case
def operands_are_counted():
    for command in ("check", "run", "report"):
        holds(call(command, expect=1).err, "usage: plimsoll " + command)
    holds(call("info", "a.h5", "b.h5", expect=1).err, "too many")


@case
def options_and_operands_in_any_order():
    m = model()
    call("run", "-n", "1k", m, "-o", "a.h5", "--quiet")
    call("run", "--quiet", "-o", "b.h5", m, "-n1k", env={"POSIXLY_CORRECT": "1"})
    call("run", "--quiet", "--output=c.h5", "--trials=1k", "--", m)
    digest = [re.search("result sha256: ([0-9a-f]{64})", call("info", f).out).group(1) for f in ("a.h5", "b.h5", "c.h5")]
    assert digest[0] == digest[1] == digest[2]


@case
def a_whole_round():
    call("init")
    holds(open("model.yaml", encoding="utf-8").read(), "plimsoll: 1", "#")
    checked = call("check", "model.yaml")
    holds(checked.out, "sources: ", "expected attempts per trial: ", "memory: ", "model sha256: ", "trailer_theft: loss",
          "trailer_theft: vulnerability (unknown)")
    assert "error" not in checked.err
    ran = call("run", "model.yaml", "-n", "10k", "-o", "out.h5")
    assert ran.out == ""
    holds(ran.err, "scenario today: mean ", "P99", "tolerance", "wrote out.h5: 10,000 trials")
    report = call("report", "out.h5")
    assert report.err == ""
    holds(report.out, "First model", "Scenario today", "Scenario parking", "4.4.6", "P(no loss)", "A1", "Tolerance",
          "Head of logistics", "common random numbers")
    assert max(map(len, report.out.splitlines())) <= 120
    assert os.listdir(".") and not [f for f in os.listdir(".") if f not in ("model.yaml", "out.h5")]


@case
def expected_attempts_of_the_starter_model():
    # two roads at 0.4, one plant at 0.02, and the mean of a log-uniform rate on [0.01, 0.1]
    call("init", "m.yaml")
    out = call("check", "m.yaml").out
    attempts = float(re.search("expected attempts per trial: (.*)", out).group(1))
    expected = 2 * 0.4 + 0.02 + 0.09 / math.log(10)
    assert abs(attempts - expected) < 1e-4 * expected, (attempts, expected)
    # mean, p5, p50 and p95 of log-uniform and lognormal laws in closed form
    for name, figures in (("forged_papers: frequency (unknown)", [0.09 / math.log(10), *(10 ** (p - 2) for p in QUANTILES)]),
                          ("plant_fire: loss", [2e6 * math.exp(0.5), *(2e6 * math.exp(z) for z in (-1.644854, 0, 1.644854))])):
        line = next(text for text in out.splitlines() if text.startswith(name))
        shown = [float(word) for word in line[len(name):].split()[:4]]
        assert all(abs(a - b) < 1e-4 * b for a, b in zip(shown, figures)), (line, figures)


@case
def inputs_are_never_written_over():
    call("init", "m.yaml")
    call("run", "m.yaml", "-n", "1k", "-o", "out.h5", "--quiet")
    os.link("m.yaml", "alias.yaml")
    os.symlink("out.h5", "link.h5")
    with open("m.yaml", "rb") as file:
        model = file.read()
    with open("out.h5", "rb") as file:
        results = file.read()
    for line in (("run", "m.yaml", "-n", "1k", "-o", "m.yaml"), ("run", "m.yaml", "-n", "1k", "-o", "alias.yaml"),
                 ("report", "out.h5", "-o", "./out.h5"), ("report", "out.h5", "-o", "link.h5"), ("merge", "out.h5", "-o", "out.h5"),
                 ("network", "m.yaml", "-o", "m.yaml"), ("report", "out.h5", "--review", "link.h5", "-o", "link.h5")):
        holds(call(*line, "--force", expect=1).err, "a file that this command reads")
    with open("m.yaml", "rb") as file:
        assert file.read() == model
    with open("out.h5", "rb") as file:
        assert file.read() == results


@case
def a_dash_is_standard_output():
    call("init", "m.yaml")
    assert call("init", "-").out.startswith("plimsoll: 1 ")
    holds(call("run", "m.yaml", "-n", "1k", "-o", "-", "--quiet", expect=1).err, "cannot go to standard output")
    call("run", "m.yaml", "-n", "1k", "-o", "out.h5", "--quiet")
    assert call("report", "out.h5", "-o", "-").out == call("report", "out.h5").out
    assert not os.path.exists("-")


@case
def existing_files_are_kept():
    call("init", "m.yaml")
    write("m.yaml", "mine")
    holds(call("init", "m.yaml", expect=3).err, "--force")
    assert open("m.yaml", encoding="utf-8").read() == "mine"
    call("init", "m.yaml", "--force")
    write("out.h5", "mine")
    # refused before the run: a run of 10^9 trials would not end within the time limit
    holds(call("run", "m.yaml", "-n", "1e9", "-o", "out.h5", expect=3).err, "exists", "--force")
    assert open("out.h5", encoding="utf-8").read() == "mine"
    call("run", "m.yaml", "-n", "1k", "-o", "out.h5", "--force", "--quiet")
    write("report.txt", "mine")
    call("report", "out.h5", "-o", "report.txt", expect=3)
    assert open("report.txt", encoding="utf-8").read() == "mine"
    call("report", "out.h5", "-o", "report.txt", "--force")
    holds(open("report.txt", encoding="utf-8").read(), "First model")
    assert sorted(os.listdir(".")) == ["m.yaml", "out.h5", "report.txt"]


@case
def forms_of_n():
    m = model()
    for text, trials in {"1k": 1000, "1e3": 1000, "1_000": 1000, "1.5k": 1500, "1": 1, "777": 777, "0.002M": 2000}.items():
        call("run", m, "-n", text, "-o", "out.h5", "--force", "--quiet")
        holds(call("info", "out.h5").out, f"\ntrials: {trials}\n")
    for text in ("", "0", "-1", "abc", "10x", "1.5", "1__0", "_1", "1_", "1k5", "nan", "inf", "1e", "0x10", "1,000", "1 k",
                 "1e-3", "1e15", "1000000000000001", "99999999999999999999999"):
        holds(call("run", m, "-n", text, "-o", "no.h5", expect=1).err, "-n", "whole number")
    assert not os.path.exists("no.h5")


@case
def bad_values_are_usage_errors():
    m = model()
    wrong = {"--threads": ("0", "-1", "abc", "2x", "", "1025"), "--seed": ("-1", "1.5", "x", "18446744073709551616"),
             "--memory": ("0", "4X", "-1G", "lots"), "--blocks": ("3", "2:2", "3:1", "a:b", ":", "1:2:3", "-1:3"),
             "--ylt": ("maybe", "", "YES"), "--cpu": ("mmx", "")}
    for option, values in wrong.items():
        for value in values:
            holds(call("run", m, "-n", "1k", "-o", "no.h5", option, value, expect=1).err, option)
    holds(call("run", m, "-n", "1k", expect=1).err, "-o")
    call("run", m, "-n", "1k", "-o", "no.h5", "--scenario", "nowhere", expect=1)
    assert not os.path.exists("no.h5")


@case
def one_error_is_told_once():
    with open(model(), encoding="utf-8") as f:
        write("once.yaml", f.read() + "nmae: x\n")
    err = call("check", "once.yaml", expect=2).err
    assert err.count("nmae") == 2, err  # the message and the line of the file
    holds(err, "'once.yaml' has 1 error; nothing was computed")


@case
def memory_is_only_a_limit():
    m = model()
    code = subprocess.run([PROGRAM, "run", m, "-n", "1M", "-o", "no.h5", "--memory", "1K"], stderr=subprocess.PIPE,
                          check=False).returncode
    assert code in (1, 3), code
    assert not os.path.exists("no.h5")
    call("run", m, "-n", "1k", "-o", "a.h5", "--memory", "64G", "--quiet")


@case
def the_same_bits_whatever_the_threads_and_the_processor():
    m = model()
    digests = set()
    for options in (["--threads", "1"], ["--threads", "3"], ["--cpu", "scalar"], ["--ylt", "no"]):
        call("run", m, "-n", "30k", "-o", "x.h5", "--force", "--quiet", *options)
        digests.add(re.search("result sha256: ([0-9a-f]{64})", call("info", "x.h5").out).group(1))
    assert len(digests) == 1, digests
    call("run", m, "-n", "30k", "-o", "x.h5", "--force", "--quiet", "--seed", "2")
    assert call("info", "x.h5").out.find(digests.pop()) < 0, "another seed gives the same digest"


@case
def one_thread_is_one_thread():
    m = f"{ROOT}/models/small_firm/model.yaml"  # a network to compile, blocks, laws to compare, tables
    told = {"OMP_DISPLAY_AFFINITY": "TRUE", "OMP_AFFINITY_FORMAT": "joined as %n"}  # of each thread that joins others
    for threads, joined in (1, False), (2, True):
        err = call("run", m, "-n", "20k", "-o", "x.h5", "--force", "--quiet", "--threads", threads, env=told).err
        assert ("joined as 1" in err) == joined, f"--threads {threads}: {err}"


@case
def info_of_a_file():
    out = call("info", results()).out
    for line in ("trials: 20000", r"blocks: \d+", "model sha256: [0-9a-f]{64}", "result sha256: [0-9a-f]{64}",
                 "plan sha256: [0-9a-f]{64}", "seed: 1", "scenarios: 2", "scenario: today", r"groups: \d+", "kernel: .+",
                 r"created: \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"):
        assert re.search(f"^{line}$", out, re.MULTILINE), f"no line '{line}' in\n{out}"


@case
def info_of_the_program():
    out = call("info").out
    holds(out, "version: ", "kernel scalar: usable", "kernel chosen: ")


@case
def tolerance_decides_the_exit_code_of_check():
    for tolerated, code, word in ((0.9, 0, "met"), (0.0001, 6, "broken")):
        call("run", model(tolerated), "-n", "5k", "-o", "x.h5", "--force", "--quiet")
        holds(call("report", "x.h5").out, word)  # without --check it is no failure
        result = call("report", "x.h5", "--check", expect=code)
        holds(result.out, word, "Provenance")  # the report is printed whole in any case
        call("report", "x.h5", "--check", "-o", f"report_{code}.txt", expect=code)
        assert os.path.exists(f"report_{code}.txt")


@case
def every_csv_table():
    r = results()
    first = ["scenario", "perspective", "group_kind", "group"]
    for table in TABLES:
        rows = list(csv.DictReader(io.StringIO(call("report", r, "--format", "csv", "--table", table).out)))
        assert rows, f"{table} is empty"
        if table in ("controls", "policy", "assumptions", "correspondence"):
            continue  # not of a scenario
        if table not in ("tolerance", "worst", "risks"):
            assert list(rows[0])[:4] == first, (table, list(rows[0]))
        one = list(csv.DictReader(io.StringIO(
            call("report", r, "--format", "csv", "--table", table, "--scenario", "parking").out)))
        if table == "check":
            assert list(rows[0])[4:] == ["quantity", "at", "observed", "expected", "lower", "upper", "p_value", "loud", "remark",
                                          "measure"]
            assert not any(row["loud"] == "true" for row in rows)
            assert {"mean", "events", "trials with a loss", "trials at or above"} <= {row["quantity"] for row in rows}
        assert one and {row["scenario"] for row in one} == {"parking"}
    rows = list(csv.DictReader(io.StringIO(call("report", r, "--format", "csv", "--table", "percentiles").out)))
    assert list(rows[0]) == first + ["measure", "p", "value", "lower", "upper", "exact"]
    for row in rows:
        assert float(row["lower"]) <= float(row["value"]) <= float(row["upper"]), row


@case
def exact_figures_without_simulation():
    path = os.path.join(ROOT, "models/closed_form/negative_binomial_exponential.yaml")
    rows = list(csv.DictReader(io.StringIO(call("exact", path, "--format", "csv").out)))
    p99 = [row for row in rows if row["quantity"] == "percentile" and row["p"] == "0.99"]
    assert len(p99) == 1 and float(p99[0]["lower"]) <= 37.674 + 1e-3 and float(p99[0]["upper"]) >= 37.674 - 1e-3, p99
    mean = [row for row in rows if row["quantity"] == "mean"]
    assert abs(float(mean[0]["value"]) - 10) < 1e-8 and mean[0]["group"] == "total", mean
    holds(call("exact", path, "--threats").out, "Exact figures", "threat event", "P(no loss)", "percentile", "TVaR")
    text = call("exact", os.path.join(ROOT, "models/small_firm/model.yaml"), "--scenario", "today").out
    holds(text, "Scenario today, total total", "its law is not known exactly".capitalize(), "outages may meet")
    call("exact", path, "--scenario", "none", expect=1)
    call("exact", path, "--format", "xml", expect=1)
    call("exact", "missing.yaml", expect=3)


@case
def a_run_says_how_it_stands_beside_exact_laws():
    path = os.path.join(ROOT, "models/closed_form/poisson_exponential.yaml")
    holds(call("run", path, "-n", "20k", "-f", "-o", "beside.h5").err, "cross-check: ", "none contradicts", "trials at or above")
    assert call("run", path, "-n", "20k", "-q", "-f", "-o", "beside.h5").err == ""
    holds(call("report", "beside.h5").out, "Beside exact laws", "agrees")


@case
def leaf_clauses_add_up_to_the_total():
    rows = list(csv.DictReader(io.StringIO(call("report", results(), "--format", "csv", "--table", "moments").out)))
    clauses = list(csv.DictReader(io.StringIO(call("report", "r.h5", "--format", "csv").out)))
    for scenario in ("today", "parking"):
        total = [float(r["mean"]) for r in rows if r["scenario"] == scenario and r["group_kind"] == "total"
                 and r["measure"] == "AEP" and r["perspective"] == "gross"]
        leaves = [float(r["mean"]) for r in clauses if r["scenario"] == scenario and r["leaf"] == "true"]
        assert len(total) == 1 and abs(sum(leaves) - total[0]) <= 1e-9 * total[0], (total, sum(leaves))


@case
def every_kind_of_group_adds_up_to_the_total():
    """In the mean and in each TVaR, with and without insurance: nothing is lost on the way from trials to groups."""
    def add_up(name):
        def table(what):
            return list(csv.DictReader(io.StringIO(call("report", f"{name}.h5", "--format", "csv", "--table", what).out)))
        call("run", f"{ROOT}/models/{name}/model.yaml", "-n", "20k", "-o", f"{name}.h5", "--quiet")
        leaves = {row["group"] for row in table("clauses") if row["leaf"] == "true"}
        for what, column in (("moments", "mean"), ("tail", "value")):
            total, sums = {}, {}
            for row in table(what):
                if row.get("measure", "AEP") != "AEP":
                    continue
                key = (row["scenario"], row["perspective"], row.get("p"))
                if row["group_kind"] == "total":
                    total[key] = float(row[column])
                elif row["group_kind"] != "clause" or row["group"] in leaves:
                    own = key + (row["group_kind"],)
                    sums[own] = sums.get(own, 0) + float(row[column])
            assert {key[3] for key in sums} == {"clause", "threat", "category", "node", "link", "region", "component", "bearer"}
            for key, found in sums.items():  # sums are exact, and rounded once for each group
                assert abs(found - total[key[:3]]) <= 1e-12 * total[key[:3]], (name, what, key, found, total[key[:3]])
    add_up("small_firm")
    add_up("container_chain")


@case
def json_and_csv_hold_the_same_figures():
    r = results()
    document = json.loads(call("report", r, "--format", "json").out)
    assert document["header"]["trials"] == 20000
    for table in TABLES:
        rows = list(csv.reader(io.StringIO(call("report", r, "--format", "csv", "--table", table).out)))
        objects = document["tables"][table]
        assert len(objects) == len(rows) - 1
        for row, thing in zip(rows[1:], objects):
            assert list(thing) == rows[0]
            for text, value in zip(row, thing.values()):
                same = text == {True: "true", False: "false", None: ""}[value] if value is None or value is True or \
                    value is False else (text == value if isinstance(value, str) else float(text) == value)
                assert same, (table, text, value)


@case
def markdown_tables_are_regular():
    width = None
    tables = 0
    for line in call("report", results(), "--format", "markdown").out.splitlines():
        if not line.startswith("|"):
            width = None
            continue
        cells = len(re.findall(r"(?<!\\)\|", line))
        tables += width is None
        assert width in (None, cells), line
        width = cells
    assert tables > 8


@case
def text_of_a_model_is_harmless():
    write("m.yaml", MODEL.format(tolerated=0.9, name="'=cmd|x <b>'"))
    call("run", "m.yaml", "-n", "1k", "-o", "x.h5", "--quiet")
    holds(call("report", "x.h5", "--format", "markdown").out, r"=cmd\|x &lt;b&gt;")
    json.loads(call("report", "x.h5", "--format", "json").out)


@case
def formats_that_are_not_there():
    r = results()
    for name in ("docx", "tex", ""):
        holds(call("report", r, "--format", name, expect=1).err, "text markdown csv json html xlsx")
    holds(call("report", r, "--format", "csv", "--table", "sums", expect=1).err, "percentiles")
    call("report", r, "--table", "tvar", expect=1)
    holds(call("report", r, "--scenario", "nowhere", expect=1).err, "today")


@case
def a_full_disk_is_a_failure():
    r = results()
    with open("/dev/full", "w", encoding="utf-8") as full:
        for args in (("report", r), ("report", r, "--format", "json"), ("info", r), ("info",), ("--help",), ("--version",),
                     ("run", "--help"), ("init", "-")):
            holds(call(*args, expect=3, stdout=full).err, "No space left")
    for name in ("text", "markdown", "csv", "json"):
        holds(call("report", r, "--format", name, "-o", "/dev/full", expect=3).err, "No space left")


@case
def a_limit_on_file_size_is_a_failure():
    r, m = results(), model()
    limit, before = (16384, 16384), sorted(os.listdir("."))
    for args in (("report", r, "--format", "json", "-o", "x.json"), ("run", m, "-n", "100k", "-o", "x.h5", "--quiet")):
        done = subprocess.run([PROGRAM, *args], stderr=subprocess.PIPE, text=True, check=False,
                              preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit))
        assert done.returncode == 3 and "error: " in done.stderr, (args, done)
        assert sorted(os.listdir(".")) == before, os.listdir(".")


@case
def a_closed_pipe_is_a_failure():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "w") as pipe:
        call("report", results(), "--format", "json", expect=3, stdout=pipe)


@case
def an_output_that_cannot_be_is_refused_before_the_run():
    m = model()
    os.mkdir("folder")
    for path in ("folder", "nowhere/x.h5", "/dev/null"):
        call("run", m, "-n", "1e9", "-o", path, expect=3)
    call("run", m, "-n", "1e9", "-o", "", expect=1)
    call("init", "nowhere/m.yaml", expect=3)


@case
def what_is_no_results_file():
    r = results()
    os.mkdir("folder")
    write("empty.h5", "")
    write("text.h5", "plimsoll: 1\n" * 1000)
    with open("truncated.h5", "wb") as file:
        file.write(SHARED["results"][: len(SHARED["results"]) // 2])
    for path in ("missing.h5", "folder", "empty.h5", "text.h5", "truncated.h5", "/dev/null"):
        for command in ("report", "info"):
            result = call(command, path, expect=3)
            assert result.out == "", result
            assert "HDF5-DIAG" not in result.err, result
    call("report", r)


@case
def what_is_no_model():
    os.mkdir("folder")
    write("empty.yaml", "")
    write("list.yaml", "- a\n- b\n")
    with open("bytes.yaml", "wb") as file:
        file.write(b"plimsoll: 1\nname: \xff\n")
    with open("zero.yaml", "wb") as file:
        file.write(b"plimsoll: 1\nname: a\x00b\n")
    for command in (["check"], ["run", "-n", "1k", "-o", "no.h5"]):
        for path in ("empty.yaml", "list.yaml", "bytes.yaml", "zero.yaml"):
            call(command[0], path, *command[1:], expect=2)
        for path in ("missing.yaml", "folder"):
            call(command[0], path, *command[1:], expect=3)
    assert not os.path.exists("no.h5")


@case
def all_errors_of_a_model_with_their_places():
    m = write("bad.yaml", """plimsoll: 1
name: Bad
currency: EUR
threats:
  - id: theft
    frequancy: {poisson: {rate: 0.5}}
    loss: {lognormal: {median: -1, sigma: 1}}
""")
    err = call("check", m, expect=2).err
    assert re.search(r"bad\.yaml:6:\d+: error: .*frequency", err), err
    assert re.search(r"bad\.yaml:7:\d+: error: ", err), err
    holds(err, "\n        frequancy: {poisson")
    assert re.search(r"\n +\^\n", err), err


@case
def no_colour_without_a_terminal():
    assert "\x1b" not in call("rnu", expect=1).err
    assert "\x1b" not in call("check", model()).err


@case
def quiet_says_nothing():
    assert call("run", model(), "-n", "1k", "-o", "x.h5", "--quiet").err == ""


@case
def an_interrupt_keeps_what_is_done():
    m = model()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
        for delay in (1, 4, 16):  # until a block is done, however busy the machine is
            process = subprocess.Popen([PROGRAM, "run", m, "-n", "1e10", "-o", "x.h5", "--ylt", "no", "--threads", "1"],
                                       stderr=subprocess.PIPE, text=True)
            time.sleep(delay)
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
            if process.returncode == 4 and "before the first block" not in err:
                break
        assert process.returncode == 4, (process.returncode, err)
        holds(err, "kept in 'x.h5.work'", "--resume")
        assert [f for f in os.listdir(".") if not f.endswith(".yaml")] == ["x.h5.work"]
        assert any(f.startswith("blocks-0000000000-") for f in os.listdir("x.h5.work"))
        shutil.rmtree("x.h5.work")


@case
def a_decimal_comma_changes_nothing():
    r = results()
    plain = call("report", r, "--format", "csv").out
    if not os.path.isdir(os.path.join(os.environ.get("PLIM_TEST_LOCPATH", "/nowhere"), "de_DE.UTF-8")):
        raise Skip("no locale with a decimal comma here")
    # glibc keeps what it reads of LOCPATH until the end, which a leak checker takes for a leak
    there = {"LC_ALL": "de_DE.UTF-8", "LOCPATH": os.environ["PLIM_TEST_LOCPATH"],
             "ASAN_OPTIONS": os.environ.get("ASAN_OPTIONS", "") + ":detect_leaks=0"}
    assert call("report", r, "--format", "csv", env=there).out == plain


PANDAS = """
import h5py, pandas, sys
path, tables = sys.argv[1], sys.argv[2:]
f = h5py.File(path, "r")
for table in tables:
    a = pandas.read_hdf(path, table)
    b = pandas.DataFrame(f[table][:])
    assert list(a.columns) == list(b.columns), (table, list(a.columns), list(b.columns))
    assert len(a) == len(b) > 0, table
    print(table, ",".join(a.columns))
"""


@case
def pandas_and_h5py_read_each_table_in_one_line():
    r = results()
    for python in dict.fromkeys([sys.executable, shutil.which("python3"), "/usr/bin/python3"]):
        if python and subprocess.run([python, "-c", "import h5py, pandas, tables"], stderr=subprocess.DEVNULL,
                                     check=False).returncode == 0:
            break
    else:
        raise Skip("no h5py, pandas and tables here")
    tables = ["percentiles", "tvar", "curves", "moments", "tail"]
    done = subprocess.run([python, "-W", "ignore", "-c", PANDAS, r, *tables], stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 0, done.stderr
    holds(done.stdout, "percentiles scenario,perspective,group_kind,group,measure,p,value,lower,upper,exact")


@case
def man_page_and_completion_know_every_option():
    with open(os.path.join(ROOT, "src/cli/plimsoll.1"), encoding="utf-8") as file:
        manual = file.read().replace("\\-", "-")
    with open(os.path.join(ROOT, "src/cli/plimsoll.bash"), encoding="utf-8") as file:
        completion = file.read()
    for command in COMMANDS:
        holds(manual, f".SS {command} ")
        line = next(text for text in completion.splitlines() if re.match(rf"\s*{command}\) words=", text))
        listed = set(re.findall(r"--[a-z]+", line))
        options = set(re.findall(r"--[a-z]+", call(command, "--help").out.split("options:")[1].split("example:")[0]))
        assert listed == options, (command, listed ^ options)
        for option in options - {"--help"}:
            holds(manual, option)


@case
def completion_completes():
    script = os.path.join(ROOT, "src/cli/plimsoll.bash")
    for words, expected in ((["plimsoll", "re"], "report"), (["plimsoll", "run", "--se"], "--seed"),
                            (["plimsoll", "report", "x.h5", "--format", "ma"], "markdown")):
        done = subprocess.run(["bash", "-c", 'source "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _plimsoll; '
                               'echo "${COMPREPLY[*]}"', script, *words], stdout=subprocess.PIPE, text=True, check=True)
        assert done.stdout.strip() == expected, (words, done.stdout)


def main():
    wanted = sys.argv[3:]
    cases = [c for c in CASES if not wanted or any(part in c.__name__ for part in wanted)]
    print(f"1..{len(cases)}", flush=True)
    failed = 0
    for number, function in enumerate(cases, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                function()
                print(f"ok {number} - {function.__name__}", flush=True)
            except Skip as why:
                print(f"ok {number} - {function.__name__} # SKIP {why}", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}")
                print(f"not ok {number} - {function.__name__}", flush=True)
            os.chdir("/")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
