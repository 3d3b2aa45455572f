"""Reference values for the selections of prepare/: scikit-learn, SciPy, pandas. Run from the repository root; on all rows but the
last, and on numeric columns without gaps unless gaps are what is looked at."""

import json
import os

import numpy as np
import pandas as pd
from scipy import stats
from sklearn.feature_selection import SelectFromModel, SelectKBest, chi2, f_classif, f_regression
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import mutual_info_score

data = os.environ.get("GASKET_DATA", "../shared/data")

frames = {
    "bank": (pd.read_csv(f"{data}/bank_churn_practicum/data.csv"), "Exited", "EstimatedSalary"),
    "titanic": (pd.read_csv(f"{data}/titanic/data.csv"), "Survived", "Fare"),
    "adult": (
        pd.read_csv(f"{data}/adult/data.csv", skipinitialspace=True, na_values="?"),
        "income",
        "hours-per-week",
    ),
}


def centred(v):
    """None of F and correlation minds a shift, but the sums of squares of ids of eight digits lose half of theirs."""
    return v - np.round(np.nanmean(v, axis=0))


def plain(values):
    return [None if np.isnan(v) else float(v) for v in values]


def coded(v, bins):
    """Bins of about equally many rows; a value that fills one has it to itself, few values have one each, and so have gaps."""
    known = v[~np.isnan(v)]
    distinct, counts = np.unique(known, return_counts=True)
    full = -(-len(known) // bins)
    edges, inside = [], 0
    for value, count in zip(distinct, counts):
        if inside and (len(distinct) <= bins or inside >= full or count >= full):
            edges.append(value)
            inside = 0
        inside += count
    return np.where(np.isnan(v), -1, np.searchsorted(edges, v, side="right"))


result = {}
for name, (frame, target, number) in frames.items():
    frame = frame.iloc[:-1]
    numbers = frame.drop(columns=[target]).select_dtypes("number")
    whole = numbers.columns[numbers.notna().all()].tolist()
    y = (frame[target] == np.sort(frame[target].unique())[-1]).astype(int).to_numpy()
    x = frame[whole].to_numpy(dtype=float)
    out = result[name] = {"columns": whole, "target": target, "number": number}
    out["variance"] = dict(zip(numbers.columns, plain(np.nanvar(numbers.to_numpy(dtype=float), axis=0))))
    f = np.array([stats.f_oneway(*(centred(x)[y == c, i] for c in (0, 1))).statistic for i in range(len(whole))])
    theirs = f_classif(centred(x), y)[0]
    assert np.allclose(f, theirs, rtol=1e-9), (f, theirs)  # it subtracts sums of squares, and loses digits
    out["f"] = dict(zip(whole, plain(f)))
    out["f_best_3"] = [whole[i] for i in np.flatnonzero(SelectKBest(f_classif, k=3).fit(x, y).get_support())]
    rest = [c for c in whole if c != number]
    out["f_number"] = dict(zip(rest, plain(f_regression(centred(frame[rest].to_numpy(dtype=float)), frame[number])[0])))
    out["chi_square"] = dict(zip(whole, plain(chi2(x, y)[0])))
    out["mutual_information"] = {c: mutual_info_score(coded(numbers[c].to_numpy(dtype=float), 10), y) for c in numbers}
    binned = coded(frame[number].to_numpy(dtype=float), 10)
    out["mutual_information_number"] = {c: mutual_info_score(coded(numbers[c].to_numpy(dtype=float), 10), binned) for c in numbers if c != number}
    corr = centred(numbers).corr()
    out["correlation"] = {c: plain(corr[c]) for c in numbers}
    out["numbers"] = numbers.columns.tolist()

frame = frames["titanic"][0].iloc[:-1]
columns = ["Pclass", "SibSp", "Parch", "Fare"]
model = LogisticRegression(solver="newton-cg", tol=1e-9)
chosen = SelectFromModel(model, threshold="1.1*mean").fit(frame[columns], frame["Survived"])
shares = np.abs(chosen.estimator_.coef_[0])
result["from_model"] = {
    "columns": columns,
    "scores": (shares / shares.sum()).tolist(),
    "kept": [c for c, k in zip(columns, chosen.get_support()) if k],
}

with open("tests/reference/selection.json", "w") as f:
    json.dump(result, f, separators=(",", ":"))
    f.write("\n")
