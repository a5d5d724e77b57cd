#!/usr/bin/env python3
"""Makes one small mistake at a time in a copy of the sources and asks whether a test notices.

  tests/mutate_engine.py [--only TEXT] [--check]

The mistakes are in tests/mutate_engine.json: each replaces a text that its file holds exactly once, and says
which property it breaks. The copy is built in build/mutants with the ci preset, only as far as the tests need;
cases_test is asked first, then rules_test and reference_test. Prints who noticed each, and the score. Exits 1 when
one survived, 2 when a text is not in its file or the copy does not build. --check looks only whether every text
is there once.
"""
import argparse
import json
import pathlib
import shutil
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
COPY = ROOT / "build" / "mutants"
TESTS = [["cases_test"], ["rules_test"], ["reference_test"]]


def fail(text):
    print(text, file=sys.stderr)
    sys.exit(2)


def copy_sources():
    """Only what changed, so that a second run builds little."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in listed.splitlines():
        source, target = ROOT / name, COPY / name
        if not source.exists() or (target.exists() and target.read_bytes() == source.read_bytes()):
            continue
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target)


def build():
    targets = [test[0] for test in TESTS]
    return subprocess.run(["cmake", "--build", "--preset", "ci", "--target", *targets], cwd=COPY,
                          capture_output=True, text=True, check=False)


def noticed():
    """The first test program that fails, or nothing."""
    for test in TESTS:
        command = [str(COPY / "build" / "ci" / test[0]), "--gtest_brief=1", *test[1:]]
        ran = subprocess.run(command, cwd=COPY, capture_output=True, text=True, check=False, timeout=900)
        if ran.returncode != 0:
            return test[0]
    return None


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="mistakes whose file or text holds this")
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    everything = json.loads((ROOT / "tests" / "mutate_engine.json").read_text())
    for each in everything:
        count = (ROOT / each["file"]).read_text().count(each["old"])
        if count != 1:
            fail(f"{each['file']} holds {count} times: {each['old']}")
    if options.check:
        return
    mistakes = [each for each in everything if options.only in each["file"] + each["breaks"]]
    copy_sources()
    configured = subprocess.run(["cmake", "--preset", "ci"], cwd=COPY, capture_output=True, text=True, check=False)
    if configured.returncode != 0 or build().returncode != 0:
        fail("the sources do not build without any mistake")
    if noticed():
        fail("the tests fail without any mistake")
    survived, broken = 0, 0
    for each in mistakes:
        target = COPY / each["file"]
        whole = (ROOT / each["file"]).read_text()
        target.write_text(whole.replace(each["old"], each["new"]))
        built = build()
        by = noticed() if built.returncode == 0 else "DOES NOT BUILD\n" + built.stdout[-2000:]
        broken += built.returncode != 0
        survived += by is None
        print(f"{each['file']}: {each['breaks']}: {by or 'SURVIVED'}", flush=True)
        target.write_text(whole)
    print(f"{len(mistakes) - survived - broken} of {len(mistakes)} noticed")
    sys.exit(2 if broken else 1 if survived else 0)


if __name__ == "__main__":
    main()
