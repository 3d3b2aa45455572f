#!/usr/bin/env python3
"""Where Python's strict UTF-8 decoder stops, and what its one-byte decoders make of each byte: writes encodings.json."""
import json
import os
import random


def bad(raw):
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start
    return None


def letter(byte, encoding):
    try:
        return bytes([byte]).decode(encoding)
    except UnicodeDecodeError:
        return None


def main():
    draw = random.Random(3)
    fixed = [b"", b"abc", "h\u00e9".encode(), "\u20ac".encode(), "\U0001f600".encode(), b"\xc3", b"\xe2\x82", b"\xf0\x9f\x98",
             b"\xc0\x80", b"\xc1\xbf", b"\xe0\x9f\xbf", b"\xe0\xa0\x80", b"\xed\x9f\xbf", b"\xed\xa0\x80", b"\xf0\x8f\xbf\xbf",
             b"\xf0\x90\x80\x80", b"\xf4\x8f\xbf\xbf", b"\xf4\x90\x80\x80", b"\xf5\x80\x80\x80", b"\xff", b"\x80", b"ok\xbf",
             b"caf\xe9", b"\xef\xbb\xbf", b"\xef\xbf\xbf"]
    cases = fixed + [bytes(draw.choice([0x41, 0xc3, 0xa9, 0xe2, 0x82, 0xac, 0xf0, 0x9f, 0x98, 0x80, 0xed, 0xa0, 0xbf, 0xf4, 0x8f])
                           for _ in range(draw.randrange(1, 7))) for _ in range(120)]
    out = {"utf8": [{"bytes": list(raw), "bad": bad(raw)} for raw in cases],
           "latin_1": [letter(b, "latin-1") for b in range(256)],
           "windows_1252": [letter(b, "cp1252") for b in range(256)]}
    path = os.path.splitext(os.path.abspath(__file__))[0] + ".json"
    with open(path, "w") as file:
        json.dump(out, file)
        file.write("\n")


main()
