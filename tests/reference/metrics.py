#!/usr/bin/env python3
"""Writes metrics.json: scikit-learn's answers for stored cases. Run from anywhere: python3 tests/reference/metrics.py"""
import json
import pathlib
import warnings

import numpy as np
from sklearn import metrics as m
from sklearn.calibration import calibration_curve

warnings.simplefilter("ignore")
random = np.random.default_rng(5)


def case(truth, score, weights=None):
    truth, score = np.asarray(truth, float), np.asarray(score, float)
    w = None if weights is None else np.asarray(weights, float)
    decided = (score >= 0.5).astype(float)
    fpr, tpr, _ = m.roc_curve(truth, score, sample_weight=w, drop_intermediate=False)
    precision, recall, thresholds = m.precision_recall_curve(truth, score, sample_weight=w)
    observed, predicted = calibration_curve(truth, score, n_bins=10)
    observed_q, predicted_q = calibration_curve(truth, score, n_bins=5, strategy="quantile")
    tn, fp, fn, tp = m.confusion_matrix(truth, decided, sample_weight=w).ravel()
    report = m.classification_report(truth, decided, sample_weight=w, output_dict=True, zero_division=0)
    return {
        "truth": truth.tolist(),
        "score": score.tolist(),
        "weights": [] if w is None else w.tolist(),
        "auc": m.roc_auc_score(truth, score, sample_weight=w),
        "average_precision": m.average_precision_score(truth, score, sample_weight=w),
        "log_loss": m.log_loss(truth, score, sample_weight=w, eps="auto"),
        "brier": m.brier_score_loss(truth, score, sample_weight=w),
        "accuracy": m.accuracy_score(truth, decided, sample_weight=w),
        "balanced_accuracy": m.balanced_accuracy_score(truth, decided, sample_weight=w),
        "mcc": m.matthews_corrcoef(truth, decided, sample_weight=w),
        "precision": m.precision_score(truth, decided, sample_weight=w, zero_division=0),
        "kappa": m.cohen_kappa_score(truth, decided, sample_weight=w),
        "recall": m.recall_score(truth, decided, sample_weight=w),
        "f1": m.f1_score(truth, decided, sample_weight=w),
        "f2": m.fbeta_score(truth, decided, beta=2, sample_weight=w),
        "confusion": [float(x) for x in (tn, fp, fn, tp)],
        "macro": [report["macro avg"][k] for k in ("precision", "recall", "f1-score")],
        "weighted": [report["weighted avg"][k] for k in ("precision", "recall", "f1-score")],
        "fpr": fpr.tolist(),
        "tpr": tpr.tolist(),
        "pr_precision": precision.tolist(),
        "pr_recall": recall.tolist(),
        "pr_thresholds": thresholds.tolist(),
        "observed": observed.tolist(),
        "predicted": predicted.tolist(),
        "observed_quantile": observed_q.tolist(),
        "predicted_quantile": predicted_q.tolist(),
    }


def regression(truth, predicted, weights=None):
    return {
        "truth": truth.tolist(),
        "predicted": predicted.tolist(),
        "weights": [] if weights is None else weights.tolist(),
        "rmse": m.mean_squared_error(truth, predicted, sample_weight=weights, squared=False),
        "mae": m.mean_absolute_error(truth, predicted, sample_weight=weights),
        "r2": m.r2_score(truth, predicted, sample_weight=weights),
        "mape": m.mean_absolute_percentage_error(truth, predicted, sample_weight=weights),
        "pinball": [m.mean_pinball_loss(truth, predicted, sample_weight=weights, alpha=q) for q in (0.1, 0.5, 0.9)],
        "median_absolute_error": m.median_absolute_error(truth, predicted, sample_weight=weights),
        "max_error": m.max_error(truth, predicted),
        "explained_variance": m.explained_variance_score(truth, predicted, sample_weight=weights),
        "poisson_deviance": m.mean_poisson_deviance(abs(truth), abs(predicted) + 0.1, sample_weight=weights),
    }


def one_class(truth, score, weights=None):
    """What has a value without rows of the other class."""
    truth, score = np.asarray(truth, float), np.asarray(score, float)
    decided = (score >= 0.5).astype(float)
    return {
        "truth": truth.tolist(),
        "score": score.tolist(),
        "weights": [] if weights is None else weights,
        "log_loss": m.log_loss(truth, score, sample_weight=weights, eps="auto", labels=[0, 1]),
        "brier": float(np.average((score - truth) ** 2, weights=weights)),
        "accuracy": m.accuracy_score(truth, decided, sample_weight=weights),
        "balanced_accuracy": m.balanced_accuracy_score(truth, decided, sample_weight=weights),
        "mcc": m.matthews_corrcoef(truth, decided, sample_weight=weights),
        "f1": m.f1_score(truth, decided, sample_weight=weights, zero_division=0),
    }


n = 120
truth = (random.random(n) < 0.3).astype(float)
score = np.clip(0.3 * truth + random.random(n) * 0.8, 0, 1)
cases = {
    "plain": case(truth, score),
    "ties": case(truth, np.round(score, 1)),
    "weights": case(truth, score, random.random(n) * 3),
    "ties and weights": case(truth, np.round(score, 1), random.integers(0, 4, n)),
    "all scores alike": case(truth, np.full(n, 0.5)),
    "extreme scores": case([0, 1, 0, 1, 1, 0], [0, 1, 1, 0, 0.5, 0.25]),
    "two rows": case([0, 1], [0.25, 0.75]),
    "perfect": case([0, 0, 1, 1], [0.1, 0.2, 0.8, 0.9]),
    "upside down": case([1, 1, 0, 0], [0.1, 0.2, 0.8, 0.9]),
    # 3 * 0.1 is the next double after 0.3: scores on the edges of ten bins, from both sides
    "edges": case(np.arange(30) % 3 == 0, np.concatenate([np.arange(10) * 0.1, np.arange(10) / 10, np.arange(10) / 9])),
    "rare": case((np.arange(200) == 17).astype(float), random.random(200)),
}
y = random.normal(size=50) * 10
p = y + random.normal(size=50)
with_zeros = np.where(np.arange(50) % 10 == 0, 0.0, y)
numbers = {
    "plain": regression(y, p),
    "weights": regression(y, p, random.random(50)),
    "truths of 0": regression(with_zeros, p),
    "ties": regression(np.round(y), np.round(y) + random.integers(-2, 3, 50), random.integers(0, 3, 50)),
    "far off": regression(y, p * 1e12 + 1e15),
}
alone = {
    "positives": one_class([1, 1, 1], [0.9, 0.2, 0.7], [1, 2, 0.5]),
    "negatives": one_class([0, 0, 0, 0], [0, 0.5, 0.3, 1]),
    "all right": one_class([1, 1], [1, 0.6]),
}
out = pathlib.Path(__file__).with_suffix(".json")
out.write_text(json.dumps({"binary": cases, "regression": numbers, "one class": alone}, separators=(",", ":")) + "\n")
