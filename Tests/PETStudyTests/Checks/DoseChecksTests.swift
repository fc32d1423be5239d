import PETCore
import PETStudy
import PETTestSupport
import Testing

/// Injected activity as a sidecar tells it: amounts are worked out by hand from 1 mCi = 37 MBq and mass times activity per mass.
struct DoseChecksTests {
  private static func check(_ json: String) throws -> DoseChecks {
    let folder = try TemporaryFolder()
    return DoseChecks(try PETSidecar(path: try folder.write("sub-1_pet.json", "{\(json)}")))
  }

  private static func dose(_ value: String, _ unit: String) -> String {
    #""InjectedRadioactivity": \#(value), "InjectedRadioactivityUnits": "\#(unit)""#
  }

  /// Factors are powers of ten and 37: 1e-12 is rounding.
  @Test(arguments: [("370", "MBq", 370), ("10", "mCi", 370), ("3.7e8", "Bq", 370), ("0.37", "GBq", 370)])
  func unitsBecomeMegabecquerels(value: String, unit: String, expected: Double) throws {
    let found = try Self.check(Self.dose(value, unit))
    #expect(abs((found.megabecquerels ?? .nan) / expected - 1) < 1e-12)
    #expect(found.findings.isEmpty && found.isUsual)
  }

  /// 5 µg of 74 MBq/µg, 1 nmol of 370 MBq/nmol, and 4.2 µg of 420 g/mol (10 nmol) of 37 MBq/nmol are 370 MBq each.
  @Test(arguments: [
    #""InjectedMass": 5, "InjectedMassUnits": "ug", "SpecificRadioactivity": 74, "SpecificRadioactivityUnits": "MBq/ug""#,
    #""InjectedMass": 1, "InjectedMassUnits": "nmol", "MolarActivity": 0.37, "MolarActivityUnits": "GBq/nmol""#,
    #""InjectedMass": 4.2, "InjectedMassUnits": "ug", "MolarActivity": 37, "MolarActivityUnits": "MBq/nmol", "TracerMolecularWeight": 420"#,
    #""InjectedMass": 10, "InjectedMassUnits": "nmol", "SpecificRadioactivity": 1e7, "SpecificRadioactivityUnits": "Bq/ng", "TracerMolecularWeight": 3.7"#,
  ])
  func massTimesActivityIsADose(members: String) throws {
    let alone = try Self.check(members)
    // Without the injected activity the product is what is believed, to rounding.
    #expect(abs((alone.megabecquerels ?? .nan) / 370 - 1) < 1e-12)
    #expect(alone.findings.map(\.code) == [.doseMissing])
    #expect(try Self.check(Self.dose("370", "MBq") + ", " + members).findings.isEmpty)
    let wrong = try Self.check(Self.dose("185", "MBq") + ", " + members)
    #expect(wrong.findings.map(\.code) == [.doseConsistency] && wrong.megabecquerels == 185)
  }

  /// The other amount is believed where a power of a thousand lies between, and the unit that mends it is named.
  @Test(arguments: [
    ("370", "kBq", "3.7e8", "MBq", "1000 times too small"), ("370", "Bq", "3.5e8", "MBq", "1000000 times too small"),
    ("370", "GBq", "3.7e8", "MBq", "1000 times too large"),
  ])
  func aThousandIsTheUnits(value: String, unit: String, total: String, right: String, words: String) throws {
    let found = try Self.check(Self.dose(value, unit) + #", "RadionuclideTotalDose": \#(total)"#)
    let finding = try #require(found.findings.first)
    #expect(finding.code == .doseScale && finding.level == .fault && finding.problem.contains(words))
    #expect(finding.remedy.contains("write \(right) in"))
    #expect(try abs((found.megabecquerels ?? .nan) - 1e-6 * #require(Double(total))) < 1e-9)
  }

  /// 15 % is agreement, 16 % is not, above and below.
  @Test(arguments: [(1.149, true), (1.16, false), (1 / 1.149, true), (1 / 1.16, false)])
  func agreementHasABoundary(ratio: Double, agrees: Bool) throws {
    let found = try Self.check(Self.dose("400", "MBq") + #", "RadionuclideTotalDose": \#(4e8 * ratio)"#)
    #expect(found.findings.isEmpty == agrees && found.megabecquerels == 400)
  }

  @Test(arguments: [
    (#""InjectedRadioactivity": "370", "InjectedRadioactivityUnits": "MBq""#, "dose-value"),
    (dose("0", "MBq"), "dose-value"), (dose("-370", "MBq"), "dose-value"), (dose("null", "MBq"), "dose-missing"),
    (dose(#""n/a""#, "MBq"), "dose-missing"), ("", "dose-missing"), (dose("370", "mg"), "dose-unit"),
    (#""InjectedRadioactivity": 370"#, "dose-unit"), (dose("4.9", "MBq"), "dose-unusual"),
    (dose("3001", "MBq"), "dose-unusual"),
  ])
  func whatIsNoDoseIsTold(members: String, code: String) throws {
    let found = try Self.check(members)
    #expect(found.findings.map(\.code.word) == [code] && found.findings.allSatisfy { $0.level == .warning })
    #expect(!found.isUsual && (found.megabecquerels == nil) == (code != "dose-unusual"))
  }
}
