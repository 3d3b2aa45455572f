#!/usr/bin/env python3
"""Local times of several places as UTC, by Python's zoneinfo (fold=0): writes time_zones.json beside itself."""
import json
import os
import random
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

PLACES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "America/St_Johns",
          "Europe/Dublin", "Pacific/Chatham", "America/Sao_Paulo", "Africa/Casablanca", "Pacific/Apia"]
EPOCH = datetime(1970, 1, 1)


def utc(local, zone):
    aware = local.replace(tzinfo=ZoneInfo(zone))
    return int((aware.astimezone(timezone.utc).replace(tzinfo=None) - EPOCH) / timedelta(seconds=1))


def main():
    draw = random.Random(1)
    out = {}
    for place in PLACES:
        pairs = []
        for _ in range(40):
            local = datetime(1975, 1, 1) + timedelta(minutes=draw.randrange(49 * 365 * 24 * 60))
            pairs.append(local)
        # every half hour around the days on which the offset changed
        day = datetime(2010, 1, 1)
        while day < datetime(2024, 1, 1):
            here = day.replace(tzinfo=ZoneInfo(place)).utcoffset()
            if here != (day + timedelta(days=1)).replace(tzinfo=ZoneInfo(place)).utcoffset() and draw.random() < 0.08:
                pairs += [day + timedelta(minutes=30 * i + 7) for i in range(60)]
            day += timedelta(days=1)
        out[place] = [[int((p - EPOCH).total_seconds()), utc(p, place)] for p in pairs]
    # far ahead the POSIX rule at the end of the zone file decides
    out["Europe/Berlin"] += [[int((datetime(2090, m, 5, 12) - EPOCH).total_seconds()),
                              utc(datetime(2090, m, 5, 12), "Europe/Berlin")] for m in range(1, 13)]
    path = os.path.splitext(os.path.abspath(__file__))[0] + ".json"
    with open(path, "w") as file:
        json.dump(out, file)
        file.write("\n")


main()
