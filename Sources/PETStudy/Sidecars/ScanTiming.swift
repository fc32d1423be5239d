package import PETCore

/// How the stored values of a scan become activity on frames: times from injection, kBq/mL, decay corrected.
package struct ScanTiming: Sendable {
  /// Every stored frame, times from injection in s (a frame may begin before it).
  private let starts: [Double]
  private let durations: [Double]
  /// Stored unit to kBq/mL and to injection time, one factor for each stored frame.
  private let factors: [Double]
  /// Stored frames that end after injection.
  private let kept: [Int]
  /// The schedule of the kept frames.
  package let frames: FrameSchedule
  package let isotope: Isotope?
  package private(set) var findings: [Finding] = []

  package var storedFrames: Int { starts.count }

  /// - Parameters:
  ///   - timing: starts and durations from a table's own columns; the sidecar's lists when nil.
  package init(
    _ sidecar: PETSidecar, timing: (starts: [Double], durations: [Double])? = nil, isotope given: Isotope? = nil
  )
    throws(PETError)
  {
    do throws(PETError) {
      try self.init(checked: sidecar, timing: timing, given: given)
    } catch {
      throw error.at(file: sidecar.file)
    }
  }

  private init(checked sidecar: PETSidecar, timing: (starts: [Double], durations: [Double])?, given: Isotope?)
    throws(PETError)
  {
    var found = sidecar.findings
    let injection = try sidecar.number("InjectionStart") ?? 0
    var (starts, durations) = timing ?? ([], [])
    if timing == nil { (starts, durations) = try Self.schedule(of: sidecar, findings: &found) }
    // The schedule is checked as it stands before anything is left out.
    _ = try FrameSchedule(starts: starts, durations: durations)
    if let finding = FrameSchedule.startsFinding(starts: starts, durations: durations) { found.append(finding) }
    if let finding = InjectionClock.finding(sidecar, first: starts.first ?? 0, injection: injection) {
      found.append(finding)
    }
    let isotope = given ?? sidecar.isotope
    let state = try DecayState(
      sidecar, frames: (starts, durations), injection: injection, isotope: isotope)
    found += state.findings
    starts = starts.map { $0 - injection }
    if injection != 0 {
      found.append(
        Finding(
          .note, .injectionStart, field: "InjectionStart", value: NumberText.short(injection),
          "injection is \(NumberText.short(injection)) s after TimeZero", remedy: "times are counted from injection"))
    }

    let factor = Self.activityFactor(sidecar, findings: &found)
    let kept = starts.indices.filter { starts[$0] + durations[$0] > FrameSchedule.overlapTolerance }
    guard !kept.isEmpty else {
      throw PETError(
        .wrongInput, field: "InjectionStart", "every frame ends before injection", remedy: "check the timing fields")
    }
    if kept.count < starts.count {
      found.append(
        Finding(
          .warning, .beforeInjection, field: "FrameTimesStart", value: "\(starts.count - kept.count)",
          "\(starts.count - kept.count) frames end before injection", remedy: "they are left out"))
    }
    if let first = kept.first, starts[first] < -FrameSchedule.overlapTolerance {
      let (before, whole) = (-starts[first], durations[first])
      found.append(
        Finding(
          .note, .beforeInjection, field: "FrameTimesStart[\(first + 1)]",
          value: NumberText.short(starts[first] + injection),
          "\(NumberText.short(before)) s of the frame's \(NumberText.short(whole)) s lie before injection",
          remedy: "its activity is that of the rest: multiplied by "
            + NumberText.short(Rounding.significant(whole / (whole - before), digits: 4))))
    }
    let decay = try Self.decayFactors(
      sidecar, state, starts: starts, durations: durations, injection: injection, isotope: isotope, findings: &found)
    let factors = starts.indices.map { i -> Double in
      // A frame that straddles injection: activity was 0 before, so its mean after injection is larger.
      let before = starts[i] < 0 && starts[i] + durations[i] > FrameSchedule.overlapTolerance ? -starts[i] : 0
      return factor * decay[i] * durations[i] / (durations[i] - before)
    }
    self.starts = starts
    self.durations = durations
    self.factors = factors
    self.kept = kept
    frames = try FrameSchedule(
      starts: kept.map { max(0, starts[$0]) }, durations: kept.map { durations[$0] - max(0, -starts[$0]) })
    self.isotope = isotope
    let hasOdd = found.contains { $0.code == .frameStarts }
    findings = (found + frames.findings(isotope: isotope).filter { !hasOdd || $0.code != .frameGaps })
      .map { $0.at(file: sidecar.file) }
  }

  /// Starts and durations as the sidecar lists them, s.
  private static func schedule(of sidecar: PETSidecar, findings: inout [Finding]) throws(PETError) -> (
    starts: [Double], durations: [Double]
  ) {
    func list(_ field: String, _ remedy: String) throws(PETError) -> [Double] {
      if let numbers = try sidecar.numbers(field) { return numbers }
      throw PETError(.wrongInput, field: field, "the sidecar does not have it", remedy: remedy)
    }
    let starts = try list("FrameTimesStart", "give the start of each frame in s")
    let durations = try list("FrameDuration", "give the duration of each frame in s")
    if let scanStart = try sidecar.number("ScanStart"), let first = starts.first, scanStart != 0, first == 0 {
      findings.append(
        Finding(
          .warning, .scanStart, field: "ScanStart", value: NumberText.short(scanStart),
          "the scan starts \(NumberText.short(scanStart)) s after TimeZero but its first frame at 0",
          remedy: "FrameTimesStart is taken as counted from TimeZero"))
    }
    return (starts, durations)
  }

  /// Stored unit of activity to kBq/mL; what is not known of it or of the isotope is told.
  private static func activityFactor(_ sidecar: PETSidecar, findings: inout [Finding]) -> Double {
    if let name = sidecar.text("TracerRadionuclide"), sidecar.isotope == nil { findings.append(.isotope(name)) }
    let unit = sidecar.text("Units") ?? sidecar["radioactivity"]?["Units"]?.string
    if let factor = unit.flatMap(ActivityUnit.factorToInternal) { return factor }
    findings.append(
      Finding(
        .warning, .units, field: "Units", value: unit ?? "n/a",
        unit.map { "'\($0)' is not a unit of activity concentration" } ?? "the unit of activity is not stated",
        remedy: "values are taken as kBq/mL; ratios do not depend on it"))
    return 1
  }

  /// Factors that bring every frame to the activity it would have had, had nothing decayed since injection.
  ///
  /// - Parameter starts: s after injection.
  private static func decayFactors(
    _ sidecar: PETSidecar, _ decay: DecayState, starts: [Double], durations: [Double], injection: Double,
    isotope: Isotope?, findings: inout [Finding]
  ) throws(PETError) -> [Double] {
    let none = starts.map { _ in 1.0 }
    switch decay.isCorrected {
    case false?:
      guard let isotope else {
        throw PETError(
          .wrongInput, field: "ImageDecayCorrected", "the scan is not decay corrected and its isotope is unknown",
          remedy: "state TracerRadionuclide (C11, F18, …)")
      }
      let computed = zip(starts, durations).map { isotope.decayCorrection(start: $0, duration: $1) }
      // The scanner's own factors serve when there is one a frame and they are the isotope's within 2 %.
      if let stated = try sidecar.numbers("DecayCorrectionFactor"), stated.count == computed.count, injection == 0,
        zip(stated, computed).allSatisfy({ abs($0 / $1 - 1) < 0.02 })
      {
        findings.append(
          Finding(
            .note, .decayCorrected, field: "ImageDecayCorrected", value: "false",
            "the scan is not decay corrected", remedy: "corrected by the sidecar's DecayCorrectionFactor"))
        return stated
      }
      findings.append(
        Finding(
          .note, .decayCorrected, field: "ImageDecayCorrected", value: "false", "the scan is not decay corrected",
          remedy: "corrected with a half-life of \(NumberText.short(isotope.halfLife)) s"))
      return computed
    case nil: return none
    case true?:
      guard abs(decay.reference - injection) > FrameSchedule.overlapTolerance, let isotope else { return none }
      let factor = isotope.decayCorrection(start: decay.reference - injection, duration: 1e-6)
      // Injection and the scan's start are what scanners correct to; another time is odd.
      let scanStart = try sidecar.number("ScanStart") ?? injection
      let isUsual = abs(decay.reference - scanStart) <= FrameSchedule.overlapTolerance
      findings.append(
        Finding(
          isUsual ? .note : .warning, .decayTime, field: "ImageDecayCorrectionTime",
          value: NumberText.short(decay.reference),
          "corrected for decay to \(NumberText.short(decay.reference - injection)) s after injection",
          remedy: "brought to injection (factor \(NumberText.short(factor)))"))
      return starts.map { _ in factor }
    }
  }

  /// Stored values of one region, one for each stored frame, as activity on `frames`.
  package func activity(_ stored: [Double]) -> [Double] { kept.map { stored[$0] * factors[$0] } }

  /// The same of the frames that end before injection.
  func beforeInjection(_ stored: [Double]) -> [Double] {
    stored.indices.filter { !kept.contains($0) }.map { stored[$0] * factors[$0] }
  }

  /// The stored frames that are kept, with the factor of each.
  package var keptFrames: [(index: Int, factor: Double)] { kept.map { ($0, factors[$0]) } }

  /// Durations of all stored frames, s.
  package var storedDurations: [Double] { durations }

  /// Of the kept frames together, s.
  package var keptDuration: Double { kept.reduce(0) { $0 + durations[$1] } }

  /// The factor of each stored frame in the mean over time: its share of the time, with its decay correction.
  package var meanShares: [Double] {
    let whole = keptDuration
    var shares = [Double](repeating: 0, count: durations.count)
    for frame in kept { shares[frame] = factors[frame] * durations[frame] / whole }
    return shares
  }

  /// The same of the frames whose middle is more than 5 min after injection; of all where there is none.
  package var lateShares: [Double] {
    let late = kept.indices.filter { (frames.starts[$0] + frames.ends[$0]) / 2 > 300 }.map { kept[$0] }
    let used = late.isEmpty ? Array(kept) : late
    let whole = used.reduce(0) { $0 + durations[$1] }
    var shares = [Double](repeating: 0, count: durations.count)
    for frame in used { shares[frame] = factors[frame] * durations[frame] / whole }
    return shares
  }

  /// A per-frame column (such as weights) restricted to the kept frames.
  package func keptValues(_ values: [Double]) -> [Double] { kept.map { values[$0] } }
}

extension Finding {
  /// - Parameter name: as it is stated; nil where it is not.
  static func isotope(_ name: String?) -> Finding {
    Finding(
      .warning, .isotope, field: "TracerRadionuclide", value: name ?? "n/a",
      name.map { "'\($0)' is not an isotope we know" } ?? "the isotope is not stated",
      remedy: "write C11, F18, O15, N13 or Ga68")
  }
}

extension Finding.Code {
  package static let beforeInjection = Finding.Code("before-injection")
  package static let decayCorrected = Finding.Code("decay-corrected")
  package static let injectionStart = Finding.Code("injection-start")
  package static let isotope = Finding.Code("isotope")
  package static let scanStart = Finding.Code("scan-start")
  package static let units = Finding.Code("units")
}
