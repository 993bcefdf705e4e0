#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the commands that weigh controls and insurance, run as a user would. Speaks TAP.

  test_decide_cmd.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import math
import os
import sys
import tempfile

from tap import call, case, main, seen_on_terminal, write

ROOT = os.path.abspath(sys.argv[2])

INSURED = """plimsoll: 1
name: Insured
currency: EUR
policy: {tolerance: [{loss: 15, probability: 0.2}]}
threats:
  - {id: theft, frequency: {poisson: {rate: 0.8}}, losses: {goods: {lognormal: {p5: 1, p95: 90}}, fines: 2}, clauses: [4.4.6]}
  - {id: fraud, frequency: {poisson: {rate: 0.1}}, loss: {fixed: {value: 7}}, clauses: [4.4.2]}
insurance:
  - {id: cargo, covers: [theft], deductible: 10, limit: 50, premium: 3}
scenarios:
  - {id: today, controls: []}
  - {id: bare, controls: [], insurance: []}
"""


def table(*args):
    return list(csv.DictReader(io.StringIO(call(*args).stdout)))


@case
def a_limit_makes_what_is_ceded_finite():
    """A loss without a mean: what insurers pay has one, at most the limit times the mean number of events."""
    text = ("plimsoll: 1\nname: n\ncurrency: EUR\nthreats:\n"
            "  - {id: t, frequency: {poisson: {rate: 0.5}}, loss: {pareto: {shape: 0.9, minimum: 10, allow_infinite_mean: true}}}\n"
            "insurance: [{id: i, covers: [t], deductible: 20, TERMS}]\n")
    for terms, finite in (("limit: 100", True), ("aggregate_limit: 100", True), ("share: 0.5", False)):
        write("m.yaml", text.replace("TERMS", terms))
        call("run", "m.yaml", "-n", "20k", "-o", "o.h5", "--quiet", "--force")
        rows = {(row["perspective"], row["group_kind"]): row for row in
                csv.DictReader(io.StringIO(call("report", "o.h5", "--format", "csv", "--table", "moments").stdout))
                if row["measure"] == "AEP"}
        assert float(rows["gross", "total"]["mean"]) == math.inf == float(rows["net", "total"]["mean"])
        for kind in ("total", "threat", "clause", "component"):
            row = rows["ceded", kind]
            assert math.isfinite(float(row["mean"])) == math.isfinite(float(row["mean_se"])) == finite, (terms, kind, row)
        if terms == "limit: 100":
            # of an event: integral of min(S(20 + x), over x from 0 to 100), S(x) = (10 / x)^0.9
            exact = 0.5 * 10 ** 0.9 * (120 ** 0.1 - 20 ** 0.1) / 0.1
            got, error = float(rows["ceded", "total"]["mean"]), float(rows["ceded", "total"]["mean_se"])
            assert abs(got - exact) < 5 * error, (got, exact, error)  # 6e-7 by chance, seed fixed
        call("verify", "o.h5")


@case
def every_table_stands_gross_ceded_and_net():
    call("run", write("m.yaml", INSURED), "-n", "20k", "-o", "m.h5", "--quiet")
    text = call("report", "m.h5").stdout
    for seen in (", gross", ", ceded to insurers", ", net of insurance"):
        for part in ("Total", "Loss curve of the total", "Clauses of ISO 28000:2007", "Threats"):
            assert part + seen in text, part + seen
    assert "Tolerance, net of insurance" in text and "Insurance is not computed" not in text
    for name in ("percentiles", "tvar", "curves", "moments", "tail"):
        found = {row["perspective"] for row in table("report", "m.h5", "--format", "csv", "--table", name)}
        assert found == {"gross", "ceded", "net"}, (name, found)
    mean = {(row["scenario"], row["perspective"], row["group_kind"], row["group"]): float(row["mean"])
            for row in table("report", "m.h5", "--format", "csv", "--table", "moments") if row["measure"] == "AEP"}
    for (scenario, perspective, kind, group), value in mean.items():
        if perspective == "gross":
            rest = mean[scenario, "ceded", kind, group] + mean[scenario, "net", kind, group]
            assert abs(rest - value) <= 1e-9 * value, (scenario, kind, group, value, rest)
    assert mean["bare", "ceded", "total", "total"] == 0 < mean["today", "ceded", "total", "total"]
    assert mean["today", "ceded", "threat", "fraud"] == 0 < mean["today", "net", "threat", "fraud"]


