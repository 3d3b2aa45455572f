#!/usr/bin/env python3
"""Student's t by SciPy, and the corrected resampled t test of Nadeau & Bengio (2003) by its formula: student_t.json beside this
file."""
import json
import pathlib

import numpy as np
from scipy import stats

two_sided = [[t, f, 2 * stats.t.sf(abs(t), f)] for f in (1, 2, 4, 9, 29, 1000) for t in (0.0, 0.1, 1.0, 2.5, 7.0, 40.0)]


def exact_reach(confidence, freedom):
    """stats.t.ppf is good to 9 digits; Newton steps on the chances, which are good to 15, make it so too."""
    t = stats.t.ppf((1 + confidence) / 2, freedom)
    for _ in range(3):
        t += (stats.t.sf(t, freedom) - (1 - confidence) / 2) / stats.t.pdf(t, freedom)
    return t


reach = [[c, f, exact_reach(c, f)] for f in (1, 2, 4, 9, 29, 1000) for c in (0.5, 0.8, 0.9, 0.95, 0.99, 0.999)]

rng = np.random.default_rng(5)
corrected = []
for folds, repeats in ((5, 1), (10, 1), (5, 4)):
    difference = np.round(0.01 + 0.01 * rng.standard_normal(folds * repeats), 6)
    n, ratio = len(difference), 1 / (folds - 1)
    error = float(np.sqrt((1 / n + ratio) * difference.var(ddof=1)))
    mean = float(difference.mean())
    low, high = stats.t.interval(0.95, n - 1, loc=mean, scale=error)
    corrected.append({"difference": difference.tolist(), "ratio": ratio, "mean": mean, "error": error, "low": low, "high": high,
                      "p": float(2 * stats.t.sf(abs(mean / error), n - 1))})

path = pathlib.Path(__file__).with_suffix(".json")
path.write_text(json.dumps({"two_sided": two_sided, "reach": reach, "corrected": corrected}, indent=1) + "\n")
