#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The JSON Schema of the model file against the reader: each kind of map in a model is given an unknown key, and the
keys that the reader then says there are must be those of the schema; and the example models are valid by both. Speaks TAP.

  test_schema.py PROGRAM SOURCE_ROOT
"""
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import traceback

import jsonschema
import yaml

PROGRAM, ROOT = os.path.abspath(sys.argv[1]), os.path.abspath(sys.argv[2])
CASES = []

HEAD = "plimsoll: 1\nname: n\ncurrency: EUR\n"
THREAT = "threats: [{id: t, frequency: {poisson: {rate: 1}}, loss: {fixed: {value: 1}}}]\n"
CHAIN = "nodes: [{id: a}, {id: b}]\nlinks: [{from: a, to: b, id: l}]\n"
# Where a map of each kind stands: the text before it and behind it; the map itself is put between, in braces.
OBJECTS = {
    "scope": (HEAD + "scope: ", "\n" + THREAT),
    "policy": (HEAD + "policy: ", "\n" + THREAT),
    "tolerance": (HEAD + "policy: {tolerance: [", "]}\n" + THREAT),
    "assumption": (HEAD + "assumptions: [", "]\n" + THREAT),
    "bands": (HEAD + "bands: ", "\n" + THREAT),
    "trip": (HEAD + CHAIN + "trips: [", "]\n" + THREAT),
    "intensity": (HEAD + THREAT + "intensity: [", "]\n"),
    "regime": (HEAD + THREAT + "intensity: [{group: g, threats: [t], regimes: [", "]}]\n"),
    "threat": (HEAD + CHAIN + "threats: [", "]\n"),
    "custody": (HEAD + CHAIN + "threats: [{id: t, loss: {fixed: {value: 1}}, custody: ", "}]\n"),
    "where": (HEAD + CHAIN + "threats: [{id: t, frequency: {fixed: 1}, loss: {fixed: {value: 1}}, where: ", "}]\n"),
    "where_nodes": (HEAD + CHAIN + "threats: [{id: t, frequency: {fixed: 1}, loss: {fixed: {value: 1}}, where: {nodes: ", "}}]\n"),
    "where_links": (HEAD + CHAIN + "threats: [{id: t, frequency: {fixed: 1}, loss: {fixed: {value: 1}}, where: {links: ", "}}]\n"),
    "frequency": (HEAD + "threats: [{id: t, loss: {fixed: {value: 1}}, frequency: ", "}]\n"),
    "control": (HEAD + THREAT + "controls: [", "]\n"),
    "reduces": (HEAD + THREAT + "controls: [{id: c, reduces: ", "}]\n"),
    "adds": (HEAD + THREAT + "controls: [{id: c, adds: ", "}]\n"),
    "cost": (HEAD + THREAT + "controls: [{id: c, cost: ", "}]\n"),
    "friction": (HEAD + THREAT + "controls: [{id: c, friction: ", "}]\n"),
    "scenario": (HEAD + THREAT + "scenarios: [", "]\n"),
    "roles": (HEAD + THREAT + "controls: [{id: c, roles: ", "}]\n"),
    "action": (HEAD + THREAT + "actions: [", "]\n"),
    "legal": (HEAD + THREAT + "legal: [", "]\n"),
    "insurance": (HEAD + THREAT + "insurance: [", "]\n"),
    "amount": (HEAD + "threats: [{id: t, frequency: {fixed: 1}, loss: ", "}]\n"),
}
LISTS = r"(?:there are|its keys are|must name one of) ([a-z0-9_, ]+)"


def case(function):
    CASES.append(function)
    return function


def schema():
    with open(f"{ROOT}/models/model.schema.json", encoding="utf-8") as file:
        return json.load(file)


def resolve(node):
    """What a $ref stands for."""
    while "$ref" in node:
        node = schema()["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return node


def check(text):
    with open("probe.yaml", "w", encoding="utf-8") as file:
        file.write(text)
    return subprocess.run([PROGRAM, "check", "probe.yaml"], capture_output=True, text=True, check=False)


def said(text):
    """The keys that the reader offers in place of `zzz`."""
    done = check(text)
    line = next(line for line in done.stderr.splitlines() if '"zzz"' in line)
    return set(re.search(LISTS, line).group(1).split(", "))


def has(node):
    node = resolve(node)
    assert node.get("additionalProperties") is False, node
    return set(node["properties"])


@case
def a_model():
    assert said("plimsoll: 1\nzzz: 1\n") == has(schema())


@case
def each_kind_of_map():
    for name, (before, behind) in OBJECTS.items():
        assert said(before + "{zzz: 1}" + behind) == has(schema()["$defs"][name]), name


@case
def parameters_of_each_law():
    for kind in ("frequency", "amount"):
        before, behind = OBJECTS[kind]
        laws = schema()["$defs"][kind]["properties"]
        assert len(laws) == {"frequency": 8, "amount": 21}[kind]
        for law, parameters in laws.items():
            parameters = resolve(parameters)
            maps = [p for p in map(resolve, [parameters, *parameters.get("anyOf", [])]) if "properties" in p]
            keys = said(before + "{%s: {zzz: 1}}" % law + behind)
            have = has(maps[0])
            # any quantile may be given as p5, p50, p99.5: a pattern in the schema, three examples in the message
            if keys & {"p5", "p50", "p95"}:
                assert any(re.match(pattern, "p99.5") for pattern in maps[0]["patternProperties"]), law
                keys -= {"p5", "p50", "p95"}
            assert keys == have, (law, keys ^ have)


@case
def tables_of_nodes_and_links():
    """Further keys are columns of the user's own, so none is refused: each key is tried with a value that it cannot have,
    and one that is near to it."""
    for kind, before in (("node", HEAD + THREAT + "nodes: [{id: a, "), ("link", HEAD + THREAT + CHAIN[:CHAIN.index("links")]
                                                                      + "links: [{from: a, to: b, ")):
        properties = schema()["$defs"][kind]["properties"]
        for key in properties:
            if len(key) < 5:
                continue
            near = check(before + key[:-1] + "x: 1}]\n")
            assert f"too near to the key `{key}`" in near.stderr, (kind, key, near.stderr)
        source = open(f"{ROOT}/src/model/read_{kind}s.c", encoding="utf-8").read()
        keys = re.search(kind + r"_keys\[\] = \{(.*?)NULL", source, re.S).group(1)
        assert set(re.findall('"(.*?)"', keys)) == set(properties), kind


class Loader(yaml.SafeLoader):
    """Numbers as the program reads them: 12e3 is one, 2026-10-01 and yes are text."""


Loader.yaml_implicit_resolvers = {key: [pair for pair in pairs if pair[0] in ("tag:yaml.org,2002:null",)]
                                  for key, pairs in yaml.SafeLoader.yaml_implicit_resolvers.items()}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?\d+$"), list("-+0123456789"))
Loader.add_implicit_resolver("tag:yaml.org,2002:float", re.compile(r"^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$"),
                             list("-+.0123456789"))
Loader.add_constructor("tag:yaml.org,2002:float", lambda loader, node: float(loader.construct_scalar(node)))
Loader.add_constructor("tag:yaml.org,2002:int", lambda loader, node: int(loader.construct_scalar(node)))


def errors_of(path):
    with open(path, encoding="utf-8") as file:
        return [error.message for error in jsonschema.Draft7Validator(schema()).iter_errors(yaml.load(file, Loader))]


@case
def example_models_are_valid():
    jsonschema.Draft7Validator.check_schema(schema())
    subprocess.run([PROGRAM, "init", "starter.yaml"], check=True, capture_output=True)
    paths = sorted(glob.glob(f"{ROOT}/models/**/*.yaml", recursive=True)) + ["starter.yaml"]
    assert len(paths) > 8
    for path in paths:
        assert not errors_of(path), (path, errors_of(path)[:3])


@case
def what_is_misspelt_is_not_valid():
    for name in ("22-unknown-key", "52-family-key", "66-frequency-name", "73-threat-key", "131-control-key", "20-no-threats",
                 "36-decimal-comma", "51-two-families"):
        assert errors_of(f"{ROOT}/tests/cli/broken/{name}.yaml"), name


def main():
    failed = 0
    print(f"1..{len(CASES)}")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        for number, function in enumerate(CASES, 1):
            try:
                function()
                print(f"ok {number} - {function.__name__}", flush=True)
            except Exception:  # pylint: disable=broad-except
                failed += 1
                print("".join("# " + line + "\n" for line in traceback.format_exc().splitlines()), end="")
                print(f"not ok {number} - {function.__name__}", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
