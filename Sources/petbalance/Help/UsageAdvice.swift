import PETCore

/// What is wrong with a command line, told by what its writer probably meant.
enum UsageAdvice {
  /// The fault of a command line that the parser refused with a message.
  static func error(_ arguments: [String], message: String, tree: CommandTree?) -> PETError {
    let command = arguments.first.flatMap { tree?.command($0) }
    let help = command.map { "see petbalance \($0.name) --help" } ?? "see petbalance --help"
    guard let command else { return PETError(.usage, message, remedy: help) }
    // A mistyped option makes the parser stumble over what follows it.
    let known = Set(command.arguments.flatMap(\.names))
    let typed = arguments.dropFirst().prefix { $0 != "--" }.filter { $0.hasPrefix("--") }
      .map { String($0.prefix { $0 != "=" }) }
    if let unknown = typed.first(where: { !known.contains($0) }) {
      let near = NearestName.of(unknown, among: known.filter { $0.hasPrefix("--") }.sorted())
      return PETError(
        .usage, "\(command.name) has no option '\(unknown)'",
        remedy: near.map { "did you mean '\($0)'?" } ?? help)
    }
    return PETError(.usage, message, remedy: help)
  }

  /// Numbers below zero belong to the option before them, and are no options themselves.
  static func joined(_ arguments: [String]) -> [String] {
    var result: [String] = []
    for argument in arguments {
      if let last = result.last, last.hasPrefix("--"), last.count > 2, !last.contains("="), argument.hasPrefix("-"),
        Double(argument) != nil
      {
        result[result.count - 1] = "\(last)=\(argument)"
      } else {
        result.append(argument)
      }
    }
    return result
  }
}
