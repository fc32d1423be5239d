import PETCore
package import PETRegistration

/// How sharp the scans of a role are, as a pipeline says it.
package enum ScanResolution: Sendable, Equatable {
  case given(PointSpread)
  /// Each scan's own estimate.
  case estimated

  /// Mm; of two widths that of the Gaussian of the same volume.
  package var width: Double? {
    switch self {
    case .given(let spread): spread.width
    case .estimated: nil
    }
  }

  package static let words =
    "a number from \(NumberText.short(PointSpread.range.lowerBound)) to \(NumberText.short(PointSpread.range.upperBound)) "
    + "mm, {in-plane: 6, axial: 5}, or \(auto)"

  static let auto = "auto"

  static let (inPlane, axial) = ("in-plane", "axial")

  /// Nil for what may not be written.
  init?(_ node: YAMLNode) {
    if node.string == Self.auto {
      self = .estimated
      return
    }
    func number(_ node: YAMLNode?) -> Double? { node?.string.flatMap { Double($0.trimmed) } }
    let spread: PointSpread?
    if let members = node.members {
      let names = Set(members.compactMap(\.key.string))
      guard names == [Self.inPlane, Self.axial], members.count == 2, let across = number(node[Self.inPlane]),
        let along = number(node[Self.axial])
      else { return nil }
      spread = try? PointSpread(inPlane: across, axial: along)
    } else {
      spread = number(node).flatMap { try? PointSpread(fwhm: $0) }
    }
    guard let spread else { return nil }
    self = .given(spread)
  }

  /// The one text that stands for it.
  var canonical: String {
    switch self {
    case .estimated: Self.auto
    case .given(let spread) where spread.inPlane == spread.axial: NumberText.exact(spread.inPlane)
    case .given(let spread):
      "{\(Self.axial): \(NumberText.exact(spread.axial)), \(Self.inPlane): \(NumberText.exact(spread.inPlane))}"
    }
  }
}

/// How regional curves are corrected for what neighbours spill into each region.
package enum PartialVolume: String, CaseIterable, Sendable {
  case none
  /// By the geometric transfer matrix.
  case gtm
}
