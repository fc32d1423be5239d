import Foundation
package import PETCore

/// The injected activity of a scan as its sidecar tells it in several ways, and whether they agree.
package struct DoseChecks {
  /// MBq, by the reading that the others bear out; nil when nothing is to be believed.
  package private(set) var megabecquerels: Double?
  package private(set) var findings: [Finding] = []
  /// Whether the dose is one that persons are given.
  package var isUsual: Bool { megabecquerels.map(Self.usual.contains) ?? false }

  /// Amounts that agree but for rounding, decay between two times or a residue in the syringe.
  private static let agreement = 1.15
  /// What is given to an adult in MBq, from a tracer study of F-18 to a bolus of O-15 water.
  private static let usual = 5.0...3000

  package init(_ sidecar: PETSidecar) {
    let injected = amount(sidecar)
    let others = [total(sidecar), product(sidecar)].compactMap { $0 }
    megabecquerels = injected ?? others.first?.value
    guard let injected else { return }
    for other in others {
      let ratio = other.value / injected
      let thousands = (log10(ratio) / 3).rounded()
      if thousands != 0, abs(log10(ratio) - 3 * thousands) < log10(1.5) {
        let unit = sidecar.text("InjectedRadioactivityUnits") ?? "n/a"
        let times = NumberText.short(pow(1000, abs(thousands)))
        findings.append(
          Finding(
            .fault, .doseScale, file: sidecar.file, field: "InjectedRadioactivity",
            value: "\(sidecar["InjectedRadioactivity"]?.text.trimmed ?? "") \(unit)",
            "\(Self.short(injected)) MBq is \(times) times too \(thousands > 0 ? "small" : "large"): \(other.name) is "
              + "\(Self.short(other.value)) MBq",
            remedy: Self.prefixed(unit, thousands: Int(thousands)).map { "write \($0) in InjectedRadioactivityUnits" }
              ?? "correct the value or its unit"))
        megabecquerels = other.value
        return
      }
      if ratio > Self.agreement || ratio < 1 / Self.agreement {
        findings.append(
          Finding(
            .warning, .doseConsistency, file: sidecar.file, field: "InjectedRadioactivity",
            value: "\(Self.short(injected)) MBq",
            "it is \(Self.short(injected)) MBq, but \(other.name) is \(Self.short(other.value)) MBq",
            remedy: "find out which is right"))
      }
    }
    if !Self.usual.contains(injected) {
      findings.append(
        Finding(
          .warning, .doseUnusual, file: sidecar.file, field: "InjectedRadioactivity",
          value: "\(Self.short(injected)) MBq", "\(Self.short(injected)) MBq is no usual dose of a person",
          remedy: "check the value and its unit"))
    }
  }

  private mutating func warn(
    _ sidecar: PETSidecar, _ code: Finding.Code, _ field: String, _ problem: String, _ remedy: String
  ) {
    let value = sidecar.text(field) ?? sidecar[field]?.text.trimmed ?? "n/a"
    findings.append(
      Finding(.warning, code, file: sidecar.file, field: field, value: value, problem, remedy: remedy))
  }

  private mutating func number(_ sidecar: PETSidecar, _ field: String) -> Double? {
    guard let stated = sidecar[field], stated != .null, stated.string?.lowercased() != "n/a" else { return nil }
    guard let value = stated.double, value.isFinite else {
      warn(sidecar, .doseValue, field, "\(stated.text.trimmed) is not a number", "write a number without quotes")
      return nil
    }
    guard value > 0 else {
      warn(sidecar, .doseValue, field, "\(NumberText.short(value)) is not more than 0", "correct the value")
      return nil
    }
    return value
  }

  /// InjectedRadioactivity in MBq.
  private mutating func amount(_ sidecar: PETSidecar) -> Double? {
    let before = findings.count
    guard let value = number(sidecar, "InjectedRadioactivity") else {
      if findings.count == before {
        warn(
          sidecar, .doseMissing, "InjectedRadioactivity", "the injected activity is not stated",
          "state it; SUV needs it, and units cannot be checked without it")
      }
      return nil
    }
    guard let unit = sidecar.text("InjectedRadioactivityUnits") else {
      warn(sidecar, .doseUnit, "InjectedRadioactivityUnits", "the unit is not stated", "write MBq")
      return nil
    }
    guard let factor = RadioactivityUnit.factorToMegabecquerels(unit) else {
      warn(
        sidecar, .doseUnit, "InjectedRadioactivityUnits", "'\(unit)' is not a unit of radioactivity", "write MBq")
      return nil
    }
    return value * factor
  }

  /// The DICOM total dose, which is in Bq.
  private mutating func total(_ sidecar: PETSidecar) -> (name: String, value: Double)? {
    number(sidecar, "RadionuclideTotalDose").map { ("RadionuclideTotalDose", $0 * 1e-6) }
  }

  /// Mass times activity per mass, in MBq.
  private mutating func product(_ sidecar: PETSidecar) -> (name: String, value: Double)? {
    guard let mass = number(sidecar, "InjectedMass"), let massUnit = sidecar.text("InjectedMassUnits"),
      let injected = SubstanceUnit.read(massUnit)
    else { return nil }
    for field in ["SpecificRadioactivity", "MolarActivity"] {
      guard let activity = number(sidecar, field), let unit = sidecar.text(field + "Units") else { continue }
      let parts = unit.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2, let factor = RadioactivityUnit.factorToMegabecquerels(parts[0]),
        let per = SubstanceUnit.read(parts[1])
      else {
        warn(
          sidecar, .doseUnit, field + "Units", "'\(unit)' is not an activity per amount of substance",
          "write it such as MBq/nmol or MBq/ug")
        continue
      }
      var amount = mass * injected.factor
      if injected.kind != per.kind {
        // g/mol
        guard let weight = number(sidecar, "TracerMolecularWeight") else { continue }
        amount = per.kind == .mole ? amount / weight : amount * weight
      }
      return ("InjectedMass × \(field)", amount / per.factor * activity * factor)
    }
    return nil
  }

  /// The unit whose prefix makes up for a factor of 1000 to some power.
  private static func prefixed(_ unit: String, thousands: Int) -> String? {
    let prefixes = ["", "k", "M", "G"]
    let own = unit.filter { !$0.isWhitespace }
    guard own.hasSuffix("Bq"), let place = prefixes.firstIndex(of: String(own.dropLast(2))),
      prefixes.indices.contains(place + thousands)
    else { return nil }
    return prefixes[place + thousands] + "Bq"
  }

  static func short(_ value: Double) -> String { NumberText.short(Rounding.significant(value, digits: 4)) }
}

extension Finding.Code {
  package static let doseConsistency = Finding.Code("dose-consistency")
  package static let doseMissing = Finding.Code("dose-missing")
  package static let doseScale = Finding.Code("dose-scale")
  package static let doseUnit = Finding.Code("dose-unit")
  package static let doseUnusual = Finding.Code("dose-unusual")
  package static let doseValue = Finding.Code("dose-value")
}
