#!/usr/bin/env python3
"""Writes representativeness.json: the corrupted bank against the bank itself, by pandas and scikit-learn.
Run from anywhere: python3 tests/reference/representativeness.py"""
import json
import os
import pathlib

import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

here = pathlib.Path(__file__).resolve().parent
data = pathlib.Path(os.environ.get("GASKET_DATA", here.parents[1] / ".." / "shared" / "data"))
reference = pd.read_csv(data / "bank_churn_12col" / "data.csv")
other = pd.read_csv(data / "bank_churn_12col_corrupted" / "data.csv")

out = {"columns": {}}
for name in reference.columns:
    a, b = reference[name], other[name]
    one = {"missing": [float(a.isna().mean()), float(b.isna().mean())]}
    if a.dtype == object:
        one["shares"] = {k: [float((a.dropna() == k).mean()), float((b.dropna() == k).mean())] for k in sorted(set(a.dropna()))}
    else:
        one["mean"] = [float(a.mean()), float(b.mean())]
        one["median"] = [float(a.median()), float(b.median())]
        if not b.isna().any():
            auc = roc_auc_score([0] * len(a) + [1] * len(b), pd.concat([a, b]))
            one["alone"] = float(max(auc, 1 - auc))
    out["columns"][name] = one

X = pd.concat([reference, other]).drop(columns="customer_id")
for name in ("country", "gender"):
    X[name] = X[name].astype("category").cat.codes.replace(-1, float("nan"))
y = [0] * len(reference) + [1] * len(other)
model = HistGradientBoostingClassifier(max_depth=4, categorical_features=[X.columns.get_loc("country"), X.columns.get_loc("gender")], random_state=0)
scores = cross_val_predict(model, X, y, cv=StratifiedKFold(5, shuffle=True, random_state=0), method="predict_proba")[:, 1]
out["classifier_auc"] = float(roc_auc_score(y, scores))
(here / "representativeness.json").write_text(json.dumps(out, indent=1) + "\n")
