"""Reads every .json, .ndjson and .csv of a folder as Python does, strictly, and prints what it found as one JSON object: {file: rows}."""

import csv
import json
import os
import sys


def refuse(text):
    raise ValueError(f"{text} is no JSON number")


def load(text):
    return json.loads(text, parse_constant=refuse)


def records(path):
    with open(path, encoding="utf-8", newline="") as file:
        if path.endswith(".csv"):
            return list(csv.DictReader(file, strict=True))
        if path.endswith(".ndjson"):
            return merged([load(line) for line in file.read().split("\n")[:-1]])
        report = load(file.read())
        return report["log"]["entries"] if "log" in report else report["connections"]


def merged(lines):
    """A connection and its verdict are one row."""
    rows = {}
    for line in lines:
        kind = line.pop("type")
        if kind in ("connection", "verdict"):
            rows.setdefault(line["id"], {}).update(line)
    return [rows[each] for each in sorted(rows)]


folder = sys.argv[1]
csv.field_size_limit(1 << 30)
print(json.dumps({name: records(os.path.join(folder, name)) for name in sorted(os.listdir(folder)) if name.endswith((".json", ".ndjson", ".csv"))}))
