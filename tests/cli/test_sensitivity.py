#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the command sensitivity, run as a user would. Speaks TAP.

  test_sensitivity.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import sys

from tap import call, case, main, seen_on_terminal, write


def table(*args):
    return list(csv.DictReader(io.StringIO(call(*args).stdout)))


HANGS = """plimsoll: 1
name: Hangs
currency: EUR
threats:
  - {id: theft, frequency: {poisson: {rate: {uniform: {min: 0, max: 2}}}}, loss: {exponential: {mean: 100}}}
  - {id: fire, frequency: {poisson: {rate: 0.5}}, loss: {fixed: {value: 40}}}
controls:
  - {id: lock, against: [theft], reduces: {frequency: 0.5}, cost: {annual: 40}}
"""


@case
def sensitivity_in_every_format_and_table():
    few = ("-n", "4k", "--points", "64", "-t", "1")
    text = call("sensitivity", write("h.yaml", HANGS), *few).stdout
    assert "Sensitivity: Hangs" in text and "theft: frequency.rate" in text and "(exact)" in text, text
    assert "bare" not in text and "base + lock" in text
    assert "| theft: frequency.rate |" in call("sensitivity", "h.yaml", *few, "--format", "markdown").stdout
    found = json.loads(call("sensitivity", "h.yaml", *few, "--format", "json").stdout, parse_constant=lambda name: 1 / 0)
    names = ("tornado", "slopes", "sobol", "tail", "choices", "information")
    assert found["plimsoll_sensitivity"] == 1 and all(found[name] for name in names)
    for name in names:
        rows = table("sensitivity", "h.yaml", *few, "--format", "csv", "--table", name)
        assert len(rows) == len(found[name]), name
    first = found["tornado"][0]
    # P5 to P95 of a rate that is uniform on (0, 2), at a mean loss of 100
    assert (first["owner"], first["parameter"], first["unknown"]) == ("theft", "frequency.rate", True), first
    assert abs(first["low"] - 0.1) < 1e-9 and abs(first["mean_swing"] - 180) < 1e-6, first
    slope = next(row for row in found["slopes"] if row["owner"] == "fire" and row["parameter"] == "frequency.rate")
    assert abs(slope["mean_slope"] - 40) < 1e-6 and slope["mean_lower"] == slope["mean_upper"], slope
    lock = found["choices"][0]
    assert lock["control"] == "lock" and abs(lock["avoided"] - 50) < 1e-6 and abs(lock["net"] - 10) < 1e-6, lock


@case
def a_terminal_sees_how_far_sensitivity_is():
    args = ("sensitivity", write("h.yaml", HANGS), "-n", "1k", "--points", 0)
    seen = seen_on_terminal(*args)
    assert "of 13,000 trials" in seen and seen.endswith("\r\x1b[K"), seen  # 10 at levers, 2 for the tail, 1 for the choices
    assert seen_on_terminal(*args, "--quiet") == ""


@case
def sensitivity_is_the_same_on_any_threads_and_order():
    write("a.yaml", HANGS)
    lines = HANGS.splitlines(keepends=True)
    write("b.yaml", "".join(lines[:4] + [lines[5], lines[4]] + lines[6:]))
    said = [call("sensitivity", name, "-n", "4k", "--points", "64", "-t", threads, "--format", "json").stdout
            for name, threads in (("a.yaml", 1), ("a.yaml", 2), ("b.yaml", 2))]
    assert said[0] == said[1] == said[2]
    other = call("sensitivity", "a.yaml", "-n", "4k", "--points", "64", "-s", "2", "-t", "1", "--format", "json").stdout
    assert other != said[0]


@case
def sensitivity_refuses():
    write("h.yaml", HANGS)
    assert "'nowhere'" in call("sensitivity", "h.yaml", "--scenario", "nowhere", expect=1).stderr
    assert "--step" in call("sensitivity", "h.yaml", "--step", "0.9", expect=1).stderr
    assert "--trials" in call("sensitivity", "h.yaml", "-n", "11M", expect=1).stderr
    assert "tornado" in call("sensitivity", "h.yaml", "-n", "4k", "--points", "0", "-t", "1", "--format", "csv", "--table", "x",
                             expect=1).stderr
    write("i.yaml", HANGS.replace("exponential: {mean: 100}", "pareto: {shape: 0.9, minimum: 1, allow_infinite_mean: true}"))
    assert "infinite" in call("sensitivity", "i.yaml", expect=2).stderr
    alone = call("sensitivity", write("j.yaml", HANGS.split("controls:")[0]), "-n", "4k", "--points", "0", "-t", "1").stdout
    assert "nothing to choose" in alone and "Not asked for" in alone


if __name__ == "__main__":
    sys.exit(main())
