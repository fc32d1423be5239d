import Foundation
import PETTestSupport
import Testing

@testable import PETCore

struct LeaseOwnerTests {
  /// What is written is read again, and is of this machine and alive; every beat has the same length.
  @Test func readsWhatItWrites() throws {
    let text = LeaseOwner.own.text(beat: 7)
    let owner = try #require(LeaseOwner(text))
    #expect(owner.host == LeaseOwner.own.host && owner.process == getpid())
    #expect(owner.isOfThisMachine && owner.isAlive && owner.text(beat: 7) == text)
    #expect(text.hasSuffix("\nbeat 000000000007\n"))
    #expect(LeaseOwner.own.text(beat: 999_999_999_999).count == text.count)
  }

  /// The number of a process that is gone, or that another has now, is told by when it began.
  @Test func anotherOfTheSameNumber() throws {
    let text = LeaseOwner.own.text(beat: 0)
    let began = try #require(text.split(separator: "\n").first { $0.hasPrefix("started ") })
    let other = try #require(LeaseOwner(text.replacing(began, with: "started 1")))
    #expect(other.isOfThisMachine && !other.isAlive)
    let gone = try #require(LeaseOwner(text.replacing("process \(getpid())", with: "process 2147483646")))
    #expect(gone.isOfThisMachine && !gone.isAlive)
    let machine = try #require(text.split(separator: "\n").first { $0.hasPrefix("machine ") })
    #expect(LeaseOwner(text.replacing(machine, with: "machine of others"))?.isOfThisMachine == false)
  }

  @Test(arguments: [
    "", "host a\n", "host a\nprocess x\nstarted 1\nmachine m\nbeat 0\n", "host a\nprocess 1\nstarted 1\nmachine m\n",
    "host a\nprocess 99999999999\nstarted 1\nmachine m\nbeat 0\n",
  ])
  func noOwner(text: String) { #expect(LeaseOwner(text) == nil) }

  /// A file that is no text is told by when it was changed; a link that leads nowhere is there.
  @Test func contentsOfWhatIsNoText() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a", Data([0xff, 0xfe, 0]))
    let first = LeaseOwner.contents(path)
    #expect(first?.hasPrefix("unreadable ") == true && LeaseOwner.contents(folder.file("none")) == nil)
    #expect(symlink("nowhere", folder.file("link")) == 0)
    #expect(LeaseOwner.contents(folder.file("link"))?.hasPrefix("unreadable ") == true)
    #expect(LeaseOwner.contents(folder.path)?.hasPrefix("unreadable ") == true)
  }
}

struct LeaseTests {
  private static func refuses(_ folder: TemporaryFolder, _ scope: String) -> PETError? {
    do throws(PETError) {
      try Lease(folder.path, scope: scope, waits: false).release()
      return nil
    } catch { return error }
  }

  /// A scope is held until it is released, and nothing of it is left then.
  @Test func oneAtATime() throws {
    let folder = try TemporaryFolder()
    let lease = try Lease(folder.path, scope: Lease.everything, waits: false)
    let error = try #require(Self.refuses(folder, Lease.everything))
    #expect(error.code == .cannotWrite && error.file == folder.path)
    #expect(error.problem.contains("process \(getpid()) on \(LeaseOwner.own.host)"))
    lease.release()
    #expect(try Folder.names(folder.path).isEmpty)
    #expect(Self.refuses(folder, Lease.everything) == nil)
  }

  /// A person holds all sessions of theirs, everything holds all; persons whose names begin alike are apart.
  @Test(arguments: [
    ("sub-01", "study", false), ("study", "sub-01_ses-1", false), ("sub-01", "sub-01_ses-1", false),
    ("sub-01_ses-1", "sub-01", false), ("sub-01_ses-1", "sub-01_ses-1", false), ("sub-01", "sub-02", true),
    ("sub-01", "sub-011_ses-1", true), ("sub-01", "sub-011", true), ("sub-01_ses-1", "sub-01_ses-2", true),
    ("sub-01_ses-1", "sub-01_ses-1_run-1", true),
  ])
  func scopesNest(held: String, asked: String, isFree: Bool) throws {
    let folder = try TemporaryFolder()
    let lease = try Lease(folder.path, scope: held, waits: false)
    defer { lease.release() }
    #expect((Self.refuses(folder, asked) == nil) == isFree)
    // What was refused has left nothing.
    #expect(try Folder.names(folder.path) == [".\(held).lease"])
  }

  /// The lease of a process of this machine that is gone is taken over at once, with the key it was being broken by.
  @Test(arguments: ["study", "sub-01"])
  func ofTheDead(scope: String) throws {
    let folder = try TemporaryFolder()
    let dead = LeaseOwner.own.text(beat: 3).replacing("process \(getpid())", with: "process 2147483646")
    try folder.write(".\(scope).lease", dead)
    try folder.write(".sub-02.lease", dead)
    let lease = try Lease(folder.path, scope: "study", waits: false)
    #expect(try Folder.names(folder.path) == [".study.lease"])
    lease.release()
  }

  /// What merely looks like a lease is nobody's, and a file that another made of the name is not ours to remove.
  @Test func namesOfOthers() throws {
    let folder = try TemporaryFolder()
    try folder.write("study.lease", "x")
    try folder.write(".study.lease.txt", "x")
    let lease = try Lease(folder.path, scope: "sub-01", waits: false)
    #expect(unlink(folder.file(".sub-01.lease")) == 0)
    try folder.write(".sub-01.lease", "another's")
    lease.release()
    #expect(try Folder.names(folder.path) == [".study.lease.txt", ".sub-01.lease", "study.lease"])
  }

  @Test func noFolder() {
    let error = #expect(throws: PETError.self) { try Lease("/no/such/folder", scope: "study", waits: false) }
    #expect(error?.code == .cannotWrite && error?.file == "/no/such/folder/.study.lease")
  }
}