@case
def a_scenario_cannot_name_insurance_that_is_not_there():
    wrong = INSURED.replace("insurance: []", "insurance: [crago]")
    assert '"cargo"' in call("check", write("m.yaml", wrong), expect=2).stderr


COMPARED = """plimsoll: 1
name: Compared
currency: EUR
discount_rate: 0.05
policy: {tolerance: [{loss: 15, probability: 0.2}]}
threats:
  - {id: theft, frequency: {poisson: {rate: 0.8}}, vulnerability: {uniform: {min: 0.3, max: 0.9}}, loss: {fixed: {value: 10}}, clauses: [4.4.6]}
  - {id: fraud, frequency: {poisson: {rate: 0.1}}, loss: {fixed: {value: 7}}, clauses: [4.4.2]}
controls:
  - {id: guard, against: [theft], reduces: {frequency: 0.5}, cost: {capital: 5, annual: 0.6, life_years: 5},
     friction: {hours_per_passage: 0.5, passages_per_year: 10, cost_per_hour: 0.02}}
insurance:
  - {id: cover, covers: [theft], deductible: 4, premium: 2}
scenarios:
  - {id: today, controls: [], insurance: []}
  - {id: guarded, controls: [guard], insurance: []}
  - {id: insured, controls: []}
"""


KEPT = tempfile.TemporaryDirectory()  # results of all cases, which none of them changes
RUNS = {}


def results(text=COMPARED, *args, trials="200k"):
    if (text, trials, *args) not in RUNS:
        path = f"{KEPT.name}/{len(RUNS)}"
        call("run", write(path + ".yaml", text), "-n", trials, "-o", path + ".h5", "--quiet", *args)
        RUNS[(text, trials, *args)] = path + ".h5"
    return RUNS[(text, trials, *args)]


def near(found, wanted, slack=1e-9):
    assert abs(float(found) - wanted) <= slack * max(1, abs(wanted)), (found, wanted)


def value_of(*args):
    return {row["key"]: row for row in table("compare", *args, "--format", "csv", "--table", "value")}


@case
def a_comparison_has_the_known_figures():
    file = results()
    losses = table("compare", file, "--from", "today", "--to", "guarded", "--format", "csv")
    mean = next(row for row in losses if row["figure"] == "mean" and row["group_kind"] == "total")
    assert mean["basis"] == "paired trials" and float(mean["lower"]) < 2.4 < float(mean["upper"]), mean
    assert float(mean["upper"]) - float(mean["lower"]) < 0.05
    near(mean["avoided"], float(mean["before"]) - float(mean["after"]))
    breach = next(row for row in losses if row["figure"] == "breach")
    assert breach["p"] == "15" and float(breach["lower"]) < float(breach["avoided"]) < float(breach["upper"])
    fraud = next(row for row in losses if row["group"] == "fraud" and row["figure"] == "mean")
    assert fraud["avoided"] == "0" and fraud["basis"] == "exact", fraud
    assert {row["group_kind"] for row in losses} >= {"total", "clause", "threat", "node"}
    value = value_of(file, "--from", "today", "--to", "guarded")
    running, annuity = 0.6 + 0.5 * 10 * 0.02, 0.05 / (1 - 1.05 ** -5)
    cost, avoided = 5 * annuity + running, float(mean["avoided"])
    near(value["capital"]["value"], 5)
    near(value["running"]["value"], running)
    near(value["cost"]["value"], cost)
    near(value["net_benefit"]["value"], avoided - cost)
    near(value["rosi"]["value"], (avoided - cost) / cost)
    near(value["benefit_cost_ratio"]["value"], avoided / cost)
    near(value["npv"]["value"], -5 + (avoided - running) / annuity)
    near(value["payback_years"]["value"], 5 / (avoided - running))
    near(value["break_even"]["value"], cost / avoided)
    # a year pays when the guard stops at least one theft: the mean over the vulnerability of 1 - exp(-0.4 v)
    pays = 1 - (math.exp(-0.4 * 0.3) - math.exp(-0.4 * 0.9)) / (0.4 * 0.6)
    found = value["p_pays_in_a_year"]
    assert float(found["lower"]) - 0.002 < pays < float(found["upper"]) + 0.002, (found, pays)
    assert value["p_worth_it"]["value"] == "", "no simulation was asked for"
    near(value_of(file, "--from", "today", "--to", "guarded", "--years", "10")["npv"]["value"],
         -5 - 5 * 1.05 ** -5 + (avoided - running) * (1 - 1.05 ** -10) / 0.05)


