#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of models with a horizon of several years, run as a user would: the same bits in one piece, from shards, resumed,
on any threads; tables, exact figures, comparison. Speaks TAP.

  test_years.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import math
import os
import re
import sys

import h5py
import pandas

from tap import call, case, main, write

ROOT = os.path.abspath(sys.argv[2])

# Every kind of generator, unknowns of both kinds, intensities, controls that start late or fail, shared events,
# outages and insurance.
MODEL = """plimsoll: 1
name: Four years
currency: EUR
horizon_years: 4
discount_rate: 0.05
policy: {tolerance: [{loss: 200e3, probability: 0.2}, {loss: 900e3, probability: 0.01}]}
nodes:
  - {id: mill, kind: plant, region: N}
  - {id: yard, kind: plant, region: N}
  - {id: shop, kind: shop, region: S, margin_per_day: 9e3}
links:
  - {from: mill, to: shop, item: x, share: 0.5, buffer_days: 3}
  - {from: yard, to: shop, item: x, share: 0.5, buffer_days: 3}
threats:
  - {id: theft, frequency: {poisson: {rate: {gamma: {mean: 1, cv: 0.5}}}}, loss: {lognormal: {p5: 1e3, p95: 90e3}}, clauses: [4.4.6]}
  - {id: fraud, frequency: {negative_binomial: {mean: 0.1, dispersion: 2}}, loss: {exponential: {mean: 50e3}}, clauses: [4.4.2]}
  - {id: audit, frequency: {binomial: {n: 4, p: {uniform: {min: 0.2, max: 0.6}}}}, loss: {exponential: {mean: 2e3}}}
  - {id: flood, where: {nodes: {kind: plant}}, shared_by: region, frequency: {poisson: {rate: 0.3}}, outage_days: {gamma: {mean: 40, cv: 1}}}
  - {id: zero, frequency: {zero_inflated_poisson: {rate: 2, p_zero: {uniform: {min: 0.1, max: 0.5}}}}, loss: {exponential: {mean: 1e3}}}
intensity:
  - {group: crime, threats: [theft, fraud], gamma: {cv: 0.5}}
controls:
  - {id: guard, against: [theft], reduces: {frequency: 0.5, loss: 0.3}, coverage: 0.8, reliability: 0.7, start_day: 500}
  - {id: levee, against: [flood], reduces: {outage_days: 0.5}, start_day: 800, cost: {capital: 20e3, annual: 1e3, life_years: 10}}
insurance:
  - {id: cargo, covers: [theft, flood], deductible: 10e3, aggregate_limit: 150e3, waiting_days: 5, premium: 3e3}
scenarios:
  - {id: today, controls: []}
  - {id: safer, controls: [guard, levee]}
"""
TRIALS = 9000  # two blocks and a part
ONE_YEAR = MODEL.replace("horizon_years: 4\n", "")


def run(name, *args, model=MODEL, trials=TRIALS):
    call("run", write("m.yaml", model), "-n", trials, "-o", name, "--threads", 1, "--quiet", *args)
    return name


MADE = []


def whole(name="x.h5"):
    """The run of MODEL, made once for all cases."""
    if not MADE:
        run(name)
        with open(name, "rb") as file:
            MADE.append(file.read())
    write("m.yaml", MODEL)
    with open(name, "wb") as file:
        file.write(MADE[0])
    return name


def digest(name):
    return re.search(r"result sha256: (\w+)", call("info", name).stdout).group(1)


def table(*args):
    return list(csv.DictReader(io.StringIO(call(*args).stdout)))


def same_tables(a, b):
    """Every table but the provenance, byte for byte."""
    with h5py.File(a) as x, h5py.File(b) as y:
        assert sorted(x) == sorted(y)
        for name in x:
            if isinstance(x[name], h5py.Dataset):
                assert x[name][()].tobytes() == y[name][()].tobytes(), name


@case
def one_piece_shards_and_a_resumed_run_are_the_same_bits():
    wanted = digest(whole("whole.h5"))
    for shard in (0, 1):
        run(f"part-{shard}.h5", "--shard", f"{shard}/2")
    call("merge", "part-0.h5", "part-1.h5", "-o", "merged.h5")
    assert digest("merged.h5") == wanted
    same_tables("whole.h5", "merged.h5")
    os.mkdir("again.h5.work")
    run("again.h5.work/blocks-0000000000-0000000002.h5", "--blocks", "0:2")
    told = call("run", "m.yaml", "-n", TRIALS, "-o", "again.h5", "--resume").stderr
    assert "2 of 3 blocks were committed before" in told, told
    assert digest("again.h5") == wanted
    same_tables("whole.h5", "again.h5")
    assert digest(run("scalar.h5", "--cpu", "scalar")) == wanted
    call("verify", "whole.h5", "--resimulate", 3)


