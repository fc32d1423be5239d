import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// What lies at a bound is named; what is held lies at none, and takes no freedom.
struct BoundsTests {
  private static func plasmaFit(
    _ model: any KineticModel.Type, _ curve: [Double], _ change: (inout FitSettings) -> Void = { _ in }
  ) throws -> CurveFit {
    let scan = try ReferenceScan()
    var table = CurveTable(frames: scan.frames, names: ["r"], curves: [curve])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.plasma = try scan.plasmaInput()
    change(&settings)
    return try RegionalFits(table, model: model, reference: nil, settings: settings).fits[0]
  }

  /// One tissue against a reference, with a ripple of 1 %: no parameter is where the fit would be without it.
  private static func referenceFit(_ model: any KineticModel.Type, _ bounds: [String: ClosedRange<Double>]) throws
    -> CurveFit
  {
    let scan = try ReferenceScan()
    let target = scan.twoTissue(k1: 0.12, k2: 0.02, vB: 0).enumerated().map { i, value in
      value * (1 + 0.01 * sin(Double(7 * i)))
    }
    var table = CurveTable(
      frames: scan.frames, names: ["ref", "target"], curves: [scan.twoTissue(k1: 0.1, k2: 0.05, vB: 0), target])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.bounds = bounds
    settings.k2prime = 0.05 / 60
    return try RegionalFits(table, model: model, reference: "ref", settings: settings).fits[1]
  }

  /// R1, BPND, k2 and k2a of SRTM and SRTM2, each held where it is not: one more degree of freedom, no error of its own.
  @Test(arguments: zip(["R1", "BPND", "k2", "k2a"], [1.0, 1.4, 0.055 / 60, 0.022 / 60]))
  func heldIsNotHit(_ symbol: String, _ value: Double) throws {
    let range = value...value
    for model in [SRTM.self, SRTM2.self] as [any KineticModel.Type] {
      let free = try Self.referenceFit(model, [:])
      let held = try Self.referenceFit(model, [symbol: range])
      #expect(free.status == .converged && free.atBound.isEmpty)
      #expect(held.status == .converged && held.atBound.isEmpty, "\(model.card.id) \(held.status) \(held.notes)")
      #expect(held.freedom == free.freedom + 1, "\(model.card.id) \(held.freedom)")
      let own = held.estimate(symbol)
      #expect(abs(own.value / range.lowerBound - 1) < 1e-12 && own.standardError.isNaN, "\(model.card.id) \(own)")
      for other in ["R1", "BPND", "k2a"] where other != symbol {
        let error = held.estimate(other).standardError
        // With k2' fixed R1 and k2 are one unknown: its error is that of k2', which is given here.
        let isOne = model.card.id == "SRTM2" && (symbol == "k2" && other == "R1")
        #expect(isOne || error > 0, "\(model.card.id) \(symbol) held: \(other) \(error)")
      }
    }
  }

  /// The errors beside a bound are those of the model with that parameter held there.
  @Test(arguments: [("R1", 0.5, 0.9), ("k2", 0.001, 0.045), ("k2a", 0.001, 0.018), ("BPND", 0.0, 1.2)])
  func errorsBesideABoundAreThoseOfItHeld(_ symbol: String, _ low: Double, _ high: Double) throws {
    let unit = symbol.hasPrefix("k") ? 1.0 / 60 : 1
    for model in [SRTM.self, SRTM2.self] as [any KineticModel.Type] {
      let hit = try Self.referenceFit(model, [symbol: low * unit...high * unit])
      #expect(hit.status == .atBound && hit.atBound == [symbol], "\(model.card.id) \(symbol) \(hit.atBound)")
      #expect(hit.notes.contains { $0.hasPrefix("\(symbol) at the bound") })
      let held = try Self.referenceFit(model, [symbol: high * unit...high * unit])
      for other in ["R1", "BPND", "k2", "k2a"] {
        let (a, b) = (hit.estimate(other), held.estimate(other))
        #expect(abs(a.value - b.value) < 1e-7 * abs(b.value), "\(model.card.id) \(symbol) \(other)")
        // The variance scale rests on one degree of freedom more or less: 3 % of 30 frames.
        #expect(a.standardError.isNaN == b.standardError.isNaN, "\(model.card.id) \(symbol) \(other) \(a) \(b)")
        #expect(!(abs(a.standardError / b.standardError - 1) > 0.03), "\(model.card.id) \(symbol) \(other) \(a) \(b)")
      }
    }
  }

  /// Blood at its bound leaves VT its meaning; k4 does not.
  @Test func whatLiesBesideTheOutcome() throws {
    let scan = try ReferenceScan()
    let curve = scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0.05)
    let blood = try Self.plasmaFit(TwoTissue.self, curve) { $0.bounds["vB"] = 0...0.02 }
    #expect(blood.status == .atBound && blood.atBound == ["vB"] && blood.isBesideOutcome, "\(blood.atBound)")
    let slow = try Self.plasmaFit(TwoTissue.self, curve) { $0.bounds["k4"] = 0.05 / 60...1.0 / 60 }
    #expect(slow.atBound == ["k4"] && !slow.isBesideOutcome, "\(slow.atBound)")
    // A blood volume that is given is held, also at an end of the card's range.
    let given = try Self.plasmaFit(TwoTissue.self, curve) { $0.vB = .fixed(0) }
    #expect(given.atBound.isEmpty, "\(given.atBound)")
    let linear = try Self.plasmaFit(LS2TCM.self, curve) { $0.bounds["vB"] = 0...0.02 }
    #expect(linear.atBound == ["vB"] && linear.isBesideOutcome)
  }

  /// The rule of what the data tell holds for compartment models too: a VT whose limits reach 0 is not told.
  @Test func aVolumeThatIsNotTold() throws {
    let scan = try ReferenceScan()
    // Little leaves again within the scan: with noise VT rests on what is not there to be seen.
    var random = SeededGenerator(seed: 4)
    var statuses: Set<FitStatus> = []
    for _ in 0..<30 {
      let curve = scan.twoTissue(k1: 0.1, k2: 0.1, k3: 0.05, k4: 0.008, vB: 0.05).map {
        $0 * (1 + 0.05 * random.normal())
      }
      let fit = try Self.plasmaFit(TwoTissue.self, curve)
      let vt = fit.estimate("VT")
      if fit.status == .converged { #expect(vt.standardError <= 0.5 * vt.value, "\(vt)") }
      statuses.insert(fit.status)
    }
    #expect(statuses.isSuperset(of: [.converged, .poorlyIdentified]), "\(statuses)")
  }
}
