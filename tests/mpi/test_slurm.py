#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of scripts/slurm on a real Slurm of this host alone. Called as test_mpi.py."""
import glob
import os
import shutil
import subprocess
import sys
import time

BUILT_WITH = sys.argv.pop(3)

from harness import LONG, MODEL, PROGRAM, ROOT, Skip, call, case, digest, holds, main, same_files, write  # noqa: E402

SCRIPTS = os.path.join(ROOT, "scripts", "slurm")
TRIALS = 640_000


class Slurm:
    """munged, slurmctld and slurmd for the time of a case."""

    def __init__(self, cpus):
        os.environ["PATH"] += ":/usr/sbin:/sbin"
        missing = [p for p in ("munged", "slurmctld", "slurmd", "sbatch") if not shutil.which(p)]
        if missing:
            raise Skip(f"{', '.join(missing)} not installed")
        if os.geteuid():
            raise Skip("starting the daemons needs root")
        self.folder = os.path.abspath("slurm")
        done = subprocess.run([os.path.join(SCRIPTS, "single-host"), "start", self.folder, str(cpus)], check=False,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, timeout=120)
        if done.returncode:
            raise Skip("the daemons do not run here: " + " ".join(done.stderr.split())[-300:])
        os.environ.update(SLURM_CONF=os.path.join(self.folder, "slurm.conf"), PLIM_PROGRAM=PROGRAM, PLIM_CHECKPOINT="0.2s")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run([os.path.join(SCRIPTS, "single-host"), "stop", self.folder], check=True)
        del os.environ["SLURM_CONF"]


def submit(*args):
    """{kind: number} of the jobs."""
    done = subprocess.run([os.path.join(SCRIPTS, "submit"), *map(str, args)], check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, text=True)
    assert done.returncode == 0, done.stderr
    return dict(line.split() for line in done.stdout.splitlines())


def scontrol(*args):
    return subprocess.run(["scontrol", *args], check=True, stdout=subprocess.PIPE, text=True).stdout


def logs():
    found = ""
    for path in sorted(glob.glob("*.log")):
        with open(path, encoding="utf-8") as file:
            found += f"== {path}\n{file.read()}"
    return found


def wait_for(condition, seconds=150):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, subprocess.run(["scontrol", "show", "jobs"], stdout=subprocess.PIPE,
                                                      text=True, check=False).stdout[-3000:] + logs()
        time.sleep(0.1)


def state_of(job):
    for word in scontrol("-o", "show", "job", job).split():
        if word.startswith("JobState="):
            return word[9:]
    return ""


@case
def an_array_with_tasks_cancelled_and_requeued_merges_to_the_single_run():
    write("m.yaml", MODEL)
    call("run", "m.yaml", "-n", TRIALS, "--ylt", "no", "-o", "whole.h5", "-q")
    with Slurm(8):
        jobs = submit("--tasks", 8, "m.yaml", TRIALS, os.path.abspath("out.h5"), "--ylt", "no")
        # two of the eight, once they have committed something: one as preemption does it, one as a time limit does
        for part, command in ((2, ["scontrol", "requeue", f"{jobs['array']}_2"]),
                              (5, ["scancel", "--batch", "--signal=USR1", f"{jobs['array']}_5"])):
            work = f"out.h5.shards/part-0000{part}-of-8.h5.work/blocks-*.h5"
            wait_for(lambda work=work: glob.glob(work))
            subprocess.run(command, check=True)
        wait_for(lambda: state_of(jobs["merge"]) == "COMPLETED")
        same_files("out.h5", "whole.h5")
        text = logs()
        for part in (2, 5):
            with open(f"out.h5.plimsoll-array.{jobs['array']}_{part}.log", encoding="utf-8") as file:
                log = file.read()
            assert "resumed: 0 of" in log and log.count("resumed: ") == 2, log  # from the start, then from what was kept
            if part == 5:  # the other was killed
                holds(log, "interrupted after", "back into the queue")
        holds(text, digest("out.h5"))


@case
def an_mpi_job_runs_and_is_requeued():
    if not LONG:
        raise Skip("only with PLIM_TEST_LONG=1: the array shows the same of the scripts")
    if BUILT_WITH != "mpi" or not shutil.which("mpirun"):
        raise Skip("built without MPI (-Dmpi=enabled), or there is no mpirun")
    write("m.yaml", MODEL)
    call("run", "m.yaml", "-n", TRIALS, "--ylt", "no", "-o", "whole.h5", "-q")
    os.environ.update(OMPI_ALLOW_RUN_AS_ROOT="1", OMPI_ALLOW_RUN_AS_ROOT_CONFIRM="1", OMPI_MCA_btl="self,vader",
                      OMPI_MCA_rmaps_base_oversubscribe="1")
    with Slurm(4):
        job = submit("--mpi", 3, "m.yaml", TRIALS, os.path.abspath("out.h5"), "--ylt", "no")["mpi"]
        wait_for(lambda: glob.glob("out.h5.work/blocks-*.h5"))
        subprocess.run(["scancel", "--batch", "--signal=USR1", job], check=True)
        wait_for(lambda: state_of(job) == "COMPLETED")
        same_files("out.h5", "whole.h5")
        holds(logs(), "back into the queue")
        assert logs().count("resumed: ") == 2, logs()


main()
