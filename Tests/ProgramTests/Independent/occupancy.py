#!/usr/bin/env python3
"""Occupancy and VND from two scans by three straight lines (Lassen plot), apart from the product.

    occupancy.py BASE_kinpar.tsv BLOCKED_kinpar.tsv [--measure VT] [--check]

Regions are joined by name; those with both values finite count. Prints TSV rows: method occupancy occupancy-se VND
VND-low VND-high. The limits are Fieller's at 95 % with Student's t of n - 2; n/a where they are not an interval.

ordinary    base - blocked = occupancy (base - VND) by least squares (Cunningham et al. 2010).
orthogonal  blocked = c + m base by total least squares; occupancy = 1 - m, VND = c / (1 - m); delete-one jackknife.
likelihood  the same line with errors on both axes, known but for a common scale (columns MEASURE-se, both > 0):
            the least S(c, m) = sum (d - c - m b)^2 / (sd^2 + m^2 sb^2); covariance of (m, c) = S / (n - 2) times
            York et al. 2004 (doi:10.1119/1.1632486), from the adjusted points.

--check tells on stderr how far scipy.odr is. Its cov_beta * res_var is the same matrix in theory: ODRPACK too takes the
derivatives at the adjusted points. In the ten pairs of ds004869 (2TCM, 107-109 regions) both SEs agree to 1e-8, m to
7e-9 and c to 2e-7, odr's stopping rule (m here is within 1e-15 of York's iteration in extended precision); with odr's
own numerical derivatives the SEs agree only to 3e-5.
"""
import argparse
import csv
import sys
import warnings

import numpy as np
from scipy.optimize import brentq
from scipy.stats import t as student


def number(text):
    try:
        return float(text)
    except (TypeError, ValueError):
        return np.nan


def read(path, measure):
    """Region name -> (value, standard error)."""
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    return {r["region"]: (number(r[measure]), number(r.get(measure + "-se"))) for r in rows}


def fieller(c, o, vcc, voo, vco, dof, level=0.95):
    """Limits of c / o: the roots in R of (c - R o)^2 = t^2 (vcc - 2 R vco + R^2 voo)."""
    t2 = student.ppf((1 + level) / 2, dof) ** 2
    a, b, e = o * o - t2 * voo, o * c - t2 * vco, c * c - t2 * vcc
    root = b * b - a * e
    if not (a > 0 and root >= 0):   # o is not distinct from 0: the set is no interval
        return np.nan, np.nan
    return (b - np.sqrt(root)) / a, (b + np.sqrt(root)) / a


def result(m, c, cov, dof):
    """occupancy, SE, VND and its limits from blocked = c + m base, with the covariance of (m, c)."""
    o = 1 - m
    low, high = fieller(c, o, cov[1, 1], cov[0, 0], -cov[0, 1], dof)
    return o, np.sqrt(cov[0, 0]), c / o, low, high


def ordinary(base, blocked):
    x, y, n = base, base - blocked, len(base)
    design = np.c_[x, np.ones(n)]
    (slope, intercept), *_ = np.linalg.lstsq(design, y, rcond=None)
    rss = ((y - design @ [slope, intercept]) ** 2).sum()
    cov = rss / (n - 2) * np.linalg.inv(design.T @ design)
    # blocked = -intercept + (1 - slope) base, both signs turn
    return result(1 - slope, -intercept, cov, n - 2)


def tls(base, blocked):
    """Slope and intercept of the line with the least sum of squared distances."""
    centre = base.mean(), blocked.mean()
    _, _, v = np.linalg.svd(np.c_[base - centre[0], blocked - centre[1]], full_matrices=False)
    m = v[0, 1] / v[0, 0]
    return np.array([m, centre[1] - m * centre[0]])


def orthogonal(base, blocked):
    n = len(base)
    m, c = tls(base, blocked)
    left = np.array([tls(np.delete(base, i), np.delete(blocked, i)) for i in range(n)])
    d = left - left.mean(0)
    return result(m, c, (n - 1) / n * d.T @ d, n - 2)


