#!/usr/bin/env python3
"""Takes one thing at a time out of a copy of rules/content and asks whether a case of tests/cases notices.

  tests/mutate_content.py [--build DIR] [--kinds KIND,…] [--jobs N] [--only TEXT]

Kinds: finding (as if nothing could ever speak for it), pathway, rule, criterion (one operand of a rule),
measurement, derived, code, stress (a weight or mark), screen (an item or a part of one), medication, imaging (one
pathway it covers), pain. All of them but codes, which are the record of what was found and need no case each,
unless --kinds says which. Prints a line for each mutation that no case notices, the score of each kind and of
all, and exits 1 when one survived and 2 when a mutated pack does not load, which would be a fault of this script.
Needs cases_test, built, in DIR (build/ci).
"""
import argparse
import concurrent.futures
import copy
import json
import os
import pathlib
import queue
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
CONTENT = ROOT / "rules" / "content"
NEVER = {"age": {"below": 0}}
# Under these keys a string is the id of a finding; elsewhere it may be a word that only looks like one.
LISTS_OF_FINDINGS = {"any", "all", "of", "asks", "alsoDocumented", "notBlocking", "findings", "always", "notAskedWith",
                     "withRecentPain", "reasonFindings", "standAlone", "bothSidesOf"}
FINDING = {"present", "weak", "unless", "when", "comfortCare", "selfHarm", "linkId"}


def load():
    names = (path for path in sorted(CONTENT.rglob("*.json")) if "schema" not in path.parts)
    return {str(path.relative_to(CONTENT)): json.loads(path.read_text()) for path in names}


def renamed(value, old, new, key=None, listed=False):
    """`value` with the finding `old` called `new` wherever it is meant."""
    if isinstance(value, dict):
        if value.get("linkId") == old:  # its code stands for a finding that has none any more
            value = {k: v for k, v in value.items() if k != "code"}
        names = {k: new if key == "maxAgeOf" and k == old else k for k in value}
        return {names[k]: renamed(v, old, new, k) for k, v in value.items()}
    if isinstance(value, list):
        return [renamed(v, old, new, key, key in LISTS_OF_FINDINGS) for v in value]
    return new if value == old and (listed or key in FINDING) else value


def without_finding(files, id_):
    """Its name goes too, since questionnaires answer a finding by it."""
    new = "removed-" + id_
    changed = {}
    for name, value in files.items():
        mutated = renamed(value, id_, new)
        if mutated != value:
            changed[name] = mutated
    name = f"findings/{id_}.json"
    finding = copy.deepcopy(changed.pop(name, files[name]))
    finding["id"] = new
    for key in ("codes", "measurements", "derived", "questions", "partialQuestions"):
        finding.pop(key, None)
    changed[f"findings/{new}.json"] = finding
    changed[name] = None
    phrases = f"phrases/{id_}.json"
    changed.pop(phrases, None)
    if phrases in files:
        changed[phrases] = None
    return changed


def dropped(value, path):
    """`value` without what `path`, a list of keys and places, leads to."""
    value = copy.deepcopy(value)
    at = value
    for step in path[:-1]:
        at = at[step]
    del at[path[-1]]
    return value


def replaced(value, path, by):
    value = copy.deepcopy(value)
    at = value
    for step in path[:-1]:
        at = at[step]
    at[path[-1]] = by
    return value


def operands(criterion, path):
    """The paths of everything that one of several operands is."""
    if not isinstance(criterion, dict):
        return
    for key in ("any", "all", "of", "measured"):
        for i, each in enumerate(criterion.get(key, [])):
            if len(criterion[key]) > 1:
                yield path + [key, i]
            yield from operands(each, path + [key, i])
    if "unless" in criterion:
        yield from operands(criterion["unless"], path + ["unless"])
    for key in ("part", "withinDays", "beganWithinDays", "times", "activeOnly", "dated", "withinHours"):
        if ("present" in criterion or "measured" in criterion) and key in criterion:
            yield path + [key]


def of_pathways(files):
    for name in (n for n in files if n.startswith("pathways/")):
        pathway = files[name]
        none = copy.deepcopy(pathway)
        for i, rule in enumerate(pathway["rules"]):
            none["rules"][i]["when"] = NEVER
            yield "rule", f"{pathway['id']} {rule['id']}", {name: replaced(pathway, ["rules", i, "when"], NEVER)}
            for path in operands(rule["when"], ["rules", i, "when"]):
                place = "/".join(map(str, path[3:]))
                label = f"{pathway['id']} {rule['id']} {place} {json.dumps(at(pathway, path))}"
                yield "criterion", label, {name: dropped(pathway, path)}
        yield "pathway", pathway["id"], {name: none}


def at(value, path):
    for step in path:
        value = value[step]
    return value


def of_findings(files):
    for name in (n for n in files if n.startswith("findings/")):
        finding = files[name]
        id_ = finding["id"]
        yield "finding", id_, without_finding(files, id_)
        for i, each in enumerate(finding.get("measurements", [])):
            label = f"{id_} {each['quantity']} {i}"
            yield "measurement", label, {name: dropped(finding, ["measurements", i])}
        if "derived" in finding:
            yield "derived", id_, {name: dropped(finding, ["derived"])}
        for i, each in enumerate(finding.get("codes", [])):
            label = f"{id_} {each['system']} {each['code']} ({each['display']})"
            yield "code", label, {name: dropped(finding, ["codes", i])}
        for i, each in enumerate(finding.get("excludedCodes", [])):
            yield "code", f"{id_} excluded {each['code']}", {name: dropped(finding, ["excludedCodes", i])}
        stress = finding.get("stress", {})
        if stress.get("weight"):
            yield "stress", f"{id_} weight", {name: replaced(finding, ["stress", "weight"], 0)}
        for mark in sorted(set(stress) - {"weight"}):
            yield "stress", f"{id_} {mark}", {name: dropped(finding, ["stress", mark])}


