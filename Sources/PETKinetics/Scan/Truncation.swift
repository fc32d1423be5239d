package import PETCore

/// A model fitted to a scan as if it had ended sooner: how the outcome depends on scan length.
package struct Truncation: Sendable {
  package let card: ModelCard
  package let regions: [String]
  /// Ends, s, and the fits of all regions with the frames up to each.
  package let steps: [(end: Double, fits: [CurveFit])]
  package let whole: RegionalFits

  /// - Parameters:
  ///   - whole: the fits to the whole scan.
  ///   - table: the curves that they are of, with every frame.
  ///   - settings: of these fits.
  ///   - ends: s; frames that end later are left out.
  package init(of whole: RegionalFits, _ table: CurveTable, settings: FitSettings, ends: [Double]) throws(PETError) {
    card = whole.card
    regions = table.names
    self.whole = whole
    let reference = whole.reference.isEmpty ? nil : whole.reference
    var steps: [(end: Double, fits: [CurveFit])] = []
    for end in ends.sorted() {
      let count = table.frames.ends.count { $0 <= end + FrameSchedule.overlapTolerance }
      guard count > 0 else {
        throw PETError(
          .wrongInput, field: "truncation", "no frame ends by \(NumberText.short(end / 60)) min",
          remedy: "choose a later end")
      }
      var own = settings
      own.excluded = settings.excluded.filter { $0 < count }
      own.unfitted = settings.unfitted.filter { $0 < count }
      do throws(PETError) {
        let fits = try RegionalFits(
          try table.prefix(count), model: whole.model, reference: reference, settings: own)
        steps.append((end, fits.fits))
      } catch {
        throw PETError(
          error.code, field: "truncation", "scan cut at \(NumberText.short(end / 60)) min: \(error.problem)",
          remedy: error.remedy)
      }
    }
    self.steps = steps
  }
}
