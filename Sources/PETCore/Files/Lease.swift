import Foundation

/// The right to write a part of a folder, held by one process at a time: a small file that names its owner and is
/// renewed while the owner lives.
///
/// Scopes nest by name: `study` is everything, `sub-01` everything that begins with `sub-01_`. A lease is stale when its
/// owner is gone: told at once on the same machine, elsewhere when nobody has renewed it for `patience` of our own
/// clock. Nothing is needed of the file system but that a name can be made only once, so network folders will do.
package final class Lease {
  /// The scope of a whole folder.
  package static let everything = "study"
  /// Seconds between renewals.
  private static let interval = 5
  /// How long a lease of another machine may stay as it is before it is taken for stale.
  private static let patience = Duration.seconds(60)

  private let path: String
  private let descriptor: Int32
  private let heartbeat: Heartbeat

  /// - Parameter waits: whether to wait for another process that holds it, or to refuse.
  package init(_ folder: String, scope: String, waits: Bool) throws(PETError) {
    let path = "\(folder)/.\(scope).lease"
    var held: Int32
    while true {
      held = try Self.make(path)
      // Made first, looked round afterwards: of two that begin at once at least one sees the other.
      let busy: String?
      do throws(PETError) {
        busy = try Self.firstHeld(held >= 0 ? Self.overlapping(scope, in: folder) : [path])
      } catch {
        Self.drop(path, held)
        throw error
      }
      guard let busy else {
        if held >= 0 { break }
        continue
      }
      Self.drop(path, held)
      guard waits else { throw Self.refusal(folder, LeaseOwner(path: busy)) }
      usleep(UInt32.random(in: 100_000...300_000))
    }
    let descriptor = held
    let beats = Locked(0)
    let heartbeat = Heartbeat(every: Self.interval) {
      let beat = beats.withLock { value in
        value += 1
        return value
      }
      guard Self.isFile(path, descriptor) else { Self.lost(path) }
      Self.write(LeaseOwner.own.text(beat: beat), to: descriptor)
    }
    guard let heartbeat else {
      Self.drop(path, descriptor)
      throw PETError(
        .cannotWrite, file: path, "cannot start a thread", remedy: "raise the limits of memory and processes (ulimit)")
    }
    self.path = path
    self.descriptor = descriptor
    self.heartbeat = heartbeat
  }

  package func release() {
    heartbeat.stop()
    if Self.isFile(path, descriptor) { unlink(path) }
    Leftovers.forget(path)
    close(descriptor)
  }

  /// Leases of a folder that share something with a scope, other than itself.
  private static func overlapping(_ scope: String, in folder: String) throws(PETError) -> [String] {
    try Folder.names(folder).compactMap { name in
      guard name.hasPrefix("."), name.hasSuffix(".lease") else { return nil }
      let other = String(name.dropFirst().dropLast(6))
      guard other != scope else { return nil }
      let nests =
        scope == everything || other == everything || isPerson(scope, of: other) || isPerson(other, of: scope)
      return nests ? "\(folder)/\(name)" : nil
    }
  }

  /// Whether a scope is a person, and another something of that person.
  private static func isPerson(_ scope: String, of other: String) -> Bool {
    !scope.contains("_") && other.hasPrefix(scope + "_")
  }

  /// Lets a lease go that was just made; nothing for -1.
  private static func drop(_ path: String, _ descriptor: Int32) {
    guard descriptor >= 0 else { return }
    Leftovers.remove(path)
    close(descriptor)
  }

  /// A descriptor of the new file; -1 when there is one already.
  private static func make(_ path: String) throws(PETError) -> Int32 {
    Leftovers.note(path)
    let descriptor = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    let failure = errno
    if descriptor < 0 {
      Leftovers.forget(path)
      guard failure == EEXIST else { throw AtomicFile.writeError(path, failure) }
      return -1
    }
    write(LeaseOwner.own.text(beat: 0), to: descriptor)
    return descriptor
  }

  /// Always of one length, in one piece: who reads meanwhile sees the old text or the new.
  private static func write(_ text: String, to descriptor: Int32) {
    let bytes = Array(text.utf8)
    pwrite(descriptor, bytes, bytes.count, 0)
  }

  /// Whether the file of this name is still the one we made.
  private static func isFile(_ path: String, _ descriptor: Int32) -> Bool {
    var named = stat()
    var own = stat()
    return stat(path, &named) == 0 && fstat(descriptor, &own) == 0 && named.st_ino == own.st_ino
  }

  /// Somebody has taken us for dead, as after a machine's sleep: what they write must not be mixed with ours.
  private static func lost(_ path: String) -> Never {
    let line = "petbalance: error: \(path): another process has taken the lease over; run it again\n"
    // The file of that name is another's now.
    Leftovers.forget(path)
    Leftovers.removeAll {
      _ = line.withCString { Foundation.write(STDERR_FILENO, $0, strlen($0)) }
      _exit(PETError.Code.cannotWrite.rawValue)
    }
  }

  // MARK: - Others

  /// The first of some leases whose owner lives; when there is none, all of them are removed.
  ///
  /// Leases of other machines are watched together for `patience`: one that is renewed is held.
  private static func firstHeld(_ paths: [String]) throws(PETError) -> String? {
    var seen: [String: String] = [:]
    var watched: Set<String> = []
    for path in paths {
      guard let text = LeaseOwner.contents(path) else { continue }
      seen[path] = text
      if let owner = LeaseOwner(text), owner.isOfThisMachine {
        if owner.isAlive { return path }
      } else {
        watched.insert(path)
      }
    }
    let start = ContinuousClock.now
    while !watched.isEmpty, ContinuousClock.now - start < patience {
      usleep(200_000)
      for path in watched {
        guard let now = LeaseOwner.contents(path) else {
          watched.remove(path)
          continue
        }
        if now != seen[path] { return path }
      }
    }
    for (path, text) in seen { try remove(path, ifStill: text) }
    return nil
  }

  /// Removes a stale lease: of two who find it so together one does, and only what both have seen.
  private static func remove(_ path: String, ifStill seen: String) throws(PETError) {
    let key = path + ".break"
    let mine = try make(key)
    guard mine >= 0 else {
      // Whoever is at it is done in a moment, or gone.
      usleep(100_000)
      if let owner = LeaseOwner(path: key), owner.isOfThisMachine, owner.isAlive { return }
      try clear(key)
      return
    }
    defer { drop(key, mine) }
    if LeaseOwner.contents(path) == seen { try clear(path) }
  }

  /// Removes what has a lease's name, whatever it is.
  private static func clear(_ path: String) throws(PETError) {
    var status = stat()
    guard unlink(path) != 0, rmdir(path) != 0, lstat(path, &status) == 0 else { return }
    throw PETError(
      .cannotWrite, file: path, "a lease that nobody holds cannot be removed", remedy: "remove it")
  }

  private static func refusal(_ folder: String, _ owner: LeaseOwner?) -> PETError {
    let who = owner.map { " (process \($0.process) on \($0.host))" } ?? ""
    return PETError(
      .cannotWrite, file: folder, "another run is writing there\(who)", remedy: "wait for it, or choose another folder")
  }
}
