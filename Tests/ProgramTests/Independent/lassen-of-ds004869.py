#!/usr/bin/env python3
"""VT of every region by a plasma model, and the Lassen line of two scans, by scipy, apart from the product.

    lassen-of-ds004869.py TACS.tsv INPUT.tsv [TACS2.tsv INPUT2.tsv] --model 2TCM|MA1
        [--weights COLUMN] [--tissue spline|constant] [--without REGION ...] [--compare KINPAR.tsv [KINPAR2.tsv]]

One scan: a table of its parameters. Two scans (baseline, blocked): the three lines of occupancy.py on their VT.
--compare: instead, the largest relative differences from tables of `petbalance fit`, a row a parameter.

TACS: frame_start, frame_end (s), regions, unit from `Units` of the JSON beside it (Bq/mL or kBq/mL, else Bq/mL).
INPUT: `petbalance input`'s time (s), whole_blood_radioactivity, AIF, unit from its JSON (else kBq/mL). The input runs
straight from (0, 0) to the first sample and between samples, and is held after the last. Times in min, values kBq/mL.

2TCM  (1 - vB) C_T + vB C_b, all averaged over each frame without error but rounding: C_T is two exponentials
      convolved with a piecewise linear input. The rates are searched on a grid with the rest solved by NNLS; from the
      12 best starts all five are polished with complex-step derivatives, within the bounds of `petbalance models`; the
      least sum of squares wins. SEs: s^2 (J'WJ)^-1, VT by delta, none at a bound.
MA1   C_T = b1 INT C_p + b2 INT C_T, t* = 0, every term averaged over each frame; VT = -b1/b2. INT C_T from the frames:
      a cubic spline of the running integral at the frame edges (slope 0 at 0, not-a-knot), or C_T constant in a frame.
"""
import argparse
import csv
import json
import os

import numpy as np
from scipy.interpolate import CubicSpline
from scipy.optimize import least_squares, nnls

import occupancy

SCALE = {"Bq/mL": 1e-3, "kBq/mL": 1.0}


def table(path):
    with open(path, newline="", encoding="utf-8") as file:
        rows = list(csv.reader(file, delimiter="\t"))
    return rows[0], np.array([[occupancy.number(v) for v in row] for row in rows[1:]])


def sidecar(path):
    name = path.removesuffix(".tsv") + ".json"
    return json.load(open(name, encoding="utf-8")) if os.path.exists(name) else {}


class Curve:
    """A piecewise linear curve with knots at samples and frame edges, and its convolutions, at the frame edges."""

    def __init__(self, time, values, start, end):
        if time[0] > 0:
            time, values = np.r_[0, time], np.r_[0, values]
        edges = np.r_[start, end]
        self.t = np.unique(np.r_[0, time, edges])
        self.t = self.t[self.t <= edges.max()]
        self.y = np.interp(self.t, time, values)
        self.d, self.slope = np.diff(self.t), np.diff(self.y) / np.diff(self.t)
        self.integral = np.r_[0, np.cumsum(self.d * (self.y[1:] + self.y[:-1]) / 2)]
        self.s, self.e = np.searchsorted(self.t, start), np.searchsorted(self.t, end)
        self.length = end - start

    def averaged(self, running):
        return (running[self.e] - running[self.s]) / self.length

    def mean(self):
        return self.averaged(self.integral)

    def mean_integral(self):
        """Frame means of the running integral: a cubic between knots."""
        step = self.d * self.integral[:-1] + self.d**2 * (2 * self.y[:-1] + self.y[1:]) / 6
        return self.averaged(np.r_[0, np.cumsum(step)])

    def convolved(self, a):
        """Frame means of exp(-a t) (x) curve; a may be complex."""
        p0 = -np.expm1(-a * self.d) / a
        p1 = (self.d - p0) / a
        decay, gain = np.exp(-a * self.d), self.y[:-1] * p0 + self.slope * p1
        b = np.zeros(len(self.t), np.result_type(a, float))
        for i in range(len(self.d)):
            b[i + 1] = b[i] * decay[i] + gain[i]
        return self.averaged((self.integral - b) / a)   # INT b = (INT y - b) / a


