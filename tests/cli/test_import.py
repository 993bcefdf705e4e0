#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `plimsoll import`, run as a user would. Speaks TAP.

  test_import.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import math
import os
import shutil
import subprocess
import sys

from tap import case, main

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


def call(*args, expect=0):
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, timeout=120, check=False)
    assert done.returncode == expect, f"{args}: wanted {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text if isinstance(text, str) else json.dumps(text))
    return name


def bring(name, text, *args):
    """Imports a file and returns what `check` says of each law: {name: (mean, p5, p50, p95)}."""
    call("import", write(name, text), "--currency", "USD", "-o", "model.yaml", "-f", *args)
    found = {}
    for line in call("check", "model.yaml").stdout.split("\ndistribution ")[-1].splitlines()[1:]:
        words = line.split()
        if ": " in line and len(words) >= 6 and words[-1].isidentifier():
            found[" ".join(words[:-5])] = tuple(map(float, words[-5:-1]))
    return found


def refused(name, text, *parts):
    done = call("import", write(name, text), "--currency", "USD", expect=2)
    assert done.stdout == "", done.stdout
    for part in parts:
        assert part in done.stderr, (part, done.stderr)


@case
def riskquant():
    rows = 'ALICE,"Alice steals ""the"" data",0.01,1000000,10000000\nBOB,Bob,0.10,1e7,1e9\nALICE,Again,0.05,5,50\n'
    laws = bring("scenarios.csv", rows)
    assert laws["ALICE: loss"][1] == 1e6 and laws["ALICE: loss"][3] == 1e7, laws
    assert set(laws) == {"ALICE: loss", "BOB: loss", "ALICE_2: loss"}, laws
    text = open("model.yaml", encoding="utf-8").read()
    assert "rate: 0.01}}" in text and 'title: "Alice steals \\"the\\" data"' in text and "currency: USD" in text, text
    sigma = math.log(10) / (2 * 1.6448536269514722)
    mean = math.sqrt(1e13) * math.exp(sigma ** 2 / 2)
    assert abs(laws["ALICE: loss"][0] / mean - 1) < 1e-4, laws
    assert set(bring("scenarios.csv", "Identifier,Name,Probability,Low_loss,High_loss\n" + rows)) == set(laws)
    refused("scenarios.csv", "A,a,0.1,0.2,0.3,1,2\n", "has 5 columns", "this has 7")
    refused("scenarios.csv", "A,a,0.1,5,1\n", "`low_loss` must be below `high_loss`")
    refused("scenarios.csv", "A,a,0.1,5,50\nB,b,often,5,50\n", "scenarios.csv:2:5:", "`probability` must be a number")
    refused("scenarios.csv", "A,a,0.1,5,50\n=B,b,1,5,50\n", "must not begin with")


FAIR = {"name": "Insider", "n_simulations": 10000, "random_seed": 42, "model_uuid": "x", "creation_date": "y",
        "type": "FairModel"}


@case
def pyfair():
    laws = bring("fair.json", {**FAIR, "Loss Event Frequency": {"low": 20, "mode": 100, "high": 900},
                               "Loss Magnitude": {"mean": 30, "stdev": 1}})
    assert abs(laws["loss_event: frequency (unknown)"][0] - (20 + 400 + 900) / 6) < 0.01, laws
    assert abs(laws["loss_event: loss"][0] - 30) < 1e-3, laws
    laws = bring("fair.json", {**FAIR, "Threat Event Frequency": {"constant": 4}, "Secondary Loss": {"constant": 7},
                               "Vulnerability": {"low": 0.1, "mode": 0.2, "high": 0.9, "gamma": 2},
                               "Primary Loss": {"low": 1, "mode": 2, "high": 3}})
    assert abs(laws["loss_event: vulnerability (unknown)"][0] - (0.1 + 0.4 + 0.9) / 4) < 1e-4, laws
    done = call("import", "fair.json", "--currency", "USD")
    assert "percentiles are not" in done.stderr and "primary" in done.stdout and "secondary: 7" in done.stdout


@case
def pyfair_refuses_by_name():
    whole = {**FAIR, "Loss Event Frequency": {"constant": 3}, "Loss Magnitude": {"constant": 5}}
    bring("fair.json", whole)
    for key in ("Contact Frequency", "Control Strength", "multi_Secondary Loss", "Risk", "Something"):
        refused("fair.json", {**whole, key: {"constant": 1}}, f'"{key}" cannot be honoured')
    refused("fair.json", {**whole, "Loss Magnitude": {"raw": [1, 2, 3]}}, 'has no key "raw"')
    refused("fair.json", {**whole, "type": "FairMetaModel"}, "model by model")
    refused("fair.json", {**whole, "Vulnerability": {"constant": 0.5}}, "stands beside what it is computed from")
    refused("fair.json", {**whole, "Loss Magnitude": {"low": 1, "high": 2}}, "needs low, mode and high")
    refused("fair.json", {**FAIR, "Loss Magnitude": {"constant": 5}}, 'needs "Loss Event Frequency"')
    # two at a time are both named, and a law that no model takes is told too
    refused("fair.json", {**whole, "Risk": {"constant": 1}, "Control Strength": {"constant": 1}}, '"Risk"', "2 things")
    refused("fair.json", {**whole, "Loss Magnitude": {"low": 9, "mode": 2, "high": 3}}, "cannot be imported")


CRML = """crml: "1.1"
meta: {name: "Baseline"}
data: {sources: {}}
model:
  assets: {cardinality: 20}
  frequency: {model: poisson, parameters: {lambda: 0.05}}
  severity: {model: lognormal, parameters: {mu: 11.0, sigma: 1.0}}
output: {metrics: [EAL]}
"""


