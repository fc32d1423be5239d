/// How the curves of a scan were corrected for what neighbours spill into each region, by the geometric transfer matrix.
package struct CurveCorrection: Sendable, Equatable {
  /// Full width at half maximum of the point spread that was taken out.
  package struct Resolution: Sendable, Equatable {
    /// Within the slices of the scan and along its axis, mm.
    package let inPlane: Double
    package let axial: Double
    /// Where it is from: `given` or `estimated`.
    package let source: String
    /// Of an estimate, mm; NaN of what was given.
    package let error: Double

    package init(inPlane: Double, axial: Double, source: String = Self.given, error: Double = .nan) {
      (self.inPlane, self.axial, self.source, self.error) = (inPlane, axial, source, error)
    }

    /// As the scan itself tells it, to six digits; nil where it does not.
    package init?(estimate: Estimate) {
      guard estimate.value.isFinite else { return nil }
      let width = Rounding.significant(estimate.value, digits: 6)
      self.init(
        inPlane: width, axial: width, source: Self.estimated,
        error: Rounding.significant(estimate.standardError, digits: 6))
    }

    package static let (given, estimated) = ("given", "estimated")

    /// In words, such as `6 mm FWHM`.
    package var words: String {
      let (across, along) = (NumberText.short(Rounding.significant(inPlane, digits: 3)), NumberText.short(axial))
      let size =
        inPlane == axial ? "\(across) mm FWHM" : "\(across) mm FWHM in the slices and \(along) mm along the axis"
      guard source == Self.estimated else { return size }
      return size + " ± \(NumberText.fixed(error, decimals: 2)) mm"
    }
  }

  /// How much of what is measured in a region is its own, by region; of a merged one its parts' together.
  package let ownShares: [String: Double]
  /// Mm3 of the labels at their own resolution, by region.
  package let volumes: [String: Double]
  package let resolution: Resolution
  /// Of the transfer matrix in the 2-norm.
  package let condition: Double
  /// The matrix itself; nil where it was not kept, as in sidecars.
  package var transfer: RegionTransfer?

  /// Own shares and the condition to six digits, as sidecars have them.
  package init(
    ownShares: [String: Double], volumes: [String: Double], resolution: Resolution, condition: Double
  ) {
    self.ownShares = ownShares.mapValues { Rounding.significant($0, digits: 6) }
    self.volumes = volumes
    self.resolution = resolution
    self.condition = Rounding.significant(condition, digits: 6)
  }

  /// Own shares below the first say little of the region itself, and below the second nothing is solved.
  ///
  /// On the labels of a real brain at 6 mm 7 of 92 regions lie below 0.3, and those above it were right within 1 %.
  package static let (poorShare, leastShare) = (0.3, 0.05)

  /// What is so of every result that it is in.
  package static let validation = "validated on simulations, not yet on measured images"
}

extension CurveCorrection {
  /// Names of the members of a sidecar.
  package static let (member, spreadMember) = ("PartialVolumeCorrection", "PointSpreadFunction")

  private static let method =
    "Activity of each region from the means that were measured in all of them, by the geometric transfer matrix "
    + "(\(Reference.rousset1998.mention)): labels at their own resolution, blurred by the point spread and averaged over the voxels of the scan; "
    + "unlabelled space within 4 mm of the labels, from there to 6 mm, the rest of the head and air are regions of their own"

  /// What sidecars say of it.
  ///
  /// - Parameter names: regions in their order.
  package func members(_ names: [String]) -> [(name: String, value: JSONValue)] {
    var spread: [(name: String, value: JSONValue)] = [
      ("FWHM", .array([resolution.inPlane, resolution.inPlane, resolution.axial].map(JSONValue.number))),
      ("Units", "mm"),
      ("Source", .string(resolution.source)),
    ]
    if resolution.error.isFinite { spread.append(("StandardError", .number(resolution.error))) }
    func all(_ values: [String: Double]) -> JSONValue {
      .object(names.compactMap { name in values[name].map { (name: name, value: .number($0)) } })
    }
    return [
      (Self.spreadMember, .object(spread)),
      (
        Self.member,
        .object([
          ("Method", "GTM"), ("Description", .string(Self.method)), ("ConditionNumber", .number(condition)),
          ("OwnShares", all(ownShares)), ("Volumes", all(volumes)), ("VolumeUnits", "mm3"),
          ("Validation", .string(Self.validation)),
        ])
      ),
    ]
  }

  /// As a sidecar of ours says it; nil where it says nothing of one.
  package init?(_ correction: JSONValue?, spread: JSONValue?) {
    guard let correction, correction["Method"]?.string == "GTM",
      let widths = spread?["FWHM"]?.list?.compactMap(\.double),
      widths.count == 3
    else { return nil }
    func all(_ name: String) -> [String: Double] {
      Dictionary(
        (correction[name]?.members ?? []).compactMap { own in own.value.double.map { (own.name, $0) } },
        uniquingKeysWith: { first, _ in first })
    }
    self.init(
      ownShares: all("OwnShares"), volumes: all("Volumes"),
      resolution: Resolution(
        inPlane: widths[0], axial: widths[2], source: spread?["Source"]?.string ?? Resolution.given,
        error: spread?["StandardError"]?.double ?? .nan),
      condition: correction["ConditionNumber"]?.double ?? .nan)
  }
}
