#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Puts the style, the script and the chart library of HTML reports into one C file, with the hashes that let a page run
them and nothing else.

  embed.py OUT.c report.css report.js chart.min.js
"""
import base64
import hashlib
import sys


def read(path):
    with open(path, "rb") as file:
        text = file.read()
    if b"</script" in text.lower() or b"<!--" in text or b"</style" in text.lower() or b"\0" in text:
        sys.exit(f"embed: {path} would end the element that it stands in")
    if b"\r" in text:
        sys.exit(f"embed: {path}: a browser hashes line ends as LF, so there must be no CR")
    text.decode("utf-8")
    return text


def array(name, text):
    lines = [",".join(str(byte) for byte in text[i:i + 64]) for i in range(0, len(text), 64)]
    return f"const char {name}[] = {{\n" + ",\n".join(lines) + ",0};\n"


def as_chars(text):
    """Bytes as values of a signed char."""
    return bytes(text) if max(text) < 128 else [byte - 256 if byte > 127 else byte for byte in text]


def hash_of(text):
    return "'sha256-" + base64.b64encode(hashlib.sha256(text).digest()).decode() + "'"


def main(out, css, script, chart):
    parts = {"plim_asset_style": read(css), "plim_asset_script": read(script), "plim_asset_chart": read(chart)}
    policy = (f"default-src 'none'; script-src {hash_of(parts['plim_asset_chart'])} {hash_of(parts['plim_asset_script'])}; "
              f"style-src {hash_of(parts['plim_asset_style'])}; img-src data:; base-uri 'none'; form-action 'none'")
    with open(out, "w", encoding="ascii") as file:
        file.write('#include "report/assets.h"\n')
        for name, text in parts.items():
            file.write(array(name, as_chars(text)))
        file.write(f'const char plim_asset_policy[] = "{policy}";\n')


if __name__ == "__main__":
    main(*sys.argv[1:])
