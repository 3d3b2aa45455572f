"""Makes the data of the peer benchmarks: the same files for the same arguments.

    make_data.py DIR [--quick]

Numbers are written as raw doubles, feature after feature (NAME.f64), with the answers beside them (NAME_y.f64).
  physics_train, physics_test   28 features that look like a collision experiment's, best AUC near 0.83
  bank_10k, bank_100k, bank_test   17 features of bank customers, categories as whole numbers, AUC near 0.86
  physics.csv                   the physics_train rows with six decimals, 28 features and `target`
  bank_raw.csv                  bank customers with labels as text and with missing values
"""
import argparse
import pathlib

import numpy as np

COUNTRIES = ["France", "Germany", "Spain"]
GENDERS = ["Female", "Male"]
SEGMENTS = ["affluent", "family", "mass", "private", "self employed", "senior", "student", "young adult"]
CHANNELS = ["app", "branch", "broker", "phone", "web"]
JOBS = ["admin", "agriculture", "arts", "construction", "education", "engineering", "health", "hospitality",
        "management", "retired", "services", "technician"]


def physics(rows, seed):
    """Features by name, and the answers: momenta, angles, tags, and seven masses made of them."""
    rng = np.random.RandomState(seed)
    x = {}
    momentum = [np.exp(0.55 * rng.standard_normal(rows)) for _ in range(6)]
    slope = [rng.standard_normal(rows) for _ in range(5)]
    angle = [rng.uniform(-1.743, 1.743, rows) for _ in range(6)]
    tag = [rng.choice([0.0, 1.087, 2.173], rows, p=[0.5, 0.2, 0.3]) for _ in range(4)]
    for i, values in enumerate(momentum):
        x[f"momentum_{i}"] = values
    for i, values in enumerate(slope):
        x[f"slope_{i}"] = values
    for i, values in enumerate(angle):
        x[f"angle_{i}"] = values
    for i, values in enumerate(tag):
        x[f"tag_{i}"] = values

    def mass(a, b):
        smear = np.exp(0.08 * rng.standard_normal(rows))
        turn = np.cosh(np.clip(slope[a] - slope[b], -4, 4)) - np.cos(1.8 * (angle[a] - angle[b]))
        return smear * np.sqrt(momentum[a] * momentum[b] * turn)

    pairs = [(1, 2), (2, 3), (3, 4), (0, 1), (0, 2), (1, 4), (0, 4)]
    masses = [mass(a, b) for a, b in pairs]
    for i, values in enumerate(masses):
        x[f"mass_{i}"] = values
    risk = 1.9 * np.exp(-0.5 * ((np.log(masses[0]) - 0.15) / 0.3) ** 2)
    risk += 1.1 * np.exp(-0.5 * ((np.log(masses[1]) - 0.3) / 0.45) ** 2) * (tag[1] > 0)
    risk += 0.9 * np.tanh(masses[3] - masses[4]) + 0.5 * np.log(momentum[0]) + 0.3 * (tag[0] + tag[2] - 1.5)
    risk += 0.45 * np.cos(2 * angle[0]) * slope[0] - 0.6 * np.abs(slope[1] - slope[2]) * (momentum[1] < 1)
    risk += 0.7 * np.tanh(momentum[5] * np.cos(angle[5] - angle[0])) - 0.3 * masses[6] ** 0.5
    y = (rng.uniform(size=rows) < 1 / (1 + np.exp(-1.28 * (risk - 1.0)))).astype(float)
    return {name: np.round(values, 6) for name, values in x.items()}, y


