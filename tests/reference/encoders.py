"""Reference values for the encoders of prepare/: scikit-learn, pandas; target encodings by the formulas that
scikit-learn documents for its TargetEncoder (which Debian's version does not have yet), in NumPy. Run from the
repository root. Everything is fitted on all rows but the last; of what it makes a few rows are kept."""

import json
import os

import numpy as np
import pandas as pd
from sklearn.feature_extraction import FeatureHasher
from sklearn.preprocessing import OneHotEncoder, OrdinalEncoder

data = os.environ.get("GASKET_DATA", "../shared/data")

frames = {
    "bank": (pd.read_csv(f"{data}/bank_churn_practicum/data.csv"), ["Surname", "Geography", "Gender"], "Exited"),
    "titanic": (pd.read_csv(f"{data}/titanic/data.csv"), ["Sex", "Ticket", "Cabin", "Embarked"], "Survived"),
    "adult": (
        pd.read_csv(f"{data}/adult/data.csv", skipinitialspace=True, na_values="?"),
        ["workclass", "education", "occupation", "native-country"],
        "income",
    ),
}


def plain(x):
    return [None if pd.isna(v) else float(v) for v in x]


def grouped(frame, columns, **options):
    """The features of a one-hot encoder that groups rare labels, and how many rows have each. Columns without gaps only:
    to scikit-learn a gap is a label."""
    out = {}
    for c in columns:
        if frame[c].isna().any() or frame[c].nunique() == options.get("max_categories"):
            continue  # as many labels as may be: scikit-learn groups one all the same
        fitted = OneHotEncoder(sparse_output=False, handle_unknown="infrequent_if_exist", **options)
        counts = fitted.fit_transform(frame[[c]].to_numpy(dtype=object)).sum(axis=0)
        names = [n.replace("x0_", f"{c}=", 1) for n in fitted.get_feature_names_out()]
        names = [f"{c}=infrequent" if n.endswith("=infrequent_sklearn") else n for n in names]
        if len(names) < 60:
            out[c] = dict(zip(names, counts.astype(int).tolist()))
    return out


def target_encoded(codes, y, smooth):
    """By label, gaps a label of their own, in the words of scikit-learn's documentation."""
    out = {}
    mean, variance = y.mean(), y.var()
    for label in np.unique(codes):
        mine = y[codes == label]
        n = len(mine)
        if smooth == "auto":
            shrink = variance * n / (variance * n + mine.var() / n) if variance > 0 else 0
            out[label] = shrink * mine.mean() + (1 - shrink) * mean
        else:
            out[label] = (mine.sum() + smooth * mean) / (n + smooth)
    return np.array([out[c] for c in codes])


result = {}
for name, (frame, columns, target) in frames.items():
    frame = frame.iloc[:-1]
    rows = np.linspace(0, len(frame) - 1, 15).astype(int)
    out = result[name] = {"rows": rows.tolist()}
    positive = np.sort(frame[target].unique())[-1]
    y = (frame[target] == positive).to_numpy(dtype=float)
    number = frame[{"bank": "Balance", "titanic": "Fare", "adult": "age"}[name]].to_numpy(dtype=float)

    out["one_hot_40"] = grouped(frame, columns, min_frequency=40)
    out["one_hot_share"] = grouped(frame, columns, min_frequency=0.05)
    out["one_hot_most_4"] = grouped(frame, columns, max_categories=4)
    out["one_hot_first"] = grouped(frame, columns, max_categories=3, drop="first")
    keys = {}
    out["ordinal"], out["share"], out["count"] = {}, {}, {}
    for c in columns:
        known = frame[c].notna()
        codes = np.full(len(frame), np.nan)
        codes[known] = OrdinalEncoder().fit_transform(frame.loc[known, [c]].to_numpy(dtype=object))[:, 0]
        out["ordinal"][c] = plain(codes[rows])
        counts = frame[c].map(frame[c].value_counts(dropna=False)).to_numpy(dtype=float)
        counts[~known] = (~known).sum()
        out["count"][c] = plain(counts[rows])
        out["share"][c] = plain((counts / len(frame))[rows])
        keys[c] = frame[c].fillna("(missing)").to_numpy(dtype=str)
    for key, values, smooth in [
        ("target_auto", y, "auto"),
        ("target_10", y, 10.0),
        ("target_0", y, 0.0),
        ("target_number_auto", number, "auto"),
        ("target_number_3", number, 3.0),
    ]:
        out[key] = {c: plain(target_encoded(keys[c], values, smooth)[rows]) for c in columns}
    for key, features, sign in [("hash_16", 16, True), ("hash_7_unsigned", 7, False)]:
        texts = [[f"{c}={v}" for c, v in zip(columns, row) if pd.notna(v)] for row in frame[columns].to_numpy(dtype=object)]
        hashed = FeatureHasher(features, input_type="string", alternate_sign=sign).transform(texts).toarray()
        out[key] = {f"hash_{k}": plain(hashed[rows, k]) for k in range(features)}
    out["columns"] = columns

with open("tests/reference/encoders.json", "w") as f:
    json.dump(result, f, separators=(",", ":"))
    f.write("\n")
