"""Every table of an output, read by the module, is the table that was written: test_tables.py OUT."""

import csv
import math
import sys

import pandas

import petbalance


def same(cell: str, value: object) -> bool:
    if cell == "n/a":
        return pandas.isna(value)
    if isinstance(value, str):
        return cell == value
    return float(cell) == float(value) or math.isnan(float(cell))


results = petbalance.read(sys.argv[1])
assert {"balance", "kinpar", "summary", "failures"} <= set(results), list(results)
assert results.persons == ["sub-01", "sub-02"], results.persons
frames = [(results.folder / f"group_{name}.tsv", results[name]) for name in results if name != "failures"]
for label in results.persons:
    person = results.person(label)
    assert person and results.person(label.removeprefix("sub-")).keys() == person.keys()
    for path in (results.folder / label).rglob("*.tsv"):
        frames.append((path, person[path.stem]))

cells = 0
for path, frame in frames:
    with open(path, encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    assert list(frame.columns) == rows[0], path
    assert len(frame) == len(rows) - 1, path
    for row, (_, values) in zip(rows[1:], frame.iterrows()):
        for cell, value in zip(row, values):
            cells += 1
            assert same(cell, value), (path, cell, value)

kinpar = results["kinpar"]
assert petbalance.units(kinpar)["k2"] == "1/min", petbalance.units(kinpar)
assert petbalance.description(kinpar, "k2")
assert "name:" in results.pipeline or "read:" in results.pipeline
try:
    petbalance.read("/nowhere")
except FileNotFoundError:
    pass
else:
    raise AssertionError("a folder that is not there was read")
print(f"pandas: {len(frames)} tables, {cells} cells as they were written, units there")
