#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of nested runs, as a user would make them. Speaks TAP.

  test_worlds.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import os
import signal
import subprocess
import sys
import time

from tap import PROGRAM, call, case, main


MODEL = """plimsoll: 1
name: Worlds
currency: EUR
policy: {tolerance: [{loss: 20000, probability: 0.05}]}
nodes: [{id: n, region: A}, {id: m, region: B}]
threats:
  - {id: theft, where: {nodes: {}}, frequency: {poisson: {rate: {gamma: {mean: 2, cv: 0.7}}}}, loss: {exponential: {mean: 1000}}, clauses: [4.4.6]}
  - {id: fraud, frequency: {poisson: {rate: 1}}, vulnerability: {uniform: {min: 0.2, max: 0.6}}, loss: {exponential: {mean: 4000}}, clauses: [4.4.2]}
controls:
  - {id: guard, against: [theft], reduces: {frequency: {uniform: {min: 0.1, max: 0.9}}}, cost: {annual: 500}}
scenarios: [{id: today, controls: []}, {id: guarded, controls: [guard]}]
insurance: [{id: cover, covers: [fraud], deductible: 2000, limit: 9000}]
"""


def model():
    with open("m.yaml", "w", encoding="utf-8") as file:
        file.write(MODEL)
    return "m.yaml"


def run(out, *args, expect=0, trials="24k", worlds=500):
    return call("run", model(), "-n", trials, "--worlds", worlds, "-o", out, "--quiet", *args, expect=expect)


def few(out, *args, worlds=250):
    """As `run`, in three blocks."""
    run(out, *args, trials="12k", worlds=worlds)


def table(file, name, **wanted):
    rows = csv.DictReader(io.StringIO(call("report", file, "--format", "csv", "--table", name).stdout))
    return [row for row in rows if all(row[key] == value for key, value in wanted.items())]


def digest(file):
    return next(line for line in call("info", file).stdout.splitlines() if line.startswith("result sha256"))


@case
def the_same_bits_in_any_number_of_pieces():
    few("whole.h5")
    few("thread.h5", "--threads", 1, "--cpu", "scalar")
    for part in range(3):
        few(f"part{part}.h5", "--shard", f"{part}/3", "--threads", part + 1)
    call("merge", "part0.h5", "part1.h5", "part2.h5", "-o", "merged.h5", "--quiet")
    assert digest("whole.h5") == digest("thread.h5") == digest("merged.h5")
    for name in ("percentiles", "tvar", "curves", "moments", "tolerance", "fan", "ignorance"):
        assert table("whole.h5", name) == table("merged.h5", name), name
    call("verify", "merged.h5", "--resimulate", 5)
    call("verify", "part1.h5", "--resimulate", 2)
    assert "worlds: 250" in call("info", "merged.h5").stdout


@case
def the_number_of_worlds_is_part_of_what_a_run_is():
    few("a.h5")
    few("b.h5", worlds=200)
    call("run", model(), "-n", "12k", "-o", "c.h5", "--quiet")
    call("run", model(), "-n", "12k", "--worlds", 1, "-o", "d.h5", "--quiet")
    assert len({digest("a.h5"), digest("b.h5"), digest("c.h5")}) == 3
    assert digest("c.h5") == digest("d.h5")
    few("p0.h5", "--shard", "0/2")
    few("p1.h5", "--shard", "1/2", worlds=200)
    assert "worlds" in call("merge", "p0.h5", "p1.h5", "-o", "m.h5", expect=5).stderr


@case
def an_interrupted_run_goes_on():
    command = [PROGRAM, "run", model(), "-n", "80k", "--worlds", "500", "--ylt", "no", "-o", "r.h5", "--quiet", "--threads", "1"]
    with subprocess.Popen(command) as running:
        time.sleep(1)
        running.send_signal(signal.SIGINT)
        assert running.wait(timeout=100) in (0, 4, -signal.SIGINT)
    if not os.path.isdir("r.h5.work"):
        return  # too early or too late to be interrupted
    assert "worlds" in call("run", "m.yaml", "-n", "80k", "--worlds", 1000, "--ylt", "no", "-o", "r.h5", "--resume", expect=5).stderr
    call(*command[1:], "--resume")
    call("run", "m.yaml", "-n", "80k", "--worlds", "500", "--ylt", "no", "-o", "s.h5", "--quiet")
    assert digest("r.h5") == digest("s.h5")


