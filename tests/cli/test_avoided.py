#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of what controls avoid one by one, run as a user would. Speaks TAP.

  test_avoided.py PROGRAM SOURCE_ROOT [PART OF A NAME ...]
"""
import csv
import io
import itertools
import math
import os
import random
import sys

import h5py
import numpy as np

from tap import call, case, main

ROOT = os.path.abspath(sys.argv[2])
FIRM = f"{ROOT}/models/small_firm/model.yaml"


def table(*args):
    return list(csv.DictReader(io.StringIO(call("avoided", *args, "--format", "csv").stdout)))


def near(a, b, part=1e-9, least=1e-9):
    return abs(float(a) - float(b)) <= part * max(abs(float(a)), abs(float(b))) + least


def certain(count, name, more=lambda c: ""):
    """Fixed counts and losses, and controls that act for sure: f of a set is known. Returns f."""
    draw = random.Random(count)
    loss = [1000.0, 4000.0, 2500.0]
    against = [sorted(draw.sample(range(3), draw.randint(1, 2))) for _ in range(count)]
    reduces = [draw.randrange(10, 70) / 100 for _ in range(count)]
    text = ["plimsoll: 1", "name: Certain", "currency: EUR", "threats:"]
    for t, amount in enumerate(loss):
        text.append(f"  - {{id: t{t}, frequency: {{fixed: {{count: 2}}}}, loss: {{fixed: {amount}}}}}")
    text.append("controls:")
    for c in range(count):
        names = ", ".join(f"t{t}" for t in against[c])
        text.append(f"  - {{id: c{c:02}, against: [{names}], reduces: {{loss: {reduces[c]}}}, cost: {{annual: 10}}{more(c)}}}")
    with open(name, "w", encoding="utf-8") as file:
        file.write("\n".join(text) + "\n")

    def f(chosen):
        return sum(2 * amount * math.prod(1 - reduces[c] for c in chosen if t in against[c]) for t, amount in enumerate(loss))
    return f


def shapley(f, count):
    """By the definition, over all sets."""
    out = []
    for c in range(count):
        others, value = [i for i in range(count) if i != c], 0
        for size in range(count):
            weight = math.factorial(size) * math.factorial(count - size - 1) / math.factorial(count)
            value += weight * sum(f(s) - f((*s, c)) for s in itertools.combinations(others, size))
        out.append(value)
    return out


@case
def three_answers_as_their_definitions_say():
    f = certain(6, "six.yaml", lambda c: f", clause: {'4.4.6' if c < 3 else '4.4.2' if c < 5 else '4.5.1'}")
    rows, exact, every = table("six.yaml", "-n", "16k"), shapley(f, 6), range(6)
    for c, row in enumerate(rows):
        assert row["control"] == f"c{c:02}"
        assert near(row["left_out"], f([i for i in every if i != c]) - f(every)), row
        assert near(row["first_in"], f([]) - f([c])), row
        assert near(row["shapley"], exact[c]), (row, exact[c])
    assert near(sum(float(row["shapley"]) for row in rows), f([]) - f(every))
    assert near(sum(float(row["share"]) for row in rows), 1)
    clauses = {row["clause"]: row for row in table("six.yaml", "-n", "16k", "--table", "clauses")}
    assert near(clauses["4.4.6"]["left_out"], f([3, 4, 5]) - f(every)) and near(clauses["4.4.6"]["first_in"], f([]) - f([0, 1, 2]))
    assert near(clauses["4.4.6"]["shapley"], sum(exact[:3])) and near(clauses["4.4"]["shapley"], sum(exact[:5]))
    assert near(clauses["4.4"]["left_out"], f([5]) - f(every)) and near(clauses["4"]["shapley"], sum(exact))


@case
def what_is_required_counts():
    f = certain(2, "two.yaml", lambda c: ", requires: [c00]" if c == 1 else "")
    first, second = table("two.yaml", "-n", "16k")
    # the second does nothing alone, and goes with the first
    assert near(second["first_in"], 0) and near(first["left_out"], f([]) - f([0, 1]))
    assert near(second["shapley"], (f([0]) - f([0, 1])) / 2)
    assert near(float(first["shapley"]) + float(second["shapley"]), f([]) - f([0, 1]))


@case
def drawn_orders_come_near_and_sum_to_the_total():
    f = certain(14, "many.yaml")
    rows, every = table("many.yaml", "-n", "16k", "--orders", 300), range(14)
    exact = shapley(f, 14)
    assert near(sum(float(row["shapley"]) for row in rows), f([]) - f(every))
    for c, row in enumerate(rows):
        # what a control adds lies between its first and its last place, so its deviation is at most half of that apart;
        # 4 standard errors: one of 14 is beyond with a chance of 1e-3
        half = (float(row["shapley_upper"]) - float(row["shapley_lower"])) / 2
        most = 1.97 * (float(row["first_in"]) - float(row["left_out"])) / 2 / 299 ** 0.5
        assert 0 < half < most and abs(float(row["shapley"]) - exact[c]) < 4 / 1.96 * half, (row, exact[c])
    assert "from 3 drawn orders" in call("avoided", "many.yaml", "-n", "16k", "--orders", 3).stdout


@case
def figures_are_those_of_a_run():
    call("run", FIRM, "-n", "20k", "-o", "firm.h5", "--quiet")
    with h5py.File("firm.h5") as file:
        before, after = file["ylt/today"][:], file["ylt/both"][:]
    for figure, of in (("mean", lambda x: x.mean()), ("tvar99", lambda x: sorted(x)[-200:]), ("breach", lambda x: (x > 100e3).mean())):
        total = sum(of(before)) / 200 - sum(of(after)) / 200 if figure == "tvar99" else of(before) - of(after)
        rows = table(FIRM, "-n", "20k", "--to", "both", "--figure", figure)
        assert near(sum(float(row["shapley"]) for row in rows), total, 1e-9), (figure, rows, total)
        assert all(float(row["shapley_lower"]) <= float(row["shapley"]) <= float(row["shapley_upper"]) for row in rows)
    assert call("avoided", FIRM, "-n", "20k", "-t", 1).stdout == call("avoided", FIRM, "-n", "20k", "-t", 3).stdout


SHIFT = """plimsoll: 1
name: Shift
currency: EUR
nodes:
  - {id: a, kind: port, x: 1}
  - {id: b, kind: port, x: 1}
  - {id: c, kind: port, x: 2}