def york(base, blocked, sb, sd):
    """m, c, S and York's covariance of (m, c) without the scale S / (n - 2)."""
    def profile(m):   # the best intercept of a slope is a weighted mean
        w = 1 / (sd**2 + (m * sb) ** 2)
        c = (w * (blocked - m * base)).sum() / w.sum()
        return w, c, (w * (blocked - c - m * base) ** 2).sum()

    def derivative(m):   # dS/dm; through c it is 0 at the best c
        w, c, _ = profile(m)
        r = blocked - c - m * base
        return -2 * (w * r * base).sum() - 2 * m * (w**2 * r**2 * sb**2).sum()

    # All slopes are searched by their angle in scaled units, then the zero of the derivative gives the last digits.
    unit = np.median(sd) / np.median(sb)
    grid = unit * np.tan(np.linspace(-np.pi / 2, np.pi / 2, 4003)[1:-1])
    i = int(np.clip(np.argmin([profile(m)[2] for m in grid]), 1, len(grid) - 2))
    m = brentq(derivative, grid[i - 1], grid[i + 1], xtol=1e-300, rtol=4 * np.finfo(float).eps)
    w, c, s = profile(m)
    x_bar, y_bar = (w * base).sum() / w.sum(), (w * blocked).sum() / w.sum()
    x = x_bar + w * ((base - x_bar) * sd**2 + m * (blocked - y_bar) * sb**2)   # adjusted points
    x_mean = (w * x).sum() / w.sum()
    vm = 1 / (w * (x - x_mean) ** 2).sum()
    return m, c, s, np.array([[vm, -x_mean * vm], [-x_mean * vm, 1 / w.sum() + x_mean**2 * vm]])


def likelihood(base, blocked, sb, sd):
    m, c, s, cov = york(base, blocked, sb, sd)
    return result(m, c, s / (len(base) - 2) * cov, len(base) - 2)


def check(base, blocked, sb, sd):
    """Relative differences of scipy.odr from the above: m, c, SE of m, SE of c."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from scipy import odr
        m, c, s, cov = york(base, blocked, sb, sd)
        model = odr.Model(lambda p, x: p[0] * x + p[1], fjacb=lambda p, x: np.vstack([x, np.ones_like(x)]),
                          fjacd=lambda p, x: np.full_like(x, p[0]))
        out = odr.ODR(odr.RealData(base, blocked, sx=sb, sy=sd), model, beta0=[m * 1.01, c], sstol=1e-16, partol=1e-16,
                      maxit=1000)
        out.set_job(fit_type=0, deriv=2)   # derivatives as given
        out = out.run()
    errors = np.sqrt(np.diag(out.cov_beta) * out.res_var)
    mine = np.sqrt(np.diag(cov) * s / (len(base) - 2))
    return np.r_[out.beta / [m, c] - 1, errors / mine - 1]


def main():
    parser = argparse.ArgumentParser(description="Occupancy and VND by three straight lines.")
    parser.add_argument("base")
    parser.add_argument("blocked")
    parser.add_argument("--measure", default="VT")
    parser.add_argument("--check", action="store_true", help="scipy.odr's differences on stderr")
    args = parser.parse_args()
    first, second = read(args.base, args.measure), read(args.blocked, args.measure)
    rows = np.array([first[r] + second[r] for r in first if r in second]).reshape(-1, 4)
    rows = rows[np.isfinite(rows[:, [0, 2]]).all(1)]
    both = rows[(np.isfinite(rows) & (rows > 0))[:, [1, 3]].all(1)]

    print("method\toccupancy\toccupancy-se\tVND\tVND-low\tVND-high")
    for name, method, data in [("ordinary", ordinary, rows[:, [0, 2]]), ("orthogonal", orthogonal, rows[:, [0, 2]]),
                               ("likelihood", likelihood, both[:, [0, 2, 1, 3]])]:
        # two points leave no error, and the jackknife needs a line of what is left
        values = method(*data.T) if len(data) > 2 else [np.nan] * 5
        print(name, *(repr(float(v)) if np.isfinite(v) else "n/a" for v in values), sep="\t")
    if args.check and len(both) > 2:
        print("scipy.odr / here - 1 (m, c, SE m, SE c):", *check(*both[:, [0, 2, 1, 3]].T), file=sys.stderr)


if __name__ == "__main__":
    main()
