import Dispatch
import Synchronization

/// Runs `work` for every index on up to `jobs` threads; results in the order of the indices.
func parallelMap<Result: Sendable>(_ count: Int, jobs: Int, _ work: @Sendable (Int) -> Result) -> [Result] {
  let results = Mutex<[Result?]>(Array(repeating: nil, count: count))
  let next = Mutex(0)
  DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
    while true {
      let index = next.withLock { value in
        defer { value += 1 }
        return value
      }
      if index >= count { return }
      let result = work(index)
      results.withLock { $0[index] = result }
    }
  }
  return results.withLock { $0.compactMap { $0 } }
}
