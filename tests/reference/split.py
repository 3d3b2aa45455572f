"""Reference values for tests/split: scikit-learn's group and time-series folds. Run from the repository root."""

import json

import numpy as np
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, TimeSeriesSplit

random = np.random.RandomState(3)


def fold_of(splitter, y, groups):
    out = np.full(len(y), -1)
    for f, (_, judged) in enumerate(splitter.split(np.zeros(len(y)), y, groups)):
        out[judged] = f
    return out.tolist()


result = {"groups": [], "time": []}
for rows, count, classes, folds in [(300, 40, 2, 5), (200, 90, 2, 4), (500, 25, 4, 3), (60, 12, 3, 2)]:
    sizes = random.dirichlet(np.full(count, 0.7))
    groups = np.concatenate([np.arange(count), random.choice(count, rows - count, p=sizes)])
    leaning = random.dirichlet(np.full(classes, 0.8), count)
    y = np.array([random.choice(classes, p=leaning[g]) for g in groups])
    result["groups"].append(
        {
            "groups": groups.tolist(),
            "y": y.tolist(),
            "folds": folds,
            "stratified": fold_of(StratifiedGroupKFold(folds), y, groups),
            "sizes": sorted(np.bincount(fold_of(GroupKFold(folds), y, groups)).tolist()),
        }
    )

for rows, options in [
    (100, {"n_splits": 5}),
    (101, {"n_splits": 4, "gap": 3}),
    (50, {"n_splits": 3, "max_train_size": 10}),
    (50, {"n_splits": 3, "test_size": 4, "gap": 2, "max_train_size": 7}),
    (12, {"n_splits": 2, "test_size": 5}),
]:
    cuts = []
    for learned, judged in TimeSeriesSplit(**options).split(np.zeros(rows)):
        assert (np.diff(learned) == 1).all() and (np.diff(judged) == 1).all()
        cuts.append([int(learned[0]), int(learned[-1]) + 1, int(judged[0]), int(judged[-1]) + 1])
    result["time"].append({"rows": rows, "options": options, "cuts": cuts})

with open("tests/reference/split.json", "w") as f:
    json.dump(result, f)
    f.write("\n")
