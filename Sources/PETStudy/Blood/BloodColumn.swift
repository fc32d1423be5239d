import Foundation
import PETCore

/// What a column of blood holds, and the unit that PMOD and Turku write behind its name.
struct BloodColumn {
  let name: String
  let unit: String?

  init(_ text: String) {
    let stated = BracketedUnit(text)
    (name, unit) = (stated.name, stated.unit)
  }

  /// Whether a table has the columns of other programs, by its ending.
  static func areOfOthers(_ path: String) -> Bool {
    ["bld", "crv", "csv", "txt", "dat"].contains((path as NSString).pathExtension.lowercased())
  }

  /// The name of the same column in a BIDS `_blood.tsv`; nil for one that is none of these.
  var inBIDS: String? {
    switch name.lowercased().replacing("_", with: "-").trimming(suffix: ".1") {
    case "time", "sample-time": "time"
    case "whole-blood", "blood", "whole-blood-radioactivity": "whole_blood_radioactivity"
    case "plasma", "plasma-radioactivity": "plasma_radioactivity"
    case "parent-fraction", "metabolite-parent-fraction": "metabolite_parent_fraction"
    // Without such a unit it is the activity of the parent: no sample of blood, but an input.
    case "parent": unit.flatMap(Self.factorToShare) == nil ? nil : "metabolite_parent_fraction"
    default: nil
    }
  }

  /// From the unit of a share to the share; without one it is written as such.
  ///
  /// - Parameters: place it in messages.
  static func share(unit: String?, file: String, column: String) throws(PETError) -> Double {
    guard let unit else { return 1 }
    if let factor = factorToShare(unit) { return factor }
    throw PETError(
      .wrongInput, file: file, field: "\(column).Units", "'\(unit)' is not a unit of a share",
      remedy: "write unitless, or %")
  }

  /// Nil for what is no unit of a share.
  static func factorToShare(_ unit: String) -> Double? {
    switch unit.lowercased() {
    case "%", "percent": 0.01
    case "unitless", "arbitrary", "fraction", "1", "1/1", "n/a", "": 1
    default: nil
    }
  }
}

extension String {
  fileprivate func trimming(suffix: String) -> String { hasSuffix(suffix) ? String(dropLast(suffix.count)) : self }
}
