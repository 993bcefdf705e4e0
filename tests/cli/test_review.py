#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""`plimsoll report --review`, and the model's actions, legal register and roles. Speaks TAP.

  test_review.py PROGRAM SOURCE_ROOT [CASE...]
"""
import csv
import io
import json
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile

import tap
from tap import case

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FIRM = f"{ROOT}/models/small_firm"
TRIALS = "10k"
SHARED = tempfile.TemporaryDirectory()  # pylint: disable=consider-using-with
RUNS = {}

BASE = """plimsoll: 1
name: Two places
currency: EUR
policy: {next_review: 2027-01-01, commitments: [legal, protection], tolerance: [{loss: 4000, probability: 0.15}]}
nodes:
  - {id: plant, kind: plant, region: a}
  - {id: shop, kind: customer, region: b, margin_per_day: 100}
links: [{from: plant, to: shop, item: bread}]
threats:
  - {id: theft, where: {nodes: {kind: plant}}, frequency: {poisson: {rate: 0.5}}, loss: {lognormal: {median: 1000, sigma: 1}}}
  - {id: leak, frequency: {poisson: {rate: 0.2}}, losses: {response: {fixed: {value: 500}}, fines: {uniform: {min: 0, max: 4000}}}}
  - {id: fire, where: {nodes: {id: plant}}, frequency: {poisson: {rate: 0.1}}, outage_days: {fixed: {value: 3}}}
controls:
  - {id: fence, against: [theft], reduces: {frequency: 0.5}, cost: {capital: 10, annual: 1}, owner: Ann}
scenarios: [{id: today, controls: []}, {id: fenced, controls: [fence]}]
legal: [{id: L1, requirement: Keep data safe, owner: Bob, review: 2026-06-01, status: met, threats: [leak]}]
actions:
  - {id: A1, title: Fence, owner: Ann, due: 2026-03-01, raised: 2026-01-01}
  - {id: A2, title: Train, owner: Ann, due: 2026-09-01}
  - {id: A3, title: Audit, owner: Ann, due: 2026-02-01, status: done, closed: 2026-02-01}
