import Foundation

/// What the other end of standard output or standard error can show.
struct Terminal {
  let descriptor: Int32

  static let output = Terminal(descriptor: STDOUT_FILENO)
  static let errors = Terminal(descriptor: STDERR_FILENO)

  /// Whether somebody looks on, and not a file or a program.
  var isThere: Bool { isatty(descriptor) == 1 }

  /// Characters of a line; nil where nobody looks on.
  var width: Int? {
    guard isThere else { return nil }
    if let told = ProcessInfo.processInfo.environment["COLUMNS"].flatMap({ Int($0) }), told > 0 { return told }
    var size = winsize()
    guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
    return Int(size.ws_col)
  }

  /// Whether it takes the control sequences of a terminal.
  var takesSequences: Bool {
    let name = ProcessInfo.processInfo.environment["TERM"] ?? ""
    return isThere && !name.isEmpty && name != "dumb"
  }

  /// Whether it takes colour, and the user has nothing against it (no-color.org).
  var hasColour: Bool { takesSequences && (ProcessInfo.processInfo.environment["NO_COLOR"] ?? "").isEmpty }

  enum Colour: Int { case red = 31, green = 32, yellow = 33 }

  func paint(_ text: String, _ colour: Colour) -> String {
    hasColour ? "\u{1b}[\(colour.rawValue)m\(text)\u{1b}[0m" : text
  }
}
