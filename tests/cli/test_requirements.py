#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Runs each row of docs/requirements.md: its command must succeed and say what the row tells the reader to look for.
Speaks TAP.

  test_requirements.py PROGRAM SOURCE_ROOT
"""
import os
import re
import shlex
import subprocess
import sys
import tempfile

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])


def rows():
    with open(f"{ROOT}/docs/requirements.md", encoding="utf-8") as file:
        return [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in file if line.startswith("| R")]


def call(command):
    done = subprocess.run([PROGRAM, *shlex.split(command)[1:]], capture_output=True, text=True, check=False, timeout=120)
    if done.returncode:
        raise AssertionError(f"{command}: exit {done.returncode}: {done.stderr}")
    return done.stdout


def wrong(command, look):
    """What is wrong with a row, or None."""
    if command == "-":
        return None if look == "not yet" else "a row without a command that does not say `not yet`"
    try:
        out = call(command.strip("`"))
    except AssertionError as error:
        return str(error)
    # what stands in brackets is a remark, and a model's own keys are in its file
    named = re.findall("`([^`]*)`", look.split(" (")[0])
    if command.startswith("`plimsoll check"):
        with open(next(word for word in command.strip("`").split() if word.startswith("models/")), encoding="utf-8") as file:
            out += file.read()
    missing = [text for text in named if text not in out]
    return f"not in the output: {missing}" if missing else None


def main():
    table = rows()
    print(f"1..{len(table) + 1}")
    failed = 0
    ids = [row[0] for row in table]
    good = ids == [f"R{number:02}" for number in range(1, 35)] and all(len(row) == 4 for row in table)
    print("ok 1 - all rows are there" if good else f"not ok 1 - all rows are there: {ids}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        os.symlink(f"{ROOT}/models", "models")
        call("plimsoll init model.yaml")
        call("plimsoll run model.yaml -n 20k -o out.h5 --quiet")
        call("plimsoll run models/small_firm/model.yaml -n 20k -o firm.h5 --quiet")
        call("plimsoll run models/small_firm/next_year.yaml -n 20k -o next.h5 --quiet")
        call("plimsoll run models/small_firm/model.yaml -n 20k --worlds 200 -o worlds.h5 --quiet")
        with open("incidents.csv", "w", encoding="utf-8") as file:
            file.write("date,place,threat,loss,near_miss\n2025-02-01,shop,till_fraud,900,\n2025-03-03,workshop,break_in,,yes\n")
        for number, (name, _, command, look) in enumerate(table, 2):
            problem = wrong(command, look)
            failed += problem is not None
            if problem:
                print(f"# {problem}")
            print(f"{'not ok' if problem else 'ok'} {number} - {name}" +
                  (" # SKIP not yet" if look == "not yet" else ""), flush=True)
    return 1 if failed or not good else 0


if __name__ == "__main__":
    sys.exit(main())
