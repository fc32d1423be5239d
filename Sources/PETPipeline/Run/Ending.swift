import PETResults

/// How a unit ended.
enum Ending: Sendable {
  /// Worked out now, in a few words.
  case done(String)
  case cached
  /// A pair without two done scans; named when its earlier balance stands.
  case waiting(String?)
  case failed(Failure, hadResults: Bool)

  var failure: Failure? { if case .failed(let failure, _) = self { failure } else { nil } }

  /// For who looks on.
  var words: String {
    switch self {
    case .done(let words): "done, \(words)"
    case .cached: BatchRun.Progress.doneBefore
    case .waiting: "waits for its scans"
    case .failed(let failure, _): "failed in \(failure.stage)"
    }
  }

  /// The unit whose earlier results stand.
  var standing: String? {
    switch self {
    case .waiting(let unit): unit
    case .failed(let failure, let hadResults): hadResults ? failure.unit : nil
    case .done, .cached: nil
    }
  }
}

extension BatchRun.Counts {
  init(_ endings: [Ending]) {
    for ending in endings {
      switch ending {
      case .done: done += 1
      case .cached: cached += 1
      case .failed: failed += 1
      case .waiting: break
      }
    }
  }
}
