#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of the commands that weigh controls and insurance, run as a user would. Speaks TAP.

  test_decide_cmd.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import os
import subprocess
import sys
import tempfile
import traceback

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CASES = []

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


def case(function):
    CASES.append(function)
    return function


def call(*args, expect=0):
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, timeout=120, check=False)
    assert done.returncode == expect, f"{args}: wanted exit {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
    return name


def table(*args):
    return list(csv.DictReader(io.StringIO(call(*args).stdout)))


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


def main():
    chosen = [c for c in CASES if not sys.argv[3:] or any(part in c.__name__ for part in sys.argv[3:])]
    print(f"1..{len(chosen)}", flush=True)
    bad = 0
    for number, function in enumerate(chosen, 1):
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                function()
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception:  # pylint: disable=broad-except
                bad += 1
                print(f"not ok {number} - {function.__name__}", flush=True)
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}", flush=True)
            os.chdir("/")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
