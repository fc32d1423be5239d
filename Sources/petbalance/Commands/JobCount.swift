import ArgumentParser
import PETCore

/// How many works go on at once; help names the default in words, as the number is the machine's.
struct JobCount: Sendable {
  let count: Int

  static let everyCore = JobCount(count: Parallel.cores)

  static func parse(_ text: String) throws -> JobCount {
    guard let count = Int(text), count >= 1 else { throw ValidationError("it is not 1 or more") }
    return JobCount(count: count)
  }
}

extension Option where Value == JobCount {
  /// `--jobs N`, every core when it is not given.
  init(wrappedValue: JobCount = .everyCore, jobs help: String) {
    self.init(
      wrappedValue: wrappedValue, help: ArgumentHelp(stringLiteral: help.dropLast() + " (default: every core)."),
      transform: JobCount.parse)
  }
}