threats:
  - {id: theft, family: malicious, where: {nodes: {kind: port}}, exposure: x, frequency: {poisson: {rate: RATE}},
     vulnerability: 0.5, loss: {exponential: {mean: 100}}}
  - {id: fraud, family: malicious, frequency: {negative_binomial: {mean: 3, dispersion: 0.5}}, loss: {fixed: 10}}
  - {id: storm, family: natural environment, frequency: {poisson: {rate: 1}}, loss: {fixed: 50}}
controls:
  - {id: fence, against: [theft], where: {nodes: {id: a}}, reduces: {frequency: 0.5, vulnerability: 0.4}, coverage: 0.8,
     cost: {annual: 1}}
  - {id: audit, against: [fraud], reduces: {vulnerability: 0.5}, start_day: 146, cost: {annual: 1}}
  - {id: roof, against: [storm], reduces: {frequency: 0.5}, cost: {annual: 1}}
  - {id: cover, against: [theft], where: {nodes: {id: b}}, reduces: {loss: 0.5}, cost: {annual: 1}}
"""


def write_shift(name, exposures=(1, 1, 2)):
    with open(name, "w", encoding="utf-8") as file:
        text = SHIFT.replace("RATE", "2")
        for place, exposure in zip("abc", exposures):
            text = text.replace(f"id: {place}, kind: port, x: {dict(a=1, b=1, c=2)[place]}",
                                f"id: {place}, kind: port, x: {exposure!r}")
        file.write(text)


@case
def attackers_who_move_are_followed():
    write_shift("shift.yaml")
    rows = table("shift.yaml", "-n", "40k", "--displace", "0,50,100", "--table", "displacement")
    by = {(row["control"], float(row["displaced_share"])): row for row in rows}
    assert len(rows) == len(by) == 15
    plain = {row["control"]: float(row["first_in"]) for row in table("shift.yaml", "-n", "40k")}
    # the fence lets (1 - 0.8 0.5) (1 - 0.8 0.4) of 2 attempts pass; half of the rest would cost 100
    turned = 2 * (1 - 0.6 * 0.68)
    for (control, share), row in by.items():
        value = {key: float(row[key]) for key in row if key != "control"}
        assert near(value["net"], value["avoided"] - value["displaced"], least=1e-9), row
        assert value["displaced"] >= 0 and (share > 0 or value["displaced"] == 0), row
        if control in plain:
            assert near(value["avoided"], plain[control]), (row, plain[control])
        # a place of b is worth half of one at c once `cover` is there, and sees a third of what is displaced
        each = {"(all together)": 50 * (2 + 0.5) / 3, "fence": 50}.get(control, 0)
        error = (value["displaced_upper"] - value["displaced_lower"]) / 2 / 2.04
        assert abs(value["displaced"] - share * turned * each) <= 4.5 * error, (row, share * turned * each, error)
    # a threat without an open place sends nothing away, or all of it to others; what is no one's will stays
    told = {row["threat"]: row for row in
            table("shift.yaml", "-n", "16k", "--displace", "100", "--table", "displaced_threats")}
    assert set(told) == {"theft", "fraud", "storm"}
    assert near(told["theft"]["turned_away"], turned) and near(told["theft"]["elsewhere"], 6)
    assert near(told["theft"]["factor"], 1 + turned / 6) and told["fraud"]["remark"] == "no open place: goes nowhere"
    assert near(told["fraud"]["turned_away"], 3 * (1 - 146 / 365) * 0.5) and told["storm"]["remark"] == "not deliberate"
    told = {row["threat"]: row for row in table("shift.yaml", "-n", "16k", "--displace", "100", "--displace-to", "threats",
                                               "--table", "displaced_threats")}
    assert near(told["theft"]["factor"], 1 + (turned + 0.9) / 6)
    said = call("avoided", "shift.yaml", "-n", "16k", "--displace", "25").stdout
    assert "An assumption, not a finding" in said and "family malicious" in said and "25.0%" in said
    assert "are not followed" in call("avoided", "shift.yaml", "-n", "16k").stdout
    assert call("avoided", "shift.yaml", "-n", "16k", "--displace", "25", "-t", 1).stdout == said


def poisson(mean, size):
    out = [math.exp(-mean)]
    for n in range(1, size):
        out.append(out[-1] * mean / n)
    return np.array(out)


def negative_binomial(mean, dispersion, size):
    r = 1 / dispersion
    out = [(1 + mean * dispersion) ** -r]
    for n in range(1, size):
        out.append(out[-1] * (n - 1 + r) / n * mean / (mean + r))
    return np.array(out)


def spaced(counts, step):
    """The law of `step` for each count, on the numbers that `counts` has."""
    out = np.zeros_like(counts)
    out[::step] = counts[:len(out[::step])]
    return out


@case
def displaced_attempts_have_the_law_of_raised_rates():
    """Counts of thefts at 100, frauds at 30 and storms at 50 are independent, so the law of a year is known: of thefts it
    is poisson, of frauds negative binomial with the same dispersion, whatever turns attempts away or sends them on. The
    figures under each share are held against that law, in which nothing is left out of the way attempts take."""
    write_shift("shift.yaml")
    with open("shift.yaml", encoding="utf-8") as file:
        text = file.read().replace("{exponential: {mean: 100}}", "{fixed: 100}").replace("{fixed: 10}", "{fixed: 30}")
    with open("shift.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    size = 1000  # tens of money
    kept, pays = 0.6 * 0.68, 1 - 0.6 * 0.5  # what the fence lets pass, and the audit, which begins after two fifths
    theft, fraud = 8, 3

    def law(thefts, frauds):
        parts = (spaced(poisson(0.5 * thefts, size), 10), spaced(negative_binomial(frauds, 0.5, size), 3),
                 spaced(poisson(1, size), 5))
        return np.convolve(np.convolve(parts[0], parts[1])[:size], parts[2])[:size]

    def breach(p):
        return p[51:].sum()

    def tvar90(p):
        left, sum_ = 0.1, 0
        for x in range(size - 1, -1, -1):
            sum_ += 10 * x * min(left, p[x])
            left -= min(left, p[x])
        return sum_ / 0.1

    # attempts of both threats: before, after, and what is turned away of each
    after = {"fence": (theft - 2 * (1 - kept), fraud), "audit": (theft, fraud * pays)}
    after["(all together)"] = (after["fence"][0], after["audit"][1])
    for where, figures in (("places", ("breach",)), ("threats", ("breach", "tvar90"))):
        for figure in figures:
            of = {"breach": breach, "tvar90": tvar90}[figure]
            rows = table("shift.yaml", "-n", "40k", "--displace", "25,60,100", "--displace-to", where, "--figure", figure,
                         "--loss", 500, "--controls", "fence,audit", "--table", "displacement")
            assert len(rows) == 9
            for row in rows:
                share, (thefts, frauds) = float(row["displaced_share"]), after[row["control"]]
                # frauds have no open place once the audit is there, so theirs go to thieves or nowhere
                more = share * (theft - thefts + (fraud - frauds if where == "threats" else 0))
                exact = {"avoided": of(law(theft, fraud)) - of(law(thefts, frauds)),
                         "displaced": of(law(thefts + more, frauds)) - of(law(thefts, frauds)),
                         "net": of(law(theft, fraud)) - of(law(thefts + more, frauds))}
                for name, wanted in exact.items():
                    # one of 81 is beyond 5.5 standard errors, estimated with 31 degrees of freedom, with a chance of 5e-4
                    error = (float(row[f"{name}_upper"]) - float(row[f"{name}_lower"])) / 2 / 2.04
                    assert abs(float(row[name]) - wanted) <= 5.5 * error + 1e-9, (where, figure, name, row, wanted, error)


@case
def wrong_use_is_told():
    with open("m.yaml", "w", encoding="utf-8") as file:
        file.write("""plimsoll: 1
