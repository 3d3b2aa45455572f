"""Reference values for tests/model/linear_regression.cpp and elastic_net.cpp: scikit-learn's linear models and the
standard errors of statsmodels. Run from the repository root."""

import json
import os

import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import ElasticNet, Lasso, LinearRegression, Ridge
from sklearn.preprocessing import StandardScaler

data = os.environ.get("GASKET_DATA", "../shared/data")


def described(model, names, x, y, weights=None):
    model.fit(x, y, sample_weight=weights)
    return {
        "coefficients": dict(zip(names, model.coef_.tolist())),
        "intercept": model.intercept_,
        "r_squared": model.score(x, y, sample_weight=weights),
    }


def tested(names, x, y, weights=None):
    """Least squares with the classical standard errors."""
    out = described(LinearRegression(), names, x, y, weights)
    full = sm.add_constant(x, has_constant="add")
    ols = (sm.OLS(y, full) if weights is None else sm.WLS(y, full, weights)).fit()
    out["errors"] = dict(zip(["(intercept)"] + names, ols.bse.tolist()))
    out["p"] = dict(zip(["(intercept)"] + names, ols.pvalues.tolist()))
    return out


def all_models(frame, target, alpha):
    y = frame[target].to_numpy(dtype=float)
    names = [c for c in frame if c != target]
    x = frame[names].to_numpy(dtype=float)
    scaled = StandardScaler().fit_transform(x)
    tight = {"tol": 1e-14, "max_iter": 1000000}
    return {
        "linear": tested(names, x, y),
        "ridge": described(Ridge(alpha=3.0, solver="cholesky"), names, scaled, y),
        "lasso": described(Lasso(alpha=alpha, **tight), names, scaled, y),
        "net": described(ElasticNet(alpha=alpha, l1_ratio=0.3, **tight), names, scaled, y),
    }


bike = pd.read_csv(f"{data}/bike_sharing/data.csv").iloc[:-1]
weights = bike["mnth"].to_numpy(dtype=float)
bike = bike.drop(columns=["instant", "dteday", "casual", "registered"])
result = {"bike": all_models(bike, "cnt", 5.0)}
rest = bike.drop(columns=["mnth"])
y = rest["cnt"].to_numpy(dtype=float)
names = [c for c in rest if c != "cnt"]
x = rest[names].to_numpy(dtype=float)
tight = {"tol": 1e-14, "max_iter": 1000000}
result["bike_weighted"] = {
    "linear": tested(names, x, y, weights),
    "ridge": described(Ridge(alpha=3.0, solver="cholesky"), names, x, y, weights),
    "lasso": described(Lasso(alpha=0.5, **tight), names, x, y, weights),
    "net": described(ElasticNet(alpha=0.5, l1_ratio=0.3, **tight), names, x, y, weights),
}
bank = pd.read_csv(f"{data}/bank_churn_kaggle/data.csv").iloc[:-1]
bank = bank[["CreditScore", "Age", "Tenure", "Balance", "NumOfProducts", "HasCrCard", "IsActiveMember", "EstimatedSalary", "Exited"]]
result["bank"] = all_models(bank, "Balance", 500.0)

with open("tests/reference/linear.json", "w") as f:
    json.dump(result, f, indent=1)
    f.write("\n")
