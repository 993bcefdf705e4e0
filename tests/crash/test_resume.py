#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of --checkpoint and --resume: signals, kill -9, damaged shards, full disks. See harness.py."""
import os
import random
import re
import shutil
import signal
import subprocess
import time

from harness import LONG, MODEL, ONE, PROGRAM, Skip, call, case, digest, holds, main, run, same_files, trials_for, write

TRIALS = trials_for(1.2, ONE)
BLOCKS = (TRIALS + 4095) // 4096
ARGS = ["m.yaml", "-n", TRIALS, "-o", "x.h5", "--ylt", "no"]
WORK = "x.h5.work"
MADE = []


def reference():
    """whole.h5, the run that nothing interrupts (made once): its digest."""
    write("m.yaml", ONE)
    if not MADE:
        call("run", *ARGS[:-3], "whole.h5", "--ylt", "no", "-q")
        with open("whole.h5", "rb") as file:
            MADE.append(file.read())
    with open("whole.h5", "wb") as file:
        file.write(MADE[0])
    return digest("whole.h5")


def start(*args):
    return subprocess.Popen([PROGRAM, "run", *map(str, args)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
                            stdin=subprocess.DEVNULL, text=True)


def shards(work=WORK):
    """{name: (inode, size, time of change)} of the committed shards."""
    if not os.path.isdir(work):
        return {}
    found = {}
    for name in os.listdir(work):
        if re.fullmatch(r"blocks-\d{10}-\d{10}\.h5", name):
            info = os.stat(os.path.join(work, name))
            found[name] = (info.st_ino, info.st_size, info.st_mtime_ns)
    return found


def committed(names):
    """How many blocks the shards hold; no two may share one."""
    spans = sorted(tuple(int(n) for n in re.findall(r"\d{10}", name)) for name in names)
    for (_, end), (first, _) in zip(spans, spans[1:]):
        assert end <= first, spans
    return sum(end - first for first, end in spans)


def wait_for_shards(process, count=1):
    while len(shards()) < count:
        assert process.poll() is None, process.communicate()[1]
        time.sleep(0.01)


@case
def each_signal_commits_and_resumes_with_other_threads():
    whole = reference()
    for number, threads in ((signal.SIGINT, 1), (signal.SIGTERM, 2), (signal.SIGUSR1, 8)):
        for delay in (0.4, 0.2, 0.8, 0.1, 1.6, 3.2):  # in the middle of the blocks, however quick the machine is
            process = start(*ARGS, "--threads", 1)
            time.sleep(delay)
            process.send_signal(number)
            _, err = process.communicate(timeout=60)
            before = shards()
            done = committed(before)
            if 0 < done < BLOCKS:
                break
            shutil.rmtree(WORK, ignore_errors=True)
            if os.path.exists("x.h5"):
                os.remove("x.h5")
        assert process.returncode == 4, (process.returncode, err)
        assert 0 < done < BLOCKS and f"after {done} of {BLOCKS} blocks" in err, (before, err)
        assert not os.path.exists("x.h5")
        err = call("run", *ARGS, "--resume", "--threads", threads).stderr
        holds(err, f"resumed: {done} of {BLOCKS} blocks")
        assert digest("x.h5") == whole and not os.path.exists(WORK)
        same_files("x.h5", "whole.h5")
        os.remove("x.h5")


@case
def a_second_signal_ends_the_run_at_once():
    threats = "".join(f"  - {{id: t{i}, frequency: {{poisson: {{rate: 1500}}}}, loss: {{gamma: {{mean: 3, cv: 1}}}}}}\n"
                      for i in range(20))  # blocks of many seconds
    write("slow.yaml", f"plimsoll: 1\nname: slow\ncurrency: EUR\nthreats:\n{threats}")
    process = start("slow.yaml", "-n", "100k", "-o", "x.h5", "--threads", 1, "--checkpoint", "1h")
    while not os.path.isdir(WORK):  # made when signals are caught already
        time.sleep(0.01)
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    time.sleep(0.3)
    assert process.poll() is None, "the first one waits for the blocks in flight"
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)
    assert process.returncode == -signal.SIGTERM, process.returncode
    assert not os.path.exists("x.h5") and not shards()


@case
def checkpoints_come_at_the_interval_and_can_be_merged():
    reference()
    process = start(*ARGS, "--checkpoint", "0.05s", "--threads", 1)
    wait_for_shards(process, 3)
    process.kill()
    process.communicate()
    first = sorted(shards())
    assert first[0].startswith("blocks-0000000000-")
    end = int(re.findall(r"\d{10}", first[-1])[1])
    assert committed(first) == end, "the committed blocks are the first of the run"
    call("merge", WORK, "--blocks", f"0:{end}", "-o", "part.h5", "-q")
    call("run", *ARGS[:-3], "same.h5", "--ylt", "no", "-q", "--blocks", f"0:{end}")
    same_files("part.h5", "same.h5")
    holds(call("report", os.path.join(WORK, first[0]), expect=5).stderr, "plimsoll merge")
    holds(call("info", os.path.join(WORK, first[0])).stdout, f"run trials: {TRIALS}\n")