def of_screen(files):
    screen = files["screen.json"]
    for region in ("spine", "lumbar", "thoracic", "neck"):
        for i, item in enumerate(screen[region]):
            paths = [("whole", [region, i])]
            if len(item["all"]) > 1:
                paths += [(each, [region, i, "all", j]) for j, each in enumerate(item["all"])]
            for j, each in enumerate(item.get("measured", [])):
                paths.append((each["name"], [region, i, "measured", j]))
            paths += [(key, [region, i, key]) for key in ("ageFrom", "maxAge", "maxAgeOf") if key in item]
            for label, path in paths:
                yield "screen", f"{region} {item['id']} {label}", {"screen.json": dropped(screen, path)}
    for key in ("notBlocking", "readWhole"):
        for i, each in enumerate(screen[key]):
            yield "screen", f"{key} {each}", {"screen.json": dropped(screen, [key, i])}


def of_the_rest(files):
    for name in (n for n in files if n.startswith("medications/")):
        nothing = {**files[name], "codes": [], "names": ["nothing of this name"], "brands": {}}
        yield "medication", files[name]["id"], {name: nothing}
    for name in (n for n in files if n.startswith("imaging/")):
        for key in ("covers", "coversOnlyWithContrast"):
            for i, pathway in enumerate(files[name].get(key, [])):
                yield "imaging", f"{files[name]['id']} {key} {pathway}", {name: dropped(files[name], [key, i])}
    pain = files["pain.json"]
    for key in ("findings", "standAlone"):
        for i, each in enumerate(pain[key]):
            yield "pain", f"{key} {json.dumps(each)}", {"pain.json": dropped(pain, [key, i])}
            for path in operands(each, [key, i]):
                label = f"{key} {i} {'/'.join(map(str, path[2:]))} {json.dumps(at(pain, path))}"
                yield "pain", label, {"pain.json": dropped(pain, path)}
    acts = files["stress.json"]["acts"]
    for key in ("always", "withRecentPain", "problemWords", "reasonWords", "reasonFindings"):
        for i, each in enumerate(acts[key]):
            yield "stress", f"act {key} {each}", {"stress.json": dropped(files["stress.json"], ["acts", key, i])}


def mutations(files):
    for source in (of_findings, of_pathways, of_screen, of_the_rest):
        yield from source(files)


def verdict(runner, directory, changed):
    """"killed", "survived" or why the mutated pack does not load; leaves `directory` as it found it."""
    for name, value in changed.items():
        target = directory / name
        target.unlink() if value is None else target.write_text(json.dumps(value))
    try:
        ran = subprocess.run([runner, "--gtest_brief=1", "--gtest_filter=-Shorthand.*"],
                             capture_output=True, text=True, check=False, timeout=120,
                             env={**os.environ, "PLUMBLINE_CONTENT": str(directory), "GTEST_FAIL_FAST": "1"})
    finally:
        for name in changed:
            if (CONTENT / name).exists():
                shutil.copyfile(CONTENT / name, directory / name)
            else:
                (directory / name).unlink()
    if "does not load" in ran.stdout + ran.stderr:
        return next(line for line in (ran.stdout + ran.stderr).splitlines() if "does not load" in line)
    return "survived" if ran.returncode == 0 else "killed"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--build", default=str(ROOT / "build" / "ci"))
    parser.add_argument("--kinds", default="")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--only", default="", help="mutations whose line holds this")
    options = parser.parse_args()
    runner = str(pathlib.Path(options.build) / "cases_test")
    wanted = set(filter(None, options.kinds.split(",")))
    todo = [m for m in mutations(load())
            if (m[0] in wanted if wanted else m[0] != "code") and options.only in f"{m[0]} {m[1]}"]
    score, broken = {}, []
    with tempfile.TemporaryDirectory() as scratch:
        copies = queue.Queue()
        for i in range(options.jobs):
            shutil.copytree(CONTENT, pathlib.Path(scratch) / str(i))
            copies.put(pathlib.Path(scratch) / str(i))
        if verdict(runner, pathlib.Path(scratch) / "0", {}) != "survived":
            sys.exit("the cases fail without any mutation")

        def run(mutation):
            directory = copies.get()
            try:
                return mutation, verdict(runner, directory, mutation[2])
            finally:
                copies.put(directory)

        with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
            for (kind, label, _), outcome in pool.map(run, todo):
                killed, total = score.get(kind, (0, 0))
                score[kind] = (killed + (outcome == "killed"), total + 1)
                if outcome != "killed":
                    print(f"{kind} {label}: {outcome}", flush=True)
                if outcome not in ("killed", "survived"):
                    broken.append(label)
    for kind, (killed, total) in score.items():
        print(f"{kind}: {killed} of {total} noticed")
    killed, total = (sum(each[i] for each in score.values()) for i in (0, 1))
    print(f"all: {killed} of {total} noticed")
    sys.exit(2 if broken else 1 if killed < total else 0)


if __name__ == "__main__":
    main()
