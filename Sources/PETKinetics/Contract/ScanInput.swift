package import PETCore

/// The reference efflux rate k2' used by models that fix it, with what is known of its error.
package struct ReferenceRate: Sendable {
  /// 1/s.
  package let value: Double
  /// Standard error, 1/s; 0 when the rate is given without one.
  package let standardError: Double
  /// dk2'/d(reference frame value): the part of its error that it shares with every fit against that reference.
  let referenceGradient: [Double]
  /// Variance of the rest of its error.
  let ownVariance: Double
  /// Where it is from, for the sidecar.
  package let origin: String
  /// How far that of the regions lies apart; nil when it was given, or too few tell.
  package var spread: ReferenceRateSpread?

  package init(given value: Double, standardError: Double = 0, frames: Int, origin: String = "given") {
    self.value = value
    self.standardError = standardError
    referenceGradient = Array(repeating: 0, count: frames)
    ownVariance = standardError * standardError
    self.origin = origin
  }

  /// The same rate and error at another value, for resampling.
  func moved(to other: Double) -> ReferenceRate {
    ReferenceRate(
      value: other, referenceGradient: referenceGradient, ownVariance: ownVariance, standardError: standardError,
      origin: origin)
  }

  init(value: Double, referenceGradient: [Double], ownVariance: Double, standardError: Double, origin: String) {
    self.value = value
    self.referenceGradient = referenceGradient
    self.ownVariance = ownVariance
    self.standardError = standardError
    self.origin = origin
  }
}

/// The share of a region that is blood: fitted with the rest, or known.
package enum BloodVolume: Sendable, Equatable {
  case fitted
  /// mL/cm3.
  case fixed(Double)

  package var words: String {
    switch self {
    case .fitted: "vB fitted"
    case .fixed(let volume): "vB \(NumberText.short(volume))"
    }
  }
}

/// Everything a model is bound to besides the curve: one scan's frames, input, weights and settings.
package struct ScanInput: Sendable {
  package let frames: FrameSchedule
  package let weights: FrameWeights
  /// Curve of the reference region, for models that need one.
  package var reference: ReferenceCurve?
  /// Arterial input, for models that need one.
  package var plasma: PlasmaInput?
  package var sampling: FrameSampling = .average
  /// t* of linear models, s: frames whose middle is earlier do not count.
  package var linearStart = 0.0
  /// Frames that are not fitted, though their values count in running integrals.
  package var unfitted: Set<Int> = []
  package var k2prime: ReferenceRate?
  /// VND common to all regions, for the model that estimates it over them.
  package var nondisplaceable: CommonVolume?
  /// Window of ratio models, s after injection; nil when none was given.
  package var window: ClosedRange<Double>?
  /// Later window of a scan with a challenge, s after injection.
  package var challenge: ClosedRange<Double>?
  /// As asked for; nil for the model's own default.
  package var vB: BloodVolume?
  /// Injected activity for each gram of body, kBq/g.
  package var dosePerGram: Double?
  /// Bounds that replace a card's, by symbol, internal units.
  package var bounds: [String: ClosedRange<Double>] = [:]

  package init(frames: FrameSchedule, weights: FrameWeights) {
    self.frames = frames
    self.weights = weights
  }

  package init(frames: FrameSchedule, reference: [Double], weights: FrameWeights) {
    self.init(frames: frames, weights: weights)
    self.reference = ReferenceCurve(reference, frames: frames, weights: weights)
  }

  /// The blood volume that holds for a model.
  package func bloodVolume(_ card: ModelCard) -> BloodVolume { vB ?? card.bloodVolume }

  /// Relative variance of the frames of a curve, in the unit of 1/weight.
  package func relativeVariance(of curve: [Double]) -> [Double] { weights.variance(of: curve) }

  /// Weights with the frames that do not count at 0.
  func usedWeights(from start: Double = 0) -> [Double] {
    let middles = frames.midpoints
    return weights.values.indices.map { i in
      unfitted.contains(i) || middles[i] < start ? 0 : weights.values[i]
    }
  }

  /// Weights of the seconds of each frame inside a window.
  func overlap(_ window: ClosedRange<Double>, _ field: String) throws(PETError) -> [Double] {
    let end = frames.ends.last ?? 0
    if window.upperBound > end + FrameSchedule.overlapTolerance {
      throw PETError(
        .wrongInput, field: field,
        "the window ends at \(NumberText.short(window.upperBound / 60)) min, the scan at "
          + "\(NumberText.short(end / 60)) min",
        remedy: "choose a window inside the scan")
    }
    return frames.overlap(from: window.lowerBound, to: window.upperBound)
  }

  /// Refuses a scan that leaves too few frames for a model's parameters.
  func check(_ card: ModelCard, used: [Double], parameters: Int) throws(PETError) {
    let count = used.count { $0 > 0 }
    guard count > parameters else {
      throw PETError(
        .wrongInput, field: card.needs.contains(.linearStart) ? "t*" : "frames",
        "\(count) frames are left for the \(parameters) parameters of \(card.id)",
        remedy: "use more frames (an earlier t*, a wider window)")
    }
  }

  /// The reference curve, which must have activity and a value in every frame.
  func requiredReference(_ card: ModelCard) throws(PETError) -> ReferenceCurve {
    guard let reference else {
      throw PETError(
        .wrongInput, field: "reference", "\(card.id) needs a reference region",
        remedy: "give --reference, or reference: in the pipeline")
    }
    guard reference.values.allSatisfy(\.isFinite) else {
      throw PETError(
        .wrongInput, field: "reference", "the reference curve has frames without a value",
        remedy: "choose another reference region, or correct those frames")
    }
    guard let peak = reference.values.max(), peak > 0 else {
      throw PETError(
        .wrongInput, field: "reference", "the reference curve has no activity", remedy: "choose another region")
    }
    return reference
  }

  func requiredPlasma(_ card: ModelCard) throws(PETError) -> PlasmaInput {
    if let plasma { return plasma }
    throw PETError(
      .wrongInput, field: "input", "\(card.id) needs an arterial input function",
      remedy: "give --input with an _inputfunction.tsv (petbalance input makes one from blood)")
  }

  func requiredK2prime(_ card: ModelCard) throws(PETError) -> ReferenceRate {
    if let k2prime, k2prime.value > 0 { return k2prime }
    throw PETError(
      .wrongInput, field: "k2prime", "\(card.id) needs k2'", remedy: "give --k2prime in 1/min, or let it be estimated")
  }
}
