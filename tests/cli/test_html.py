#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of HTML reports, in headless Chromium. Speaks TAP; skips what needs a browser where there is none.

  test_html.py PROGRAM SOURCE_ROOT
"""
import base64
import csv
import hashlib
import io
import json
import math
import os
import re
import subprocess
import sys
import tempfile
import traceback

import browser

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CASES = []
HOSTILE = '</script><img src=x onerror=alert(1)>&"'
MODEL = f"""plimsoll: 1
name: 'A {HOSTILE}'
currency: EUR
policy: {{next_review: 2026-01-01, commitments: [legal, kindness], tolerance: [{{loss: 3000, probability: 0.2}}]}}
nodes:
  - {{id: 'n1 {HOSTILE}', kind: plant, region: 'r {HOSTILE}'}}
  - {{id: shop, kind: customer, margin_per_day: 100}}
links: [{{from: 'n1 {HOSTILE}', to: shop, item: bread}}]
threats:
  - {{id: theft, title: 'T {HOSTILE}', where: {{nodes: {{kind: plant}}}}, frequency: {{poisson: {{rate: 2}}}},
     loss: {{lognormal: {{median: 1000, sigma: 1}}}}, outage_days: {{fixed: {{value: 1}}}}, clauses: [4.4.6]}}
scenarios: [{{id: 'x', title: '{HOSTILE}'}}, {{id: y}}]
"""
VISIBLE_ROWS = "[...document.querySelectorAll('{} tbody tr')].filter(r => r.offsetParent !== null).length"


def case(function):
    CASES.append(function)
    return function


def call(*args, env=None):
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL, text=True, env=env, timeout=120)
    assert done.returncode == 0, (args, done.stderr)
    return done.stdout


def refused(*args):
    """Exit code and what was said."""
    done = subprocess.run([PROGRAM, *map(str, args)], stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, check=False,
                          stdin=subprocess.DEVNULL, text=True, timeout=120)
    return done.returncode, done.stderr


WRITTEN = {}  # what the report of a name was last written with


def report(name, model, *more, env=None):
    """Path of the HTML report of a short run, written again only if it is to be another."""
    if not os.path.exists(f"{name}.h5"):
        call("run", model, "-n", "5000", "-o", f"{name}.h5", "--quiet")
    if WRITTEN.get(name) == (more, env):
        return f"{name}.html"
    WRITTEN[name] = (more, env)
    call("report", f"{name}.h5", "--format", "html", "-o", f"{name}.html", "--force", "--today", "2026-10-01", *more, env=env)
    return f"{name}.html"


def chain():
    return report("chain", f"{ROOT}/models/container_chain/model.yaml")


def many():
    """60 customers in 58 regions, three of them in r00; a fire at the plant makes nearly all of the losses."""
    regions = ["r00"] * 3 + [f"r{i:02}" for i in range(1, 58)]
    nodes = "".join(f"  - {{id: c{i:02}, kind: customer, region: {region}, margin_per_day: 1}}\n" for i, region in enumerate(regions))
    links = "".join(f"  - {{from: plant, to: c{i:02}, item: bread}}\n" for i in range(60))
    with open("many.yaml", "w", encoding="utf-8") as file:
        file.write("plimsoll: 1\nname: Many\ncurrency: EUR\nnodes:\n  - {id: plant, kind: plant, region: home}\n"
                   "  - {id: barn, kind: plant, region: field}\n" + nodes + "links:\n" + links +
                   "threats:\n  - {id: fire, where: {nodes: {id: plant}}, frequency: {poisson: {rate: 5}}, loss: {fixed: {value: 1e6}}}\n"
                   "  - {id: theft, where: {nodes: {kind: customer}}, frequency: {poisson: {rate: 1}}, loss: {fixed: {value: 100}}}\n"
                   "  - {id: mice, where: {nodes: {id: barn}}, frequency: {poisson: {rate: 1}}, loss: {fixed: {value: 1}}}\n")
    return report("many", "many.yaml")


def hostile():
    with open("hostile.yaml", "w", encoding="utf-8") as file:
        file.write(MODEL)
    return report("hostile", "hostile.yaml")


def read(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


@case
def the_policy_names_what_is_in_the_file(_):
    text = read(chain())
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text).group(1)
    assert "default-src 'none'" in policy and "unsafe" not in policy and "http" not in policy
    for tag in ("style", "script"):
        for inner in re.findall(f"<{tag}>(.*?)</{tag}>", text, re.S):
            digest = base64.b64encode(hashlib.sha256(inner.encode()).digest()).decode()
            assert f"'sha256-{digest}'" in policy, (tag, inner[:60])
    assert len(text) < 3_000_000 and not re.search(r'(src|href)="(?!#|data:)', text)
    assert "Released under the MIT License" in text


@case
def nothing_is_said_or_fetched_at_any_width(page):
    for path in (chain(), hostile(), report("firm", f"{ROOT}/models/small_firm/model.yaml")):
        for width in (1400, 800, 390):
            for scheme in ("light", "dark"):
                page.size(width, 900)
                page.media("", scheme)
                page.open(path)
                assert page.run("document.documentElement.dataset.ready") == "yes", path
                assert not page.said, (path, width, page.said)
                wide = page.run("document.documentElement.scrollWidth - innerWidth")
                assert wide <= 0, f"{path} is {wide} too wide at {width}"


@case
def nodes_against_threats_are_the_means_of_the_model(_):
    """Cells by hand: rate x (loss + days x margin); half of it with a control; blank where a threat is not."""
    with open("heat.yaml", "w", encoding="utf-8") as file:
        file.write("plimsoll: 1\nname: n\ncurrency: EUR\nnodes: [{id: plant, kind: plant}, {id: shop, kind: customer, margin_per_day: 100}]\n"
                   "links: [{from: plant, to: shop, item: bread}]\nthreats:\n"
                   "  - {id: theft, where: {nodes: {}}, frequency: {poisson: {rate: 0.5}}, loss: {uniform: {min: 0, max: 400}}}\n"
                   "  - {id: fire, where: {nodes: {id: plant}}, frequency: {poisson: {rate: 0.25}}, loss: {fixed: {value: 1000}},\n"
                   "     outage_days: {fixed: {value: 4}}}\n"
                   "controls: [{id: guard, against: [theft, fire], reduces: {frequency: 0.5}}]\n"
                   "scenarios: [{id: today}, {id: guarded, controls: [guard]}]\n")
    text = read(report("heat", "heat.yaml"))
    tables = re.findall(r"Nodes against threats.*?<tbody>(.*?)</tbody>", text, re.S)
    assert len(tables) == 2
    for table, factor in zip(tables, (1, 0.5)):
        rows = {name: re.findall(r'data-v="([^"]*)"', row)
                for row, name in re.findall(r"<tr>(<th[^>]*>(\w+)</th>.*?)</tr>", table)}
        for cell, exact in zip((*rows["plant"][1:], rows["shop"][2]), (350, 100, 100)):  # fire, theft: by their means
            assert math.isclose(float(cell), exact * factor, rel_tol=1e-12), rows
        assert rows["shop"][1] == "", rows
        # simulated: 5 standard errors (rate x mean square of a loss), and 1 for outages that meet
        spread = math.sqrt(factor * (0.5 * 400 ** 2 / 3 + 0.25 * 1400 ** 2) / 5000)
        assert abs(float(rows["plant"][0]) - 450 * factor) < 5 * spread + 1, rows


@case
def charts_are_drawn(page):
    page.media("", "light")
    page.size(1400, 900)
    page.open(chain())
    drawn = """[...document.querySelectorAll("canvas")].filter(c => c.offsetParent !== null).map(c => {
        const p = c.getContext("2d").getImageData(0, 0, c.width, c.height).data, seen = new Set();
        for (let i = 0; i < p.length; i += 4) if (p[i + 3] > 200) seen.add(p[i] + "," + p[i + 1] + "," + p[i + 2]);
        return [seen.has("0,114,178"), seen.has("213,94,0"), seen.size]; })"""
    found = page.run(drawn)
    assert len(found) == 2, found  # the curves, and the bars of the scenario that is shown
    assert found[0][0] and found[0][1] and found[1][0], found
    page.run("document.querySelectorAll('fieldset input').forEach(b => { if (b.parentElement.textContent.startsWith('today')"
             " && b.checked) b.click(); })")
    assert not page.run(drawn)[0][0], "a curve that was switched off is still there"
    assert page.run("Chart.getChart(document.querySelector('canvas')).options.scales.x.type") == "logarithmic"
    assert page.run("Chart.getChart(document.querySelector('canvas')).options.scales.y.type") == "logarithmic"


@case
def tables_sort_fold_and_filter(page):
    page.size(1400, 900)
    page.open(chain())
    tree = "section:not([hidden]) .tree"
    rows = page.run(VISIBLE_ROWS.format(tree))
    page.run(f"document.querySelectorAll('{tree} .fold')[1].click()")
    folded = page.run(VISIBLE_ROWS.format(tree))
    assert rows - folded == 5, (rows, folded)  # 4.3.1 to 4.3.5
    page.run(f"document.querySelectorAll('{tree} .fold')[1].click()")
    assert page.run(VISIBLE_ROWS.format(tree)) == rows
    # sorted by mean, children stay under their parents
    page.run(f"document.querySelectorAll('{tree} thead button')[1].click()")
    order = page.run(f"[...document.querySelectorAll('{tree} tbody tr')].map(r => [+r.dataset.depth, "
                     "+r.cells[1].dataset.v, r.cells[0].textContent.replace(/^\\W+/, '').split(' ')[0]])")
    tops = [name for depth, _, name in order if depth == 1]
    assert tops[0] == "4.4" and order[2][2].startswith("4.4."), order
    means = [value for depth, value, name in order if depth == 2 and name.startswith("4.4.")]
    assert means == sorted(means, reverse=True), means
    assert page.run(f"document.querySelectorAll('{tree} thead th')[1].getAttribute('aria-sort')") == "descending"
    # the register's filter
    page.run("""(() => { const input = document.querySelector('[aria-label^="Filter rows of Risk register"]');
        input.value = 'cargo'; input.dispatchEvent(new Event('input')); })()""")
    left = page.run("""[...document.querySelector('[aria-label^="Risk register"] tbody').rows].filter(r => !r.hidden)
        .map(r => r.cells[0].textContent)""")
    assert left and set(left) == {"cargo_theft"}, left
    assert page.run("document.querySelector('.tools [role=status]') !== null")
    # the choice of a scenario
    page.run("(() => { const s = document.getElementById('scenario'); s.value = '2'; s.dispatchEvent(new Event('change')); })()")
    assert page.run("[...document.querySelectorAll('section[data-scenario]')].filter(s => !s.hidden).length") == 1
    assert page.run("document.querySelector('section[data-scenario]:not([hidden]) h2').textContent").startswith(
        "Scenario everything")
    assert not page.said, page.said


@case
def text_of_a_model_stays_text(page):
    page.open(hostile())
    assert not page.said, page.said
    assert page.run("document.querySelectorAll('img').length") == 1  # the network
    assert HOSTILE in page.run("document.querySelector('h1').textContent")
    assert page.run("document.querySelector('.picture img').naturalWidth") > 100
    assert page.run("document.querySelectorAll('script').length") == 3


@case
def what_is_overdue_and_unknown_is_said(page):
    page.open(hostile())
    text = page.run("document.querySelector('main').innerText")
    assert "planned for 2026-01-01, is overdue" in text
    assert "no measure is defined for it" in text
    assert "The tolerance of the policy is broken in 1 of 1 line" in text
    assert "is a view, not a ranking" in text


@case
def what_insurance_leaves_is_said(page):
    with open("insured.yaml", "w", encoding="utf-8") as file:
        file.write("""plimsoll: 1
