#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Writes a large model: layered supply networks of N nodes and about 2 N links together, without cycles.

    python3 models/large/generate.py FOLDER [-n 100000] [--line 200] [--seed 1]

A line is what one product family needs, from its suppliers to its customers; a multinational has many, side by side, and an
outage stays in its own. `--line N` makes one network of it all, in which a supplier reaches a thousand places: exact curves
of what each outage costs then take minutes and gigabytes.

FOLDER then holds model.yaml, nodes.csv and links.csv. The same N and seed give the same bytes on every machine.
Only integer draws of a written-out generator are used, and shares are multiples of 0.01 that sum to 1 exactly as text.
"""
import argparse
import csv
import os

# kind, share of the nodes, mode of the links that come in
TIERS = [
    ("supplier", 0.30, None),
    ("component_plant", 0.15, "truck"),
    ("plant", 0.05, "rail"),
    ("port", 0.01, "truck"),
    ("hub", 0.04, "ocean"),
    ("warehouse", 0.15, "rail"),
    ("customer", 0.30, "truck"),
]
REGIONS = ["R%02d" % i for i in range(40)]
ITEMS = ["goods", "packing"]

MODEL = """\
# What it shows: a multinational of {nodes} nodes and {links} links, for trying speed and memory. Written by
# models/large/generate.py -n {nodes} --line {line} --seed {seed}; every number is invented.
plimsoll: 1
name: Generated network of {nodes} nodes
currency: EUR
assumptions:
  - {{id: A1, text: Every number of this model is invented, source: generator, confidence: low}}
nodes: nodes.csv
links: links.csv
threats:
  - id: cargo_theft
    family: malicious
    category: physical
    where: {{links: {{mode: [truck, rail]}}}}
    exposure: trips_per_year
    loss_times: value_per_trip
    frequency: {{poisson: {{rate: {{pert: {{min: 0.00002, mode: 0.0001, max: 0.0004}}}}}}}}
    vulnerability: {{pert: {{min: 0.3, mode: 0.6, max: 0.9}}}}
    loss: {{lognormal: {{mean: 0.5, sigma: 1.4, cap: 3}}}}
    clauses: {{4.4.6: 0.7, 4.4.2: 0.3}}
    assumptions: [A1]
  - id: plant_fire
    family: physical failure
    category: physical
    where: {{nodes: {{kind: [plant, component_plant]}}}}
    frequency: {{poisson: {{rate: 0.004}}}}
    losses:
      replacement: {{lognormal: {{p5: 30e3, p95: 3e6, cap: 50e6}}}}
      response: {{pert: {{min: 2e3, mode: 20e3, max: 200e3}}}}
    outage_days: {{gamma: {{mean: 30, cv: 0.9, max: 400}}}}
    clauses: {{4.4.7: 0.7, 4.3.1: 0.3}}
    assumptions: [A1]
  - id: port_closure
    family: natural environment
    category: procedural
    where: {{nodes: {{kind: port}}}}
    shared_by: region
    strike_probability: 0.8
    severity_correlation: 0.6
    frequency: {{negative_binomial: {{mean: 0.1, dispersion: 0.5}}}}
    loss: {{lognormal: {{median: 50e3, sigma: 1, cap: 5e6}}}}
    outage_days: {{gamma: {{mean: 9, cv: 0.7}}}}
    clauses: [4.4.7]
    assumptions: [A1]
  - id: supplier_failure
    family: operational
    category: procedural
    where: {{nodes: {{kind: supplier}}}}
    frequency: {{poisson: {{rate: 0.01}}}}
    loss: {{gamma: {{mean: 20e3, cv: 1.2}}}}
    outage_days: {{weibull: {{shape: 1.3, scale: 20, max: 365}}}}
    clauses: [4.4.6]
    assumptions: [A1]
  - id: insider
    family: malicious
    category: personnel
    where: {{nodes: {{kind: [warehouse, hub]}}}}
    frequency: {{zero_inflated_poisson: {{rate: 0.02, p_zero: 0.4}}}}
    loss: {{lognormal: {{p5: 2e3, p95: 300e3, cap: 10e6}}}}
    clauses: {{4.4.2: 0.6, 4.4.1: 0.4}}
    assumptions: [A1]
  - id: ransomware
    family: information and communications
    category: information
    frequency: {{poisson: {{rate: 0.3}}}}
    loss: {{lognormal: {{mu: 12.56, sigma: 2, cap: 100e6}}}}
    clauses: {{4.4.5: 0.6, 4.4.7: 0.4}}
    assumptions: [A1]
controls:
  - {{id: seals, category: physical, clause: 4.4.6, where: {{links: {{mode: [truck, rail]}}}}, against: [cargo_theft],
     reduces: {{vulnerability: {{pert: {{min: 0.05, mode: 0.2, max: 0.5}}}}}}, coverage: 0.9,
     cost: {{capital: 5e6, annual: 1e6, life_years: 5}}}}
  - {{id: backups, category: information, clause: 4.4.7, against: [ransomware], reduces: {{loss: 0.5}},
     cost: {{annual: 800e3}}}}