@case
def a_prefix_has_the_same_trials():
    # as many trials in a world, half as many worlds
    run("long.h5", "--ylt", "yes")
    run("short.h5", "--ylt", "yes", trials="12k", worlds=250)
    blocks = lambda file: table(file, "plt", SummaryId="1")
    short = blocks("short.h5")
    assert short and [row["Loss"] for row in short] == [row["Loss"] for row in blocks("long.h5")[:len(short)]]


@case
def what_cannot_be_is_refused():
    for worlds, trials, word in ((10, "48k", "at least 32"), (999, "48k", "47952"), (40000, "48k", "too few"), (2000000, "4M", "too many")):
        assert word in run("x.h5", trials=trials, worlds=worlds, expect=1).stderr, word
    assert "stop rule" in run("x.h5", "--until", "1%@P99", expect=1).stderr
    assert not os.path.exists("x.h5")


@case
def tables_of_worlds():
    run("w.h5")
    parts = table("w.h5", "ignorance", scenario="guarded", perspective="gross")
    assert [row["what"] for row in parts][0] == "ignorance" and parts[-1]["what"] == "interplay and the rest"
    named = {row["parameter"] for row in parts if row["what"] == "parameter"}
    assert named == {"threat theft: frequency.mean", "threat fraud: vulnerability", "control guard: reduces.frequency"}, named
    shares = [float(row["share"]) for row in parts]
    assert abs(sum(shares[1:]) - shares[0]) < 1e-9 and shares[1:-1] == sorted(shares[1:-1], reverse=True)
    today = {row["parameter"] for row in table("w.h5", "ignorance", scenario="today")}
    assert "control guard: reduces.frequency" not in today
    fan = table("w.h5", "fan", scenario="today", perspective="net", measure="AEP")
    assert fan and len(fan) % 5 == 0
    for first in range(0, len(fan), 5):
        values = [float(row["value"]) for row in fan[first:first + 5]]
        assert values == sorted(values) and [row["worlds"] for row in fan[first:first + 5]] == ["0.05", "0.25", "0.5", "0.75", "0.95"]
    text = call("report", "w.h5").stdout
    assert ": 500 worlds of 48 trials" in text, text
    assert "the spread of 32 groups" in " ".join(text.split())
    parsed = json.loads(call("report", "w.h5", "--format", "json").stdout)
    assert len(parsed["tables"]["fan"]) == len(table("w.h5", "fan")) and parsed["header"]["worlds"] == 500
    page = call("report", "w.h5", "--format", "html").stdout
    assert "world by world" in page and "95 % of worlds below" in page
    call("report", "w.h5", "--format", "xlsx", "-o", "w.xlsx")


@case
def intervals_count_worlds_not_trials():
    run("w.h5", worlds=60)
    call("run", model(), "-n", "24k", "-o", "p.h5", "--quiet")
    mean = lambda file: float(table(file, "moments", scenario="today", perspective="gross", group_kind="total", measure="AEP")[0]["mean_se"])
    # half of the variance lies between 60 worlds: some ten times the error of independent trials
    assert 5 < mean("w.h5") / mean("p.h5") < 30
    width = lambda file: [float(row["upper"]) - float(row["lower"]) for row in table(
        file, "percentiles", scenario="today", perspective="gross", group_kind="total", measure="AEP", p="0.9")][0]
    assert width("w.h5") > 3 * width("p.h5")


@case
def comparisons_are_made_world_by_world():
    run("w.h5", "--ylt", "yes")
    rows = list(csv.DictReader(io.StringIO(call("compare", "w.h5", "--from", "today", "--to", "guarded", "--format", "csv").stdout)))
    mean = next(row for row in rows if row["group_kind"] == "total" and row["figure"] == "mean")
    assert mean["basis"] == "replicates"
    assert float(mean["lower"]) < 2000 < float(mean["upper"]), mean  # half of 2 x 2 x 1000 is avoided


if __name__ == "__main__":
    sys.exit(main())
