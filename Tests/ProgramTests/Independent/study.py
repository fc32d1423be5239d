#!/usr/bin/env python3
"""Group difference in every region, adjusted for age, apart from the product.

    study.py TABLE.tsv

Columns participant, region, value, group (two levels), age; rows with n/a are left out. Ordinary least squares of
value ~ 1 + group + age; the coefficient is the second level in sorted order minus the first. q: Benjamini & Hochberg
1995 over the regions. g = J beta / residual SD, J = 1 - 3/(4 dof - 1), dof of the model. Prints TSV, regions in the
order of the table.
"""
import argparse
import csv

import numpy as np
from scipy.stats import t as student

NAMES = ["n", "coefficient", "se", "t", "dof", "p", "q", "g", "low", "high"]


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return np.nan


def model(value, group, age):
    """Coefficient, SE, t, dof, p, g and 95 % limits of a group coded 0 and 1."""
    x = np.c_[np.ones(len(value)), group, age]
    dof = len(value) - 3
    n2 = int(group.sum())
    n1 = len(value) - n2
    if dof < 1 or min(n1, n2) < 1 or np.linalg.matrix_rank(x) < 3:
        return None
    beta = np.linalg.lstsq(x, value, rcond=None)[0]
    s2 = ((value - x @ beta) ** 2).sum() / dof
    se = np.sqrt(s2 * np.linalg.inv(x.T @ x)[1, 1])
    t = beta[1] / se
    g = (1 - 3 / (4 * dof - 1)) * beta[1] / np.sqrt(s2)
    half = student.ppf(0.975, dof) * se
    return beta[1], se, t, dof, 2 * student.sf(abs(t), dof), g, beta[1] - half, beta[1] + half


def benjamini_hochberg(p):
    """q of the i-th smallest p: the least m p(j) / j over j >= i, at most 1."""
    order = np.argsort(p)
    m = len(p)
    q = np.empty(m)
    q[order] = np.minimum(1, np.minimum.accumulate((p[order] * m / np.arange(1, m + 1))[::-1])[::-1])
    return q


def main():
    parser = argparse.ArgumentParser(description="Group difference in every region, adjusted for age.")
    parser.add_argument("table")
    args = parser.parse_args()
    with open(args.table, newline="", encoding="utf-8") as file:
        rows = [r for r in csv.DictReader(file, delimiter="\t")]
    levels = sorted({r["group"] for r in rows} - {"n/a", ""})
    if len(levels) != 2:
        parser.error(f"group has {len(levels)} levels, not two")
    regions = {}
    for r in rows:
        line = number(r["value"]), levels.index(r["group"]) if r["group"] in levels else np.nan, number(r["age"])
        regions.setdefault(r["region"], []).extend([line] if np.isfinite(line).all() else [])
    fits = {region: model(*np.array(lines, float).reshape(-1, 3).T) for region, lines in regions.items()}
    done = [region for region in fits if fits[region]]
    q = dict(zip(done, benjamini_hochberg(np.array([fits[region][4] for region in done]))))
    print("region", *NAMES, sep="\t")
    for region, fit in fits.items():
        if fit is None:
            print(region, len(regions[region]), *["n/a"] * (len(NAMES) - 1), sep="\t")
            continue
        b, se, t, dof, p, g, low, high = fit
        print(region, len(regions[region]), *(repr(float(v)) for v in (b, se, t)), dof,
              *(repr(float(v)) for v in (p, q[region], g, low, high)), sep="\t")


if __name__ == "__main__":
    main()
