import Foundation
import PETCore

/// A bar on standard error for work of some seconds; nothing where standard error is no terminal.
final class ProgressBar: Sendable {
  private struct State {
    var shown = -1
    var hasLine = false
  }

  private let title: String
  private let start = ContinuousClock.now
  private let isTerminal = Terminal.errors.takesSequences
  private let state = Locked(State())

  init(_ title: String) { self.title = title }

  /// Shows a share from 0 to 1; from any thread.
  func show(_ share: Double) {
    guard isTerminal else { return }
    let percent = Int(100 * min(max(share, 0), 1))
    state.withLock { state in
      guard percent > state.shown else { return }
      state.shown = percent
      let elapsed = ContinuousClock.now - start
      let seconds = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
      // Short work needs no bar.
      guard state.hasLine || seconds > 0.5 else { return }
      state.hasLine = true
      let left = Duration.words(seconds: seconds * (1 / max(share, 0.01) - 1))
      let parts = ["\(title) \(percent) %"] + (percent > 0 ? ["\(left) left"] : [])
      Screen.raw("\r\u{1b}[K" + RunProgress.line(parts, percent, of: 100, width: (Terminal.errors.width ?? 80) - 1))
    }
  }

  /// Work with a bar that is gone when it ends, however it does.
  static func over<Result>(_ title: String, _ work: (ProgressBar) throws -> Result) rethrows -> Result {
    let bar = ProgressBar(title)
    defer { bar.finish() }
    return try work(bar)
  }

  /// Takes the line away again.
  func finish() {
    state.withLock { state in
      if state.hasLine { Screen.raw("\r\u{1b}[K") }
      state.hasLine = false
    }
  }
}
