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

  package init(given value: Double, standardError: Double = 0, frames: Int, origin: String = "given") {
    self.value = value
    self.standardError = standardError
    referenceGradient = Array(repeating: 0, count: frames)
    ownVariance = standardError * standardError
    self.origin = origin
  }

  init(value: Double, referenceGradient: [Double], ownVariance: Double, standardError: Double, origin: String) {
    self.value = value
    self.referenceGradient = referenceGradient
    self.ownVariance = ownVariance
    self.standardError = standardError
    self.origin = origin
  }
}

/// Everything a model is bound to besides the curve: one scan's frames, reference, weights and settings.
package struct ScanInput: Sendable {
  package let frames: FrameSchedule
  /// Reference curve, kBq/mL, one value a frame.
  package let reference: [Double]
  package let weights: FrameWeights
  package var sampling: FrameSampling = .average
  /// t* of linear models, s: frames whose middle is earlier do not count.
  package var linearStart = 0.0
  /// Frames that the user leaves out.
  package var excluded: Set<Int> = []
  package var k2prime: ReferenceRate?
  /// Window of ratio models, s after injection.
  package var window: ClosedRange<Double>?
  /// Bounds that replace a card's, by symbol, internal units.
  package var bounds: [String: ClosedRange<Double>] = [:]
  /// Relative variance of each frame of the reference curve.
  let referenceVariance: [Double]
  /// Variance scale of the reference curve's own noise; nil when its frames do not tell.
  package let referenceNoise: Double?

  package init(frames: FrameSchedule, reference: [Double], weights: FrameWeights) {
    self.frames = frames
    self.reference = reference
    self.weights = weights
    referenceVariance = weights.variance(of: reference)
    referenceNoise = CurveNoise.scale(of: reference, frames: frames, variance: referenceVariance)
  }

  /// Weights with the frames that do not count at 0.
  func usedWeights(from start: Double = 0) -> [Double] {
    let middles = frames.midpoints
    return weights.values.indices.map { i in
      excluded.contains(i) || middles[i] < start ? 0 : weights.values[i]
    }
  }

  /// Refuses a scan that leaves too few frames for a model's parameters, or a reference without signal.
  func check(_ card: ModelCard, used: [Double], parameters: Int) throws(PETError) {
    let count = used.count { $0 > 0 }
    guard count > parameters else {
      throw PETError(
        .wrongInput, field: card.needs.contains(.linearStart) ? "t*" : "frames",
        "\(count) frames are left for the \(parameters) parameters of \(card.id)",
        remedy: "use more frames (an earlier t*, a wider window)")
    }
    guard reference.allSatisfy(\.isFinite) else {
      throw PETError(
        .wrongInput, field: "reference", "the reference curve has frames without a value",
        remedy: "choose another reference region, or leave those frames out of the table")
    }
    guard let peak = reference.max(), peak > 0 else {
      throw PETError(
        .wrongInput, field: "reference", "the reference curve has no activity", remedy: "choose another region")
    }
  }

  func requiredK2prime(_ card: ModelCard) throws(PETError) -> ReferenceRate {
    if let k2prime, k2prime.value > 0 { return k2prime }
    throw PETError(
      .wrongInput, field: "k2prime", "\(card.id) needs k2'", remedy: "give --k2prime in 1/min, or let it be estimated")
  }
}
