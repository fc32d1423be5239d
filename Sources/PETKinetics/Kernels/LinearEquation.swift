/// One term of a linear equation between curves: a known part, and how it follows from target and reference.
struct LinearTerm: Sendable {
  /// One value a frame.
  var constant: [Double]
  /// The term is `constant` + `onTarget` of the target's curve.
  var onTarget: CurveMap?
  /// What the same operator makes of whole blood, exactly.
  var ofBlood: [Double]?
  /// d(term)/d(reference value); nil when there is no noise of a reference to carry.
  var onReference: CurveMap?
  var byK2prime: [Double]?

  init(_ constant: [Double], onReference: CurveMap? = nil, byK2prime: [Double]? = nil) {
    self.constant = constant
    self.onReference = onReference
    self.byK2prime = byK2prime
  }

  init(onTarget: CurveMap, frames: Int, ofBlood: [Double]? = nil) {
    constant = Array(repeating: 0, count: frames)
    self.onTarget = onTarget
    self.ofBlood = ofBlood
  }
}

/// response = Σ β regressor, a linear equation that a target's curve obeys: the form of every graphical model.
struct LinearEquation: Sendable {
  /// What a frame's equation is divided by before it is fitted.
  enum Division: Sendable {
    case none
    /// The target's own activity, as in a Logan plot.
    case target
    case known([Double])
  }

  /// The target's curve itself, by which a plot is divided.
  var target: LinearTerm
  var response: LinearTerm
  var regressors: [LinearTerm]
  var division = Division.none
  /// Share of blood that is taken from the measured curve: wherever the target stands it is (C - vB C_b)/(1 - vB).
  var bloodVolume = 0.0
}
