"""Runs gasket and its peers in turns, compares them, prints the table. benchmarks/peers/run calls it; see there."""
import argparse
import datetime
import json
import os
import pathlib
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from typing import Optional

PYTHON = "/usr/bin/python3"
HERE = pathlib.Path(__file__).resolve().parent
MIB = 1024.0


@dataclass
class Peer:
    name: str
    command: list  # "{data}" and the like are filled in
    faster: float = 0.0  # the target: how many times faster than this peer
    once: bool = False  # too slow to be repeated


@dataclass
class Row:
    number: int
    name: str
    title: str
    peers: list
    task: str = ""  # of peer_gasket; the row's name where empty
    command: Optional[list] = None  # in place of peer_gasket
    repeats: int = 3
    inner: int = 1  # --repeat: runs within a process
    threads: int = 2
    quick: bool = True
    auc_margin: Optional[float] = None  # AUC may be so much below the best peer's
    loss_margin: Optional[float] = None  # loss may be so much above the least of all
    growth: bool = False  # a training kernel: what memory grew by counts too
    most: dict = field(default_factory=dict)  # seconds, p99, allocations_per_call, peak_mib of gasket: at most
    note: str = ""


def python(script, task):
    return [PYTHON, str(HERE / script), task, "--data", "{data}"]


def r(task):
    return ["Rscript", "--vanilla", str(HERE / "peer_r.R"), task, "--data", "{data}"]


def duckdb(task):
    return ["node", str(HERE / "peer_duckdb.mjs"), task, "--data", "{data}"]


WORKFLOW = ["--data", "{data}/churn.csv", "--target", "churn", "--drop", "customer_id", "--json", "{scratch}/report.json",
            "--save", "{scratch}/model"]

ROWS = [
    Row(1, "boost_1m", "boosting 1M x 28, 100 trees of 31 leaves, with binning",
        [Peer("XGBoost hist", python("peer_xgboost.py", "boost_1m"), 3.3),
         Peer("HistGradientBoosting", python("peer_sklearn.py", "boost_1m"), 4.5)],
        auc_margin=0.0003, growth=True),
    Row(2, "boost_10k", "boosting 10,000 x 17, 200 trees of depth 5",
        [Peer("GradientBoosting", python("peer_sklearn.py", "boost_10k_exact"), 150, once=True),
         Peer("HistGradientBoosting", python("peer_sklearn.py", "boost_10k_hist"), 3)],
        repeats=5, auc_margin=0.0, growth=True),
    Row(2, "boost_100k", "boosting 100,000 x 17, 200 trees of depth 5",
        [Peer("HistGradientBoosting", python("peer_sklearn.py", "boost_100k_hist"), 3)],
        repeats=5, auc_margin=0.0, growth=True),
    Row(2, "boost_100k_exact", "boosting 100,000 x 17, 200 trees of depth 5",
        [Peer("GradientBoosting", python("peer_sklearn.py", "boost_100k_exact"), 350, once=True)],
        task="boost_100k", quick=False, auc_margin=0.0, growth=True),
    Row(3, "forest", "forest 100,000 x 17, 200 trees of depth 10",
        [Peer("ranger", r("forest"), 15),
         Peer("RandomForest", python("peer_sklearn.py", "forest"), 15)],
        auc_margin=0.001, growth=True),
    Row(4, "logistic", "logistic regression 1M x 28, with scaling",
        [Peer("sklearn lbfgs", python("peer_sklearn.py", "logistic"), 5)],
        repeats=5, loss_margin=1e-7, growth=True),
    Row(5, "batch_100", "batch prediction 200k x 28, 100 trees",
        [Peer("XGBoost", python("peer_xgboost.py", "batch_100"), 4)], repeats=5, inner=5),
    Row(5, "batch_500", "batch prediction 200k x 28, 500 trees",
        [Peer("XGBoost", python("peer_xgboost.py", "batch_500"), 4)], repeats=5, inner=5),
    Row(6, "row_model", "one row, model alone, 100 trees",
        [Peer("XGBoost C API", ["{build}/benchmarks/peer_xgboost_row", "row_model", "--data", "{data}"], 20)],
        repeats=5, threads=1, most={"seconds": 1e-6}),
    Row(7, "row_chain", "one raw record, whole chain, 500 trees",
        [Peer("sklearn Pipeline", python("peer_sklearn.py", "row_chain"), 250)],
        repeats=3, threads=1, most={"seconds": 8e-6, "p99": 12e-6, "allocations_per_call": 0}),
    Row(8, "csv", "CSV 1M x 29 to a table",
        [Peer("fread", r("csv"), 1), Peer("pandas", python("peer_pandas.py", "csv"), 7),
         Peer("DuckDB", duckdb("csv"))], repeats=5),
    Row(9, "profile", "profile of that table",
        [Peer("pandas", python("peer_pandas.py", "profile"), 10), Peer("DuckDB SUMMARIZE", duckdb("profile"), 3)]),
    Row(10, "drift", "drift report 28 features + score, 200k live rows",
        [Peer("NumPy PSI + SciPy KS", python("peer_pandas.py", "drift"), 20)],
        repeats=3, inner=3, note="KS: gasket on about 256 frozen values of training, SciPy on all of them"),
    Row(11, "workflow", "the churn workflow on 10,000 rows, process start to end",
        [Peer("sklearn script", [PYTHON, str(HERE / "churn_workflow.py")] + WORKFLOW, 50)],
        command=["{build}/examples/churn_workflow"] + WORKFLOW),
    Row(12, "compile", "README's program, -O2", [],
        command=["{compiler}", "-std=c++20", "-O2", "-pthread", "-I", "{root}/include", "-isystem", "/usr/include/eigen3",
                 "{root}/examples/churn_quickstart.cpp", "-o", "{scratch}/program"],
        repeats=1, most={"seconds": 15, "peak_mib": 1.5 * 1024}),
]


