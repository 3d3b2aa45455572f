"""Reference values of tests/monitor/ks.cpp: SciPy's two-sample Kolmogorov-Smirnov test.

Run from the root of the repository: python3 tests/reference/ks.py
"""
import json

import numpy as np
from scipy.stats import ks_2samp, kstwo


def p_value(d, n, m):
    """By two samples that have just this statistic: the first k of both apart, the others alike."""
    return float(kstwo.sf(d, np.round(n * m / (n + m))))


rng = np.random.RandomState(1)
tests = []
for n, m, shift, decimals in [
    (1, 1, 0, 3), (1, 7, 0, 3), (5, 5, 1, 3), (6, 4, 1, 1), (40, 60, 0.5, 1), (60, 40, 0.0, 3), (100, 100, 0.3, 2),
    (150, 150, 0.0, 0), (997, 1000, 0.05, 2), (300, 7000, 0.1, 1), (2000, 3000, 0.2, 3), (5000, 5000, 0.02, 3),
    (10000, 64, 0.0, 2), (12000, 50, 0.1, 3), (11000, 140, 0.3, 2), (15000, 9000, 0.01, 3), (15000, 9000, 0.2, 3),
    (30000, 30000, 0.0, 2), (40000, 20000, 0.03, 1),
]:
    a = np.round(rng.standard_normal(n), decimals)
    b = np.round(rng.standard_normal(m) + shift, decimals)
    found = ks_2samp(a, b)
    tests.append({"first": n, "second": m, "statistic": float(found.statistic), "p": float(found.pvalue),
                  "a": a.tolist() if n + m <= 200 else [], "b": b.tolist() if n + m <= 200 else []})

# the one-sample distribution over all ranges of sizes and gaps
asymptotic = []
for n in [1, 2, 3, 5, 10, 20, 60, 140, 141, 500, 2000, 10000, 10001, 50000, 99999, 100001, 166667, 1000000]:
    for z in [0.2, 0.3, 0.45, 0.5, 0.6, 0.75, 0.8, 0.867, 0.9, 1.0, 1.2, 1.36, 1.48, 1.5, 1.8, 2.0, 2.1, 3.0, 5.0, 12.0, 20.0]:
        d = z / np.sqrt(n)
        if d <= 1:
            asymptotic.append([n, float(d), float(kstwo.sf(d, n))])

with open("tests/reference/ks.json", "w") as f:
    json.dump({"tests": tests, "asymptotic": asymptotic}, f, separators=(",", ":"))
    f.write("\n")
