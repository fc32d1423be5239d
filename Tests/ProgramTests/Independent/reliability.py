#!/usr/bin/env python3
"""Test-retest statistics of every region, apart from the product.

    reliability.py TABLE.tsv

Columns participant, region, test, retest; n/a rows are left out. Two scans a person. ICCs and their 95 % limits by the
F formulae of McGraw & Wong 1996 (doi:10.1037/1082-989X.1.1.30); limits of agreement by Bland & Altman 1986. The
differences are retest - test. Prints TSV, regions in the order of the table; n/a where too few persons.
"""
import argparse
import csv

import numpy as np
from scipy.stats import f, norm

NAMES = ["n", "mean-difference", "sd-difference", "loa-low", "loa-high", "absolute-variability-percent", "wSD",
         "wCV-percent", "MDD", "ICC(1,1)", "ICC(1,1)-low", "ICC(1,1)-high", "ICC(A,1)", "ICC(A,1)-low", "ICC(A,1)-high",
         "ICC(C,1)", "ICC(C,1)-low", "ICC(C,1)-high"]


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return np.nan


def icc(values, level=0.95):
    """ICC(1,1), ICC(A,1), ICC(C,1) of a persons x scans table, each with its limits."""
    n, k = values.shape
    q = (1 + level) / 2
    grand, person, scan = values.mean(), values.mean(1), values.mean(0)
    msr = k * ((person - grand) ** 2).sum() / (n - 1)
    msc = n * ((scan - grand) ** 2).sum() / (k - 1)
    msw = ((values - person[:, None]) ** 2).sum() / (n * (k - 1))
    mse = ((values - person[:, None] - scan + grand) ** 2).sum() / ((n - 1) * (k - 1))

    def by_f(error, dof):
        ratio = msr / error
        low, high = ratio / f.ppf(q, n - 1, dof), ratio * f.ppf(q, dof, n - 1)
        return [(x - 1) / (x + k - 1) for x in (ratio, low, high)]

    r = (msr - mse) / (msr + (k - 1) * mse + k / n * (msc - mse))
    a, b = k * r / (n * (1 - r)), 1 + k * r * (n - 1) / (n * (1 - r))
    v = (a * msc + b * mse) ** 2 / ((a * msc) ** 2 / (k - 1) + (b * mse) ** 2 / ((n - 1) * (k - 1)))
    rest = k * msc + (k * n - k - n) * mse
    fl, fu = f.ppf(q, n - 1, v), f.ppf(q, v, n - 1)
    agreement = [r, n * (msr - fl * mse) / (fl * rest + n * msr), n * (fu * msr - mse) / (rest + n * fu * msr)]
    return by_f(msw, n * (k - 1)) + agreement + by_f(mse, (n - 1) * (k - 1))


def statistics(test, retest):
    n, d, mean = len(test), retest - test, (test + retest) / 2
    if n < 2:
        return [n] + [np.nan] * (len(NAMES) - 1)
    sd = d.std(ddof=1)
    wsd = np.sqrt((d**2).sum() / (2 * n))
    return [n, d.mean(), sd, d.mean() - norm.ppf(0.975) * sd, d.mean() + norm.ppf(0.975) * sd, (200 * abs(d) / (test + retest)).mean(), wsd,
            100 * np.sqrt((d**2 / 2 / mean**2).mean()), norm.ppf(0.975) * np.sqrt(2) * wsd] + icc(np.c_[test, retest])


def main():
    parser = argparse.ArgumentParser(description="Test-retest statistics of every region.")
    parser.add_argument("table")
    args = parser.parse_args()
    with open(args.table, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    regions = {}
    for row in rows:
        pair = number(row["test"]), number(row["retest"])
        regions.setdefault(row["region"], []).extend([pair] if np.isfinite(pair).all() else [])
    print("region", *NAMES, sep="\t")
    for region, pairs in regions.items():
        values = statistics(*np.array(pairs, float).reshape(-1, 2).T)
        print(region, values[0], *(repr(float(v)) if np.isfinite(v) else "n/a" for v in values[1:]), sep="\t")


if __name__ == "__main__":
    main()
