import Foundation
import PETCore

/// A column's name and the unit that PMOD and Turku write behind it: `sample-time[seconds]`, `plasma[kBq/cc]`.
struct BloodColumn {
  let name: String
  let unit: String?

  init(_ text: String) {
    guard let open = text.firstIndex(of: "["), text.hasSuffix("]") else {
      (name, unit) = (text, nil)
      return
    }
    name = String(text[..<open]).trimmed
    unit = String(text[text.index(after: open)...].dropLast()).trimmed
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

  /// From a unit of a share to the share; nil for anything else.
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
