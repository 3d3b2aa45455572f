#!/usr/bin/env python3
"""Writes psi.json: bins, counts and PSI by NumPy, chi-square by SciPy. Run from anywhere: python3 tests/reference/psi.py"""
import json
import pathlib
from collections import Counter

import numpy as np
from scipy.stats import chi2

random = np.random.default_rng(11)


def psi(reference, live):
    reference, live = np.asarray(reference, float), np.asarray(live, float)
    used = reference + live > 0
    n, m = reference.sum(), live.sum()
    reference, live = reference[used] + 0.5, live[used] + 0.5
    p, q = reference / reference.sum(), live / live.sum()
    critical = (1 / n + 1 / m) * chi2.ppf(0.95, used.sum() - 1) if used.sum() > 1 else 0.0
    return float(np.sum((q - p) * np.log(q / p))), float(critical)


def numeric(reference, live, quantiles=10):
    """Missing, below, above, heavy values, then bins of equal counts over the rest; missing numbers are null."""
    reference, live = np.round(reference, 4), np.round(live, 4)
    present = reference[~np.isnan(reference)]
    values, often = np.unique(present, return_counts=True)
    heavy = values[often > 0.05 * len(present)]
    light = present[~np.isin(present, heavy)]
    edges = np.unique(np.quantile(light, np.linspace(0, 1, quantiles + 1))) if len(light) else np.array([])

    def count(x):
        out = [np.isnan(x).sum(), (x < present.min()).sum(), (x > present.max()).sum()]
        x = x[(x >= present.min()) & (x <= present.max())]
        out += [(x == h).sum() for h in heavy]
        x = x[~np.isin(x, heavy)]
        if len(edges):
            out += np.histogram(np.clip(x, edges[0], edges[-1]), edges)[0].tolist()
        else:
            out[2] += len(x)
        return [int(c) for c in out]

    a, b = count(reference), count(live)
    value, critical = psi(a, b)
    null = lambda x: [None if np.isnan(v) else float(v) for v in x]
    return {"reference": null(reference), "live": null(live), "counts": a, "live_counts": b, "psi": value, "critical": critical}


def labels(reference, live):
    """Missing, unseen, rare, then a bin for each label in alphabetical order; a missing label is empty."""
    known = sorted(set(reference) - {""})

    def count(x):
        c = Counter(x)
        return [c[""], sum(n for k, n in c.items() if k and k not in known), 0] + [c[k] for k in known]

    a, b = count(reference), count(live)
    value, critical = psi(a, b)
    return {"reference": reference, "live": live, "counts": a, "live_counts": b, "psi": value, "critical": critical}


def holes(x, share):
    return np.where(random.random(len(x)) < share, np.nan, x)


def balance(rows, zeros):
    return np.where(random.random(rows) < zeros, 0, 1000 + 100 * random.normal(size=rows))


n, m = 403, 151
country = lambda rows, p: random.choice(["France", "Germany", "Spain", ""], rows, p=p).tolist()
cases = {
    "no drift": numeric(random.normal(size=n), random.normal(size=m)),
    "shift": numeric(random.normal(size=n), random.normal(size=m) + 0.7),
    "zero-inflated": numeric(balance(n, 0.36), balance(m, 0.2)),
    "missing values appear": numeric(holes(random.normal(size=n), 0.02), holes(random.normal(size=m), 0.3)),
    "a constant varies": numeric(np.full(n, 0.4149), 0.4149 + np.where(random.random(m) < 0.5, random.normal(size=m), 0)),
    "whole numbers": numeric(random.poisson(20, n).astype(float), random.poisson(22, m).astype(float)),
    "two values": numeric((random.random(n) < 0.5).astype(float), (random.random(m) < 0.6).astype(float)),
}
categories = {
    "countries": labels(country(n, [0.5, 0.25, 0.2, 0.05]), country(m, [0.3, 0.4, 0.25, 0.05])),
    "a new label": labels(country(n, [0.5, 0.25, 0.25, 0]), country(m, [0.5, 0.25, 0.25, 0]) + ["Atlantis"] * 12),
}
degrees = [1, 2, 3, 5, 9, 10, 13, 50, 101, 500, 999, 1000, 1001, 5000]
chi_square = {
    "degrees": degrees,
    "quantile_95": [float(chi2.ppf(0.95, k)) for k in degrees],
    "survival": [[x, k, float(chi2.sf(x, k))] for k in (1, 2, 3, 8, 25, 1000) for x in (0.01, 1.0, 7.5, 40.0, 1100.0)],
}
out = pathlib.Path(__file__).with_suffix(".json")
document = {"numeric": cases, "labels": categories, "chi_square": chi_square}
out.write_text(json.dumps(document, separators=(",", ":")) + "\n")
