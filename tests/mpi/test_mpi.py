#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of runs of several processes over MPI. As the tests in ../crash/harness.py, but with the kind of build behind:

  test_mpi.py PROGRAM SOURCE_ROOT mpi|serial [PART OF A NAME ...]
"""
import glob
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import time

BUILT_WITH = sys.argv.pop(3)

from harness import LONG, MODEL, PROGRAM, ROOT, Skip, call, case, digest, holds, main, same_files, trials_for, write  # noqa: E402

MPIRUN = os.environ.get("PLIM_MPIRUN", "mpirun")  # mpirun.mpich, say, for a program built with that
TRIALS = trials_for(1.2, MODEL)
BLOCKS = (TRIALS + 4095) // 4096
RUN = ["run", "m.yaml", "-n", str(TRIALS), "--ylt", "no"]
MADE = []


def need_mpi():
    if BUILT_WITH != "mpi":
        raise Skip("built without MPI (-Dmpi=enabled)")
    if not shutil.which(MPIRUN):
        raise Skip(f"there is no {MPIRUN} here")


def launcher(ranks):
    version = subprocess.run([MPIRUN, "--version"], stdout=subprocess.PIPE, text=True, check=False).stdout
    options = ["--allow-run-as-root", "--oversubscribe"] if "Open MPI" in version or "open-mpi" in version else []
    return [MPIRUN, *options, "-n", str(ranks)]


def environment(**more):
    # mpirun as root, and no search for networks on a machine that may have none
    return {**os.environ, "OMPI_MCA_btl": "self,vader", "OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1",
            **more}


def start(ranks, *args, env=None):
    return subprocess.Popen([*launcher(ranks), PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, text=True, env=environment(**(env or {})), start_new_session=True)


def end(process, expect=0):
    try:
        out, err = process.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        raise AssertionError(f"a rank was left waiting: {process.args}") from None
    if expect is not None:
        assert process.returncode == expect, f"wanted {expect}, got {process.returncode}\n{out}\n{err}"
    return out + err


def mpirun(ranks, *args, expect=0, env=None):
    return end(start(ranks, *args, env=env), expect)


def reference():
    """whole.h5, the run of one process (made once): its digest."""
    write("m.yaml", MODEL)
    if not MADE:
        call(*RUN, "-o", "whole.h5", "-q")
        with open("whole.h5", "rb") as file:
            MADE.append(file.read())
    with open("whole.h5", "wb") as file:
        file.write(MADE[0])
    return digest("whole.h5")


def shards():
    return sorted(glob.glob("x.h5.work/blocks-*.h5"))


def committed():
    spans = [tuple(int(n) for n in re.findall(r"\d{10}", name)) for name in shards()]
    return sum(end_ - first for first, end_ in spans)


def ranks_of(process):
    """Process ids of the ranks of a launcher: its children, or those of its helpers."""
    parent_of, programs = {}, []
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            with open(f"{folder}/stat", encoding="ascii", errors="replace") as file:
                parent = int(file.read().rsplit(")", 1)[1].split()[1])
            with open(f"{folder}/cmdline", "rb") as file:
                command = file.read().split(b"\0")[0].decode()
        except (OSError, ValueError, IndexError):
            continue
        pid = int(os.path.basename(folder))
        parent_of[pid] = parent
        if os.path.basename(command) == "plimsoll":
            programs.append(pid)

    def descends(pid):
        while pid > 1 and pid != process.pid:
            pid = parent_of.get(pid, 0)
        return pid == process.pid

    return sorted(pid for pid in programs if descends(pid))


def wait_for(condition, process):
    while not condition():
        assert process.poll() is None, process.communicate()
        time.sleep(0.01)


@case
def no_trace_of_mpi_outside_its_file():
    for path in glob.glob(os.path.join(ROOT, "src", "**", "*.[ch]"), recursive=True):
        with open(path, encoding="utf-8") as file:
            text = file.read()
        if os.path.basename(path) != "comm_mpi.c":
            assert not re.search(r"\bMPI_[A-Z]\w*\(|mpi\.h", text), path
    linked = subprocess.run(["ldd", PROGRAM], stdout=subprocess.PIPE, text=True, check=True).stdout
    assert ("libmpi" in linked) == (BUILT_WITH == "mpi"), linked


@case
def a_build_without_refuses_to_be_one_of_several():
    if BUILT_WITH == "mpi":
        raise Skip("built with MPI")
    write("m.yaml", MODEL)
    for name in ("OMPI_COMM_WORLD_SIZE", "PMI_SIZE"):
        holds(call(*RUN, "-o", "x.h5", expect=1, env={name: "4"}).stderr, "one of 4", "without MPI")
        holds(call("sensitivity", "m.yaml", expect=1, env={name: "4"}).stderr, "one of 4")
        call(*RUN[:2], "-n", 100, "-q", "-o", f"{name}.h5", env={name: "1"})


@case
def one_digest_for_ranks_threads_sets_and_processors():
    need_mpi()
    whole = reference()
    masked = {"GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2_Usable,-FMA_Usable,-AVX2,-FMA"}
    sets = [s for s in ("scalar", "avx2", "avx512")
            if re.search(rf"kernel {s}: usable", call("info").stdout)]
    for ranks in (1, 2, 3, 7):
        for threads in ((1, 2, 3, 8) if LONG else (1 + ranks % 3,)):
            for which in (sets if LONG else [sets[ranks % len(sets)]]):
                for env in (({}, masked) if LONG else ([masked] if ranks == 3 else [{}])):
                    mpirun(ranks, *RUN, "-o", "x.h5", "--force", "-q", "--threads", threads, "--cpu", which, env=env)
                    assert digest("x.h5") == whole, (ranks, threads, which, env)
                    same_files("x.h5", "whole.h5")
    assert not os.path.exists("x.h5.work")
    mpirun(7, "run", "m.yaml", "-n", "5000", "-o", "few.h5", "-q")  # more ranks than blocks, year-loss tables
    call("run", "m.yaml", "-n", "5000", "-o", "one.h5", "-q")
    same_files("few.h5", "one.h5")


@case
def shards_of_many_ranks_merge():
    need_mpi()
    reference()
    cuts = (0, 7, 20, BLOCKS)
    names = []
    for i, (first, last) in enumerate(zip(cuts, cuts[1:])):
        names.append(f"p{i}.h5")
        mpirun(i + 1, *RUN, "--blocks", f"{first}:{last}", "-o", names[-1], "-q", "-t", 1)
    call("merge", *names, "-o", "x.h5", "-q")
    same_files("x.h5", "whole.h5")


@case
def a_killed_rank_ends_the_job_and_it_resumes():
    need_mpi()
    whole = reference()
    chance = random.Random(1)
    for ranks, again in ((3, 2), (2, 1), (2, 7)) if LONG else ((3, 2),):
        process = start(ranks, *RUN, "-o", "x.h5", "--checkpoint", "0.1s", "-t", 1)
        wait_for(lambda: len(shards()) >= 2, process)
        os.kill(chance.choice(ranks_of(process)), signal.SIGKILL)
        text = end(process, None)
        assert process.returncode != 0 and re.search("mpirun noticed|BAD TERMINATION", text), (process.returncode, text)
        assert not os.path.exists("x.h5")
        done = committed()
        assert 0 < done < BLOCKS
        text = mpirun(again, *RUN, "-o", "x.h5", "--resume", "-t", 1)
        holds(text, f"resumed: {done} of {BLOCKS} blocks")
        assert digest("x.h5") == whole and not os.path.exists("x.h5.work")
        os.remove("x.h5")


@case
def a_signal_stops_all_ranks_and_one_process_goes_on():
    need_mpi()
    whole = reference()
    process = start(3, *RUN, "-o", "x.h5", "--checkpoint", "0.1s", "-t", 1)
    wait_for(lambda: len(shards()) >= 1, process)
    os.kill(ranks_of(process)[1], signal.SIGUSR1)  # one rank alone: it tells the others
    text = end(process, 4)
    done = committed()
    holds(text, f"after {done} of {BLOCKS} blocks", "--resume")
    assert text.count("error: ") == 1 and done < BLOCKS
    call(*RUN, "-o", "x.h5", "--resume", "-q", "-t", 2)
    assert digest("x.h5") == whole


@case
def a_rank_that_is_stopped_stops_the_others():
    need_mpi()
    write("m.yaml", MODEL)
    blocks = 20000  # minutes of work: the others are nowhere near their end
    process = start(3, *RUN[:2], "-n", blocks * 4096, "--ylt", "no", "-o", "x.h5", "--checkpoint", "0.1s", "-t", 1)
    wait_for(lambda: len(shards()) >= 1, process)
    os.kill(ranks_of(process)[1], signal.SIGUSR1)
    end(process, 4)
    assert 0 < committed() < blocks // 2, "the other two ranks went on to their end"


@case
def a_rank_that_fails_leaves_none_waiting():
    need_mpi()
    whole = reference()
    args = [PROGRAM, *RUN, "-o", "x.h5", "--checkpoint", "0.1s", "-t", "1"]
    broken = ["env", f"LD_PRELOAD={os.environ['PLIM_FAULT_LIBRARY']}", "PLIM_FAULT=pwrite:40:28"]
    command = [*launcher(1), *args, ":", "-n", "1", *broken, *args, ":", "-n", "1", *args]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment(),
                               start_new_session=True)
    text = end(process, 3)
    holds(text, "No space left on device", "--resume")
    assert text.count("error: ") == 1 and not os.path.exists("x.h5")
    mpirun(2, *RUN, "-o", "x.h5", "--resume", "-q", "-t", 1)
    assert digest("x.h5") == whole


@case
def errors_are_said_once():
    need_mpi()
    write("m.yaml", MODEL)
    write("bad.yaml", MODEL.replace("poisson", "poison"))
    wrong = [(["run", "bad.yaml", "-o", "x.h5"], 2), ([*RUN, "--bogus"], 1), ([*RUN, "-o", "x.h5", "--seed", "x"], 1),
             ([*RUN, "-o", "x.h5", "--memory", "1M"], 1), (["run", "nowhere.yaml", "-o", "x.h5"], 3),
             ([*RUN, "-o", "m.yaml"], 1), ([*RUN, "-o", "x.h5", "--scenario", "none"], 1)]
    for args, code in wrong if LONG else wrong[:4]:
        text = mpirun(3, *args, expect=code)
        assert text.count("error: ") == call(*args, expect=code).stderr.count("error: "), text


main()
