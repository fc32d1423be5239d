import PETCore
import PETKinetics

/// What sidecars of regional tables and of maps say alike: the model, and what it was bound to.
enum FitDescription {
  typealias Members = [(name: String, value: JSONValue)]

  static func model(_ fits: RegionalFits) -> Members {
    let card = fits.card
    var members: Members = [
      (Sidecar.modelName, .string(card.id)), ("ModelCitation", .string(card.citation)),
    ]
    if card.needs.contains(.referenceCurve) {
      members.append((Sidecar.referenceRegion, .string(fits.reference)))
      if !fits.referenceLabels.isEmpty {
        members.append((Sidecar.referenceLabels, .array(fits.referenceLabels.map(JSONValue.string))))
      }
    }
    if !card.errors.isEmpty { members.append((Sidecar.standardErrors, .string(card.errors))) }
    for other in fits.others {
      var own: Members = model(other)
      own.append(("Regions", .array(other.fits.filter(\.status.hasEstimates).map { .string($0.region) })))
      if other.card.needs.contains(.linearStart) {
        own.append(
          (Sidecar.tstar, .object([("Value", .number(other.input.linearStart / 60)), ("Units", "min")])))
      }
      if let plasma = other.input.plasma {
        own += [(Sidecar.bloodVolume, volume(other)), (Sidecar.inputDelay, .number(plasma.delay))]
      }
      members.append(("Otherwise", .object(own)))
    }
    return members
  }

  /// What was asked of the fits, setting by setting; nothing where all is as it is anyway.
  static func asked(_ choices: FitChoices) -> Members {
    let told = choices.told
    return told.isEmpty ? [] : [(Sidecar.settings, .object(told.map { ($0.key, .string($0.value)) }))]
  }

  private static func volume(_ fits: RegionalFits) -> JSONValue {
    switch fits.input.bloodVolume(fits.card) {
    case .fitted: .string("fitted")
    case .fixed(let volume): .number(volume)
    }
  }

  static func settings(_ fits: RegionalFits) -> Members {
    let card = fits.card
    let input = fits.input
    var members: Members =
      lackOfFit(fits) + [
        (Sidecar.frameSampling, .string(input.sampling.rawValue)),
        (Sidecar.weights, .string(input.weights.scheme.rawValue)),
        (Sidecar.covariance, .string(input.weights.statement)),
        ("FrameWeights", .array(fits.spread(input.weights.values, excluded: 0).map(JSONValue.number))),
      ]
    for (name, frames) in [
      ("ExcludedFrames", fits.excludedFrames), ("UnfittedFrames", input.unfitted.sorted().map { fits.keptFrames[$0] }),
    ] where !frames.isEmpty {
      members.append((name, .array(frames.map { .number(Double($0 + 1)) })))
    }
    if card.needs.contains(.dose), let dose = input.dosePerGram {
      members.append(("DosePerGram", .object([("Value", .number(dose)), ("Units", "kBq/g")])))
    }
    if card.needs.contains(.linearStart) {
      members.append((Sidecar.tstar, .object([("Value", .number(input.linearStart / 60)), ("Units", "min")])))
    }
    if card.needs.contains(.window), let window = input.ratioWindow {
      members.append(
        (
          Sidecar.window,
          .object([
            ("Start", .number(window.lowerBound / 60)), ("End", .number(window.upperBound / 60)),
            ("Units", "min"),
          ])
        ))
    }
    if let window = input.challenge {
      members.append(
        (
          "Challenge",
          .object([
            ("Start", .number(window.lowerBound / 60)), ("End", .number(window.upperBound / 60)),
            ("Units", "min"),
          ])
        ))
    }
    if let reference = input.reference {
      members.append(
        (
          "ReferenceNoise",
          .string(
            reference.noise == nil
              ? "not known; standard errors leave it out"
              : "estimated from the reference curve's late frames and carried")
        ))
    }
    if card.needs.contains(.plasma) {
      members += [
        (Sidecar.bloodVolume, volume(fits)),
        (
          "Input",
          .string(
            "parent tracer in arterial plasma from 0 at injection, samples joined by straight lines; whole blood where "
              + "blood volume counts")
        ),
      ]
      if let plasma = input.plasma {
        members.append(
          (
            Sidecar.inputDelay,
            .object([
              ("Value", .number(plasma.delay)), ("StandardError", .number(plasma.delayError)), ("Units", "s"),
            ])
          ))
      }
    }
    return members
  }

  private static func lackOfFit(_ fits: RegionalFits) -> Members {
    guard let found = fits.lackOfFit else { return [] }
    return [
      (
        "LackOfFit",
        .object([
          (
            "Description",
            .string(
              "residuals against the noise of the curves, told by what a smooth curve leaves of them; regions with p below 0.001 (F)"
            )
          ),
          ("Tested", .number(Double(found.tested))), ("Regions", .array(found.regions.map(JSONValue.string))),
          ("MedianRatio", .number(Rounding.significant(found.median, digits: 3))),
        ])
      )
    ]
  }

  /// Meaning and unit of a parameter; of k2' also where it is from.
  static func about(_ parameter: ModelCard.Parameter, _ fits: RegionalFits) -> Members {
    var about: Members = [
      ("Description", .string(parameter.meaning)), ("Units", .string(parameter.unit.label)),
    ]
    if parameter.symbol == "k2prime", let rate = fits.input.k2prime {
      about += [
        ("Value", .number(rate.value * 60)), ("StandardError", .number(rate.standardError * 60)),
        (Sidecar.origin, .string(rate.origin)),
      ]
      if let spread = rate.spread { about.append(("Spread", self.spread(spread, fits.rateEffect))) }
    }
    return about
  }

  private static let spreadWords =
    "of the regions' own k2' (1/min): Cochran's Q of ln k2'; p where k2' is one, by Welch's test "
    + "(\(Reference.welch1951.mention)); relative SD between regions beyond the errors; their mean by weights that hold it "
    + "(1/min); change of the outcome (share) for one SD more, in the median and the most, and for that mean"

  private static func spread(_ spread: ReferenceRateSpread, _ effect: ReferenceRateEffect?) -> JSONValue {
    var members: Members = [
      ("Description", .string(spreadWords)), ("Regions", .number(Double(spread.count))),
      ("Least", .number(spread.range.low * 60)), ("Most", .number(spread.range.high * 60)), ("Q", .number(spread.q)),
      ("p", .number(spread.probability)), ("BetweenRegions", .number(spread.between)),
      ("RandomEffectsMean", .number(spread.even * 60)),
    ]
    if let effect {
      var own: Members = [
        ("Outcome", .string(effect.outcome)), ("Median", .number(effect.median)), ("Most", .number(effect.largest)),
        ("Region", .string(effect.region)),
      ]
      if effect.byWeights.isFinite { own.append(("RandomEffectsMean", .number(effect.byWeights))) }
      members.append(("Effect", .object(own)))
    }
    return .object(members)
  }
}
