#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `plimsoll verify`, and of every call that can fail while files are written. See harness.py."""
import os
import random
import re
import shutil

import h5py
import numpy as np
from harness import LONG, MODEL, ONE, Skip, call, case, digest, holds, main, many_places, run, write

SHARED = {}


def results(name="r.h5"):
    """A results file, made once."""
    if "bytes" not in SHARED:
        write("m.yaml", ONE)
        call("run", "m.yaml", "-n", "20k", "-o", "made.h5", "-q")
        with open("made.h5", "rb") as file:
            SHARED["bytes"] = file.read()
    with open(name, "wb") as file:
        file.write(SHARED["bytes"])
    return name


@case
def good_files_hold():
    r = results()
    out = call("verify", r, "--resimulate", "3").stdout
    holds(out, "model sha256: holds", "plan sha256: holds", "result sha256: holds", "blocks run again: 3 of 5")
    assert int(re.search(r"cells made anew: (\d+)", out)[1]) > 10000
    holds(call("verify", r, "--resimulate", "100").stdout, "blocks run again: 5 of 5")
    holds(call("verify", r).stdout, "blocks run again: 0 of 5")
    write("many.yaml", many_places())
    call("run", "many.yaml", "-n", "20k", "--seed", 3, "--ylt", "no", "-o", "many.h5", "-q")
    call("verify", "many.h5", "--resimulate", 2)
    write("m.yaml", MODEL)
    call("run", "m.yaml", "-n", "20k", "--scenario", "guarded", "--blocks", "2:5", "-o", "part.h5", "-q")
    holds(call("verify", "part.h5", "--resimulate", 9).stdout, "blocks run again: 3 of 3")
    call("run", "m.yaml", "-n", "20k", "--scenario", "guarded", "--blocks", "0:2", "-o", "first.h5", "-q")
    call("merge", "first.h5", "part.h5", "-o", "merged.h5", "-q")
    call("verify", "merged.h5", "--resimulate", 5)


def edit(change):
    """Verifies the file after a change that HDF5's checksums know nothing of; what is said."""
    results("bad.h5")
    with h5py.File("bad.h5", "r+") as file:
        change(file)
    return call("verify", "bad.h5", "--resimulate", 5, expect=6).stderr


def set_cell(table, column, row, add=1):
    def change(file):
        values = file[table][()]
        values[column][row] += add
        file[table][...] = values
    return change


@case
def every_change_of_a_figure_is_found():
    for table, column in (("percentiles", "value"), ("percentiles", "lower"), ("tvar", "value"), ("curves", "loss"),
                          ("moments", "mean_se"), ("tail", "share"), ("tolerance", "probability"), ("worst", "value")):
        holds(edit(set_cell(table, column, 1)), f"table {table}", "row 1", f"column {column}")
    for table, column in (("blocks", "events"), ("primary/events", "events"), ("primary/bins", "square_lo"),
                          ("primary/worst", "value"), ("primary/above", "trials")):
        holds(edit(set_cell(table, column, 0)), "damaged")
    holds(edit(lambda f: f["ylt/base"].__setitem__(0, f["ylt/base"][0] + 1)), "block's trials")
    holds(edit(lambda f: f["notes"].resize((0,)) if len(f["notes"]) else f["tail"].resize((3,))), "rows and should have")


@case
def every_change_of_an_attribute_is_found():
    def set_attribute(name, value):
        return lambda file: file.attrs.modify(name, value)

    holds(edit(set_attribute("model_name", np.bytes_("Another"))), "attribute model_name")
    holds(edit(set_attribute("confidence", 0.9)), "attribute confidence")
    holds(edit(set_attribute("seed", np.uint64(2))), "result digest")
    for name in ("model_sha256", "plan_sha256", "result_sha256"):
        edit(set_attribute(name, np.bytes_("0" * 64)))


@case
def figures_of_another_model_or_seed_are_found():
    """A file that is consistent in itself, whose blocks are another seed's: only running them again tells."""
    write("m.yaml", ONE)
    call("run", "m.yaml", "-n", "20k", "--seed", 2, "-o", "two.h5", "-q")

    def change_model(file):
        text = bytes(file["model/file_0"][()])
        file["model/file_0"][...] = np.frombuffer(text.replace(b"rate: 0.1}", b"rate: 0.2}"), dtype=np.uint8)

    holds(edit(change_model), "the model in the file")
    with h5py.File("two.h5", "r") as file:
        assert forge(file) == digest("two.h5"), "the digest is not what FORMAT.md says"
    # the blocks of seed 2 under seed 1, with the digest that belongs to them
    shutil.copy("two.h5", "forged.h5")
    with h5py.File("forged.h5", "r+") as file:
        file.attrs.modify("seed", np.uint64(1))
        file.attrs.modify("result_sha256", np.bytes_(forge(file)))
    call("verify", "forged.h5")
    holds(call("verify", "forged.h5", "--resimulate", 1, expect=6).stderr, "run again", "not those of this model and seed")


