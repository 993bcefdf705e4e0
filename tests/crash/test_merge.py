#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `run --blocks` and `plimsoll merge`. See harness.py."""
import os
import random
import shutil

import h5py
import numpy as np
from harness import LONG, MODEL, ONE, case, call, digest, holds, main, many_places, same_files, write

BLOCKS = 64 if LONG else 22
TRIALS = BLOCKS * 4096 - 1000  # the last block is cut


def shards(model, cuts, trials=TRIALS, prefix="p", extra=()):
    names = []
    for first, end in zip(cuts, cuts[1:]):
        names.append(f"{prefix}{first:03}.h5")
        call("run", model, "-n", trials, "-q", "--blocks", f"{first}:{end}", "-o", names[-1], *extra)
    return names


def whole(model, trials=TRIALS, extra=()):
    call("run", model, "-n", trials, "-q", "-o", "whole.h5", *extra)
    return "whole.h5"


@case
def merged_shards_equal_the_single_run():
    model = write("m.yaml", MODEL)
    single = whole(model)
    cuts = {1: [0, BLOCKS], 5: [0, 3, 17, 18, BLOCKS - 1, BLOCKS]}
    if LONG:
        cuts[BLOCKS] = list(range(BLOCKS + 1))
    for count, cut in cuts.items():
        names = shards(model, cut, prefix=f"s{count}-", extra=("--threads", 1 + count % 2))
        random.Random(count).shuffle(names)
        call("merge", *names, "-o", f"merged{count}.h5", "-q")
        same_files(single, f"merged{count}.h5")


@case
def many_places_one_scenario_and_no_year_loss_tables():
    model = write("many.yaml", many_places())
    single = whole(model, 20000, ("--ylt", "no", "--seed", "9"))
    names = shards(model, [0, 2, 5], 20000, extra=("--ylt", "no", "--seed", "9"))
    call("merge", *names, "-o", "merged.h5", "-q")
    same_files(single, "merged.h5")
    with h5py.File("merged.h5", "r") as file:
        assert "ylt" not in file and len(file["primary/sparse"]) > 0
    model = write("m.yaml", MODEL)
    call("run", model, "-n", 20000, "-q", "-o", "one.h5", "--scenario", "guarded")
    names = shards(model, [0, 1, 5], 20000, "one", ("--scenario", "guarded"))
    call("merge", *names, "-o", "merged1.h5", "-q")
    same_files("one.h5", "merged1.h5")


@case
def places_that_scenarios_leave_alike():
    """A place that no control of a scenario touches is kept once; shards, and a scenario run alone, agree with it."""
    control = ("controls:\n  - {id: guard, category: physical, where: {nodes: {region: [R1, R4]}}, "
               "reduces: {frequency: 0.4}, coverage: 1}\n"
               "scenarios:\n  - {id: a, controls: []}\n  - {id: b, controls: [guard]}\n")
    model = write("many.yaml", many_places(1400) + control)
    single = whole(model, 20000)
    names = shards(model, [0, 2, 5], 20000)
    call("merge", *names, "-o", "merged.h5", "-q")
    same_files(single, "merged.h5")
    call("verify", "whole.h5")
    call("run", model, "-n", 20000, "-q", "-o", "alone.h5", "--scenario", "b")
    with h5py.File("whole.h5", "r") as both, h5py.File("alone.h5", "r") as alone:
        kept = both["primary/alike"][()]
        assert len(kept) == 1000 and set(kept["scenario"]) == {1} and set(kept["kept_with"]) == {0}
        assert not np.isin(both["primary/sparse"]["group"][both["primary/sparse"]["scenario"] == 1], kept["group"]).any()
        assert len(alone["primary/alike"]) == 0
        for table in ("percentiles", "tvar", "moments", "curves", "tail"):  # alone, all places have tables: they are few
            known = {repr(row) for row in alone[table][()].tolist()}
            rows = [repr(row) for row in both[table][()].tolist() if row[0] == b"b"]
            assert len(rows) > 1000, len(rows)
            assert known.issuperset(rows), (table, [r for r in rows if r not in known][:3])


