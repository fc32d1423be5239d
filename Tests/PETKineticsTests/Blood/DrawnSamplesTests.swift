import Foundation
import PETCore
import PETKinetics
import PETTestSupport
import Testing

/// What the scatter of blood samples does to an outcome, against realisations of it.
struct DrawnSamplesTests {
  private static let volume = 0.1 / 0.03
  private static let fractionTimes: [Double] = [60, 180, 300, 600, 1200, 1800, 2700, 3600, 5400]
  /// A form of Hill's: unchanged tracer falls to a tenth.
  private static func fraction(_ time: Double) -> Double { 1 - 0.9 * time * time / (time * time + 1000 * 1000) }

  /// Samples whose curve is the input of the reference scan: plasma is its parent over the parent fraction.
  private static func samples() throws -> BloodSamples {
    let input = try ReferenceScan().plasmaInput()
    let joined = PiecewiseLinear(times: [0] + fractionTimes, values: [1] + fractionTimes.map(fraction))
    var samples = BloodSamples()
    samples.parentFraction = .init(times: fractionTimes, values: fractionTimes.map(fraction))
    samples.plasma = .init(times: input.times, values: zip(input.times, input.parent).map { $1 / joined($0) })
    return samples
  }

  private static func fit(_ curve: [Double], _ plasma: PlasmaInput) throws -> (value: Estimate, freedom: Int) {
    var table = CurveTable(frames: try ReferenceScan().frames, names: ["target"], curves: [curve])
    table.isotope = .carbon11
    var settings = FitSettings()
    settings.plasma = plasma
    settings.vB = .fixed(0)
    let fits = try RegionalFits(table, model: OneTissue.self, reference: nil, settings: settings)
    return (fits.fits[0].estimate("VT"), fits.fits[0].freedom)
  }

  /// What was put in is found: of 70 late samples an SD is known to a tenth, of 9 of the parent fraction to a third.
  @Test func scatterIsFound() throws {
    var random = SeededGenerator(seed: 4)
    let put = BloodSamples.Scatter(
      continuous: .init(0), wholeBlood: .init(0), plasma: .init(0.06), parentFraction: .init(0.03))
    var (plasma, fraction) = ([Double](), [Double]())
    for _ in 0..<10 {
      let own = try #require(try Self.samples().drawn(put, &random).scatter(ignoringMetabolites: false))
      plasma.append(own.plasma.value)
      fraction.append(own.parentFraction.value)
    }
    #expect(abs(Moments(plasma).mean - 0.06) < 0.01, "\(plasma)")
    #expect(abs(Moments(fraction).mean - 0.03) < 0.01, "\(fraction)")
    var few = try Self.samples()
    few.plasma = .init(times: [10, 20, 30], values: [1, 5, 3])
    #expect(few.scatter(ignoringMetabolites: true) == nil)
  }

  /// VT with the spread over draws beside its standard error holds the truth as often as limits should.
  ///
  /// Of 400 realisations in 93 to 97 % and two errors of such a count (1.1 %), where the standard error alone does in far fewer; of 40
  /// what chance leaves.
  @Test func limitsHoldTheVolume() throws {
    let count = TestDepth.isFull ? 400 : 40
    let truth = try Self.samples()
    let curve = try ReferenceScan().twoTissue(k1: 0.1, k2: 0.03, vB: 0)
    let scatter = BloodSamples.Scatter(
      continuous: .init(0), wholeBlood: .init(0), plasma: .init(0.08), parentFraction: .init(0.04))
    var random = SeededGenerator(seed: 9)
    var (held, alone) = (0, 0)
    for _ in 0..<count {
      let measured = truth.drawn(scatter, &random)
      let noisy = curve.map { $0 * (1 + 0.03 * random.normal()) }
      let (own, freedom) = try Self.fit(noisy, try InputFunction(measured, InputChoices()).plasmaInput)
      let found = try #require(measured.scatter(ignoringMetabolites: false))
      let drawn = try (0..<64).map { _ in
        try Self.fit(noisy, try InputFunction(measured.drawn(found, &random), InputChoices()).plasmaInput).value.value
      }
      let reach = Quantile.twoSided(level: 0.95, degreesOfFreedom: Double(freedom))
      let off = abs(own.value - Self.volume)
      if off < reach * hypot(own.standardError, DrawSpread.of(drawn)) { held += 1 }
      if off < reach * own.standardError { alone += 1 }
    }
    let (share, before) = (Double(held) / Double(count), Double(alone) / Double(count))
    #expect(TestDepth.isFull ? (0.908...0.992).contains(share) : share > 0.85, "\(share), alone \(before)")
    #expect(before < 0.8, "\(before)")
  }
}
