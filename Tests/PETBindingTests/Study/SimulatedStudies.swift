import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETTestSupport
import PETTracers

/// Studies of two tracers from curves to tables: persons in two groups that differ nowhere, 20 regions, fitted by SRTM.
///
/// ln BPND has SDs of 0.11 to 0.18 between persons and correlates 0.5 between regions and 0.3 between tracers, 4 % of a scan and 3 % of a
/// region change from day to day, as was measured for [11C]DASB in 60 persons (openneuropet, multiverse_tools). Errors of 1 to 15 % come
/// from the noise of the curves, and what regions of a scan share from that of the reference.
struct SimulatedStudies {
  static let regions = 20

  /// Person after person, region after region.
  struct Draw: Sendable {
    var logRatio: [[Double]] = []
    var errors: [[Double]] = []
  }

  private let frames: FrameSchedule
  private let reference: [Double]
  /// Curves of unit delivery by ln of their efflux rate, evenly spaced.
  private let responses: [[Double]]
  private static let rates = (low: log(0.004), step: 0.02, count: 200)
  private static let k2prime = 0.06
  /// BPND of either tracer, SD of its logarithm, and noise: made up, of the order of the striatum down to the cortex.
  private static let truth: [(a: Double, b: Double, sd: Double, noise: Double)] = (0..<regions).map { i in
    let x = Double(i) / Double(regions - 1)
    return (
      3 * exp(-1.6 * x), 2 * exp(-1.2 * x), 0.11 + 0.07 * Double(i % 5) / 4, 0.15 * exp(2.9 * Double(i * 7 % 20) / 19)
    )
  }

  init() throws {
    let scan = try ReferenceScan()
    frames = scan.frames
    reference = scan.reference(k2prime: Self.k2prime)
    responses = (0..<Self.rates.count).map {
      scan.tissue(k1: 0.4, k: exp(Self.rates.low + Self.rates.step * Double($0)))
    }
  }

  /// A target's curve, by cubic interpolation in ln k; within 1e-7 of the exact one.
  private func target(_ bpnd: Double, r1: Double) -> [Double] {
    let place = (log(r1 * Self.k2prime / (1 + bpnd)) - Self.rates.low) / Self.rates.step
    let at = min(max(1, Int(place)), Self.rates.count - 3)
    let x = place - Double(at)
    let weights = [
      -x * (x - 1) * (x - 2) / 6, (x + 1) * (x - 1) * (x - 2) / 2, -(x + 1) * x * (x - 2) / 2,
      (x + 1) * x * (x - 1) / 6,
    ]
    return frames.durations.indices.map { i in
      r1 * (0..<4).reduce(0) { $0 + weights[$1] * responses[at - 1 + $1][i] }
    }
  }

  func draw(persons: Int, seed: UInt64) throws -> Draw {
    var random = SeededGenerator(seed: seed, stream: "study")
    let decay = log(2) / Isotope.carbon11.halfLife
    func noisy(_ curve: [Double], _ level: Double) -> [Double] {
      curve.indices.map { i in
        let (start, length) = (frames.starts[i], frames.durations[i])
        let factor = decay * length * exp(decay * start) / -expm1(-decay * length)
        return curve[i] + level * (max(0, curve[i]) * factor / length).squareRoot() * random.normal()
      }
    }
    var settings = FitSettings()
    settings.weights = .counts
    let names = (0..<Self.regions).map { "R\($0)" }
    var draw = Draw()
    for _ in 0..<persons {
      // What regions, and tracers, have in common.
      let shared = [random.normal(), random.normal(), random.normal()]
      let common = Self.truth.map { _ in random.normal() }
      let level = exp(0.3 * random.normal())
      var tables: [BindingTable] = []
      for tracer in 0..<2 {
        let scan = 0.04 * random.normal()
        var curves = [noisy(reference, 0.1 * level)]
        for (i, own) in Self.truth.enumerated() {
          // Correlations: 0.5 of regions, 0.3 of tracers in one region.
          let z =
            0.3.squareRoot() * (shared[0] + common[i]) / 2.0.squareRoot()
            + 0.7.squareRoot() * (shared[1 + tracer] + random.normal()) / 2.0.squareRoot()
          let bpnd = (tracer == 0 ? own.a : own.b) * exp(own.sd * z + scan + 0.03 * random.normal())
          curves.append(noisy(target(bpnd, r1: exp(0.08 * random.normal())), own.noise * level))
        }
        var table = CurveTable(frames: frames, names: ["reference"] + names, curves: curves)
        table.isotope = .carbon11
        let fits = try RegionalFits(table, model: SRTM.self, reference: "reference", settings: settings)
        tables.append(
          BindingTable(
            fits, measure: "BPND", level: 0.95, tracer: tracer == 0 ? "raclopride" : "dasb", source: "\(tracer)"))
      }
      let balance = BalanceTable(numerator: tables[0], denominator: tables[1], settings: BalanceSettings())
      let rows = names.map { name in balance.rows.first { $0.region == name }?.logRatio ?? .missing }
      draw.logRatio.append(rows.map(\.value))
      draw.errors.append(rows.map(\.standardError))
    }
    return draw
  }
}
