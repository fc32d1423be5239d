import Foundation

/// Seconds of processor that some work takes of its own thread.
///
/// Unlike time on a clock it is the same however many tests run beside it: what tells work that grows with a number from work
/// that grows with its square.
package enum OwnTime {
  package static func seconds(_ work: () throws -> Void) rethrows -> Double {
    let start = now
    try work()
    return now - start
  }

  private static var now: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
  }
}
