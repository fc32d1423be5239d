import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// Agreement with kinfitr 0.9.1 on its published data, mid-frame sampling as it uses.
///
/// Linear reference models solve the same equation, so they agree to rounding of the written values. Linear plasma models
/// agree to what kinfitr's resampling of the input on 6000 points costs. Nonlinear ones are compared with an exact
/// computation of the same objective, since kinfitr's grid convolution is off by up to 3 % (VT) and 9 % (k3).
/// Left out as faults of the reference: R1 of mrtm2, k2 of mrtm1 and mrtm2 (which is k2a there), weights 3, 5 and 9. Left
/// out as another model: lin2tcm with blood, which takes blood for plasma in the integrals; rows with durations, whose
/// integral takes curves as steps.
@Suite(.enabled(if: KinfitrMaterial.isThere, "kinfitr's results are not beside this checkout"))
struct KinfitrTests {
  struct Row: Sendable, CustomStringConvertible {
    let setting: String
    let theirs: String
    let ours: String
    /// Their parameter and ours.
    let parameters: [String: String]
    let tolerance: Double
    var weights = WeightScheme.column
    var k2prime: Double?
    var isLate = false
    var vB: Double?
    var bounds: [String: ClosedRange<Double>] = [:]
    var description: String { "\(setting) \(ours)" }
  }

  private static let micro: [String: ClosedRange<Double>] = [
    "K1": 0.0001 / 60...1.0 / 60, "k2": 0.0001 / 60...0.5 / 60, "k3": 0.0001 / 60...0.5 / 60,
    "k4": 0.0001 / 60...0.5 / 60,
  ]

  static let rows = [
    Row(
      setting: "mrtm1_all_w", theirs: "mrtm1", ours: "MRTM1",
      parameters: ["bp": "BPND", "R1": "R1", "k2prime": "k2prime"], tolerance: 1e-8),
    Row(
      setting: "mrtm1_all_unw", theirs: "mrtm1", ours: "MRTM1", parameters: ["bp": "BPND", "R1": "R1"], tolerance: 1e-8,
      weights: .uniform),
    Row(
      setting: "mrtm1_t10_w", theirs: "mrtm1", ours: "MRTM1", parameters: ["bp": "BPND"], tolerance: 1e-8, isLate: true),
    Row(
      setting: "mrtm2_all_w", theirs: "mrtm2", ours: "MRTM2", parameters: ["bp": "BPND"], tolerance: 1e-8, k2prime: 0.1),
    Row(
      setting: "mrtm2_t10_w", theirs: "mrtm2", ours: "MRTM2", parameters: ["bp": "BPND"], tolerance: 1e-8, k2prime: 0.1,
      isLate: true),
    Row(
      setting: "refLogan_t10_unw", theirs: "refLogan", ours: "LoganRef", parameters: ["bp": "BPND"], tolerance: 1e-8,
      weights: .uniform, k2prime: 0.1, isLate: true),
    Row(
      setting: "refPatlak_t10_unw", theirs: "refPatlak", ours: "PatlakRef", parameters: ["Kiref": "Kiref"],
      tolerance: 1e-8, weights: .uniform, isLate: true),
    Row(
      setting: "exact_w", theirs: "srtm", ours: "SRTM", parameters: ["bp": "BPND", "R1": "R1", "k2": "k2"],
      tolerance: 1e-6),
    Row(
      setting: "exact_k2p0.1_w", theirs: "srtm2", ours: "SRTM2", parameters: ["bp": "BPND", "R1": "R1"],
      tolerance: 1e-6, k2prime: 0.1),
    Row(
      setting: "exact_mid_s0_vB05", theirs: "onetcm", ours: "1TCM", parameters: ["K1": "K1", "k2": "k2", "Vt": "VT"],
      tolerance: 1e-6, vB: 0.05, bounds: micro),
    Row(
      setting: "exact_mid_s0_vB05", theirs: "twotcm", ours: "2TCM",
      parameters: ["K1": "K1", "k2": "k2", "k3": "k3", "k4": "k4", "Vt": "VT", "Vnd": "VND"], tolerance: 5e-6, vB: 0.05,
      bounds: micro),
    Row(
      setting: "Logan_t10_unw", theirs: "Loganplot", ours: "Logan", parameters: ["Vt": "VT"], tolerance: 1e-3,
      weights: .uniform, isLate: true),
    Row(setting: "ma1_t10_w", theirs: "ma1", ours: "MA1", parameters: ["Vt": "VT"], tolerance: 1e-3, isLate: true),
    Row(setting: "ma2_w", theirs: "ma2", ours: "MA2", parameters: ["Vt": "VT"], tolerance: 1e-3),
    // 2e-3 with blood: theirs is taken off on the grid, ours by its exact integrals.
    Row(setting: "ma2_w_vB05", theirs: "ma2", ours: "MA2", parameters: ["Vt": "VT"], tolerance: 3e-3, vB: 0.05),
    Row(
      setting: "Patlak_t10_w", theirs: "Patlakplot", ours: "Patlak", parameters: ["Ki": "Ki"], tolerance: 1e-3,
      isLate: true),
  ]