class Scan:
    # K1, k2, k3, k4, vB, as `petbalance models` tells them
    low, high = np.array([1e-4, 1e-4, 0, 1e-4, 0]), np.array([3, 3, 2, 2, 0.5])

    def __init__(self, tacs, blood, weights=None):
        header, data = table(tacs)
        skip = {"frame_start", "frame_end", weights}
        unit = SCALE[sidecar(tacs).get("Units", "Bq/mL")]
        self.start, self.end = data[:, 0] / 60, data[:, 1] / 60
        self.curves = {name: unit * data[:, i] for i, name in enumerate(header) if name not in skip}
        self.w = data[:, header.index(weights)] if weights else np.ones(len(data))
        self.w = self.w / self.w.mean()
        names, samples = table(blood)
        units = sidecar(blood)
        self.plasma, self.blood = (
            Curve(samples[:, 0] / 60, SCALE[units.get(c, {}).get("Units", "kBq/mL")] * samples[:, names.index(c)],
                  self.start, self.end) for c in ("AIF", "whole_blood_radioactivity"))

    def ma1(self, curve, tissue):
        d = self.end - self.start
        running = np.r_[0, np.cumsum(curve * d)]
        edges = np.r_[self.start, self.end[-1]]
        if tissue == "spline":
            spline = CubicSpline(edges, running, bc_type=((1, 0.0), "not-a-knot"))
            inner = np.diff(spline.antiderivative()(edges)) / d
        else:
            inner = running[:-1] + curve * d / 2
        x = np.c_[self.plasma.mean_integral(), inner]
        root = np.sqrt(self.w)
        b = np.linalg.lstsq(x * root[:, None], curve * root, rcond=None)[0]
        return {"VT": -b[0] / b[1], "rss": (self.w * (curve - x @ b) ** 2).sum()}

    def rates(self):
        """Search grid of the two exponents: their frame means, shared by all regions."""
        if not hasattr(self, "_rates"):
            grid = np.geomspace(5e-5, 5, 50)
            self._rates = grid, [self.plasma.convolved(a) for a in grid]
        return self._rates

    def model(self, p):
        k1, k2, k3, k4, vb = p
        s = k2 + k3 + k4
        d = np.sqrt(s * s - 4 * k2 * k4)
        a2 = (s + d) / 2
        a1 = k2 * k4 / a2   # without the cancellation of (s - d) / 2
        phi = k1 * (k3 + k4 - a1) / d, k1 * (a2 - k3 - k4) / d
        tissue = phi[0] * self.plasma.convolved(a1) + phi[1] * self.plasma.convolved(a2)
        return (1 - vb) * tissue + vb * self.blood.mean()

    def jacobian(self, p):
        columns = []
        for i in range(5):
            h = 1e-30
            q = np.array(p, complex)
            q[i] += 1j * h
            columns.append(self.model(q).imag / h)
        return np.array(columns).T

    def two_tissue(self, curve):
        grid, basis = self.rates()
        blood, root = self.blood.mean(), np.sqrt(self.w)
        found = []
        for i in range(len(grid)):
            for j in range(i + 1, len(grid)):
                x = np.c_[basis[i], basis[j], blood] * root[:, None]
                theta, norm = nnls(x, curve * root)
                found.append((norm, i, j, theta))
        found.sort(key=lambda f: f[0])
        starts = []   # the best cell and others that are not its neighbours
        for f in found:
            if all(max(abs(f[1] - g[1]), abs(f[2] - g[2])) > 3 for g in starts):
                starts.append(f)
            if len(starts) == 12:
                break
        ends = [self.polish(curve, *self.start_of(grid[i], grid[j], theta)) for _, i, j, theta in starts]
        p, rss = min(ends, key=lambda e: e[1])
        k1, k2, k3, k4, _ = p
        j = self.jacobian(p) * root[:, None]
        cov = np.full((5, 5), np.nan)
        margin = 1e-6 * (self.high - self.low)
        inside = ((p > self.low + margin) & (p < self.high - margin)).all()
        if inside and np.linalg.cond(j / np.linalg.norm(j, axis=0)) < 1e10:
            cov = rss / (len(curve) - 5) * np.linalg.inv(j.T @ j)
        vt = k1 / k2 * (1 + k3 / k4)
        g = np.array([vt / k1, -vt / k2, k1 / k2 / k4, -k1 / k2 * k3 / k4**2, 0])
        names = ["K1", "k2", "k3", "k4", "vB"]
        out = dict(zip(names, p)) | {"VT": vt, "rss": rss, "VT-se": np.sqrt(g @ cov @ g)}
        return out | {n + "-se": np.sqrt(v) for n, v in zip(names, np.diag(cov))}

    @staticmethod
    def start_of(a1, a2, theta):
        """K1 ... vB of two exponents with their coefficients."""
        f1, f2, vb = np.maximum(theta, 1e-4)
        vb = min(vb, 0.4)
        k2 = (f1 * a1 + f2 * a2) / (f1 + f2)
        k4 = a1 * a2 / k2
        return (f1 + f2) / (1 - vb), k2, a1 + a2 - k2 - k4, k4, vb

    def polish(self, curve, *start):
        """Least squares from a start, then again with what has come to a bound put upon it."""
        root, width = np.sqrt(self.w), self.high - self.low
        p = np.clip(start, self.low + 1e-6 * width, self.high - 1e-6 * width)
        ends = []
        for method in ("trf", "dogbox"):
            out = least_squares(lambda q: root * (self.model(q) - curve), p,
                                jac=lambda q: root[:, None] * self.jacobian(q), bounds=(self.low, self.high),
                                method=method, x_scale="jac", xtol=1e-15, ftol=1e-15, gtol=1e-15, max_nfev=300)
            ends.append((out.x, 2 * out.cost))
            p = np.where(out.x - self.low < 1e-7 * width, self.low, out.x)
            p = np.where(self.high - p < 1e-7 * width, self.high, p)
        return min(ends, key=lambda e: e[1])

    def fit(self, name, tissue):
        if name == "MA1":
            return {r: self.ma1(c, tissue) for r, c in self.curves.items()}
        return {r: self.two_tissue(c) for r, c in self.curves.items()}


