"""Reference values for tests/model/logistic_regression.cpp: scikit-learn's optimum, found to full precision. Run from
the repository root."""

import json
import os

import numpy as np
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler

data = os.environ.get("GASKET_DATA", "../shared/data")


def features(frame):
    """Median imputed, one-hot without the first label, scaled."""
    out = {}
    for c in frame:
        if frame[c].dtype == object:
            for label in sorted(frame[c].unique())[1:]:
                out[f"{c}={label}"] = (frame[c] == label).astype(float)
        else:
            out[c] = frame[c].fillna(frame[c].median()).astype(float)
    names = list(out)
    return names, StandardScaler().fit_transform(pd.DataFrame(out).to_numpy())


def fit(names, x, y, l2, weights=None, class_weight=None):
    model = LogisticRegression(
        C=1 / l2, solver="newton-cholesky", tol=1e-12, max_iter=200, class_weight=class_weight
    )
    model.fit(x, y, sample_weight=weights)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, dtype=float)
    if class_weight == "balanced":
        w = w * np.where(y == 1, len(y) / (2 * y.sum()), len(y) / (2 * (1 - y).sum()))
    p = model.predict_proba(x)[:, 1]
    full = np.hstack([x, np.ones((len(y), 1))])
    hessian = full.T @ (full * (w * p * (1 - p))[:, None]) + np.diag([l2] * x.shape[1] + [0])
    errors = np.sqrt(np.diag(np.linalg.inv(hessian)))
    return {
        "coefficients": dict(zip(names, model.coef_[0].tolist())),
        "errors": dict(zip(names, errors[:-1].tolist())),
        "intercept": model.intercept_[0],
        "intercept_error": errors[-1],
        "first": p[:5].tolist(),
    }


bank = pd.read_csv(f"{data}/bank_churn_practicum/data.csv").iloc[:-1]
y = bank["Exited"].to_numpy()
weights = bank["NumOfProducts"].to_numpy(dtype=float)
names, x = features(bank.drop(columns=["RowNumber", "CustomerId", "Surname", "Exited"]))
result = {
    "bank": fit(names, x, y, 1.0),
    "bank_balanced": fit(names, x, y, 1.0, class_weight="balanced"),
}
rest = [i for i, n in enumerate(names) if n != "NumOfProducts"]
result["bank_weighted"] = fit([names[i] for i in rest], x[:, rest], y, 3.0, weights=weights)

german = pd.read_csv(f"{data}/german_credit/data.csv").iloc[:-1]
y = (german["class"] == "good").to_numpy().astype(int)
names, x = features(german.drop(columns=["class"]))
result["german"] = fit(names, x, y, 1.0)
result["german_weak"] = fit(names, x, y, 0.01)

with open("tests/reference/logistic.json", "w") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