class Bench:
    def __init__(self, options):
        self.o = options
        self.scratch = tempfile.mkdtemp(prefix="gasket-peers-")
        self.fill = {"data": str(options.data), "build": str(options.build), "root": str(options.root),
                     "scratch": self.scratch, "compiler": shutil.which("g++") or "g++"}

    def environment(self, threads):
        env = dict(os.environ, CCACHE_DISABLE="1", LC_ALL="C.UTF-8")
        for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "R_DATATABLE_NUM_THREADS"):
            env[name] = str(threads)
        return env

    def run(self, command, row, own_clock):
        """One process; its line of JSON, or (`own_clock` false) its time and memory from outside."""
        command = [part.format(**self.fill) for part in command]
        start = time.perf_counter()
        with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as err:
            child = subprocess.Popen(command, stdout=out, stderr=err, env=self.environment(row.threads),
                                     cwd=self.scratch)
            _, status, usage = os.wait4(child.pid, 0)
            seconds = time.perf_counter() - start
            child.returncode = os.waitstatus_to_exitcode(status)
            out.seek(0)
            err.seek(0)
            if child.returncode != 0:
                raise RuntimeError(f"{command[0]} failed: " + err.read()[-600:].strip())
            if own_clock:
                return json.loads(out.read().strip().splitlines()[-1])
        result = {"seconds": seconds, "metric": None, "metric_name": "none", "peak_kib": usage.ru_maxrss,
                  "base_kib": usage.ru_maxrss, "extra": {}}
        if row.name == "workflow":
            with open(f"{self.scratch}/report.json") as f:
                found = json.load(f)
            result["metric_name"] = "auc"
            result["metric"] = found["test"]["auc"] if "test" in found else found["auc"]
            result["extra"] = {"chosen": found["chosen"], "stages": found.get("seconds")}
        return result

    def gasket(self, row):
        if row.command:
            return self.run(row.command, row, own_clock=False)
        command = ["{build}/benchmarks/peer_gasket", row.task or row.name, "--data", "{data}", "--repeat", str(row.inner)]
        return self.run(command, row, own_clock=True)

    def peer(self, row, peer):
        command = peer.command + (["--repeat", str(row.inner)] if row.inner > 1 else [])
        return self.run(command, row, own_clock=row.command is None)

    def prepare(self, rows):
        """Models for the scoring rows, and the file in the system's memory for all alike."""
        names = {row.name for row in rows}
        if names & {"batch_100", "batch_500", "row_model", "row_chain"}:
            for command in (["{build}/benchmarks/peer_gasket", "prepare", "--data", "{data}"],
                            python("peer_xgboost.py", "prepare")):
                self.run(command, ROWS[0], own_clock=True)
        if names & {"csv", "profile"}:
            with open(self.o.data / "physics.csv", "rb") as f:
                while f.read(1 << 24):
                    pass


