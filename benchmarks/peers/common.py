"""What the Python peers share: data, time, memory, the line they print."""
import argparse
import ctypes
import gc
import json
import pathlib
import time

import numpy as np


def rows(folder, name, order="C", dtype=np.float64, most=None):
    """Rows x features and the answers, from the raw doubles that make_data.py writes, in the layout asked for."""
    y = np.fromfile(folder / f"{name}_y.f64")
    x = np.fromfile(folder / f"{name}.f64").reshape(-1, len(y)).T
    return np.array(x[:most], dtype=dtype, order=order), y[:most]


def status_kib(field):
    with open("/proc/self/status") as lines:
        for line in lines:
            if line.startswith(field + ":"):
                return int(line.split()[1])
    return 0


def measure(work, repeat=1):
    """Runs the work; the median of its seconds, and its memory: before it, and at most from then on."""
    gc.collect()
    ctypes.CDLL("libc.so.6").malloc_trim(0)
    try:
        with open("/proc/self/clear_refs", "w") as f:
            f.write("5")  # the peak starts anew: what loading took does not count
    except OSError:
        pass
    base = status_kib("VmRSS")
    seconds = []
    for _ in range(repeat):
        start = time.perf_counter()
        work()
        seconds.append(time.perf_counter() - start)
    return {"seconds": float(np.median(seconds)), "peak_kib": status_kib("VmHWM"), "base_kib": base}


def one_by_one(call, calls, count):
    """Median and 99th percentile of single calls."""
    for i in range(calls // 10):
        call(i % count)
    seconds = []

    def work():
        for i in range(calls):
            start = time.perf_counter()
            call(i % count)
            seconds.append(time.perf_counter() - start)

    result = measure(work)
    result["seconds"] = float(np.median(seconds))
    result["extra"] = {"p99": float(np.quantile(seconds, 0.99))}
    return result


def main(tasks):
    parser = argparse.ArgumentParser()
    parser.add_argument("task", choices=sorted(tasks))
    parser.add_argument("--data", type=pathlib.Path, required=True)
    parser.add_argument("--repeat", type=int, default=1)
    options = parser.parse_args()
    found = tasks[options.task](options.data, options.repeat)
    result = {"task": options.task, "metric": None, "metric_name": "none", "extra": {}}
    result.update(found)
    print(json.dumps(result))
