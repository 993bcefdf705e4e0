# SPDX-License-Identifier: Apache-2.0
"""What the tests of shards, interruption and several processes share. Each test file is called as

  test_x.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]

and speaks TAP; each case runs in a folder of its own.
"""
import os
import subprocess
import sys
import tempfile
import time
import traceback

import h5py

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
LONG = os.environ.get("PLIM_TEST_LONG", "0") not in ("", "0")
CASES = []

# Every form that primary data takes: dense groups, threats, places with tallies of their own, shared events, outages,
# controls, several scenarios, tolerance. Small enough to run in a moment.
MODEL = """plimsoll: 1
name: Cluster
currency: EUR
policy: {tolerance: [{loss: 1000, probability: 0.2}, {loss: 100000, probability: 0.001}]}
nodes:
  - {id: mine, kind: supplier, region: PL}
  - {id: works, kind: plant, region: DE}
  - {id: port, kind: port, region: DE}
  - {id: shop, kind: customer, region: FR, margin_per_day: 900}
links:
  - {from: mine, to: works, item: ore, buffer_days: 3, mode: rail}
  - {from: works, to: port, item: tin, mode: road}
  - {from: port, to: shop, item: tin, buffer_days: 4, mode: sea}
threats:
  - {id: fire, where: {nodes: {kind: [plant, port]}}, frequency: {poisson: {rate: 0.1}}, outage_days: {gamma: {mean: 9, cv: 0.7}},
     loss: {lognormal: {median: 1000, sigma: 1.4}}, clauses: [4.4.7]}
  - {id: theft, where: {links: {mode: [rail, road]}}, category: physical, frequency: {poisson: {rate: {uniform: {min: 0.1, max: 0.6}}}},
     loss: {gamma: {mean: 700, cv: 1.2}}, clauses: {4.4.6: 0.7, 4.4.2: 0.3}}
  - {id: strike, where: {nodes: {}}, shared_by: region, strike_probability: 0.7, severity_correlation: 0.5,
     frequency: {negative_binomial: {mean: 0.2, dispersion: 0.5}}, loss: {weibull: {shape: 0.8, scale: 300}}}
controls:
  - {id: guards, category: physical, against: [theft], reduces: {frequency: 0.4}, coverage: 0.9, cost: {annual: 1}}
scenarios:
  - {id: today, controls: []}
  - {id: guarded, controls: [guards]}
"""

# The same with one scenario: half the tables to make.
ONE = MODEL[:MODEL.index("controls:")]


class Skip(Exception):
    pass


def case(function):
    CASES.append(function)
    return function


def write(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)
    return path


def many_places(count=3000):
    """A model with so many places that they share one hash in the summary."""
    nodes = "".join(f"  - {{id: n{i}, kind: plant, region: R{i % 7}}}\n" for i in range(count))
    return (f"plimsoll: 1\nname: Many\ncurrency: EUR\nnodes:\n{nodes}threats:\n"
            "  - {id: fire, where: {nodes: {}}, frequency: {poisson: {rate: 0.002}}, "
            "loss: {lognormal: {median: 10, sigma: 2}}, clauses: [4.4.6]}\n")


def run(*args, env=None, timeout=300):
    """Runs the program and returns what it did."""
    return subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, timeout=timeout, check=False,
                          env={**os.environ, **(env or {})})


def call(*args, expect=0, env=None, timeout=300):
    """The same; its exit code must be `expect`, and an error must be said on stderr."""
    done = run(*args, env=env, timeout=timeout)
    assert done.returncode == expect, f"{args}: wanted exit {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    if expect:
        assert "error: " in done.stderr, f"{args}: no error said: {done.stderr}"
    return done


def trials_for(seconds, text):
    """How many trials one thread runs in about so many seconds: what is to be interrupted must last, on any machine."""
    with tempfile.TemporaryDirectory() as folder:
        path = write(os.path.join(folder, "m.yaml"), text)
        begun = time.monotonic()
        call("run", path, "-n", "200k", "-t", 1, "--ylt", "no", "-q", "-o", os.path.join(folder, "x.h5"))
        return int(min(max(200_000 * seconds / (time.monotonic() - begun), 150_000), 5_000_000))


def holds(text, *parts):
    for part in parts:
        assert part in text, f"'{part}' is not in:\n{text[-3000:]}"


def digest(path):
    with h5py.File(path, "r") as file:
        value = file.attrs["result_sha256"]
        return value.decode() if isinstance(value, bytes) else str(value)


def contents(path):
    """Everything in a results file but its provenance: {name: bytes or value}."""
    found = {}

    def visit(name, item):
        if name == "provenance":
            return
        for key, value in item.attrs.items():
            found[f"{name}@{key}"] = value.tobytes() if hasattr(value, "tobytes") else value
        if isinstance(item, h5py.Dataset):
            found[name] = (str(item.dtype), item[()].tobytes())

    with h5py.File(path, "r") as file:
        visit("/", file)
        file.visititems(visit)
    return found


def same_files(a, b):
    """Asserts that two results files differ in nothing but their provenance."""
    one, other = contents(a), contents(b)
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    assert not names, f"{a} and {b} differ in {names}"
    assert len(one) > 40, "nothing was compared"


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
                for line in traceback.format_exc().splitlines():
                    print(f"# {line}", flush=True)
                print(f"not ok {number} - {function.__name__}", flush=True)
            os.chdir("/")
    sys.exit(bad > 0)
