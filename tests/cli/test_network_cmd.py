#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `plimsoll network`, run as a user would. Speaks TAP.

  test_network_cmd.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import traceback

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CASES = []
COLUMNS = ("rank place id title kind region time_to_survive_days time_to_recover_days gap events_per_year "
           "expected_loss_per_year loss_per_day_1 loss_per_day_7 loss_per_day_30 loss_per_day_90 value_share "
           "betweenness bearers_stopped single_point_of_failure").split()

MODEL = """plimsoll: 1
name: 'A "chain" \\ of two'
currency: EUR
nodes:
  - {id: mine, kind: supplier, region: PL, title: '=1+1'}
  - {id: spare, kind: supplier}
  - {id: 'works "A"\\', kind: plant}
  - {id: shop, kind: customer, margin_per_day: 1000}
links:
  - {from: mine, to: 'works "A"\\', item: 'ore "x"', share: 0.5, buffer_days: 3}
  - {from: spare, to: 'works "A"\\', item: 'ore "x"', share: 0.5}
  - {from: 'works "A"\\', to: shop, item: tin, buffer_days: 4}
threats:
  - {id: fire, where: {nodes: {kind: plant}}, frequency: {poisson: {rate: 0.5}}, outage_days: 6}
  - {id: jam, where: {links: {id: 'works "A"\\ > shop : tin'}}, frequency: {poisson: {rate: 2}}, outage_days: 5}
controls:
  - {id: stock, category: physical, where: {nodes: {id: shop}}, adds: {buffer_days: 10}}
scenarios:
  - {id: today, controls: []}
  - {id: stocked, controls: [stock]}
"""
WORKS = 'works "A"\\'


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def call(*args, expect=0, env=None):
    done = subprocess.run([PROGRAM, "network", *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, env={**os.environ, **(env or {})}, timeout=120,
                          check=False)
    assert done.returncode == expect, f"{args}: wanted exit {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    assert (expect != 0) == ("error: " in done.stderr), f"{args}: {done.stderr}"
    return done


def model(text=MODEL):
    with open("model.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    return "model.yaml"


def rows(*args):
    return list(csv.DictReader(io.StringIO(call(model(), "--format", "csv", *args).stdout)))


@case
def csv_has_the_figures():
    found = rows()
    assert list(found[0]) == COLUMNS, list(found[0])
    by_id = {row["id"]: row for row in found}
    works = by_id[WORKS]
    assert works["rank"] == "1" and works["time_to_survive_days"] == "4" and works["time_to_recover_days"] == "6"
    assert works["gap"] == "true" and works["single_point_of_failure"] == "true" and works["bearers_stopped"] == "1"
    assert abs(float(works["expected_loss_per_year"]) - 0.5 * 2 * 1000) < 1e-6, works
    assert abs(float(works["loss_per_day_7"]) - 1000 * 3 / 7) < 1e-9 and float(works["loss_per_day_1"]) == 0
    assert float(works["value_share"]) == 1 and abs(float(works["betweenness"]) - 2 / 6) < 1e-12
    mine = by_id["mine"]
    assert mine["time_to_recover_days"] == "" and mine["single_point_of_failure"] == "false"
    assert mine["time_to_survive_days"] == "14" and float(mine["value_share"]) == 0.5  # (3 + 4) / 0.5
    assert mine["title"] == "'=1+1", "a formula must not reach a spreadsheet"


@case
def links_and_top_and_scenario():
    found = rows("--links")
    assert len(found) == 7 and found[0]["place"] == "link" and found[0]["betweenness"] == "", found[0]
    assert abs(float(found[0]["expected_loss_per_year"]) - 2 * 1 * 1000) < 1e-6
    assert len(rows("--links", "--top", "2")) == 2
    stocked = {row["id"]: row for row in rows("--scenario", "stocked")}
    assert stocked[WORKS]["time_to_survive_days"] == "14" and stocked[WORKS]["gap"] == "false"
    assert float(stocked[WORKS]["expected_loss_per_year"]) == 0


@case
def json_is_one_valid_document():
    found = json.loads(call(model(), "--format", "json", "--links").stdout,
                       parse_constant=lambda name: 1 / 0)
    assert found["plimsoll_network"] == 1 and found["scenario"] is None and found["shown"] == found["places"] == 7
    assert [list(row) for row in found["rows"]] == [COLUMNS] * 7
    assert found["single_points_of_failure"] == sum(row["single_point_of_failure"] for row in found["rows"])
    assert "f(D) / D" in found["definitions"]["loss_per_day_D"] and found["warnings"] == []
    as_csv = rows("--links")
    for one, two in zip(found["rows"], as_csv):
        assert repr(one["expected_loss_per_year"]) == repr(json.loads(two["expected_loss_per_year"]))
    assert json.loads(call(model(), "--format", "json", "--scenario", "today").stdout)["scenario"] == "today"


@case
def infinity_is_a_string_in_json():
    text = MODEL.replace("links:\n", "  - {id: alone}\nlinks:\n", 1)
    done = call(model(text), "--format", "json")
    found = json.loads(done.stdout, parse_constant=lambda name: 1 / 0)
    alone = [row for row in found["rows"] if row["id"] == "alone"][0]
    assert alone["time_to_survive_days"] == "inf"
    assert "alone has no margin and feeds nothing" in done.stderr and len(found["warnings"]) == 1


@case
def text_names_the_single_point_of_failure():
    out = call(model()).stdout
    head, single = out.split("Single points of failure: 2")
    assert WORKS in single and "mine" not in single.split("What the figures mean")[0], single
    assert "4 of 4 places" in head and "f(D) / D" in out and "(no control)" in head
    assert "2 of 4 places; --all shows the rest" in call(model(), "--top", "2").stdout
    assert "4 of 4 places" in call(model(), "--all").stdout


@case
def dot_is_safe_and_drawn():
    out = call(model(), "--format", "dot", "--links").stdout
    assert 'label="works \\"A\\"\\\\\\nTTS 4 days\\nloss 1,000 a year"' in out, out
    assert "peripheries=2" in out and '50.0% ore \\"x\\"' in out and out.count(" -> ") == 3
    cut = call(model(), "--format", "dot", "--top", "2").stdout
    assert "2 of 4 nodes (the first in rank; --all shows the rest)" in cut
    assert cut.count("peripheries") + cut.count("fontcolor") >= 2 and cut.count("TTS") == 2
    if not shutil.which("dot"):
        raise Skip("Graphviz is not installed")
    done = subprocess.run(["dot", "-Tsvg"], input=out, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0 and "<svg" in done.stdout and not done.stderr, done.stderr


@case
def a_file_is_written_whole_and_not_replaced():
    call(model(), "--format", "csv", "-o", "out.csv")
    with open("out.csv", encoding="utf-8") as file:
        assert file.read() == call("model.yaml", "--format", "csv").stdout
    assert "--force" in call("model.yaml", "-o", "out.csv", expect=3).stderr
    call("model.yaml", "-o", "out.csv", "--force")
    call("model.yaml", "-o", "no/such/folder.csv", expect=3)


@case
def errors_are_said():
    call(expect=1)
    assert "no format 'xml'" in call(model(), "--format", "xml", expect=1).stderr
    assert "no scenario 'x'" in call("model.yaml", "--scenario", "x", expect=1).stderr
    call("model.yaml", "--top", "0", expect=1)
    call("model.yaml", "--top", "3", "--all", expect=1)
    call("missing.yaml", expect=3)
    call(model("plimsoll: 1\nname: A\ncurrency: EUR\nthreats: 7\n"), expect=2)
    nowhere = "plimsoll: 1\nname: A\ncurrency: EUR\nthreats: [{id: a, frequency: {poisson: {rate: 1}}, loss: 1}]\n"
    assert "no nodes" in call(model(nowhere), expect=2).stderr
    circle = MODEL.replace("threats:", "  - {from: shop, to: mine, item: scrap}\nthreats:", 1)
    assert "cycle" in call(model(circle), expect=2).stderr


@case
def threads_do_not_matter():
    path = os.path.join(ROOT, "models", "container_chain", "model.yaml")
    one = call(path, "--links", "--format", "json", env={"OMP_NUM_THREADS": "1"}).stdout
    assert one == call(path, "--links", "--format", "json", env={"OMP_NUM_THREADS": "3"}).stdout


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
            except Skip as reason:
                print(f"ok {number} - {function.__name__} # SKIP {reason}", flush=True)
            except Exception:  # pylint: disable=broad-except
                bad += 1
                print(f"not ok {number} - {function.__name__}", flush=True)
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}", flush=True)
            os.chdir("/")
    return bad > 0


if __name__ == "__main__":
    sys.exit(main())
