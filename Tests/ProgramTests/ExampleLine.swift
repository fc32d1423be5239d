import ArgumentParser
import Foundation
import Testing

@testable import petbalance

/// A line of an example, as a shell would take it.
enum ExampleLine {
  private static let names = Set(PETBalanceCommand.commands.map { $0._commandName } + ["help"])

  /// Parses it as the program does, up to a remark or another program: an option it does not have is an issue.
  static func check(_ line: String, of place: String) {
    var words = line.matches(of: /"[^"]*"|'[^']*'|\S+/).map { $0.output.trimmingCharacters(in: ["\"", "'"]) }
    if let end = words.firstIndex(where: { ["#", ">", "|", "&&"].contains($0) }) { words = Array(words[..<end]) }
    words.removeFirst()
    // The form of a BIDS App has no command's name.
    if !names.contains(words.first ?? "") { words.insert("run", at: 0) }
    do { _ = try PETBalanceCommand.parseAsRoot(UsageAdvice.joined(words)) } catch {
      guard PETBalanceCommand.exitCode(for: error) != .success else { return }
      Issue.record("\(place): \(line): \(PETBalanceCommand.message(for: error))")
    }
  }
}
