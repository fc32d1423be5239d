import Dispatch
import PETCore
import Synchronization
import Testing

struct MemoryBudgetTests {
  /// Many works at once never hold more than there is, and each is run once.
  @Test func neverMoreThanThereIs() {
    let budget = MemoryBudget(bytes: 10)
    let held = Mutex((now: 0, most: 0, runs: 0))
    DispatchQueue.concurrentPerform(iterations: 200) { i in
      let bytes = i % 7 + 1
      budget.with(bytes) {
        held.withLock { held in
          held.now += bytes
          held.most = max(held.most, held.now)
          held.runs += 1
        }
        held.withLock { $0.now -= bytes }
      }
    }
    let end = held.withLock { $0 }
    #expect(end.most <= 10 && end.now == 0 && end.runs == 200)
  }

  /// What needs more than there is runs, and beside nothing else; what needs nothing runs at any time.
  @Test func moreThanThereIsRunsAlone() {
    let budget = MemoryBudget(bytes: 10)
    let inside = Mutex((now: 0, most: 0))
    DispatchQueue.concurrentPerform(iterations: 50) { _ in
      budget.with(1 << 40) {
        inside.withLock { inside in
          inside.now += 1
          inside.most = max(inside.most, inside.now)
        }
        inside.withLock { $0.now -= 1 }
      }
    }
    #expect(inside.withLock { $0.most } == 1)
    // Within a work that has taken everything there is.
    #expect(budget.with(10) { budget.with(0) { budget.with(-5) { "run" } } } == "run")
  }

  /// Nothing of the test's own limits refuses a work of no size.
  @Test func nothingIsAlwaysGranted() throws {
    try MemoryBudget.check(0)
    #expect(MemoryBudget(bytes: nil).with(1 << 10) { 3 } == 3)
  }
}