def median(values):
    values = sorted(values)
    n = len(values)
    return values[n // 2] if n % 2 else (values[n // 2 - 1] + values[n // 2]) / 2


def side(runs):
    """What many runs of one program come to."""
    return {"seconds": median([x["seconds"] for x in runs]), "all_seconds": [x["seconds"] for x in runs],
            "metric": runs[0]["metric"], "metric_name": runs[0]["metric_name"],
            "peak_mib": median([x["peak_kib"] for x in runs]) / MIB,
            "growth_mib": median([x["peak_kib"] - x["base_kib"] for x in runs]) / MIB,
            "extra": {key: (median([x["extra"][key] for x in runs]) if isinstance(value, (int, float)) else value)
                      for key, value in runs[0]["extra"].items()}}


def duration(s):
    if s is None:
        return "-"
    for unit, size in (("s", 1), ("ms", 1e-3), ("us", 1e-6)):
        if s >= size:
            return f"{s / size:.3g} {unit}"
    return f"{s / 1e-9:.3g} ns"


def judge(row, peer, entry, all_peers):
    """What the target asks, and whether it is met: (what, wanted, found, met)."""
    g = entry["gasket"]
    p = entry["peer"]
    checks = []
    if peer is not None and p is not None:
        if peer.faster:
            checks.append(("speed", f">= {peer.faster:g}x", f"{entry['ratio']:.2f}x", entry["ratio"] >= peer.faster))
        checks.append(("memory", "no more", f"{g['peak_mib']:.0f} of {p['peak_mib']:.0f} MiB",
                       g["peak_mib"] <= p["peak_mib"]))
        if row.growth:
            # a MiB is what pages and arenas of the allocator make of nothing
            checks.append(("growth", "no more", f"{g['growth_mib']:.0f} of {p['growth_mib']:.0f} MiB",
                           g["growth_mib"] <= p["growth_mib"] + 1))
        metrics = [x["metric"] for x in all_peers if x["metric"] is not None]
        if row.auc_margin is not None and metrics:
            least = max(metrics) - row.auc_margin
            checks.append(("AUC", f">= {least:.5f}", f"{g['metric']:.5f}", g["metric"] >= least))
        if row.loss_margin is not None and metrics:
            most = min(metrics + [g["metric"]]) + row.loss_margin
            checks.append(("loss", f"<= {most:.9f}", f"{g['metric']:.9f}", g["metric"] <= most))
            checks.append(("peer's loss", f"<= {most:.9f}", f"{p['metric']:.9f}", p["metric"] <= most))
    for what, most in row.most.items():
        found = g[what] if what in g else g["extra"].get(what)
        show = duration if what in ("seconds", "p99") else (lambda x: f"{x:.3g}")
        checks.append((what, f"<= {show(most) if most else 0}", show(found) if found else "0", found <= most))
    return [{"what": a, "wanted": b, "found": c, "met": bool(d)} for a, b, c, d in checks]


def compare(bench, row, repeats):
    """The entries of a row, one for each peer."""
    runs = {i: [] for i in range(len(row.peers))}
    failures = {}
    alone = []
    for turn in range(repeats):
        for i, peer in enumerate(row.peers):
            if (peer.once and turn > 0) or i in failures:
                continue
            print(f"\r\033[K  {row.name}: {turn + 1}/{repeats} {peer.name}", end="", file=sys.stderr, flush=True)
            g = bench.gasket(row)
            try:
                runs[i].append((g, bench.peer(row, peer)))
            except (OSError, RuntimeError, ValueError, IndexError) as e:
                failures[i] = str(e)
                alone.append(g)
        if not row.peers:
            alone.append(bench.gasket(row))
    print("\r\033[K", end="", file=sys.stderr, flush=True)
    entries = []
    for i, peer in enumerate(row.peers or [None]):
        pairs = runs.get(i, [])
        entry = {"number": row.number, "row": row.name, "title": row.title, "note": row.note,
                 "peer_name": peer.name if peer else "-", "target": peer.faster if peer else 0,
                 "failure": failures.get(i, "")}
        if pairs:
            ratios = [p["seconds"] / g["seconds"] for g, p in pairs]
            entry.update(gasket=side([g for g, _ in pairs]), peer=side([p for _, p in pairs]), ratio=median(ratios),
                         ratio_min=min(ratios), ratio_max=max(ratios), runs=len(pairs))
        else:
            entry.update(gasket=side(alone), peer=None, ratio=None, runs=len(alone))
        entries.append(entry)
    peers = [e["peer"] for e in entries if e["peer"]]
    for peer, entry in zip(row.peers or [None], entries):
        entry["checks"] = judge(row, peer, entry, peers)
        entry["met"] = all(c["met"] for c in entry["checks"]) and not entry["failure"]
    return entries


def number(x, name):
    if x is None:
        return "-"
    return {"auc": f"{x:.4f}", "loss": f"{x:.8f}"}.get(name, f"{x:.6g}")


def show(entries):
    head = ["#", "row", "peer", "gasket", "peer's", "ratio (min..max)", "metric", "gasket", "peer's", "peak MiB g / p",
            "growth g / p", "target", "met"]
    lines = []
    for e in entries:
        g, p = e["gasket"], e["peer"]
        target = ", ".join(f"{c['what']} {c['wanted']}" for c in e["checks"]
                           if c["what"] not in ("memory", "growth", "peer's loss"))
        missed = "; ".join(f"{c['what']} {c['found']}" for c in e["checks"] if not c["met"])
        ratio = "-" if e["ratio"] is None else f"{e['ratio']:.3g}x ({e['ratio_min']:.3g}..{e['ratio_max']:.3g})"
        lines.append([str(e["number"]), e["row"], e["peer_name"], duration(g["seconds"]),
                      duration(p["seconds"]) if p else "-", ratio, g["metric_name"], number(g["metric"], g["metric_name"]),
                      number(p["metric"], p["metric_name"]) if p else "-",
                      f"{g['peak_mib']:.0f} / " + (f"{p['peak_mib']:.0f}" if p else "-"),
                      f"{g['growth_mib']:.0f} / " + (f"{p['growth_mib']:.0f}" if p else "-"), target or "-",
                      "absent" if e["failure"] else "yes" if not missed else "NO: " + missed])
    widths = [max(len(line[i]) for line in [head] + lines) for i in range(len(head))]
    for line in [head] + lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    for note in dict.fromkeys(f"{e['row']}: {e['note']}" for e in entries if e["note"]):
        print("  " + note)
    for e in entries:
        if e["failure"]:
            print(f"  {e['row']}, {e['peer_name']}: {e['failure']}")
    print("  Peak: the most memory of the process while it works, data and libraries included. Growth: above what it had")
    print("  when the data were loaded. Memory must be no more than the peer's in every row.")


def machine(options):
    def ask(*command):
        try:
            return subprocess.run(command, capture_output=True, text=True, timeout=60).stdout.strip()
        except OSError:
            return ""
    cpu = ""
    with open("/proc/cpuinfo") as lines:
        for line in lines:
            if line.startswith("model name"):
                cpu = line.split(":", 1)[1].strip()
                break
    versions = ask(PYTHON, "-c", "import json, sys, sklearn, pandas, scipy, numpy, xgboost; print(json.dumps({m.__name__: "
                   "m.__version__ for m in (sklearn, pandas, scipy, numpy, xgboost)}))")
    versions = json.loads(versions) if versions else {}
    r_versions = ask("Rscript", "--vanilla", "-e", 'cat(as.character(getRversion()), as.character(packageVersion('
                     '"data.table")), as.character(packageVersion("ranger")))').split()
    versions.update(zip(("R", "data.table", "ranger"), r_versions))
    package = pathlib.Path(os.environ.get("NODE_MODULES", "")) / "@duckdb/node-api/package.json"
    if package.exists():
        versions["duckdb"] = json.loads(package.read_text())["version"]
    versions["python"] = ask(PYTHON, "--version").replace("Python ", "")
    versions["g++"] = ask("g++", "-dumpfullversion")
    versions["gasket"] = ask("git", "-C", str(options.root), "describe", "--always", "--dirty")
    pages = pathlib.Path("/sys/kernel/mm/transparent_hugepage/enabled")
    return {"date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds"), "cpu": cpu,
            "cores": os.cpu_count(), "system": platform.platform(),
            "memory_mib": os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1 << 20),
            "huge_pages": pages.read_text().strip() if pages.exists() else "",
            "load_at_start": os.getloadavg()[0], "versions": versions}


