"""Reference values for tests/prepare/calendar: parts of dates by Python and pandas. Run from the repository root."""

import json
import os
import random
from datetime import datetime, timedelta, timezone

import pandas as pd

data = os.environ.get("GASKET_DATA", "../shared/data")
epoch = datetime(1970, 1, 1, tzinfo=timezone.utc)
names = ["year", "quarter", "month", "week", "day", "day_of_year", "weekday", "hour", "minute"]


def parts(t):
    return [
        t.year,
        (t.month + 2) // 3,
        t.month,
        t.isocalendar()[1],
        t.day,
        t.timetuple().tm_yday,
        t.isoweekday(),
        t.hour,
        t.minute,
    ]


random.seed(7)
moments = [epoch, epoch - timedelta(seconds=1)]
moments.append(datetime(1, 1, 1, tzinfo=timezone.utc))
moments.append(datetime(9999, 12, 31, 23, 59, 59, tzinfo=timezone.utc))
for year in [1900, 1999, 2000, 2004, 2015, 2016, 2020, 2021, 2024, 2026, 2100]:
    for month, day in [(1, 1), (1, 3), (1, 4), (2, 28), (3, 1), (12, 28), (12, 31)]:
        moments.append(datetime(year, month, day, random.randrange(24), random.randrange(60), tzinfo=timezone.utc))
for _ in range(200):
    moments.append(moments[2] + timedelta(seconds=random.randrange(int((moments[3] - moments[2]).total_seconds()))))

dates = pd.to_datetime(pd.read_csv(f"{data}/weather_aus/data.csv", usecols=["Date"])["Date"])
sums = {
    "year": dates.dt.year,
    "quarter": dates.dt.quarter,
    "month": dates.dt.month,
    "week": dates.dt.isocalendar().week,
    "day": dates.dt.day,
    "day_of_year": dates.dt.dayofyear,
    "weekday": dates.dt.weekday + 1,
    "days": (dates - pd.Timestamp("2010-06-15 12:00")).dt.total_seconds() / 86400,
    "before_2012": dates < "2012-01-01",
    "some_days": dates.isin(pd.to_datetime(["2010-02-28", "2012-02-29", "1999-01-01"])),
}
result = {
    "names": names,
    "seconds": [int((t - epoch).total_seconds()) for t in moments],
    "parts": [parts(t) for t in moments],
    "weather": {name: float(values.sum()) for name, values in sums.items()},
}
with open("tests/reference/dates.json", "w") as f:
    json.dump(result, f)
    f.write("\n")
