package import PETCore
package import PETImaging
package import PETRegistration

/// Where labels lie on a scan and how sharp it is, as a table and as members of a sidecar.
package struct AlignmentText: Sendable {
  private let alignment: LabelAlignment
  private let isMoved: Bool

  /// - Parameter isMoved: whether curves were taken with the labels where they were found.
  package init(_ alignment: LabelAlignment, isMoved: Bool) { (self.alignment, self.isMoved) = (alignment, isMoved) }

  /// One quantity a row.
  package var tsv: String {
    var text = TSVText(columns: ["quantity", "value", "se", "units"])
    func add(_ name: String, _ value: Double, se error: Double = .nan, _ units: String) {
      text.add([
        name, NumberText.exact(Rounding.significant(value, digits: 6)),
        NumberText.exact(Rounding.significant(error, digits: 6)), units,
      ])
    }
    add("displacement", alignment.displacement, se: alignment.error, "mm")
    for (axis, name) in ["x", "y", "z"].enumerated() { add("translation-\(name)", alignment.translation[axis], "mm") }
    for (axis, name) in ["x", "y", "z"].enumerated() { add("rotation-\(name)", alignment.rotation[axis], "degree") }
    add("unexplained-share", alignment.unexplained, "unitless")
    add("noise-share", alignment.noiseShare, "unitless")
    add("unexplained-share-mirrored", alignment.mirrored, "unitless")
    add("fwhm", alignment.fwhm.value, se: alignment.fwhm.standardError, "mm")
    text.add(["left-right", alignment.sides.rawValue, "n/a", "n/a"])
    return text.text
  }

  package static let member = "Alignment"

  /// Of the runs of a scan: an object, or a list of several; nothing where there is none.
  package static func members(_ alignments: [(found: LabelAlignment, isMoved: Bool)]) -> [(
    name: String, value: JSONValue
  )] {
    let all = alignments.map { AlignmentText($0.found, isMoved: $0.isMoved).json }
    return all.isEmpty ? [] : [(member, all.count == 1 ? all[0] : .array(all))]
  }

  /// The resolution that a member tells, as it was found sure; nil where it was not.
  package static func resolution(_ member: JSONValue?) -> Estimate? {
    guard let own = member?["EstimatedFWHM"], own["IsSure"]?.bool ?? false, let value = own["Value"]?.double else {
      return nil
    }
    return Estimate(value, standardError: own["StandardError"]?.double ?? .nan)
  }

  private static let movement = "Movement"

  /// What takes points of the scan where labels were said to lie to where they do; nil where one fit alone does not tell it.
  package static func movement(_ member: JSONValue?) -> Affine? { affine(member?[movement]) }

  private static func affine(_ member: JSONValue?) -> Affine? {
    let rows = member?.list?.compactMap { $0.list?.compactMap(\.double) } ?? []
    return rows.count == 3 && rows.allSatisfy { $0.count == 4 } ? Affine(rows: rows.flatMap { $0 }) : nil
  }

  private static func rows(_ affine: Affine) -> JSONValue {
    .array((0..<3).map { row in .numbers((0..<4).map { affine[row, $0] }) })
  }

  private static let (misplacement, centre) = ("Misplacement", "LabelCentre")

  /// Where labels that scans share were taken in one of them.
  package struct Placement: Sendable {
    /// In the labels' own space: takes the point that a place was taken for to that which it is; of labels that were moved the
    /// identity.
    package let misplacement: Affine
    /// mm.
    package let centre: [Double]
    /// mm, rms over the labels.
    package let error: Double

    package init(misplacement: Affine, centre: [Double], error: Double) {
      (self.misplacement, self.centre, self.error) = (misplacement, centre, error)
    }
  }

  /// Nil where one fit alone does not tell it, or told it surely.
  package static func placement(_ member: JSONValue?) -> Placement? {
    guard let found = affine(member?[misplacement]), let centre = member?[centre]?.list?.compactMap(\.double),
      centre.count == 3, let error = member?["StandardError"]?.double, error < LabelAlignment.largestError
    else { return nil }
    let isMoved = member?["Moved"]?.bool ?? false
    return Placement(misplacement: isMoved ? .identity : found, centre: centre, error: error)
  }

  package var json: JSONValue {
    func number(_ value: Double) -> JSONValue {
      value.isFinite ? .number(Rounding.significant(value, digits: 6)) : "n/a"
    }
    let fwhm: JSONValue = .object([
      ("Value", number(alignment.fwhm.value)), ("StandardError", number(alignment.fwhm.standardError)),
      ("Units", "mm"), ("IsSure", .bool(alignment.resolution != nil)),
    ])
    return .object([
      ("Moved", .bool(isMoved)), ("Displacement", number(alignment.displacement)),
      ("StandardError", number(alignment.error)),
      ("Translation", .array(alignment.translation.map(number))), ("Units", "mm"),
      ("Rotation", .array(alignment.rotation.map(number))), ("RotationUnits", "degree"),
      (Self.movement, Self.rows(alignment.movement)), (Self.misplacement, Self.rows(alignment.misplacement)),
      (Self.centre, .array(alignment.centre.map(number))),
      ("UnexplainedShare", number(alignment.unexplained)), ("NoiseShare", number(alignment.noiseShare)),
      ("UnexplainedShareMirrored", number(alignment.mirrored)), ("LeftRight", .string(alignment.sides.rawValue)),
      ("EstimatedFWHM", fwhm),
      (
        "Description",
        .string(
          "rms over the labels of how far they lie from where they were said to; translation of their centre to the right, "
            + "front and top, turns about these axes; Movement takes points where labels were said to lie to where they do "
            + "(mm, to the right, front and top), and Misplacement, in the labels' own space, the point that a place was said to be to "
            + "that which it is; from a fit of blurred labels to the mean of frames after 5 min")
      ),
    ])
  }
}
