/// Something noticed in the input that did not stop the work: collected, not thrown.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
  package enum Level: String, Sendable { case note, warning, fault }

  /// The stable word of a rule, such as `frame-gaps`: declared once, beside the rule.
  package struct Code: Hashable, Sendable, CustomStringConvertible {
    package let word: String

    package init(_ word: String) { self.word = word }

    package var description: String { word }
  }

  package let level: Level
  package let code: Code
  package var file: String?
  package let field: String
  package let value: String
  package let problem: String
  package let remedy: String
  /// Whether it is evidence against the data of its scan: what they say of time, decay, counts, space or blood contradicts
  /// itself or physics.
  ///
  /// Balances made of that scan are `dataDoubtful`. What is merely not stated is no evidence.
  package let castsDoubt: Bool

  package init(
    _ level: Level, _ code: Code, file: String? = nil, field: String = "", value: String = "", _ problem: String,
    remedy: String = "", castsDoubt: Bool = false
  ) {
    self.level = level
    self.code = code
    self.file = file
    self.field = field
    self.value = value
    self.problem = problem
    self.remedy = remedy
    self.castsDoubt = castsDoubt
  }

  /// The same at another level, perhaps with another remedy.
  package func at(_ level: Level, remedy other: String? = nil, castsDoubt doubt: Bool? = nil) -> Finding {
    Finding(
      level, code, file: file, field: field, value: value, problem, remedy: other ?? remedy,
      castsDoubt: doubt ?? castsDoubt)
  }

  package func at(file name: String) -> Finding {
    var named = self
    if named.file == nil { named.file = name }
    return named
  }

  /// In words, without the file or field where it only names what the finding is of.
  package func words(of unit: String? = nil) -> String {
    let place = [file ?? "", field].filter { name in
      !name.isEmpty && name != "n/a" && unit.map { !name.contains($0) } ?? true
    }
    return (place + [[problem, remedy].filter { !$0.isEmpty }.joined(separator: "; ")]).joined(separator: ": ")
  }

  package var description: String {
    let place = [file ?? "", field].filter { !$0.isEmpty }.map { printable($0) + ": " }.joined()
    return place + printable(problem) + (remedy.isEmpty ? "" : "; " + printable(remedy))
  }
}

extension Finding {
  /// A fault from an error that stops whoever meets it.
  package init(fault error: PETError, code: Code) { self.init(error, .fault, code) }

  /// What an error says, where it stops nobody.
  package init(_ error: PETError, _ level: Level, _ code: Code) {
    self.init(level, code, file: error.file, field: error.field ?? "", error.problem, remedy: error.remedy)
  }
}
