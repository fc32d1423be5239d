import PETCore

/// Standard errors of one curve after another, with what a scan's curves share prepared once; for one thread.
///
/// A parameter at its bound counts as free here: an error that supposes it known would be far too small, and a map has no
/// room for the note that says so beside a region.
package protocol CurveErrors: AnyObject {
  /// Frames less fitted parameters; of models that do not know it beforehand, that of the last curve.
  var freedom: Int { get }

  /// The errors of `FitCovariance` at a solution.
  ///
  /// - Parameters:
  ///   - estimates: the card's parameters, internal units, as the kernel found them for this curve.
  ///   - errors: receives their standard errors; NaN where there is none.
  /// - Returns: false where the parameters cannot be told apart, or nothing is left to tell noise from.
  func find(_ curve: UnsafeBufferPointer<Double>, at estimates: Span<Double>, into errors: inout MutableSpan<Double>)
    -> Bool
}
