"""Reference values for tests/model/logistic_regression.cpp, multinomial.cpp and linear_svm.cpp: the optimum of logistic
regression with L1, elastic net and many classes, and of the squared hinge with an intercept that is not penalised; and the
standard errors of statsmodels' Logit and MNLogit. Run from the repository root.

scikit-learn is run first, to a tight tolerance. Its saga needs thousands of rounds for six digits on the larger data (a few hundred
are given to it), and its LinearSVC penalises the intercept. So each answer is then polished here, by Newton's method among the coefficients that are not 0 with the signs that they
have, joined by the one whose gradient most exceeds the penalty, until no gradient is off by more than 1e-8 of the number of rows
/ 1000: what is stored is that optimum. Asserted on the way: its objective is no greater than that of scikit-learn, and
scikit-learn's is greater by no more than the part of it that `slack` says: 1e-6 where scikit-learn comes to its end."""

import json
import os
import warnings

import numpy as np
import pandas as pd
import statsmodels.api as sm
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

warnings.filterwarnings("ignore", message="The max_iter was reached")
data = os.environ.get("GASKET_DATA", "../shared/data")


def one_hot(frame):
    """One-hot without the first label, scaled."""
    out = {}
    for c in frame:
        if frame[c].dtype == object:
            for label in sorted(frame[c].unique())[1:]:
                out[f"{c}={label}"] = (frame[c] == label).astype(float)
        else:
            out[c] = frame[c].astype(float)
    return list(out), StandardScaler().fit_transform(pd.DataFrame(out).to_numpy())