"""


def call(*args, code=0):
    done = subprocess.run([PROGRAM, *map(str, args)], capture_output=True, text=True, check=False, timeout=120,
                          stdin=subprocess.DEVNULL)
    assert done.returncode == code, (args, done.returncode, done.stderr)
    return done


def run(name, text, *more):
    """The results file of a model; the same model is run once for all cases."""
    with open(f"{name}.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    known = RUNS.setdefault((text, more), os.path.join(SHARED.name, f"{len(RUNS)}.h5"))
    if not os.path.exists(known):
        call("run", f"{name}.yaml", "-n", TRIALS, "-o", known, "-t", "1", "--quiet", *more)
    shutil.copy(known, f"{name}.h5")
    return f"{name}.h5"


def changed(text, *pairs):
    for old, new in pairs:
        assert text.count(old) == 1, old
        text = text.replace(old, new)
    return text


def firm(name, model):
    with open(f"{FIRM}/{model}.yaml", encoding="utf-8") as file:
        return run(name, file.read())


def review(old, new, *more):
    """The review as JSON."""
    return json.loads(call("report", "--review", old, new, "--format", "json", "--today", "2026-05-01", *more).stdout)


def threats(data, scenario="today"):
    return {row["threat"]: row for row in data["threats"] if row["scenario"] == scenario}


def figure(data, name, scenario="today", p=None, group="total"):
    rows = [row for row in data["losses"] if (row["scenario"], row["figure"], row["p"], row["group"]) == (scenario, name, p, group)]
    assert len(rows) == 1, (name, p, rows)
    return rows[0]


@case
def nothing_changed_is_nothing():
    data = review(run("a", BASE), run("b", BASE))
    assert data["changes"] == []
    assert all(row["change"] == 0 and row["why"] == "unchanged" for row in data["threats"]), data["threats"]
    assert all(row["change"] in (0, None) for row in data["losses"])
    assert all(row["since"] == "as before" for row in data["actions"] + data["resources"])
    text = call("report", "--review", "a.h5", "b.h5").stdout
    assert "Nothing: both runs are of the same model." in text


@case
def each_change_by_its_name_and_nothing_else():
    """Order in the file, spelling of numbers and defaults written out are no changes."""
    new = changed(BASE, ("poisson: {rate: 0.5}", "poisson: {rate: 0.75}"), ("{id: fence, against: [theft]", "{coverage: 1.0, id: fence, against: [theft]"),
                  ("value: 500", "value: 5e2"), ("margin_per_day: 100", "margin_per_day: 120"),
                  ("currency: EUR\n", "currency: EUR\ndiscount_rate: 0.04\n"),
                  ("scenarios: [{id: today, controls: []}, {id: fenced, controls: [fence]}]",
                   "scenarios: [{id: fenced, controls: [fence]}, {id: today, controls: []}]"))
    data = review(run("a", BASE), run("b", new))
    got = {(row["list"], row["name"], row["key"]): (row["before"], row["after"]) for row in data["changes"]}
    assert got == {("model", "", "discount_rate"): ("none", "0.04"), ("nodes", "shop", "margin_per_day"): ("100", "120"),
                   ("threats", "theft", "frequency.mean"): ("0.5", "0.75")}, got
    why = {name: row["why"] for name, row in threats(data).items()}
    assert why == {"theft": "frequency.mean", "fire": "network", "leak": "unchanged"}, why


@case
def records_that_come_and_go():
    new = changed(BASE, ("  - {id: fire, where: {nodes: {id: plant}}, frequency: {poisson: {rate: 0.1}}, outage_days: {fixed: {value: 3}}}\n",
                         "  - {id: flood, frequency: {poisson: {rate: 0.1}}, loss: {fixed: {value: 100}}}\n"))
    data = review(run("a", BASE), run("b", new))
    got = {(row["list"], row["name"]): row["change"] for row in data["changes"]}
    assert got == {("threats", "fire"): "removed", ("threats", "flood"): "added"}, got
    rows = threats(data)
    assert rows["fire"]["after"] == 0 and rows["fire"]["why"] == "no longer in the model"
    assert rows["flood"]["before"] == 0 and rows["flood"]["why"] == "new in the model"


@case
def a_control_in_force_is_the_cause():
    new = changed(BASE, ("{id: today, controls: []}", "{id: today, controls: [fence]}"))
    data = review(run("a", BASE), run("b", new))
    why = {name: row["why"] for name, row in threats(data).items()}
    assert why == {"theft": "control fence in force", "leak": "unchanged", "fire": "unchanged"}, why
    again = review("b.h5", "a.h5")
    assert threats(again)["theft"]["why"] == "control fence no longer in force"
    stronger = changed(BASE, ("frequency: 0.5", "frequency: 0.8"))
    fenced = review("a.h5", run("c", stronger), "--scenario", "fenced")
    assert threats(fenced, "fenced")["theft"]["why"] == "control fence: reduces.frequency"
    assert {row["scenario"] for row in fenced["losses"]} == {"fenced"}


@case
def paired_only_with_the_same_draws():
    """The interval of paired trials is that of their differences; without, it adds the variances of both runs."""
    run("a", BASE)
    new = changed(BASE, ("rate: 0.5", "rate: 0.6"))
    run("b", new)
    run("c", new, "--seed", "2")
    paired, apart = review("a.h5", "b.h5"), review("a.h5", "c.h5")
    assert paired["paired"].startswith("yes") and apart["paired"].startswith("no: the seeds differ")
    one, two = figure(paired, "mean"), figure(apart, "mean")
    assert one["basis"] == "paired trials" and two["basis"] == "unpaired"
    assert one["upper"] - one["lower"] < two["upper"] - two["lower"]
    for row in (one, two):
        assert math.isclose(row["change"], row["after"] - row["before"], rel_tol=1e-9)
        assert row["lower"] < row["change"] < row["upper"]
    assert "chance (other draws)" in threats(apart)["leak"]["why"]
    assert threats(apart)["theft"]["why"] == "frequency.mean"
    # the figures are those of compare, which turns the sign round
    rows = json.loads(call("compare", "a.h5", "b.h5", "--from", "today", "--to", "today", "--format", "json").stdout)["losses"]
    same = next(row for row in rows if row["figure"] == "mean" and row["group"] == "total")
    assert (same["avoided"], same["lower"], same["upper"]) == (-one["change"], -one["upper"], -one["lower"])


@case
def actions_are_followed():
    new = changed(BASE, ("due: 2026-03-01, raised: 2026-01-01}", "due: 2026-06-01, raised: 2026-01-01}"),
                  ("  - {id: A2, title: Train, owner: Ann, due: 2026-09-01}\n", ""),
                  ("status: done, closed", "status: verified, closed"))
    new += "  - {id: A4, title: Ask, status: under way, owner: Bob, due: 2026-04-30, origin: audit}\n  - {id: A5, title: Nobody}\n"
    data = review(run("a", BASE), run("b", new))
    got = {row["action"]: (row["since"], row["overdue"]) for row in data["actions"]}
    assert got == {"A1": ("put off: was due 2026-03-01", False), "A2": ("no longer listed, though it was open", False),
                   "A3": ("was done", False), "A4": ("new", True), "A5": ("new", False)}, got
    points = {row["about"]: row["what"] for row in data["decisions"] if row["subject"] == "action"}
    assert set(points) == {"A2", "A4", "A5"}, points
    assert points["A4"].startswith("overdue") and points["A5"].startswith("open without an owner"), points
    # due on the day itself is not overdue
    late = json.loads(call("report", "--review", "a.h5", "b.h5", "--format", "json", "--today", "2026-04-30").stdout)
    assert not any(row["overdue"] for row in late["actions"] if row["action"] == "A4")


@case
def fines_are_the_exact_mean():
    """0.2 leaks a year x a mean fine of 2000; a control that halves them halves it; the rate of OLD stands beside."""
    new = changed(BASE, ("poisson: {rate: 0.2}", "poisson: {rate: 0.3}"))
    data = review(run("a", BASE), run("b", new))
    row = data["legal"][0]
    assert math.isclose(row["expected_fines"], 600, rel_tol=1e-9) and math.isclose(row["fines_before"], 400, rel_tol=1e-9), row
    assert not row["overdue"]
    assert json.loads(call("report", "--review", "a.h5", "b.h5", "--format", "json", "--today", "2026-06-02").stdout)["legal"][0]["overdue"]
    halved = changed(BASE, ("against: [theft], reduces: {frequency: 0.5}", "against: [leak], reduces: {losses: {fines: 0.5}}"))
    run("c", halved)
    rows = csv.DictReader(io.StringIO(call("report", "c.h5", "--scenario", "fenced", "--format", "csv", "--table", "legal").stdout))
    assert math.isclose(float(next(rows)["expected_fines"]), 200, rel_tol=1e-9)
    # an outage of the same threat takes nothing from what is known of its fines
    stops = changed(BASE, ("- {id: leak, frequency", "- {id: leak, outage_days: {fixed: {value: 1}}, where: {nodes: {id: plant}}, frequency"))
    data = review("a.h5", run("d", stops))
    assert math.isclose(data["legal"][0]["expected_fines"], 400, rel_tol=1e-9)


@case
def tolerance_and_worse_are_decided_on():
    new = changed(BASE, ("poisson: {rate: 0.5}", "poisson: {rate: 5}"))
    data = review(run("a", BASE), run("b", new), "--scenario", "today")
    row = data["tolerance"][0]
    assert row["met_before"] and not row["met"] and row["before"] < row["after"]
    points = [(row["subject"], row["about"]) for row in data["decisions"]]
    assert ("tolerance", "today") in points and ("losses", "today") in points, points
    call("report", "--review", "a.h5", "b.h5", "--check", code=6)
    call("report", "--review", "b.h5", "a.h5", "--check")
    assert not any(row["subject"] in ("tolerance", "losses") for row in review("b.h5", "a.h5")["decisions"])


@case
def what_cannot_be_compared_is_said():
    run("a", BASE)
    other = changed(BASE, ("currency: EUR", "currency: USD"), ("rate: 0.5", "rate: 0.6"))
    data = review("a.h5", run("b", other))
    assert data["losses"] == [] and data["threats"] == [] and "currencies differ" in data["paired"]
    assert len(data["changes"]) == 2 and data["actions"] and data["legal"]
    part = "scope: {description: the shop alone, include: {id: shop}}\n" + BASE
    part = part.replace("plimsoll: 1\n", "").replace("scope:", "plimsoll: 1\nscope:", 1)
    part = part.replace("where: {nodes: {kind: plant}}", "where: {nodes: {kind: [plant, customer]}}")
    part = part.replace("where: {nodes: {id: plant}}", "where: {nodes: {id: shop}}")
    run("c", part)
    done = call("report", "--review", "a.h5", "c.h5")
    assert "The scope of the model changed" in done.stdout and "scopes of both models differ" in done.stderr
    call("compare", "a.h5", "c.h5", "--from", "today", "--to", "today", code=1)
    assert "other places" in threats(review("a.h5", "c.h5"))["theft"]["why"]
    renamed = run("d", changed(BASE, ("{id: today, controls: []}", "{id: now, controls: []}"),
                               ("{id: fenced, controls: [fence]}", "{id: wall, controls: [fence]}")))
    assert "no scenario of the same name" in call("report", "--review", "a.h5", renamed).stdout
    assert "not both runs hold" in call("report", "--review", "a.h5", renamed, "--scenario", "now", code=1).stderr


@case
def a_log_brings_its_nonconformities():
    run("a", BASE)
    run("b", BASE)
    with open("log.csv", "w", encoding="utf-8") as file:
        file.write("date,place,threat,loss\n" + "".join(f"2026-01-{day:02},plant,theft,1000\n" for day in range(1, 13)))
    more = ("--log", "log.csv", "--from", "2025-01-01", "--to", "2026-12-31")
    data = review("a.h5", "b.h5", *more)
    monitor = json.loads(call("monitor", "b.yaml", "log.csv", *more[2:], "--format", "json", code=6).stdout)
    assert data["nonconformities"] == monitor["nonconformities"] and data["nonconformities"]
    points = [row["what"] for row in data["decisions"] if row["subject"] == "nonconformity"]
    assert len(points) == len(data["nonconformities"]) and "no open action is about it" in points[0], points
    acted = run("c", BASE + "  - {id: A9, title: Guard, owner: Ann, due: 2026-12-01, threats: [theft]}\n")
    points = [row["what"] for row in review("a.h5", acted, *more)["decisions"] if row["subject"] == "nonconformity"]
    assert "an open action is about it" in points[0], points
    assert review("a.h5", "b.h5")["nonconformities"] == []
    assert "--log goes with --review" in call("report", "b.h5", "--log", "log.csv", code=1).stderr


@case
def every_format_says_the_same():
    firm("old", "model")
    firm("new", "next_year")
    data = review("old.h5", "new.h5")
    for table in ("decisions", "changes", "losses", "threats", "tolerance", "actions", "policy", "legal", "resources", "nonconformities"):
        text = call("report", "--review", "old.h5", "new.h5", "--format", "csv", "--table", table, "--today", "2026-05-01").stdout
        rows = list(csv.DictReader(io.StringIO(text)))
        assert len(rows) == len(data[table]), table
        for row, same in zip(rows, data[table]):
            for key, value in same.items():
                shown = "" if value is None else {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
                assert row[key] == shown or (isinstance(shown, (int, float)) and float(row[key]) == shown), (table, key, row[key], value)
    text = call("report", "--review", "old.h5", "new.h5", "--today", "2026-05-01").stdout
    assert max(map(len, text.splitlines())) <= 140
    markdown = call("report", "--review", "old.h5", "new.h5", "--today", "2026-05-01", "--format", "markdown").stdout
    page = call("report", "--review", "old.h5", "new.h5", "--today", "2026-05-01", "--format", "html").stdout
    mean = figure(data, "mean")
    shown = f"{round(-mean['change']):,}"
    for form in (text, markdown, page):
        assert shown in form and "For decision" in form and "Resources and roles" in form
    assert "<script" in page and re.search(r"<title>[^<]+</title>", page)
    for wrong in (("--format", "xlsx"), ("--standard", "14001"), ("--table", "clauses", "--format", "csv")):
        call("report", "--review", "old.h5", "new.h5", *wrong, code=1)
    assert "that this command reads" in (call("report", "--review", "old.h5", "new.h5", "-o", "new.h5", code=1).stderr)


@case
def registers_in_a_plain_report():
    firm("new", "next_year")
    text = call("report", "new.h5", "--today", "2027-10-10").stdout
    for part in ("Corrective and preventive actions", "Legal register (EUR)", "Resources and roles (EUR)"):
        assert part in text, part
    rows = list(csv.DictReader(io.StringIO(call("report", "new.h5", "--format", "csv", "--table", "actions", "--today", "2027-10-10").stdout)))
    assert [(row["action"], row["overdue"]) for row in rows] == [("C1", "false"), ("C2", "true"), ("C3", "false")], rows
    run("bare", BASE[:BASE.index("legal:")].replace(", owner: Ann}", "}"))
    plain = call("report", "bare.h5").stdout
    assert "Corrective" not in plain and "Legal register" not in plain and "Resources and roles" not in plain


@case
def what_is_managed_changes_no_result():
    """The same plan and the same figures, with and without actions, legal register and roles."""
    bare = BASE[:BASE.index("legal:")]
    run("a", bare)
    run("b", BASE.replace("owner: Ann}\nscenarios", "owner: Ann, staff_days: 3, roles: {responsible: [Bob]}}\nscenarios"))
    info = [dict(line.split(": ", 1) for line in call("info", f"{name}.h5").stdout.splitlines() if ": " in line) for name in "ab"]
    assert info[0]["plan sha256"] == info[1]["plan sha256"] and info[0]["model sha256"] != info[1]["model sha256"]
    for table in ("percentiles", "tvar", "moments", "worst"):
        one, two = (call("report", f"{name}.h5", "--format", "csv", "--table", table).stdout for name in "ab")
        assert one == two, table
    run("c", bare + "legal: []\nactions: []\n")
    done = call("info", "c.h5").stdout
    assert info[0]["model sha256"] in done


if __name__ == "__main__":
    sys.exit(tap.main())
