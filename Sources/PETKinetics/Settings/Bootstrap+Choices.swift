package import PETCore

extension Bootstrap {
  /// The resampling that is asked for; nil when none is.
  package static func asked(_ choices: FitChoices, of fits: RegionalFits) throws(PETError) -> Bootstrap? {
    guard let count = choices.number("bootstrap") else { return nil }
    return try Bootstrap(fits, count: Int(count), seed: UInt64(choices.number("seed") ?? 1))
  }
}
