import Foundation

/// Memory that several works share: each takes what it needs at most, and waits until the others have left as much.
package final class MemoryBudget: Sendable {
  private let total: Int
  private let condition = NSCondition()
  private let taken = Locked(0)

  /// - Parameter bytes: nil for three quarters of what the machine, or the group this process is limited by, has free.
  package init(bytes: Int?) { total = min(bytes ?? Self.available / 4 * 3, Self.leftByLimit ?? .max) }

  /// Runs a work once its memory is free; one that needs more than there is runs alone.
  package func with<Result>(_ bytes: Int, _ work: () -> Result) -> Result {
    let share = min(max(bytes, 0), total)
    condition.lock()
    while taken.withLock({ $0 > 0 && $0 + share > total }) { condition.wait() }
    taken.withLock { $0 += share }
    condition.unlock()
    defer {
      condition.lock()
      taken.withLock { $0 -= share }
      condition.broadcast()
      condition.unlock()
    }
    return work()
  }

  /// Refuses a work that a limit of this process (`ulimit -v`, `-d`) has no room for: it would end without a word.
  package static func check(_ bytes: Int) throws(PETError) {
    guard let left = leftByLimit, bytes > left else { return }
    throw PETError(
      .cannotRead, field: "memory",
      "\(bytes >> 20) MiB may be needed, and the limit of this process leaves \(left >> 20) MiB",
      remedy: "raise it (ulimit -v, ulimit -d)")
  }

  /// Bytes that the limits leave, seen once before the work begins; nil where there are none.
  private static let leftByLimit: Int? = {
    // In pages: all addresses, …, the last but one those of data and stacks.
    let pages =
      (try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8))?.split(separator: " ")
      .compactMap { Int($0) } ?? []
    guard pages.count > 5 else { return nil }
    func left(_ kind: __rlimit_resource_t, used: Int) -> Int? {
      var limit = rlimit()
      guard getrlimit(kind, &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else { return nil }
      return max(0, Int(limit.rlim_cur) - used * Int(sysconf(Int32(_SC_PAGESIZE))))
    }
    return [
      left(__rlimit_resource_t(RLIMIT_AS.rawValue), used: pages[0]),
      left(__rlimit_resource_t(RLIMIT_DATA.rawValue), used: pages[5]),
    ].compactMap { $0 }.min()
  }()

  /// Bytes that are free now.
  package static var available: Int {
    let free = (try? String(contentsOfFile: "/proc/meminfo", encoding: .utf8))?.split(separator: "\n")
      .first { $0.hasPrefix("MemAvailable:") }?.split(separator: " ").dropFirst().first.flatMap { Int($0) }
    // The limit of a container or of a cluster's job.
    let group = (try? String(contentsOfFile: "/proc/self/cgroup", encoding: .utf8))?.split(separator: "\n")
      .first { $0.hasPrefix("0::") }?.dropFirst(3)
    let limit = group.flatMap { try? String(contentsOfFile: "/sys/fs/cgroup\($0)/memory.max", encoding: .utf8) }
      .flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    return min(free.map { $0 << 10 } ?? Int(ProcessInfo.processInfo.physicalMemory), limit ?? .max)
  }
}
