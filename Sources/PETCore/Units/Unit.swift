/// A unit of the field, with the factor from the product's internal units.
///
/// Inside, everything is in seconds, 1/s, kBq/mL and mL/cm3; a `Unit` converts where text is read or written.
package enum Unit: String, Sendable, CaseIterable {
  case unitless
  case minutes = "min"
  case perMinute = "1/min"
  /// Plasma cleared of tracer by a volume of tissue in a minute: K1 and Ki.
  case clearance = "mL/cm3/min"
  /// Distribution volumes.
  case volumeRatio = "mL/cm3"
  /// Standardised uptake, with a density of 1 g/mL.
  case gramsPerMillilitre = "g/mL"

  /// How the unit is written in headers and sidecars.
  package var label: String { rawValue }

  /// The unit of a quotient, as it is written.
  package func over(_ other: Unit) -> String {
    if self == other { return Unit.unitless.label }
    if other == .unitless { return label }
    return self == .unitless ? "1/(\(other.label))" : "(\(label))/(\(other.label))"
  }

  /// Multiply an internal value by this to get the value in this unit.
  package var fromInternal: Double {
    switch self {
    case .perMinute, .clearance: 60
    case .minutes: 1.0 / 60
    default: 1
    }
  }
}

/// Spellings of activity concentration met in sidecars.
package enum ActivityUnit {
  /// The factor that brings values in the named unit to kBq/mL, or nil when the name is not one of the field's.
  ///
  /// Case is ignored except for the prefixes m and M, which the field never uses as milli for activity.
  package static func factorToInternal(_ name: String) -> Double? {
    // As DICOM and the SI write it.
    let plain = name.lowercased().replacing("bqml", with: "bq/ml").replacing("cm³", with: "cm3")
      .replacing(/[ ·*]*ml(\^?[-−]1|⁻¹)$/, with: "/ml")
    let parts = plain.filter { !$0.isWhitespace }.split(separator: "/", maxSplits: 1)
    guard let activity = parts.first else { return nil }
    let volumes: Set<Substring> = ["ml", "cc", "cm3", "cm^3", "milliliter"]
    guard parts.count == 2, volumes.contains(parts[1]) else { return nil }
    switch activity {
    case "bq": return 1e-3
    case "kbq": return 1
    case "mbq": return 1e3
    case "nci": return 37e-3
    case "uci", "µci", "μci": return 37
    default: return nil
    }
  }
}

/// Spellings of time met in sidecars and tables.
package enum TimeUnit {
  /// The factor that brings values in the named unit to seconds, or nil when unknown.
  package static func factorToSeconds(_ name: String) -> Double? {
    switch name.lowercased() {
    case "s", "sec", "secs", "second", "seconds": 1
    case "min", "mins", "minute", "minutes": 60
    case "ms", "msec", "millisecond", "milliseconds": 1e-3
    case "h", "hr", "hour", "hours": 3600
    default: nil
    }
  }
}
