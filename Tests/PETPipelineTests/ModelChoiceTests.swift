import Foundation
import PETBinding
import PETCore
import PETKinetics
import PETPipeline
import PETResults
import PETTestSupport
import Testing

/// A model that follows where another tells nothing: region by region, and never in silence.
struct ModelChoiceTests {
  /// One region that the two-tissue model describes, one that ends at the bound of k4, and one without activity.
  private static func fits(_ model: any KineticModel.Type) throws -> RegionalFits {
    let scan = try ReferenceScan()
    let curves = [
      scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.03, vB: 0.05),
      scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.06, k4: 0.01, vB: 0.05), scan.frames.starts.map { _ in 0 },
    ]
    var table = CurveTable(frames: scan.frames, names: ["told", "bound", "empty"], curves: curves)
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.plasma = try scan.plasmaInput()
    settings.vB = model.card.canFitBlood ? .fitted : .fixed(0.05)
    if model.card.id == "2TCM" { settings.bounds["k4"] = 0.02 / 60...2.0 / 60 }
    return try RegionalFits(table, model: model, reference: nil, settings: settings)
  }

  @Test func theFirstThatIsReliable() throws {
    let (first, second) = (try Self.fits(TwoTissue.self), try Self.fits(MA1.self))
    #expect(first.fits[1].atBound == ["k4"])
    let chosen = ModelChoice(otherwise: "MA1", rule: .reliable).choose(first, second, measure: "VT")
    #expect(chosen.fits.map(\.card.id) == ["2TCM", "MA1", "2TCM"])
    #expect(chosen.fits[1].notes.contains("MA1, as 2TCM is atBound (k4)"), "\(chosen.fits[1].notes)")
    #expect(chosen.findings.contains { $0.code.word == "other-model" && $0.value == "1" })
    // Without a region to stand in for, nothing is said.
    let alone = ModelChoice(otherwise: "MA1", rule: .reliable).choose(second, first, measure: "VT")
    #expect(
      alone.fits.map(\.card.id) == ["MA1", "MA1", "MA1"] && !alone.findings.contains { $0.code.word == "other-model" })
    // The table has both models' parameters, and says whose a row is; a row lacks what its model has not.
    let table = KinparTable(chosen, level: 0.95)
    let rows = Array(table.rows)
    func cell(_ row: Int, _ column: String) throws -> String {
      try #require(table.columns.first { $0.name == column }).cell(rows[row])
    }
    #expect(try (0..<3).map { try cell($0, "model") } == ["2TCM", "MA1", "2TCM"])
    #expect(try cell(1, "K1").contains("n/a") && cell(0, "K1") != "NaN")
    #expect(try Double(cell(1, "VT")) == second.fits[1].estimate("VT").value)
    #expect(table.sidecar([])["Otherwise"]?["Regions"]?.list?.compactMap(\.string) == ["bound"])
    let binding = BindingTable(chosen, measure: "VT", level: 0.95, tracer: nil, source: "a")
    #expect(binding.rows.map(\.ending.model) == [nil, "MA1", nil] && binding.rows[1].ending.verdict == .reliable)
    // Each model's curves are in a space of their own.
    #expect(chosen.byModel.map { $0.fits.map { $0.points != nil } } == [[true, false, false], [false, true, false]])
  }

  @Test func theLowerCriterion() throws {
    let (first, second) = (try Self.fits(TwoTissueIrreversible.self), try Self.fits(TwoTissueIrreversible.self))
    let same = ModelChoice(otherwise: "2TCM3k", rule: .aic).choose(first, second, measure: "Ki")
    #expect(!same.findings.contains { $0.code.word == "other-model" })
    // One tissue where two are: the criterion decides for two.
    let (one, two) = (try Self.fits(OneTissue.self), try Self.fits(TwoTissue.self))
    let chosen = ModelChoice(otherwise: "2TCM", rule: .aic).choose(one, two, measure: "VT")
    #expect(chosen.fits[0].card.id == "2TCM" && chosen.fits[0].notes[0].hasPrefix("2TCM, AIC "))
    let kept = ModelChoice(otherwise: "2TCM", rule: .reliable).choose(one, two, measure: "VT")
    #expect(kept.fits[0].card.id == (one.fits[0].status == .converged ? "1TCM" : "2TCM"))
  }

  /// Limits of fits have a level of their own.
  @Test func levelOfFits() throws {
    let text = """
      name: level
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      models: {level: 0.9, dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}
      balance: {level: 0.99}
      """
    let definition = try PipelineLoader.parse(text, file: "level.yaml")
    #expect(definition.fitLevel == 0.9 && definition.balance.level == 0.99)
    let usual = try PipelineLoader.parse(text.replacing("level: 0.9, ", with: ""), file: "level.yaml")
    #expect(usual.fitLevel == 0.95)
  }

  private static func faults(_ serotonin: String) -> String {
    do throws(PETError) {
      _ = try PipelineLoader.parse(
        """
        name: choice
        read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
        models: {dopamine: {model: 2TCM}, serotonin: \(serotonin)}
        balance: {measure: VT}
        """, file: "choice.yaml")
      return ""
    } catch { return "\(error)" }
  }

  @Test(arguments: [
    ("{model: 2TCM, otherwise: MA1, tstar: 30}", ""), ("{model: 2TCM, otherwise: 1TCM, choose: aic}", ""),
    ("{model: 2TCM, otherwise: MA7}", "there is no model 'MA7'"),
    ("{model: 2TCM, otherwise: 2TCM}", "the model itself"),
    ("{model: 2TCM, otherwise: SRTM}", "needs what 2TCM has not: reference curve"),
    ("{model: 2TCM, otherwise: Patlak}", "Patlak gives Ki, 2TCM VT"),
    ("{model: 2TCM, choose: aic}", "nothing to choose"),
    ("{model: 2TCM, otherwise: MA1, choose: aic}", "the AIC of MA1 is that of its plot"),
    ("{model: 2TCM, otherwise: MA1, choose: best}", "choose"), ("{model: 2TCM, tstar: 30}", "does not use it"),
  ])
  func pipelines(_ role: String, _ words: String) {
    let printed = Self.faults(role)
    #expect(words.isEmpty ? printed.isEmpty : printed.contains(words), "\(printed)")
  }
}
