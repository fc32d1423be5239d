import PETCore
import Testing

struct AmountUnitsTests {
  /// 1 Ci is 37 GBq by definition.
  @Test(arguments: [
    ("Bq", 1e-6), ("kBq", 1e-3), ("MBq", 1), ("GBq", 1000), ("Ci", 37_000), ("mCi", 37), ("uCi", 0.037),
    ("\u{b5}Ci", 0.037), ("\u{3bc}Ci", 0.037), ("nCi", 3.7e-5), (" M Bq\n", 1), ("MBQ", 1),
  ])
  func activity(name: String, factor: Double) {
    let found = RadioactivityUnit.factorToMegabecquerels(name) ?? .nan
    #expect(abs(found / factor - 1) < 1e-15)
  }

  @Test(arguments: ["", "MBq/kg", "kBq/mL", "counts", "mBq", "Bq2", "MCi", "pBq"])
  func noActivity(name: String) { #expect(RadioactivityUnit.factorToMegabecquerels(name) == nil) }

  @Test(arguments: [
    ("g", SubstanceUnit.Kind.gram, 1.0), ("kg", .gram, 1e3), ("mg", .gram, 1e-3), ("ug", .gram, 1e-6),
    ("mcg", .gram, 1e-6), ("\u{b5}g", .gram, 1e-6), ("\u{3bc}g", .gram, 1e-6), ("ng", .gram, 1e-9),
    ("pg", .gram, 1e-12),
    ("mol", .mole, 1), ("mmol", .mole, 1e-3), ("umol", .mole, 1e-6), ("n mol", .mole, 1e-9), ("pmol", .mole, 1e-12),
  ])
  func substance(name: String, kind: SubstanceUnit.Kind, factor: Double) {
    let found = SubstanceUnit.read(name)
    #expect(found?.kind == kind && found?.factor == factor)
  }

  @Test(arguments: ["", "m", "ml", "nmol/g", "g/mol", "MBq", "deg", "Mmol", "G"])
  func noSubstance(name: String) { #expect(SubstanceUnit.read(name) == nil) }
}
