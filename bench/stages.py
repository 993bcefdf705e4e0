#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Instructions of an event, stage by stage, of workloads of bench_workloads.

    stages.py BUILD_DIRECTORY [WORKLOAD...]

Counts instructions of runs of 98,304 and 294,912 trials with callgrind (valgrind must be there): what is done once falls
out of the difference. With AVX2, for valgrind has no AVX-512; of one thread, without year-loss tables. Prints the table of
README.md, and on standard error what most of the last row is. Counts repeat from run to run.
"""
import collections
import os
import re
import shutil
import subprocess
import sys
import tempfile

import h5py

TRIALS = (98304, 294912)  # 24 and 72 blocks

# The first stage whose pattern matches a function's whole name.
STAGES = (
    ("random numbers", r"words|uniforms|join|counters.*|count_up|find_stretches|plim_philox.*"),
    ("placing, thinning", r"place_(pending|candidates)|keep_counted|generate_some|emit.*|origin_at.*|prepare|"
                          r"plim_attempts_generate|plim_strikes_(process|find_runs)|thin|probabilities|flush_attempts"),
    ("severity", r"quantiles|plim_quantile.*|draw_(component|losses)"),
    ("adding up", r"scatter.*|plim_gather_.*|gather.*|multiply|count_positive|add_vectors.*|touch|list_(touched|losses)|"
                  r"add_to_region|plim_place_list_(add|reserve)"),
    ("end of a block", r"plim_finish_(block|places)|finish_place|log_(full_)?place|note_(all_)?marked|plim_block_digest|"
                       r"add_dense|sort_entries|plim_place_list_sort|plim_place_log_.*|add_list_shares|add_share"),
    ("places, regions: histograms and tails", r"take_(range|place|region|log.*)|plim_summary_take_places|add_tails|"
                                              r"plim_tally_set_(move|add|take)|plim_tally_cells_.*|add_to_.*|"
                                              r"plim_place_tail_(move|add)|plim_cell_(map|part)_(take|at)"),
    ("all else that grows with so few trials", r".*"),
)


def counts(profile):
    """Instructions by function."""
    text = subprocess.run(["callgrind_annotate", "--threshold=100", "--auto=no", profile], capture_output=True, text=True,
                          check=True).stdout
    found = collections.Counter()
    for line in text.splitlines():
        match = re.match(r"\s*([\d,]+)\s+\(\s*[\d.]+%\)\s+(?:.*?:)?([\w.@]+)(?:'\d+)?(?:\s+\[.*)?$", line)
        if match and match[2] != "TOTALS":
            found[match[2].split(".")[0]] += int(match[1].replace(",", ""))
    return found


def run(build, model, trials, folder):
    """Instructions by function of a run, and its events and scenarios."""
    profile, output = os.path.join(folder, "profile"), os.path.join(folder, "results.h5")
    subprocess.run(["valgrind", "--tool=callgrind", "--callgrind-out-file=" + profile,
                    os.path.join(build, "src", "plimsoll"), "run", model, "-n", str(trials), "-t", "1", "--ylt", "no",
                    "--force", "-q", "-o", output], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    with h5py.File(output) as results:
        return counts(profile), int(results["blocks"]["events"].sum()), len(results["scenarios"])


def stages(build, workload):
    """Instructions of an event by stage; of several scenarios, of an event in one of them."""
    with tempfile.TemporaryDirectory() as folder:
        model = os.path.join(folder, "model.yaml")
        with open(model, "w", encoding="utf-8") as text:
            subprocess.run([os.path.join(build, "bench", "bench_workloads"), "--model", workload], check=True, stdout=text)
        few, few_events, scenarios = run(build, model, TRIALS[0], folder)
        many, many_events, scenarios = run(build, model, TRIALS[1], folder)
    of_stage, rest = collections.Counter(), collections.Counter()
    for function in many:
        stage = next(name for name, pattern in STAGES if re.fullmatch(pattern, function))
        each = (many[function] - few[function]) / ((many_events - few_events) * scenarios)
        of_stage[stage] += each
        if stage == STAGES[-1][0]:
            rest[function] = each
    most = ", ".join(f"{function} {each:.0f}" for function, each in rest.most_common(12))
    print(f"{workload}, all else: {most}", file=sys.stderr)
    return of_stage


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    workloads = sys.argv[2:] or ["A", "B", "E", "F"]
    if not shutil.which("callgrind_annotate"):
        sys.exit("error: callgrind is not there: install valgrind")
    for program in ("src/plimsoll", "bench/bench_workloads"):
        if not os.access(os.path.join(sys.argv[1], program), os.X_OK):
            sys.exit(f"error: {sys.argv[1]} has no {program}: build with scripts/build -Dbench=true and name the folder")
    for workload in workloads:
        if workload not in "ABCDEF" or len(workload) != 1:
            sys.exit(f"error: there is no workload '{workload}': A to F")
    table = {workload: stages(sys.argv[1], workload) for workload in workloads}
    print("| stage | " + " | ".join(workloads) + " |")
    print("|---" * (len(workloads) + 1) + "|")
    for name, _ in STAGES:
        print(f"| {name} | " + " | ".join(f"{table[w][name]:.0f}" for w in workloads) + " |")


if __name__ == "__main__":
    main()
