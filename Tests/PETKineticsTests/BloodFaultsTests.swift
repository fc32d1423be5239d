import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Blood tables as they are met in the wild, and the fits that rest on them.
struct BloodFaultsTests {
  /// Blood of an autosampler to 10 min and samples by hand: plasma is 1.25 times blood, and half of it parent at 40 min.
  private static func samples() -> BloodSamples {
    var samples = BloodSamples()
    func blood(_ t: Double) -> Double { t > 20 ? 24 * exp(-(t - 40) * (t - 40) / 300) + 4 * exp(-t / 3000) : 0 }
    for t in stride(from: 0.0, through: 600, by: 2) { samples.continuous.add(t, blood(t)) }
    for t in [60.0, 180, 300, 600, 1200, 2400, 3600, 5400] {
      samples.wholeBlood.add(t, blood(t))
      samples.plasma.add(t, 1.25 * blood(t))
      samples.parentFraction.add(t, exp(-t * log(2) / 2400))
    }
    return samples
  }

  private static func withFirst(_ change: (inout BloodSamples) -> Void) throws -> (InputFunction, InputFunction) {
    var spoilt = samples()
    change(&spoilt)
    return (try InputFunction(samples(), InputChoices()), try InputFunction(spoilt, InputChoices()))
  }

  private static func put(_ time: Double, _ value: Double, first series: inout BloodSamples.Series) {
    series = BloodSamples.Series(times: [time] + series.times, values: [value] + series.values)
  }

  /// A sample at injection with nearly no blood and a little plasma makes no ratio of 80.
  @Test func aSampleAtInjection() throws {
    let (clean, spoilt) = try Self.withFirst { samples in
      Self.put(0, 0.012, first: &samples.wholeBlood)
      Self.put(0, 0.9, first: &samples.plasma)
    }
    #expect(spoilt.findings.contains { $0.code.word == "sample-at-injection" })
    for time in [30.0, 40, 60, 300, 3600] {
      let (a, b) = (Self.parent(clean, time), Self.parent(spoilt, time))
      #expect(abs(b / a - 1) < 1e-9, "\(time) s: \(b) for \(a)")
    }
  }

  /// Samples that contradict each other, by what is said of them.
  static let contradictions: [(code: String, spoil: @Sendable (inout BloodSamples) -> Void)] = [
    ("blood-outlier", { $0.plasma.values[5] *= 10 }),
    ("blood-outlier", { $0.wholeBlood.values[4] /= 4 }),
    ("blood-outlier", { $0.continuous.values[100] = 5000 }),
    ("parent-fraction-rises", { $0.parentFraction.values = $0.parentFraction.values.map { 1 - $0 } }),
    ("parent-fraction-rises", { $0.parentFraction.values[4] = 0 }),
    ("parent-fraction-lost", { $0.parentFraction.values[7] = 0 }),
    ("blood-disagrees", { $0.continuous.values = $0.continuous.values.map { 37 * $0 } }),
    ("blood-disagrees", { $0.continuous.values = $0.continuous.values.map { $0 / 5 } }),
  ]

  @Test(arguments: 0..<contradictions.count)
  func contradictionsCastDoubt(number: Int) throws {
    let (clean, spoilt) = try Self.withFirst(Self.contradictions[number].spoil)
    #expect(clean.findings.filter(\.castsDoubt).isEmpty, "\(clean.findings)")
    let code = Self.contradictions[number].code
    let told = spoilt.findings.filter(\.castsDoubt).map(\.code.word)
    #expect(told.contains(code), "\(spoilt.findings)")
  }

