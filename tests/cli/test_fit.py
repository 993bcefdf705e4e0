#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `plimsoll fit`, run as a user would. Speaks TAP.

  test_fit.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import datetime
import io
import json
import math
import os
import random
import subprocess
import sys
import xml.etree.ElementTree

from tap import case, main

PROGRAM = os.path.abspath(sys.argv[1])
PERIOD = ("--from", "2016-01-01", "--to", "2025-12-31")
FAMILIES = "lognormal exponential gamma weibull pareto lomax gpd burr log_logistic".split()


def call(command, *args, expect=0, env=None):
    done = subprocess.run([PROGRAM, command, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, env={**os.environ, **(env or {})}, timeout=120,
                          check=False)
    assert done.returncode == expect, f"{args}: wanted {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def fit(*args, **how):
    return call("fit", "log.csv", *PERIOD, "--bootstrap", 0, *args, **how)


def log(rows, header="date,place,threat,loss,outage_days,near_miss,false_alarm"):
    with open("log.csv", "w", encoding="utf-8") as file:
        file.write(header + "\n" + "".join(",".join(map(str, row)) + "\n" for row in rows))


def days(count, seed=1):
    source = random.Random(seed)
    return [datetime.date(2016, 1, 1) + datetime.timedelta(days=source.randrange(3653)) for _ in range(count)]


def losses(count, seed=2, sigma=1.1):
    source = random.Random(seed)
    return [round(source.lognormvariate(10, sigma), 2) for _ in range(count)]


def rows_of(done):
    return list(csv.DictReader(io.StringIO(done.stdout)))


def laws(*args):
    found = {}
    for row in rows_of(fit("--format", "csv", *args)):
        found[row["threat"], row["component"], row["law"], row["parameter"]] = row
    return found


def near(a, b, relative=1e-5):
    return abs(float(a) - b) <= relative * abs(b)


def some_log(count=120):
    log([(d, "north", "theft", x, "", "", "") for d, x in zip(days(count), losses(count))])


@case
def figures_in_closed_form():
    x = losses(60)
    log([(d, "", "theft", v, "", "", "") for d, v in zip(days(60), x)])
    found = laws()
    rate = found["theft", "frequency", "poisson", "rate"]
    assert near(rate["estimate"], 6), rate
    # Garwood for 60: half the chi-square quantiles with 120 and 122 degrees of freedom
    assert near(rate["lower"], 4.57861, 1e-4) and near(rate["upper"], 7.72315, 1e-4), rate
    logs = [math.log(v) for v in x]
    mu = sum(logs) / 60
    sigma = math.sqrt(sum((v - mu) ** 2 for v in logs) / 60)
    assert near(found["theft", "loss", "lognormal", "median"]["estimate"], math.exp(mu))
    assert near(found["theft", "loss", "lognormal", "sigma"]["estimate"], sigma)
    likelihood = -60 * (math.log(sigma) + mu + 0.5 * math.log(2 * math.pi) + 0.5)
    assert near(found["theft", "loss", "lognormal", "sigma"]["aic"], 4 - 2 * likelihood, 1e-8)
    mean = sum(x) / 60
    row = found["theft", "loss", "exponential", "mean"]
    assert near(row["estimate"], mean) and near(row["aic"], 2 + 120 * (math.log(mean) + 1), 1e-8), row
    # the ends of the interval lie 1.9207 below the top
    for end in ("lower", "upper"):
        ratio = mean / float(row[end])
        assert abs(60 * (ratio - 1 - math.log(ratio)) - 1.920729) < 1e-3, row
    assert near(found["theft", "loss", "pareto", "minimum"]["estimate"], min(x))
    shape = 60 / sum(math.log(v / min(x)) for v in x)
    assert near(found["theft", "loss", "pareto", "shape"]["estimate"], shape)
    assert found["theft", "loss", "pareto", "shape"]["aic"] == ""


@case
def a_minimum_that_is_the_smallest_value_is_not_weighed():
    # Pareto values: the law from their smallest has the largest likelihood, and says that nothing smaller can be
    source = random.Random(4)
    x = [round(1000 * source.paretovariate(1.6), 2) for _ in range(12)]
    log([(d, "", "theft", v, "", "", "") for d, v in zip(days(12), x)])
    found = laws()
    assert max(found, key=lambda key: float(found[key]["log_likelihood"]) if key[1] == "loss" else -math.inf)[2] == "pareto"
    assert not any(row["chosen"] in ("yes", "true") for key, row in found.items() if key[2] == "pareto"), found
    assert "larger likelihood" in fit().stdout
    forced = laws("--family", "pareto")
    assert any(row["chosen"] in ("yes", "true") for key, row in forced.items() if key[2] == "pareto"), forced
    # from a threshold its minimum is known, and AIC weighs it like any other
    above = laws("--threshold", 1000)
    row = above["theft", "loss", "pareto", "shape"]
    assert near(row["aic"], 2 - 2 * float(row["log_likelihood"]), 1e-9)


@case
def a_threshold_truncates():
    x = losses(150)
    log([(d, "", "theft", v, "", "", "") for d, v in zip(days(150), x)])
    above = [v for v in x if v > 20000]
    found = laws("--threshold", 20000)
    assert near(found["theft", "frequency", "poisson", "rate"]["estimate"], len(above) / 10)
    assert near(found["theft", "loss", "exponential", "mean"]["estimate"], sum(above) / len(above) - 20000)
    assert near(found["theft", "loss", "pareto", "shape"]["estimate"],
                len(above) / sum(math.log(v / 20000) for v in above))
    # a deductible is the same log with what lies below taken off
    log([(d, "", "theft", round(v - 20000, 2), "", "", "") for d, v in zip(days(150), x) if v > 20000])
    for key, row in laws("--deductible", 20000).items():
        assert near(row["estimate"], float(found[key]["estimate"]), 1e-4), (key, row, found[key])


@case
def unreported_losses_are_bounds():
    x = losses(200)
    log([(d, "", "theft", v if v >= 15000 else "", "", "", "") for d, v in zip(days(200), x)])
    found = laws("--unreported-below", 15000)
    row = found["theft", "loss", "exponential", "mean"]
    # d lnL / d mean = 0 with m values below 15000
    mean, m = float(row["estimate"]), sum(v < 15000 for v in x)
    known = [v for v in x if v >= 15000]
    slope = sum(known) / mean ** 2 - len(known) / mean
    slope -= m * 15000 / mean ** 2 * math.exp(-15000 / mean) / -math.expm1(-15000 / mean)
    assert abs(slope * mean) < 1e-3 * len(x), (slope, row)
    ignored = laws()["theft", "loss", "exponential", "mean"]
    assert near(ignored["estimate"], sum(known) / len(known)) and float(ignored["estimate"]) > mean, ignored
    # bounds in the log say the same, and without a common limit there is no D
    log([(d, v if v >= 15000 else "", "" if v >= 15000 else 15000) for d, v in zip(days(200), x)],
        "date,loss,loss_at_most")
    again = laws()["incident", "loss", "exponential", "mean"]
    assert near(again["estimate"], mean), (again, mean)
    log([(d, v if v < 60000 else "", "" if v < 60000 else 60000) for d, v in zip(days(200), x)],
        "date,loss,loss_at_least")
    capped = laws("--bootstrap", 20)["incident", "loss", "exponential", "mean"]
    total = sum(min(v, 60000) for v in x)
    assert near(capped["estimate"], total / sum(v < 60000 for v in x)) and capped["ks"] == "", capped


@case
def near_misses_are_attempts():
    d = days(100)
    log([(d[i], "", "theft", "" if i < 40 else 1000 + i, "", "yes" if i < 30 else "", "yes" if 30 <= i < 40 else "")
         for i in range(100)])
    assert near(laws()["theft", "frequency", "poisson", "rate"]["estimate"], 9)
    yaml = fit("--format", "yaml", "--currency", "EUR").stdout
    assert "vulnerability: {beta: {alpha: 60.5, beta: 30.5, min: 0, max: 1}}" in yaml, yaml
    assert "10 false alarms" in fit().stdout


@case
def near_misses_are_left_out_with_a_threshold():
    x = losses(60)
    rows = [(d, "", "theft", v, "", "", "") for d, v in zip(days(60), x)]
    log(rows)
    without = laws("--threshold", 20000)
    log(rows + [("2018-03-03", "", "theft", "", "", "yes", "")] * 5)
    assert laws("--threshold", 20000) == without
    text = fit("--threshold", 20000).stdout
    assert "5 left out" in text and "0 near misses" in text, text
    assert "beta: {alpha" not in fit("--threshold", 20000, "--format", "yaml", "--currency", "EUR").stdout
    assert "5 near misses" in fit().stdout


@case
def check_takes_every_model():
    some_log()
    for args in ((), ("--threshold", 10000), ("--threshold", 10000, "--ground-up"), ("--prior-rate", "1:20"),
                 ("--prior-loss", "1e3:1e5"), ("--cap", "1e6")):
        fit("--format", "yaml", "--currency", "EUR", *args, "-o", "model.yaml", "-f")
        call("check", "model.yaml")
    for family in FAMILIES:
        log([(d, "", "theft", x, "", "", "") for d, x in zip(days(400), losses(400, sigma=1.6))])
        for args in ((), ("--threshold", 4000)):
            done = subprocess.run([PROGRAM, "fit", "log.csv", *PERIOD, "--bootstrap", "0", "--format", "yaml", "--currency",
                                   "EUR", "--family", family, "--cap", "1e7", *map(str, args), "-o", "model.yaml", "-f"],
                                  stderr=subprocess.PIPE, text=True, check=False)
            if done.returncode == 2 and "cannot be fitted" in done.stderr:
                continue
            assert done.returncode == 0, done.stderr
            assert f"{{{family}: " in open("model.yaml", encoding="utf-8").read()
            call("check", "model.yaml")


@case
def what_is_written_is_what_was_fitted():
    x = losses(80)
    log([(d, "", "theft", v, "", "", "") for d, v in zip(days(80), x)] +
        [(d, p, "fire", 0 if i % 4 == 0 else v, 1 + i % 5, "", "")
         for i, (d, v, p) in enumerate(zip(days(40, 3), losses(40, 4), ["a", "b"] * 20))])
    fit("--format", "yaml", "--currency", "EUR", "--family", "lognormal", "-o", "model.yaml")
    found = laws("--family", "lognormal")
    described = call("check", "model.yaml").stdout
    line = next(line for line in described.splitlines() if line.startswith("theft: loss"))
    median = float(found["theft", "loss", "lognormal", "median"]["estimate"])
    sigma = float(found["theft", "loss", "lognormal", "sigma"]["estimate"])
    assert near(line.split()[-5], median * math.exp(sigma ** 2 / 2), 1e-4), line
    text = open("model.yaml", encoding="utf-8").read()
    # outages strike the places named, each at its share of the rate; losses of 0 keep their share
    assert 'where: {nodes: {id: ["a", "b"]}}' in text and "rate: 2}}" in text, text
    assert "weights: [10, 30]" in text, text


@case
def beliefs_are_brought_up_to_date():
    x = losses(50)
    log([(d, "", "theft", v, "", "", "") for d, v in zip(days(50), x)])
    found = laws("--prior-rate", "1:10")
    prior, posterior = (found["theft", "frequency", name, "rate"] for name in ("prior", "posterior"))
    assert posterior["chosen"] == "true" and found["theft", "frequency", "poisson", "rate"]["chosen"] == "false"
    assert 5 > float(posterior["estimate"]) > float(prior["estimate"]) or \
        5 < float(posterior["estimate"]) < float(prior["estimate"]), (prior, posterior)
    with open("model.yaml", "w", encoding="utf-8") as file:
        file.write("plimsoll: 1\nname: m\ncurrency: SEK\nnodes: [{id: a, kind: w}, {id: b, kind: w}]\nthreats:\n"
                   "  - {id: theft, where: {nodes: {kind: w}}, frequency: {poisson: {rate: {gamma: {shape: 3, scale: 0.5}}}}, "
                   "loss: 5}\n")
    known = laws("--model", "model.yaml")["theft", "frequency", "posterior", "rate"]
    # gamma(3, 1/2) and 50 events in 10 years at 2 places
    assert near(known["estimate"], (3 + 50) / (2 + 20), 1e-6), known
    assert "currency: SEK" in fit("--model", "model.yaml", "--format", "yaml").stdout
    logs = [math.log(v) for v in x]
    loss = laws("--prior-loss", "1e3:1e5", "--prior-weight", 25)["theft", "loss", "posterior", "median"]
    centre = (25 * math.log(1e4) + sum(logs)) / 75
    assert near(loss["estimate"], math.exp(centre), 1e-6), loss
    fit("--prior-loss", "1e3:1e5", "--threshold", 500, expect=1)


@case
def pictures():
    log([(d, "", '"<b>&""x"""', v, 1 + v % 7, "", "") for d, v in zip(days(40), losses(40))])
    fit("--svg", "qq.svg", "--format", "qq", "-o", "qq.csv")
    root = xml.etree.ElementTree.parse("qq.svg").getroot()
    circles = list(root.iter("{http://www.w3.org/2000/svg}circle"))
    assert len(circles) == 80, len(circles)
    assert '<b>&"x"' in "".join(root.itertext())
    with open("qq.csv", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    seen = [float(row["seen"]) for row in rows if row["component"] == "loss"]
    law = [float(row["quantile"]) for row in rows if row["component"] == "loss"]
    assert seen == sorted(seen) == sorted(losses(40)) and law == sorted(law)
    assert fit().stdout.count("QQ picture") == 2
    fit("--svg", "qq.svg", expect=3)
    fit("--format", "yaml", "--currency", "EUR", "-o", "model.yaml")
    call("check", "model.yaml")


@case
def same_on_any_number_of_threads():
    some_log(60)
    one, two = (call("fit", "log.csv", *PERIOD, "--bootstrap", 60, "--format", "json", env={"OMP_NUM_THREADS": n}).stdout
                for n in ("1", "2"))
    assert one == two
    found = json.loads(one)
    assert found["plimsoll_fit"] == 1 and len(found["qq"]) == 60
    other = call("fit", "log.csv", *PERIOD, "--bootstrap", 60, "--format", "json", "--seed", 2).stdout
    assert other != one
    chosen = [row for row in found["laws"] if row["component"] == "loss" and row["chosen"]]
    assert chosen[0]["law"] == "lognormal" and chosen[0]["ks_p"] > 0.05, chosen


@case
def period():
    some_log()
    assert "10 years (calendar years of the log" in call("fit", "log.csv", "--bootstrap", 0).stdout
    half = call("fit", "log.csv", "--from", "2016-01-01", "--to", "2018-06-30", "--bootstrap", 0, "--format", "csv")
    inside = sum(d <= datetime.date(2018, 6, 30) for d in days(120))
    assert near(rows_of(half)[0]["estimate"], inside / (2 + 181 / 365)), half.stdout
    for args in (("--from", "2016-01-01"), ("--from", "2016-02-30", "--to", "2017-01-01"),
                 ("--from", "2018-01-01", "--to", "2017-01-01")):
        call("fit", "log.csv", *args, expect=1)


@case
def broken_logs():
    wrong = {
        "date,loss\n2020-02-30,1\n": "log.csv:2:1: error: `date` must be a date",
        "date,loss\n,1\n": "needs `date`",
        "date,loss\n2020-01-01,-5\n": "log.csv:2:12: error: `loss` must be a number of 0 or more",
        "date,loss\n2020-01-01,1;5\n": "`loss` must be a number",
        "date,los\n2020-01-01,5\n": 'the column "los" is too near to `loss`',
        "loss\n5\n": "needs the column `date`",
        "date,near_miss,loss\n2020-01-01,yes,5\n": "a near miss has no loss",
        "date,near_miss\n2020-01-01,perhaps\n": "`near_miss` must be yes or no",
        "date,near_miss,false_alarm\n2020-01-01,yes,yes\n": "only one of them can be true",
        "date,loss,loss_at_least\n2020-01-01,5,2\n": "has a loss and bounds of it",
        "date,threat\n2020-01-01,=cmd\n": "must not begin with",
        "date,loss\n2020-01-01\n": "this row has 1 cells",
        "": "the table is empty",
    }
    for text, message in wrong.items():
        with open("log.csv", "w", encoding="utf-8") as file:
            file.write(text)
        done = call("fit", "log.csv", expect=2)
        assert message in done.stderr, (text, done.stderr)
        assert done.stdout == ""
    with open("log.csv", "w", encoding="utf-8") as file:
        file.write("date,loss\n2020-01-01,-5\n2020-13-01,x\n")
    assert "has 3 errors" in call("fit", "log.csv", expect=2).stderr
    call("fit", "missing.csv", expect=3)


@case
def wrong_options():
    some_log()
    for args in (("--format", "xml"), ("--family", "beta"), ("--threshold", "-1"), ("--threshold", "x"),
                 ("--threshold", 5, "--deductible", 5), ("--prior-rate", "3:1"), ("--prior-rate", "3"),
                 ("--format", "yaml"), ("--format", "yaml", "--currency", "euro"), ("--threat", "nobody"),
                 ("--bootstrap", "-1"), ("--nonsense",), ("--threshold", 100, "--unreported-below", 50),
                 ("--ground-up", "--family", "pareto", "--threshold", 10)):
        done = call("fit", "log.csv", *PERIOD, *args, expect=1)
        assert "error: " in done.stderr and done.stdout == "", args
    # a family that needs a cap says so
    log([(d, "", "t", round(100 * random.Random(i).paretovariate(0.6), 3), "", "", "") for i, d in enumerate(days(80))])
    done = fit("--family", "pareto", "--format", "yaml", "--currency", "EUR", expect=2)
    assert "--cap" in done.stderr, done.stderr
    fit("--family", "pareto", "--cap", "1e6", "--format", "yaml", "--currency", "EUR")


@case
def little_data_is_said():
    log([("2020-05-05", "", "theft", 100, "", "", ""), ("2021-05-05", "", "theft", 100, "", "", "")])
    done = fit()
    assert "too few different values" in done.stdout and "no family could be fitted" in done.stdout, done.stdout
    log([("2020-05-05", 5)], "date,losses")
    assert "only frequencies are fitted" in fit().stderr
    log([])
    fit()
    call("fit", "log.csv", expect=1)
    log([("2020-05-05", "", "theft", "", "", "yes", "")])
    assert "0 events, 1 near miss, 0 false alarms" in fit().stdout


@case
def a_model_needs_losses():
    rows = [(d, "", "theft", x, "", "", "") for d, x in zip(days(40), losses(40))]
    log(rows + [("2020-05-05", "", "fire", "", "", "", "")])
    done = fit("--format", "yaml", "--currency", "EUR", "-o", "model.yaml")
    assert "'fire' is left out of the model" in done.stderr, done.stderr
    call("check", "model.yaml")
    text = open("model.yaml", encoding="utf-8").read()
    assert "#    frequency: {poisson: {rate: 0.1}}" in text and 'id: "fire"' not in text, text
    assert "losses or outages" in fit("--format", "yaml", "--currency", "EUR", "--threat", "fire", expect=2).stderr


@case
def example_of_the_help():
    some_log()
    os.rename("log.csv", "incidents.csv")
    text = call("fit", "--help").stdout
    lines = [line.split()[1:] for line in text.splitlines() if line.startswith("  plimsoll fit ")]
    assert len(lines) == 3, text
    for line in lines:
        call(*line)
    call("check", "fitted.yaml")


@case
def examples_of_fit_and_monitor_take_the_samples():
    call("init", "first.yaml", "--samples")
    assert "incidents.csv" in call("init", "first.yaml", "--samples", "--force").stderr
    call("init", "-", "--samples", expect=1)
    for command, count in (("fit", 3), ("monitor", 2)):
        text = call(command, "--help").stdout
        lines = [line.split()[1:] for line in text.splitlines() if line.startswith(f"  plimsoll {command} ")]
        assert len(lines) == count, text
        for line in lines:
            call(*line)
    call("check", "fitted.yaml")
    found = call("network", "first.yaml").stdout
    assert "plant" in found and "25,000" in found, found


if __name__ == "__main__":
    sys.exit(main())
