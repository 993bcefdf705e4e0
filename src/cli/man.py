#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Turns the help of a command into its man page: the help is the only source, so that the two cannot differ.

  man.py PROGRAM COMMAND VERSION OUTPUT
"""
import re
import subprocess
import sys

# Where the texts of options begin in the help (TEXT_COLUMN in main.c).
OPTION = re.compile(r"^  (?:-(?P<letter>\w), |    )--(?P<name>[\w-]+)(?: (?P<argument>\S+))?\s+(?P<text>\S.*)$")


def escape(text):
    """Text as roff prints it: hyphens that can be copied, and no line that begins with a request."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text.startswith((".", "'")) else text


def parts(text):
    """usage, summary, paragraphs, (head, text) of options, examples."""
    lines = text.splitlines()
    usage = lines[0].removeprefix("usage: ")
    options_at, example_at = lines.index("options:"), lines.index("example:")
    options = []
    for line in lines[options_at + 1:example_at]:
        found = OPTION.match(line)
        if found:
            options.append((found["letter"], found["name"], found["argument"], found["text"]))
        elif line.strip():  # goes on
            options[-1] = (*options[-1][:3], options[-1][3] + " " + line.strip())
    body = "\n".join(lines[4:options_at]).strip()
    return usage, lines[2], body, options, [line.strip() for line in lines[example_at + 1:] if line.strip()]


def heading(option):
    letter, name, argument, _ = option
    head = (f"\\fB\\-{letter}\\fR, " if letter else "") + f"\\fB\\-\\-{escape(name)}\\fR"
    return head + (f" \\fI{escape(argument)}\\fR" if argument else "")


def page(program, command, version):
    text = subprocess.run([program, command, "--help"], check=True, capture_output=True, text=True).stdout
    usage, summary, body, options, examples = parts(text)
    _, _, rest = usage.partition(f"plimsoll {command}")
    out = [f".TH PLIMSOLL\\-{command.upper()} 1 \"\" \"plimsoll {version}\" \"User Commands\"", ".nh", ".ad l", ".SH NAME",
           f"plimsoll\\-{command} \\- {escape(summary[0].lower() + summary[1:])}", ".SH SYNOPSIS",
           f".B plimsoll {command}", escape(rest.strip()), ".SH DESCRIPTION"]
    for paragraph in re.split(r"\n\s*\n", body):
        out += [".PP", *(escape(line.strip()) for line in paragraph.splitlines())]
    out.append(".SH OPTIONS")
    for option in options:
        out += [".TP", heading(option), escape(option[3])]
    out += [".SH EXAMPLES", ".nf", *(escape(line) for line in examples), ".fi", ".SH EXIT STATUS", "See",
            ".BR plimsoll (1).", ".SH SEE ALSO", ".BR plimsoll (1)"]
    return "\n".join(out) + "\n"


if __name__ == "__main__":
    PROGRAM, COMMAND, VERSION, OUTPUT = sys.argv[1:]
    MADE = page(PROGRAM, COMMAND, VERSION)
    with open(OUTPUT, "w", encoding="utf-8") as file:
        file.write(MADE)