BITS = {"total": 10, "clause": 10, "node": 5, "link": 5, "bearer": 5}


def forge(file):
    """result_sha256 as src/store/FORMAT.md defines it, computed from the tables of the file: a second way to the digest."""
    import hashlib
    h = hashlib.sha256()

    def number(value):
        h.update(int(value).to_bytes(8, "little"))

    def real(value):
        h.update(np.float64(value if value else 0.0).tobytes())

    def text(value):
        value = value if isinstance(value, bytes) else str(value).encode()
        number(len(value))
        h.update(value)

    attrs, primary = file.attrs, file["primary"]
    text(b"plimsoll result")
    text(attrs["model_sha256"])
    text(attrs["plan_sha256"])
    for name in ("seed", "trials", "first_block"):
        number(attrs[name])
    for row in file["blocks"][()]:
        number(row["events"])
        number(row["digest"])
    number(primary.attrs["trials"])
    rows = {name: primary[name][()] for name in primary}
    kinds, names = file["groups"]["group_kind"], file["groups"]["group"]
    series, groups = int(primary.attrs["scenarios"]), int(primary.attrs["groups"])

    def of(name, **where):
        table = rows[name]
        for column, value in where.items():
            table = table[table[column] == value]
        return table

    for k in range(series):
        for g in range(groups):
            found = of("events", scenario=k, group=g)
            number(found["events"][0] if len(found) else 0)
            if kinds[g] in (b"node", b"link", b"bearer") and names[g] not in (b"(none)", b"(organisation)"):
                continue
            for m in (0, 1):
                buckets, bins = (of(table, scenario=k, group=g, measure=m) for table in ("histogram", "bins"))
                number(BITS.get(kinds[g].decode(), 7))
                for row in buckets:
                    number(row["bucket"])
                    number(row["count"])
                for row in bins:
                    for column in ("bin", "sum_hi", "sum_lo", "square_hi", "square_lo"):
                        number(row[column])
                number(len(buckets) + len(bins))
            tails = of("tail", scenario=k, group=g)
            for row in tails:
                number(row["bin"])
                for part in range(3):
                    number(row[f"part{part}_lo"])
                    number(row[f"part{part}_hi"])
                number(row["overflow"])
            number(len(tails))
        for t in range(int(primary.attrs["tolerances"])):
            found = of("above", scenario=k, tolerance=t)
            number(found["trials"][0] if len(found) else 0)
        for m in (0, 1):
            found = of("sparse", scenario=k, measure=m)  # of one scenario, so that none is kept with another
            number(len(found))
            for row in found:
                for column in ("group", "bucket", "count", "sum_hi", "sum_lo", "square_hi", "square_lo"):
                    number(row[column])
        found = of("place_tail", scenario=k)
        number(len(found))
        for row in found:
            number(row["group"])
            number(row["bin"])
            for part in range(3):
                number(row[f"part{part}_lo"])
                number(row[f"part{part}_hi"])
            number(row["overflow"])
        for row in of("worst", scenario=k):
            real(row["value"])
            number(row["trial"])
    return h.hexdigest()