  /// Blood whose clock is two minutes late comes after the tissue has its tracer.
  @Test(arguments: [0.0, 120])
  func bloodAfterTissue(late: Double) throws {
    let input = try InputFunction(Self.samples(), InputChoices()).plasmaInput
    let scan = try ReferenceScan()
    let table = CurveTable(
      frames: scan.frames, names: ["Putamen"],
      curves: [scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0.05)], volumes: [nil])
    var shifted = input
    shifted.delay = late
    let codes = shifted.findings(table).map(\.code.word)
    #expect(codes.contains("input-after-tissue") == (late > 0), "\(codes)")
  }

  private static func parent(_ input: InputFunction, _ time: Double) -> Double {
    input.times.firstIndex(of: time).map { input.parent[$0] } ?? .nan
  }

  /// A parent fraction of 0 at injection, or of 0 that stands for no measurement, is left out.
  @Test(arguments: [(0.0, 0.0), (0, 0.9), (10, 0)])
  func parentFractionsThatAreNone(time: Double, value: Double) throws {
    let (clean, spoilt) = try Self.withFirst { Self.put(time, value, first: &$0.parentFraction) }
    #expect(spoilt.findings.contains { $0.code.word == "parent-fraction-start" })
    for time in [30.0, 40, 60, 300] { #expect(Self.parent(spoilt, time) == Self.parent(clean, time)) }
  }

  /// Ratios that no haematocrit allows are left out; when all are such, the units are wrong and nothing is made.
  @Test func ratiosThatCellsDoNotAllow() throws {
    let (clean, spoilt) = try Self.withFirst { $0.plasma.values[3] = 30 * $0.plasma.values[3] }
    let finding = try #require(spoilt.findings.first { $0.code.word == "blood-plasma-ratio" })
    #expect(!finding.castsDoubt)
    for time in [30.0, 60, 180] { #expect(abs(Self.parent(spoilt, time) / Self.parent(clean, time) - 1) < 1e-9) }
    var wrong = Self.samples()
    wrong.plasma.values = wrong.plasma.values.map { 1000 * $0 }
    let error = #expect(throws: PETError.self) { try InputFunction(wrong, InputChoices()) }
    #expect(error?.remedy.contains("units") == true)
  }

  /// Minutes that are seconds: 90 h after injection there is no blood to draw.
  @Test func timesOfAnotherUnit() throws {
    var samples = Self.samples()
    for series in [\BloodSamples.continuous, \.wholeBlood, \.plasma, \.parentFraction] as [WritableKeyPath] {
      samples[keyPath: series].times = samples[keyPath: series].times.map { 60 * $0 }
    }
    let error = #expect(throws: PETError.self) { try InputFunction(samples, InputChoices()) }
    #expect(error?.problem.contains("90 h") == true, "\(String(describing: error))")
    // Within a day it is held against the scan.
    let scan = try ReferenceScan()
    let table = CurveTable(frames: scan.frames, names: ["a"], curves: [scan.reference(k2prime: 0.06)])
    let long = try PlasmaInput(times: [0, 60, 12 * 3600], parent: [0, 30, 1])
    #expect(long.findings(table).contains { $0.code.word == "input-outlasts-scan" && $0.castsDoubt })
    let short = try PlasmaInput(times: [0, 60, 1200], parent: [0, 30, 5])
    #expect(short.findings(table).contains { $0.code.word == "input-ends-early" && $0.castsDoubt })
    let late = try PlasmaInput(times: [0, 60, 400, 5400], parent: [0, 1, 30, 5])
    #expect(late.findings(table).contains { $0.code.word == "input-peak-late" })
  }

  /// The printed delay is the optimum of the printed fit, whatever blood volume it holds.
  @Test(.enabled(if: !TestDepth.isQuick, "several seconds"), arguments: [BloodVolume.fitted, .fixed(0.05), .fixed(0)])
  func delayAndFitAreOne(volume: BloodVolume) throws {
    let scan = try ReferenceScan()
    var random = SeededGenerator(seed: 3)
    let curve = scan.twoTissue(k1: 0.12, k2: 0.1, k3: 0.05, k4: 0.03, vB: 0.15).map { $0 + 0.05 * random.normal() }
    var table = CurveTable(frames: scan.frames, names: ["a"], curves: [curve])
    table.isotope = .carbon11
    func sum(_ delay: InputDelay.Rule) throws -> (Double, Double) {
      var settings = FitSettings()
      settings.plasma = try scan.plasmaInput()
      settings.vB = volume
      settings.delay = delay
      let fits = try RegionalFits(table, model: TwoTissue.self, reference: nil, settings: settings)
      return (fits.fits[0].residualSum, fits.input.plasma?.delay ?? .nan)
    }
    let (own, delay) = try sum(.fitted)
    // 1e-6: what the line search leaves of a flat minimum.
    for other in stride(from: -60.0, through: 60, by: TestDepth.isFull ? 2 : 7.5) {
      #expect(own <= (try sum(.given(other))).0 * (1 + 1e-6), "\(volume): \(delay) s \(own), \(other) s")
    }
  }

  /// Tracer is taken up no faster than blood brings it, and tissue holds some blood: outcomes beyond are told.
  @Test func implausibleOutcomes() throws {
    let scan = try ReferenceScan()
    func codes(_ k1: Double, _ vB: Double) throws -> [String] {
      var table = CurveTable(
        frames: scan.frames, names: ["a"], curves: [scan.twoTissue(k1: k1, k2: 0.3, vB: vB)])
      table.isotope = .carbon11
      var settings = FitSettings()
      settings.plasma = try scan.plasmaInput()
      let fits = try RegionalFits(table, model: OneTissue.self, reference: nil, settings: settings)
      return fits.warnings + fits.doubts
    }
    #expect(try codes(0.5, 0.05).isEmpty)
    #expect(try codes(1.6, 0.05) == ["k1-implausible", "k1-implausible"])
    #expect(try codes(0.5, 0.2) == ["vb-implausible"])
  }
}
