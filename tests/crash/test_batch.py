#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of `plimsoll batch`. See harness.py."""
import csv
import os
import signal
import subprocess
import time

from harness import MODEL, PROGRAM, call, case, digest, holds, main, same_files, trials_for, write

SMALL = """plimsoll: 1
name: {name}
currency: USD
policy: {{tolerance: [{{loss: 1000, probability: {tolerated}}}]}}
threats:
  - {{id: theft, frequency: {{poisson: {{rate: 0.5}}}}, loss: {{lognormal: {{median: 1000, sigma: 1}}}}, clauses: [4.4.6]}}
"""


def models():
    os.makedirs("models", exist_ok=True)
    write("models/a.yaml", SMALL.format(name="A", tolerated=0.9))
    write("models/b.yml", SMALL.format(name="B", tolerated=0.01))
    write("models/c.yaml", MODEL)
    write("models/readme.txt", "no model")
    write("models/model.schema.json", "{}")
    return "models"


def summary(folder="out"):
    with open(os.path.join(folder, "summary.csv"), encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@case
def a_folder_of_models():
    out = call("batch", models(), "-n", "10k", "-o", "out", "-q").stdout
    rows = summary()
    assert [(os.path.basename(r["model"]), r["scenario"], r["state"], r["tolerance"]) for r in rows] == [
        ("a.yaml", "base", "done", "met"), ("b.yml", "base", "done", "broken"), ("c.yaml", "today", "done", rows[2]["tolerance"]),
        ("c.yaml", "guarded", "done", rows[3]["tolerance"])], rows
    assert not any("//" in row["model"] + row["output"] for row in rows)
    call("batch", "models/", "-n", "10k", "-o", "out/", "-q")
    assert [(row["model"], row["output"]) for row in summary()] == [(row["model"], row["output"]) for row in rows]
    for row in rows:
        assert row["result_sha256"] == digest(row["output"]) and float(row["mean"]) > 0 and row["trials"] == "10000"
        holds(out, os.path.basename(row["model"]))
    assert float(rows[0]["mean"]) < float(rows[0]["p99"]) < float(rows[0]["tvar99"])
    call("run", "models/c.yaml", "-n", "10k", "-o", "c.h5", "-q")
    same_files("c.h5", "out/c.h5")
    stamps = [os.stat(row["output"]).st_mtime_ns for row in rows]
    call("batch", models(), "-n", "10k", "-o", "out", "-q")
    assert [r["state"] for r in summary()] == ["there"] * 4
    assert [os.stat(row["output"]).st_mtime_ns for row in rows] == stamps
    assert [{**r, "state": ""} for r in summary()] == [{**r, "state": ""} for r in rows]
    err = call("batch", models(), "-n", "11k", "-o", "out", "-q", expect=3).stderr  # other results stand there
    holds(err, "--force", "3 of 3 models failed")
    call("batch", models(), "-n", "11k", "-o", "out", "-q", "--force")
    assert [r["trials"] for r in summary()] == ["11000"] * 4


@case
def a_list_with_options():
    models()
    write("models/list.csv", "model,trials,seed,scenario,output,ylt\n"
          "a.yaml,20k,7,,,\nc.yaml,,,guarded,,no\nc.yaml,5000,,today,sub.h5,\n")
    call("batch", "models/list.csv", "-n", "9k", "--seed", 3, "-o", "out", "-q")
    rows = summary()
    assert [(r["output"], r["scenario"], r["trials"], r["seed"]) for r in rows] == [
        ("out/a.h5", "base", "20000", "7"), ("out/c-guarded.h5", "guarded", "9000", "3"), ("out/sub.h5", "today", "5000", "3")]
    call("run", "models/c.yaml", "-n", "9k", "--seed", 3, "--scenario", "guarded", "--ylt", "no", "-o", "c.h5", "-q")
    same_files("c.h5", "out/c-guarded.h5")


@case
def a_list_with_errors_runs_nothing():
    models()
    for text, parts in ((
            "model,trails\na.yaml,5\n", ("1:7", "trials")), ("trials\n5\n", ("\"model\" is missing",)),
            ("model,trials,seed,ylt\na.yaml,0,,\nb.yml,5,x,\nb.yml,5,,maybe\n", (":2:", ":3:", ":4:", "4 errors")),
            ("model,trials\na.yaml,5\n,6\n", (":3:", "no \"model\"")), ("model\na.yaml\na.yaml\n", (":3:", "output")),
            ("model\n", ("no row",)), ("model\na.yaml,5\n", ("cells",))):
        write("models/list.csv", text)
        holds(call("batch", "models/list.csv", "-o", "out", expect=2).stderr, *parts)
    assert not os.path.exists("out")
    os.mkdir("empty")
    call("batch", "empty", "-o", "out", expect=2)
    call("batch", "nowhere.csv", "-o", "out", expect=3)
    call("batch", "models", expect=1)
    call("batch", expect=1)
    call("batch", "models", "-o", "models/a.yaml", expect=3)


@case
def one_that_fails_does_not_stop_the_others():
    models()
    write("models/b.yml", "plimsoll: 1\nname: B\ncurrency: EUR\nthreats: 5\n")
    done = call("batch", "models", "-n", "5k", "-o", "out", "-q", expect=2)
    holds(done.stderr, "1 of 3 models failed", "summary.csv")
    assert [r["state"] for r in summary()] == ["done", "failed", "done", "done"]
    holds(summary()[1]["message"], "b.yml")


@case
def an_interrupted_batch_goes_on():
    models()
    trials = trials_for(1.2, MODEL)
    call("run", "models/c.yaml", "-n", trials, "-o", "c.h5", "-q", "--ylt", "no")
    write("models/list.csv", f"model,trials,output,ylt\na.yaml,1000,a.h5,\nc.yaml,{trials},c.h5,no\nb.yml,1000,b.h5,\n")
    process = subprocess.Popen([PROGRAM, "batch", "models/list.csv", "-o", "out", "-q", "-t", "1", "--checkpoint", "0.05s"],
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    while not os.path.isdir("out/c.h5.work") or not any(f.endswith(".h5") for f in os.listdir("out/c.h5.work")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    _, err = process.communicate(timeout=60)
    assert process.returncode == 4, err
    assert [r["state"] for r in summary()] == ["done", "interrupted", "to do"]
    call("batch", "models/list.csv", "-o", "out", "-q")
    assert [r["state"] for r in summary()] == ["there", "done", "done", "done"]
    same_files("c.h5", "out/c.h5")
    assert sorted(os.listdir("out")) == ["a.h5", "b.h5", "c.h5", "summary.csv"]


main()
