"""Writes tests/reference/trees.json: run from the root of the repository, python3 tests/reference/trees.py.

Single trees of scikit-learn on whole numbers, where bins lose nothing, with their answers for the training rows;
and the AUC of scikit-learn's ensembles on real data (mean of 5 stratified folds, shuffled with seeds 0, 1, 2).
"""

import json
import os

import numpy as np
import pandas as pd
from sklearn.ensemble import HistGradientBoostingClassifier, RandomForestClassifier
from sklearn.model_selection import StratifiedKFold, cross_val_score
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

data = os.environ.get("GASKET_DATA", "../shared/data")
rng = np.random.RandomState(7)
X = rng.randint(0, 40, size=(300, 3))
y = (rng.rand(300) < 1 / (1 + np.exp(-(X[:, 0] - 20) / 6 + (X[:, 1] > 25)))).astype(int)
z = np.round(X[:, 0] * 1.5 - X[:, 2] + 3 * rng.randn(300), 2)
limits = {"max_depth": 4, "min_samples_leaf": 8}
out = {
    "x": X.T.tolist(),
    "y": y.tolist(),
    "z": z.tolist(),
    "classes": DecisionTreeClassifier(**limits).fit(X, y).predict_proba(X)[:, 1].tolist(),
    "best_first": DecisionTreeClassifier(max_leaf_nodes=6, min_samples_leaf=8).fit(X, y).predict_proba(X)[:, 1].tolist(),
    "numbers": DecisionTreeRegressor(**limits).fit(X, z).predict(X).tolist(),
    "auc": {},
}


def auc(model, X, y):
    folds = [StratifiedKFold(5, shuffle=True, random_state=seed) for seed in (0, 1, 2)]
    return round(float(np.mean([cross_val_score(model, X, y, cv=f, scoring="roc_auc").mean() for f in folds])), 4)


for name, target, positive, drop in (
    ("bank_churn_kaggle", "Exited", 1, ["RowNumber", "CustomerId", "Surname"]),
    ("german_credit", "class", "bad", []),
):
    table = pd.read_csv(f"{data}/{name}/data.csv").drop(columns=drop)
    labels = (table.pop(target) == positive).astype(int)
    features = pd.get_dummies(table)
    out["auc"][name] = {
        "gradient_boosting": auc(HistGradientBoostingClassifier(max_iter=200, max_depth=5), features, labels),
        "random_forest": auc(RandomForestClassifier(200, max_depth=10, random_state=0, n_jobs=2), features, labels),
    }

with open("tests/reference/trees.json", "w") as f:
    json.dump(out, f, separators=(",", ":"))
    f.write("\n")
