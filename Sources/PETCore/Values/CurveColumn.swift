/// Columns of a curve table that are no regions, by the names that are met.
package enum CurveColumn {
  /// PETPrep's, newest first.
  package static let starts = ["frame_start", "FrameTimesStart", "FrameTimeStart"]
  package static let ends = ["frame_end", "FrameTimesEnd", "FrameTimeEnd"]
  package static let durations = ["frame_duration"]
  package static let weights = ["weight", "weights"]
}
