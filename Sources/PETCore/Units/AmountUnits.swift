/// Spellings of an amount of radioactivity met in sidecars.
package enum RadioactivityUnit {
  /// The factor that brings values in the named unit to MBq, or nil when the name is not one of the field's.
  package static func factorToMegabecquerels(_ name: String) -> Double? {
    switch name.filter({ !$0.isWhitespace }) {
    case "Bq", "bq", "BQ": 1e-6
    case "kBq", "KBq", "kbq", "KBQ": 1e-3
    case "MBq", "Mbq", "MBQ", "mbq": 1
    case "GBq", "Gbq", "GBQ": 1e3
    case "nCi": 37e-6
    case "uCi", "µCi", "μCi": 37e-3
    case "mCi", "mci": 37
    case "Ci": 37e3
    default: nil
    }
  }
}

/// Spellings of an amount of a substance, by mass or by number.
package enum SubstanceUnit {
  package enum Kind: Sendable, Equatable { case gram, mole }

  /// The factor to g or mol, or nil when the name is neither.
  package static func read(_ name: String) -> (kind: Kind, factor: Double)? {
    let plain = name.filter { !$0.isWhitespace }
    for (unit, kind) in [("mol", Kind.mole), ("g", .gram)] where plain.hasSuffix(unit) {
      if let factor = prefix(plain.dropLast(unit.count)) { return (kind, factor) }
    }
    return nil
  }

  private static func prefix(_ text: Substring) -> Double? {
    switch text {
    case "": 1
    case "k": 1e3
    case "m": 1e-3
    case "u", "µ", "μ", "mc": 1e-6
    case "n": 1e-9
    case "p": 1e-12
    default: nil
    }
  }
}
