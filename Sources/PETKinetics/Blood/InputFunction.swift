package import PETCore

/// How samples become an input function.
package struct InputChoices: Sendable {
  /// Nil chooses by Akaike's criterion.
  package var parentFraction: ParentFraction.Model? = .interpolation
  package var ratio = BloodRatio.Model.interpolation
  /// Nil chooses by Akaike's criterion.
  package var arterial: ArterialCurve.Model? = .interpolation
  /// τ in s; that of the samples when nil.
  package var dispersion: Double?
  /// Take all plasma activity as parent.
  package var ignoresMetabolites = false
  /// End of a modelled curve, s; the last sample when nil.
  package var until: Double?

  package init() {}
}

/// An arterial input function with what it was made from.
package struct InputFunction: Sendable {
  package let times: [Double]
  /// Nil where whole blood was not measured.
  package let wholeBlood: [Double]?
  package let plasma: [Double]
  package let fraction: [Double]
  /// Parent tracer in plasma.
  package let parent: [Double]
  package let parentFraction: ParentFraction?
  package let ratio: BloodRatio?
  package let arterial: ArterialCurve
  /// τ that was corrected for, s; 0 for none.
  package let dispersion: Double
  package let findings: [Finding]

  /// A day, s: a later sample is one of another unit.
  private static let longest = 86400.0

  package var plasmaInput: PlasmaInput {
    get throws(PETError) { try PlasmaInput(times: times, parent: parent, wholeBlood: wholeBlood) }
  }

  /// Makes the input of a scan from its samples.
  ///
  /// Autosampler blood, freed of dispersion, becomes plasma by the ratio of blood to plasma; samples of plasma follow.
  /// Times the parent fraction that is the arterial curve, kept as it is or fitted.
  package init(_ samples: BloodSamples, _ choices: InputChoices) throws(PETError) {
    var findings = samples.findings
    let samples = try samples.usable(ignoringMetabolites: choices.ignoresMetabolites, &findings)
    findings += samples.doubts(ignoringMetabolites: choices.ignoresMetabolites)
    guard !samples.plasma.isEmpty else {
      throw PETError(
        .wrongInput, field: "plasma_radioactivity", "there are no plasma samples",
        remedy: "give the table that has them (manual samples)")
    }
    let fraction = try Self.fraction(samples, choices, &findings)
    let dispersion = samples.isDispersionCorrected ? 0 : choices.dispersion ?? samples.dispersionConstant ?? 0
    var continuous = samples.continuous
    if !continuous.isEmpty {
      continuous.values = Dispersion.corrected(
        times: continuous.times, values: continuous.values, constant: dispersion)
      if dispersion == 0, !samples.isDispersionCorrected {
        findings.append(
          Finding(
            .note, "dispersion", field: "DispersionCorrected", "autosampler blood is not corrected for dispersion",
            remedy: "give --dispersion in s"))
      }
    }

    // Whole blood: the autosampler while it runs, then the samples.
    let end = continuous.times.last ?? -.infinity
    var blood = continuous
    for (time, value) in zip(samples.wholeBlood.times, samples.wholeBlood.values) where time > end {
      blood.add(time, value)
    }
    var ratio: BloodRatio?
    if !blood.isEmpty {
      ratio = try Self.ratio(samples, blood: blood, choices.ratio, isNeeded: !continuous.isEmpty, &findings)
    }

    let (plasma, isContinuous) = Self.plasma(samples, continuous: continuous, ratio: ratio)
    let parent = zip(plasma.times, plasma.values).map { $1 * fraction.share($0) }
    let weights = Self.weights(times: plasma.times, values: parent, isContinuous: isContinuous)
    arterial = try Self.arterial(choices.arterial, times: plasma.times, values: parent, weights: weights)

    let arterial = self.arterial
    if !arterial.hasBolus {
      findings.append(
        Finding(
          .warning, "aif-misfit", field: "AIF", value: arterial.model.rawValue,
          "the fitted curve stays below half of the measured peak", remedy: "use --aif interpolation"))
    }
    if choices.arterial == nil, arterial.model == .interpolation {
      findings.append(
        Finding(
          .note, "aif-interpolated", field: "AIF", "neither form shows the measured bolus",
          remedy: "samples are joined by straight lines"))
    }
    guard let peak = parent.max(), peak > 0 else {
      throw PETError(
        .wrongInput, field: "AIF", "no sample of the parent tracer has activity",
        remedy: "check plasma and parent fraction")
    }
    if let lowest = parent.min(), lowest < -0.02 * peak {
      findings.append(
        Finding(
          .warning, "input-negative", field: "plasma_radioactivity", value: NumberText.short(lowest),
          "a sample of the parent tracer is \(NumberText.short(lowest)) kBq/mL, the peak \(NumberText.short(peak)) kBq/mL",
          remedy: "activity is not negative: correct the sample"))
    }

    let bloodCurve =
      blood.isEmpty
      ? nil
      : (blood.times[0] > 0
        ? PiecewiseLinear(times: [0] + blood.times, values: [0] + blood.values)
        : PiecewiseLinear(times: blood.times, values: blood.values))
    let times = try Self.times(
      of: plasma.times + blood.times, until: arterial.model == .interpolation ? nil : choices.until ?? 0, &findings)
    self.times = times
    let plasmaCurve = PiecewiseLinear(times: plasma.times, values: plasma.values)
    self.fraction = times.map(fraction.share)
    self.parent =
      arterial.model == .interpolation
      ? PiecewiseLinear(times: plasma.times, values: parent).joined(from: times) : times.map { arterial($0) }
    self.plasma = plasmaCurve.joined(from: times)
    wholeBlood = bloodCurve.map { curve in times.map { curve($0) } }
    parentFraction = fraction.model
    self.ratio = ratio
    self.dispersion = continuous.isEmpty ? 0 : dispersion
    self.findings = findings
  }

  /// The times of an input, s: those of its samples, and of a modelled curve a fine grid besides.
  ///
  /// - Parameter end: of a modelled curve; nil where samples are joined.
  private static func times(of samples: [Double], until end: Double?, _ findings: inout [Finding]) throws(PETError)
    -> [Double]
  {
    var marks = Set(samples)
    if let end {
      let last = max(end, marks.max() ?? 0)
      guard last <= longest else {
        throw PETError(
          .wrongInput, field: "time", "the curve would go on to \(NumberText.short(last)) s after injection",
          remedy: "check the unit of the times")
      }
      marks.formUnion(stride(from: 0.0, through: min(600, last), by: 1))
      marks.formUnion(stride(from: 600.0, through: last, by: 10))
      marks.insert(last)
    }
    if let last = marks.max(), last > longest {
      throw PETError(
        .wrongInput, field: "time",
        "the last sample is \(NumberText.short(Rounding.significant(last / 3600, digits: 3))) h after injection",
        remedy: "check the unit of the times (s, min)")
    }
    let times = marks.filter { $0 >= 0 }.sorted()
    guard times.count >= 2 else {
      throw PETError(
        .wrongInput, field: "time", "\(times.count) samples come after injection", remedy: "check the zero of the times"
      )
    }
    if marks.count > times.count {
      findings.append(
        Finding(
          .warning, "samples-before-injection", field: "time", value: "\(marks.count - times.count)",
          "\(marks.count - times.count) samples come before injection", remedy: "they are left out"))
    }
    return times
  }

  /// Plasma: of the autosampler's blood by the ratio of the two, then the samples.
  ///
  /// - Returns: the series, and which of its values are of the autosampler.
  private static func plasma(_ samples: BloodSamples, continuous: BloodSamples.Series, ratio: BloodRatio?) -> (
    BloodSamples.Series, isContinuous: [Bool]
  ) {
    var plasma = BloodSamples.Series()
    var isContinuous: [Bool] = []
    if let ratio {
      for (time, value) in zip(continuous.times, continuous.values) {
        plasma.add(time, value / ratio(time))
        isContinuous.append(true)
      }
    }
    let end = continuous.times.last ?? -.infinity
    for (time, value) in zip(samples.plasma.times, samples.plasma.values) where isContinuous.isEmpty || time > end {
      plasma.add(time, value)
    }
    isContinuous += Array(repeating: false, count: plasma.times.count - isContinuous.count)
    return (plasma, isContinuous)
  }

  private static func fraction(_ samples: BloodSamples, _ choices: InputChoices, _ findings: inout [Finding])
    throws(PETError) -> (share: @Sendable (Double) -> Double, model: ParentFraction?)
  {
    if choices.ignoresMetabolites {
      findings.append(
        Finding(
          .warning, "metabolites-ignored", field: "metabolite_parent_fraction",
          "all plasma activity is taken as parent tracer", remedy: "as asked"))
      return ({ _ in 1 }, nil)
    }
    let measured = samples.parentFraction
    guard !measured.isEmpty else {
      throw PETError(
        .wrongInput, field: "metabolite_parent_fraction", "there are no samples of the parent fraction",
        remedy: "give the table that has them, or --parent-fraction none to take all activity as parent")
    }
    for (time, value) in zip(measured.times, measured.values) where !(value >= 0 && value <= 1.05) {
      throw PETError(
        .wrongInput, field: "metabolite_parent_fraction",
        "\(NumberText.short(value)) at \(NumberText.short(time)) s is no share of 1",
        remedy: value > 1.5 && value <= 100 ? "the values look like %: divide them by 100" : "correct the sample")
    }
    let model =
      if let chosen = choices.parentFraction {
        try ParentFraction(chosen, times: measured.times, values: measured.values)
      } else {
        try ParentFraction.best(times: measured.times, values: measured.values)
      }
    let lastPlasma = samples.plasma.times.last ?? 0
    if measured.times.count < 3 || measured.times[measured.times.count - 1] < 0.5 * lastPlasma {
      findings.append(
        Finding(
          .warning, "parent-fraction-range", field: "metabolite_parent_fraction", value: "\(measured.times.count)",
          "\(measured.times.count) samples, the last at \(NumberText.short((measured.times.last ?? 0) / 60)) min where "
            + "plasma goes on to \(NumberText.short(lastPlasma / 60)) min",
          remedy: model.model == .interpolation ? "its last value is held" : "the fitted form is carried on"))
    }
    let deviation = (model.residualSum / Double(measured.times.count)).squareRoot()
    if deviation > 0.1 {
      findings.append(
        Finding(
          .warning, "parent-fraction-misfit", field: "metabolite_parent_fraction", value: model.model.rawValue,
          "the fitted form is off by \(NumberText.fixed(deviation, decimals: 2)) on average",
          remedy: "use another form, or interpolation"))
    }
    return ({ model($0) }, model)
  }

  /// Plasma over blood that a haematocrit allows, from nothing bound to cells to all of it in plasma, with some room.
  private static let plasmaOverBlood = 0.5...2.2

  /// - Parameter isNeeded: whether plasma is made with it.
  private static func ratio(
    _ samples: BloodSamples, blood: BloodSamples.Series, _ model: BloodRatio.Model, isNeeded: Bool,
    _ findings: inout [Finding]
  ) throws(PETError) -> BloodRatio? {
    let byHand = Dictionary(
      zip(samples.wholeBlood.times, samples.wholeBlood.values), uniquingKeysWith: { first, _ in first })
    let curve = PiecewiseLinear(times: blood.times, values: blood.values)
    var times: [Double] = []
    var ratios: [Double] = []
    for (time, value) in zip(samples.plasma.times, samples.plasma.values) where value > 0 {
      // The blood of the same sample, else the autosampler's at that time.
      let own =
        byHand[time]
        ?? (samples.wholeBlood.isEmpty && time >= blood.times[0] && time <= blood.times[blood.times.count - 1]
          ? curve(time) : nil)
      guard let own, own > 0 else { continue }
      times.append(time)
      ratios.append(own / value)
    }
    guard !times.isEmpty else {
      throw PETError(
        .wrongInput, field: "plasma_radioactivity", "no sample has both blood and plasma",
        remedy: "their ratio is needed: give samples of both at one time")
    }
    // Before the bolus there is nothing to divide; after it the cells of blood leave a range.
    let peak = blood.values.max() ?? 0
    let arrival = zip(blood.times, blood.values).first { $0.1 >= 0.01 * peak }?.0 ?? 0
    let kept = times.indices.filter { times[$0] >= arrival && plasmaOverBlood.contains(1 / ratios[$0]) }
    let odd = times.indices.filter { times[$0] >= arrival && !plasmaOverBlood.contains(1 / ratios[$0]) }
    let early = times.count - kept.count - odd.count
    if early > 0, isNeeded {
      findings.append(
        Finding(
          .note, "samples-before-bolus", field: "plasma_radioactivity", value: "\(early)",
          "\(early) samples of blood and plasma were taken before the bolus came", remedy: "their ratio is left out"))
    }
    if let first = odd.first {
      findings.append(
        Finding(
          .warning, "blood-plasma-ratio", field: "plasma_radioactivity", value: "\(odd.count)",
          "in \(odd.count) of \(times.count) samples plasma is not \(NumberText.short(plasmaOverBlood.lowerBound)) to "
            + "\(NumberText.short(plasmaOverBlood.upperBound)) times blood ("
            + "\(NumberText.short(Rounding.significant(1 / ratios[first], digits: 3))) at "
            + "\(NumberText.short(times[first])) s)",
          remedy: isNeeded ? "their ratio is left out" : "check these samples and the units of both columns",
          castsDoubt: odd.count > times.count / 2))
    }
    guard !kept.isEmpty else {
      guard isNeeded else { return nil }
      throw PETError(
        .wrongInput, field: "plasma_radioactivity",
        "in no sample plasma is \(NumberText.short(plasmaOverBlood.lowerBound)) to "
          + "\(NumberText.short(plasmaOverBlood.upperBound)) times blood, as cells allow",
        remedy: "check the units of both columns")
    }
    return try BloodRatio(model, times: kept.map { times[$0] }, ratios: kept.map { ratios[$0] })
  }

  /// time/activity, each of the two ways of sampling with the same sum, so that many samples do not outweigh late ones.
  private static func weights(times: [Double], values: [Double], isContinuous: [Bool]) -> [Double] {
    let peak = values.max() ?? 0
    var weights = zip(times, values).map { max(0, $0) / max($1, 0.01 * peak) }
    for kind in [true, false] {
      let own = weights.indices.filter { isContinuous[$0] == kind }
      let sum = own.reduce(0) { $0 + weights[$1] }
      for i in own where sum > 0 { weights[i] /= sum }
    }
    let mean = weights.reduce(0, +) / Double(max(1, weights.count))
    return mean > 0 ? weights.map { $0 / mean } : weights.map { _ in 1 }
  }

  private static func arterial(_ model: ArterialCurve.Model?, times: [Double], values: [Double], weights: [Double])
    throws(PETError) -> ArterialCurve
  {
    if let model { return try ArterialCurve(model, times: times, values: values, weights: weights) }
    let fits = [
      try ArterialCurve(.triexponential, times: times, values: values, weights: weights),
      try ArterialCurve(.feng, times: times, values: values, weights: weights),
    ].filter { $0.hasBolus && $0.aic.isFinite }
    if let best = fits.min(by: { $0.aic < $1.aic }) { return best }
    return try ArterialCurve(.interpolation, times: times, values: values, weights: weights)
  }
}

extension PiecewiseLinear {
  /// Values at times, the curve beginning at (0, 0) when its first sample comes later.
  fileprivate func joined(from wanted: [Double]) -> [Double] {
    guard let first = times.first, first > 0 else { return wanted.map { self($0) } }
    let joined = PiecewiseLinear(times: [0] + times, values: [0] + values)
    return wanted.map { joined($0) }
  }
}
