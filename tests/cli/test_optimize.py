#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of choosing controls under budgets, run as a user would. Speaks TAP.

  test_optimize.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import os
import random
import re
import sys

import h5py
import numpy as np

from tap import call, case, main, seen_on_terminal, write

ROOT = os.path.abspath(sys.argv[2])
FIRM = f"{ROOT}/models/small_firm/model.yaml"


def table(*args):
    return list(csv.DictReader(io.StringIO(call(*args, "--format", "csv").stdout)))


def row(rows, name):
    return next(r for r in rows if r["portfolio"] == name)


def near(a, b, part=1e-9):
    return abs(float(a) - float(b)) <= part * max(abs(float(a)), abs(float(b)), 1e-300)


# Counts and losses are fixed and controls act for sure, so every figure is known: what is left of a threat is the
# product of what its controls leave.
RATE, THREATS, CONTROLS = 3, 6, 16


def certain_model():
    draw = random.Random(5)
    loss = [draw.randrange(20, 200) * 1000 for _ in range(THREATS)]
    against = [sorted(draw.sample(range(THREATS), draw.randint(1, 2))) for _ in range(CONTROLS)]
    reduces = [draw.randrange(10, 70) / 100 for _ in range(CONTROLS)]
    capital = [draw.randrange(5, 60) * 1000 for _ in range(CONTROLS)]
    annual = [draw.randrange(0, 9) * 500 for _ in range(CONTROLS)]
    requires, excludes = {6: 2, 11: 6}, {9: 3, 4: 12}
    text = ["plimsoll: 1", "name: Certain", "currency: EUR", "policy: {tolerance: [{loss: 700e3, probability: 0.1}]}", "threats:"]
    for t in range(THREATS):
        text.append(f"  - {{id: t{t}, frequency: {{fixed: {{count: {RATE}}}}}, loss: {{fixed: {loss[t]}}}}}")
    text.append("controls:")
    for c in range(CONTROLS):
        more = f", requires: [c{requires[c]:02}]" if c in requires else ""
        more += f", excludes: [c{excludes[c]:02}]" if c in excludes else ""
        names = ", ".join(f"t{t}" for t in against[c])
        text.append(f"  - {{id: c{c:02}, against: [{names}], reduces: {{loss: {reduces[c]}}}, "
                    f"cost: {{capital: {capital[c]}, annual: {annual[c]}}}{more}}}")
    with open("certain.yaml", "w", encoding="utf-8") as file:
        file.write("\n".join(text) + "\n")
    sets = np.arange(1 << CONTROLS)
    has = [(sets >> c & 1).astype(bool) for c in range(CONTROLS)]
    value = np.zeros(len(sets))
    for t in range(THREATS):
        left = np.full(len(sets), float(RATE * loss[t]))
        for c in range(CONTROLS):
            if t in against[c]:
                left[has[c]] *= 1 - reduces[c]
        value += left
    good = np.ones(len(sets), bool)
    for c, other in requires.items():
        good &= ~has[c] | has[other]
    for c, other in excludes.items():
        good &= ~(has[c] & has[other])
    cost = {"capital": sum(h * k for h, k in zip(has, capital)), "running": sum(h * k for h, k in zip(has, annual))}
    cost["outlay"] = cost["capital"] + cost["running"]
    return value, good, cost


@case
def sixteen_controls_against_all_65536_sets():
    value, good, cost = certain_model()
    for limits in ({"outlay": 120_000}, {"capital": 200_000, "running": 9000}, {"outlay": 250_000, "running": 8000}):
        allowed = good.copy()
        options = []
        for name, most in limits.items():
            allowed &= cost[name] <= most
            options += [{"outlay": "--budget"}.get(name, f"--{name}"), most]
        for objective, trials in (("mean", "16k"), ("tvar90", "2k")):  # all trials are alike: few do for a tail
            rows = table("optimize", "certain.yaml", "-n", trials, "--objective", objective, "--steps", 0, *options)
            best = row(rows, "best")
            figure = best["mean"] if objective == "mean" else best["tvar"]
            assert near(figure, value[allowed].min()), (limits, objective, figure, value[allowed].min())
            assert best["proof"].startswith("exact"), best["proof"]
            assert all(float(best[name]) <= most for name, most in limits.items())


