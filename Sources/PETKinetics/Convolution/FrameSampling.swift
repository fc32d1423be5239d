/// How a model meets the data of a frame.
package enum FrameSampling: String, Sendable, CaseIterable {
  /// The model is averaged over the frame, as the data are. The default.
  case average
  /// The model is taken at the frame's middle, with curves piecewise linear between middles: for parity with others.
  case midpoint
}
