package import PETCore

extension ScanInput {
  /// The window of ratio models: as given, or the one frame of a static scan; nil for a dynamic scan without one.
  package var ratioWindow: ClosedRange<Double>? {
    if let window { return window }
    guard frames.count == 1, let start = frames.starts.first, let end = frames.ends.first else { return nil }
    return start...end
  }

  /// The window that a ratio is taken over.
  ///
  /// A whole dynamic scan is none unless it is asked for: its early frames tell of blood flow, not of binding.
  func requiredWindow(_ card: ModelCard) throws(PETError) -> ClosedRange<Double> {
    if let ratioWindow { return ratioWindow }
    throw Self.withoutWindow(card, frames: frames)
  }

  /// - Parameter usual: minutes of a usual static scan of the tracer, with its name and source.
  package static func withoutWindow(
    _ card: ModelCard, frames: FrameSchedule, usual: (name: String, minutes: ClosedRange<Double>, source: String)? = nil
  ) -> PETError {
    let end = NumberText.short(Rounding.significant((frames.ends.last ?? 0) / 60, digits: 4))
    var remedy = "give its ends in min: --start 40 --end 60, or window: [40, 60] in the pipeline"
    if let usual {
      let (low, high) = (NumberText.short(usual.minutes.lowerBound), NumberText.short(usual.minutes.upperBound))
      remedy += " (a usual scan of \(usual.name) is \(low) to \(high) min: \(usual.source))"
    }
    return PETError(
      .wrongInput, field: "window",
      "\(card.id) needs a window, and the scan has \(frames.count) frames up to \(end) min", remedy: remedy)
  }
}
