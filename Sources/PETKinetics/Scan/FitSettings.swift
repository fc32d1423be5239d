import PETCore

/// Where the straight part of a linear model begins.
package enum LinearStart: Sendable, Equatable {
  /// s.
  case given(Double)
  /// The earliest frame from which no residual of nine regions in ten is above this share of the largest term of its
  /// equation.
  case automatic(limit: Double)
}

/// How k2' is had when it is not given.
package struct ReferenceRateRule: Sendable, Equatable {
  package enum Average: String, Sendable, CaseIterable {
    /// Mean of the regions' SRTM estimates, each by the inverse of its variance.
    case mean
    case median
    /// One k2' for all regions, estimated together with their own parameters (nested SRTM).
    case nested
    /// Mean of the regions' SRTM estimates, each by the inverse of its own noise and of the spread between regions
    /// (DerSimonian and Laird 1986, doi:10.1016/0197-2456(86)90046-2): where regions differ, noise does not say which counts.
    case randomEffects = "random-effects"
  }

  package var average = Average.mean
  /// Regions below this BPND do not tell k2': there R1 and k2 cannot be separated.
  package var floor = 0.5

  package init(average: Average = .mean, floor: Double = 0.5) {
    self.average = average
    self.floor = floor
  }
}

/// How the regions of one scan are fitted.
package struct FitSettings: Sendable {
  package var weights: WeightScheme?
  /// Least weight, as a share of the largest.
  package var weightFloor: Double?
  package var sampling: FrameSampling = .average
  /// Given k2', 1/s; estimated over regions when nil.
  package var k2prime: Double?
  package var k2primeRule = ReferenceRateRule()
  package var linearStart = LinearStart.given(0)
  /// Window of ratio models, s.
  package var window: ClosedRange<Double>?
  /// Window after a challenge, s.
  package var challenge: ClosedRange<Double>?
  /// Frames that count nowhere, from 0: they are a gap.
  package var excluded: Set<Int> = []
  /// Frames that are good and not fitted, from 0: they count in running integrals.
  package var unfitted: Set<Int> = []
  package var bounds: [String: ClosedRange<Double>] = [:]
  /// Arterial input.
  package var plasma: PlasmaInput?
  package var delay = InputDelay.Rule.given(0)
  package var vB: BloodVolume?
  /// kBq/g.
  package var dosePerGram: Double?

  package init() {}
}
