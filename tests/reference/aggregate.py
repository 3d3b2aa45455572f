"""Reference values for tests/prepare/aggregate and tests/core/exact_prefix_sums: pandas, and math.fsum for exact sums. Run
from the repository root."""

import json
import math
import random

import numpy as np
import pandas as pd

random.seed(5)
DAY = 86400
start = 1_700_000_000


def none(x):
    return None if x is None or (isinstance(x, float) and math.isnan(x)) else x


events = pd.DataFrame(
    {
        "who": [random.randrange(30) for _ in range(600)],
        "at": [start + random.randrange(0, 200 * DAY // 3600) * 3600 for _ in range(600)],
        "amount": [
            float("nan") if random.random() < 0.1 else round(random.lognormvariate(3, 1.5), 2) * random.choice([1, 1, 1, -1])
            for _ in range(600)
        ],
        "shop": [random.choice(["north", "south", "west", None]) for _ in range(600)],
    }
)
rows = pd.DataFrame(
    {
        "who": [random.randrange(35) for _ in range(150)],
        "as_of": [start + random.randrange(0, 220 * DAY // 3600) * 3600 for _ in range(150)],
    }
)


def features(row):
    own = events[(events.who == row.who) & (events["at"] < row.as_of)].sort_values("at", kind="stable")
    month = own[own["at"] >= row.as_of - 30 * DAY]
    amounts = month.amount.dropna()
    every = own.amount.dropna()
    mean = math.fsum(amounts) / len(amounts) if len(amounts) else None
    own_mean = math.fsum(every) / len(every) if len(every) else None
    large = month[month.amount > 20]
    out = {
        "count_30d": len(month),
        "known_30d": len(amounts),
        "sum_30d": math.fsum(amounts),
        "sum_all": math.fsum(every),
        "mean_30d": mean,
        "min_30d": amounts.min() if len(amounts) else None,
        "max_30d": amounts.max() if len(amounts) else None,
        "last_amount": every.iloc[-1] if len(every) else None,
        "last_shop_30d": month.shop.dropna().iloc[-1] if month.shop.notna().any() else None,
        "shops_30d": int(month.shop.nunique()),
        "amounts_all": int(every.nunique()),
        "days_since": (row.as_of - own["at"].iloc[-1]) / DAY if len(own) else None,
        "days_since_30d": (row.as_of - month["at"].iloc[-1]) / DAY if len(month) else None,
        "to_own": mean / own_mean if mean is not None and own_mean else None,
        "rate": None,
        "large_30d": len(large),
        "large_sum_30d": math.fsum(large.amount),
    }
    if len(own):
        past = row.as_of - own["at"].iloc[0]
        out["rate"] = len(month) / (len(own) * min(1.0, 30 * DAY / past))
    return out


expected = pd.DataFrame([features(row) for row in rows.itertuples()])
stretches = []
numbers = [random.uniform(-1, 1) * 10.0 ** random.randrange(-18, 18) for _ in range(300)]
numbers += [1e308, -1e308, 5e-324, -5e-324, 2.2250738585072014e-308, 0.1, -0.1, 0.0, 1e16, 1.0, 1.0, -1e16] * 5
for _ in range(400):
    a, b = sorted(random.randrange(len(numbers) + 1) for _ in range(2))
    stretches.append([a, b, math.fsum(numbers[a:b])])

result = {
    "events": {c: [none(v) for v in events[c].tolist()] for c in events},
    "rows": {c: rows[c].tolist() for c in rows},
    "expected": {c: [none(v.item() if isinstance(v, np.generic) else v) for v in expected[c].astype(object)] for c in expected},
    "sums": {"numbers": numbers, "stretches": stretches},
}
with open("tests/reference/aggregate.json", "w") as f:
    json.dump(result, f)
    f.write("\n")
