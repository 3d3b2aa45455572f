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



def best_lambda(x, forward, log_of, near):
    """Where the likelihood that scikit-learn maximises is greatest, in extended precision: its own search ends some 1e-7
    from there."""
    x = x[~np.isnan(x)].astype(real)
    u = log_of(x)

    def likelihood(lam):
        return -len(x) / real(2) * np.log(forward(x, lam).var()) + (lam - 1) * u.sum()

    def slope(lam, h=real(1e-6)):
        return float((likelihood(real(lam) + h) - likelihood(real(lam) - h)) / (2 * h))

    return optimize.brentq(slope, near - 1e-4, near + 1e-4, xtol=1e-15)


def box_cox(x, lam):
    return np.expm1(lam * np.log(x)) / lam


def yeo_johnson(x, lam):
    out = np.empty_like(x)
    up = x >= 0
    out[up] = np.expm1(lam * np.log1p(x[up])) / lam
    out[~up] = -np.expm1((2 - lam) * np.log1p(-x[~up])) / (2 - lam)
    return out


def power(method, x, columns, rows):
    fitted = PowerTransformer(method).fit(x)
    forward, log_of = {
        "box-cox": (box_cox, np.log),
        "yeo-johnson": (yeo_johnson, lambda v: np.sign(v) * np.log1p(np.abs(v))),
    }[method]
    theirs = fitted.transform(x)
    out = {"fitted": {}, "theirs": {}, "exact": {}}
    for i, c in enumerate(columns):
        lam = fitted.lambdas_[i]
        exact = best_lambda(x[:, i], forward, log_of, lam)
        out["fitted"][c] = plain([lam, fitted._scaler.mean_[i], fitted._scaler.scale_[i], exact])
        out["theirs"][c] = sample(theirs[:, i], rows)
        z = forward(x[:, i].astype(real), real(exact))
        known = z[~np.isnan(z)]
        out["exact"][c] = sample((z - known.mean()) / known.std(), rows)
    return out


def bins(x, columns, rows):
    """Edges and bins by each strategy, column by column without missing values; the k-means until nothing moves."""
    out = {}
    for strategy in ["uniform", "quantile", "k_means"]:
        edges = out[strategy] = {}
        for i, c in enumerate(columns):
            v = x[~np.isnan(x[:, i]), i]
            if strategy == "k_means":
                ends = np.linspace(v.min(), v.max(), 6)
                start = ((ends[1:] + ends[:-1]) / 2)[:, None]
                if len(np.unique(v)) < 20 or len(np.unique(np.argmin(abs(v[:, None] - start.T), axis=1))) < 5:
                    continue  # values midway between means; a mean without values is moved there and dropped here
                means = np.sort(KMeans(5, init=start, n_init=1, tol=0, max_iter=10000).fit(v[:, None]).cluster_centers_[:, 0])
                edges[c] = plain((means[1:] + means[:-1]) / 2)
            else:
                fitted = KBinsDiscretizer(5, encode="ordinal", strategy=strategy, subsample=None).fit(v[:, None])
                edges[c] = plain(fitted.bin_edges_[0][1:-1])
                if strategy == "quantile":
                    found = np.full(len(x), np.nan)
                    found[~np.isnan(x[:, i])] = fitted.transform(v[:, None])[:, 0]
                    out.setdefault("ordinal", {})[c] = sample(found, rows)
    return out


result = {}
for name, (frame, columns) in frames.items():
    frame = frame.iloc[:-1]
    rows = np.linspace(0, len(frame) - 1, 15).astype(int)
    out = result[name] = {"rows": rows.tolist()}
    x = frame[columns].to_numpy(dtype=float)

    def keep(key, fitted):
        values = fitted.fit_transform(x)
        out[key] = {c: sample(values[:, i], rows) for i, c in enumerate(columns)}

    keep("min_max", MinMaxScaler((-1, 3)))
    keep("max_abs", MaxAbsScaler())
    keep("robust", RobustScaler())
    keep("robust_wide", RobustScaler(quantile_range=(5, 90)))
    # not as many quantiles as rows: there its rounding decides which of them are equal to a value that rows share
    keep("quantile_500", QuantileTransformer(n_quantiles=500, subsample=10**9))
    keep("quantile_50_normal", QuantileTransformer(n_quantiles=50, output_distribution="normal", subsample=10**9))
    out["log1p"] = {c: sample(np.log1p(x[:, i]), rows) for i, c in enumerate(columns)}
    out["yeo_johnson"] = power("yeo-johnson", x, columns, rows)
    positive = [i for i in range(len(columns)) if np.nanmin(x[:, i]) > 0]
    out["box_cox"] = power("box-cox", x[:, positive], [columns[i] for i in positive], rows)
    out["bins"] = bins(x, columns, rows)

result["normal_quantile"] = [
    [p, float(stats.norm.ppf(p))]
    for p in [1e-300, 1e-20, 1e-9, 1e-7, 0.001, 0.02425, 0.1, 0.3, 0.49999, 0.5, 0.6, 0.9, 0.975, 0.999999, 1 - 1e-12]
]

with open("tests/reference/scalers.json", "w") as f:
    json.dump(result, f, separators=(",", ":"))
    f.write("\n")
