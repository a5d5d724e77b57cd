#!/usr/bin/env python3
"""Whether what load.py saw and what the stores hold keep the promises; and what each event cost.

    check.py WORK

Reads what load.py wrote, `events` (a line for each: when, its name) and `feedback`, `cards`: rows as `plumbline report
--export` writes them. Exit code 1 when a promise is broken.
"""
import collections
import json
import sys

work = sys.argv[1]


def lines(name):
    try:
        with open(f"{work}/{name}") as file:
            return [line.rstrip("\n") for line in file if line.strip()]
    except FileNotFoundError:
        return []


def rows(name):
    return [json.loads(line) for line in lines(name)]


def percentile(values, share):
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share))] if ordered else 0


def cost(calls):
    """Of the calls and feedback of one event: how many failed, how, and for how long none went well."""
    failed = [each for each in calls if each["status"] != 200]
    ways = collections.Counter(f"{each['status'] or ''} {each['why'].split(';')[0]}".strip() for each in failed)
    good = sorted(each["at"] + each["took"] for each in calls if each["status"] == 200)
    gap = max((b - a for a, b in zip(good, good[1:])), default=0)
    ends = [each["at"] + each["took"] for each in failed]
    span = max(ends) - min(each["at"] for each in failed) if failed else 0
    p99 = percentile([each["took"] for each in calls if each["status"] == 200], 0.99)
    said = ", ".join(f"{count} × {way}" for way, count in ways.most_common(4)) or "-"
    return (f"{len(calls)} | {len(failed)} ({100 * len(failed) / max(1, len(calls)):.1f} %) | {said} | {span:.1f} s | "
            f"{gap:.1f} s | {1000 * p99:.0f} ms")


calls = rows("calls")
events = [(float(when), name) for when, name in (line.split("\t") for line in lines("events"))]
broken = lines("wrong")


def during(when):
    return next((name for begin, name in reversed(events) if begin <= when), "")

print("| what happened | calls and feedback | failed | how | from first to last | none went well for | p99 |")
print("|---|---|---|---|---|---|---|")
for (begin, name), (end, _) in zip(events, events[1:]):
    # By its end: what began just before an event is what the event hits.
    own = [each for each in calls if each["kind"] in ("call", "feedback") and begin <= each["at"] + each["took"] < end]
    print(f"| {name} | {cost(own)} |")
    if name.startswith("nothing") and any(each["status"] != 200 for each in own):
        broken.append(f"calls failed while nothing happened ({name})")
    if not any(each["status"] == 200 for each in own):
        broken.append(f"no call went well while: {name}")

acknowledged = rows("acknowledged")
# Feedback that came before the record of its card, which another replica still had to write, is kept apart.
kept = collections.Counter((row["card"], row["known"]) for row in rows("feedback"))
apart = {card for card, known in kept if not known}
lost = [each for each in acknowledged if not kept[(each["card"], 1)] and each["card"] not in apart]
twice = [key for key, count in kept.items() if count > 1]
broken += [f"acknowledged feedback is lost: {each['card']}" for each in lost]
broken += [f"feedback is kept more than once: {card}" for card, _ in twice]
undelivered = lines("undelivered")
broken += [f"feedback could not be delivered in the end: {each}" for each in undelivered]
recorded = {row["card"] for row in rows("cards")}
shown = rows("shown")
unrecorded = [each for each in shown if each["card"] not in recorded]

rolled = [when for when, name in events if name.startswith("nothing, after")]
versions = rows("versions")
newest = versions[-1]["version"] if versions else ""
late = [each for each in versions if rolled and each["at"] > rolled[-1] + 2 and each["version"] != newest]
broken += [f"an answer of content {each['version']} after all replicas were rolled" for each in late]
seen = collections.Counter(each["version"] for each in versions)

# A replica that is cut off, or whose database is away, goes by what it knew. Feedback that is kept apart keeps nothing away.
excused = ("cut off", "PostgreSQL")
reminders = [each for each in rows("reminders") if each["card"] not in apart]
broken += [f"an overridden card came again while {during(each['at'])}: {each['card']}" for each in reminders
           if not any(words in during(each["at"]) for words in excused)]

of = lambda kind: [each for each in calls if each["kind"] == kind]
print(f"""
answers compared with their golden card: {sum(1 for each in calls if each['status'] == 200 and each['kind'] != 'feedback')}, \
by content {dict(seen)}
tokens shown to two replicas at once: {len(of('twin')) // 2}; shown again later: {len(of('again'))}, \
answered {dict(collections.Counter(each['status'] for each in of('again')))}
feedback acknowledged: {len(acknowledged)}, kept: {sum(kept.values())}, of that apart: {len(apart)}; \
lost: {len(lost)}, twice: {len(twice)}, not delivered: {len(undelivered)}
charts whose card was overridden, shown to any replica: {len(of('reminder'))}, the card came again: {len(reminders)}, \
and {len(rows("reminders")) - len(reminders)} times where its feedback is kept apart
cards shown: {len(shown)}, of them not on record: {len(unrecorded)} \
{dict(collections.Counter(during(each['at']) for each in unrecorded))}""")
if not acknowledged or not of("twin") or not of("again") or len(seen) < 2:
    broken.append("too little happened to say anything")
for each in broken[:20]:
    print("BROKEN: " + each[:500])
sys.exit(1 if broken else 0)
