package import PETCore

/// One model fitted to every region of one scan.
package struct RegionalFits: Sendable {
  package let card: ModelCard
  package let model: any KineticModel.Type
  /// Empty for models without a reference.
  package let reference: String
  /// Regions that stand for it, where it is an anatomical word and no region's name; empty otherwise.
  package let referenceLabels: [String]
  /// One for each region of the table, in its order.
  package private(set) var fits: [CurveFit]
  package let input: ScanInput
  /// The curves that were fitted: without the frames that count nowhere.
  package let table: CurveTable
  /// Every frame of the scan.
  package let allFrames: FrameSchedule
  /// Places of the frames of `table` among them.
  package let keptFrames: [Int]
  package private(set) var findings: [Finding]
  /// Residuals against noise; nil for models that predict no measured curve.
  package private(set) var lackOfFit: LackOfFit?
  /// Where regions differ in the k2' that stands for all of them; nil elsewhere.
  package private(set) var rateEffect: ReferenceRateEffect?
  /// The fits of the model that stands in for this one in some regions, these alone; empty when there is none.
  package private(set) var others: [RegionalFits] = []

  /// With the fits of another model of the same scan in some regions, and why.
  package func taking(_ other: RegionalFits, notes: [Int: String]) -> RegionalFits {
    var (result, second) = (self, other)
    for i in fits.indices {
      if let note = notes[i] {
        result.fits[i] = other.fits[i]
        result.fits[i].notes.insert(note, at: 0)
      } else {
        second.fits[i] = CurveFit(other.card, notFitted: fits[i].region)
      }
    }
    result.others = [second]
    let known = Set(findings.map { $0.code.word + $0.problem })
    result.findings += other.findings.filter { !known.contains($0.code.word + $0.problem) }
    return result
  }

  /// Without any estimate.
  package func withdrawn(because reason: String) -> RegionalFits {
    var result = self
    for i in fits.indices {
      result.fits[i] = CurveFit(card, notFitted: fits[i].region)
      result.fits[i].notes = [reason]
    }
    result.others = []
    return result
  }

  package mutating func add(_ finding: Finding) { findings.append(finding) }

  /// Cards of all models that a region's fit may be of, the first first.
  package var cards: [ModelCard] { [card] + others.map(\.card) }

  /// The fits of each model alone, for what is said in the space of a model.
  package var byModel: [RegionalFits] {
    guard !others.isEmpty else { return [self] }
    var own = self
    for i in fits.indices where fits[i].card.id != card.id { own.fits[i] = CurveFit(card, notFitted: fits[i].region) }
    return [own] + others
  }

  /// Frames that count nowhere, from 0.
  package var excludedFrames: [Int] {
    let kept = Set(keptFrames)
    return allFrames.starts.indices.filter { !kept.contains($0) }
  }

  /// Values of the frames that were fitted, as values of every frame.
  package func spread(_ values: [Double], excluded: Double) -> [Double] {
    var all = [Double](repeating: excluded, count: allFrames.count)
    for (place, value) in zip(keptFrames, values) { all[place] = value }
    return all
  }

  package var volumes: [Double?] { table.volumes }

  /// Codes of what was wrong with the scan but did not stop it: they stand in every row made from it.
  package var warnings: [String] {
    var seen: Set<String> = []
    return findings.filter { $0.level != .note && seen.insert($0.code.word).inserted }.map(\.code.word)
  }

  /// Codes of evidence against the scan's data.
  package var doubts: [String] {
    var seen: Set<String> = []
    return findings.filter { $0.castsDoubt && seen.insert($0.code.word).inserted }.map(\.code.word)
  }

  /// Fits `model` to all regions; `reference` names a region or several joined by `+`, for models that need one.
  package init(_ scan: CurveTable, model: any KineticModel.Type, reference: String?, settings: FitSettings)
    throws(PETError)
  {
    let card = model.card
    self.card = card
    self.model = model
    let exclusion = try FrameExclusion(
      scan, card: card, asked: settings.excluded, reference: reference, plasma: settings.plasma)
    let table = exclusion.table
    self.table = table
    allFrames = scan.frames
    keptFrames = exclusion.kept
    var settings = settings
    settings.unfitted = Set(exclusion.kept.indices.filter { settings.unfitted.contains(exclusion.kept[$0]) })
    var findings = scan.findings + exclusion.findings
    let (prepared, members) = try Self.prepare(table, card: card, reference: reference, settings, &findings)
    var input = prepared
    self.reference = card.needs.contains(.referenceCurve) ? reference ?? "" : ""
    referenceLabels = Self.standIns(for: self.reference, members.map { table.names[$0] })
    if !referenceLabels.isEmpty { findings.append(.referenceLabels(self.reference, referenceLabels)) }
    var notes = table.names.map { _ in [String]() }
    if card.needs.contains(.plasma), let plasma = input.plasma {
      findings += plasma.findings(table)
      let unmoved = input
      if let fitted = try InputDelay.fit(settings.delay, model: model, table: table, input: input, findings: &findings)
      {
        input.plasma = fitted
        // Estimated over regions, an outcome has no change of one region's to tell.
        notes =
          card.needs.contains(.regions)
          ? table.names.map { _ in ["input delayed by \(NumberText.fixed(fitted.delay, decimals: 1)) s"] }
          : try Self.changes(model, card: card, table: table, from: unmoved, to: input)
      }
    }
    if card.needs.contains(.linearStart), case .automatic(let limit) = settings.linearStart {
      let found = try LinearStartSearch.find(model, table: table, input: input, leftOut: members, limit: limit)
      input.linearStart = found.start
      findings += found.findings
      for i in notes.indices {
        notes[i].append(
          "t* \(NumberText.short(found.start / 60)) min, largest residual "
            + "\(NumberText.fixed(100 * found.largest[i], decimals: 1)) %")
      }
    }
    if card.needs.contains(.regions) {
      let common = try SIMEVND.estimate(over: table, input: input)
      input.nondisplaceable = common
      if common.isAtEnd {
        findings.append(
          Finding(
            .warning, .vndAtEnd, field: "VND", value: NumberText.short(common.value),
            "VND lies at the end of the range that is searched", remedy: "the regions do not tell it"))
      }
    }
    self.input = input
    var fits = try Self.fitAll(model, card: card, table: table, input: input, leftOut: members)
    for i in fits.indices {
      if i < table.volumes.count, table.volumes[i] == 0 { fits[i].notes = ["the region has no voxel"] }
      fits[i].notes += notes[i]
    }
    if let common = input.nondisplaceable {
      for i in fits.indices {
        fits[i].setCommon("VND", error: common.standardError, isAtBound: common.isAtEnd)
      }
    }
    findings += OutcomeChecks.noiseBias(fits, card)
    findings += OutcomeChecks.judge(&fits, card)
    self.fits = fits
    self.findings = findings
    lackOfFit = LackOfFit(fits, table, weights: input.weights)
    if let finding = lackOfFit?.finding(card) { self.findings.append(finding) }
    guard let rate = input.k2prime, let spread = rate.spread else { return }
    rateEffect = try ReferenceRateEffect(fits, outcome: card.outcome, rate: rate) { (other) throws(PETError) in
      var moved = input
      moved.k2prime = rate.moved(to: other)
      return try refitted(table.curves, input: moved)
    }
    if let finding = spread.finding(rateEffect, rate: rate.value) { self.findings.append(finding) }
  }

  /// Everything that the model is bound to, and the reference's members.
  private static func prepare(
    _ table: CurveTable, card: ModelCard, reference: String?, _ settings: FitSettings, _ findings: inout [Finding]
  ) throws(PETError) -> (ScanInput, [Int]) {
    let scheme = settings.weights ?? (table.isotope == nil ? .uniform : .counts)
    if settings.weights == nil, table.isotope == nil {
      findings.append(
        Finding(
          .note, .uniformWeights, field: "weights", "the isotope is not known: all frames weigh the same",
          remedy: "state it (TracerRadionuclide, --isotope C11) for weights by decay and counts, or choose the weights")
      )
    }
    let weights = try FrameWeights(
      scheme: scheme, frames: table.frames, wholeCurve: table.wholeSegmentation, isotope: table.isotope,
      column: table.weightColumn, floor: settings.weightFloor)
    var input = ScanInput(frames: table.frames, weights: weights)
    input.sampling = settings.sampling
    if case .given(let start) = settings.linearStart { input.linearStart = start }
    input.window = settings.window
    input.challenge = settings.challenge
    input.unfitted = settings.unfitted
    input.bounds = settings.bounds
    input.plasma = settings.plasma
    input.vB = settings.vB
    input.dosePerGram = settings.dosePerGram
    guard card.needs.contains(.referenceCurve) else { return (input, []) }
    guard let reference else {
      throw PETError(
        .usage, field: "--reference", "\(card.id) needs a reference region",
        remedy: "give --reference, or reference: in the pipeline")
    }
    let region = try table.curve(of: reference)
    if region.members.count > 1, region.members.contains(where: { table.volumes[$0] == nil }) {
      findings.append(
        Finding(
          .warning, .referenceUnweighted, field: "reference", value: reference,
          "its parts are averaged without weights: their volumes are not known",
          remedy: "put the _morph.tsv of the segmentation (name, volume-mm3) beside the curves"))
    }
    let curve = ReferenceCurve(region.curve, frames: table.frames, weights: weights)
    input.reference = curve
    if curve.noise == nil, !card.needs.contains(.window) {
      findings.append(
        Finding(
          .note, .referenceNoiseUnknown, field: "reference",
          "too few late frames to tell the noise of the reference curve", remedy: "standard errors leave it out"))
    }
    if card.needs.contains(.k2prime) {
      if let given = settings.k2prime {
        input.k2prime = ReferenceRate(given: given, frames: table.frames.count)
      } else {
        input.k2prime = try ReferenceRateEstimate.over(
          table, input: input, reference: region.members, rule: settings.k2primeRule)
      }
    }
    return (input, region.members)
  }

  /// What stands for a reference that is named by an anatomical word; empty where its regions are named themselves.
  private static func standIns(for reference: String, _ names: [String]) -> [String] {
    let asked = Set(reference.split(separator: "+").map { RegionName.key(String($0)) })
    let halves = Set(names.map { RegionName.key(RegionName.side(of: $0)?.base ?? $0) })
    return asked.isSuperset(of: halves) || asked.isSuperset(of: names.map(RegionName.key)) ? [] : names
  }

  /// The curve that a region's fit was made to.
  package func curve(of region: String) -> [Double] {
    table.names.firstIndex(of: region).map { table.curves[$0] } ?? []
  }

  /// The same model on the same curves with another input: for resampling and truncation.
  func refitted(_ curves: [[Double]], input: ScanInput) throws(PETError) -> [CurveFit?] {
    func open<Model: KineticModel>(_: Model.Type) throws(PETError) -> [CurveFit?] {
      let kernel = try Model.kernel(for: input)
      return curves.indices.map { i in
        guard fits[i].status.hasEstimates else { return nil }
        return CurveFit(card, kernel: kernel, curve: curves[i], region: fits[i].region, input: input)
      }
    }
    return try open(model)
  }

  private static func fitAll<Model: KineticModel>(
    _ model: Model.Type, card: ModelCard, table: CurveTable, input: ScanInput, leftOut members: [Int],
    followsNoise: Bool = true
  ) throws(PETError) -> [CurveFit] {
    let kernel = try model.kernel(for: input)
    return table.names.indices.map { i in
      if members == [i] || table.curves[i] == input.reference?.values {
        return CurveFit(card, referenceItself: table.names[i])
      }
      var fit = CurveFit(card, kernel: kernel, curve: table.curves[i], region: table.names[i], input: input)
      if followsNoise { fit.followNoise(kernel, curve: table.curves[i], input: input) }
      return fit
    }
  }

  /// What moving the input did to each region's outcome.
  private static func changes(
    _ model: any KineticModel.Type, card: ModelCard, table: CurveTable, from: ScanInput, to: ScanInput
  ) throws(PETError) -> [[String]] {
    let before = try fitAll(model, card: card, table: table, input: from, leftOut: [], followsNoise: false)
    let after = try fitAll(model, card: card, table: table, input: to, leftOut: [], followsNoise: false)
    let delay = NumberText.fixed(to.plasma?.delay ?? 0, decimals: 1)
    return zip(before, after).map { before, after in
      let change = 100 * (after.estimate(card.outcome).value / before.estimate(card.outcome).value - 1)
      let effect = change.isFinite ? ": \(card.outcome) moves by \(NumberText.fixed(change, decimals: 1)) %" : ""
      return ["input delayed by \(delay) s" + effect]
    }
  }
}

extension Finding {
  /// - Parameter word: as the reference was asked for.
  fileprivate static func referenceLabels(_ word: String, _ labels: [String]) -> Finding {
    Finding(
      .note, .referenceLabels, field: "reference", value: word,
      "'\(word)' is \(labels.joined(separator: ", "))", remedy: "name the regions themselves (joined by +) for others")
  }
}

extension Finding.Code {
  package static let referenceLabels = Finding.Code("reference-labels")
  package static let referenceNoiseUnknown = Finding.Code("reference-noise-unknown")
  package static let referenceUnweighted = Finding.Code("reference-unweighted")
  package static let uniformWeights = Finding.Code("uniform-weights")
  package static let vndAtEnd = Finding.Code("vnd-at-end")
}
