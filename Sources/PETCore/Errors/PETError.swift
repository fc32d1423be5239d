/// An error a user can act on: what happened, where, and what to do about it.
///
/// It prints as one line: `FILE: FIELD: problem; remedy`.
package struct PETError: Error, Sendable, Equatable, CustomStringConvertible {
  /// What kind of trouble it is; decides the exit code.
  package enum Code: Int32, Sendable {
    case usage = 64
    case wrongInput = 65
    case missingInput = 66
    case internalFault = 70
    case cannotWrite = 73
    case cannotRead = 74
  }

  package let code: Code
  package var file: String?
  package var field: String?
  package let problem: String
  package let remedy: String
  /// Further faults of the same file, one line each.
  package var others: [String] = []

  package init(_ code: Code, file: String? = nil, field: String? = nil, _ problem: String, remedy: String) {
    self.code = code
    self.file = file
    self.field = field
    self.problem = problem
    self.remedy = remedy
  }

  package var description: String {
    let place = [file, field].compactMap { $0 }.map { printable($0) + ": " }.joined()
    return place + printable(problem) + (remedy.isEmpty ? "" : "; " + printable(remedy))
  }

  /// The same error with the file named, when it was not yet.
  package func at(file name: String) -> PETError {
    var named = self
    if named.file == nil { named.file = name }
    return named
  }
}

/// Text with control characters and line ends escaped, so that a file name or header field cannot steer a terminal.
package func printable(_ text: String) -> String {
  func steers(_ scalar: Unicode.Scalar) -> Bool {
    // Controls, line ends, and what turns the direction of the text around it.
    scalar.value < 0x20 || 0x7f...0x9f ~= scalar.value || 0x2028...0x202e ~= scalar.value
      || 0x2066...0x2069 ~= scalar.value
  }
  if !text.unicodeScalars.contains(where: steers) { return text }
  return text.unicodeScalars.reduce(into: "") { result, scalar in
    if steers(scalar) {
      result += "\\u{\(String(scalar.value, radix: 16))}"
    } else {
      result.unicodeScalars.append(scalar)
    }
  }
}