scenarios:
  - {{id: today, controls: []}}
  - {{id: all, controls: [seals, backups]}}
"""


class Draws:
    """splitmix64 (Steele, Lea and Flood 2014): written out, so that the files do not depend on the Python version."""

    def __init__(self, seed):
        self.state = seed & (2**64 - 1)

    def below(self, n):
        self.state = (self.state + 0x9E3779B97F4A7C15) & (2**64 - 1)
        z = self.state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & (2**64 - 1)
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & (2**64 - 1)
        return (z ^ (z >> 31)) % n


def tier_sizes(count):
    """Nodes of each tier: at least one each, the rest to the customers."""
    sizes = [max(1, int(count * share)) for _, share, _ in TIERS]
    sizes[-1] = count - sum(sizes[:-1])
    return sizes


def hundredths(draws, parts):
    """At most `parts` whole numbers of at least 1 that sum to 100."""
    cuts = sorted({1 + draws.below(99) for _ in range(parts - 1)})
    edges = [0] + cuts + [100]
    return [edges[i + 1] - edges[i] for i in range(len(edges) - 1)]


def make_tiers(draws, count, number):
    """Nodes of one line, numbered from `number` + 1 on."""
    tiers = []
    for (kind, _, mode), size in zip(TIERS, tier_sizes(count)):
        tier = []
        for _ in range(size):
            number += 1
            tier.append(("N%06d" % number, kind, REGIONS[draws.below(len(REGIONS))], mode))
        tiers.append(tier)
    return tiers


def make_lines(draws, count, size):
    """Lines of `size` nodes; what is left over makes the last one larger."""
    lines, number = [], 0
    for k in range(max(1, count // size)):
        last = number + 2 * size > count
        lines.append(make_tiers(draws, count - number if last else size, number))
        number += size
    return lines


def write_nodes(path, draws, lines):
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["id", "kind", "region", "tags", "margin_per_day"])
        for tier in (tier for tiers in lines for tier in tiers):
            for name, kind, region, _ in tier:
                tag = "pilot" if draws.below(20) == 0 else ""
                margin = 100 * (1 + draws.below(200)) if kind == "customer" else ""
                rows.writerow([name, kind, region, tag, margin])


def links_into(draws, node, before):
    """One or two items, each from one to three nodes of the tier before: 3 links on average."""
    name, _, _, mode = node
    for item in ITEMS[:1 + draws.below(2)]:
        buffer_days, substitution = draws.below(30), draws.below(5)
        shares = hundredths(draws, min(1 + draws.below(3), len(before)))
        chosen = set()
        while len(chosen) < len(shares):
            chosen.add(draws.below(len(before)))
        for index, share in zip(sorted(chosen), shares):
            yield [before[index][0], name, item, "%d.%02d" % divmod(share, 100), buffer_days, "0.%d" % substitution, 10,
                   draws.below(15), mode, 10 + draws.below(500), 1000 * (1 + draws.below(300))]


def write_links(path, draws, lines):
    count = 0
    with open(path, "w", newline="", encoding="utf-8") as file:
        rows = csv.writer(file, lineterminator="\n")
        rows.writerow(["from", "to", "item", "share", "buffer_days", "substitution", "switch_days", "lead_days", "mode",
                       "trips_per_year", "value_per_trip"])
        for before, tier in (pair for tiers in lines for pair in zip(tiers, tiers[1:])):
            for node in tier:
                for row in links_into(draws, node, before):
                    rows.writerow(row)
                    count += 1
    return count


def main():
    parser = argparse.ArgumentParser(description="Writes a large layered model into a folder.")
    parser.add_argument("folder")
    parser.add_argument("-n", "--nodes", type=int, default=100000, help="number of nodes, at least 20 (default 100000)")
    parser.add_argument("--line", type=int, default=200, help="nodes of a product line, at least 20 (default 200)")
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    if args.nodes < 20 or args.line < 20:
        parser.error("at least 20 nodes, and in a line")
    os.makedirs(args.folder, exist_ok=True)
    draws = Draws(args.seed)
    lines = make_lines(draws, args.nodes, args.line)
    write_nodes(os.path.join(args.folder, "nodes.csv"), draws, lines)
    links = write_links(os.path.join(args.folder, "links.csv"), draws, lines)
    with open(os.path.join(args.folder, "model.yaml"), "w", newline="", encoding="utf-8") as file:
        file.write(MODEL.format(nodes=args.nodes, links=links, line=args.line, seed=args.seed))
    print("%s: %d nodes, %d links" % (args.folder, args.nodes, links))


if __name__ == "__main__":
    main()
