#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The man pages: one for each command, which says what its help says and renders without a warning. Speaks TAP.

  test_man.py PROGRAM SOURCE_ROOT [CASE...]
"""
import os
import re
import shutil
import subprocess
import sys

import tap
from tap import case

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
FOLDER = os.path.dirname(PROGRAM)


def said(*args):
    return subprocess.run([PROGRAM, *args], check=True, capture_output=True, text=True).stdout


def commands():
    lines = said("--help").split("commands:\n")[1].split("\n\n")[0].splitlines()
    return [line.split()[0] for line in lines]


def rendered(path):
    """As a reader sees it; any warning of groff is an error."""
    if not shutil.which("groff"):
        return None
    done = subprocess.run(["groff", "-man", "-Tutf8", "-Kutf8", "-ww", "-rLL=120n", path], check=True, capture_output=True, text=True,
                          env={**os.environ, "LC_ALL": "C.UTF-8", "GROFF_NO_SGR": "1"})
    assert not done.stderr, (path, done.stderr)
    return re.sub(".\b", "", done.stdout)


@case
def each_command_has_a_page_that_says_what_its_help_says():
    assert len(commands()) >= 14
    for command in commands():
        text = rendered(f"{FOLDER}/plimsoll-{command}.1")
        if text is None:
            continue
        words = re.sub(r"\s+", " ", text.replace("‐", "-"))
        help_text = said(command, "--help")
        for option in re.findall(r"--[a-z][a-z-]*", help_text.split("options:\n")[1].split("example:")[0]):
            assert option in words, (command, option)
        for line in help_text.split("example:\n")[1].splitlines():
            assert re.sub(r"\s+", " ", line.strip()) in words, (command, line)
        body = re.sub(r"\s+", " ", help_text.split("\n\n", 1)[1].split("options:\n")[0]).strip()
        summary, rest = body[0].lower() + body[1:len(help_text.splitlines()[2])], body[len(help_text.splitlines()[2]):].strip()
        assert summary in words and rest in words, (command, rest)


@case
def the_main_page_renders_and_names_each_command():
    text = rendered(f"{ROOT}/src/cli/plimsoll.1")
    for command in commands():
        assert text is None or re.search(rf"^ +{command}\b", text, re.M), command


@case
def help_lines_fit():
    for command in commands():
        for line in said(command, "--help").splitlines():
            assert len(line) <= 120, (command, line)


if __name__ == "__main__":
    sys.exit(tap.main())
