"""Reference values of tests/data/profiler.cpp: what pandas says of four real data sets.

Run from the root of the repository: python3 tests/reference/profile.py
"""
import json
import os

import pandas as pd

DATA = os.environ.get("GASKET_DATA", "../shared/data")
NULLS = ["", "NA", "N/A", "null", "none", "None", "nan", "?"]


def numeric(s):
    q = s.quantile([0.05, 0.25, 0.5, 0.75, 0.95])
    return {
        "count": int(s.count()),
        "missing": int(s.isna().sum()),
        "distinct": int(s.nunique()),
        "mean": float(s.mean()),
        "std": float(s.std()),
        "min": float(s.min()),
        "max": float(s.max()),
        "quantiles": [float(x) for x in q],
        "skew": float(s.skew()),
        "zeros": int((s == 0).sum()),
        "negatives": int((s < 0).sum()),
    }


def labels(s):
    counts = s.value_counts()
    return {
        "missing": int(s.isna().sum()),
        "distinct": int(s.nunique()),
        "most": int(counts.iloc[0]),
    }


out = {}
for name in ["bank_churn_kaggle", "adult", "titanic", "weather_aus"]:
    frame = pd.read_csv(
        f"{DATA}/{name}/data.csv",
        skipinitialspace=True,
        keep_default_na=False,
        na_values=NULLS,
        float_precision="round_trip",
    )
    columns = {}
    for column in frame.columns:
        if column == "Date":
            continue
        s = frame[column]
        columns[column] = numeric(s) if pd.api.types.is_numeric_dtype(s) else labels(s)
    out[name] = {
        "rows": len(frame),
        "duplicates": int(frame.duplicated().sum()),
        "columns": columns,
    }

# the columns of one data set against its target
frame = pd.read_csv(f"{DATA}/bank_churn_kaggle/data.csv")
out["correlation"] = {
    c: float(frame[c].corr(frame["Exited"]))
    for c in ["CreditScore", "Age", "Balance", "NumOfProducts", "IsActiveMember"]
}
from sklearn.metrics import roc_auc_score  # noqa: E402

out["auc"] = {
    c: float(roc_auc_score(frame["Exited"], frame[c]))
    for c in ["CreditScore", "Age", "Balance", "NumOfProducts", "IsActiveMember"]
}

with open("tests/reference/profile.json", "w") as f:
    json.dump(out, f, separators=(",", ":"))
    f.write("\n")
