import PETCore

/// A plasma input made ready for the models of one scan.
struct PlasmaTissue: Sendable {
  let parent: SegmentedCurve
  /// Whole blood as the frames see it; zeros where no blood volume is modelled.
  let blood: [Double]
  /// Whole blood as a curve, where there is one.
  let bloodCurve: SegmentedCurve?

  init(_ input: ScanInput, _ card: ModelCard) throws(PETError) {
    let plasma = try input.requiredPlasma(card)
    parent = plasma.parentCurve(input.frames, input.sampling)
    bloodCurve = plasma.bloodCurve(input.frames, input.sampling)
    if bloodCurve == nil, input.bloodVolume(card) != .fixed(0) {
      throw PETError(
        .wrongInput, field: "whole_blood_radioactivity", "\(card.id) has a blood volume and the input no whole blood",
        remedy: "give the whole-blood column, or --vb 0")
    }
    blood = bloodCurve?.observed() ?? Array(repeating: 0, count: input.frames.count)
  }
}
