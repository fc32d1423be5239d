import Foundation
import PETCore
import PETStudy
import PETTestSupport
import Testing

/// What a sidecar says of decay, on three frames of C-11 (half-life 20.361 min): 0, 300 and 600 s after TimeZero, 300 s each.
struct DecayStateTests {
  private static let (starts, length) = ([0.0, 300, 600], 300.0)

  /// The factor of a frame for correction to a time: λ d e^(λ (s - t)) / (1 - e^(-λ d)), of the integral of the decay.
  private static func factors(to time: Double, halfLife: Double = 20.361 * 60) -> [Double] {
    let rate = log(2) / halfLife
    return starts.map { rate * length * exp(rate * ($0 - time)) / (1 - exp(-rate * length)) }
  }

  private static func timing(_ members: String) throws -> (timing: ScanTiming, findings: [Finding]) {
    let folder = try TemporaryFolder()
    let separator = members.isEmpty ? "" : ", "
    let path = try folder.write(
      "sub-1_pet.json",
      """
      {"FrameTimesStart": [0, 300, 600], "FrameDuration": [300, 300, 300], "Units": "kBq/mL",
       "TracerRadionuclide": "C11"\(separator)\(members)}
      """)
    let timing = try ScanTiming(try PETSidecar(path: path))
    let codes: Set<Finding.Code> = [.decayState, .decayTime, .decayFactors, .halfLife]
    return (timing, timing.findings.filter { codes.contains($0.code) })
  }

  private static func list(_ factors: [Double]) -> String {
    "[" + factors.map { "\($0)" }.joined(separator: ", ") + "]"
  }

  /// Whether frames are corrected, by BIDS, by DICOM's word, or by its list of corrections; what speaks against each other is
  /// a fault, what is not said plainly is told.
  @Test(arguments: [
    (#""ImageDecayCorrected": true"#, true, ""), (#""ImageDecayCorrected": false"#, false, ""),
    (#""DecayCorrection": "START""#, true, "note"), (#""DecayCorrection": "none""#, false, "note"),
    (#""DecayCorrection": " ADMIN ""#, true, "note"), (#""CorrectedImage": ["decy", "ATTN"]"#, true, "warning"),
    (#""CorrectedImage": ["ATTN"]"#, false, "note"), ("", true, "warning"),
    (#""DecayCorrection": "YES""#, true, "warning warning"), (#""CorrectedImage": []"#, true, "warning"),
    (#""ImageDecayCorrected": true, "DecayCorrection": "NONE""#, true, "fault"),
    (#""ImageDecayCorrected": false, "DecayCorrection": "START""#, false, "fault"),
    (#""ImageDecayCorrected": true, "CorrectedImage": ["ATTN"]"#, true, "fault"),
    (#""DecayCorrection": "NONE", "CorrectedImage": ["DECY"]"#, false, "fault note"),
  ])
  func stated(members: String, isCorrected: Bool, levels: String) throws {
    let (timing, findings) = try Self.timing(members)
    #expect(findings.map(\.level.rawValue).joined(separator: " ") == levels)
    #expect(findings.allSatisfy { $0.code == .decayState && $0.castsDoubt == ($0.level == .fault) })
    let expected = isCorrected ? [1, 1, 1] : Self.factors(to: 0)
    // One exponential and its integral: 1e-12 is rounding.
    for (value, own) in zip(timing.activity([1, 1, 1]), expected) { #expect(abs(value / own - 1) < 1e-12) }
  }

  @Test(arguments: [#""true""#, "1", #""yes""#])
  func trueIsNoText(value: String) {
    let error = #expect(throws: PETError.self) { try Self.timing(#""ImageDecayCorrected": \#(value)"#) }
    #expect(error?.field == "ImageDecayCorrected")
  }

  /// Frames corrected to the scan's start, one half-life after TimeZero and injection, have half the activity of then.
  @Test func toTheStartOfTheScan() throws {
    let (timing, _) = try Self.timing(#""DecayCorrection": "START", "ScanStart": 1221.66"#)
    // The correction is of a moment, taken over 1 µs of a half-life: 1e-6 is ample.
    #expect(timing.activity([1, 1, 1]).allSatisfy { abs($0 - 2) < 1e-6 })
    let (own, _) = try Self.timing(#""DecayCorrection": "ADMIN", "InjectionStart": -1221.66"#)
    #expect(own.activity([1, 1, 1]) == [1, 1, 1])
  }

  /// Clocks agree to 60 s.
  @Test(arguments: [(59, 0), (61, 1), (-61, 1)])
  func aTimeBesideTheWord(time: Int, count: Int) throws {
    let (_, findings) = try Self.timing(
      #""ImageDecayCorrected": true, "DecayCorrection": "START", "ImageDecayCorrectionTime": \#(time)"#)
    #expect(findings.filter { $0.code == .decayTime && $0.castsDoubt }.count == count)
  }

  /// Factors to another time than what is stated tell how far it is, a fault beyond two minutes; within 3 % they agree.
  @Test(arguments: [
    (0.0, nil as String?), (-40, nil), (-100, "100 s before"), (-300, "300 s before"), (300, "300 s after"),
  ])
  func factorsAgainstTimes(time: Double, words: String?) throws {
    let (_, findings) = try Self.timing(
      #""ImageDecayCorrected": true, "ImageDecayCorrectionTime": 0, "DecayCorrectionFactor": \#(Self.list(Self.factors(to: time)))"#
    )
    #expect(findings.map(\.code) == (words == nil ? [] : [.decayFactors]))
    #expect(findings.first?.level == words.map { _ in abs(time) > 120 ? .fault : .warning })
    #expect(words.map { findings.first?.problem.contains($0) == true } ?? true)
  }

  /// Where no time is stated the factors tell it: here that of the injection, to which activity belongs anyway.
  @Test func factorsTellTheTime() throws {
    let (timing, findings) = try Self.timing(
      #""ImageDecayCorrected": true, "InjectionStart": -600, "DecayFactor": \#(Self.list(Self.factors(to: -600)))"#)
    #expect(findings.isEmpty && timing.activity([1, 1, 1]) == [1, 1, 1])
  }

  /// Ratios between frames are the isotope's: those of F-18, or of frames in another order, are not; one number is of no frame.
  @Test func factorsOfAnotherIsotope() throws {
    let other = Self.factors(to: 0, halfLife: 1.8288 * 3600)
    for factors in [other, Self.factors(to: 0).reversed()] {
      let (_, findings) = try Self.timing(
        #""ImageDecayCorrected": true, "DecayCorrectionFactor": \#(Self.list(factors))"#)
      #expect(findings.map(\.code) == [.decayFactors] && findings.map(\.level) == [.warning])
    }
    for few in ["1.9", "[1.9]", "[1.9, 1.9]", "[0, 1, 2]", #""n/a""#] {
      #expect(try Self.timing(#""ImageDecayCorrected": true, "DecayCorrectionFactor": \#(few)"#).findings.isEmpty)
    }
  }

  /// C-11 has 1221.66 s: 1 % is another table's.
  ///
  /// It is no doubt where frames are corrected already.
  @Test(arguments: [("1233", 0), ("1210", 0), ("1235", 1), ("6583.68", 1), (#""1235""#, 0)])
  func halfLives(value: String, count: Int) throws {
    for isCorrected in [true, false] {
      let (_, findings) = try Self.timing(
        #""ImageDecayCorrected": \#(isCorrected), "RadionuclideHalfLife": \#(value)"#)
      #expect(findings.map(\.code) == Array(repeating: .halfLife, count: count))
      #expect(findings.allSatisfy { $0.castsDoubt != isCorrected })
    }
  }
}
