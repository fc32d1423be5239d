import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// The numbers of every model that predicts the curve itself, on the curve that it predicts with a little noise: a model
/// that is added is tested by being in the catalogue.
struct CatalogueNumbersTests {
  static let models = ModelCatalogue.all.filter { $0.predictsCurve && !$0.card.needs.contains(.regions) }.map {
    $0.card.id
  }

  /// Standard errors are those of refits with every frame moved a little: the inverse of the numerical Hessian, with no
  /// derivative of ours in it.
  ///
  /// 3 %: what the residuals themselves bend is left out of errors by least squares, 2.2 % of those of 2TCM1k at this noise
  /// and less than 1 % elsewhere.
  @Test(arguments: models)
  func errorsAreThoseOfRefits(id: String) throws {
    let test = try Own(id)
    let outcome = test.model.card.outcome
    try #require(test.free.status.hasEstimates && test.free.freedom > 0)
    let residual = (test.free.residualSum / Double(test.free.freedom)).squareRoot()
    let step = 0.2 * residual
    var variance = 0.0
    for frame in test.curve.indices {
      let ends = try [-step, step].map { change in
        var moved = test.curve
        moved[frame] += change
        return try Own.fitted(test.model, test.input, moved).estimate(outcome).value
      }
      let slope = (ends[1] - ends[0]) / (2 * step)
      variance += slope * slope * residual * residual
    }
    let told = test.free.estimate(outcome).standardError
    #expect(abs(told / variance.squareRoot() - 1) < 0.03, "\(id): \(told) told, \(variance.squareRoot()) by refits")
  }

  /// A parameter that is held keeps its value without an error of its own, takes no freedom, and is at no bound.
  @Test(arguments: models)
  func heldParametersAreKnown(id: String) throws {
    let test = try Own(id)
    for parameter in test.model.card.parameters where parameter.fitted {
      let value = 1.02 * test.free.estimate(parameter.symbol).value
      guard value > 0, parameter.bounds.contains(value) else { continue }
      var input = test.input
      input.bounds[parameter.symbol] = value...value
      let fit = try Own.fitted(test.model, input, test.curve)
      let own = fit.estimate(parameter.symbol)
      #expect(abs(own.value / value - 1) < 1e-9 && own.standardError.isNaN, "\(id) \(parameter.symbol) \(own)")
      #expect(fit.freedom == test.free.freedom + 1, "\(id) \(parameter.symbol) \(fit.freedom)")
      #expect(!fit.atBound.contains(parameter.symbol), "\(id) \(parameter.symbol)")
    }
  }

  /// An estimate that its bounds do not hold ends at one of them and is named.
  @Test(arguments: models)
  func boundsHold(id: String) throws {
    let test = try Own(id)
    for parameter in test.model.card.parameters where parameter.fitted {
      let value = test.free.estimate(parameter.symbol).value
      guard value > 0, parameter.bounds.contains(value), !test.free.atBound.contains(parameter.symbol) else { continue }
      var input = test.input
      input.bounds[parameter.symbol] = parameter.bounds.lowerBound...0.9 * value
      let fit = try Own.fitted(test.model, input, test.curve)
      #expect(fit.atBound.contains(parameter.symbol), "\(id) \(parameter.symbol) \(fit.status) \(fit.atBound)")
      #expect(abs(fit.estimate(parameter.symbol).value / (0.9 * value) - 1) < 1e-6, "\(id) \(parameter.symbol)")
    }
  }
}

/// A model with the curve that it predicts and a little noise, and its fit.
private struct Own {
  let model: any KineticModel.Type
  let input: ScanInput
  let curve: [Double]
  let free: CurveFit

  init(_ id: String) throws {
    let scan = try ReferenceScan()
    model = try ModelCatalogue.named(id)
    // Two tissues against one, for the model that tells them apart; else one tissue, by the reference's own plasma.
    let isFull = id == "FRTM"
    var input = try scan.input(
      k2prime: 0.06 / 60, reference: isFull ? scan.twoTissue(k1: 0.1, k2: 0.05, vB: 0) : nil)
    input.plasma = try scan.plasmaInput()
    self.input = input
    let truth =
      switch (id, model.card.outcome) {
      case ("FRTM", _): scan.twoTissue(k1: 0.09, k2: 0.08, k3: 0.06, k4: 0.02, vB: 0)
      case ("lpntPET", _):
        scan.released(bpnd: 1.7, r1: 0.9, k2prime: 0.06, gamma: 0.03, onset: 2400, peak: 3000, sharpness: 1)
      case (_, "Ki"): scan.twoTissue(k1: 0.3, k2: 0.12, k3: 0.06, vB: 0.05)
      case (_, "VT"): scan.twoTissue(k1: 0.3, k2: 0.12, k3: 0.06, k4: 0.03, vB: 0.05)
      default: scan.target(bpnd: 1.7, r1: 0.9, k2prime: 0.06)
      }
    // What the model has and the truth has not gets its typical value: at a bound no error is that of refits.
    let first = try Self.fitted(model, input, truth)
    let values = zip(model.card.parameters, first.estimates).map { parameter, estimate in
      first.atBound.contains(parameter.symbol) ? parameter.typical : estimate.value
    }
    // Residuals that are noise alone: on them the sum is a parabola.
    let predicted = try Self.predicted(model, input, truth, at: values)
    var random = SeededGenerator(seed: 7)
    // Beside it the errors of a reference curve that is exact are nothing; two tissues against one are told by less alone.
    let noise = (isFull ? 5e-5 : 2e-3) * (predicted.max() ?? 1)
    curve = predicted.map { $0 + noise * random.normal() }
    free = try Self.fitted(model, input, curve)
  }

  static func fitted(_ model: any KineticModel.Type, _ input: ScanInput, _ curve: [Double]) throws -> CurveFit {
    func open<Model: KineticModel>(_: Model.Type) throws -> CurveFit {
      CurveFit(Model.card, kernel: try Model.kernel(for: input), curve: curve, region: "target", input: input)
    }
    return try open(model)
  }

  private static func predicted(
    _ model: any KineticModel.Type, _ input: ScanInput, _ curve: [Double], at values: [Double]
  ) throws -> [Double] {
    func open<Model: KineticModel>(_: Model.Type) throws -> [Double] {
      try Model.kernel(for: input).linearization(curve, at: values).predicted
    }
    return try open(model)
  }
}
