import Foundation
import Synchronization

/// Work spread over threads, with results that do not depend on how many there are.
package enum Parallel {
  /// Cores of the machine that this process may use.
  package static var cores: Int { ProcessInfo.processInfo.activeProcessorCount }

  /// Runs `work` for every index on up to `jobs` threads; each index is taken once, and writes only what is its own.
  ///
  /// The caller's is one of them; where the system makes no more, fewer do the same work.
  package static func each(_ count: Int, jobs: Int, _ work: @Sendable (Int) -> Void) {
    withoutActuallyEscaping(work) { work in
      let next = Counter()
      let take: @Sendable () -> Void = {
        while true {
          let index = next.value.wrappingAdd(1, ordering: .relaxed).oldValue
          if index >= count { return }
          work(index)
        }
      }
      var threads: [SystemThread] = []
      while threads.count < min(jobs, count) - 1, let thread = SystemThread(take) { threads.append(thread) }
      take()
      for thread in threads { thread.join() }
    }
  }

  private final class Counter: Sendable {
    let value = Atomic(0)
  }

  /// As above; results in the order of the indices.
  package static func map<Result: Sendable>(_ count: Int, jobs: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
    let results = Locked<[Result?]>(Array(repeating: nil, count: count))
    each(count, jobs: jobs) { index in
      let result = work(index)
      results.withLock { $0[index] = result }
    }
    return results.withLock { $0.compactMap { $0 } }
  }
}

/// Memory that several threads write, each its own places.
package struct SharedMemory<Element: BitwiseCopyable>: @unchecked Sendable {
  package let base: UnsafeMutablePointer<Element>

  package init(_ base: UnsafeMutablePointer<Element>) { self.base = base }
}
