import Foundation
import PETTestSupport
import Testing

/// What is seen in a terminal, by one: a window of tmux.
@Suite(.serialized, .enabled(if: Program.find("tmux") != nil, "tmux is not installed"))
struct TerminalTests {
  /// A window that runs a shell's words, and what it shows at last.
  private struct Window {
    private let socket: String
    private let folder: TemporaryFolder

    init(width: Int, _ words: String, environment: [String: String] = [:]) throws {
      folder = try TemporaryFolder()
      socket = folder.file("tmux")
      let script = folder.file("words")
      let settings = environment.map { "export \($0.key)='\($0.value)'\n" }.joined()
      try Data("unset COLUMNS NO_COLOR\n\(settings)\(words)\necho THE-END\nsleep 60\n".utf8).write(
        to: URL(fileURLWithPath: script))
      _ = try tmux("new-session", "-d", "-x", "\(width)", "-y", "200", "bash", script)
    }

    func tmux(_ words: String...) throws -> String {
      guard let program = Program.find("tmux") else { return "" }
      // The settings of whoever runs the tests are none of the matter; and a server that kept what it inherits would be waited
      // for to its end.
      let alone = #"for f in /proc/self/fd/*; do n=${f##*/}; [ "$n" -le 2 ] || eval "exec $n>&-"; done; exec "$@""#
      return try Program.run(
        URL(fileURLWithPath: "/bin/bash"),
        ["-c", alone, "bash", program.path, "-u", "-f", "/dev/null", "-S", socket] + words
      ).output
    }

    /// What the window shows once it holds some words.
    func shown(when words: String = "THE-END", withColour: Bool = false) throws -> String {
      for _ in 0..<600 {
        let text = try withColour ? tmux("capture-pane", "-p", "-e") : tmux("capture-pane", "-p")
        if text.contains(words) { return text }
        usleep(50_000)
      }
      return try tmux("capture-pane", "-p")
    }

    func close() { _ = try? tmux("kill-server") }
  }

  private static func tinyStudy(persons: Int) throws -> (folder: TemporaryFolder, words: String) {
    let folder = try TemporaryFolder()
    let study = folder.file("study")
    let made = try Program.run(["simulate", study, "--size", "tiny", "--participants", "\(persons)"])
    try #require(made.status == 0, "\(made.errors)")
    return (
      folder,
      "'\(Program.executable.path)' run '\(study)' '\(folder.file("out"))' --pipeline '\(PlainPipeline.path)' --jobs 1"
    )
  }

  /// A run ends with its first ratios, in lines of the window's width, and says where everything is.
  @Test(arguments: [38, 80, 200]) func aRunEndsWithItsBalance(width: Int) throws {
    let (folder, words) = try Self.tinyStudy(persons: 2)
    let window = try Window(width: width, words)
    defer { window.close() }
    // Lines that the window has broken are not of the table.
    let text = try window.shown()
    let joined = text.replacing("\n", with: "")
    for said in ["status", "Putamen", "4 scans fitted; 2 balances; 0 failures", "page: "] {
      #expect((width < 80 ? joined : text).contains(said), "\(said): \(text)")
    }
    // Of the line of progress nothing is left.
    #expect(!text.contains("[#"), "\(text)")
    let lines = text.split(separator: "\n")
    if width < 80 {
      // No room for columns: a paragraph a row, and nothing left out.
      let rows = lines.split { !$0.hasPrefix(" ") }
      #expect(rows.count == 8 && rows.allSatisfy { $0.contains("  status: ok") }, "\(text)")
      #expect(lines.count { $0 == "  region: Putamen" } == 2 && !text.contains("not shown:"), "\(text)")
    } else {
      let table = lines.filter { $0.contains("sub-0") && $0.contains("Putamen") }
      #expect(table.count == 2 && table.allSatisfy { $0.count <= width }, "\(text)")
      #expect(lines[0].contains("ratio limits") == (width > 100), "\(text)")
      #expect(text.contains("not shown: ratio limits") == (width < 100), "\(text)")
    }
    _ = folder
  }

  /// Statuses have colours where there are any and nobody minds.
  @Test func colours() throws {
    let (folder, words) = try Self.tinyStudy(persons: 1)
    for (settings, isColoured) in [([:], true), (["NO_COLOR": "1"], false), (["TERM": "dumb"], false)] {
      let window = try Window(width: 120, words + " --force", environment: settings)
      defer { window.close() }
      let text = try window.shown(withColour: true)
      #expect(text.contains("\u{1b}[32mok") == isColoured, "\(settings): \(text)")
    }
    _ = folder
  }

  /// Stopped from the keyboard, it says how far it was and how it goes on; then it does.
  @Test func stoppedFromTheKeyboard() throws {
    let (folder, words) = try Self.tinyStudy(persons: 12)
    let window = try Window(width: 100, words)
    _ = try window.shown(when: " left, ")
    _ = try window.tmux("send-keys", "C-c")
    let text = try window.shown(when: "same command")
    window.close()
    #expect(text.contains(/stopped: \d+ of 36 scans and pairs are done; the same command goes on from here/), "\(text)")
    let again = try Window(width: 100, words)
    defer { again.close() }
    #expect(try again.shown().contains("more were done before"))
    _ = folder
  }

  /// A list keeps to the window, words broken within their column.
  @Test(arguments: [38, 80]) func listsKeepToTheWindow(width: Int) throws {
    let window = try Window(width: width, "'\(Program.executable.path)' pipelines")
    defer { window.close() }
    let text = try window.shown()
    #expect(text.contains("raclopride") && text.contains("THE-END"), "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= width })
  }
}