@case
def worlds_tell_whether_it_is_worth_it():
    file = results(trials="20k")  # worlds have trials of their own
    worth = value_of(file, "--from", "today", "--to", "guarded", "--worlds", "100", "-n", "4k")["p_worth_it"]
    cost = 5 * 0.05 / (1 - 1.05 ** -5) + 0.7
    known = (0.9 - cost / 4) / 0.6  # expected avoided in a world: 0.8 x 0.5 x 10 v
    assert float(worth["lower"]) <= known <= float(worth["upper"]), (worth, known)
    assert float(worth["upper"]) - float(worth["lower"]) < 0.4, worth
    # a terminal sees how far the worlds are, unless it is not to
    for quiet in ((), ("--quiet",)):
        seen = seen_on_terminal("compare", file, "--from", "today", "--to", "guarded", "--worlds", "20", "-n", "1k", *quiet)
        assert ("of 40,000 trials" in seen) == (not quiet), seen


@case
def premiums_are_costs_and_net_is_compared():
    file = results()
    value = value_of(file, "--from", "today", "--to", "insured")
    near(value["cost"]["value"], 2)
    avoided = value["avoided"]
    assert float(avoided["lower"]) - 0.02 < 0.48 * 6 < float(avoided["upper"]) + 0.02, avoided
    back = value_of(file, "--from", "insured", "--to", "today")
    near(back["cost"]["value"], -2)
    near(back["avoided"]["value"], -float(avoided["value"]))
    assert back["rosi"]["value"] == ""


@case
def two_files_are_paired_by_their_seed():
    one = results()
    other = COMPARED.replace("reduces: {frequency: 0.5}", "reduces: {frequency: 0.75}")
    two = results(other)
    value = value_of(one, two, "--from", "guarded")
    near(value["cost"]["value"], 0)
    assert float(value["avoided"]["lower"]) - 0.02 < 1.2 < float(value["avoided"]["upper"]) + 0.02
    three = results(other, "--seed", "7")
    done = call("compare", one, three, "--from", "guarded", "--format", "csv")
    assert "not paired: the seeds differ" in done.stderr
    rows = list(csv.DictReader(io.StringIO(done.stdout)))
    mean = next(row for row in rows if row["figure"] == "mean" and row["group_kind"] == "total")
    paired = float(value["avoided"]["upper"]) - float(value["avoided"]["lower"])
    assert mean["basis"] == "unpaired" and float(mean["upper"]) - float(mean["lower"]) > 1.3 * paired, mean