@case
def fewer_trials_are_the_first_of_more():
    run("few.h5", trials=5000)
    whole("many.h5")
    with h5py.File("few.h5") as few, h5py.File("many.h5") as many:
        for group in ("ylt", "ylt_ceded", "ylt_net"):
            for name in few[group]:
                assert few[group][name][:].tobytes() == many[group][name][:5000].tobytes(), (group, name)


@case
def years_add_up_to_the_horizon():
    whole()
    moments = pandas.read_hdf("x.h5", "moments")
    total = moments[moments.group_kind == "total"].set_index(["scenario", "perspective", "measure"])["mean"].sort_index()
    for scenario in ("today", "safer"):
        for seen in ("gross", "ceded", "net"):
            mean = total[scenario, seen]
            years = sum(mean[f"AEP_Y{y}"] for y in range(1, 5))
            assert abs(years / mean["AEP"] - 1) < 1e-12, (scenario, seen, years, mean["AEP"])
            # discounted at 5 %, by more than the first year and less than all four
            assert 0.95 ** 4 < mean["AEP_PV"] / mean["AEP"] < 1
        gross, ceded, net = (total[scenario, seen] for seen in ("gross", "ceded", "net"))
        for measure in ("AEP", "AEP_PV", "AEP_Y1", "AEP_Y4"):
            assert abs((ceded[measure] + net[measure]) / gross[measure] - 1) < 1e-9, measure
    # nothing starts in the first year: both scenarios have the same losses in it, and not in the last
    assert total["today", "gross", "AEP_Y1"] == total["safer", "gross", "AEP_Y1"]
    assert total["today", "gross", "AEP_Y4"] > 1.1 * total["safer", "gross", "AEP_Y4"]
    for name in ("percentiles", "tvar", "curves"):
        rows = pandas.read_hdf("x.h5", name)
        assert set(rows[rows.group_kind == "total"].measure) == {"AEP", "OEP", "AEP_PV"} | {f"AEP_Y{y}" for y in range(1, 5)}
        assert set(rows[rows.group_kind == "clause"].measure) == {"AEP", "OEP"}


@case
def tolerance_is_tested_in_every_year_on_net():
    whole()
    rows = table("report", "x.h5", "--format", "csv", "--table", "tolerance")
    assert [(r["scenario"], r["loss"], r["year"]) for r in rows[:8]] == \
        [("today", loss, str(year)) for loss in ("200000", "900000") for year in range(1, 5)]
    assert {r["perspective"] for r in rows} == {"net"}
    curve = pandas.read_hdf("x.h5", "percentiles")
    for r in rows:
        own = curve[(curve.scenario == r["scenario"]) & (curve.group_kind == "total") & (curve.perspective == "net") &
                    (curve.measure == f"AEP_Y{r['year']}")].set_index("p")
        above = float(r["probability"])
        # the share above a loss and the percentiles of the same year, whose buckets are a thousandth wide
        for p, value in own.value.items():
            if value > 1.001 * float(r["loss"]):
                assert above >= 1 - p - 1e-9, (r, p, value)
            if value < 0.999 * float(r["loss"]):
                assert above <= 1 - p + 1e-9, (r, p, value)
    broken = sum(r["met"] == "false" and r["scenario"] == "today" for r in rows)
    told = call("report", "x.h5", "--check", "--scenario", "today", expect=6 if broken else 0).stderr
    assert not broken or f"broken in {broken} line" in told, (broken, told)


@case
def reports_say_that_figures_are_of_the_horizon():
    whole()
    text = call("report", "x.h5").stdout
    assert "One trial spans 4 years: every figure is about that whole horizon, unless it names a year." in text
    assert re.search(r"^Years of the horizon", text, re.M) and re.search(r"^all, discounted ", text, re.M)
    assert "every year of the horizon is tested by itself" in text
    call("report", "x.h5", "--format", "html", "-o", "x.html")
    call("report", "x.h5", "--format", "xlsx", "-o", "x.xlsx")
    json.loads(call("report", "x.h5", "--format", "json").stdout)
    run("one.h5", model=ONE_YEAR)
    text = call("report", "one.h5").stdout
    assert "horizon" not in text.split("Definitions")[0], "a year is not called a horizon"


