"""Counts the instructions of each stage of an answer (tests/bench/instructions.cpp) under valgrind, which does
not depend on how busy a machine is, and compares them with tests/bench/instructions.json: each may differ by 5 %.
Where a count is to change, write it anew and say why in the commit:
    tests/bench/instructions.py build/ci/instructions --write
Exit code 1 when a count differs by more, in either direction: what was won should be on record too."""
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

RECORD = os.path.join(os.path.dirname(__file__), "instructions.json")
TOLERANCE = 0.05


def counts(program):
    with tempfile.TemporaryDirectory() as work:
        out = os.path.join(work, "counts")
        subprocess.run(["valgrind", "--tool=callgrind", "--collect-atstart=no", "--combine-dumps=no",
                        f"--callgrind-out-file={out}", program], check=True, stderr=subprocess.DEVNULL)
        found = {}
        for name in os.listdir(work):
            with open(os.path.join(work, name)) as dump:
                text = dump.read()
            stage = re.search(r"^desc: Trigger: Client Request: (.+)$", text, re.M)
            if stage:
                found[stage[1]] = int(re.search(r"^(?:summary|totals): (\d+)", text, re.M)[1])
        return found


def main():
    if len(sys.argv) < 2 or sys.argv[2:] not in ([], ["--write"]):
        sys.exit(__doc__)
    if not shutil.which("valgrind"):
        print("SKIPPED: valgrind is not installed")
        return
    found = counts(sys.argv[1])
    if sys.argv[2:]:
        with open(RECORD, "w") as record:
            record.write(json.dumps(found, indent=2, sort_keys=True) + "\n")
        return
    with open(RECORD) as record:
        recorded = json.load(record)
    if found.keys() != recorded.keys():
        sys.exit(f"the stages differ: {sorted(found)} here, {sorted(recorded)} on record")
    differs = False
    for stage, count in sorted(found.items()):
        change = count / recorded[stage] - 1
        differs |= abs(change) > TOLERANCE
        print(f"{stage:14} {count:12,} instructions, {change:+.1%} of what is on record")
    if differs:
        sys.exit(f"more than {TOLERANCE:.0%} apart: {sys.argv[1]} --write puts new counts on record")


if __name__ == "__main__":
    main()
