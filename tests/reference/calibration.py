#!/usr/bin/env python3
"""Writes calibration.json: scikit-learn's calibrations of stored scores. Run: python3 tests/reference/calibration.py

scikit-learn ends Platt's optimisation at a gradient of 1e-5; Newton's method takes its answer to the optimum of the same
objective, and the two must be near each other."""
import json
import pathlib

import numpy as np
from scipy.special import expit
from sklearn.calibration import _sigmoid_calibration
from sklearn.isotonic import IsotonicRegression

random = np.random.default_rng(17)


def platt(scores, labels, weights):
    w = np.ones(len(scores)) if weights is None else weights
    a, b = _sigmoid_calibration(scores, labels, weights)
    beta = np.array([-a, -b])
    n1, n0 = w[labels > 0].sum(), w[labels <= 0].sum()
    t = np.where(labels > 0, (n1 + 1) / (n1 + 2), 1 / (n0 + 2))
    x = np.column_stack([scores, np.ones(len(scores))])
    for _ in range(20):
        p = expit(x @ beta)
        beta = beta - np.linalg.solve(x.T @ (x * (w * p * (1 - p))[:, None]), x.T @ (w * (p - t)))
    assert np.abs(expit(x @ beta) - expit(x @ np.array([-a, -b]))).max() < 1e-4
    return beta


def case(scores, labels, weights=None):
    scores, labels = np.asarray(scores, float), np.asarray(labels, float)
    w = None if weights is None else np.asarray(weights, float)
    at = np.concatenate([scores[:20], np.linspace(scores.min() - 1, scores.max() + 1, 25)])
    beta = platt(scores, labels, w)
    curve = IsotonicRegression(out_of_bounds="clip").fit(scores, labels, sample_weight=w)
    return {
        "scores": scores.tolist(),
        "labels": labels.tolist(),
        "weights": [] if w is None else w.tolist(),
        "at": at.tolist(),
        "slope": beta[0],
        "intercept": beta[1],
        "platt": expit(beta[0] * at + beta[1]).tolist(),
        "isotonic": curve.predict(at).tolist(),
    }


n = 150
y = (random.random(n) < 0.3).astype(float)
s = 2 * y + random.normal(size=n)
cases = {
    "plain": case(s, y),
    "ties": case(np.round(s), y),
    "weights": case(s, y, random.random(n) * 3),
    "weights of 0": case(np.round(s, 1), y, random.integers(0, 3, n)),
    "told apart without error": case(np.arange(20), np.arange(20) >= 12),
    "upside down": case(-s, y),
    "probabilities": case(expit(3 * s), y),
}
out = pathlib.Path(__file__).with_suffix(".json")
out.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
