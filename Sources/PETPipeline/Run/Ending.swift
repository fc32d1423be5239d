import PETResults

/// How a unit ended.
enum Ending: Sendable {
  case done, cached
  /// A pair without two done scans; named when its earlier balance stands.
  case waiting(String?)
  case failed(Failure, hadResults: Bool)

  var failure: Failure? { if case .failed(let failure, _) = self { failure } else { nil } }

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
