#!/usr/bin/env python3
"""References of tests/deploy/shadow_report.cpp: paired t intervals and log losses from SciPy and scikit-learn."""
import json
import os

import numpy as np
from scipy import stats
from sklearn.metrics import brier_score_loss, log_loss, mean_absolute_error, mean_squared_error, roc_auc_score

rng = np.random.default_rng(11)
n = 400
truth = (rng.random(n) < 0.3).astype(float)
signal = 1.5 * truth + rng.normal(size=n)
first = np.round(1 / (1 + np.exp(-(signal - 1.0 + 1.8 * rng.normal(size=n)))), 6)
second = np.round(1 / (1 + np.exp(-(1.5 * signal - 1.97 + 0.1 * rng.normal(size=n)))), 6)


def paired(a, b):
    """challenger less champion: mean, interval, p"""
    d = b - a
    low, high = stats.t.interval(0.95, n - 1, d.mean(), d.std(ddof=1) / np.sqrt(n))
    return [float(d.mean()), float(low), float(high), float(stats.ttest_rel(b, a).pvalue)]


def row_loss(p):
    return -np.log(np.where(truth == 1, p, 1 - p))


out = {
    "truth": truth.tolist(),
    "first": first.tolist(),
    "second": second.tolist(),
    "auc": [float(roc_auc_score(truth, first)), float(roc_auc_score(truth, second))],
    "log_loss": [float(log_loss(truth, first)), float(log_loss(truth, second))] + paired(row_loss(first), row_loss(second)),
    "brier": [float(brier_score_loss(truth, first)), float(brier_score_loss(truth, second))]
    + paired((first - truth) ** 2, (second - truth) ** 2),
    "accuracy": [float(((first >= 0.5) == truth).mean()), float(((second >= 0.4) == truth).mean())]
    + paired(((first >= 0.5) == truth).astype(float), ((second >= 0.4) == truth).astype(float)),
    "mse": [float(mean_squared_error(truth, first)), float(mean_squared_error(truth, second))],
    "mae": [float(mean_absolute_error(truth, first)), float(mean_absolute_error(truth, second))]
    + paired(np.abs(first - truth), np.abs(second - truth)),
    "agreement": float(((first >= 0.5) == (second >= 0.4)).mean()),
    "quantiles": np.quantile(second - first, [0.05, 0.25, 0.5, 0.75, 0.95]).tolist(),
    "mean": float((second - first).mean()),
    "greatest": float(np.abs(second - first).max()),
    "correlation": float(np.corrcoef(first, second)[0, 1]),
}
with open(os.path.join(os.path.dirname(__file__), "shadow.json"), "w") as f:
    json.dump(out, f)
