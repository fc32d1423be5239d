import ArgumentParser
import Foundation
import PETCore
import PETResults

struct Open: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Opens the page of a study, or of a person, in the browser.",
    discussion: HelpText.of(
      """
      The page's address goes to standard output too, for a machine without a browser.

      petbalance open OUT
      petbalance open OUT --participant-label 01
      """))

  @Argument(help: "Output of a run.", completion: .directory) var output: String
  @Option(name: [.long, .customLong("participant_label")], help: "A participant, without sub-.")
  var participantLabel: String?

  func run() throws {
    guard let page = OutputPage.path(in: output, person: participantLabel) else {
      throw PETError(
        .missingInput, file: output, field: participantLabel ?? ResultFile.studyPage.name, "there is no such page",
        remedy: "give the output of a run; petbalance report \(output) makes its pages again")
    }
    try Screen.write(URL(fileURLWithPath: page).absoluteString + "\n")
    guard let browser = Self.browser else {
      return Screen.note("no browser was found here: open the address elsewhere, or copy the file")
    }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: browser)
    process.arguments = [page]
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    guard (try? process.run()) != nil else {
      throw PETError(.cannotRead, file: browser, "it cannot be started", remedy: "open the page by hand")
    }
  }

  /// What the user named, or what the desktop has; nil without a screen to show it on.
  static var browser: String? {
    let environment = ProcessInfo.processInfo.environment
    let folders = (environment["PATH"] ?? "").split(separator: ":").map(String.init)
    func find(_ name: String) -> String? {
      let places = name.contains("/") ? [name] : folders.map { "\($0)/\(name)" }
      return places.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
    if let own = environment["BROWSER"]?.split(separator: ":").first { return find(String(own)) }
    guard environment["DISPLAY"] != nil || environment["WAYLAND_DISPLAY"] != nil else { return nil }
    return find("xdg-open")
  }
}

/// Pages that a run leaves.
enum OutputPage {
  /// Where a page stands; nil when it is not there.
  ///
  /// - Parameter person: a participant, with or without `sub-`; nil for the study.
  static func path(in output: String, person: String? = nil) -> String? {
    let label = person.map { $0.hasPrefix("sub-") ? $0 : "sub-\($0)" }
    let path = label.map { "\(output)/\($0)/\($0).html" } ?? "\(output)/\(ResultFile.studyPage.name)"
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}
