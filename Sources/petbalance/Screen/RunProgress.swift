import Foundation
import PETCore
import PETPipeline

/// How a run goes on: a line for each unit, and on a terminal one line that tells what is in work, with the remaining time.
final class RunProgress: Sendable {
  private struct State {
    /// Units that took work, from which the rate is known.
    var worked = 0
    var failed = 0
    var ended = 0
    var total = 0
    /// In the order they were begun.
    var inWork: [String] = []
    var hasBar = false
  }

  private let start = ContinuousClock.now
  private let width = Terminal.errors.width
  private let takesSequences = Terminal.errors.takesSequences
  private let state = Locked(State())

  init() {
    Interruption.words.withLock { words in
      words = { [state] in
        let (ended, total) = state.withLock { ($0.ended, $0.total) }
        return total == 0
          ? "stopped; the same command goes on from here"
          : "stopped: \(ended) of \(total) scans and pairs are done; the same command goes on from here"
      }
    }
  }

  /// From any thread.
  func show(_ progress: BatchRun.Progress) {
    state.withLock { state in
      state.total = progress.total
      switch progress.step {
      case .begun: state.inWork.append(progress.unit)
      case .ended: end(progress, &state)
      case .pages: state.inWork = ["pages and tables"]
      }
      draw(&state)
    }
  }

  private func end(_ progress: BatchRun.Progress, _ state: inout State) {
    state.ended = progress.count
    state.inWork.removeAll { $0 == progress.unit }
    if progress.words != BatchRun.Progress.doneBefore { state.worked += 1 }
    if progress.isFailure { state.failed += 1 }
    guard !takesSequences, progress.words != BatchRun.Progress.doneBefore else { return }
    Screen.note(printable("[\(progress.count)/\(progress.total)] \(progress.unit): \(progress.words)"))
  }

  private func draw(_ state: inout State) {
    guard takesSequences, let width else { return }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    var parts = ["\(state.ended)/\(state.total)"]
    if state.failed > 0 { parts.append("\(state.failed) failed") }
    if state.worked > 0, state.ended < state.total {
      parts.append(
        Duration.words(seconds: Double(state.total - state.ended) * elapsed / Double(state.worked)) + " left")
    }
    if let first = state.inWork.first {
      parts.append(printable(first) + (state.inWork.count > 1 ? " and \(state.inWork.count - 1) more" : ""))
    }
    Screen.raw("\r\u{1b}[K" + Self.line(parts, state.ended, of: state.total, width: width - 1))
    state.hasBar = true
  }

  /// A bar where there is room for one, and what is to be said, cut to the line.
  static func line(_ parts: [String], _ count: Int, of total: Int, width: Int) -> String {
    let words = parts.joined(separator: ", ")
    let room = min(24, width - words.count - 3)
    guard room >= 8 else { return String(words.prefix(width)) }
    let filled = room * count / max(total, 1)
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: room - filled) + "] " + words
  }

  /// Takes the line away.
  func finish() {
    Interruption.words.withLock { $0 = nil }
    state.withLock { state in
      if state.hasBar { Screen.raw("\r\u{1b}[K") }
      state.hasBar = false
    }
  }
}

/// What is said when the user stops the program.
enum Interruption {
  static let words = Locked<(@Sendable () -> String)?>(nil)
}

extension Duration {
  /// Seconds as people say them.
  static func words(seconds: Double) -> String {
    switch seconds {
    case ..<9.95: "\(NumberText.fixed(max(0, seconds), decimals: 1)) s"
    case ..<90: "\(Int(seconds.rounded())) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: "\(NumberText.fixed(seconds / 3600, decimals: 1)) h"
    }
  }
}