@case
def the_frontier_is_the_best_of_each_budget():
    value, good, cost = certain_model()
    rows = [r for r in table("optimize", "certain.yaml", "-n", "16k", "--steps", 8) if r["portfolio"] == "frontier"]
    assert len(rows) > 4 and float(rows[0]["limit"]) == 0 and rows[0]["controls"] == "(none)"
    for r in rows:
        assert near(r["mean"], value[good & (cost["outlay"] <= float(r["limit"]))].min()), r
    assert [float(r["mean"]) for r in rows] == sorted((float(r["mean"]) for r in rows), reverse=True)


@case
def nothing_and_everything():
    value, good, _ = certain_model()
    nothing = row(table("optimize", "certain.yaml", "-n", "16k", "--budget", 0, "--steps", 0), "best")
    assert nothing["controls"] == "(none)" and near(nothing["mean"], value[0]) and float(nothing["avoided_mean"]) == 0
    everything = row(table("optimize", "certain.yaml", "-n", "16k", "--steps", 0), "best")
    assert near(everything["mean"], value[good].min())


TWO = """plimsoll: 1
name: Two
currency: EUR
threats:
  - {id: large, frequency: {fixed: {count: 1}}, loss: {fixed: 100}}
  - {id: small, frequency: {fixed: {count: 1}}, loss: {fixed: 10}}
controls:
  - {id: first, against: [large], reduces: {frequency: 0.5}, cost: {annual: 8}}
  - {id: second, against: [small], reduces: {frequency: 0.5}, cost: {annual: 8}}
"""


@case
def uniform_spending_is_beaten():
    """Two controls of the same price: one takes half of a large loss away, the other half of a small one. With money for
    one, the best buys the first and leaves 55; a half of each leaves 75 + 7.5."""
    rows = table("optimize", write("two.yaml", TWO), "-n", "100k", "--budget", 8)
    best, uniform = row(rows, "best"), row(rows, "uniform")
    assert best["controls"] == "first" and float(best["running"]) == 8 and near(uniform["outlay"], 8)
    assert float(best["mean_lower"]) <= 60 <= float(best["mean_upper"]), best["mean"]
    assert float(uniform["mean_lower"]) <= 82.5 <= float(uniform["mean_upper"]), uniform["mean"]
    assert float(best["mean_upper"]) < float(uniform["mean_lower"])
    said = {r["control"]: r for r in table("optimize", "two.yaml", "-n", "16k", "--budget", 8, "--table", "controls")}
    assert set(said) == {"first", "second"} and all(r["running"] == "8" and r["capital"] == "0" for r in said.values()), said


@case
def figures_are_those_of_a_fresh_run():
    """The answer for all controls is the scenario `both`: a run of it with the fresh seed has the same losses."""
    out = json.loads(call("optimize", FIRM, "-n", "20k", "--format", "json").stdout)
    text = json.dumps(out)
    rows = table("optimize", FIRM, "-n", "20k")
    assert row(rows, "best")["controls"] == "alarm, four_eyes" and "alarm, four_eyes" in text
    call("run", FIRM, "-n", "20k", "--seed", 18446744073709551614, "-o", "fresh.h5", "--quiet")
    with h5py.File("fresh.h5") as file:
        before, after = file["ylt/today"][:], file["ylt/both"][:]
    for name, losses in (("in force", before), ("best", after)):
        r = row(rows, name)
        assert near(r["mean"], losses.mean()) and near(r["tvar"], np.sort(losses)[-200:].mean())
        assert near(r["breach"], (losses > 100e3).mean())
    r = row(rows, "best")
    assert near(r["avoided_mean"], (before - after).mean())
    parts = (before - after).reshape(32, -1).mean(axis=1)
    half = 2.0395134463964077 * parts.std(ddof=1) / 32 ** 0.5  # t, 31 degrees of freedom, 0.975
    assert near(float(r["avoided_mean_upper"]) - float(r["avoided_mean"]), half, 1e-6)


