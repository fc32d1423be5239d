package import PETCore
import PETImaging

extension LabelAlignment {
  /// What is not noise, above which labels and head are not of one person: boundaries a millimetre wrong leave 0.03, a head that
  /// differs by 3 mm rms or 5 % in size 0.06 and more; one that differs by 2 mm or less looks like a poor segmentation.
  ///
  /// Those are of scans of 6 mm; what a boundary costs goes with the inverse of the width.
  package var isOfAnotherHead: Bool {
    let width = fwhm.value.isFinite ? max(fwhm.value, 2) : 6
    return noiseShare.isFinite && misfit > 0.05 * max(1, 6 / width)
  }

  /// Displacement that is worth a word, mm: half a voxel of labels costs a small nucleus some percent.
  private static let notable = 0.5

  /// What is to be said of labels on their scan.
  ///
  /// - Parameters:
  ///   - limit: displacement that counts, mm.
  ///   - isMoved: whether the labels are taken where they were found to lie.
  ///   - given: FWHM that was given for the scan, mm; nil for none.
  ///   - isTaken: whether the curves were corrected by that.
  package func findings(
    limit: Double, isMoved: Bool, given: Double?, isTaken: Bool = false, labels file: String
  ) -> [Finding] {
    var findings: [Finding] = []
    let place = "\(NumberText.fixed(displacement, decimals: 2)) ± \(NumberText.fixed(error, decimals: 2)) mm"
    if !isSure {
      findings.append(
        Finding(
          .note, .alignmentUnsure, file: file, field: "displacement",
          value: NumberText.fixed(displacement, decimals: 2),
          "the scan does not tell where the labels lie: \(place)"
            + (isAmbiguous ? ", and another place fits as well" : ""),
          remedy: isMoved ? "look at the head with the labels" : "nothing is concluded from it"))
    } else if displacement > min(limit, Self.notable), displacement > 3 * error {
      let isTooFar = displacement > limit && !isMoved
      findings.append(
        Finding(
          isTooFar ? .warning : .note, .labelsDisplaced, file: file, field: "displacement",
          value: NumberText.fixed(displacement, decimals: 2), "the labels lie \(place) off the scan",
          remedy: isMoved
            ? "they are taken there"
            : isTooFar
              ? "align them (align: move), or give their transform"
              : "below the limit of \(NumberText.short(limit)) mm; align: move takes them there",
          castsDoubt: isTooFar))
    }
    if sides == .mirrored {
      findings.append(
        Finding(
          .warning, .leftRight, file: file, field: "sform", value: NumberText.fixed(misfit, decimals: 3),
          "the labels explain the scan better when left and right are exchanged", remedy: "find out which is wrong",
          castsDoubt: true))
    } else if isOfAnotherHead {
      findings.append(
        Finding(
          .warning, .labelsOfAnotherHead, file: file, field: "unexplained-share",
          value: NumberText.fixed(misfit, decimals: 3),
          "\(NumberText.fixed(100 * misfit, decimals: 0)) % of the scan's variance is neither of the labels nor noise: they are of "
            + "another head, or far from their place", remedy: "check whose segmentation it is", castsDoubt: true))
    }
    if isCut {
      findings.append(
        Finding(
          .note, .scanStripped, file: file, field: "fwhm",
          "there is no activity around the labels: the scan was cut to the brain",
          remedy: "its resolution is not told from it"))
    }
    if let given, let own = resolution, abs(own.value - given) > max(1.5, 3 * own.standardError) {
      findings.append(
        Finding(
          .warning, .resolutionContradicted, file: file, field: "fwhm", value: NumberText.short(given),
          "\(NumberText.short(given)) mm FWHM was given, and the scan itself has \(NumberText.fixed(own.value, decimals: 1)) ± "
            + "\(NumberText.fixed(own.standardError, decimals: 1)) mm",
          remedy: "give the resolution of this scanner and reconstruction", castsDoubt: isTaken))
    }
    return findings
  }
}

extension Finding.Code {
  package static let alignmentUnsure = Finding.Code("alignment-unsure")
  package static let labelsDisplaced = Finding.Code("labels-displaced")
  package static let labelsOfAnotherHead = Finding.Code("labels-of-another-head")
  package static let resolutionContradicted = Finding.Code("resolution-contradicted")
}