@case
def exact_figures_of_the_horizon_and_its_years():
    write("m.yaml", """plimsoll: 1
name: x
currency: EUR
horizon_years: 3
discount_rate: 0.1
threats: [{id: t, frequency: {poisson: {rate: 0.5}}, loss: {fixed: {value: 10}}}]
controls: [{id: c, reduces: {frequency: 1}, start_day: 365}]
scenarios: [{id: a, controls: []}, {id: b, controls: [c]}]
""")
    rows = table("exact", "m.yaml", "--years", "--format", "csv")
    mean = {(r["scenario"], r["measure"]): float(r["value"]) for r in rows if r["quantity"] == "mean"}
    zero = {(r["scenario"], r["measure"]): float(r["value"]) for r in rows if r["quantity"] == "P(no loss)"}
    assert [mean["a", m] for m in ("AEP", "AEP_Y1", "AEP_Y2", "AEP_Y3")] == [15, 5, 5, 5]
    assert [mean["b", m] for m in ("AEP", "AEP_Y1", "AEP_Y2", "AEP_Y3")] == [5, 5, 0, 0]
    for scenario, years in (("a", 3), ("b", 1)):
        assert abs(mean[scenario, "AEP_PV"] - 5 * (1 - 1.1 ** -years) / math.log(1.1)) < 1e-9, mean
    assert abs(zero["a", "AEP"] - 0.22313016014843) < 1e-12 and abs(zero["a", "AEP_Y2"] - 0.60653065971263) < 1e-12
    assert zero["b", "AEP"] == zero["b", "AEP_Y1"] and zero["b", "AEP_Y3"] == 1
    assert {r["measure"] for r in table("exact", "m.yaml", "--format", "csv")} == {"AEP", "AEP_PV"}


@case
def present_values_follow_the_years():
    # 100 a year for sure, all of it avoided from the second year on: at a rate of 0.25 the horizon of three years has
    # 0, 64, 51.2; two more years go on like these
    write("m.yaml", """plimsoll: 1
name: x
currency: EUR
horizon_years: 3
discount_rate: 0.25
policy: {tolerance: [{loss: 50, probability: 0.1}]}
threats: [{id: t, frequency: {fixed: {count: 1}}, loss: {fixed: {value: 100}}}]
controls: [{id: c, reduces: {frequency: 1}, start_day: 365}]
scenarios: [{id: a, controls: []}, {id: b, controls: [c]}]
""")
    call("run", "m.yaml", "-n", 4096, "-o", "x.h5", "--quiet")
    for years, expected in ((3, 64 + 51.2), (5, 64 + 51.2 + 40.96 + 32.768)):
        rows = table("compare", "x.h5", "--from", "a", "--to", "b", "--years", years, "--format", "csv", "--table", "value")
        value = {r["key"]: float(r["value"]) for r in rows if r["value"]}
        assert abs(value["npv"] - expected) < 1e-9, (years, value)
        assert abs(value["avoided"] - 200 / 3) < 1e-9
    rows = table("compare", "x.h5", "--from", "a", "--to", "b", "--format", "csv", "--table", "losses")
    breach = [r for r in rows if r["figure"] == "breach"][0]
    assert float(breach["before"]) == 1 and abs(float(breach["after"]) - 1 / 3) < 1e-12
    # a horizon in which nothing starts gives the present value of one year's model
    steady = open("m.yaml", encoding="utf-8").read().replace(", start_day: 365", "")
    found = []
    for name, text in (("h.h5", steady), ("y.h5", steady.replace("horizon_years: 3", "horizon_years: 1"))):
        call("run", write("s.yaml", text), "-n", 4096, "-o", name, "--quiet")
        rows = table("compare", name, "--from", "a", "--to", "b", "--years", 4, "--format", "csv", "--table", "value")
        found.append({r["key"]: float(r["value"]) for r in rows if r["value"]}["npv"])
    assert abs(found[0] - found[1]) < 1e-9, found


@case
def a_file_of_before_the_columns_is_read():
    run("x.h5", model=ONE_YEAR)
    with h5py.File("x.h5", "r+") as file:
        for name, column in (("tolerance", "year"), ("check", "measure")):
            rows = file[name][:]
            kept = [c for c in rows.dtype.names if c != column]
            attributes = dict(file[name].attrs)
            del file[name]
            file.create_dataset(name, data=rows[kept].astype([(c, rows.dtype[c]) for c in kept]), chunks=True)
            for key, value in attributes.items():
                file[name].attrs[key] = value
    rows = table("report", "x.h5", "--format", "csv", "--table", "tolerance")
    assert rows and {r["year"] for r in rows} == {"1"}
    rows = table("report", "x.h5", "--format", "csv", "--table", "check")
    assert rows and {r["measure"] for r in rows} == {"AEP"}


@case
def a_horizon_has_no_room_for_too_many_attempts():
    text = "plimsoll: 1\nname: x\ncurrency: EUR\nhorizon_years: 100\nthreats: [{id: t, frequency: {poisson: {rate: 100}}, loss: 1}]\n"
    told = call("run", write("m.yaml", text), "-n", 100, "-o", "x.h5", expect=2).stderr
    assert "threat 't'" in told and "a shorter horizon" in told, told


@case
def worlds_of_several_years_are_refused():
    told = call("run", write("m.yaml", MODEL), "-n", 6400, "--worlds", 64, "-o", "x.h5", expect=1).stderr
    assert "worlds of a horizon of 4 years are not computed" in told, told
    assert not os.path.exists("x.h5")


if __name__ == "__main__":
    sys.exit(main())