@case
def the_roadmap_takes_the_best_ratio_first():
    certain_model()
    args = ("optimize", "certain.yaml", "-n", "16k", "--budget", "250k", "--phase", "60k", "--steps", 0)
    rows, out = table(*args, "--table", "roadmap"), json.loads(call(*args, "--format", "json").stdout)
    bought = row(out["portfolios"], "best")
    names = [name for r in rows for name in r["control"].split(", ")]
    assert sorted(names) == bought["controls"].split(", ")
    assert near(rows[-1]["avoided_mean"], bought["avoided_mean"]) and near(rows[-1]["outlay"], bought["outlay"])
    alone = {c["control"]: c for c in out["controls"]}
    assert near(rows[0]["avoided_mean"], float(rows[0]["ratio"]) * float(alone[names[0]]["yearly_cost"]), 1e-6)
    phases = [int(r["phase"]) for r in rows]
    assert phases == sorted(phases) and phases[0] >= 1
    assert all(float(r["outlay"]) <= 60e3 * int(r["phase"]) + 1e-6 for r in rows)


@case
def the_same_bits_on_any_number_of_threads():
    args = ("optimize", FIRM, "-n", "20k", "--objective", "tvar99", "--budget", 3000, "--format", "csv")
    assert call(*args, "-t", 1).stdout == call(*args, "-t", 3).stdout
    # what was dropped is simulated again: the same figures, another proof
    kept, dropped = (csv.DictReader(io.StringIO(call(*args, "--memory", memory).stdout)) for memory in ("1G", 4096))
    for one, other in zip(kept, dropped, strict=True):
        assert not one["proof"] or one.pop("proof") != other.pop("proof")
        assert one == other


@case
def what_is_in_force_stays():
    rows = table("optimize", FIRM, "-n", "20k", "--from", "today", "--controls", "alarm", "--steps", 0)
    assert row(rows, "best")["controls"] == "alarm"
    said = call("optimize", FIRM, "--from", "both", expect=1).stderr
    assert "there is no control to choose" in said, said


@case
def more_controls_than_can_be_weighed_take_bounded_work():
    """The gap is told; no control can be added, dropped or swapped to better what was found, as each set's figure shows."""
    draw = random.Random(40)
    with open("many.yaml", "w", encoding="utf-8") as file:
        file.write("plimsoll: 1\nname: Many\ncurrency: EUR\nthreats:\n" + "".join(
            f"  - {{id: t{t}, frequency: {{poisson: {{rate: {draw.randrange(5, 60) / 100}}}}}, loss: {{lognormal: {{median: "
            f"{draw.randrange(5, 200)}000, sigma: 1.2}}}}}}\n" for t in range(27)) + "controls:\n" + "".join(
                f"  - {{id: c{c:02}, against: [{', '.join(f't{t}' for t in sorted(draw.sample(range(27), draw.choice([1, 1, 2]))))}], "
                f"reduces: {{frequency: {draw.randrange(10, 60) / 100}}}, cost: {{annual: {draw.randrange(2, 30)}000}}}}\n"
                for c in range(40)))
    args = ("optimize", "many.yaml", "-n", "16k", "--objective", "tvar99", "--budget", "150k", "--steps", 0)
    out = json.loads(call(*args, "--format", "json").stdout)
    best = row(out["portfolios"], "best")
    found, gap = float(best["found"]), float(best["gap"])
    assert 0 < gap < 0.08 * found and best["proof"] == "best found: not proven", best
    assert "No portfolio can be better by more than" in call(*args).stdout
    # without one of its controls, to choose from what is left: no single control in its place does better
    chosen = best["controls"].split(", ")
    cost = {r["control"]: r["running"] for r in out["controls"]}
    spent = sum(cost[c] for c in chosen)
    assert spent <= 150e3, spent
    for dropped in chosen[:2]:
        fits = [c for c in cost if c not in chosen and spent - cost[dropped] + cost[c] <= 150e3][:3]
        for other in fits:
            names = ",".join(sorted([c for c in chosen if c != dropped] + [other]))
            value = float(row(table("optimize", "many.yaml", "-n", "16k", "--objective", "tvar99", "--steps", 0, "--controls", names),
                              "best")["found"])
            assert value >= found - 1e-6 * found, (dropped, other, value, found)