def compare(fits, path):
    """Largest and median relative difference (petbalance / here - 1) over the regions it calls converged."""
    with open(path, newline="", encoding="utf-8") as file:
        theirs = {r["region"]: r for r in csv.DictReader(file, delimiter="\t")}
    for key in next(iter(fits.values())):
        pairs = [(abs(occupancy.number(theirs[r][key]) / f[key] - 1), r) for r, f in fits.items()
                 if theirs[r]["status"] == "converged" and np.isfinite(f[key])]
        if pairs:
            worst, region = max(pairs)
            print(os.path.basename(path), key, len(pairs), f"{worst:.2e}", f"{np.median([p[0] for p in pairs]):.2e}",
                  region, sep="\t")


def main():
    parser = argparse.ArgumentParser(description="VT by a plasma model, and the Lassen line of two scans.")
    parser.add_argument("files", nargs="+", help="TACS INPUT [TACS2 INPUT2]")
    parser.add_argument("--model", choices=["2TCM", "MA1"], default="2TCM")
    parser.add_argument("--weights", help="column of TACS with frame weights (default: uniform)")
    parser.add_argument("--tissue", choices=["spline", "constant"], default="spline")
    parser.add_argument("--without", nargs="+", default=[], help="regions that are no points of the line")
    parser.add_argument("--compare", nargs="+", help="tables of petbalance fit, one a scan")
    args = parser.parse_args()
    if len(args.files) not in (2, 4):
        parser.error("give TACS INPUT, once or twice")
    scans = [Scan(*args.files[i:i + 2], args.weights).fit(args.model, args.tissue)
             for i in range(0, len(args.files), 2)]
    if args.compare:
        print("table\tparameter\tregions\tlargest\tmedian\tregion")
        for fits, path in zip(scans, args.compare):
            compare(fits, path)
    elif len(scans) == 1:
        print("region", *next(iter(scans[0].values())), sep="\t")
        for region, fit in scans[0].items():
            print(region, *(repr(float(v)) if np.isfinite(v) else "n/a" for v in fit.values()), sep="\t")
    else:
        keep = [r for r in scans[0] if r in scans[1] and r not in args.without and np.isfinite([s[r]["VT"] for s in scans]).all()]
        base, blocked = (np.array([s[r]["VT"] for r in keep]) for s in scans)
        errors = [np.array([s[r].get("VT-se", np.nan) for r in keep]) for s in scans]
        ok = np.isfinite(errors).all(0)
        print("method\toccupancy\toccupancy-se\tVND\tVND-low\tVND-high")
        rows = [("ordinary", occupancy.ordinary(base, blocked)), ("orthogonal", occupancy.orthogonal(base, blocked))]
        if ok.sum() > 2:
            rows.append(("likelihood", occupancy.likelihood(base[ok], blocked[ok], errors[0][ok], errors[1][ok])))
        for name, values in rows:
            print(name, *(repr(float(v)) if np.isfinite(v) else "n/a" for v in values), sep="\t")


if __name__ == "__main__":
    main()
