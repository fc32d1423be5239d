import ArgumentParser
import PETBinding
import PETCore

/// A question put to every region of a study: alike for `study` and `multiverse`.
struct QuestionOptions: ParsableArguments {
  @Option(parsing: .upToNextOption, help: "Tables of persons: participants.tsv, phenotype/*.tsv.")
  var persons: [String] = []
  @Option(help: "Column that tells two groups.") var groups: String?
  @Option(
    parsing: .upToNextOption,
    help: "The two levels of --groups: the second less the first (default: those that there are, if two, by name).")
  var levels: [String] = []
  @Option(help: "Column of numbers that the measure may go with.") var association: String?
  @Option(parsing: .upToNextOption, help: "Two sessions: the second less the first, within persons.")
  var sessions: [String] = []
  @Option(parsing: .upToNextOption, help: "Columns held: numbers, or categories.") var covariates: [String] = []
  @Option(help: "Confidence level.") var level = 0.95
  @Option(help: "Seed of the permutations.") var seed: UInt64 = 1

  func validate() throws {
    let asked = [groups != nil, association != nil, !sessions.isEmpty].count { $0 }
    guard asked <= 1 else { throw ValidationError("ask one of --groups, --association and --sessions") }
    guard levels.isEmpty || (groups != nil && Set(levels).count == 2 && levels.count == 2) else {
      throw ValidationError("--levels names two levels of --groups")
    }
    guard sessions.isEmpty || Set(sessions).count == 2 && sessions.count == 2 else {
      throw ValidationError("--sessions names two sessions")
    }
    guard ConfidenceLevel.range.contains(level) else {
      throw ValidationError("--level \(level) is not \(ConfidenceLevel.words)")
    }
  }

  var isAsked: Bool { groups != nil || association != nil || !sessions.isEmpty }

  /// Nil where nothing is asked.
  ///
  /// - Parameter people: whose levels count where none are named.
  func settings(permutations: Int, of people: [Person]) throws(PETError) -> StudyContrast.Settings? {
    let question: StudyContrast.Question
    if let groups {
      let levels = levels.isEmpty ? try found(groups, of: people) : levels
      question = .groups(column: groups, first: levels[0], second: levels[1])
    } else if let association {
      question = .association(column: association)
    } else if sessions.count == 2 {
      question = .sessions(first: sessions[0], second: sessions[1])
    } else {
      return nil
    }
    var settings = StudyContrast.Settings(question)
    (settings.covariates, settings.level) = (covariates, level)
    (settings.permutations, settings.seed) = (permutations, seed)
    return settings
  }

  /// The two levels that a column has.
  private func found(_ column: String, of people: [Person]) throws(PETError) -> [String] {
    let levels = Set(people.compactMap { $0.values[column] }).subtracting(["n/a"]).sorted()
    guard !levels.isEmpty else {
      throw PETError(
        .wrongInput, field: column, "nobody has a value of '\(column)'",
        remedy: people.isEmpty
          ? "give --persons" : NearestName.advice(for: column, among: Set(people.flatMap(\.values.keys)).sorted()))
    }
    guard levels.count == 2 else {
      throw PETError(
        .usage, field: "--levels", "'\(column)' has \(levels.count) levels",
        remedy: "name two of: \(levels.prefix(12).joined(separator: ", "))")
    }
    return levels
  }
}