@case
def killed_at_random_instants():
    whole = reference()
    chance = random.Random(7)
    kills, finished = (300 if LONG else 6), 0
    before = {}
    for _ in range(kills):
        process = start(*ARGS, "--checkpoint", "0.05s", "--resume", "--threads", chance.choice([1, 2, 3, 8]))
        time.sleep(chance.uniform(0.0, 0.6))
        process.kill()
        _, err = process.communicate()
        if process.returncode == 0 or os.path.exists("x.h5"):  # it was quicker, or was killed while it tidied up
            assert digest("x.h5") == whole
            call("run", *ARGS, "--resume", "-q")
            assert not os.path.exists(WORK)
            os.remove("x.h5")
            finished += 1
            before = {}
            continue
        now = shards()
        assert before.items() <= now.items(), f"what was committed was touched: {before} {now}"
        committed(now)
        if before and "resumed" in err:
            holds(err, f"resumed: {committed(before)} of {BLOCKS} blocks")
        before = now
    call("run", *ARGS, "--resume", "-q")
    assert digest("x.h5") == whole and not os.path.exists(WORK)
    print(f"# {kills} kills, {finished} runs came to their end meanwhile", flush=True)


def interrupted_with_shards():
    process = start(*ARGS, "--checkpoint", "0.05s", "--threads", 1)
    wait_for_shards(process, 3)
    process.kill()
    process.communicate()


