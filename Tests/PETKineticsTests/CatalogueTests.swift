import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// What holds of every model, by its card.
struct CatalogueTests {
  static let cards = ModelCatalogue.all.map { model in model.card }

  @Test(arguments: cards.map(\.id))
  func cardIsComplete(id: String) throws {
    let card = try ModelCatalogue.named(id).card
    #expect(!card.title.isEmpty && !card.citation.isEmpty && card.sentence.hasSuffix("."))
    #expect(card.doi?.hasPrefix("10.") == true)
    #expect(card.index(of: card.outcome) != nil)
    for parameter in card.parameters {
      #expect(parameter.bounds.contains(parameter.typical), "\(parameter.symbol)")
      #expect(!parameter.meaning.isEmpty)
    }
  }

  /// What a model extends, or takes the compartments of, is a model that predicts the curve and tells the same outcome.
  @Test func relationsAreOfModels() throws {
    let named = Self.cards.flatMap { card in [card.extends, card.kinetics].compactMap { $0 }.map { (card, $0) } }
    #expect(named.count > 8)
    for (card, name) in named {
      let other = try ModelCatalogue.named(name)
      #expect(other.predictsCurve && other.card.index(of: card.outcome) != nil && other.card.id == name, "\(card.id)")
    }
    #expect(ModelCatalogue.extending("SRTM").map { model in model.card.id } == ["SRTMV", "FRTM"])
    #expect(ModelCatalogue.kinetics(of: Logan.self) == nil && ModelCatalogue.kinetics(of: LoganRef.self) == nil)
  }

  /// The names and order of parameters are a contract with whoever reads the tables.
  @Test func parametersAreThoseOfTheContract() {
    let reference = ["BPND", "R1", "k2", "k2a", "k2prime"]
    let expected = [
      "SUV": ["SUV"], "SUVR": ["SUVR"], "SRTM": reference, "SRTM2": reference,
      "SRTMV": ["BPND", "R1", "k2", "k2a", "vBr", "vBt"], "FRTM": ["BPND", "R1", "k2", "k3", "k4"], "MRTM0": reference,
      "MRTM1": reference, "MRTM2": reference, "LoganRef": ["BPND", "intercept"], "PatlakRef": ["Kiref", "V0"],
      "Equilibrium": ["BPND", "BPNDchallenge", "displacement"],
      "lpntPET": ["BPND", "R1", "k2", "k2a", "gamma", "tD", "tP", "alpha", "F", "p"], "1TCM": ["K1", "k2", "vB", "VT"],
      "2TCM": ["K1", "k2", "k3", "k4", "vB", "VT", "VND", "BPND"], "2TCM3k": ["K1", "k2", "k3", "vB", "Ki"],
      "2TCM1k": ["K1", "k2", "k3", "k4", "Kb", "vB", "VT"], "LS2TCM": ["K1", "k2", "k3", "k4", "vB", "VT"],
      "Logan": ["VT", "intercept"], "MA1": ["VT"], "MA2": ["VT", "VND"], "Patlak": ["Ki", "V0"], "FUR": ["FUR"],
      "SIMEVND": ["VND"],
    ]
    #expect(Dictionary(uniqueKeysWithValues: Self.cards.map { ($0.id, $0.parameters.map(\.symbol)) }) == expected)
  }

  /// Every type in Models that has a card is in the catalogue, and the other way round.
  @Test func everyModelFileIsInTheCatalogue() throws {
    let package = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = package.appendingPathComponent("Sources/PETKinetics/Models")
    var found: Set<String> = []
    for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
      let text = try String(contentsOf: folder.appendingPathComponent(file), encoding: .utf8)
      for line in text.split(separator: "\n") where line.hasPrefix("package struct ") && line.contains("Model {") {
        found.insert(String(line.dropFirst("package struct ".count).prefix { $0 != ":" }))
      }
    }
    #expect(found == Set(ModelCatalogue.all.map { model in "\(model)" }))
  }

  @Test func unknownModelOffersTheNearMiss() {
    let error = #expect(throws: PETError.self) { try ModelCatalogue.named("srtm9") }
    #expect(error?.remedy.contains("SRTM") == true)
  }

  /// A model recovers its own parameters from the curve it predicts for them.
  @Test(arguments: ["SRTM", "SRTM2"])
  func recoversItsOwnPrediction(id: String) throws {
    let scan = try ReferenceScan()
    let input = try scan.input(k2prime: 0.06 / 60)
    let fit = try fitted(try ModelCatalogue.named(id), input, scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06))
    let again = try fitted(try ModelCatalogue.named(id), input, fit.1)
    for (a, b) in zip(fit.0.estimates, again.0.estimates) { #expect(abs(a.value / b.value - 1) < 1e-9) }
  }

  /// Every model that predicts the curve itself finds the curve that it predicts, and the same outcome with it.
  ///
  /// Curves to 1e-7 of the peak, far below any noise; outcomes to 1e-4, as rates beside them may slide along a flat valley.
  @Test(
    arguments: ModelCatalogue.all.filter { $0.predictsCurve && !$0.card.needs.contains(.regions) }.map { $0.card.id })
  func findsItsOwnPrediction(id: String) throws {
    let scan = try ReferenceScan()
    let model = try ModelCatalogue.named(id)
    var input = try scan.input(k2prime: 0.06 / 60)
    input.plasma = try scan.plasmaInput()
    let isIrreversible = model.card.outcome == "Ki"
    let curve =
      model.card.needs.contains(.plasma)
      ? scan.twoTissue(k1: 0.3, k2: 0.12, k3: 0.06, k4: isIrreversible ? 0 : 0.03, vB: 0.05)
      : scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06)
    let (first, predicted) = try fitted(model, input, curve)
    let (second, again) = try fitted(model, input, predicted)
    let peak = predicted.max() ?? 0
    #expect(first.status.hasEstimates && second.status.hasEstimates && peak > 0)
    #expect(zip(predicted, again).allSatisfy { abs($0 - $1) < 1e-7 * peak })
    let outcome = model.card.outcome
    #expect(abs(second.estimate(outcome).value / first.estimate(outcome).value - 1) < 1e-4)
  }

  @Test func someModelsPredictTheCurve() { #expect(ModelCatalogue.all.count { $0.predictsCurve } >= 9) }

  private func fitted(_ model: any KineticModel.Type, _ input: ScanInput, _ curve: [Double]) throws -> (
    CurveFit, [Double]
  ) {
    func open<Model: KineticModel>(_: Model.Type) throws -> (CurveFit, [Double]) {
      let kernel = try Model.kernel(for: input)
      let fit = CurveFit(Model.card, kernel: kernel, curve: curve, region: "target", input: input)
      return (fit, kernel.linearization(curve, at: fit.estimates.map(\.value)).predicted)
    }
    return try open(model)
  }
}
