"""pandas' and SciPy's side of the peer benchmarks: peer_pandas.py TASK --data DIR [--repeat N]."""
import numpy as np
import pandas as pd

import common


def csv(folder, repeat):
    made = []
    result = common.measure(lambda: made.append(pd.read_csv(folder / "physics.csv")))
    return {**result, "metric": float(made[0].iloc[:, 0].mean()), "metric_name": "mean of the first column"}


def profile(folder, repeat):
    """What gasket's profile holds, by pandas' own functions. The AUC of each column against the target is left out:
    pandas has none."""
    table = pd.read_csv(folder / "physics.csv")
    found = {}

    def work():
        found["missing"] = table.isnull().sum()
        found["describe"] = table.describe(percentiles=[0.05, 0.25, 0.5, 0.75, 0.95])
        found["distinct"] = table.nunique()
        found["skew"] = table.skew()
        found["duplicates"] = int(table.duplicated().sum())
        found["correlation"] = table.corrwith(table["target"])
        features = table.drop(columns="target")
        found["pearson"] = features.corr("pearson")
        found["spearman"] = features.corr("spearman")
        found["top"] = {c: table[c].value_counts().head(5) for c in table if found["distinct"][c] <= 50}
        found["histograms"] = {c: np.histogram(table[c], bins=20) for c in table}

    result = common.measure(work, repeat)
    return {**result, "metric": float(found["distinct"].sum()), "metric_name": "sum of distinct values"}


def made_up_scores(x):
    return 1 / (1 + np.exp(x[:, 21] - x[:, 0]))


def drift(folder, repeat):
    """PSI by NumPy over bins of equal counts that were learned before; the KS statistic by SciPy."""
    from scipy.stats import ks_2samp

    reference, _ = common.rows(folder, "physics_train", "F")
    live, _ = common.rows(folder, "physics_test", "F")
    columns = [(reference[:, f], live[:, f]) for f in range(live.shape[1])]
    columns.append((made_up_scores(reference), made_up_scores(live)))
    learned = []
    for values, _ in columns:
        inner = np.unique(np.quantile(values, np.linspace(0, 1, 11)[1:-1]))
        edges = np.concatenate([[-np.inf], inner, [np.inf]])
        learned.append((edges, np.histogram(values, edges)[0] / len(values)))
    found = []

    def work():
        found.clear()
        for (edges, share), (values, now) in zip(learned, columns):
            live_share = np.histogram(now, edges)[0] / len(now)
            a, b = np.maximum(share, 1e-6), np.maximum(live_share, 1e-6)
            psi = float(np.sum((b - a) * np.log(b / a)))
            found.append((psi, ks_2samp(values, now)))

    result = common.measure(work, repeat)
    return {**result, "metric": max(psi for psi, _ in found[:-1]), "metric_name": "greatest PSI"}


common.main({"csv": csv, "profile": profile, "drift": drift})
