"""Reference values for tests/prepare: scikit-learn's imputer, encoder and scaler. Run from the repository root."""

import json
import os

import numpy as np
import pandas as pd
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import OneHotEncoder, StandardScaler

data = os.environ.get("GASKET_DATA", "../shared/data")
nan = float("nan")


def plain(x):
    return [None if isinstance(v, float) and np.isnan(v) else v for v in np.asarray(x).tolist()]


def statistics(frame, columns):
    out = {}
    for strategy in ["mean", "median", "most_frequent"]:
        fitted = SimpleImputer(strategy=strategy).fit(frame[columns].to_numpy(dtype=float))
        out[strategy] = dict(zip(columns, plain(fitted.statistics_)))
    return out


def modes(frame, columns):
    values = frame[columns].astype(object).where(frame[columns].notna(), np.nan).to_numpy()
    return dict(zip(columns, SimpleImputer(strategy="most_frequent").fit(values).statistics_.tolist()))


def scales(frame, columns):
    fitted = StandardScaler().fit(frame[columns].to_numpy(dtype=float))
    return {c: [m, s] for c, m, s in zip(columns, plain(fitted.mean_), plain(fitted.scale_))}


def one_hot(frame, columns):
    """Names and how many rows have each; missing values have none."""
    fitted = OneHotEncoder().fit(frame[columns].astype(str).to_numpy())
    out = {}
    for c, labels in zip(columns, fitted.categories_):
        known = frame[c].dropna()
        for label in labels:
            if (known == label).any():
                out[f"{c}={label}"] = int((known == label).sum())
    return out


small = pd.DataFrame(
    {
        "x": [1.5, nan, 3.0, 3.0, -2.25, nan, 10.0, 0.1],
        "y": [1e9, 1e9 + 1, 1e9 + 2, nan, 1e9 + 4, 1e9 + 4, 1e9 + 1, 1e9],
        "constant": [0.1] * 8,
    }
)
result = {
    "small": {
        "columns": {c: plain(small[c]) for c in small},
        "statistics": statistics(small, ["x", "y", "constant"]),
        "scales": scales(small, ["x", "y", "constant"]),
        "scaled": {
            c: plain(v) for c, v in zip(small, StandardScaler().fit_transform(small.to_numpy()).T)
        },
    }
}

bank = pd.read_csv(f"{data}/bank_churn_practicum/data.csv").iloc[:-1]
numbers = ["CreditScore", "Age", "Tenure", "Balance", "EstimatedSalary"]
result["bank"] = {
    "statistics": statistics(bank, numbers),
    "modes": modes(bank, ["Geography", "Gender"]),
    "scales": scales(bank, numbers),
    "one_hot": one_hot(bank, ["Geography", "Gender"]),
}

titanic = pd.read_csv(f"{data}/titanic/data.csv").iloc[:-1]
result["titanic"] = {
    "statistics": statistics(titanic, ["Age", "Fare", "SibSp"]),
    "modes": modes(titanic, ["Sex", "Embarked"]),
    "scales": scales(titanic, ["Age", "Fare", "SibSp"]),
    "one_hot": one_hot(titanic, ["Sex", "Embarked"]),
}

adult = pd.read_csv(f"{data}/adult/data.csv", skipinitialspace=True, na_values="?").iloc[:-1]
result["adult"] = {
    "statistics": statistics(adult, ["age", "fnlwgt", "capital-gain"]),
    "modes": modes(adult, ["workclass", "occupation", "native-country"]),
    "scales": scales(adult, ["age", "fnlwgt", "capital-gain", "hours-per-week"]),
    "one_hot": one_hot(adult, ["workclass", "occupation", "sex"]),
}

with open("tests/reference/prepare.json", "w") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
