import Foundation
import PETCore
import PETPipeline

/// How a run goes on: a line for each unit, and on a terminal a bar with rate and remaining time below them.
final class RunProgress: Sendable {
  private struct State {
    /// Units that took work, from which the rate is known.
    var worked = 0
    var failed = 0
    var hasBar = false
    var shown = ContinuousClock.now
  }

  private let start = ContinuousClock.now
  private let isTerminal = isatty(STDERR_FILENO) == 1
  private let state = Locked(State())

  /// From any thread.
  func show(_ progress: BatchRun.Progress) {
    state.withLock { state in
      let wasDone = progress.words == BatchRun.Progress.doneBefore
      if !wasDone { state.worked += 1 }
      if progress.isFailure { state.failed += 1 }
      let line = printable("[\(progress.count)/\(progress.total)] \(progress.unit): \(progress.words)")
      guard isTerminal else {
        if !wasDone { Screen.note(line) }
        return
      }
      if state.hasBar { Screen.raw("\r\u{1b}[K") }
      // What failed stays in sight; the rest is the bar's.
      if progress.isFailure { Screen.note(line) }
      Screen.raw(bar(progress, state))
      state.hasBar = true
    }
  }

  private func bar(_ progress: BatchRun.Progress, _ state: State) -> String {
    let width = 30
    let filled = width * progress.count / max(progress.total, 1)
    var text = "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled)
    text += "] \(progress.count)/\(progress.total) scans"
    if state.failed > 0 { text += ", \(state.failed) failed" }
    let elapsed = (ContinuousClock.now - start) / .seconds(1)
    if state.worked > 0, elapsed > 0 {
      let rate = Double(state.worked) / elapsed
      text += ", \(NumberText.short(Rounding.significant(rate, digits: 2)))/s"
      text += ", \(Self.words(seconds: Double(progress.total - progress.count) / rate)) left"
    }
    return text
  }

  private static func words(seconds: Double) -> String {
    switch seconds {
    case ..<90: "\(Int(seconds.rounded(.up))) s"
    case ..<5400: "\(Int((seconds / 60).rounded())) min"
    default: "\(NumberText.fixed(seconds / 3600, decimals: 1)) h"
    }
  }

  /// Takes the bar away.
  func finish() {
    state.withLock { state in
      if state.hasBar { Screen.raw("\r\u{1b}[K") }
      state.hasBar = false
    }
  }
}
