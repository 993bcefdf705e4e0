#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `plimsoll monitor`, run as a user would. Speaks TAP.

  test_monitor.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import math
import os
import subprocess
import sys

from tap import case, main

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
PERIOD = ("--from", "2024-01-01", "--to", "2024-12-31")
MODEL = """plimsoll: 1
name: Two sites
currency: EUR
policy: {approver: Board, tolerance: [{loss: 5e5, probability: 0.01}]}
nodes: [{id: north}, {id: south}]
threats:
  - {id: theft, owner: Fleet, where: {nodes: {id: [north, south]}}, frequency: {poisson: {rate: 4}}, vulnerability: 0.5,
     loss: {lognormal: {median: 1000, sigma: 1}}, clauses: [4.4.6]}
  - {id: fraud, frequency: {poisson: {rate: {gamma: {shape: 2, scale: 1}}}}, loss: {exponential: {mean: 5000}}}
controls:
  - {id: guard, category: physical, where: {nodes: {id: north}}, against: [theft], reduces: {frequency: 0.5}}
scenarios: [{id: bare, controls: []}, {id: guarded, controls: [guard]}]
"""


def call(*args, expect=0, command="monitor"):
    done = subprocess.run([PROGRAM, command, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, timeout=120, check=False)
    assert done.returncode == expect, f"{args}: wanted {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def prepare(rows, model=MODEL):
    with open("model.yaml", "w", encoding="utf-8") as file:
        file.write(model)
    with open("log.csv", "w", encoding="utf-8") as file:
        file.write("date,place,threat,loss,outage_days,near_miss,false_alarm\n")
        file.write("".join(",".join(map(str, row)) + "\n" for row in rows))


def thefts(north, south, loss=1000):
    return [(f"2024-{1 + i % 12:02}-15", "north" if i < north else "south", "theft", loss, "", "", "")
            for i in range(north + south)]


def table(name, *args, expect=0):
    done = call("model.yaml", "log.csv", *PERIOD, "--format", "csv", "--table", name, *args, expect=expect)
    return list(csv.DictReader(io.StringIO(done.stdout)))


def poisson_upper(k, mean):
    return 1 - sum(math.exp(-mean + i * math.log(mean) - math.lgamma(i + 1)) for i in range(k))


@case
def figures():
    prepare(thefts(3, 2) + [("2024-05-05", "", "theft", "", "", "yes", ""), ("2024-05-06", "", "fraud", "", "", "", ""),
                            ("2024-06-06", "", "fraud", "", "", "", "yes"), ("2023-06-06", "", "fraud", 5, "", "", "")])
    rows = {row["threat"]: row for row in table("threats")}
    theft = rows["theft"]
    assert float(theft["expected_events"]) == 4 and theft["events"] == "5" and theft["near_misses"] == "1", theft
    assert abs(float(theft["p_more"]) - poisson_upper(5, 4)) < 1e-12, theft
    assert abs(float(theft["expected_loss"]) - 4 * 1000 * math.exp(0.5)) < 1e-3 and theft["loss"] == "5000", theft
    assert abs(float(theft["posterior_rate"]) - 5.5) < 1e-9, theft  # Jeffreys: (5 + 1/2) / 1 year
    fraud = rows["fraud"]
    assert fraud["unknown_losses"] == "1" and fraud["false_alarms"] == "1" and fraud["events"] == "1", fraud
    # the model's gamma(2, 1) is the prior: (2 + 1) / (1 + 1); its slices give the variance nearly
    assert abs(float(fraud["posterior_rate"]) - 1.5) < 0.01, fraud
    places = {row["place"]: row for row in table("places")}
    assert places["north"]["events"] == "3" and abs(float(places["north"]["p_more"]) - poisson_upper(3, 2)) < 1e-12
    guarded = {row["threat"]: row for row in table("threats", "--scenario", "guarded")}
    assert abs(float(guarded["theft"]["expected_events"]) - 3) < 1e-12, guarded
    assert "1 row outside the period" in call("model.yaml", "log.csv", *PERIOD).stdout


@case
def events_without_a_place_are_missing_at_no_place():
    # many thefts that name no site: both sites have none by the log, which would look far too few
    prepare([(f"2024-{1 + i % 12:02}-15", "", "theft", 1000, "", "", "") for i in range(10)],
            MODEL.replace("rate: 4}}, vuln", "rate: 20}}, vuln"))
    tests = table("tests")
    assert not any(row["place"] for row in tests), tests
    assert next(row for row in table("threats") if row["threat"] == "theft")["events"] == "10"
    text = call("model.yaml", "log.csv", *PERIOD).stdout
    assert "theft: 10 events name no place" in text and "0 by place" in text, text
    # one that names none is enough; without it the sites are tested
    prepare(thefts(3, 2) + [("2024-05-05", "", "theft", 900, "", "", "")])
    assert not any(row["place"] for row in table("tests"))
    assert "theft: 1 event names no place" in call("model.yaml", "log.csv", *PERIOD).stdout
    prepare(thefts(3, 2))
    assert {row["place"] for row in table("tests")} == {"", "north", "south"}


@case
def a_broken_limit_is_a_nonconformity():
    prepare(thefts(14, 2))
    done = call("model.yaml", "log.csv", *PERIOD, expect=6)
    assert "2 limits are broken" in done.stdout and "Nonconformities" in done.stdout, done.stdout
    faults = table("nonconformities", expect=6)
    assert [(f["what"], f["threat"], f["place"]) for f in faults] == [("events", "theft", ""),
                                                                    ("events at place", "theft", "north")], faults
    assert faults[0]["clauses"] == "4.4.6" and faults[0]["owner"] == "Fleet" and faults[0]["id"] == "N1", faults
    # a place: the smallest of two, times two
    assert abs(float(faults[1]["adjusted"]) - 2 * poisson_upper(14, 2)) < 1e-12, faults
    # events of threats, sizes of losses, and one tolerance: five tests by threat
    assert abs(float(faults[0]["adjusted"]) - 5 * poisson_upper(16, 4)) < 1e-12, faults
    call("model.yaml", "log.csv", *PERIOD, "--level", "1e-9")
    prepare(thefts(2, 2))
    assert table("nonconformities") == []


@case
def losses_and_policy():
    prepare(thefts(2, 2, loss=40000))
    assert [f["what"] for f in table("nonconformities", expect=6)] == ["loss size"]
    tests = {(t["test"], t["threat"]): t for t in table("tests", expect=6)}
    row = tests["loss size", "theft"]
    u = 0.5 * (1 + math.erf(math.log(40) / math.sqrt(2)))
    half = -4 * math.log(1 - u)  # chi-square with 8 degrees: a sum of four exponentials
    assert abs(float(row["p_more"]) - math.exp(-half) * sum(half ** i / math.factorial(i) for i in range(4))) < 1e-9, row
    prepare(thefts(2, 2, loss=200000))
    policy = [f for f in table("nonconformities", expect=6) if f["what"] == "policy years"]
    assert policy == [], policy  # one year in one beyond a 1 % tolerance: p = 0.01, five times
    policy = [f for f in table("nonconformities", "--level", 0.2, expect=6) if f["what"] == "policy years"]
    assert len(policy) == 1 and policy[0]["owner"] == "Board", policy
    prepare(thefts(2, 2, loss=200000), MODEL + "insurance: [{id: i, covers: [theft], limit: 1e6}]\n")
    assert not [t for t in table("tests", expect=6) if t["test"] == "policy years"]
    assert "tolerance is about losses after insurance" in call("model.yaml", "log.csv", *PERIOD, expect=6).stdout.replace("\n ", "")
    prepare(thefts(0, 0) + [(f"2024-01-{d:02}", "", "fraud", 1, "", "", "") for d in range(1, 5)])
    low = [t for t in table("tests") if t["low"] == "true"]
    assert [(t["test"], t["threat"]) for t in low] == [("loss size", "fraud")], low


@case
def indicators():
    prepare(thefts(2, 2) + [("2024-05-05", "", "theft", "", "", "yes", "")] * 4)
    with open("kpis.csv", "w", encoding="utf-8") as file:
        file.write("id,measure,threat,at_most,at_least,owner\nreports,near_miss_share,theft,,0.4,Guard\n"
                   "thefts,events_per_year,theft,3,,Fleet\nlargest,largest_loss,,2000,,\n")
    faults = table("nonconformities", "--kpi", "kpis.csv", expect=6)
    assert [(f["what"], f["limit"], f["actual"], f["owner"]) for f in faults] == [("thefts", "3", "4", "Fleet")], faults
    rows = {row["id"]: row for row in table("kpis", "--kpi", "kpis.csv", expect=6) if row["id"]}
    assert rows["reports"]["kind"] == "leading" and rows["reports"]["value"] == "0.5" and rows["reports"]["met"] == "true"
    assert rows["largest"]["kind"] == "lagging" and rows["largest"]["met"] == "true"
    wrong = {"id,measure\nx,events_per_year\n": "needs a target", "id,measure,at_most\nx,eventsperyear,5\n": "must be one of",
             "id,measure,at_most,color\nx,events_per_year,5,red\n": 'no key "color"',
             "id,measure,at_most\nx,events_per_year,many\n": "must be a number"}
    for text, message in wrong.items():
        with open("kpis.csv", "w", encoding="utf-8") as file:
            file.write(text)
        assert message in call("model.yaml", "log.csv", *PERIOD, "--kpi", "kpis.csv", expect=2).stderr, text
    with open("kpis.csv", "w", encoding="utf-8") as file:
        file.write("id,measure,threat,at_most\nx,events_per_year,nobody,5\n")
    call("model.yaml", "log.csv", *PERIOD, "--kpi", "kpis.csv", expect=1)
    call("model.yaml", "log.csv", *PERIOD, "--kpi", "missing.csv", expect=3)


@case
def what_the_model_has_not():
    prepare([("2024-02-02", "moon", "theft", 5, "", "", ""), ("2024-02-03", "", "flood", 5, "", "", "")])
    done = call("model.yaml", "log.csv", *PERIOD, "--format", "json")
    found = json.loads(done.stdout)
    assert found["not_in_model"] == ['place "moon" of threat "theft"', 'threat "flood"'], found
    assert done.stderr.count("warning:") == 2 and found["broken"] == 0
    assert found["threats"][1]["events"] == 1 and set(found) >= {"threats", "places", "tests", "kpis", "nonconformities"}
    assert found["level"] == 0.05 and found["scenario"] == "bare"


@case
def shared_events_of_a_day_are_one():
    prepare([("2024-03-03", "a", "strike", 100, "", "", ""), ("2024-03-03", "b", "strike", 100, "", "", ""),
             ("2024-03-03", "c", "strike", 100, "", "", ""), ("2024-03-04", "a", "strike", 100, "", "", "")],
            "plimsoll: 1\nname: m\ncurrency: EUR\nnodes: [{id: a, region: x}, {id: b, region: x}, {id: c, region: y}]\n"
            "threats:\n  - {id: strike, where: {nodes: {id: [a, b, c]}}, shared_by: region, strike_probability: 0.5,\n"
            "     severity_correlation: 0.5, frequency: {poisson: {rate: 2}}, loss: {exponential: {mean: 100}}}\n")
    row = table("threats")[0]
    assert row["events"] == "3" and abs(float(row["expected_events"]) - (2 * 0.75 + 2 * 0.5)) < 1e-12, row
    assert "sizes are not tested, losses of one event are correlated" in call("model.yaml", "log.csv", *PERIOD).stdout


@case
def own_examples_are_monitored():
    with open("log.csv", "w", encoding="utf-8") as file:
        file.write("date,threat\n2024-01-01,nothing\n")
    for name in ("small_firm", "container_chain", "custody"):
        call(os.path.join(ROOT, "models", name, "model.yaml"), "log.csv", "--format", "markdown")


@case
def wrong_use():
    prepare(thefts(1, 1))
    for args in (("--format", "xml"), ("--table", "tests"), ("--format", "csv", "--table", "x"), ("--level", 0),
                 ("--level", 1), ("--scenario", "nobody"), ("--from", "2024-01-01"), ("--nonsense",)):
        call("model.yaml", "log.csv", *args, expect=1)
    call("model.yaml", expect=1)
    call("model.yaml", "missing.csv", expect=3)
    call("missing.yaml", "log.csv", expect=3)
    call("model.yaml", "log.csv", *PERIOD, "-o", "out.txt")
    call("model.yaml", "log.csv", *PERIOD, "-o", "out.txt", expect=3)
    call("model.yaml", "log.csv", *PERIOD, "-o", "out.txt", "-f")


@case
def example_of_the_help():
    prepare([("2025-03-03", "", "theft", 100, "", "", "")])
    os.rename("log.csv", "incidents.csv")
    os.rename("model.yaml", "first.yaml")
    with open("kpis.csv", "w", encoding="utf-8") as file:
        file.write("id,measure,at_most\nx,events_per_year,5\n")
    lines = [line.split()[2:] for line in call("--help").stdout.splitlines() if line.startswith("  plimsoll monitor ")]
    assert len(lines) == 2
    for line in lines:
        call(*line)


if __name__ == "__main__":
    sys.exit(main())
