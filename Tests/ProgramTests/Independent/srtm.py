#!/usr/bin/env python3
"""SRTM by scipy, apart from the product: BPND of every region of a curve table.

    srtm.py TACS.tsv REFERENCE[+REFERENCE…] [VOLUME,VOLUME…]

Uniform weights. The reference is the volume-weighted mean. Its running integral at the frame edges is interpolated by
scipy's cubic spline (slope 0 at injection, not-a-knot at the end), so that the curve is piecewise quadratic; its
convolution with exp(-k t) is taken in extended precision, averaged over frames. The rate minimises the residual sum by
the zero of its derivative. Prints region, BPND, k2a [1/s], and whether the minimum lies inside the search range.
"""
import csv
import sys

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

LD = np.longdouble


def read(path):
    rows = list(csv.reader(open(path, newline=""), delimiter="\t"))
    return rows[0], np.array(rows[1:], float)


class Reference:
    def __init__(self, start, end, values):
        self.d = (end - start).astype(LD)
        edges = np.append(start, end[-1])
        integral = np.append(0, np.cumsum(values * (end - start)))
        knots = CubicSpline(edges, integral, bc_type=((1, 0.0), "not-a-knot"))(edges, 1).astype(LD)
        v0, v1, m = knots[:-1], knots[1:], values.astype(LD)
        self.a, self.b = v0, (6 * m - 4 * v0 - 2 * v1) / self.d
        self.c = 3 * (v0 + v1 - 2 * m) / self.d**2
        self.area = m * self.d

    def convolved(self, k):
        k, d = LD(k), self.d
        p0 = -np.expm1(-k * d) / k
        p1 = (d - p0) / k
        p2 = (d * d - 2 * p1) / k
        y = np.zeros(len(d) + 1, LD)
        for i in range(len(d)):
            y[i + 1] = y[i] * np.exp(-k * d[i]) + self.a[i] * p0[i] + self.b[i] * p1[i] + self.c[i] * p2[i]
        return ((self.area - np.diff(y)) / k / d).astype(float)


def fit(reference, values, curve, table):
    def solve(b, k):
        x = np.c_[values - k * b, k * b]
        theta = np.linalg.lstsq(x, curve, rcond=None)[0]
        return theta, curve - x @ theta

    def slope(logk):
        k, h = np.exp(logk), 1e-3
        b = reference.convolved(k)
        theta, r = solve(b, k)
        near = reference.convolved(k * (1 + h)) - reference.convolved(k * (1 - h))
        far = reference.convolved(k * (1 + 2 * h)) - reference.convolved(k * (1 - 2 * h))
        db = (8 * near - far) / (12 * h * k)
        return -(r * (theta[1] - theta[0]) * (b + k * db)).sum()

    sums = [(solve(b, k)[1] ** 2).sum() for k, b in table]
    i = int(np.argmin(sums))
    if i in (0, len(table) - 1):
        return np.nan, table[i][0], False
    low, high = np.log(table[i - 1][0]), np.log(table[i + 1][0])
    if slope(low) * slope(high) > 0:
        return np.nan, table[i][0], False
    k = np.exp(brentq(slope, low, high, xtol=1e-15, rtol=1e-14))
    return solve(reference.convolved(k), k)[0][1] - 1, k, True


def main():
    header, data = read(sys.argv[1])
    names = sys.argv[2].split("+")
    volumes = [float(v) for v in sys.argv[3].split(",")] if len(sys.argv) > 3 else [1.0] * len(names)
    start, end = data[:, 0], data[:, 1]
    values = sum(v * data[:, header.index(n)] for n, v in zip(names, volumes)) / sum(volumes)
    reference = Reference(start, end, values)
    rates = np.exp(np.linspace(np.log(1e-5), np.log(0.05), 200))
    table = [(k, reference.convolved(k)) for k in rates]
    print("region\tBPND\tk2a\tinside")
    for c in range(2, len(header)):
        bpnd, k, inside = fit(reference, values, data[:, c], table)
        print(f"{header[c]}\t{bpnd!r}\t{k!r}\t{int(inside)}".replace("np.float64(", "").replace(")", ""))


main()
