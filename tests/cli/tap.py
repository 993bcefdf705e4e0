# SPDX-License-Identifier: Apache-2.0
"""Cases of a test program, each in a folder of its own, told in TAP. The program under test is the first argument."""
import os
import subprocess
import sys
import tempfile
import traceback

PROGRAM = os.path.abspath(sys.argv[1])
CASES = []


def case(function):
    CASES.append(function)
    return function


def call(*args, expect=0):
    """Runs the program under test; its exit code must be `expect`."""
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                          stdin=subprocess.DEVNULL, text=True, timeout=200, check=False)
    assert done.returncode == expect, f"{args}: wanted exit {expect}, got {done.returncode}\n{done.stdout}\n{done.stderr}"
    return done


def seen_on_terminal(*args):
    """What the program under test writes to standard error when that is a terminal."""
    terminal, other = os.openpty()
    seen = b""
    with subprocess.Popen([PROGRAM, *map(str, args)], stdout=subprocess.DEVNULL, stderr=other, stdin=subprocess.DEVNULL) as process:
        os.close(other)
        while True:
            try:
                more = os.read(terminal, 65536)
            except OSError:  # the other end is closed
                break
            if not more:
                break
            seen += more
        os.close(terminal)
        assert process.wait() == 0, (args, seen)
    return seen.decode()


def write(name, text):
    with open(name, "w", encoding="utf-8") as file:
        file.write(text)
    return name


def main():
    wanted = sys.argv[3:]
    chosen = [c for c in CASES if not wanted or any(part in c.__name__ for part in wanted)]
    failed = 0
    print(f"1..{len(chosen)}")
    for number, function in enumerate(chosen, 1):
        home = os.getcwd()
        with tempfile.TemporaryDirectory() as folder:
            os.chdir(folder)
            try:
                function()
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception:  # a failing case must not end the others
                failed += 1
                print(f"not ok {number} - {function.__name__}")
                print("".join(f"# {line}\n" for line in traceback.format_exc().splitlines()), end="", flush=True)
            finally:
                os.chdir(home)
    return 1 if failed else 0
