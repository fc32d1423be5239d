import Dispatch
import Foundation

/// A thread of the system.
///
/// libdispatch waits for ever where no thread can be made, as under a limit on memory or processes; this says so.
package struct SystemThread: @unchecked Sendable {
  private final class Work {
    let body: @Sendable () -> Void
    init(_ body: @escaping @Sendable () -> Void) { self.body = body }
  }

  private let handle: pthread_t

  /// Nil when the system makes no more threads.
  package init?(_ body: @escaping @Sendable () -> Void) {
    let work = Unmanaged.passRetained(Work(body))
    var handle = pthread_t()
    let failure = pthread_create(
      &handle, nil,
      { pointer in
        if let pointer { Unmanaged<Work>.fromOpaque(pointer).takeRetainedValue().body() }
        return nil
      }, work.toOpaque())
    guard failure == 0 else {
      work.release()
      return nil
    }
    self.handle = handle
  }

  /// Waits for its end; a thread is joined or let go, once.
  package func join() { pthread_join(handle, nil) }
  package func letGo() { pthread_detach(handle) }
}

/// Something done again and again on a thread of its own, by a clock that nobody sets, until it is stopped.
struct Heartbeat: Sendable {
  private let end = DispatchSemaphore(value: 0)
  private let thread: SystemThread

  /// Nil when the system makes no more threads.
  init?(every seconds: Int, _ beat: @escaping @Sendable () -> Void) {
    let end = end
    let made = SystemThread {
      while end.wait(timeout: .now() + .seconds(seconds)) == .timedOut { beat() }
    }
    guard let made else { return nil }
    thread = made
  }

  /// Returns when no beat is under way any more.
  func stop() {
    end.signal()
    thread.join()
  }
}

/// A second pair of hands: work handed over one piece at a time, done on another thread while the caller goes on.
///
/// Where no thread can be made the caller does it.
package final class Helper: @unchecked Sendable {
  private let condition = NSCondition()
  private var piece: (() -> Void)?
  private var isEnding = false
  private var thread: SystemThread?

  package init() {
    thread = SystemThread { [unowned self] in self.work() }
  }

  /// Hands a piece over once the one before is done.
  package func begin(_ piece: @escaping () -> Void) {
    guard thread != nil else { return piece() }
    wait()
    condition.lock()
    self.piece = piece
    condition.broadcast()
    condition.unlock()
  }

  /// Until nothing is being done.
  package func wait() {
    condition.lock()
    while piece != nil { condition.wait() }
    condition.unlock()
  }

  /// The last call: ends the thread.
  package func end() {
    condition.lock()
    isEnding = true
    condition.broadcast()
    condition.unlock()
    thread?.join()
    thread = nil
  }

  private func work() {
    condition.lock()
    defer { condition.unlock() }
    while true {
      if let piece {
        condition.unlock()
        piece()
        condition.lock()
        self.piece = nil
        condition.broadcast()
      } else if isEnding {
        return
      } else {
        condition.wait()
      }
    }
  }
}