def bank(rows, seed):
    """Seventeen features by name, categories as places in their lists of labels, and the answers."""
    rng = np.random.RandomState(seed)
    x = {}
    x["credit_score"] = np.clip(np.round(650 + 96 * rng.standard_normal(rows)), 350, 850)
    x["country"] = rng.choice(3, rows, p=[0.5, 0.25, 0.25]).astype(float)
    x["gender"] = (rng.uniform(size=rows) < 0.545).astype(float)
    x["age"] = np.clip(np.round(18 + 21 * np.exp(0.42 * rng.standard_normal(rows))), 18, 92)
    x["tenure"] = rng.randint(0, 11, rows).astype(float)
    empty = rng.uniform(size=rows) < 1 / 3
    x["balance"] = np.where(empty, 0, np.round(np.clip(120000 + 30000 * rng.standard_normal(rows), 3000, 250000), 2))
    x["products"] = 1.0 + rng.choice(4, rows, p=[0.508, 0.459, 0.027, 0.006])
    x["credit_card"] = (rng.uniform(size=rows) < 0.705).astype(float)
    x["active_member"] = (rng.uniform(size=rows) < 0.515).astype(float)
    x["estimated_salary"] = np.round(12 + 199980 * rng.uniform(size=rows), 2)
    x["complaints"] = np.floor(rng.exponential(0.45, rows))
    x["days_since_contact"] = np.floor(rng.exponential(np.where(x["active_member"] > 0, 12, 45)))
    x["segment"] = rng.randint(0, len(SEGMENTS), rows).astype(float)
    x["channel"] = rng.choice(len(CHANNELS), rows, p=[0.35, 0.2, 0.05, 0.1, 0.3]).astype(float)
    x["job"] = rng.randint(0, len(JOBS), rows).astype(float)
    x["transactions"] = np.round(rng.gamma(2.0, 12, rows))
    x["mean_spend"] = np.round(np.exp(3.2 + 0.7 * rng.standard_normal(rows)), 2)
    years = (x["age"] - 52) / 10
    risk = -4.6 + 3.6 * np.exp(-0.5 * years**2)
    risk += np.where(x["products"] >= 3, 3.4, np.where(x["products"] == 2, -1.6, 0))
    risk += np.where(x["active_member"] > 0, -1.0, 0.45)
    risk += 1.1 * (x["country"] == 1) + 0.5 * (x["gender"] == 0)
    risk += 0.8 * ((x["products"] == 1) & (x["balance"] > 100000)) + 0.6 * ((x["active_member"] == 0) & empty)
    risk += 0.3 * np.minimum(x["complaints"], 4) + 0.6 * (x["days_since_contact"] > 60)
    risk += 0.5 * np.isin(x["segment"], [1, 6]) - 0.4 * (x["channel"] == 1) + 0.4 * np.isin(x["job"], [3, 7, 10])
    risk += 0.7 * np.exp(-x["transactions"] / 8) - 0.15 * np.log(x["mean_spend"])
    y = (rng.uniform(size=rows) < 1 / (1 + np.exp(-(0.9 * risk + 0.2)))).astype(float)
    return x, y


def write(folder, name, x, y):
    np.concatenate([x[c] for c in x]).astype("<f8").tofile(folder / f"{name}.f64")
    y.astype("<f8").tofile(folder / f"{name}_y.f64")


def write_raw_bank(path, rows, seed):
    import pandas as pd

    x, y = bank(rows, seed)
    rng = np.random.RandomState(seed + 1)
    table = pd.DataFrame(x)
    for name, labels in [("country", COUNTRIES), ("gender", GENDERS), ("segment", SEGMENTS), ("channel", CHANNELS),
                         ("job", JOBS)]:
        table[name] = np.array(labels, dtype=object)[table[name].astype(int)]
    for name in ["tenure", "balance", "job", "transactions", "mean_spend"]:
        table.loc[rng.uniform(size=rows) < 0.02, name] = None
    table["churn"] = y.astype(int)
    table.to_csv(path, index=False)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=pathlib.Path)
    parser.add_argument("--quick", action="store_true", help="a tenth of the rows")
    options = parser.parse_args()
    folder = options.folder
    folder.mkdir(parents=True, exist_ok=True)
    part = 10 if options.quick else 1

    x, y = physics(1000000 // part, 11)
    write(folder, "physics_train", x, y)
    import pandas as pd

    table = pd.DataFrame(x)
    table["target"] = y.astype(int)
    table.to_csv(folder / "physics.csv", index=False, float_format="%.6f")
    del table
    x, y = physics(200000 // part, 12)
    write(folder, "physics_test", x, y)
    x, y = bank(100000 // part, 21)
    write(folder, "bank_100k", x, y)
    few = 10000 // (2 if options.quick else 1)
    write(folder, "bank_10k", {name: values[:few] for name, values in x.items()}, y[:few])
    x, y = bank(50000 // part * (2 if options.quick else 1), 22)
    write(folder, "bank_test", x, y)
    write_raw_bank(folder / "bank_raw.csv", 50000 // part, 23)


if __name__ == "__main__":
    main()
