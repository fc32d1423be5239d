package import PETCore

/// How the regions of one scan are fitted.
package struct FitSettings: Sendable {
  package var weights: WeightScheme?
  package var sampling: FrameSampling = .average
  /// Given k2', 1/s; estimated over regions when nil.
  package var k2prime: Double?
  /// t* of linear models, s.
  package var linearStart = 0.0
  /// Window of ratio models, s.
  package var window: ClosedRange<Double>?
  package var excluded: Set<Int> = []
  package var bounds: [String: ClosedRange<Double>] = [:]

  package init() {}
}

/// One model fitted to every region of one scan.
package struct RegionalFits: Sendable {
  package let card: ModelCard
  package let reference: String
  /// One for each region of the table, in its order.
  package let fits: [CurveFit]
  package let input: ScanInput
  package let volumes: [Double?]
  package let findings: [Finding]

  /// Codes of what was wrong with the scan but did not stop it: they stand in every row made from it.
  package var warnings: [String] {
    var seen: Set<String> = []
    return findings.filter { $0.level == .warning && seen.insert($0.code).inserted }.map(\.code)
  }

  /// Fits `model` to all regions against the reference region (or several joined by `+`).
  package init(_ table: CurveTable, model: any KineticModel.Type, reference: String, settings: FitSettings)
    throws(PETError)
  {
    let card = model.card
    self.card = card
    self.reference = reference
    volumes = table.volumes
    let region = try table.curve(of: reference)
    let scheme = settings.weights ?? (table.isotope == nil ? .uniform : .counts)
    let weights = try FrameWeights(
      scheme: scheme, frames: table.frames, wholeCurve: table.wholeSegmentation, isotope: table.isotope,
      column: table.weightColumn)
    var input = ScanInput(frames: table.frames, reference: region.curve, weights: weights)
    input.sampling = settings.sampling
    input.linearStart = settings.linearStart
    input.window = settings.window
    input.excluded = settings.excluded
    input.bounds = settings.bounds
    var findings = table.findings
    if input.referenceNoise == nil, !card.needs.contains(.window) {
      findings.append(
        Finding(
          .note, "reference-noise-unknown", field: "reference",
          "too few late frames to tell the noise of the reference curve", remedy: "standard errors leave it out"))
    }
    if card.needs.contains(.k2prime) {
      if let given = settings.k2prime {
        input.k2prime = ReferenceRate(given: given, frames: table.frames.count)
      } else {
        input.k2prime = try ReferenceRateEstimate.over(table, input: input, reference: region.members)
      }
    }
    self.input = input
    fits = try Self.fitAll(model, card: card, table: table, input: input, reference: region)
    self.findings = findings
  }

  private static func fitAll<Model: KineticModel>(
    _ model: Model.Type, card: ModelCard, table: CurveTable, input: ScanInput,
    reference: (curve: [Double], members: [Int])
  ) throws(PETError) -> [CurveFit] {
    let kernel = try model.kernel(for: input)
    return table.names.indices.map { i in
      if reference.members == [i] || table.curves[i] == reference.curve {
        return CurveFit(card, referenceItself: table.names[i])
      }
      return CurveFit(card, kernel: kernel, curve: table.curves[i], region: table.names[i], input: input)
    }
  }
}