@case
def comparisons_that_make_no_sense_are_refused():
    one = results(trials="20k")
    dollars = results(COMPARED.replace("currency: EUR", "currency: USD"), trials="20k")
    assert "the currencies differ: EUR and USD" in call("compare", one, dollars, expect=1).stderr
    pilot = results(COMPARED.replace("currency: EUR", "currency: EUR\nscope: {description: Pilot}"), trials="20k")
    assert "the scopes differ" in call("compare", one, pilot, expect=1).stderr
    assert "no scenario 'guard'" in call("compare", one, "--to", "guard", expect=1).stderr
    assert "name the scenario" in call("compare", one, expect=1).stderr
    assert "the same scenario" in call("compare", one, "--to", "today", expect=1).stderr
    call("compare", "missing.h5", expect=3)
    call("compare", one, "--to", "guarded", "--table", "value", expect=1)
    call("compare", one, "--to", "guarded", "--format", "csv", "--table", "worth", expect=1)


@case
def a_comparison_in_every_format():
    file = results(trials="20k")
    text = call("compare", file, "--to", "guarded").stdout
    assert "Whether it pays" in text and "Break-even effectiveness" in text and "upper bound" in text
    assert "| Mean of the trials |" in call("compare", file, "--to", "guarded", "--format", "markdown").stdout
    found = json.loads(call("compare", file, "--to", "guarded", "--format", "json").stdout,
                       parse_constant=lambda name: 1 / 0)
    assert found["plimsoll_compare"] == 1 and found["paired"].startswith("yes") and found["losses"] and found["value"]
    call("compare", file, "--to", "guarded", "-o", "out.txt")
    call("compare", file, "--to", "guarded", "-o", "out.txt", expect=3)
    no_ylt = results(COMPARED, "--ylt", "no", trials="20k")
    rows = table("compare", no_ylt, "--to", "guarded", "--format", "csv")
    mean = next(row for row in rows if row["figure"] == "mean" and row["group_kind"] == "total")
    assert mean["basis"] == "upper bound", mean


HEAVY = """plimsoll: 1
name: Heavy
currency: EUR
threats:
  - {id: theft, frequency: {poisson: {rate: 0.05}}, loss: {lognormal: {median: 1000, sigma: 2.6}}, clauses: [4.4.6]}
controls:
  - {id: lock, reduces: {frequency: 0.5}, cost: {annual: 10}}
scenarios:
  - {id: today, controls: []}
  - {id: locked, controls: [lock]}
"""


@case
def a_comparison_says_what_the_report_says():
    call("run", write("heavy.yaml", HEAVY), "-n", "200k", "-o", "heavy.h5", "--quiet", "--ylt", "yes")
    assert "exact mean" in call("report", "heavy.h5").stdout  # the tail is heavy enough for it
    rows = table("compare", "heavy.h5", "--format", "csv")
    seen = {(row["figure"], row["p"]): row for row in rows if row["group_kind"] == "total"}
    said = {row["p"]: float(row["value"]) for row in table("report", "heavy.h5", "--format", "csv", "--table", "tvar")
            if row["scenario"] == "today" and row["group_kind"] == "total" and row["measure"] == "AEP"}
    for p in ("0.9", "0.99", "0.999"):
        # the report takes the limited mean from histograms of 10 bits
        assert abs(float(seen["tvar", p]["before"]) - said[p]) <= 2e-3 * said[p], (p, seen["tvar", p], said[p])
    exact = seen["exact_mean", ""]
    mean = 0.05 * 1000 * math.exp(2.6 ** 2 / 2)
    assert abs(float(exact["before"]) - mean) < 1e-6 * mean and exact["basis"] == "exact", exact
    assert abs(float(exact["avoided"]) - mean / 2) < 1e-6 * mean and exact["lower"] == exact["upper"], exact
    assert "the model's exact mean is" in call("report", "heavy.h5").stdout
    text = call("compare", "heavy.h5").stdout
    assert "Mean of the trials" in text and "Exact mean" in text
    assert any(line.split() == ["Controls", "before:", "none"] for line in text.splitlines()), text


if __name__ == "__main__":
    sys.exit(main())
