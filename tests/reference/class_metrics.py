#!/usr/bin/env python3
"""Writes class_metrics.json: scikit-learn's answers for many classes. Run: python3 tests/reference/class_metrics.py"""
import json
import pathlib

import numpy as np
from sklearn import metrics as m
from sklearn.preprocessing import label_binarize

random = np.random.default_rng(11)


def case(truth, scores, weights=None, all_present=True):
    truth, scores = np.asarray(truth, int), np.asarray(scores, float)
    w = None if weights is None else np.asarray(weights, float)
    k = scores.shape[1]
    labels = np.arange(k)
    decided = scores.argmax(axis=1)
    one_hot = np.eye(k)[truth]
    out = {
        "classes": k,
        "truth": truth.tolist(),
        "scores": scores.ravel().tolist(),
        "weights": [] if w is None else w.tolist(),
        "log_loss": m.log_loss(truth, scores, sample_weight=w, eps="auto", labels=labels),
        "brier": float(np.average(((scores - one_hot) ** 2).sum(axis=1), weights=w)),
        "accuracy": m.accuracy_score(truth, decided, sample_weight=w),
        "mcc": m.matthews_corrcoef(truth, decided, sample_weight=w),
        "kappa": m.cohen_kappa_score(truth, decided, labels=labels, sample_weight=w),
        "confusion": m.confusion_matrix(truth, decided, labels=labels, sample_weight=w).ravel().tolist(),
        "top": [m.top_k_accuracy_score(truth, scores, k=t, labels=labels, sample_weight=w) for t in (1, 2, 3)],
    }
    # a class that is decided but has no rows has no recall, of which scikit-learn warns
    if all_present:
        out["balanced_accuracy"] = m.balanced_accuracy_score(truth, decided, sample_weight=w)
    for average in ("macro", "weighted", "micro"):
        p, r, f, _ = m.precision_recall_fscore_support(
            truth, decided, labels=labels, average=average, sample_weight=w, zero_division=0)
        out[average] = [p, r, f, m.fbeta_score(
            truth, decided, beta=2, labels=labels, average=average, sample_weight=w, zero_division=0)]
    p, r, f, support = m.precision_recall_fscore_support(
        truth, decided, labels=labels, sample_weight=w, zero_division=0)
    out["each"] = [p.tolist(), r.tolist(), f.tolist(), [float(x) for x in support]]
    if all_present:
        given = dict(multi_class="ovr", sample_weight=w, labels=labels)
        out["auc"] = m.roc_auc_score(truth, scores, average="macro", **given)
        out["auc_weighted"] = m.roc_auc_score(truth, scores, average="weighted", **given)
        out["average_precision"] = m.average_precision_score(
            label_binarize(truth, classes=labels), scores, average="macro", sample_weight=w)
        if w is None:
            out["auc_pairwise"] = m.roc_auc_score(truth, scores, multi_class="ovo", average="macro", labels=labels)
    return out


def probabilities(n, k, truth, skill):
    raw = random.normal(size=(n, k)) + skill * np.eye(k)[truth]
    e = np.exp(raw)
    return e / e.sum(axis=1, keepdims=True)


n = 60
truth = random.integers(0, 4, n)
scores = probabilities(n, 4, truth, 1.5)
ties = np.round(scores * 8) + 1e-300
ties /= ties.sum(axis=1, keepdims=True)
rare = np.where(np.arange(n) % 20 == 0, 3, truth % 3)
certain = np.eye(3)[[0, 1, 2, 0, 1, 2]]
cases = {
    "plain": case(truth, scores),
    "weights": case(truth, scores, random.random(n) * 3),
    "ties": case(truth, ties),
    "ties and weights": case(truth, ties, random.integers(0, 3, n)),
    "rare class": case(rare, probabilities(n, 4, rare, 1.0)),
    "all alike": case(truth, np.full((n, 4), 0.25)),
    "extreme": case([0, 1, 2, 1, 2, 0], certain),
    "one class": case([1, 1, 1, 1], probabilities(4, 3, np.ones(4, int), 1.0), all_present=False),
    "a class without rows": case(truth % 3, probabilities(n, 4, truth % 3, 1.0), all_present=False),
}
out = pathlib.Path(__file__).with_suffix(".json")
out.write_text(json.dumps(cases, separators=(",", ":")) + "\n")
