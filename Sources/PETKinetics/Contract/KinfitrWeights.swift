import Foundation
import PETCore

extension WeightScheme {
  /// The number of a kinfitr scheme; nil for the others.
  var kinfitrNumber: Int? {
    rawValue.hasPrefix("kinfitr-") ? Int(rawValue.dropFirst("kinfitr-".count)) : nil
  }
}

/// Frame weights as kinfitr's `weights_create` makes them, for parity with studies that used it.
///
/// d duration (min), C activity, U activity without decay correction, t middle of the frame, f decay correction:
/// 1 d/U · 2 √(d U) · 3 d/C · 4 √d · 5 d exp(-λ t) · 6 d/C · 7 d · 8 d²/U · 9 d f²/C. Divisors are at least 1 % of their
/// peak. A raw weight is capped by the median of the five largest when one of those is below half the largest; the
/// result is scaled to 1 and, when any frame is below the least weight m, x becomes m + (1 - m) (x - min/(1 - min)).
/// Schemes 3, 5 and 9 follow the package's help; its code (0.9.1) computes √d/C, a multiple of d, and d³ f²/C.
enum KinfitrWeights {
  static func values(_ number: Int, frames: FrameSchedule, curve: [Double], isotope: Isotope?, least: Double)
    throws(PETError) -> [Double]
  {
    guard let isotope else {
      throw PETError(
        .wrongInput, field: "weights", "kinfitr's weights need the isotope",
        remedy: "state TracerRadionuclide in the sidecar, or choose uniform or duration")
    }
    let lambda = log(2) / halfLife(isotope)
    let peak = curve.filter(\.isFinite).max() ?? 0
    guard peak > 0 else {
      throw PETError(.wrongInput, field: "curves", "the scan has no activity", remedy: "check the image and units")
    }
    let durations = frames.durations.map { $0 / 60 }
    let correction = frames.starts.indices.map { i in
      let length = lambda * frames.durations[i]
      return exp(lambda * frames.starts[i]) * length / -expm1(-length)
    }
    let uncorrected = curve.indices.map { curve[$0] / correction[$0] }
    let activity = curve.map { max($0, 0.01 * peak) }
    let counts = uncorrected.map { max($0, 0.01 * (uncorrected.max() ?? 0)) }
    let raw = curve.indices.map { i -> Double in
      let d = durations[i]
      let value =
        switch number {
        case 1: d / counts[i]
        case 2: (d * uncorrected[i]).squareRoot()
        case 3, 6: d / activity[i]
        case 4: d.squareRoot()
        case 5: d * exp(-lambda * (frames.starts[i] + frames.durations[i] / 2))
        case 7: d
        case 8: d * d / counts[i]
        default: d * correction[i] * correction[i] / activity[i]
        }
      return value.isFinite ? value : 0
    }
    let top = raw.sorted(by: >).prefix(5)
    let largest = top.first ?? 0
    let cap = top.contains { $0 < largest / 2 } ? Order.quantile(top.sorted(), 0.5) : largest
    let scaled = raw.map { min($0, cap) / cap }
    let smallest = scaled.min() ?? 0
    guard smallest < least else { return scaled }
    return scaled.map { max(0, least + (1 - least) * ($0 - smallest / (1 - smallest))) }
  }

  /// The half-lives that kinfitr uses, s; ours for isotopes it does not know.
  private static func halfLife(_ isotope: Isotope) -> Double {
    switch isotope {
    case .carbon11: 20.4 * 60
    case .oxygen15: 2.05 * 60
    case .fluorine18: 109.8 * 60
    default: isotope.halfLife
    }
  }
}
