package import PETCore

/// A kinetic model: a card that describes it, and a way to bind it to one scan.
package protocol KineticModel: Sendable {
  associatedtype Kernel: FitKernel
  static var card: ModelCard { get }

  /// Binds the model to frames and input: every check and every preparation happens here, once for each scan.
  static func kernel(for input: ScanInput) throws(PETError) -> Kernel
}

extension KineticModel {
  /// Whether its residuals, and so its criteria, are those of the measured curve.
  package static var predictsCurve: Bool { Kernel.predictsCurve }
}

/// A model bound to one scan, ready to fit any number of curves.
package protocol FitKernel: Sendable {
  /// Whether what it predicts is the measured curve, and no plot of it.
  static var predictsCurve: Bool { get }

  /// Frames with a weight above 0 count.
  var weights: [Double] { get }

  /// Fits one curve; regions and voxels share it. It neither throws nor changes anything but its result.
  ///
  /// - Parameters:
  ///   - curve: activity in kBq/mL, one value for each frame.
  ///   - estimates: receives one value for each of the card's parameters, internal units.
  func fit(_ curve: Span<Double>, into estimates: inout MutableSpan<Double>) -> FitStatus

  /// The model around its solution, from which errors follow.
  func linearization(_ curve: [Double], at estimates: [Double]) -> Linearization

  /// Errors of many curves, for one thread.
  func errors(_ input: ScanInput) -> any CurveErrors
}

extension FitKernel {
  package static var predictsCurve: Bool { false }
}

/// A fitted model to first order: how prediction and parameters move with data, reference and k2'.
package struct Linearization: Sendable {
  /// What the model predicts for each frame, in the space it is fitted in.
  package var predicted: [Double]
  /// What it is compared with there (the curve itself, but for Logan plots).
  package var observed: [Double]
  /// Weights of the fit in that space.
  package var weights: [Double]
  /// ∂prediction/∂free parameters, frames x free.
  var design: Matrix
  /// Free parameters that are held at a bound.
  var held: Set<Int> = []
  /// ∂residual/∂data, frames x frames; nil for the identity.
  var dataOperator: Matrix?
  /// ∂prediction/∂reference values, frames x frames; nil when there is no reference noise to carry.
  var referenceOperator: Matrix?
  /// ∂prediction/∂k2', for models that fix it.
  var k2primeGradient: [Double]?
  /// ∂card parameters/∂free parameters.
  var outcome: Matrix
  /// ∂card parameters/∂k2' with the free parameters held.
  var outcomeByK2prime: [Double]?
  /// The largest term of each frame's equation, against which its residual is small or not; nil for the data.
  var largestTerm: [Double]?
  /// Parameters found on a grid, which take freedom as well.
  var searched = 0

  /// ∂prediction/∂free parameters, column by column.
  package var designColumns: [[Double]] { (0..<design.columns).map { j in (0..<design.rows).map { design[$0, j] } } }
}
