"""Reference values of tests/monitor/chi_square_test.cpp, jensen_shannon.cpp and wasserstein.cpp, and of
tests/core/adjusted_p_values.cpp: SciPy's and statsmodels' functions.

Run from the root of the repository: python3 tests/reference/distances.py
"""
import json

import numpy as np
from scipy.spatial.distance import jensenshannon
from scipy.stats import chi2_contingency, wasserstein_distance
from statsmodels.stats.multitest import multipletests

rng = np.random.RandomState(3)

counts = []
for bins, n, m, drift in [(2, 50, 40, 0), (3, 5000, 500, 0.1), (13, 8000, 500, 0), (13, 8000, 500, 0.5),
                          (53, 20000, 700, 0.2), (1200, 30000, 30000, 0.1), (4, 300, 10, 1), (1, 9, 7, 0)]:
    p = rng.dirichlet(np.ones(bins))
    q = p * np.exp(drift * rng.standard_normal(bins))
    first = rng.multinomial(n, p)
    second = rng.multinomial(m, q / q.sum())
    if bins == 13:
        first[1] = second[1] = 0  # a bin that is empty in both
        first[2], second[2] = 0, 3  # one that training had not
    used = first + second > 0
    found = chi2_contingency(np.array([first[used], second[used]]), correction=False)
    counts.append({"first": first.tolist(), "second": second.tolist(), "statistic": float(found[0]), "freedom": int(found[2]),
                   "p": float(found[1]), "jensen_shannon": float(jensenshannon(first, second, base=2))})

samples = []
for n, m, shift, decimals in [(1, 1, 1, 3), (40, 60, 0.5, 1), (200, 150, 0, 0), (150, 151, 0.3, 4), (5, 90, 3, 2)]:
    a = np.round(rng.standard_normal(n) * 3, decimals)
    b = np.round(rng.standard_normal(m) * 3 + shift, decimals)
    samples.append({"a": a.tolist(), "b": b.tolist(), "distance": float(wasserstein_distance(a, b)), "deviation": float(a.std())})

p_values = []
for n, power in [(1, 3), (2, 3), (5, 3), (40, 3), (40, 1), (200, 1)]:
    p = np.round(rng.uniform(size=n) ** power, 4)
    p_values.append({"p": p.tolist(), "adjusted": multipletests(p, method="fdr_bh")[1].tolist()})

with open("tests/reference/distances.json", "w") as f:
    json.dump({"counts": counts, "samples": samples, "p_values": p_values}, f, separators=(",", ":"))
    f.write("\n")
