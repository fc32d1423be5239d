package import PETCore

/// A model fitted to a scan as if it had ended sooner: how the outcome depends on scan length.
package struct Truncation: Sendable {
  package let card: ModelCard
  package let regions: [String]
  /// Ends, s, and the fits of all regions with the frames up to each.
  package let steps: [(end: Double, fits: [CurveFit])]
  package let whole: RegionalFits

  /// - Parameter ends: s; frames that end later are left out.
  package init(
    _ table: CurveTable, model: any KineticModel.Type, reference: String?, settings: FitSettings, ends: [Double]
  ) throws(PETError) {
    card = model.card
    regions = table.names
    whole = try RegionalFits(table, model: model, reference: reference, settings: settings)
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
          try table.prefix(count), model: model, reference: reference, settings: own)
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
