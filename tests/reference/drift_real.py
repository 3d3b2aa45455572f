"""Reference values of tests/monitor/drift_real.cpp: KS and Wasserstein distance (SciPy) and the PSI of naive decile bins
(NumPy: edges of quantiles, whatever is repeated or out of range is lost) of two parts of real data.

Run from the root of the repository: python3 tests/reference/drift_real.py [FOLDER OF THE REAL DATA]
"""
import json
import sys

import numpy as np
import pandas as pd
from scipy.stats import ks_2samp, wasserstein_distance

data = sys.argv[1] if len(sys.argv) > 1 else "../shared/data"


def naive_psi(reference, live):
    edges = np.unique(np.quantile(reference, np.linspace(0, 1, 11)))
    if len(edges) < 2:
        return 0.0  # one value, no bins: a constant never drifts
    p = np.histogram(reference, edges)[0] / len(reference) + 1e-4
    q = np.histogram(live, edges)[0] / len(live) + 1e-4
    return float(np.sum((q - p) * np.log(q / p)))


def compare(reference, live, columns):
    out = {}
    for name in columns:
        a, b = reference[name].dropna().to_numpy(float), live[name].dropna().to_numpy(float)
        out[name] = {"ks": float(ks_2samp(a, b).statistic), "wasserstein": float(wasserstein_distance(a, b)),
                     "deviation": float(a.std()), "naive_psi": naive_psi(a, b)}
    return out


electricity = pd.read_csv(f"{data}/electricity_nsw/data.csv")
weather = pd.read_csv(f"{data}/weather_aus/data.csv")
bank = pd.read_csv(f"{data}/bank_churn_kaggle/data.csv")
early = weather["Date"] < "2014-01-01"
result = {
    "electricity_nsw": compare(electricity[:17424], electricity[17424:],
                               ["period", "nswprice", "nswdemand", "vicprice", "vicdemand", "transfer"]),
    "weather_aus": compare(weather[early], weather[~early],
                           [c for c in weather.select_dtypes("number").columns if c != "RISK_MM"]),
    "bank_churn_kaggle": compare(bank[:5000], bank[5000:], ["CreditScore", "Age", "Tenure", "Balance", "EstimatedSalary"]),
}
with open("tests/reference/drift_real.json", "w") as f:
    json.dump(result, f, separators=(",", ":"))
    f.write("\n")
