/// Where the results of a scan or a pair stand.
package enum UnitState: Sendable, Equatable {
  /// Everything is as its record says.
  case done
  /// There are results, of other inputs or settings, or they were touched.
  case stale(String)
  /// The last attempt failed.
  case failed(String)
  /// There is nothing yet.
  case pending(String)

  package var word: String {
    switch self {
    case .done: "done"
    case .stale: "stale"
    case .failed: "failed"
    case .pending: "pending"
    }
  }

  /// Why it is not done.
  package var reason: String {
    switch self {
    case .done: ""
    case .stale(let words), .failed(let words), .pending(let words): words
    }
  }

  package var isDone: Bool { self == .done }
}