@case
def crml():
    laws = bring("risk.yaml", CRML)
    assert abs(laws["loss_event: loss"][2] / math.exp(11) - 1) < 1e-4, laws
    assert "{poisson: {rate: 1}}" in open("model.yaml", encoding="utf-8").read()
    assert call("import", "risk.yaml", "--currency", "USD").stderr.count("is left out") == 2
    bring("risk.yaml", CRML.replace("model: poisson,", "model: poisson, scope: portfolio,"))
    assert "{poisson: {rate: 0.05}}" in open("model.yaml", encoding="utf-8").read()
    bring("risk.yaml", CRML.replace("poisson, parameters: {lambda: 0.05}",
                                    "gamma_poisson, parameters: {alpha_base: 1.5, beta_base: 3}"))
    # twenty independent negative binomials of mean 1/2 and size 1.5
    assert "{negative_binomial: {mean: 10, size: 30}}" in open("model.yaml", encoding="utf-8").read()
    laws = bring("risk.yaml", CRML.replace("{model: lognormal, parameters: {mu: 11.0, sigma: 1.0}}",
                                           "{model: mixture, components: [{lognormal: {weight: 0.7, mu: 2, sigma: 1}}, "
                                           "{gamma: {weight: 0.3, shape: 2, scale: 100}}]}"))
    assert abs(laws["loss_event: loss"][0] - (0.7 * math.exp(2.5) + 0.3 * 200)) < 0.01, laws


@case
def crml_refuses_by_name():
    for old, new, part in (
            ('"1.1"', '"2.0"', 'found "2.0"'),
            ("model: poisson", "model: hierarchical_gamma_poisson", '"hierarchical_gamma_poisson" cannot be honoured'),
            ("model: lognormal", "model: weibull", '"weibull" cannot be honoured'),
            ("{cardinality: 20}", "{cardinality: 20, criticality_index: {type: x}}", '"criticality_index"'),
            ("{cardinality: 20}", "[{cardinality: 2}, {cardinality: 3}]", "several kinds of `assets`"),
            ("severity:", "dependency: {copula: {type: gaussian}}\n  severity:", '"dependency"'),
            ("severity:", "temporal: {horizon: 24m}\n  severity:", '"temporal"'),
            ("lambda: 0.05", "lambda: \"1 + CI\"", "`lambda` must be a number"),
            ("sigma: 1.0", "sigma: 1.0, single_losses: [1]", '"single_losses"'),
            ("sigma: 1.0", "sigma: 1.0, currency: EUR", "another currency"),
            ("sigma: 1.0", "other: 1.0", '"other"'),
            ("crml:", "crmml:", "`crml` must be")):
        assert old in CRML
        refused("risk.yaml", CRML.replace(old, new, 1), part)


@case
def wrong_use():
    write("risk.yaml", CRML)
    write("risk.txt", CRML)
    call("import", "risk.yaml", expect=1)
    call("import", "risk.yaml", "--currency", "dollar", expect=1)
    call("import", "risk.yaml", "--currency", "USD", "--from", "fair", expect=1)
    call("import", "risk.txt", "--currency", "USD", expect=1)
    call("import", "risk.txt", "--currency", "USD", "--from", "crml")
    call("import", "missing.yaml", "--currency", "USD", expect=3)
    call("import", "risk.yaml", "--currency", "XQX", expect=2)
    write("broken.json", "{")
    call("import", "broken.json", "--currency", "USD", expect=2)
    call("import", "risk.yaml", "--currency", "USD", "-o", "out.yaml")
    call("import", "risk.yaml", "--currency", "USD", "-o", "out.yaml", expect=3)


@case
def example_of_the_help():
    write("scenarios.csv", "A,a,0.1,5,50\n")
    lines = [line.split()[1:] for line in call("import", "--help").stdout.splitlines()
             if line.startswith("  plimsoll import ")]
    assert len(lines) == 1
    call(*lines[0])
    call("run", "imported.yaml", "-n", "1k", "-o", "r.h5", "-q")


@case
def scripts_read_results():
    r = "r.h5"
    call("run", os.path.join(ROOT, "models/small_firm/model.yaml"), "-n", "10k", "-o", r, "-q")
    tables = {}
    for table in ("percentiles", "moments"):
        rows = list(csv.DictReader(io.StringIO(call("report", r, "--format", "csv", "--table", table).stdout)))
        first = rows[0]["scenario"]
        tables[table] = [row for row in rows if row["scenario"] == first and row["group_kind"] == "total" and
                         row["measure"] == "AEP" and row["perspective"] == "gross"]
    figures = [float(tables["moments"][0]["mean"])] + [float(row["value"]) for row in tables["percentiles"]]
    tried = 0
    for command in (["/usr/bin/python3", "-W", "ignore", os.path.join(ROOT, "scripts/read-results.py")],
                    ["Rscript", os.path.join(ROOT, "scripts/read-results.R")]):
        needs = [command[0], "-c", "import h5py, pandas, tables"] if "python" in command[0] else [command[0], "--version"]
        if not shutil.which(command[0]) or subprocess.run(needs, capture_output=True, check=False).returncode:
            continue
        tried += 1
        env = {**os.environ, "PLIMSOLL": PROGRAM}
        done = subprocess.run([*command, r], capture_output=True, text=True, env=env, check=False)
        assert done.returncode == 0, done.stderr
        lines = done.stdout.splitlines()
        found = [float(lines[0].split()[-1])] + [float(line.split()[1]) for line in lines if line.startswith("P")]
        assert found == figures, (command, found, figures)
        assert "largest clauses" in done.stdout
        assert subprocess.run([*command, r, "nobody"], capture_output=True, env=env, check=False).returncode != 0
    print(f"# {tried} of 2 scripts could be run")


if __name__ == "__main__":
    sys.exit(main())