class Softmax:
    """The log loss of classes 0 to classes - 1, summed, by parameters in the shape (classes, columns + 1); or of two classes by
    one row of parameters."""

    def __init__(self, x, y, classes):
        self.x = np.hstack([x, np.ones((len(y), 1))])
        self.y = y
        self.shape = (classes if classes > 2 else 1, self.x.shape[1])
        self.truth = np.eye(classes)[y] if classes > 2 else y[:, None].astype(float)

    def shares(self, b):
        s = self.x @ b.T
        if b.shape[0] == 1:
            return 1 / (1 + np.exp(-s))
        e = np.exp(s - s.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    def value(self, b):
        s = self.x @ b.T
        if b.shape[0] == 1:
            return np.logaddexp(0, s[:, 0] * (1 - 2 * self.y)).sum()
        top = s.max(axis=1)
        return (top + np.log(np.exp(s - top[:, None]).sum(axis=1)) - s[np.arange(len(self.y)), self.y]).sum()

    def gradient(self, b):
        return (self.shares(b) - self.truth).T @ self.x

    def hessian(self, b):
        p = self.shares(b)
        k, q = self.shape
        out = np.zeros((k, q, k, q))
        for i in range(k):
            for j in range(i + 1):
                w = p[:, i] * ((i == j) - p[:, j])
                out[i, :, j] = self.x.T @ (self.x * w[:, None])
                out[j, :, i] = out[i, :, j].T
        return out.reshape(k * q, k * q)


class SquaredHinge:
    def __init__(self, x, y):
        self.x = np.hstack([x, np.ones((len(y), 1))])
        self.side = 2.0 * y - 1
        self.y = y
        self.shape = (1, self.x.shape[1])

    def short(self, b):
        return np.maximum(0, 1 - self.side * (self.x @ b[0]))

    def value(self, b):
        return (self.short(b) ** 2).sum()

    def gradient(self, b):
        return (-2 * self.side * self.short(b))[None, :] @ self.x

    def hessian(self, b):
        inside = self.x[self.short(b) > 0]
        return 2 * inside.T @ inside


def polish(loss, b, l1, l2):
    """The optimum of loss + l1 |b| + l2 / 2 |b|^2; intercepts, the last column, are not penalised."""
    b = b.copy()
    k, q = loss.shape
    held = np.ones((k, q), bool)
    held[:, -1] = False
    l1s, l2s = l1 * held, l2 * held
    objective = lambda b: loss.value(b) + (l1s * np.abs(b)).sum() + (l2s * b * b).sum() / 2
    b[np.abs(b) < 1e-7] = 0
    enough = 1e-8 * len(loss.y) / 1000
    for _ in range(500):
        g = loss.gradient(b) + l2s * b
        at_zero = (b == 0) & held & (l1 > 0)
        off = np.where(at_zero, np.maximum(np.abs(g) - l1s, 0), np.abs(g + l1s * np.sign(b)))
        if off.max() < enough:
            return b, objective(b)
        sign = np.sign(b)
        if l1 > 0 and off[~at_zero].max() < 1e-3 * max(off[at_zero].max(initial=0), enough):
            worst = np.unravel_index(np.argmax(np.where(at_zero, off, -1)), off.shape)
            sign[worst] = -np.sign(g[worst])
            at_zero[worst] = False
        free = np.flatnonzero(~at_zero.ravel())
        h = loss.hessian(b) + np.diag(l2s.ravel())
        step = np.zeros(k * q)
        step[free] = -np.linalg.lstsq(h[np.ix_(free, free)], (g + l1s * sign).ravel()[free], rcond=1e-13)[0]
        step = step.reshape(k, q)
        length, now = 1.0, objective(b)
        crossing = np.where((sign * (b + step) < 0) & (b != 0) & (l1s > 0), -b / np.where(step == 0, 1, step), 2)
        if crossing.min() < 1:
            length = crossing.min()
        while True:
            new = b + length * step
            if crossing.min() <= length:
                new[crossing <= length] = 0
            if objective(new) <= now + 1e-12 * abs(now) or length < 1e-9:
                break
            length /= 2
        b = new
    raise RuntimeError(f"not polished: {off.max()}")


def digits(values):
    return [float(f"{v:.10g}") for v in np.asarray(values).ravel()]


def stored(what, loss, start, l1, l2):
    held = np.ones(loss.shape[1], bool)
    held[-1] = False
    b, least = polish(loss, start, l1, l2)
    theirs = loss.value(start) + l1 * np.abs(start[:, held]).sum() + l2 * (start[:, held] ** 2).sum() / 2
    print(f"{what}: objective {least:.9g}, scikit-learn's is {theirs - least:.2g} above, coefficients differ by up to "
          f"{np.abs(start - b).max():.2g}, {int((b[:, :-1] != 0).sum())} of {b[:, :-1].size} not 0", flush=True)
    assert theirs >= least - 1e-9 * abs(least)
    if l1 == 0 and b.shape[0] > 1:
        b = b - np.vstack([np.zeros_like(b)[:, :-1].T, b[:, -1:].mean() * np.ones((1, len(b)))]).T
    return b, {"l1": l1, "l2": l2, "objective": float(f"{least:.13g}"), "coefficients": [digits(row[:-1]) for row in b],
               "intercepts": digits(b[:, -1])}, theirs - least


def logistic(what, x, y, classes, l1, l2, slack=1e-6, rounds=3000):
    c, ratio = 1 / (l1 + l2), l1 / (l1 + l2)
    if l1 == 0:
        model = LogisticRegression(C=c, solver="lbfgs" if classes > 2 else "newton-cholesky", tol=1e-9, max_iter=5000)
    else:
        model = LogisticRegression(C=c, penalty="elasticnet", l1_ratio=ratio, solver="saga", tol=1e-7, max_iter=rounds)
    model.fit(x, y)
    b = np.hstack([model.coef_, model.intercept_[:, None]])
    _, out, above = stored(what, Softmax(x, y, classes), b, l1, l2)
    assert above <= slack * out["objective"]
    return out


def hinge(what, x, y, l2):
    svc = LinearSVC(C=1 / l2, loss="squared_hinge", dual=False, tol=1e-10, max_iter=100000, intercept_scaling=1000.0).fit(x, y)
    _, out, above = stored(what, SquaredHinge(x, y), np.hstack([svc.coef_, svc.intercept_[:, None]]), 0, l2)
    assert above <= 1e-4 * out["objective"]
    return out


german = pd.read_csv(f"{data}/german_credit/data.csv", keep_default_na=False).iloc[:-1]
y = (german["class"] == "good").to_numpy().astype(int)
names, x = one_hot(german.drop(columns=["class"]))
result = {"german": {
    "names": names,
    "l1": logistic("german, L1", x, y, 2, 8.0, 0.0),
    "net": logistic("german, elastic net", x, y, 2, 3.0, 2.0),
    "svm": hinge("german, squared hinge", x, y, 1.0),
}}

numbers = [n for n in names if "=" not in n]
raw = german[numbers].to_numpy(dtype=float)
logit = sm.Logit(y, sm.add_constant(raw)).fit(method="newton", tol=1e-12, maxiter=100, disp=False)
result["german_numbers"] = {"names": numbers, "coefficients": digits(logit.params), "errors": digits(logit.bse)}

adult = pd.read_csv(f"{data}/adult/data.csv", skipinitialspace=True, keep_default_na=False).iloc[:-1]
y = (adult["income"] == ">50K").to_numpy().astype(int)
names, x = one_hot(adult.drop(columns=["income", "fnlwgt"]))
result["adult"] = {
    "names": names,
    "l2": logistic("adult, L2", x, y, 2, 0.0, 1.0),
    "l1": logistic("adult, L1", x, y, 2, 20.0, 0.0, slack=1e-3, rounds=400),
    "net": logistic("adult, elastic net", x, y, 2, 10.0, 5.0, slack=1e-3, rounds=400),
}

forest = pd.read_csv(f"{data}/covtype_20k/data.csv").iloc[:-1]
y = forest["Cover_Type"].to_numpy() - 1
frame = forest.drop(columns=["Cover_Type", "Soil_Type7", "Soil_Type15"])
x = StandardScaler().fit_transform(frame.to_numpy(dtype=float))
result["forest"] = {"names": list(frame), "l2": logistic("forest, L2", x, y, 7, 0.0, 1.0)}
some = list(frame)[:14]
x = StandardScaler().fit_transform(frame[some].to_numpy(dtype=float))
result["forest_some"] = {"names": some, "net": logistic("forest, elastic net", x, y, 7, 30.0, 2.0, slack=1e-3, rounds=400)}
few = list(frame)[:6]
x = StandardScaler().fit_transform(frame[few].to_numpy(dtype=float))
mn = sm.MNLogit(y, sm.add_constant(x)).fit(method="newton", tol=1e-13, maxiter=200, disp=False)
result["forest_few"] = {
    "names": few,
    "coefficients": [digits(row) for row in mn.params.T],
    "errors": [digits(row) for row in mn.bse.T],
}

with open("tests/reference/penalties.json", "w") as f:
    f.write("{\n" + ",\n".join(f'"{k}": {json.dumps(v)}' for k, v in result.items()) + "\n}\n")