name: Insured
currency: EUR
policy: {tolerance: [{loss: 50000, probability: 0.05}]}
threats: [{id: theft, frequency: {poisson: {rate: 0.5}}, loss: {lognormal: {median: 20e3, sigma: 1.5}}, clauses: [4.4.6]}]
insurance: [{id: cargo, covers: [theft], deductible: 10e3, limit: 200e3}]
""")
    page.open(report("insured", "insured.yaml"))
    assert not page.said, page.said
    assert "After insurance the firm itself bears EUR " in page.run("document.querySelector('main').innerText")
    series = page.run("JSON.parse(document.getElementById('charts').textContent)[0].series.map(s => [s.name, s.colour])")
    curves = dict(series)
    assert set(curves) == {"base, AEP", "base, OEP", "base, AEP, ceded", "base, OEP, ceded", "base, AEP, net", "base, OEP, net",
                           "Tolerance"}, series
    assert len({curves["base, AEP"], curves["base, AEP, ceded"], curves["base, AEP, net"]}) == 3, series


@case
def every_chart_has_a_table_and_every_control_a_name(page):
    page.size(1400, 900)
    for path in (report("custody", f"{ROOT}/models/custody/model.yaml"), chain()):
        page.open(path)
        unnamed = page.run("""[...document.querySelectorAll('input, select, button')].filter(e => !(e.labels && e.labels.length)
            && !e.getAttribute('aria-label') && !e.textContent.trim()).map(e => e.outerHTML)""")
        assert not unnamed, unnamed
    assert page.run("""[...document.querySelectorAll('canvas')].every(c => c.getAttribute('aria-label') &&
        c.closest('figure').parentElement.querySelector('table'))""")
    # contrast of text against what lies behind it, by the formula of WCAG 2; 4.5 is level AA
    for scheme in ("light", "dark"):
        page.media("", scheme)
        low = page.run("""(() => {
            const light = c => { const v = c.match(/[\\d.]+/g).slice(0, 3).map(x => { x /= 255;
                return x <= 0.04045 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4; });
                return 0.2126 * v[0] + 0.7152 * v[1] + 0.0722 * v[2]; };
            const behind = e => { while (e) { const b = getComputedStyle(e).backgroundColor;
                if (!/rgba\\(.*, 0\\)/.test(b)) return b; e = e.parentElement; } return 'rgb(255,255,255)'; };
            return [...document.querySelectorAll('p,li,dt,dd,td,th,caption,summary,a,button,figcaption,label')].filter(e =>
                e.offsetParent !== null).map(e => { const a = light(getComputedStyle(e).color), b = light(behind(e));
                return [(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.outerHTML.slice(0, 120)]; })
                .filter(x => x[0] < 4.5); })()""")
        assert not low, (scheme, low[:3])
    page.media("", "light")


def choice():
    chain()
    if not os.path.exists("choice.json"):
        call("optimize", f"{ROOT}/models/container_chain/model.yaml", "-n", "16k", "--budget", "600k", "--steps", 4, "--phase", "300k",
             "--format", "json", "-o", "choice.json")
    with open("choice.json", encoding="utf-8") as file:
        return json.load(file)


@case
def a_chosen_portfolio_is_shown(page):
    made = choice()
    page.size(1400, 900)
    page.open(report("chain", None, "--portfolio", "choice.json"))
    assert not page.said, page.said
    section = "[...document.querySelectorAll('section')].filter(s => s.querySelector('h2').textContent === 'Portfolio of controls')[0]"
    cells = page.run(f"""[...{section}.querySelectorAll('table')].map(t => [[...t.tHead.rows[0].cells].map(c => c.dataset.name),
        ...[...t.tBodies[0].rows].map(r => [...r.cells].map(c => c.dataset.v === undefined ? c.textContent : c.dataset.v))])""")
    assert len(cells) == 3, cells
    frontier = [row for row in made["portfolios"] if row["portfolio"] == "frontier"]
    for shown, rows in zip(cells, (made["portfolios"][:3], frontier, made["roadmap"])):
        assert len(shown) == 1 + len(rows) and len(rows) > 2, (shown, rows)
        for texts, row in zip(shown[1:], rows):
            for name, text in zip(shown[0], texts):
                value = row[name]
                assert text == ("" if value is None else value.replace(";", "; ")) if isinstance(value, (str, type(None))) else float(text) == value, (name, text, row)
    # the chart has the numbers of its table, budget 0 among them, on linear axes
    chart = page.run("JSON.parse(document.getElementById('charts').textContent).filter(c => c.linear)[0].series[0].data")
    assert chart == [[row["limit"], row["mean"], row["mean_lower"], row["mean_upper"]] for row in frontier] and chart[0][0] == 0
    assert page.run(f"""(() => {{ const c = {section}.querySelector('canvas'), d = Chart.getChart(c);
        const p = c.getContext('2d').getImageData(0, 0, c.width, c.height).data;
        let blue = 0; for (let i = 0; i < p.length; i += 4) blue += p[i] === 0 && p[i + 1] === 114 && p[i + 2] === 178 && p[i + 3] > 200;
        return blue > 100 && d.options.scales.x.type === 'linear' && !!c.getAttribute('aria-label'); }})()""")
    text = page.run(f"{section}.innerText")
    assert made["portfolios"][1]["controls"] in text and made["proof"] in text and "Roadmap" in text
    assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0
    assert "Portfolio of controls" in call("report", "chain.h5", "--portfolio", "choice.json", "--format", "markdown")
    assert "Portfolio of controls" not in call("report", "chain.h5")


@case
def a_tornado_is_shown(page):
    model = f"{ROOT}/models/small_firm/next_year.yaml"
    call("sensitivity", model, "-n", "4k", "--points", 0, "-q", "--format", "json", "-o", "moves.json")
    with open("moves.json", encoding="utf-8") as file:
        made = json.load(file)
    page.size(1400, 900)
    page.open(report("next", model, "--tornado", "moves.json"))
    assert not page.said, page.said
    section = "[...document.querySelectorAll('section')].filter(s => s.querySelector('h2').textContent.startsWith('What the losses hang on'))[0]"
    chart = page.run("JSON.parse(document.getElementById('charts').textContent).filter(c => c.linear)[0]")
    rows = made["tornado"][:20]
    assert chart["bars"] and len(rows) > 15
    assert chart["series"][0]["data"] == [[f"{row['owner']}: {row['parameter']}", row["mean_swing"], row["mean_low"], row["mean_high"]] for row in rows]
    # each bar goes from the mean at the low end to that at the high end
    drawn = page.run(f"Chart.getChart({section}.querySelector('canvas')).data.datasets[0].data")
    assert drawn == [[row["mean_low"], row["mean_high"]] for row in rows]
    line = page.run(f"""(() => {{ const y = Chart.getChart({section}.querySelector('canvas')).scales.y;
        return y.height / y.ticks.length / y._resolveTickFontOptions(0).lineHeight; }})()""")
    assert line >= 1.5, line
    assert page.run("document.documentElement.scrollWidth - innerWidth") <= 0
    with open("other.json", "w", encoding="utf-8") as file:
        json.dump({**made, "seed": "12"}, file)
    code, said = refused("report", "next.h5", "--tornado", "other.json")
    assert code == 1 and "of another seed" in said and "run sensitivity" in said, said
    code, said = refused("report", "next.h5", "--tornado", "moves.json", "--format", "csv")
    assert code == 1 and "--tornado goes with" in said, said


@case
def a_portfolio_of_something_else_is_refused(_):
    made = choice()
    other = {"currency": ("USD", "of another currency"), "model_sha256": ("00", "of another model"), "seed": ("12 and 3", "of another seed"),
             "portfolios": ([1], "damaged"), "roadmap": ("x", "lacks"), "plimsoll_optimize": (2, "does not open with")}
    for key, (value, part) in other.items():
        with open("other.json", "w", encoding="utf-8") as file:
            json.dump({**made, key: value}, file)
        code, said = refused("report", "chain.h5", "--portfolio", "other.json")
        assert part in said and "other.json" in said and code == (1 if part.startswith("of") else 3), (key, code, said)
    for text, part in (("{", "no JSON"), ("[1]", "not what plimsoll optimize"), ("", "")):
        with open("other.json", "w", encoding="utf-8") as file:
            file.write(text)
        code, said = refused("report", "chain.h5", "--portfolio", "other.json")
        assert code == 3 and part in said and "other.json" in said, (text, code, said)
    assert refused("report", "chain.h5", "--portfolio", "none.json")[0] == 3
    assert refused("report", "chain.h5", "--portfolio", "choice.json", "--format", "json") == (
        1, "error: --portfolio goes with --format text, markdown or html\n")


def cells(text, heading):
    """The rows of the table below a heading, as lists of texts; the titles first."""
    table = re.search(f">{heading}</h3>.*?<table[^>]*>(.*?)</table>", text, re.S).group(1)
    return [[re.sub("<[^>]*>", "", cell) for cell in re.findall("<t[hd].*?</t[hd]>", row, re.S)]
            for row in re.findall("<tr.*?</tr>", table, re.S)]


@case
def what_is_alike_in_all_scenarios_stands_once(_):
    text = read(chain())
    risks = list(csv.DictReader(io.StringIO(call("report", "chain.h5", "--format", "csv", "--table", "risks"))))
    where = cells(text, "Where risks strike")
    assert where[0][0] == "Risk" and "Scenario" not in where[0], where[0]
    shown = {row[0]: dict(zip(where[0], row)) for row in where[1:]}
    assert len(where) == 1 + len(shown) and set(shown) == {risk["risk"] for risk in risks} and len(shown) == 12
    for risk in risks:
        assert shown[risk["risk"]]["Clauses"] == risk["clauses"].replace(";", "; "), risk
    # rows of several scenarios, taken apart again
    told = {(row[0], scenario): row[2] for row in cells(text, "Controls against risks")[1:] for scenario in row[1].split("; ")}
    assert told == {(risk["risk"], risk["scenario"]): risk["controls"].replace(";", "; ") for risk in risks if risk["controls"]}
    assert any("; " in row[1] for row in cells(text, "Controls against risks")[1:])
    assert "Decisions about risks" not in text
    text = read(report("next", f"{ROOT}/models/small_firm/next_year.yaml"))
    assert ["break_in", "every scenario", "alarm"] in cells(text, "Controls against risks")
    decisions = cells(text, "Decisions about risks")
    assert [row[:2] for row in decisions[1:]] == [["van_breakdown", "accept"]], decisions


@case
def a_column_of_blanks_is_left_out(_):
    assert cells(read(many()), r"Nodes against threats[^<]*")[0] == ["Node", "Simulated", "fire", "theft"]  # no mice


@case
def a_network_of_many_regions_stays_readable(page):
    text = read(many())
    assert "62 nodes and 60 links in 22 boxes" in text, re.search("nodes and .*? boxes", text)
    boxes = re.search("Boxes as figures</summary>.*?<tbody>(.*?)</tbody>", text, re.S).group(1)
    boxes = [re.findall("<t[hd][^>]*>(.*?)</t[hd]>", row) for row in boxes.splitlines() if row.startswith("<tr>")]
    assert len(boxes) == 22 and sum(int(box[3]) for box in boxes) == 62, boxes
    assert [box[3] for box in boxes if box[1] == "r00"] == ["3"], boxes  # losses too small for a box each
    # the picture is scrolled rather than made too small to read
    page.size(390, 900)
    page.media("", "light")
    page.open(chain())
    ratio = page.run("(async () => { const i = document.querySelector('.picture img'); await i.decode(); await 0;"
                     " return i.clientWidth / i.naturalWidth; })()")
    assert ratio > 0.69, ratio


@case
def names_of_bars_are_not_cut_off_by_the_edge(page):
    page.media("", "light")
    for width in (1400, 390):
        page.size(width, 900)
        page.open(chain())
        names = page.run("""(() => { const c = [...document.querySelectorAll('.bars canvas')].filter(c => c.offsetParent)[0];
            const chart = Chart.getChart(c), y = chart.scales.y, pen = c.getContext('2d');
            pen.font = y._resolveTickFontOptions(0).string;
            return y.ticks.map(t => [t.label, pen.measureText(t.label).width, y.width]); })()""")
        close = page.run("""(() => { const y = Chart.getChart([...document.querySelectorAll('.bars canvas')].filter(c =>
            c.offsetParent)[0]).scales.y; return y.height / y.ticks.length / y._resolveTickFontOptions(0).lineHeight; })()""")
        assert close >= 1.2, close
        assert len(names) == 12 and all(needs <= has for _, needs, has in names), (width, names)
        assert any(name.endswith("\u2026") for name, _, _ in names) or width == 1400, names


@case
def what_is_jumped_to_is_not_hidden(page):
    page.media("", "light")
    for width in (1400, 900, 390):
        page.size(width, 900)
        page.open(chain())
        hidden = page.run("""[...document.querySelectorAll('nav a')].filter(a => a.offsetParent).map(a => { a.click();
            const top = document.querySelector(a.getAttribute('href') + ' h2').getBoundingClientRect().top;
            return [a.textContent, top, document.querySelector('nav').getBoundingClientRect().bottom]; }).filter(x => x[1] < x[2])""")
        assert not hidden, (width, hidden)
    page.size(1400, 900)
    page.open(chain())
    assert page.run("(() => { const n = document.querySelector('nav ul'); return n.scrollWidth <= n.clientWidth; })()")


@case
def the_total_is_not_told_again_by_place(_):
    with open("bare.yaml", "w", encoding="utf-8") as file:
        file.write("plimsoll: 1\nname: Bare\ncurrency: EUR\nthreats:\n"
                   "  - {id: theft, frequency: {poisson: {rate: 2}}, loss: {fixed: {value: 10}}, category: physical}\n")
    text = read(report("bare", "bare.yaml"))
    shown = [kind for kind in ("Threats", "Categories", "Loss components", "Regions", "Nodes", "Links", "Bearers")
             if f">{kind} (EUR, AEP" in text]
    assert shown == ["Threats", "Categories", "Loss components"], shown
    assert ">Nodes (EUR, AEP" in read(many())


@case
def lists_have_spaces_and_no_backtick_is_left(page):
    page.open(report("next", f"{ROOT}/models/small_firm/next_year.yaml"))
    bad = page.run("[...document.querySelectorAll('td, dd')].map(c => c.textContent).filter(t => /;\\S/.test(t))")
    assert not bad, bad
    assert "`" not in page.run("document.body.innerText")
    assert "owner" in page.run("[...document.querySelectorAll('code')].map(c => c.textContent)")


@case
def colours_of_curves_can_be_told_from_the_paper(_):
    def light(colour):
        parts = [int(colour[i:i + 2], 16) / 255 for i in (1, 3, 5)]
        parts = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts]
        return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]
    text = read(chain())
    papers = re.findall("--paper: (#[0-9a-f]{6})", text)
    for name, paper in zip(("onWhite", "onBlack"), papers):
        for colour in re.findall("#[0-9a-f]{6}", re.search(f"const {name} = (.*?);", text).group(1)):
            low, high = sorted((light(colour), light(paper)))
            assert (high + 0.05) / (low + 0.05) >= 3, (name, colour)


@case
def paper_is_white_and_nothing_is_cut_there(page):
    for path in (chain(), report("next", f"{ROOT}/models/small_firm/next_year.yaml"), many()):
        page.media("", "dark")
        page.size(1032, 703)  # A4 across without its margins
        page.open(path)
        page.run("dispatchEvent(new Event('beforeprint'))")
        page.media("print", "dark")
        drawn = page.run("""[...document.querySelectorAll('canvas')].map(c => { const o = Chart.getChart(c).options.scales;
            const y = Chart.getChart(c).scales.y, bars = c.parentElement.classList.contains('bars');
            return [o.x.ticks.color, o.y.ticks.color, c.offsetHeight <= c.parentElement.clientHeight + 1 &&
                (!bars || y.height / y.ticks.length >= y._resolveTickFontOptions(0).lineHeight)]; })""")
        assert drawn and all(row == ["#000000", "#000000", True] for row in drawn), drawn
        wide = page.run("""[...document.querySelectorAll('table')].filter(t => t.offsetWidth > t.parentElement.clientWidth)
            .map(t => [t.parentElement.getAttribute('aria-label'), t.offsetWidth])""")
        assert not wide, (path, wide)
        # which curve is which, without those that are not drawn; titles that Chromium repeats on each page
        assert page.run("""[...document.querySelectorAll('fieldset label')].every(l =>
            (l.offsetParent !== null) === l.querySelector('input').checked)""")
        assert page.run("[...document.querySelectorAll('thead button')].every(b => getComputedStyle(b).display === 'contents')")
        rows = page.run("""Math.max(0, ...[...document.querySelectorAll('.long')].map(t =>
            [...t.tBodies[0].rows].filter(r => r.offsetParent).length))""")
        assert rows == (30 if path == "many.html" else rows) and rows <= 30, rows
        page.run("dispatchEvent(new Event('afterprint'))")
        page.media("", "dark")
        page.run("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
        assert page.run("[...document.querySelectorAll('canvas')].every(c => Chart.getChart(c).options.scales.x.ticks.color === '#e6e9ed')")
    notes = page.run("[...document.querySelectorAll('.paper')].map(p => p.textContent)")
    assert "The first 30 of 62 rows. The file holds all of them." in notes, notes


@case
def all_scenarios_print(page):
    page.open(chain())
    page.pdf("chain.pdf")
    assert os.path.getsize("chain.pdf") > 50000
    assert page.run("[...document.querySelectorAll('canvas')].every(c => Chart.getChart(c))"), "not drawn for print"
    assert not page.said, page.said


@case
def without_dot_there_is_a_table(_):
    with_picture = read(chain())
    assert "image/svg+xml" in with_picture
    text = read(report("chain", None, env={**os.environ, "PATH": "/nonexistent"}))
    assert "image/svg+xml" not in text and "dot of Graphviz, which is not there or failed" in text
    assert "Boxes as figures" in text


@case
def html_and_csv_hold_the_same_figures(_):
    text = read(report("chain", None, "--scenario", "everything"))
    table = re.search('<table class="tree">(.*?)</table>', text, re.S).group(1)
    names = re.findall('data-name="([^"]*)"', table)
    rows = [re.findall('data-v="([^"]*)"', row) for row in re.findall("<tr data-depth.*?</tr>", table, re.S)]
    made = list(csv.DictReader(io.StringIO(
        call("report", "chain.h5", "--format", "csv", "--table", "clauses", "--scenario", "everything"))))
    assert len(rows) == len(made) > 10
    for row, other in zip(rows, made):
        assert row == [other[name] for name in names[1:]], (row, other)


def main():
    # where the program is slow, what a browser makes of its pages can be left to another run: PLIM_TEST_BROWSER=no
    asked = os.environ.get("PLIM_TEST_BROWSER") != "no"
    shown = asked and browser.find() and browser.Browser()
    failed = 0
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, function in enumerate(CASES, 1):
            needs = function.__code__.co_varnames[0] == "page"
            if needs and not shown:
                print(f"ok {number} - {function.__name__} # SKIP {'no Chromium' if asked else 'PLIM_TEST_BROWSER=no'}", flush=True)
                continue
            try:
                function(shown)
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
                print(f"not ok {number} - {function.__name__}", flush=True)
    if shown:
        shown.close()
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
