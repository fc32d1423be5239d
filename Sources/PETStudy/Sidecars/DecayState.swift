import Foundation
package import PETCore

/// What a sidecar says of decay: whether the frames are corrected for it, to which time, and what contradicts that.
///
/// BIDS says it by `ImageDecayCorrected` and `ImageDecayCorrectionTime`; sidecars made from DICOM by `DecayCorrection` (NONE,
/// START: to the start of the series, ADMIN: to the injection), the list of corrections (`CorrectedImage`, with DECY) and the
/// factors that were applied.
package struct DecayState {
  /// Nil when nothing is said.
  private(set) var isCorrected: Bool?
  /// s after TimeZero.
  private(set) var reference = 0.0
  private(set) var findings: [Finding] = []

  /// Frames as the sidecar has them: s after TimeZero.
  typealias Frames = (starts: [Double], durations: [Double])

  init(_ sidecar: PETSidecar, frames: Frames, injection: Double, isotope: Isotope?) throws(PETError) {
    if let stated = sidecar["ImageDecayCorrected"], stated != .null, stated.bool == nil {
      throw PETError(
        .wrongInput, field: "ImageDecayCorrected", "\(stated.text.trimmed) is not true or false",
        remedy: "write true or false without quotes")
    }
    let stated = sidecar["ImageDecayCorrected"]?.bool
    let word = sidecar.text("DecayCorrection")?.trimmed.uppercased()
    let scanStart = try sidecar.number("ScanStart")
    let toScan = scanStart ?? frames.starts.first ?? 0
    let dicom: (isCorrected: Bool, reference: Double)?
    switch word {
    case "NONE"?: dicom = (false, 0)
    case "START"?: dicom = (true, toScan)
    case "ADMIN"?: dicom = (true, injection)
    default:
      dicom = nil
      if let word, !word.isEmpty, word != "N/A" {
        findings.append(
          Finding(
            .warning, .decayState, field: "DecayCorrection", value: word, "'\(word)' is not NONE, START or ADMIN",
            remedy: "say by ImageDecayCorrected whether the frames are corrected for decay"))
      }
    }
    let done = sidecar["CorrectedImage"]?.list?.compactMap { $0.string?.uppercased() } ?? []
    let listed: Bool? = done.isEmpty ? nil : done.contains("DECY")
    isCorrected = stated ?? dicom?.isCorrected ?? listed
    if let said = stated ?? dicom?.isCorrected, let listed, said != listed {
      findings.append(
        Finding(
          .fault, .decayState, field: "CorrectedImage", value: done.joined(separator: ", "),
          "the list of corrections has \(listed ? "" : "no ")DECY, where the frames are said to be \(said ? "" : "not ")"
            + "corrected for decay", remedy: "correct the one that is wrong", castsDoubt: true))
    }
    if let stated, let dicom, stated != dicom.isCorrected {
      findings.append(
        Finding(
          .fault, .decayState, field: "ImageDecayCorrected", value: "\(stated)",
          "ImageDecayCorrected is \(stated), DecayCorrection \(word ?? "")", remedy: "correct the one that is wrong",
          castsDoubt: true))
    } else if isCorrected == nil {
      findings.append(
        Finding(
          .warning, .decayState, field: "ImageDecayCorrected", value: "n/a", "the decay state is not stated",
          remedy: "values are taken as corrected to injection"))
    } else if stated == nil, dicom == nil, let listed {
      findings.append(
        Finding(
          listed ? .warning : .note, .decayState, field: "CorrectedImage", value: done.joined(separator: ", "),
          "the list of corrections has \(listed ? "" : "no ")DECY: the frames are taken as \(listed ? "" : "not ")"
            + "corrected for decay", remedy: "state ImageDecayCorrected as well"))
    } else if stated == nil, let word {
      findings.append(
        Finding(
          .note, .decayState, field: "DecayCorrection", value: word,
          "DecayCorrection \(word) is what says the decay state", remedy: "state ImageDecayCorrected as well"))
    }
    let time = try sidecar.number("ImageDecayCorrectionTime")
    reference = time ?? (dicom?.isCorrected == true && isCorrected == true ? dicom?.reference : nil) ?? 0
    if let time, let dicom, dicom.isCorrected, isCorrected == true, abs(time - dicom.reference) > Self.rounding {
      findings.append(
        Finding(
          .warning, .decayTime, field: "ImageDecayCorrectionTime", value: NumberText.short(time),
          "\(NumberText.short(time)) s, where DecayCorrection \(word ?? "") means \(NumberText.short(dicom.reference)) s",
          remedy: "correct the one that is wrong", castsDoubt: true))
    }
    if let isotope {
      checkHalfLife(sidecar, isotope)
      if isCorrected != false {
        let isFree = time == nil && dicom == nil
        try checkFactors(sidecar, frames, isotope, others: isFree ? [toScan, injection] : [])
      }
    }
  }

  /// Clocks and written times agree to this, s.
  private static let rounding = 60.0
  /// Factors agree to this share: rounding, and half-lives of other tables.
  private static let agreement = 0.03
  /// Beyond this, s, a factor and the times cannot both be right.
  static let sure = 120.0

  private mutating func checkHalfLife(_ sidecar: PETSidecar, _ isotope: Isotope) {
    guard let stated = sidecar["RadionuclideHalfLife"]?.double, abs(stated / isotope.halfLife - 1) > 0.01 else {
      return
    }
    findings.append(
      Finding(
        .warning, .halfLife, field: "RadionuclideHalfLife", value: NumberText.short(stated),
        "\(NumberText.short(stated)) s is not the half-life of \(isotope.rawValue), "
          + "\(NumberText.short(Rounding.significant(isotope.halfLife, digits: 5))) s",
        remedy: "correct the isotope or the half-life",
        // Where frames are corrected here, with that half-life.
        castsDoubt: isCorrected == false))
  }

  /// The factors that were applied, against those that the frames' times give.
  ///
  /// - Parameter others: times that the frames may be corrected to where no time is stated.
  private mutating func checkFactors(_ sidecar: PETSidecar, _ frames: Frames, _ isotope: Isotope, others: [Double])
    throws(PETError)
  {
    for field in ["DecayCorrectionFactor", "DecayFactor"] {
      // A single number is the factor of whatever frame a converter met first.
      guard let stated = try? sidecar.numbers(field), stated.count > 1, stated.count == frames.starts.count,
        stated.allSatisfy({ $0 > 0 })
      else { continue }
      func ratios(_ reference: Double) -> [Double] {
        stated.indices.map { i in
          stated[i] / isotope.decayCorrection(start: frames.starts[i] - reference, duration: frames.durations[i])
        }
      }
      let own = ratios(reference)
      guard let least = own.min(), let most = own.max() else { continue }
      let worst = own.indices.max { abs(own[$0] / own[0] - 1) < abs(own[$1] / own[0] - 1) } ?? 0
      func tell(_ level: Finding.Level, _ place: Int, _ problem: String, _ remedy: String) {
        findings.append(
          Finding(
            level, .decayFactors, field: "\(field)[\(place + 1)]", value: NumberText.short(stated[place]), problem,
            remedy: remedy, castsDoubt: true))
      }
      // Whatever they are corrected to, the frames' own ratios must be those of their times.
      if most / least > 1.05 {
        let computed = stated[worst] / own[worst] * own[0]
        tell(
          .warning, worst,
          "frames and half-life of \(isotope.rawValue) give \(NumberText.short(Rounding.significant(computed, digits: 4)))",
          "check frame times, their order, and the isotope")
        return
      }
      guard abs(own[0] - 1) > Self.agreement else { return }
      // Where no time is stated the factors tell it.
      if let other = others.first(where: { abs(ratios($0)[0] - 1) <= Self.agreement }) {
        reference = other
        return
      }
      let before = log2(own[0]) * isotope.halfLife
      let seconds = NumberText.short(abs(before).rounded())
      tell(
        abs(before) > Self.sure ? .fault : .warning, 0,
        "frame times give \(NumberText.short(Rounding.significant(stated[0] / own[0], digits: 4))): the frames were "
          + "corrected to a time \(seconds) s \(before > 0 ? "before" : "after") what is stated",
        before > 0
          ? "if the scan was late, state InjectionStart (s after TimeZero, negative) and ImageDecayCorrectionTime"
          : "correct ImageDecayCorrectionTime or the frame times")
      return
    }
  }
}

extension Finding.Code {
  package static let decayFactors = Finding.Code("decay-factors")
  package static let decayState = Finding.Code("decay-state")
  package static let decayTime = Finding.Code("decay-time")
  package static let halfLife = Finding.Code("half-life")
}
