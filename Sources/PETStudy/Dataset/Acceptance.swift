package import PETCore
import PETImaging

/// Faults of scans that the user knows of and accepts, by their codes (`--accept`).
///
/// What `check` calls a fault of a scan stops that scan in `run`; accepted, it stands with its results as evidence against
/// the data.
package struct Acceptance: Sendable {
  package let codes: Set<Finding.Code>

  /// - Parameter words: of codes.
  package init(_ words: [String] = []) { codes = Set(words.map { Finding.Code($0) }) }

  /// Faults that a run would not stumble over by itself.
  package static let acceptable: [Finding.Code] = [
    .bloodScale, .decayFactors, .decayState, .doseScale, .frameGaps, .frameStarts, .framesReversed, .injectionClock,
    .labelsSpace, .leftRight, .signedAsUnsigned, .suvScale, .unsignedAsSigned,
  ]

  /// Throws the first fault that is not accepted.
  ///
  /// - Returns: the same findings, accepted faults as warnings.
  package func screen(_ findings: [Finding]) throws(PETError) -> [Finding] {
    if let fault = findings.first(where: { $0.level == .fault && !codes.contains($0.code) }) {
      let isKnown = Self.acceptable.contains(fault.code)
      throw PETError(
        .wrongInput, file: fault.file, field: fault.field, fault.problem,
        remedy: fault.remedy + (isKnown ? "; if it is known, --accept \(fault.code)" : ""))
    }
    return findings.map { finding in
      finding.level == .fault ? finding.at(.warning, remedy: "accepted as known", castsDoubt: true) : finding
    }
  }
}