@case
def folders_tables_beside_the_model_and_partial_merges():
    os.mkdir("model")
    write("model/nodes.csv", "id,kind,margin_per_day\nworks,plant,\nshop,customer,500\n")
    write("model/links.csv", "from,to,item,buffer_days\nworks,shop,tin,2\n")
    write("model/m.yaml", "plimsoll: 1\nname: A\ncurrency: EUR\nnodes: nodes.csv\nlinks: links.csv\nthreats:\n"
          "  - {id: fire, where: {nodes: {kind: plant}}, frequency: {poisson: {rate: 0.3}}, outage_days: 8}\n")
    single = whole("model/m.yaml", 40000)
    os.mkdir("parts")
    names = shards("model/m.yaml", [0, 4, 5, 10], 40000, "parts/p")
    shutil.rmtree("model")  # the model is read from the shards
    write("parts/.hidden.h5", "not a shard")
    write("parts/readme.txt", "not a shard either")
    call("merge", "parts", "-o", "merged.h5", "-q")
    same_files(single, "merged.h5")
    call("merge", *names[:2], "--blocks", "0:5", "-o", "half.h5", "-q")
    call("merge", "half.h5", names[2], "-o", "again.h5", "-q")
    same_files(single, "again.h5")
    for name in names:
        assert os.path.exists(name), "merging copies"


@case
def what_is_missing_or_there_twice_is_named():
    model = write("m.yaml", ONE)
    names = shards(model, [0, 2, 3, 5, 8, 10], 40960)
    err = call("merge", names[0], names[2], names[4], "-o", "x.h5", expect=5).stderr
    holds(err, "2:3", "5:8", "0:10")
    assert "3:5" not in err and "8:10" not in err
    holds(call("merge", *names[:-1], "-o", "x.h5", expect=5).stderr, "8:10")
    holds(call("merge", *names[1:], "-o", "x.h5", expect=5).stderr, "0:2")
    call("run", model, "-n", 40960, "-q", "--blocks", "4:7", "-o", "q.h5")
    holds(call("merge", *names, "q.h5", "-o", "x.h5", expect=5).stderr, "q.h5", "4:5", names[2])
    shutil.copy(names[3], "twin.h5")
    holds(call("merge", *names, "twin.h5", "-o", "x.h5", expect=5).stderr, "twin.h5", "5:8", names[3])
    holds(call("merge", *names, "--blocks", "0:5", "-o", "x.h5", expect=5).stderr, "5:8")
    os.mkdir("empty")
    holds(call("merge", "empty", "-o", "x.h5", expect=5).stderr, "empty")
    assert not os.path.exists("x.h5")


@case
def shards_of_another_run_are_refused():
    model, other = write("m.yaml", MODEL), write("o.yaml", MODEL.replace("rate: 0.1}", "rate: 0.11}"))
    first = shards(model, [0, 2], 16384)[0]
    for what, args in (("seed 2", (model, "-n", 16384, "--seed", 2)), ("model", (other, "-n", 16384)),
                       ("trials 16383", (model, "-n", 16383)), ("year-loss", (model, "-n", 16384, "--ylt", "no")),
                       ("compiled plan", (model, "-n", 16384, "--scenario", "today"))):
        call("run", *args, "-q", "--blocks", "2:4", "-o", "b.h5", "--force")
        holds(call("merge", first, "b.h5", "-o", "x.h5", expect=5).stderr, "b.h5", what)
    call("run", model, "-n", 16384, "-q", "--blocks", "2:4", "-o", "b.h5", "--force")
    for name, value in (("stream_version", 2), ("block_trials", 2048)):
        shutil.copy("b.h5", "c.h5")
        with h5py.File("c.h5", "r+") as file:
            file.attrs.modify(name, value)
        holds(call("merge", first, "c.h5", "-o", "x.h5", expect=5).stderr, "c.h5")
    shutil.copy("b.h5", "c.h5")
    for minor, said in ((1, "format version 2.1"), (99, "format version 2.99")):
        with h5py.File("c.h5", "r+") as file:
            file.attrs.modify("format_version", [2, minor])
        holds(call("merge", first, "c.h5", "-o", "x.h5", expect=5).stderr, "c.h5", said)
    with h5py.File("c.h5", "r+") as file:
        file.attrs.modify("format_version", [7, 0])
    holds(call("merge", first, "c.h5", "-o", "x.h5", expect=5).stderr, "c.h5", "newer version")
    call("merge", first, "b.h5", "-o", "x.h5", "-q")


