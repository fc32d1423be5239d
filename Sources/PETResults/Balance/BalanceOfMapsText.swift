package import PETBinding
package import PETCore
package import PETTracers

/// The balance of two maps as a table and its sidecar.
package struct BalanceOfMapsText: Sendable {
  private let balance: BalanceOfMaps
  private let systems: BalanceSystems
  private let measure: String?

  /// - Parameter measure: what the maps are said to hold; nil when nothing is said.
  package init(_ balance: BalanceOfMaps, systems: BalanceSystems = BalanceSystems(), measure: String? = nil) {
    self.balance = balance
    self.systems = systems
    self.measure = measure
  }

  private var hasReference: Bool { balance.rows.contains { $0.subtracted != nil } }

  private var columns: [String] {
    let (a, b) = (systems.numerator.rawValue, systems.denominator.rawValue)
    var names = ["index", "region"]
    for side in [a, b] { names += ["\(side)-voxels", "\(side)-mean", "\(side)-sd"] }
    names += ["ratio", "log2-ratio", "den-background-fraction", "flags", "z-difference"]
    names += ["\(a)-asymmetry", "\(b)-asymmetry"]
    if hasReference { names += ["refsub-\(a)", "refsub-\(b)", "refsub-ratio", "refsub-flags"] }
    return names
  }

  package var tsv: String {
    var text = TSVText(columns: columns)
    for row in balance.rows {
      var cells = [row.numerator.index.map(String.init) ?? "n/a", row.numerator.region]
      for side in [row.numerator, row.denominator] {
        cells += ["\(side.voxels)", NumberText.exact(side.mean), NumberText.exact(side.sd)]
      }
      cells += [row.ratio, row.log2Ratio, row.backgroundFraction].map(NumberText.exact) + [Self.words(row.flags)]
      cells += [row.zDifference, row.asymmetry?.numerator ?? .nan, row.asymmetry?.denominator ?? .nan]
        .map(NumberText.exact)
      if hasReference {
        let own = row.subtracted
        cells += [own?.numerator, own?.denominator, own?.ratio].map { NumberText.exact($0 ?? .nan) }
        cells.append(Self.words(own?.flags ?? []))
      }
      text.add(cells)
    }
    return text.text
  }

  private static func words(_ flags: [BalanceOfMaps.Flag]) -> String {
    flags.isEmpty ? "ok" : flags.map(\.rawValue).joined(separator: " ")
  }

  package func sidecar(_ findings: [Finding]) -> JSONValue {
    func about(_ text: String, _ units: String = "unitless") -> JSONValue {
      .object([("Description", .string(text)), ("Units", .string(units))])
    }
    return .object([
      ("Description", .string("Ratio of regional means of two maps. " + Product.claim)),
      ("Numerator", .string(systems.numerator.rawValue)), ("Denominator", .string(systems.denominator.rawValue)),
      (Sidecar.measure, .string(measure ?? "not stated")),
      ("ratio", about("ratio of the two means, background voxels included (not the mean of voxel ratios)")),
      (
        "flags",
        about("of the denominator: not above 0; below 5 % of its map's largest regional mean; mostly background voxels")
      ),
      ("z-difference", about("z over the regions of either map, \(systems.numerator.rawValue) less the other")),
      ("\(systems.numerator.rawValue)-asymmetry", about("200 (right - left)/(right + left)", "%")),
      ("\(systems.denominator.rawValue)-asymmetry", about("200 (right - left)/(right + left)", "%")),
      (Sidecar.findings, .array(findings.map(\.json))), ("GeneratedBy", Product.generatedBy),
    ])
  }
}
