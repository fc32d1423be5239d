import Foundation
import PETCore
import PETKinetics
import PETTestSupport

/// Time of one regional fit with its standard errors, for every model, on one core.
///
/// Curves: 500 noisy ones of a 90 min scan with 33 frames and an input of 90 samples. Each model fits all of them; the
/// shortest of five rounds counts. `prepare` is what a scan costs once. Arguments name models; all of them without.
@main
enum FitBenchmark {
  static func main() throws {
    let scan = try ReferenceScan()
    let count = 500
    var random = SeededGenerator(seed: 1)
    func noisy(_ curve: [Double]) -> [Double] { curve.map { $0 + 0.3 * random.normal() } }
    let targets = (0..<count).map { i in
      noisy(scan.target(bpnd: 0.5 + 2 * Double(i) / Double(count), r1: 0.9, k2prime: 0.06))
    }
    let twoTissue = (0..<count).map { i in
      noisy(scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.02 + 0.06 * Double(i) / Double(count), k4: 0.03, vB: 0.05))
    }
    let reference = noisy(scan.reference(k2prime: 0.06))
    let weights = try FrameWeights(scheme: .counts, frames: scan.frames, wholeCurve: reference, isotope: .carbon11)
    var input = ScanInput(frames: scan.frames, reference: reference, weights: weights)
    input.k2prime = ReferenceRate(given: 0.001, frames: scan.frames.count)
    input.plasma = try scan.plasmaInput()
    input.dosePerGram = 5
    input.linearStart = 1200
    print("model\tprepare-ms\tfit-us\tfit-with-errors-us")
    let wanted = CommandLine.arguments.dropFirst()
    for model in ModelCatalogue.all where !model.card.needs.contains(.regions) {
      guard wanted.isEmpty || wanted.contains(model.card.id) else { continue }
      var own = input
      if !model.card.needs.contains(.linearStart) { own.linearStart = 0 }
      if model.card.needs.contains(.window) { own.window = 2400...5400 }
      try measure(model, own, model.card.needs.contains(.plasma) ? twoTissue : targets)
    }
  }

  private static func measure(_ model: any KineticModel.Type, _ input: ScanInput, _ curves: [[Double]]) throws {
    func open<Model: KineticModel>(_: Model.Type) throws {
      let clock = ContinuousClock()
      var prepare = Double.infinity
      for _ in 0..<5 { prepare = min(prepare, seconds(try clock.measure { _ = try Model.kernel(for: input) })) }
      let kernel = try Model.kernel(for: input)
      var bare = Double.infinity
      var whole = Double.infinity
      var estimates = [Double](repeating: 0, count: Model.card.parameters.count)
      var sum = 0.0
      for _ in 0..<5 {
        bare = min(
          bare,
          seconds(
            clock.measure {
              for curve in curves {
                var span = estimates.mutableSpan
                _ = kernel.fit(curve.span, into: &span)
                sum += span[0]
              }
            }))
        whole = min(
          whole,
          seconds(
            clock.measure {
              for curve in curves {
                sum += CurveFit(Model.card, kernel: kernel, curve: curve, region: "", input: input).estimates[0].value
              }
            }))
      }
      precondition(!sum.isNaN)
      let each = 1e6 / Double(curves.count)
      print(
        [Model.card.id, format(prepare * 1e3, 2), format(bare * each, 1), format(whole * each, 1)]
          .joined(separator: "\t"))
    }
    try open(model)
  }

  private static func seconds(_ duration: Duration) -> Double {
    Double(duration.components.seconds) + Double(duration.components.attoseconds) * 1e-18
  }

  private static func format(_ value: Double, _ decimals: Int) -> String { NumberText.fixed(value, decimals: decimals) }
}