def chosen(options):
    def names(text):
        wanted = [w.strip() for w in text.split(",") if w.strip()]
        known = {row.name for row in ROWS} | {str(row.number) for row in ROWS}
        for w in wanted:
            if w not in known:
                sys.exit(f"no row {w}: there are " + ", ".join(row.name for row in ROWS))
        return wanted
    only, skip = names(options.only), names(options.skip)
    rows = [row for row in ROWS if not only or row.name in only or str(row.number) in only]
    rows = [row for row in rows if row.name not in skip and str(row.number) not in skip]
    return [row for row in rows if row.quick or not options.quick or row.name in only]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--list", action="store_true")
    parser.add_argument("--root", type=pathlib.Path)
    parser.add_argument("--build", type=pathlib.Path)
    parser.add_argument("--data", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    parser.add_argument("--skip", default="")
    parser.add_argument("--repeats", type=int, default=0)
    parser.add_argument("--out", default="")
    options = parser.parse_args()
    if options.list:
        for row in ROWS:
            print(f"{row.number:3}  {row.name:17} {row.title}")
        return
    rows = chosen(options)
    bench = Bench(options)
    report = {**machine(options), "quick": options.quick, "rows": []}
    try:
        bench.prepare(rows)
        for row in rows:
            repeats = options.repeats or (1 if options.quick else row.repeats)
            report["rows"] += compare(bench, row, repeats)
    finally:
        shutil.rmtree(bench.scratch, ignore_errors=True)
    size = " (quick: a tenth of the rows, times are no verdict)" if options.quick else ""
    versions = ", ".join(f"{name} {version}" for name, version in report["versions"].items())
    print(f"{report['date']}, {report['cores']} cores {report['cpu']}, load {report['load_at_start']:.1f}{size}\n{versions}\n")
    show(report["rows"])
    if options.out:
        pathlib.Path(options.out).write_text(json.dumps(report, indent=2) + "\n")


if __name__ == "__main__":
    main()
