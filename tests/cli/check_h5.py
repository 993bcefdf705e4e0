#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Reads every table of a results file in one line with h5py and in one with pandas, and compares them.

  check_h5.py FILE     prints one line for each table; exit 1 at the first thing that is not as FORMAT.md says
"""
import sys
import warnings

import h5py
import numpy as np
import pandas as pd

KEYS = ["scenario", "perspective", "group_kind", "group", "measure"]
ESTIMATE = KEYS + ["p", "value", "lower", "upper", "exact"]
TABLES = {
    "scenarios": ["id", "title", "controls", "primary"],
    "groups": ["group_kind", "group", "title", "parent", "leaf", "infinite_mean", "infinite_variance"],
    "clauses": ["number", "title", "parent", "leaf"],
    "blocks": ["block", "events", "digest"],
    "percentiles": ESTIMATE,
    "tvar": ESTIMATE,
    "curves": KEYS + ["return_period", "exceedance", "loss", "lower", "upper"],
    "moments": KEYS + ["mean", "mean_se", "sd", "events_per_trial", "p_zero"],
    "tail": ["scenario", "perspective", "group_kind", "group", "p", "value", "share"],
    "tolerance": ["scenario", "perspective", "loss", "tolerated", "exceeded", "probability", "lower", "upper", "met"],
    "check": ["scenario", "perspective", "group_kind", "group", "quantity", "at", "observed", "expected", "lower", "upper",
              "p_value", "loud", "remark"],
    "worst": ["scenario", "rank", "trial", "group_kind", "group", "value"],
    "assumptions": ["id", "text", "source", "confidence", "owner", "date", "limitation"],
    "notes": ["text"],
}
ATTRIBUTES = """format format_version stream_version worlds seed trials first_block blocks block_trials horizon_years edition
currency model_name model_description model_sha256 plan_sha256 result_sha256 confidence scope approver approved
next_review commitments until until_met until_ceiling""".split()


def need(truth, what):
    if not truth:
        sys.exit("check_h5: " + what)


def check_table(path, name, columns):
    plain = pd.DataFrame(h5py.File(path, "r")[name][:])
    table = pd.read_hdf(path, name)
    need(list(plain.columns) == columns, f"{name}: h5py reads the columns {list(plain.columns)}")
    need(list(table.columns) == columns, f"{name}: pandas reads the columns {list(table.columns)}")
    need(len(plain) == len(table), f"{name}: h5py reads {len(plain)} rows, pandas {len(table)}")
    for column in columns:
        left, right = plain[column], table[column]
        if len(left) and isinstance(left.iloc[0], bytes):
            left = left.map(lambda text: text.decode("utf-8"))
            same = (left == right).all()
        else:
            same = np.array_equal(left.to_numpy(), right.to_numpy(), equal_nan=left.dtype.kind == "f")
        need(same, f"{name}: h5py and pandas differ in {column}")
    print(f"{name}: {len(table)} rows")
    return table


def check_rest(path, scenarios):
    with h5py.File(path, "r") as file:
        for attribute in ATTRIBUTES:
            need(attribute in file.attrs, f"no attribute {attribute}")
        need(file.attrs["format"] == b"plimsoll results", "another format")
        need(file["model/file_0"].attrs["name"] in (b"", b"\0"), "the first model text is not the model")
        need(len(bytes(file["model/file_0"][:]).decode("utf-8")) > 0, "the model text is empty")
        need("started" in file["provenance"].attrs, "no provenance")
        if "ylt" in file:
            names = {data.attrs["scenario"].decode("utf-8"): data for data in file["ylt"].values()}
            need(set(names) == set(scenarios), "not one year-loss table for each scenario")
            for data in names.values():
                need(data.shape == (file.attrs["trials"],) and data.dtype == "<f8", "a year-loss table has another shape")
            print(f"ylt: {len(names)} of {file.attrs['trials']} trials")


def main():
    need(len(sys.argv) == 2, "usage: check_h5.py FILE")
    warnings.simplefilter("ignore")  # names of scenarios that are no Python names
    tables = {name: check_table(sys.argv[1], name, columns) for name, columns in TABLES.items()}
    ids = set(tables["scenarios"]["id"])
    for name in ("percentiles", "tvar", "curves", "moments", "tail", "tolerance", "worst"):
        need(set(tables[name]["scenario"]) <= ids, f"{name}: a scenario that is not there")
    check_rest(sys.argv[1], ids)


if __name__ == "__main__":
    main()
