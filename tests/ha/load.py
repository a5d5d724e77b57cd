#!/usr/bin/env python3
"""EHRs that call without pause, and compare what they get.

    load.py WORK GOLDEN TOKENS FRONT REPLICA,… ADDRESS,… PATIENCE

Each of the ADDRESSes is an EHR: it calls the service at FRONT about a patient of its own each time, one golden chart
after the other, and sends feedback on the cards, again and again until it is acknowledged. Others send a token to two
REPLICAs at the same time, tokens that were taken to another one later, and charts whose card was overridden to any.
Stops when WORK/stop is there. Writes into WORK: keys.json, calls (one line each), acknowledged, shown, versions, reminders,
undelivered, and wrong: what must never be, whose being empty is the point. Charts are of one fixed moment, and so are
the services (--now).
"""
import collections
import http.client
import json
import os
import random
import socket
import ssl
import subprocess
import sys
import threading
import time
import uuid

NOW = "2026-11-23T10:00:00Z"
SECONDS = 1795428000  # the same moment
ISSUER, BASE = "https://ehr.example", "https://cds.hospital.example"
CALLS_OF_A_CONNECTION = 20
ALL_KNOW = 2  # seconds after which each replica knows of an override; a second is what is promised

work, golden, tokens_program, front, replicas, addresses, patience = sys.argv[1:]
patience = float(patience)  # seconds an EHR waits for an answer
replicas, addresses = replicas.split(","), addresses.split(",")
tls = ssl.create_default_context(cafile=f"{work}/certs/ca.pem")
lock = threading.Lock()


