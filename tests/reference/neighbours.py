"""Reference values for the k-nearest-neighbour imputer of prepare/: scikit-learn's KNNImputer for numbers; for labels the most
frequent one among the nearest rows by its distances. Run from the repository root. Kept are some rows with gaps whose
nearest rows do not depend on how ties are broken."""

import json
import os

import numpy as np
import pandas as pd
from sklearn.impute import KNNImputer
from sklearn.metrics.pairwise import nan_euclidean_distances

data = os.environ.get("GASKET_DATA", "../shared/data")

frames = {
    # numbers that are measured, labels that are filled
    "bank": (
        pd.read_csv(f"{data}/bank_churn_practicum/data.csv"),
        ["CreditScore", "Age", "Tenure", "Balance", "EstimatedSalary"],
        [],
    ),
    "titanic": (pd.read_csv(f"{data}/titanic/data.csv"), ["Pclass", "Age", "SibSp", "Parch", "Fare"], ["Cabin"]),
    "adult": (
        pd.read_csv(f"{data}/adult/data.csv", skipinitialspace=True, na_values="?"),
        ["age", "fnlwgt", "education-num", "capital-gain", "hours-per-week"],
        ["workclass", "native-country"],
    ),
}


def exact(a, b, *, missing_values=np.nan):
    """scikit-learn's own distances are good to some eight digits only, since it takes them from products."""
    d = a - b
    both = ~np.isnan(d)
    return np.sqrt(len(d) / both.sum() * (d[both] ** 2).sum()) if both.any() else np.nan


def clear(distances, k):
    """Whether the k nearest are the same however equal distances are ordered."""
    d = np.sort(distances)
    return len(d) <= k or d[k] - d[k - 1] > 1e-6 * d[k]


result = {}
for name, (frame, numbers, labels) in frames.items():
    frame = frame.iloc[:-1].copy()
    if name == "adult":  # has no numbers missing
        frame.loc[frame.index % 97 == 0, "hours-per-week"] = np.nan
    x = frame[numbers].to_numpy(dtype=float)
    out = result[name] = {"numbers": numbers, "labels": labels, "filled": [], "voted": []}
    for i, c in enumerate(numbers):
        donors = np.flatnonzero(~np.isnan(x[:, i]))
        if len(donors) == len(x):
            continue
        rows = np.flatnonzero(np.isnan(x[:, i]))
        rows = [r for r in rows if clear(nan_euclidean_distances(x[[r]], x[donors])[0], 5)][:: max(1, len(rows) // 25)][:12]
        for weights in ["uniform", "distance"]:
            filled = KNNImputer(n_neighbors=5, weights=weights, metric=exact).fit(x).transform(x[rows])[:, i]
            out["filled"] += [[int(r), c, weights, float(v)] for r, v in zip(rows, filled)]
    for c in labels:
        known = frame[c].notna().to_numpy()
        donors = np.flatnonzero(known)
        names = sorted(frame[c].dropna().unique())
        rows = np.flatnonzero(~known)
        for r in rows[:: max(1, len(rows) // 12)][:10]:
            d = nan_euclidean_distances(x[[r]], x[donors])[0]
            if not clear(d, 7):
                continue
            nearest = frame[c].to_numpy()[donors[np.argsort(d, kind="stable")[:7]]]
            votes = {n: int((nearest == n).sum()) for n in names}
            out["voted"].append([int(r), c, max(names, key=lambda n: (votes[n], -names.index(n)))])

with open("tests/reference/neighbours.json", "w") as f:
    json.dump(result, f, separators=(",", ":"))
    f.write("\n")