@case
def a_terminal_sees_how_far_the_search_is():
    for command, steps in (("optimize", {"simulation": r" of \d+ sets", "search": "", "frontier": "", "roadmap": "",
                                         "fresh sample": r" of \d+ sets"}),
                           ("avoided", {"left out, first": r" of \d+ sets", "Shapley values": " of 4 sets", "displacement": " of 3 sets"})):
        args = (command, write("two.yaml", TWO), "-n", "16k", *(("--displace", 50) if command == "avoided" else ("--objective", "tvar99")))
        seen = seen_on_terminal(*args)
        assert seen.endswith("\r\x1b[K"), seen  # and is taken away
        lines = seen.split("\r")
        shown = [line for line in lines if "sets of controls" in line]
        found = [re.match(r"\x1b\[\?7l\[([#.]{24})\] ([\w ,]+): ([\d,]+)(.*) of controls, (\S+( [kMG])?) trials/s, (.+) "
                          r"(left|so far)\x1b\[K\x1b\[\?7h$", line) for line in shown]
        assert all(found) and found, shown
        # every step once, in order, each from nothing
        order = [m[2] for m in found]
        assert list(dict.fromkeys(order)) == list(steps), order
        for m in found:
            assert re.match(steps[m[2]], m[4]), m[0]
            assert (m[8] == "so far") == (steps[m[2]] == ""), m[0]
        assert seen_on_terminal(*args, "--quiet") == ""
        assert "\x1b" not in call(*args).stderr  # a log gets lines


@case
def wrong_use_is_told():
    for args, part in ((("--objective", "median"), "mean, tvar99"), (("--objective", "tvar"), "percentage"),
                       (("--controls", "alarm,moat"), "no control 'moat'"), (("--from", "never"), "no scenario 'never'"),
                       (("-n", "2000"), "at least 16000 trials"), (("-n", "1G"), "at once, and there may be"), (("--phase", 0), "nothing can be bought"),
                       (("--budget", "-3"), "--budget"), (("--table", "portfolios"), "--table goes with")):
        said = call("optimize", FIRM, *args, expect=1).stderr
        assert part in said, (args, said)
    with open("plain.yaml", "w", encoding="utf-8") as file:
        file.write("plimsoll: 1\nname: Plain\ncurrency: EUR\nthreats:\n"
                   "  - {id: t, frequency: {poisson: {rate: 1}}, loss: {pareto: {shape: 0.9, minimum: 5}, allow_infinite_mean: true}}\n"
                   "controls:\n  - {id: c, reduces: {loss: 0.5}, cost: {annual: 1}}\n")
    assert "infinite mean" in call("optimize", "plain.yaml", expect=2).stderr
    with open("plain.yaml", encoding="utf-8") as file:
        text = file.read().replace("{pareto: {shape: 0.9, minimum: 5}, allow_infinite_mean: true}", "{fixed: 5}")
    with open("plain.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    assert "has no `tolerance`" in call("optimize", "plain.yaml", "--objective", "breach", expect=1).stderr
    call("optimize", "plain.yaml", "--objective", "breach", "--loss", 4, "-n", "16k")


if __name__ == "__main__":
    sys.exit(main())
