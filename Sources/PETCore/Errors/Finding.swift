/// Something noticed in the input that did not stop the work: collected, not thrown.
package struct Finding: Sendable, Equatable, CustomStringConvertible {
  package enum Level: String, Sendable { case note, warning, fault }

  package let level: Level
  /// A short stable word, such as `frame-gap`.
  package let code: String
  package var file: String?
  package let field: String
  package let value: String
  package let problem: String
  package let remedy: String

  package init(
    _ level: Level, _ code: String, file: String? = nil, field: String = "", value: String = "", _ problem: String,
    remedy: String = ""
  ) {
    self.level = level
    self.code = code
    self.file = file
    self.field = field
    self.value = value
    self.problem = problem
    self.remedy = remedy
  }

  package func at(file name: String) -> Finding {
    var named = self
    if named.file == nil { named.file = name }
    return named
  }

  package var description: String {
    let place = [file ?? "", field].filter { !$0.isEmpty }.map { printable($0) + ": " }.joined()
    return place + printable(problem) + (remedy.isEmpty ? "" : "; " + printable(remedy))
  }
}
