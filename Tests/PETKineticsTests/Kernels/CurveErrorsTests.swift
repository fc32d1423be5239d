import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETKinetics

/// The errors that maps take, which share work between curves, against those of every fit's own linearization.
struct CurveErrorsTests {
  /// A model bound with weights that divide a plot or not, and k2' with an error that it has from the reference.
  struct Case: CustomTestStringConvertible, Sendable {
    let model: String
    let weights: WeightScheme
    var bounds: [String: ClosedRange<Double>] = [:]
    var isReferenceKnown = true

    var testDescription: String { "\(model) \(weights) \(bounds.keys.sorted())\(isReferenceKnown ? "" : " no noise")" }
  }

  private static let models = [
    "SRTM", "SRTM2", "MRTM0", "MRTM1", "MRTM2", "LoganRef", "PatlakRef", "Logan", "MA1", "MA2",
  ]

  static let cases =
    models.flatMap { model in [WeightScheme.counts, .uniform, .duration].map { Case(model: model, weights: $0) } }
    + [
      Case(model: "SRTM", weights: .counts, bounds: ["k2": 1e-4...0.002]),
      Case(model: "SRTM", weights: .counts, bounds: ["R1": 1...1]),
      Case(model: "SRTM2", weights: .counts, bounds: ["BPND": 0...1]),
      Case(model: "SRTM2", weights: .counts, bounds: ["k2": 1e-4...0.001]),
    ]

  private func input(_ test: Case, _ scan: ReferenceScan) throws -> ScanInput {
    var random = SeededGenerator(seed: 11)
    let reference = scan.reference(k2prime: 0.06).map { $0 * (1 + 0.01 * random.normal()) }
    var input = ScanInput(
      frames: scan.frames, reference: reference,
      weights: try FrameWeights(
        scheme: test.weights, frames: scan.frames, wholeCurve: reference, isotope: .carbon11))
    input.k2prime = ReferenceRate(
      value: 0.001, referenceGradient: reference.map { _ in 2e-6 * random.normal() }, ownVariance: 1e-9,
      standardError: 4e-5, origin: "test")
    input.plasma = try scan.plasmaInput()
    input.bounds = test.bounds
    if try ModelCatalogue.named(test.model).card.needs.contains(.linearStart) { input.linearStart = 1200 }
    return input
  }

  /// A rate between nodes is interpolated within 1e-7 of what it is; sums in another order are within 1e-12.
  @Test(arguments: cases)
  func areThoseOfTheLinearization(test: Case) throws {
    let scan = try ReferenceScan()
    let input = try input(test, scan)
    var random = SeededGenerator(seed: 12)
    var compared = 0
    func compare<Model: KineticModel>(_: Model.Type) throws {
      let kernel = try Model.kernel(for: input)
      let errors = kernel.errors(input)
      let general = LinearizedErrors(kernel, input)
      let rules = FitRules(Model.card, input: input)
      let count = Model.card.parameters.count
      for round in 0..<150 {
        let bpnd = 4 * random.uniform()
        let noise = round % 3 == 0 ? 0.2 : 2.0
        let curve = scan.target(bpnd: bpnd, r1: 0.5 + random.uniform(), k2prime: 0.02 + 0.1 * random.uniform())
          .map { $0 + noise * random.normal() }
        var values = [Double](repeating: .nan, count: count)
        var span = values.mutableSpan
        guard rules.fit(kernel, curve.span, into: &span).hasEstimates else { continue }
        var (ours, expected) = (values, values)
        var first = ours.mutableSpan
        var second = expected.mutableSpan
        let isTold = curve.withUnsafeBufferPointer { errors.find($0, at: values.span, into: &first) }
        let shouldBe = curve.withUnsafeBufferPointer { general.find($0, at: values.span, into: &second) }
        #expect(isTold == shouldBe, "round \(round)")
        #expect(errors.freedom == general.freedom)
        for (p, parameter) in Model.card.parameters.enumerated() {
          let isSame = ours[p].isNaN && expected[p].isNaN || abs(ours[p] - expected[p]) <= 1e-6 * expected[p]
          #expect(isSame, "\(parameter.symbol) of round \(round): \(ours[p]) for \(expected[p]) at \(values)")
        }
        if isTold { compared += 1 }
      }
    }
    try compare(ModelCatalogue.named(test.model))
    #expect(compared > 50, "the test would show nothing")
  }
}