  @Test(arguments: rows)
  func agrees(row: Row) throws {
    let material = try #require(KinfitrMaterial.shared)
    let model = try ModelCatalogue.named(row.ours)
    let isReference = model.card.needs.contains(.referenceCurve)
    var compared = 0
    var worst = 0.0
    // The first region of the first scan, as the article has it.
    var lines: [String: String] = [:]
    for (name, scan) in material.scans.sorted(by: { $0.key < $1.key })
    where (scan.dataset == "simref") == isReference {
      var settings = FitSettings()
      settings.weights = row.weights
      settings.sampling = .midpoint
      settings.k2prime = row.k2prime.map { $0 / 60 }
      settings.plasma = scan.input
      settings.vB = row.vB.map(BloodVolume.fixed)
      settings.bounds = row.bounds.filter { model.card.index(of: $0.key) != nil }
      if row.isLate { settings.linearStart = material.lastTen(name) }
      let fits = try RegionalFits(
        scan.table, model: model, reference: isReference ? "Reference" : nil, settings: settings)
      for fit in fits.fits where fit.status.hasEstimates {
        for (theirs, ours) in row.parameters {
          guard let expected = material.expected(row.setting, row.theirs, name, fit.region, theirs) else { continue }
          let unit = model.card.parameters.first { $0.symbol == ours }?.unit.fromInternal ?? 1
          let own = fit.estimate(ours).value * unit
          worst = max(worst, abs(own / expected - 1))
          if lines[ours] == nil { lines[ours] = AgreementArticle.line(row, ours, theirs: expected, ours: own) }
          compared += 1
        }
      }
    }
    print("kinfitr", row, compared, worst)
    #expect(compared >= 30)
    #expect(worst < row.tolerance)
    for line in lines.values { #expect(try AgreementArticle.text().contains(line), "the article lacks: \(line)") }
  }

  /// Weights of the schemes whose code and help agree, for three isotopes and floors.
  @Test func weights() throws {
    let material = try #require(KinfitrMaterial.shared)
    let rows = Dictionary(grouping: try KinfitrMaterial.rows("weights"), by: { $0["scan"] ?? "" })
    var worst = 0.0
    var compared = 0
    for (name, rows) in rows {
      guard let table = material.scans[name]?.table, let whole = table.index(of: rows[0]["region"] ?? "") else {
        continue
      }
      func check(_ column: String, _ scheme: WeightScheme, _ isotope: Isotope, floor: Double? = nil) throws {
        let expected = rows.dropFirst().map { Double($0[column] ?? "") ?? .nan }
        let own = try FrameWeights(
          scheme: scheme, frames: table.frames, wholeCurve: table.curves[whole], isotope: isotope, floor: floor)
        // Ours have mean 1: only ratios count in a fit.
        let mean = expected.reduce(0, +) / Double(expected.count)
        for (a, b) in zip(own.values, expected) { worst = max(worst, abs(a - b / mean)) }
        compared += expected.count
      }
      for number in [1, 2, 4, 6, 7, 8] {
        try check("m\(number)_C11", try #require(WeightScheme(rawValue: "kinfitr-\(number)")), .carbon11)
      }
      try check("m2_C11_min0.7", .kinfitr2, .carbon11, floor: 0.7)
      try check("m2_F18", .kinfitr2, .fluorine18)
    }
    #expect(compared > 1000)
    #expect(worst < 1e-8)
  }

  /// Dispersion correction; the first and last sample are spoiled by kinfitr's padding.
  @Test func dispersion() throws {
    let material = try #require(KinfitrMaterial.shared)
    let constants = Dictionary(
      try KinfitrMaterial.rows("scans").map { ($0["scan"] ?? "", Double($0["dispersion_tau_s"] ?? "") ?? .nan) },
      uniquingKeysWith: { a, _ in a })
    let expected = Dictionary(
      grouping: try KinfitrMaterial.rows("dispcor").filter { $0["smooth"] == "0" }, by: { $0["scan"] ?? "" })
    var compared = 0
    for (name, rows) in expected {
      let raw = material.samples(name, "wholeblood_continuous_raw")
      let own = Dispersion.corrected(
        times: raw.map(\.time), values: raw.map(\.value), constant: try #require(constants[name]))
      let theirs = Dictionary(
        uniqueKeysWithValues: rows.map {
          (Double($0["time_s"] ?? "") ?? .nan, Double($0["activity_dispcor_kBq_mL"] ?? "") ?? .nan)
        })
      for (sample, value) in zip(raw, own).dropFirst().dropLast() {
        guard let other = theirs[sample.time] else { continue }
        #expect(abs(value - other) < 1e-8 * max(1, abs(other)))
        compared += 1
      }
    }
    #expect(compared > 3000)
  }

  /// Arterial samples from raw blood: dispersion, ratio of blood to plasma, parent fraction, all joined by lines.
  @Test func arterialSamples() throws {
    let material = try #require(KinfitrMaterial.shared)
    let constants = Dictionary(
      try KinfitrMaterial.rows("scans").map { ($0["scan"] ?? "", Double($0["dispersion_tau_s"] ?? "") ?? .nan) },
      uniquingKeysWith: { a, _ in a })
    var compared = 0
    var worst = 0.0
    for (name, rows) in Dictionary(grouping: try KinfitrMaterial.rows("aif_samples"), by: { $0["scan"] ?? "" }) {
      let samples = Self.samples(material, name)
      var choices = InputChoices()
      choices.dispersion = constants[name]
      let own = try InputFunction(samples, choices)
      let end = samples.continuous.times.last ?? 0
      let curve = PiecewiseLinear(times: own.times, values: own.parent)
      // Their table also holds manual samples taken while the autosampler ran, which the curve leaves out; the first and
      // last autosampler sample are spoiled by padding.
      for row in rows {
        let time = Double(row["time_s"] ?? "") ?? .nan
        let isContinuous = row["method"] == "Continuous"
        guard isContinuous ? time > samples.continuous.times[0] && time < end : time > end else { continue }
        let expected = Double(row["aif_kBq_mL"] ?? "") ?? .nan
        worst = max(worst, abs(curve(time) - expected) / max(1, abs(expected)))
        compared += 1
      }
    }
    #expect(compared > 3000)
    #expect(worst < 1e-8)
  }

  static func samples(_ material: KinfitrMaterial, _ scan: String) -> BloodSamples {
    func series(_ kind: String) -> BloodSamples.Series {
      let samples = material.samples(scan, kind)
      return BloodSamples.Series(times: samples.map(\.time), values: samples.map(\.value))
    }
    var samples = BloodSamples()
    samples.continuous = series("wholeblood_continuous_raw")
    samples.wholeBlood = series("wholeblood_discrete")
    samples.plasma = series("plasma_discrete")
    samples.parentFraction = series("parent_fraction")
    return samples
  }

  /// Every form of the parent fraction comes to a residual sum not above kinfitr's polished one, in the same bounds.
  @Test(arguments: [
    ("metab_hill", ParentFraction.Model.hill), ("metab_exponential", .exponential), ("metab_power", .power),
    ("metab_sigmoid", .sigmoid), ("metab_gamma", .gamma), ("metab_invgamma", .inverseGamma),
  ])
  func parentFraction(theirs: String, ours: ParentFraction.Model) throws {
    let material = try #require(KinfitrMaterial.shared)
    var compared = 0
    for row in try KinfitrMaterial.rows("fits") where row["settings_id"] == "pf_s" && row["model"] == theirs {
      guard let sum = Double(row["wrss_polished"] ?? "") else { continue }
      let samples = material.samples(row["scan"] ?? "", "parent_fraction")
      let fit = try ParentFraction(ours, times: samples.map(\.time), values: samples.map(\.value))
      #expect(fit.residualSum <= sum * (1 + 1e-8), "\(row["scan"] ?? ""): \(fit.residualSum) for \(sum)")
      compared += 1
    }
    #expect(compared >= 8)
  }

  /// The arterial curve likewise, with kinfitr's samples and weights: of the first four scans, of all in full.
  @Test(
    .enabled(if: !TestDepth.isQuick, "several seconds"),
    arguments: [("blmod_exp", ArterialCurve.Model.triexponential), ("blmod_feng", .feng)])
  func arterialCurve(theirs: String, ours: ArterialCurve.Model) throws {
    let samples = Dictionary(grouping: try KinfitrMaterial.rows("aif_samples"), by: { $0["scan"] ?? "" })
    var compared = 0
    for row in try KinfitrMaterial.rows("fits") where row["settings_id"] == "aif_s_ms15" && row["model"] == theirs {
      guard let sum = Double(row["wrss_polished"] ?? ""), let rows = samples[row["scan"] ?? ""],
        TestDepth.isFull || compared < 4
      else { continue }
      func column(_ name: String) -> [Double] { rows.map { Double($0[name] ?? "") ?? .nan } }
      let (times, values, weights) = (column("time_s"), column("aif_kBq_mL"), column("fit_weight"))
      let order = times.indices.filter { weights[$0] > 0 }.sorted { times[$0] < times[$1] }
      let fit = try ArterialCurve(
        ours, times: order.map { times[$0] }, values: order.map { values[$0] }, weights: order.map { weights[$0] })
      print("arterial", theirs, row["scan"] ?? "", fit.residualSum / sum - 1)
      #expect(fit.residualSum <= sum * (1 + 1e-8), "\(row["scan"] ?? ""): \(fit.residualSum) for \(sum)")
      compared += 1
    }
    #expect(compared >= (TestDepth.isFull ? 8 : 4))
  }
}
