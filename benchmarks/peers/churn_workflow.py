"""The steps of examples/churn_workflow by pandas and scikit-learn, to be timed from start to end.

    churn_workflow.py --data FILE.csv --target NAME --drop A,B --save FILE --json FILE
"""
import argparse
import json

import joblib
import numpy as np
import pandas as pd
from sklearn.compose import ColumnTransformer
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.impute import SimpleImputer
from sklearn.inspection import permutation_importance
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import (average_precision_score, brier_score_loss, classification_report, confusion_matrix,
                             log_loss, precision_recall_curve, roc_auc_score)
from sklearn.model_selection import StratifiedKFold, cross_val_predict, cross_val_score, train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

JOBS = 2


def profile(table, target):
    print(table.describe(percentiles=[0.05, 0.25, 0.5, 0.75, 0.95]).T)
    print(pd.DataFrame({"missing": table.isnull().sum(), "distinct": table.nunique()}))
    print("duplicates", table.duplicated().sum())
    numbers = table.select_dtypes("number")
    print(pd.DataFrame({"skew": numbers.skew(), "correlation": numbers.corrwith(table[target])}))
    for name in table.select_dtypes("object"):
        print(table[name].value_counts().head())
    for name in numbers:
        np.histogram(numbers[name].dropna(), bins=20)


def preparation(table):
    labels = [c for c in table if table[c].dtype == object]
    numbers = [c for c in table if c not in labels]
    return ColumnTransformer([
        ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()), numbers),
        ("labels", OneHotEncoder(drop="first", handle_unknown="ignore"), labels)])


def psi(reference, live):
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, 11)[1:-1]))
    a = np.maximum(np.bincount(np.searchsorted(edges, reference), minlength=len(edges) + 1) / len(reference), 1e-6)
    b = np.maximum(np.bincount(np.searchsorted(edges, live), minlength=len(edges) + 1) / len(live), 1e-6)
    return float(np.sum((b - a) * np.log(b / a)))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--data", required=True)
    parser.add_argument("--target", required=True)
    parser.add_argument("--drop", default="")
    parser.add_argument("--save", required=True)
    parser.add_argument("--json", required=True)
    o = parser.parse_args()

    table = pd.read_csv(o.data)
    profile(table, o.target)

    rows = table.drop(columns=[name for name in o.drop.split(",") if name])
    y = rows.pop(o.target)
    train, test, y_train, y_test = train_test_split(rows, y, test_size=0.2, stratify=y, random_state=42)

    folds = StratifiedKFold(5, shuffle=True, random_state=42)
    candidates = {
        "logistic regression": LogisticRegression(max_iter=1000),
        "random forest": RandomForestClassifier(200, max_depth=10, random_state=42),
        "gradient boosting": GradientBoostingClassifier(n_estimators=200, max_depth=5, learning_rate=0.05, max_features=0.6,
                                                        random_state=42),
    }
    chains = {name: make_pipeline(preparation(train), model) for name, model in candidates.items()}
    scores = {}
    for name, chain in chains.items():
        scores[name] = cross_val_score(chain, train, y_train, scoring="roc_auc", cv=folds, n_jobs=JOBS)
        print(f"{name}: AUC {scores[name].mean():.4f} +- {scores[name].std():.4f}")
    chosen = max(scores, key=lambda name: scores[name].mean())

    # The chosen chain: a threshold from out-of-fold scores, then all training rows; one without the first fold.
    out_of_fold = cross_val_predict(chains[chosen], train, y_train, cv=folds, method="predict_proba",
                                    n_jobs=JOBS)[:, 1]
    precision, recall, thresholds = precision_recall_curve(y_train, out_of_fold)
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-12)
    threshold = thresholds[np.argmax(f1[:-1])]
    model = chains[chosen].fit(train, y_train)
    learn, watch = next(folds.split(train, y_train))
    without_first = make_pipeline(preparation(train), candidates[chosen].__class__(**candidates[chosen].get_params()))
    without_first.fit(train.iloc[learn], y_train.iloc[learn])
    importance = permutation_importance(without_first, train.iloc[watch], y_train.iloc[watch], scoring="roc_auc",
                                        n_repeats=10, random_state=42, n_jobs=JOBS)
    for i in np.argsort(-importance.importances_mean):
        print(f"{train.columns[i]}: {importance.importances_mean[i]:.4f} +- {importance.importances_std[i]:.4f}")

    p = model.predict_proba(test)[:, 1]
    decided = p >= threshold
    auc = roc_auc_score(y_test, p)
    print("AUC", auc, "average precision", average_precision_score(y_test, p), "log loss", log_loss(y_test, p),
          "Brier", brier_score_loss(y_test, p))
    print(classification_report(y_test, decided))
    print(confusion_matrix(y_test, decided))

    joblib.dump({"model": model, "threshold": threshold}, o.save)
    loaded = joblib.load(o.save)
    head = rows.head(1000)
    same = bool(np.array_equal(loaded["model"].predict_proba(head), model.predict_proba(head)))
    numbers = train.select_dtypes("number").columns
    drift = {name: psi(train[name].dropna(), rows[name].dropna()) for name in numbers}
    moved = rows.assign(**{numbers[0]: rows[numbers[0]] + 0.5 * rows[numbers[0]].std()})
    drift_moved = {name: psi(train[name].dropna(), moved[name].dropna()) for name in numbers}
    psi(out_of_fold, model.predict_proba(rows)[:, 1])
    psi(out_of_fold, model.predict_proba(moved)[:, 1])
    with open(o.json, "w") as out:
        json.dump({"chosen": chosen, "auc": auc, "same": same, "drift": drift, "drift_moved": drift_moved}, out)


if __name__ == "__main__":
    main()
