"""The tables of tests/bench/README.md; tests/bench/run.sh builds what this runs and explains the arguments.

Servers run on core 0, what loads them on core 1. All that one table compares is measured in turn, round by round,
so that whatever else the machine does falls on each; figures are medians over the rounds. CPU is what the
server's process used, user and system, by /proc."""
import argparse
import os
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time

BUILD = "build/bench"
PLUMBLINE = f"{BUILD}/plumbline"
TICK = os.sysconf("SC_CLK_TCK")
CALL = "/cds-services/plumbline-patient-view"
NOW = "2026-11-25T12:00:00Z"


def output(*command, core=None, **more):
    pinned = ["taskset", "-c", str(core), *command] if core is not None else list(command)
    return subprocess.run(pinned, check=True, stdout=subprocess.PIPE, text=True, **more).stdout


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Server:
    """A process on core 0 that prints `ready URL`, or of which the port is known."""

    def __init__(self, name, command, port=None, scheme="http"):
        self.name = name
        self.process = subprocess.Popen(["taskset", "-c", "0", *command], stdout=subprocess.PIPE, text=True,
                                        stderr=subprocess.DEVNULL)
        if port is None:
            ready = self.process.stdout.readline()
            if not ready.startswith("ready "):
                sys.exit(f"{name} does not start: {' '.join(command)}")
            self.url = ready.split()[1]
        else:
            self.url = f"{scheme}://127.0.0.1:{port}"
            for _ in range(100):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.05)
            else:
                sys.exit(f"{name} does not listen")
        self.port = int(self.url.rsplit(":", 1)[1].rstrip("/"))

    def processes(self):
        """Itself and its children: nginx works in one."""
        pid = str(self.process.pid)
        with open(f"/proc/{pid}/task/{pid}/children") as children:
            return [pid, *children.read().split()]

    def cpu(self):
        """Microseconds, user and system."""
        ticks = 0
        for pid in self.processes():
            with open(f"/proc/{pid}/stat") as stat:
                fields = stat.read().rsplit(")", 1)[1].split()
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICK * 1e6

    def resident(self, peak=False):
        """MB: now, or the most since reset_peak."""
        with open(f"/proc/{self.process.pid}/status") as status:
            return int(re.search(f"{'VmHWM' if peak else 'VmRSS'}:\\s+(\\d+)", status.read())[1]) / 1024

    def reset_peak(self):
        with open(f"/proc/{self.process.pid}/clear_refs", "w") as refs:
            refs.write("5")

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait()


def load(server, body, seconds, connections=16, tokens=None):
    """One turn of wrk. Any answer but 200 ends the run: a fast refusal is no speed."""
    environment = dict(os.environ, BODY_FILE=body, REQUEST_PATH=CALL)
    if tokens:
        environment["TOKENS_FILE"] = tokens
    before = server.cpu()
    printed = output("wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s",
                     "tests/bench/patient_view.lua", server.url, core=1, env=environment)
    used = server.cpu() - before
    report = dict((key, float(value)) for key, value in re.findall(r'"(\w+)":([\d.]+)', printed))
    if report["refused"] or not report["requests"]:
        sys.exit(f"{server.name} refused {report['refused']:.0f} of {report['requests']:.0f}:\n{printed}")
    report["cpu"] = used / report["requests"]
    return report


def rounds(turns, count):
    """turns: {name: function that gives a report}. Runs them in turn; the median of each figure by name."""
    seen = {name: [] for name in turns}
    for _ in range(count):
        for name, turn in turns.items():
            seen[name].append(turn())
    return {name: {key: statistics.median(each[key] for each in reports) for key in reports[0]}
            for name, reports in seen.items()}


def table(title, head, rows):
    print(f"\n### {title}\n\n| {' | '.join(head)} |\n|{'---|' * len(head)}")
    for row in rows:
        print(f"| {' | '.join(row)} |")
    sys.stdout.flush()


def reported(found, against):
    """Rows of a loaded server each: rate, CPU, latency, and its rate as a share of each yardstick's."""
    for name, report in found.items():
        ratios = [f"{report['perSecond'] / found[each]['perSecond']:.2f}" for each in against]
        yield [name, f"{report['perSecond']:.0f}", f"{report['cpu']:.0f}", f"{report['p50ms']:.2f}",
               f"{report['p99ms']:.2f}", f"{report['p999ms']:.2f}", *ratios]


HEAD = ["server", "requests/s", "CPU µs", "p50 ms", "p99 ms", "p99.9 ms"]


