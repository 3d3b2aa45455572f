"""scikit-learn's side of the peer benchmarks: peer_sklearn.py TASK --data DIR [--repeat N]."""
import numpy as np
from sklearn.metrics import roc_auc_score

import common


def fit_and_judge(model, train, test, order, dtype=np.float64):
    """`order`, `dtype`: as the estimator wants its rows, so that it copies nothing."""
    def task(folder, repeat):
        x, y = common.rows(folder, train, order, dtype)
        estimator = model()
        result = common.measure(lambda: estimator.fit(x, y), repeat)
        xt, yt = common.rows(folder, test, order, dtype)
        return {**result, "metric": roc_auc_score(yt, estimator.predict_proba(xt)[:, 1]), "metric_name": "auc"}
    return task


def hist_large():
    from sklearn.ensemble import HistGradientBoostingClassifier
    return HistGradientBoostingClassifier(max_iter=100, learning_rate=0.1, max_leaf_nodes=31, max_bins=255,
                                          l2_regularization=1.0, early_stopping=False)


def hist_depth_5():
    from sklearn.ensemble import HistGradientBoostingClassifier
    return HistGradientBoostingClassifier(max_iter=200, learning_rate=0.1, max_leaf_nodes=None, max_depth=5,
                                          l2_regularization=1.0, early_stopping=False)


def exact_depth_5():
    from sklearn.ensemble import GradientBoostingClassifier
    return GradientBoostingClassifier(n_estimators=200, learning_rate=0.1, max_depth=5, min_samples_leaf=20,
                                      random_state=42)


def forest_depth_10():
    from sklearn.ensemble import RandomForestClassifier
    return RandomForestClassifier(n_estimators=200, max_depth=10, n_jobs=2, random_state=42)


def logistic(folder, repeat):
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    x, y = common.rows(folder, "physics_train")
    model = make_pipeline(StandardScaler(), LogisticRegression(C=1.0, max_iter=1000))
    result = common.measure(lambda: model.fit(x, y), repeat)
    # The mean of the loss that was minimised.
    z = model.decision_function(x)
    beta = model[-1].coef_[0]
    loss = (np.sum(np.logaddexp(0, z) - y * z) + beta @ beta / 2) / len(y)
    return {**result, "metric": float(loss), "metric_name": "loss", "extra": {"iterations": int(model[-1].n_iter_[0])}}


def row_chain(folder, repeat):
    """One raw record through the whole chain; the one-row frame is made before and not counted."""
    import pandas as pd
    from sklearn.compose import ColumnTransformer
    from sklearn.ensemble import HistGradientBoostingClassifier
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import OneHotEncoder, StandardScaler

    table = pd.read_csv(folder / "bank_raw.csv")
    y = table.pop("churn")
    labels = [c for c in table if table[c].dtype == object]
    numbers = [c for c in table if c not in labels]
    # As few parts as do the work: each of them costs time for a row.
    model = make_pipeline(
        ColumnTransformer([("numbers", SimpleImputer(strategy="median"), numbers),
                           ("labels", OneHotEncoder(sparse_output=False, handle_unknown="ignore"), labels)]),
        StandardScaler(),
        HistGradientBoostingClassifier(max_iter=500, max_leaf_nodes=31, early_stopping=False, l2_regularization=1.0))
    model.fit(table, y)
    records = [table.iloc[[i]] for i in range(200)]
    out = []
    result = common.one_by_one(lambda i: out.append(model.predict_proba(records[i])[0, 1]), 300, len(records))
    return {**result, "metric": float(np.mean(out)), "metric_name": "mean probability"}


common.main({
    "boost_1m": fit_and_judge(hist_large, "physics_train", "physics_test", "F"),
    "boost_10k_hist": fit_and_judge(hist_depth_5, "bank_10k", "bank_test", "F"),
    "boost_100k_hist": fit_and_judge(hist_depth_5, "bank_100k", "bank_test", "F"),
    "boost_10k_exact": fit_and_judge(exact_depth_5, "bank_10k", "bank_test", "C", np.float32),
    "boost_100k_exact": fit_and_judge(exact_depth_5, "bank_100k", "bank_test", "C", np.float32),
    "forest": fit_and_judge(forest_depth_10, "bank_100k", "bank_test", "C", np.float32),
    "logistic": logistic,
    "row_chain": row_chain,
})