def change(path, table, column, row):
    """Changes one number of a table and leaves every checksum of HDF5 right."""
    with h5py.File(path, "r+") as file:
        values = file[table][()]
        values[column][row] += 1
        file[table][...] = values


@case
def a_shard_that_is_not_what_its_digest_says_is_named():
    model = write("m.yaml", ONE)
    first, second = shards(model, [0, 2, 4], 16384)
    changes = [("blocks", "events", 1), ("blocks", "digest", 0), ("primary/events", "events", 0),
               ("primary/above", "trials", 0), ("primary/histogram", "count", 3), ("primary/bins", "sum_lo", 2),
               ("primary/tail", "part1_lo", 0), ("primary/worst", "value", 1)]
    for table, column, row in changes:
        shutil.copy(second, "bad.h5")
        change("bad.h5", table, column, row)
        holds(call("merge", first, "bad.h5", "-o", "x.h5", expect=5).stderr, "bad.h5", "damaged")
    shutil.copy(second, "bad.h5")
    with h5py.File("bad.h5", "r+") as file:
        file["ylt/base"][17] += 1.0
    holds(call("merge", first, "bad.h5", "-o", "x.h5", expect=5).stderr, "bad.h5", "block's trials")
    with open(second, "rb") as file:
        content = file.read()
    with open("bad.h5", "wb") as file:
        file.write(content[:len(content) // 2])
    holds(call("merge", first, "bad.h5", "-o", "x.h5", expect=5).stderr, "bad.h5", "truncated")
    write("bad.h5", "plain text")
    holds(call("merge", first, "bad.h5", "-o", "x.h5", expect=5).stderr, "bad.h5", "not an HDF5 file")
    holds(call("merge", first, "nowhere.h5", "-o", "x.h5", expect=5).stderr, "nowhere.h5", "No such file")
    assert not os.path.exists("x.h5")


@case
def equal_parts_are_counted():
    model = write("m.yaml", ONE)
    single = whole(model, 40960 - 7)
    for parts in (3, 10) if LONG else (3,):
        names = [f"s{parts}-{k}.h5" for k in range(parts)]
        for k, name in enumerate(names):
            call("run", model, "-n", 40960 - 7, "-q", "--shard", f"{k}/{parts}", "-o", name)
        call("merge", *names, "-o", f"merged{parts}.h5", "-q")
        same_files(single, f"merged{parts}.h5")
    for wrong in ("3/3", "1", "-1/3", "a/b", "0/0", "1/2/3", "0/11"):
        call("run", model, "-n", 40960 - 7, "--shard", wrong, "-o", "x.h5", expect=1)
    call("run", model, "-n", 40960, "--shard", "0/2", "--blocks", "0:1", "-o", "x.h5", expect=1)


@case
def usage_and_output():
    model = write("m.yaml", ONE)
    names = shards(model, [0, 1, 2], 8000)
    call("merge", expect=1)
    call("merge", *names, expect=1)
    call("merge", *names, "--blocks", "3:1", "-o", "x.h5", expect=1)
    write("there.h5", "x")
    holds(call("merge", *names, "-o", "there.h5", expect=3).stderr, "--force")
    call("merge", *names, "-o", "there.h5", "--force", "-q")
    err = call("merge", *names, "-o", "talk.h5").stderr
    holds(err, "scenario base", digest("talk.h5"))
    holds(call("info", names[1]).stdout, "trials: 3904\n", "run trials: 8000\n", "first block: 1\n")
    holds(call("report", names[1]).stdout, "a part of a run of 8,000")
    assert "a part of a run" not in call("report", "talk.h5").stdout


main()