name: M
currency: EUR
threats:
  - {id: t, frequency: {poisson: {rate: 1}}, loss: {fixed: 5}}
controls:
  - {id: a, reduces: {loss: 0.5}, cost: {annual: 1}}
  - {id: b, reduces: {loss: 0.5}, cost: {annual: 1}}
insurance:
  - {id: i, covers: [t], premium: 1}
scenarios:
  - {id: none, controls: []}
  - {id: first, controls: [a]}
  - {id: second, controls: [b]}
  - {id: bare, controls: [a, b], insurance: []}
""")
    for args, part in ((("--from", "first", "--to", "second"), "lacks the control 'a' of 'first'"),
                       (("--to", "bare"), "differ in insurance"), (("--to", "never"), "no scenario 'never'"),
                       (("--to", "first", "--controls", "a"), "give one of them"), (("--to", "none"), "no control"),
                       (("--figure", "var99"), "is no figure"), (("--orders", 1), "--orders"), (("--displace", "10,x"), "'x' is no percentage"),
                       (("--displace", "101"), "is no percentage"), (("--displace", "0,1,2,3,4,5,6,7,8"), "more than 8"),
                       (("--displace-to", "places"), "say with --displace"),
                       (("--displace", "5", "--displace-to", "b"), "neither places nor threats")):
        said = call("avoided", "m.yaml", *args, expect=1).stderr
        assert part in said, (args, said)


if __name__ == "__main__":
    sys.exit(main())
