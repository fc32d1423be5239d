import Foundation
import PETCore

/// What `Scripts/setup-tests` fetched for checks of pages.
private func fetched(_ name: String) -> String? {
  let path = Program.package.appendingPathComponent(".build/web-checks/\(name)").path
  return FileManager.default.fileExists(atPath: path) ? path : nil
}

/// The Nu Html Checker of the standard's own authors.
package enum HTMLValidator {
  private static let java = Program.find("java")
  private static let checker = fetched("vnu.jar")

  package static var isAvailable: Bool { java != nil && checker != nil }

  /// Errors and warnings in files, `file:line: message` each; all in one start, as a start takes a second.
  package static func messages(for paths: [String]) throws -> [String] {
    guard let java, let checker else {
      throw PETError(.missingInput, "the HTML checker is not installed", remedy: "Scripts/setup-tests installs it")
    }
    guard !paths.isEmpty else { return [] }
    let outcome = try Program.run(
      java,
      [
        "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", checker, "--format", "json", "--stdout",
        "--exit-zero-always", "--no-langdetect",
      ] + paths)
    guard outcome.status == 0, let messages = JSONValue(parsing: outcome.output)?["messages"]?.list else {
      throw PETError(.internalFault, file: checker, "\(outcome.errors)\(outcome.output)", remedy: "")
    }
    return messages.compactMap { message in
      let kind = message["subType"]?.string ?? message["type"]?.string ?? ""
      // What is neither is advice, as on a slash that HTML does not need.
      guard kind != "info" else { return nil }
      let file = message["url"]?.string.flatMap { URL(string: $0)?.path } ?? "?"
      let line = message["lastLine"]?.double.map { NumberText.exact($0) } ?? "?"
      let text = message["message"]?.string ?? ""
      return "\(file):\(line): \(kind == "warning" ? "warning: " : "")\(text)"
    }
  }
}

/// The rules of WCAG 2.0 to 2.2, levels A and AA, as far as axe-core can tell.
package enum Accessibility {
  private static let rules = fetched("axe.min.js")

  package static var isAvailable: Bool { rules != nil }

  /// One line for each element that breaks a rule, in the state that the page is in; labels of drawings that are pale, too.
  package static func violations(_ page: Page) throws -> [String] {
    guard let rules else {
      throw PETError(.missingInput, "axe-core is not installed", remedy: "Scripts/setup-tests installs it")
    }
    if try page.evaluate("typeof axe") == "undefined" {
      try page.evaluate(try String(contentsOfFile: rules, encoding: .utf8) + "\n;0")
    }
    let lines = try page.evaluate(
      """
      axe.run(document, {
        runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]},
        resultTypes: ["violations"],
      }).then(found => found.violations.flatMap(rule => rule.nodes.map(node =>
        `${rule.id} (${node.impact}) ${node.target.flat().join(" ")}: ` +
        node.failureSummary.replace(/^Fix (any|all) of the following:/gm, "").replace(/\\s+/g, " ").trim())))
      """)
    guard let lines = lines.list else { throw PETError(.internalFault, "axe-core answered \(lines.text)", remedy: "") }
    return lines.compactMap(\.string) + (try page.paleLabels())
  }
}

/// Text of a PDF, as poppler reads it.
package enum PDFText {
  private static let reader = Program.find("pdftotext")

  package static var isAvailable: Bool { reader != nil }

  /// The text of every page.
  package static func pages(_ path: String) throws -> [String] {
    guard let reader else {
      throw PETError(.missingInput, "pdftotext is not installed", remedy: "Scripts/setup-tests installs it")
    }
    let outcome = try Program.run(reader, ["-enc", "UTF-8", path, "-"])
    guard outcome.status == 0 else { throw PETError(.wrongInput, file: path, outcome.errors.trimmed, remedy: "") }
    // A form feed ends a page.
    return outcome.output.split(separator: "\u{c}", omittingEmptySubsequences: false).dropLast().map(String.init)
  }

  package static func words(_ path: String) throws -> [String] {
    try pages(path).flatMap { $0.split(whereSeparator: \.isWhitespace).map(String.init) }
  }
}
