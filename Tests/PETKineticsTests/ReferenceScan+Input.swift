import PETCore
import PETKinetics
import PETTestSupport

extension ReferenceScan {
  /// The scan's input with uniform weights, k2' in 1/s.
  func input(k2prime: Double? = nil, weights: WeightScheme = .uniform, reference: [Double]? = nil) throws -> ScanInput {
    let curve = reference ?? self.reference(k2prime: 0.06)
    let weights = try FrameWeights(scheme: weights, frames: frames, wholeCurve: curve, isotope: .carbon11)
    var input = ScanInput(frames: frames, reference: curve, weights: weights)
    if let k2prime { input.k2prime = ReferenceRate(given: k2prime, frames: frames.count) }
    return input
  }
}
