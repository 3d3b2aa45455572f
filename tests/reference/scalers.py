"""Reference values for the scalers, power transforms, quantiles and bins of prepare/: scikit-learn, SciPy. Run from the
repository root. Each transform is fitted on all rows but the last; of what it makes a few rows are kept."""

import json
import os
import warnings

import numpy as np
import pandas as pd
from scipy import optimize, stats
from sklearn.cluster import KMeans
from sklearn.preprocessing import (
    KBinsDiscretizer,
    MaxAbsScaler,
    MinMaxScaler,
    PowerTransformer,
    QuantileTransformer,
    RobustScaler,
)

warnings.filterwarnings("ignore")
data = os.environ.get("GASKET_DATA", "../shared/data")
real = np.longdouble

frames = {
    "bank": (
        pd.read_csv(f"{data}/bank_churn_practicum/data.csv"),
        ["CreditScore", "Age", "Tenure", "Balance", "EstimatedSalary"],
    ),
    "titanic": (pd.read_csv(f"{data}/titanic/data.csv"), ["Age", "Fare", "SibSp"]),
    "adult": (
        pd.read_csv(f"{data}/adult/data.csv", skipinitialspace=True, na_values="?"),
        ["age", "fnlwgt", "capital-gain", "hours-per-week"],
    ),
}


def plain(x):
    return [None if np.isnan(v) else float(v) for v in np.asarray(x, dtype=float).ravel()]


def sample(values, rows):
    return plain(np.asarray(values, dtype=float)[rows])


result = {}
for name, (frame, columns) in frames.items():
    frame = frame.iloc[:-1]
    rows = np.linspace(0, len(frame) - 1, 15).astype(int)
    out = result[name] = {"rows": rows.tolist()}
    x = frame[columns].to_numpy(dtype=float)

    def keep(key, fitted, columns=columns, x=x):
        values = fitted.transform(x)
        out[key] = {c: sample(values[:, i], rows) for i, c in enumerate(columns)}

    keep("min_max", MinMaxScaler((-1, 3)).fit(x))
    keep("max_abs", MaxAbsScaler().fit(x))
    keep("robust", RobustScaler().fit(x))
    keep("robust_wide", RobustScaler(quantile_range=(5, 90)).fit(x))

with open("tests/reference/scalers.json", "w") as f:
    json.dump(result, f, indent=None, separators=(",", ":"))
    f.write("\n")
