#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What a run on many processes costs: a model in bytes, messages and seconds, measured here and set against runs of 1, 2, 4 and 8
ranks; then what it says for 10^12 trials on 1,000 hosts. bench/CLUSTER.md explains the terms.

  cluster_cost.py PROGRAM [--check]     PROGRAM is built with -Dmpi=enabled; --check: exit 1 if a count of bytes or messages is off
"""
import glob
import math
import os
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

import h5py

PROGRAM = os.path.abspath(sys.argv[1])
CHECK = "--check" in sys.argv[2:]
BLOCK = 4096
TRIALS = 2200 * BLOCK
CORES = len(os.sched_getaffinity(0))
MPIRUN = ["mpirun", "--allow-run-as-root", "--oversubscribe"]
AGREEMENTS = 10  # collective decisions of a run, from the parsed command line to the written file

MODEL = """plimsoll: 1
name: cost
currency: EUR
threats:
  - {id: theft, frequency: {poisson: {rate: 3}}, loss: {lognormal: {median: 1000, sigma: 1}}, clauses: [4.4.6]}
  - {id: fire, frequency: {poisson: {rate: 0.1}}, loss: {gamma: {mean: 50000, cv: 2}}, clauses: [4.4.7]}
"""


def timed(*command):
    start = time.monotonic()
    done = subprocess.run([str(word) for word in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        sys.exit(f"{command}: {done.stderr}")
    return time.monotonic() - start


def best(times, *command):
    return min(timed(*command) for _ in range(times))


def run(trials, *options):
    return [PROGRAM, "run", "m.yaml", "-n", trials, "--ylt", "no", "-q", "-f", "-o", "x.h5", "-t", 1, *options]


class Watch:
    """The shards of a working folder while a run goes on: the most there were, and their bytes."""

    def __init__(self):
        self.shards, self.stop = {}, False
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.stop:
            for path in glob.glob("x.h5.work/blocks-*.h5"):
                try:
                    self.shards[os.path.basename(path)] = os.stat(path).st_size
                except OSError:
                    pass
            time.sleep(0.002)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stop = True
        self.thread.join()


def measure():
    """The constants of this machine and this model."""
    m = {}
    small, large = 100 * BLOCK, 1100 * BLOCK
    short, long = best(3, *run(small)), best(3, *run(large))
    m["trial"] = (long - short) / (large - small)
    m["start"] = max(short - small * m["trial"], 0)
    # a shard: its bytes, what it takes to commit and to take up again
    for count in (2, 22):
        for k in range(count):
            first, last = k * 1000 // count, (k + 1) * 1000 // count
            timed(*[str(w) if w != "x.h5" else f"part{count}-{k}.h5" for w in run(1000 * BLOCK, "--blocks", f"{first}:{last}")])
    few = best(3, PROGRAM, "merge", *glob.glob("part2-*.h5"), "-o", "y.h5", "-f", "-q")
    many = best(3, PROGRAM, "merge", *glob.glob("part22-*.h5"), "-o", "y.h5", "-f", "-q")
    m["take"] = max(many - few, 0) / 20
    with Watch() as watch:
        with_commits = timed(*run(large, "--checkpoint", "0.1s"))
    m["commit"] = max(with_commits - long, 0) / max(len(watch.shards), 1)
    with Watch() as watch:  # the shards of two ranks that commit once: histograms that have filled
        timed(*MPIRUN, "-n", 2, *run(TRIALS))
    m["shard"] = max(watch.shards.values(), default=0)
    with h5py.File("part2-0.h5", "r") as file:
        m["block"] = file["blocks"].id.get_storage_size() / len(file["blocks"])
    one = best(2, *MPIRUN, "-n", 1, *run(BLOCK))
    eight = best(2, *MPIRUN, "-n", 8, *run(8 * BLOCK))
    m["launch_rank"] = (eight - one) / 7
    m["launch"] = one - m["start"] - m["launch_rank"]
    return m


def messages_of(ranks):
    """Point-to-point and collective messages that a rank sends at most, without the reports of progress (ten a second)."""
    rounds = math.ceil(math.log2(ranks)) if ranks > 1 else 0
    # each agreement: a barrier and a reduction, 2 rounds at most for ranks that are no power of two; then three broadcasts, the end of
    # the reports (a barrier, a gathering, a sum) and MPI's own start and end
    return (AGREEMENTS * 4 + 3 + 4 + 4) * (rounds + 1) if ranks > 1 else 0


def predict(m, trials, ranks, cores, checkpoint=None, hosts=None):
    """Seconds, shards, bytes of the working folder, bytes of memory for the blocks on rank 0."""
    compute = trials * m["trial"] / cores
    commits = math.ceil(compute / checkpoint) if checkpoint else 1
    # each rank commits its own; where ranks share processors they commit one after the other
    commit = commits * m["commit"] * (ranks / min(ranks, cores) if hosts is None else 1)
    shards = ranks * commits if ranks > 1 else (commits if checkpoint else 0)
    take = (shards - commits) * m["take"] if ranks > 1 else 0
    launch = m["launch"] + m["launch_rank"] * (ranks if hosts is None else math.log2(ranks))
    blocks = math.ceil(trials / BLOCK)
    return {"seconds": m["start"] + (launch if ranks > 1 else 0) + compute + commit + take, "shards": shards,
            "bytes": shards * m["shard"] + blocks * m["block"], "memory": blocks * 40, "compute": compute, "take": take}


def sent(prof, ranks):
    """Messages that each rank sent, as Open MPI counted them: {rank: (point to point to rank 0, all)}."""
    found = {}
    for rank in range(ranks):
        with open(f"{prof}.{rank}.prof", encoding="ascii") as file:
            text = file.read()
        point = sum(int(n) for n in re.findall(r"^E\t\d+\t\d+\t\d+ bytes\t(\d+) msgs", text, re.M))
        found[rank] = point
    return found


def check(m):
    print("\nranks  seconds: model  here   shards: model  here   bytes: model   here     messages a rank: at most  here")
    bad = False
    for ranks in (1, 2, 4, 8):
        launcher = [*MPIRUN, "-n", ranks, "--mca", "pml_monitoring_enable", 1, "--mca", "pml_monitoring_enable_output", 3, "--mca",
                    "pml_monitoring_filename", "prof"]
        with Watch() as watch:
            seconds = timed(*(launcher if ranks > 1 else []), *run(TRIALS))
        p = predict(m, TRIALS, ranks, min(ranks, CORES))
        most = max(sent("prof", ranks).values()) if ranks > 1 else 0
        bound = messages_of(ranks) + 10 * math.ceil(seconds) + 2 * ranks
        total = sum(watch.shards.values())
        print(f"{ranks:5}  {p['seconds']:14.2f} {seconds:5.2f}  {p['shards']:14} {len(watch.shards):5}  {p['bytes'] / 1e6:9.2f} MB"
              f" {total / 1e6:7.2f}  {bound:24} {most:5}")
        bad |= len(watch.shards) != p["shards"] or most > bound
        bad |= ranks > 1 and not 0.5 * p["bytes"] < total < 2 * p["bytes"]
    return bad


def human(seconds):
    for size, unit in ((86400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds:.1f} s"


def extrapolate(m):
    print("\n10^12 trials on 1,000 hosts, one rank with 64 threads each, a checkpoint every 10 min")
    print("a trial costs   all computing   the run      shards   working folder   rank 0 takes up shards in   rank 0 holds of blocks")
    for name, trial in (("of this model", m["trial"]), ("10 us", 1e-5), ("1 ms", 1e-3)):
        p = predict({**m, "trial": trial}, 1e12, 1000, 64000, 600, hosts=1000)
        print(f"{name:15} {human(1e12 * trial / 1):>12}   {human(p['seconds']):>9} {p['shards']:11,}   {p['bytes'] / 1e9:11.1f} GB"
              f"   {human(p['take']):>24}   {p['memory'] / 1e9:20.1f} GB")


def main():
    folder = tempfile.mkdtemp()
    os.chdir(folder)
    os.environ.setdefault("OMPI_MCA_btl", "self,vader")
    try:
        with open("m.yaml", "w", encoding="utf-8") as file:
            file.write(MODEL)
        m = measure()
        print(f"{CORES} processors; a trial {m['trial'] * 1e9:.0f} ns; start {m['start']:.2f} s; mpirun {m['launch']:.2f} s and "
              f"{m['launch_rank']:.3f} s a rank;\na shard {m['shard'] / 1e3:.0f} kB and {m['block']:.1f} bytes a block: {m['commit'] * 1e3:.0f} ms to "
              f"commit, {m['take'] * 1e3:.0f} ms to take up")
        bad = check(m)
        extrapolate(m)
    finally:
        os.chdir("/")
        shutil.rmtree(folder)
    if CHECK and bad:
        sys.exit("the counts are not those of the model")


main()
