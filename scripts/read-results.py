#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Shows how a results file is read in pandas: mean, percentiles, clauses and the year-loss table.

  scripts/read-results.py FILE.h5 [SCENARIO]      the first scenario unless one is named
"""
import sys

import h5py
import pandas as pd


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit(__doc__)
    path = sys.argv[1]
    # each table is one line; its columns are those of src/store/FORMAT.md
    percentiles = pd.read_hdf(path, "percentiles")
    moments = pd.read_hdf(path, "moments")
    scenario = sys.argv[2] if len(sys.argv) == 3 else percentiles["scenario"].iloc[0]
    if scenario not in set(percentiles["scenario"]):
        sys.exit(f"read-results.py: there is no scenario '{scenario}' in {path}")

    def pick(table, **wanted):
        for column, value in wanted.items():
            table = table[table[column] == value]
        return table

    total = {"scenario": scenario, "perspective": "gross", "measure": "AEP", "group_kind": "total"}
    mean = pick(moments, **total)["mean"].iloc[0]
    print(f"scenario {scenario}: mean {mean!r}")
    for row in pick(percentiles, **total).itertuples():
        print(f"P{100 * row.p:g} {row.value!r} [{row.lower!r}, {row.upper!r}]")

    print("largest clauses by mean:")
    clauses = pick(moments, **{**total, "group_kind": "clause"}).sort_values("mean", ascending=False)
    print(clauses[["group", "mean", "p_zero"]].head(5).to_string(index=False))

    # the loss of every simulated year, where it was kept (run --ylt yes)
    with h5py.File(path) as file:
        if "ylt" in file and scenario in file["ylt"]:
            years = pd.Series(file["ylt"][scenario][:])
            print(f"years without loss: {(years == 0).mean():.4f}; largest {years.max()!r}")


if __name__ == "__main__":
    main()
