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

# features two by two; weather_aus has missing values in most columns
import numpy as np  # noqa: E402
from scipy.stats import chi2_contingency  # noqa: E402


def cramers_v(a, b):
    """Corrected for bias as Bergsma (2013) says, from SciPy's chi square."""
    counts = pd.crosstab(a, b).to_numpy()
    n = counts.sum()
    r, c = counts.shape
    phi = max(0.0, chi2_contingency(counts, correction=False)[0] / n - (r - 1) * (c - 1) / (n - 1))
    r -= (r - 1) ** 2 / (n - 1)
    c -= (c - 1) ** 2 / (n - 1)
    return float(np.sqrt(phi / (min(r, c) - 1)))


out["correlations"] = {}
for name, columns in {
    "bank_churn_kaggle": ["CreditScore", "Age", "Tenure", "Balance", "NumOfProducts", "IsActiveMember"],
    "weather_aus": ["MinTemp", "MaxTemp", "Rainfall", "Sunshine", "Cloud9am", "Temp9am", "Temp3pm"],
}.items():
    frame = pd.read_csv(f"{DATA}/{name}/data.csv")[columns]
    out["correlations"][name] = {
        "columns": columns,
        "pearson": frame.corr("pearson").to_numpy().tolist(),
        "spearman": frame.corr("spearman").to_numpy().tolist(),
    }
frame = pd.read_csv(
    f"{DATA}/adult/data.csv", skipinitialspace=True, keep_default_na=False, na_values=NULLS
)
columns = ["workclass", "education", "marital-status", "occupation", "relationship", "sex"]
out["correlations"]["adult"] = {
    "columns": columns,
    "cramers_v": [[cramers_v(frame[a], frame[b]) for b in columns] for a in columns],
}

with open("tests/reference/profile.json", "w") as f:
    json.dump(out, f, separators=(",", ":"))
    f.write("\n")
