#!/usr/bin/env python3
"""Texts in several formats as seconds UTC, by Python's strptime (null: no such time): writes time_formats.json."""
import json
import os
import random
from datetime import datetime, timedelta, timezone

FORMATS = ["%d/%m/%Y", "%m/%d/%Y", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M:%S", "%d-%b-%Y", "%B %d, %Y", "%d %b %y",
           "%m/%d/%y %I:%M %p", "%Y%m%d", "%Y-%j", "%a %b %d %H:%M:%S %Y", "%A, %d %B %Y", "%Y-%m-%dT%H:%M:%S%z",
           "%d/%b/%Y:%H:%M:%S %z", "%Y%m%d%H%M%S", "%H:%M on %d/%m/%Y"]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def seconds(text, pattern):
    try:
        parsed = datetime.strptime(text, pattern)
    except ValueError:
        return None
    if parsed.tzinfo is None:
        parsed = parsed.replace(tzinfo=timezone.utc)
    return int((parsed - EPOCH) // timedelta(seconds=1))


def main():
    draw = random.Random(2)
    out = []
    for pattern in FORMATS:
        for _ in range(14):
            zone = timezone(timedelta(minutes=30 * draw.randrange(-20, 25)))
            when = datetime(1969, 1, 1, tzinfo=zone) + timedelta(seconds=draw.randrange(99 * 365 * 86400))
            text = when.strftime(pattern)
            if draw.random() < 0.3:  # a digit more or another one
                at = draw.randrange(len(text))
                if text[at].isdigit() and draw.random() < 0.7:
                    text = text[:at] + str(draw.randrange(10)) + text[at + 1:]
                else:
                    text = text[:at] + draw.choice("/x:") + text[at + 1:]
            out.append([pattern, text, seconds(text, pattern)])
    path = os.path.splitext(os.path.abspath(__file__))[0] + ".json"
    with open(path, "w") as file:
        json.dump(out, file, indent=0)
        file.write("\n")


main()
