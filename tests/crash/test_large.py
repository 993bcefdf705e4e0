#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A small model over very many trials, in no more memory than was stated before. See harness.py."""
import os
import re
import subprocess
import time

import h5py
from harness import LONG, PROGRAM, call, case, holds, main, many_places, write

TRIALS = 1_000_000_000 if LONG else 20_000_000  # beyond 10^7 no year-loss tables are kept: histograms alone

MODEL = """plimsoll: 1
name: small
currency: EUR
policy: {tolerance: [{loss: 1e6, probability: 0.01}]}
threats:
  - {id: theft, frequency: {poisson: {rate: 0.2}}, vulnerability: 0.5, loss: {lognormal: {median: 1000, sigma: 2}}, clauses: [4.4.6]}
  - {id: fire, frequency: {poisson: {rate: 0.01}}, loss: {pareto: {shape: 2.5, minimum: 1e4}}, clauses: [4.4.7]}
"""


def peak_bytes(*args):
    """Runs the program; the most memory that it had at a time. The system keeps the peak (of the program alone, which what it tells
    at the end of a child is not), so looking often only matters for its last moment."""
    process = subprocess.Popen([PROGRAM, *map(str, args)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    peak = 0
    while process.poll() is None:
        with open(f"/proc/{process.pid}/status", encoding="ascii") as file:
            found = re.search(r"VmHWM:\s+(\d+) kB", file.read())
        peak = max(peak, int(found[1]) * 1024 if found else 0)
        time.sleep(0.002)
    assert process.returncode == 0
    return peak


def stated_and_used(model, trials):
    """What `check` states of a run, and what it has beside the program itself, in bytes."""
    stated = float(re.search(r"memory: at most ([\d.]+) MiB", call("check", model, "-n", trials).stdout)[1]) * 2**20
    base = peak_bytes("check", model, "-n", 1)
    used = peak_bytes("run", model, "-n", trials, "-o", "x.h5", "-q", "--force") - base
    print(f"# {model}: {trials} trials: stated {stated / 2**20:.1f} MiB, used {used / 2**20:.1f} MiB", flush=True)
    return stated, used


@case
def the_stated_memory_holds_for_places_and_scenarios():
    """Places of each thread, places that threads share, and scenarios that leave some alone; and the statement says something."""
    regions = "[R0, R1, R2]", "[R2, R3]", "[R4]", "[R0, R5, R6]", "[R1]"
    controls = "controls:\n" + "".join(
        f"  - {{id: c{i}, category: physical, where: {{nodes: {{region: {where}}}}}, reduces: {{frequency: 0.4}}, coverage: 1}}\n"
        for i, where in enumerate(regions))
    scenarios = "scenarios:\n  - {id: today, controls: []}\n" + "".join(
        f"  - {{id: s{i}, controls: [c{i}]}}\n" for i in range(len(regions)))
    often = many_places(300).replace("rate: 0.002", "rate: 0.05"), many_places(900).replace("rate: 0.002", "rate: 0.02")
    for name, text in (("own.yaml", often[0]), ("shared.yaml", often[1] + controls + scenarios)):
        stated, used = stated_and_used(write(name, text), 2_000_000 if LONG else 150_000)
        assert used <= stated < 8 * used, (name, used, stated)


@case
def what_would_take_less_memory_is_said_if_it_is_there():
    write("one.yaml", MODEL)
    write("two.yaml", MODEL + "scenarios:\n  - {id: a, controls: []}\n  - {id: b, controls: []}\n")
    threads, losses, scenarios = "use fewer threads (now 2)", "do without year-loss tables", "run one scenario at a time"
    for name, args, said in (("two.yaml", ("-t", 2, "--ylt", "yes"), (threads, losses, scenarios)), ("one.yaml", ("-t", 2, "--ylt", "no"), (threads,)),
                             ("one.yaml", ("-t", 1, "--ylt", "yes"), (losses,)), ("one.yaml", ("-t", 1, "--ylt", "no"), ("it takes no less; allow it more (--memory)",))):
        told = call("run", name, "-n", "20k", "-o", "y.h5", "--memory", "1M", *args, expect=1).stderr
        assert told.endswith(": " + ", or ".join(said) + "\n"), (name, args, told)
        assert not os.path.exists("y.h5")


@case
def the_stated_memory_holds():
    write("m.yaml", MODEL)
    out = call("check", "m.yaml", "-n", TRIALS).stdout
    stated = float(re.search(r"memory: at most ([\d.]+) MiB", out)[1]) * 2**20
    base = peak_bytes("check", "m.yaml", "-n", 1)  # the program and its libraries, before any run
    used = peak_bytes("run", "m.yaml", "-n", TRIALS, "-o", "x.h5", "-q", "--checkpoint", "20s", "--memory", f"{int(stated * 1.01)}")
    print(f"# {TRIALS} trials: stated {stated / 2**20:.1f} MiB, used {used / 2**20:.1f} MiB, of which the program has {base / 2**20:.1f}",
          flush=True)
    assert used - base <= stated, (used, base, stated)
    holds(call("run", "m.yaml", "-n", TRIALS, "-o", "y.h5", "--memory", "1M", expect=1).stderr, "may need")
    with h5py.File("x.h5", "r") as file:
        assert "ylt" not in file and file.attrs["trials"] == TRIALS
        row = [r for r in file["moments"][()] if r["group_kind"] == b"total" and r["measure"] == b"AEP"][0]
        # Wald: 0.1 thefts of 1000 e^2 and 0.01 fires of 1e4 2.5 / 1.5 a trial; 5 standard errors, p = 6e-7
        mean = 0.1 * 1000 * 7.38905609893065 + 0.01 * 1e4 * 2.5 / 1.5
        assert abs(row["mean"] - mean) < 5 * row["mean_se"], (row["mean"], mean, row["mean_se"])


main()