@case
def what_cannot_be_read_has_a_message_of_its_own():
    r = results()
    with open(r, "rb") as file:
        content = file.read()

    def said(data):
        with open("bad.h5", "wb") as file:
            file.write(data)
        return call("verify", "bad.h5", expect=3).stderr

    messages = [said(content[:len(content) // 2]), said(b""), said(b"a model, say"),
                call("verify", "nowhere.h5", expect=3).stderr, call("verify", ".", expect=3).stderr]
    holds(messages[0], "truncated")
    holds(messages[1], "empty")
    holds(messages[2], "not an HDF5 file")
    holds(messages[3], "No such file")
    holds(messages[4], "folder")
    results("bad.h5")
    with h5py.File("bad.h5", "r+") as file:
        file.attrs.modify("format_version", [3, 0])
    holds(call("verify", "bad.h5", expect=3).stderr, "format 3.0", "newer version")
    with h5py.File("bad.h5", "w") as file:
        file["x"] = [1]
    holds(call("verify", "bad.h5", expect=3).stderr, "not one of Plimsoll's results")
    chance = random.Random(5)
    for _ in range(400 if LONG else 8):  # one bit: refused, or in what no digest and no table covers (provenance)
        at, bit = chance.randrange(len(content)), 1 << chance.randrange(8)
        flipped = bytearray(content)
        flipped[at] ^= bit
        with open("bad.h5", "wb") as file:
            file.write(flipped)
        done = run("verify", "bad.h5")
        assert done.returncode in (0, 3, 6), (at, bit, done)
    call("verify", expect=1)
    call("verify", r, "--resimulate", "0", expect=1)


def faulty(what, call_number, error, *args):
    return run(*args, env={"LD_PRELOAD": os.environ["PLIM_FAULT_LIBRARY"], "PLIM_FAULT": f"{what}:{call_number}:{error}"})


def count_calls(*args):
    call(*args, env={"LD_PRELOAD": os.environ["PLIM_FAULT_LIBRARY"], "PLIM_FAULT_COUNT": os.path.abspath("count")})
    with open("count", encoding="ascii") as file:
        return {line.split()[0]: int(line.split()[1]) for line in file}


def library():
    if not os.path.exists(os.environ.get("PLIM_FAULT_LIBRARY", "")):
        raise Skip("the library that makes calls fail is not there")


ENOSPC, EIO, EROFS = 28, 5, 30


def numbers(count, most, chance):
    """Which calls fail: the first and the last, and some between, or all."""
    if LONG or count <= most:
        return range(1, count + 1)
    return sorted({1, count} | {chance.randrange(1, count + 1) for _ in range(most - 2)})


@case
def every_failed_call_is_said_and_leaves_no_half_file():
    library()
    chance = random.Random(3)
    write("m.yaml", ONE)
    args = ["m.yaml", "-n", "30k", "-o", "x.h5", "-q", "-t", 1, "--checkpoint", "0.001s"]
    counted = count_calls("run", *args)
    whole = digest("x.h5")
    os.remove("x.h5")
    assert counted["pwrite"] > 20 and counted["fsync"] > 4 and counted["rename"] > 2 and counted["create"] > 2, counted
    tried = 0
    for what, error, most in (("pwrite", ENOSPC, 5), ("fsync", EIO, 5), ("rename", EIO, 3), ("create", EROFS, 3),
                              ("mkdir", EROFS, 1)):
        for n in numbers(counted[what], most, chance):
            done = faulty(what, n, error, "run", *args)
            tried += 1
            if done.returncode == 0:  # the count differs a little with the time between checkpoints; a folder is no loss
                assert digest("x.h5") == whole
            else:
                assert done.returncode == 3 and "error: " in done.stderr, (what, n, done)
                if not os.path.exists("x.h5"):
                    call("run", *args, "--resume")
            assert digest("x.h5") == whole, (what, n)
            left = [name for name in os.listdir(".") if ".tmp-" in name]
            assert not left, (what, n, left)
            os.remove("x.h5")
            shutil.rmtree("x.h5.work", ignore_errors=True)
    print(f"# {tried} failed calls", flush=True)


@case
def every_failed_allocation_is_said_and_leaves_no_half_file():
    library()
    chance = random.Random(4)
    write("m.yaml", ONE)
    call("run", "m.yaml", "-n", "9k", "-o", "a.h5", "-q", "--blocks", "0:1")
    call("run", "m.yaml", "-n", "9k", "-o", "b.h5", "-q", "--blocks", "1:3")
    commands = [("run", "m.yaml", "-n", "9k", "-o", "x.h5", "-q", "-t", 1, "--checkpoint", "0.001s"),
                ("merge", "a.h5", "b.h5", "-o", "x.h5", "-q"), ("verify", "a.h5", "--resimulate", 1)]
    for args in commands:
        counted = count_calls(*args)["alloc"]
        if os.path.exists("x.h5"):
            os.remove("x.h5")
        assert counted > 500, counted
        for n in sorted({chance.randrange(1, counted + 1) for _ in range(600 if LONG else 5)}):
            done = faulty("alloc", n, 12, *args)
            if done.returncode == 0:  # what it was for could be done without, or there were fewer this time
                assert args[0] == "verify" or os.path.exists("x.h5"), (args, n)
            else:
                assert done.returncode == 3 and "memory" in done.stderr, (args, n, done)
                # the last one is to make the folder durable, behind the renaming: then the message says so
                assert os.path.exists("x.h5") == ("the file is complete" in done.stderr), (args, n, done)
                assert not os.path.exists("x.h5") or call("verify", "x.h5").returncode == 0
            for name in ("x.h5",):
                if os.path.exists(name):
                    os.remove(name)
            shutil.rmtree("x.h5.work", ignore_errors=True)
            assert sorted(os.listdir(".")) == ["a.h5", "b.h5", "count", "m.yaml"], (args, n, os.listdir("."))


main()