class Signer:
    """Tokens, of one key for all EHRs."""

    def __init__(self):
        self.program = subprocess.Popen([tokens_program], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        with open(f"{work}/keys.part", "w") as file:
            file.write(self.program.stdout.readline())
        os.rename(f"{work}/keys.part", f"{work}/keys.json")
        self.lock = threading.Lock()

    def token(self, path):
        claims = {"iss": ISSUER, "aud": BASE + path, "exp": SECONDS + 300, "iat": SECONDS, "jti": str(uuid.uuid4())}
        with self.lock:
            self.program.stdin.write(json.dumps(claims) + "\n")
            self.program.stdin.flush()
            return self.program.stdout.readline().strip()


class Connection(http.client.HTTPSConnection):
    """To an address, by the name that the certificate is for, from an address."""

    def __init__(self, to, source=None):
        super().__init__(to, 443, timeout=patience, context=tls)
        self.to, self.source = to, source

    def connect(self):
        host, _, port = self.to.partition(":")
        source = (self.source, 0) if self.source else None
        plain = socket.create_connection((host, int(port)), patience, source)
        self.sock = tls.wrap_socket(plain, server_hostname="localhost")


def write(name, line):
    with lock, open(f"{work}/{name}", "a") as file:
        file.write(line + "\n")


def post(connection, kind, path, token, body):
    """The status, 0 where there was none, and the answer; one line in `calls`."""
    began, status, answer = time.time(), 0, b""
    try:
        connection.request("POST", path, body, {"Content-Type": "application/json", "Authorization": "Bearer " + token})
        response = connection.getresponse()
        answer, status = response.read(), response.status
    except (OSError, http.client.HTTPException) as error:
        why = type(error).__name__
        connection.close()
    else:
        why = "" if status == 200 else json.loads(answer)["issue"][0]["diagnostics"]
    write("calls", json.dumps({"at": began, "took": time.time() - began, "kind": kind, "status": status, "why": why}))
    return status, answer


def without_identifiers(value):
    if isinstance(value, list):
        return [without_identifiers(each) for each in value]
    if isinstance(value, dict):
        return {k: "" if k in ("uuid", "digest") else without_identifiers(v) for k, v in value.items()}
    return value


class Chart:
    """A golden request, for any patient, and the cards that each version of the content has for it."""

    def __init__(self, name, path, versions):
        self.name = name
        with open(f"{golden}/{name}.request.json") as file:
            text = file.read()
        request = json.loads(text)
        self.patient = request["context"]["patientId"]
        self.text = text
        self.path = path
        with open(f"{golden}/{name}.response.json") as file:
            first = file.read()
        self.cards = {}
        for version, changes in versions.items():
            made = first
            for before, after in changes:
                made = made.replace(before, after)
            self.cards[version] = without_identifiers(json.loads(made)["body"]["cards"])

    def request(self):
        """About a patient of its own, and that patient's id."""
        patient = str(uuid.uuid4())
        made = self.text.replace(self.patient, patient)
        return made.replace(json.loads(self.text)["hookInstance"], str(uuid.uuid4())).encode(), patient

    def wrong(self, cards, patient):
        """What is wrong with an answer, or nothing; the version it is of, where it has one."""
        seen = without_identifiers(json.loads(json.dumps(cards).replace(patient, self.patient)))
        versions = {c["extension"]["org.plumbline.assessment"]["pack"]["version"] for c in cards} or set(self.cards)
        for version in versions:
            if self.cards.get(version) == seen:
                return "", versions.pop() if cards else None
        return f"{self.name}: {json.dumps(cards)[:2000]}", None


def charts():
    """Golden charts that are answered 200, by the service of their hook."""
    with open(f"{work}/versions.json") as file:
        versions = json.load(file)
    made = []
    for name in sorted(each[: -len(".request.json")] for each in os.listdir(golden) if each.endswith(".request.json")):
        with open(f"{golden}/{name}.response.json") as file:
            if json.load(file)["status"] != 200:
                continue
        with open(f"{golden}/{name}.request.json") as file:
            hook = json.load(file)["hook"]
        made.append(Chart(name, f"/cds-services/plumbline-{hook}", versions))
    return made


signer = Signer()
all_charts = charts()
taken = collections.deque(maxlen=2000)  # when, path, token, body
overridden = collections.deque(maxlen=500)  # when it was acknowledged, path and body of the call, the card
stopped = lambda: os.path.exists(f"{work}/stop")


def look_at(chart, patient, answer):
    """Compares an answer of 200; its cards."""
    cards = json.loads(answer)["cards"]
    wrong, version = chart.wrong(cards, patient)
    if wrong:
        write("wrong", "wrong card: " + wrong)
    if version:
        write("versions", json.dumps({"at": time.time(), "version": version}))
    for card in cards:
        write("shown", json.dumps({"at": time.time(), "card": card["uuid"]}))
    return cards


class Ehr(threading.Thread):
    def __init__(self, number, address):
        super().__init__()
        self.number, self.address = number, address
        self.connection, self.calls = None, 0
        self.pending = []  # path and body of a call, and feedback on its card that is not acknowledged

    def ask(self, kind, path, token, body):
        if self.calls % CALLS_OF_A_CONNECTION == 0:
            if self.connection:
                self.connection.close()
            self.connection = Connection(front, self.address)
        self.calls += 1
        return post(self.connection, kind, path, token, body)

    def deliver(self):
        still = []
        for path, body, entry in self.pending:
            feedback = path + "/feedback"
            status, _ = self.ask("feedback", feedback, signer.token(feedback), json.dumps({"feedback": [entry]}).encode())
            if status == 200:
                write("acknowledged", json.dumps(entry))
                overridden.append((time.time(), path, body, entry["card"]))
            else:
                still.append((path, body, entry))
        self.pending = still

    def call(self, chart):
        token, (body, patient) = signer.token(chart.path), chart.request()
        status, answer = self.ask("call", chart.path, token, body)
        if status != 200:
            return
        taken.append((time.time(), chart.path, token, body))
        for card in look_at(chart, patient, answer):
            reason = card["overrideReasons"][0]
            entry = {"card": card["uuid"], "outcome": "overridden", "outcomeTimestamp": NOW,
                     "overrideReason": {"reason": {k: reason[k] for k in ("code", "system")}}}
            self.pending.append((chart.path, body, entry))

    def run(self):
        turn = self.number
        while not stopped():
            self.call(all_charts[turn % len(all_charts)])
            turn += 1
            self.deliver()
            time.sleep(0.1)
        until = time.time() + 10
        while self.pending and time.time() < until:
            self.deliver()
        for _, _, entry in self.pending:
            write("undelivered", json.dumps(entry))


def twins():
    """One token at two replicas in the same moment."""
    while not stopped():
        chart = random.choice(all_charts)
        token, (body, patient) = signer.token(chart.path), chart.request()
        answers = []

        def one(replica):
            connection = Connection(replica)
            answers.append(post(connection, "twin", chart.path, token, body))
            connection.close()

        threads = [threading.Thread(target=one, args=(each,)) for each in random.sample(replicas, 2)]
        for each in threads:
            each.start()
        for each in threads:
            each.join()
        good = [answer for status, answer in answers if status == 200]
        if good:
            taken.append((time.time(), chart.path, token, body))
        for answer in good:
            look_at(chart, patient, answer)
        if len(good) > 1:
            write("wrong", "a token was taken by two replicas at the same time")
        time.sleep(0.1)


def again():
    """A token that was taken, some time later at some replica."""
    while not stopped():
        if taken:
            when, path, token, body = random.choice(taken)
            connection = Connection(random.choice(replicas))
            status, _ = post(connection, "again", path, token, body)
            connection.close()
            if status == 200:
                write("wrong", f"a token was taken again after {time.time() - when:.1f} s")
        time.sleep(0.05)


def reminded():
    """The same chart, of a card that was overridden, at any replica: nothing, once all can know."""
    while not stopped():
        if overridden and time.time() - overridden[0][0] > ALL_KNOW:
            _, path, body, card = overridden.popleft()
            connection = Connection(random.choice(replicas))
            status, answer = post(connection, "reminder", path, signer.token(path), body)
            connection.close()
            if status == 200 and json.loads(answer)["cards"]:
                write("reminders", json.dumps({"at": time.time(), "card": card}))
        time.sleep(0.05)


def main():
    while not os.path.exists(f"{work}/go"):
        time.sleep(0.05)
    threads = [Ehr(number, address) for number, address in enumerate(addresses)]
    threads += [threading.Thread(target=twins), threading.Thread(target=again), threading.Thread(target=reminded)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()


main()