class Bench:
    def __init__(self, options, work):
        self.options = options
        self.work = work
        output(f"{BUILD}/bodies", work)
        output("bash", "certs/dev-certs.sh", f"{work}/certs", stderr=subprocess.DEVNULL)
        self.servers = []

    def path(self, name):
        return os.path.join(self.work, name)

    def written(self, name, text):
        with open(self.path(name), "w") as out:
            out.write(text)
        return self.path(name)

    def start(self, *arguments, **more):
        self.servers.append(Server(*arguments, **more))
        return self.servers[-1]

    def stop_all(self):
        while self.servers:
            self.servers.pop().stop()

    def poco(self):
        return self.start("Poco `HTTPServer`, empty handler", [f"{BUILD}/poco_empty_server", "0"])

    def plumbline(self, name="plumbline", *more):
        return self.start(name, [PLUMBLINE, "serve", "--demo", "--port", "0", "--data",
                                 tempfile.mkdtemp(dir=self.work), *more])

    def nginx(self, tls=False):
        port = free_port()
        lines = (f"ssl_certificate {self.path('certs/server.pem')}; ssl_certificate_key "
                 f"{self.path('certs/server.key')}; ssl_protocols TLSv1.3;" if tls else "")
        answer = "{" + "x" * 1000 + "}"
        settings = self.written(f"nginx-{port}.conf", f"""
            daemon off; worker_processes 1; pid {self.path(f'nginx-{port}.pid')}; error_log /dev/null;
            events {{ worker_connections 4096; }}
            http {{ access_log off; client_body_temp_path {self.path('nginx-body')};
              proxy_temp_path {self.path('nginx-proxy')}; fastcgi_temp_path {self.path('nginx-fastcgi')};
              uwsgi_temp_path {self.path('nginx-uwsgi')}; scgi_temp_path {self.path('nginx-scgi')};
              keepalive_requests 1000000000; client_max_body_size 0; {lines}
              server {{ listen 127.0.0.1:{port}{' ssl' if tls else ''} backlog=1024;
                location / {{ default_type application/json; return 200 '{answer}'; }} }} }}""")
        return self.start("nginx, static, TLS 1.3" if tls else "nginx, static",
                          ["nginx", "-e", "/dev/null", "-p", self.work, "-c", settings], port=port,
                          scheme="https" if tls else "http")

    def in_no_hurry(self):
        """More is asked for at once than a core can answer in 450 ms: here the wait is measured, not refused."""
        return self.written("in-no-hurry.jsonc", '{"limits": {"requestMilliseconds": 10000}}')

    def compared(self, servers, body="6k.json", connections=16, count=None):
        turns = {each.name: (lambda each=each: load(each, self.path(body), self.options.seconds, connections))
                 for each in servers}
        for turn in turns.values():
            turn()
        return rounds(turns, count or self.options.rounds)

    # ---- parts ----

    def calls(self):
        found = self.compared([self.poco(), self.nginx(), self.plumbline()])
        table("A call of 6 KB, 16 connections, audit on, no token", [*HEAD, "of Poco", "of nginx"],
              reported(found, list(found)[:2]))

    def tokens(self):
        poco, nginx = self.poco(), self.nginx()
        clients, turns = [], {each.name: (lambda each=each: load(each, self.path("6k.json"), self.options.seconds))
                              for each in (poco, nginx)}
        per_second = {"RS384": 9000, "ES384": 1600}
        for algorithm, rate in per_second.items():
            output(f"{BUILD}/bodies", self.work, algorithm, str(rate * self.options.seconds * self.options.rounds))
            clients.append(f'{{"name": "{algorithm}", "issuer": "{algorithm}", "jwksFile": "{algorithm}.jwks"}}')
        settings = self.written("tokens.jsonc", f"""{{"listen": {{"port": 0}}, "baseUrl": "https://p.example",
            "store": {{"path": "tokens-data"}}, "rollout": {{"default": "on"}},
            "development": {{"allowPlainHttp": true}}, "limits": {{"clientRequestsPerSecond": 0}},
            "clients": [{', '.join(clients)}]}}""")
        server = self.start("plumbline, tokens", [PLUMBLINE, "serve", "--config", settings])
        for algorithm in per_second:
            turns[f"plumbline, {algorithm}"] = self.each_token_once(server, algorithm)
        for algorithm in per_second:
            turns[f"OpenSSL verifies {algorithm}"] = lambda algorithm=algorithm: {
                "perSecond": float(output(f"{BUILD}/yardstick", "verify", algorithm, core=0)), "cpu": 0, "p50ms": 0,
                "p99ms": 0, "p999ms": 0}
        found = rounds(turns, self.options.rounds)
        table("The same with a token of its own for each call; the raw verification of one thread beside it",
              [*HEAD, "of Poco", "of nginx", "of ES384 verified"],
              reported(found, [poco.name, nginx.name, "OpenSSL verifies ES384"]))

    def each_token_once(self, server, algorithm):
        """Each round has its own slice of the tokens: none is sent twice."""
        with open(self.path(f"{algorithm}.tokens")) as lines:
            all_tokens = lines.readlines()
        share = len(all_tokens) // self.options.rounds
        at = iter(range(self.options.rounds))

        def turn():
            first = next(at) * share
            part = self.written(f"{algorithm}.part", "".join(all_tokens[first:first + share]))
            return load(server, self.path("6k.json"), self.options.seconds, tokens=part)
        return turn

    def tls(self):
        settings = self.written("tls.jsonc", f"""{{"listen": {{"port": 0, "tls": {{
            "certificate": "{self.path('certs/server.pem')}", "key": "{self.path('certs/server.key')}"}}}}}}""")
        found = self.compared([self.nginx(tls=True),
                               self.plumbline("plumbline, TLS 1.3", "--config", settings)])
        table("TLS 1.3, keep-alive, 6 KB, 16 connections, no token", [*HEAD, "of nginx"],
              reported(found, list(found)[:1]))

    def bodies(self):
        server, rows, costs = self.plumbline(), [], {}
        for name in ("6k", "100k", "1m", "6m"):
            body = self.path(f"{name}.json")
            megabytes = os.path.getsize(body) / 1e6
            turns = {"plumbline": lambda body=body: load(server, body, self.options.seconds, 2),
                     "parse": lambda body=body: dict(zip(("simdjson", "rapidjson"), map(float, output(
                         f"{BUILD}/yardstick", "parse", body, core=0).split())))}
            found = rounds(turns, self.options.rounds)
            cpu, parse = found["plumbline"]["cpu"], found["parse"]
            costs[name] = cpu / megabytes
            rows.append([f"{megabytes * 1000:.0f} KB", f"{cpu:.0f}", f"{parse['simdjson']:.0f}",
                         f"{parse['rapidjson']:.0f}", f"{cpu / parse['simdjson']:.1f}",
                         f"{cpu / parse['rapidjson']:.1f}", f"{costs[name]:.0f}",
                         f"{found['plumbline']['p99ms']:.1f}"])
        table("Coded data, 2 connections: a whole call beside only parsing the same bytes",
              ["body", "CPU µs a call", "simdjson µs", "RapidJSON µs", "of simdjson", "of RapidJSON", "µs a MB",
               "p99 ms"], rows)
        print(f"\nCost a MB at 6 MB beside that at 100 KB: {costs['6m'] / costs['100k']:.2f}")

    def connections(self):
        servers = [self.poco(), self.nginx(), self.plumbline("plumbline", "--config", self.in_no_hurry())]
        for connections in (1, 256, 1000):
            found = self.compared(servers, connections=connections, count=max(2, self.options.rounds // 2))
            table(f"6 KB, {connections} connections", [*HEAD, "of Poco", "of nginx"],
                  reported(found, list(found)[:2]))

    def steady(self):
        servers, body = [self.poco(), self.plumbline()], self.path("6k.json")
        rates = {each.name: 0.6 * load(each, body, self.options.seconds)["perSecond"] for each in servers}

        def turn(server):
            printed = output(f"{BUILD}/paced", str(server.port), body, str(rates[server.name]),
                             str(self.options.seconds), "16", core=1)
            p50, p99, p999, refused = map(float, printed.split())
            if refused:
                sys.exit(f"{server.name} refused {refused} at a steady load")
            return {"p50": p50, "p99": p99, "p999": p999}
        found = rounds({each.name: (lambda each=each: turn(each)) for each in servers}, self.options.rounds)
        base = found[servers[0].name]["p99"]
        table("Latency at 60 % of each server's own most, 16 connections",
              ["server", "requests/s", "p50 ms", "p99 ms", "p99.9 ms", "p99 of Poco's"],
              [[name, f"{rates[name]:.0f}", f"{each['p50']:.2f}", f"{each['p99']:.2f}", f"{each['p999']:.2f}",
                f"{each['p99'] / base:.2f}"] for name, each in found.items()])

    def memory(self):
        started = time.monotonic()
        server = self.plumbline()
        ready = time.monotonic() - started
        rows = [["start to ready", f"{ready * 1000:.0f} ms", "300 ms"]]
        load(server, self.path("6k.json"), self.options.seconds)
        rows.append(["resident under 16 connections of 6 KB", f"{server.resident(peak=True):.0f} MB", "64 MB"])
        self.stop_all()
        server = self.plumbline("plumbline", "--config", self.in_no_hurry())
        load(server, self.path("6k.json"), self.options.seconds)
        before = server.resident()
        server.reset_peak()
        load(server, self.path("6m.json"), 2 * self.options.seconds)
        size = os.path.getsize(self.path("6m.json")) / 2**20
        each = (server.resident(peak=True) - before) / 16
        rows.append([f"more for each of 16 bodies of {size:.1f} MB in flight", f"{each:.1f} MB",
                     f"{0.25 + 2.5 * size:.1f} MB"])
        time.sleep(3)
        rows.append(["kept of it 3 s later", f"{server.resident() - before:.1f} MB", "given back"])
        self.stop_all()
        server = self.plumbline()
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(1000)]
        for each in idle:
            each.sendall(b"GET /cds-services HTTP/1.1\r\nHost: x\r\n\r\n")
            if not each.recv(65536).startswith(b"HTTP/1.1 200"):
                sys.exit("a connection of 1000 was refused")
        rows.append(["resident with 1,000 idle connections", f"{server.resident():.0f} MB", "50 MB"])
        table("Start and memory", ["what", "measured", "at most"], rows)

    def evaluate(self):
        gigabytes = self.options.export or 0.2
        directory = self.path("export")
        print(f"\nexport: {output(f'{BUILD}/make_export', directory, str(gigabytes)).strip()}", flush=True)
        files = sorted(os.path.join(directory, name) for name in os.listdir(directory))
        total = sum(map(os.path.getsize, files)) / 1e6

        def run(jobs):
            started = time.monotonic()
            process = subprocess.Popen([PLUMBLINE, "evaluate", "--now", NOW, "--jobs", str(jobs), *files],
                                       stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                                       env=dict(os.environ, TMPDIR=self.work))
            _, status, usage = os.wait4(process.pid, 0)
            if status:
                sys.exit("evaluate failed")
            seconds = time.monotonic() - started
            return {"rate": total / seconds, "cpu": total / (usage.ru_utime + usage.ru_stime),
                    "peak": usage.ru_maxrss / 1024}
        one_file = max(files, key=lambda each: os.path.getsize(each) if os.path.getsize(each) < 2e9 else 0)
        turns = {f"{jobs}": (lambda jobs=jobs: run(jobs)) for jobs in (1, 2)}
        turns |= {f"parse {jobs}": (lambda jobs=jobs: {"rate": float(output(
            f"{BUILD}/yardstick", "lines", one_file, str(jobs)))}) for jobs in (1, 2)}
        found = rounds(turns, 1 if self.options.export else self.options.rounds)
        scaling = [found["2"]["rate"] / found["1"]["rate"], found["parse 2"]["rate"] / found["parse 1"]["rate"]]
        table(f"`evaluate` on an export of {total / 1000:.2f} GB, --memory 1024",
              ["jobs", "MB/s", "MB a second of CPU", "peak MB", "simdjson parses lines, MB/s"],
              [[jobs, f"{found[jobs]['rate']:.0f}", f"{found[jobs]['cpu']:.0f}", f"{found[jobs]['peak']:.0f}",
                f"{found[f'parse {jobs}']['rate']:.0f}"] for jobs in ("1", "2")])
        print(f"\nscaling from one to two jobs: {scaling[0]:.2f}; of the bare parse loop {scaling[1]:.2f}; "
              f"ratio {scaling[0] / scaling[1]:.2f}")

    def notes(self):
        printed = output(f"{BUILD}/plumbline_bench", "--benchmark_filter=readNotes", "--benchmark_format=csv",
                         "--benchmark_repetitions=5", "--benchmark_report_aggregates_only=true", core=0,
                         stderr=subprocess.DEVNULL)
        rows = [[fields[0].strip('"').replace("_median", ""), f"{float(fields[5]) / 1e6:.0f} MB/s"]
                for fields in (line.split(",") for line in printed.splitlines()) if "_median" in fields[0]]
        table("Notes, context included, one core", ["text", "rate"], rows)


PARTS = ["calls", "tokens", "tls", "bodies", "connections", "steady", "memory", "evaluate", "notes"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=3)
    parser.add_argument("--export", type=float, default=0)
    parser.add_argument("parts", nargs="*", metavar="PART", help=" ".join(PARTS))
    options = parser.parse_args()
    if unknown := set(options.parts) - set(PARTS):
        parser.error(f"no such part: {' '.join(sorted(unknown))}")
    work = tempfile.mkdtemp(prefix="plumbline-bench-")
    bench = Bench(options, work)
    try:
        for part in options.parts or PARTS:
            getattr(bench, part)()
            bench.stop_all()
    finally:
        bench.stop_all()
        shutil.rmtree(work, ignore_errors=True)


if __name__ == "__main__":
    main()
