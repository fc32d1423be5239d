import Foundation

/// Memory that several works share: each takes what it needs at most, and waits until the others have left as much.
package final class MemoryBudget: Sendable {
  private let total: Int
  private let condition = NSCondition()
  private let taken = Locked(0)

  /// - Parameter bytes: nil for three quarters of what the machine, or the group this process is limited by, has free.
  package init(bytes: Int?) { total = bytes ?? Self.available / 4 * 3 }

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

  /// Bytes that are free now.
  private static var available: Int {
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