@case
def damaged_shards_are_set_aside_and_run_again():
    whole = reference()

    def flip(content):
        middle = len(content) // 2
        return content[:middle] + bytes([content[middle] ^ 4]) + content[middle + 1:]

    damages = [flip, lambda c: c[:len(c) * 2 // 3], lambda c: b"", lambda c: b"plain text", lambda c: bytes(len(c))]
    interrupted_with_shards()
    shutil.copytree(WORK, "kept")
    for i, damage in enumerate(damages):
        shutil.rmtree(WORK, ignore_errors=True)
        shutil.copytree("kept", WORK)
        victim = os.path.join(WORK, sorted(shards())[i % 3])
        with open(victim, "rb") as file:
            content = file.read()
        with open(victim, "wb") as file:
            file.write(damage(content))
        err = call("run", *ARGS, "--resume").stderr
        holds(err, "warning", victim, "set aside")
        assert digest("x.h5") == whole
        os.remove("x.h5")


@case
def a_shard_with_another_content_is_set_aside_too():
    import h5py
    whole = reference()
    interrupted_with_shards()
    name = sorted(shards())[1]
    with h5py.File(os.path.join(WORK, name), "r+") as file:  # a change of which HDF5's own checksums know nothing
        values = file["primary/events"][()]
        values["events"][0] += 1
        file["primary/events"][...] = values
    process = start(*ARGS, "--resume", "--checkpoint", "0.05s", "--threads", 1)
    while not os.path.exists(os.path.join(WORK, name + ".damaged")):
        assert process.poll() is None
        time.sleep(0.01)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    holds(err, name, "result digest")
    call("run", *ARGS, "--resume", "-q")
    assert digest("x.h5") == whole and not os.path.exists(WORK)


@case
def what_belongs_to_others_is_neither_used_nor_touched():
    reference()
    interrupted_with_shards()
    before = shards()
    holds(call("run", *ARGS, expect=3).stderr, "interrupted run", "--resume")
    holds(call("run", *ARGS, "--force", expect=3).stderr, "--resume")
    holds(call("run", *ARGS, "--resume", "--seed", 2, expect=5).stderr, "seed 1")
    holds(call("run", *ARGS[:2], TRIALS + 1, *ARGS[3:], "--resume", expect=5).stderr, f"trials {TRIALS}")
    holds(call("run", *ARGS[:-2], "--ylt", "yes", "--resume", expect=5).stderr, "year-loss")
    write("m.yaml", MODEL)
    holds(call("run", *ARGS, "--resume", expect=5).stderr, "another model")
    write("m.yaml", ONE.replace("rate: 0.1}", "rate: 0.11}"))
    holds(call("run", *ARGS, "--resume", expect=5).stderr, "another model")
    assert shards() == before
    write("m.yaml", ONE)
    name = sorted(before)[0]
    end = int(re.findall(r"\d{10}", name)[1])
    shutil.copy(os.path.join(WORK, name), os.path.join(WORK, f"blocks-0000000000-{end + 1:010}.h5"))
    holds(call("run", *ARGS, "--resume", expect=5).stderr, "another one of the working folder has too")
    os.remove(os.path.join(WORK, f"blocks-0000000000-{end + 1:010}.h5"))
    write(os.path.join(WORK, "note.txt"), "mine")
    write(os.path.join(WORK, name + ".tmp-1"), "half")
    call("run", *ARGS, "--resume", "-q")
    assert os.listdir(WORK) == ["note.txt"], "a file of the user's stays"


@case
def one_run_at_a_time_uses_a_folder():
    reference()
    process = start(*ARGS, "--checkpoint", "0.05s", "--threads", 1)
    wait_for_shards(process)
    holds(call("run", *ARGS, "--resume", expect=3).stderr, "another run")
    call("run", *ARGS[:-3], "y.h5", "--ylt", "no", "-q", "--work", "elsewhere", "--resume")
    process.communicate()
    assert process.returncode == 0 and digest("x.h5") == digest("y.h5")


@case
def resuming_is_safe_to_repeat():
    whole = reference()
    call("run", *ARGS, "--resume", "-q")  # nothing to resume: from the start
    stamp = os.stat("x.h5").st_mtime_ns
    os.mkdir(WORK)
    shutil.copy("x.h5", os.path.join(WORK, f"blocks-0000000000-{BLOCKS:010}.h5"))  # as if killed before it was removed
    holds(call("run", *ARGS, "--resume").stderr, "complete already")
    assert os.stat("x.h5").st_mtime_ns == stamp and digest("x.h5") == whole and not os.path.exists(WORK)
    holds(call("run", *ARGS, "--resume", "--seed", 2, expect=3).stderr, "--force")
    assert digest("x.h5") == whole


@case
def shards_of_blocks_resume_as_well():
    reference()
    process = start(*ARGS, "--blocks", f"{BLOCKS // 8}:{BLOCKS - 3}", "--checkpoint", "0.05s", "--threads", 1)
    wait_for_shards(process, 2)
    process.send_signal(signal.SIGTERM)
    process.communicate()
    call("run", *ARGS, "--blocks", f"{BLOCKS // 8}:{BLOCKS - 3}", "--resume", "-q")
    call("run", *ARGS[:-3], "a.h5", "--ylt", "no", "--blocks", f"0:{BLOCKS // 8}", "-q")
    call("run", *ARGS[:-3], "b.h5", "--ylt", "no", "--blocks", f"{BLOCKS - 3}:{BLOCKS}", "-q")
    call("merge", "a.h5", "x.h5", "b.h5", "-o", "merged.h5", "-q")
    same_files("merged.h5", "whole.h5")


@case
def year_loss_tables_and_times_of_all_kinds():
    write("m.yaml", ONE)
    args = ["m.yaml", "-n", "200k", "-o", "x.h5"]
    call("run", *args[:-1], "whole.h5", "-q")
    process = start(*args, "--checkpoint", "0.1", "--threads", 1)
    wait_for_shards(process)
    process.kill()
    process.communicate()
    call("run", *args, "--resume", "-q", "--checkpoint", "1.5min")
    same_files("x.h5", "whole.h5")
    for wrong in ("0", "-1s", "soon", "5d", "1 s", "nan", ""):
        call("run", *args, "--force", "--checkpoint", wrong, expect=1)


class Disk:
    """A small file system in memory, where root may mount one."""

    def __init__(self, size):
        os.makedirs("disk", exist_ok=True)
        done = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", "disk"], check=False,
                              stderr=subprocess.PIPE, text=True)
        if done.returncode:
            raise Skip(f"cannot mount a small disk here: {done.stderr.strip()}")

    def remount(self, options):
        subprocess.run(["mount", "-o", f"remount,{options}", "disk"], check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        subprocess.run(["umount", "disk"], check=True)


@case
def a_full_disk_stops_the_run_and_loses_nothing():
    whole = reference()
    chance = random.Random(11)
    args = [*ARGS[:-3], "disk/x.h5", "--ylt", "no", "--checkpoint", "0.05s"]
    for _ in range(50 if LONG else 1):
        with Disk(f"{chance.randrange(200, 900)}k") as disk:
            done = run("run", *args, "--threads", chance.choice([1, 2]))
            assert done.returncode == 3, (done.returncode, done.stderr)
            holds(done.stderr, "No space left on device")
            assert not os.path.exists("disk/x.h5")
            before = shards("disk/x.h5.work")
            assert not [n for n in os.listdir("disk/x.h5.work") if ".tmp-" in n]
            disk.remount("size=200m")
            err = call("run", *args, "--resume").stderr
            holds(err, f"resumed: {committed(before)} of {BLOCKS} blocks")
            assert digest("disk/x.h5") == whole


@case
def a_read_only_folder_is_named():
    reference()
    with Disk("20m") as disk:
        disk.remount("ro")
        holds(call("run", *ARGS[:-3], "disk/x.h5", expect=3).stderr, "disk", "Read-only")
        holds(call("run", *ARGS[:-3], "y.h5", "--work", "disk/w", "--checkpoint", "1s", expect=3).stderr, "disk/w",
              "Read-only")
        holds(call("merge", "whole.h5", "-o", "disk/m.h5", expect=3).stderr, "disk/m.h5", "Read-only")
        assert not os.path.exists("y.h5") and os.listdir("disk") == []


main()
