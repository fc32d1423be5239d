import Foundation
import PETCore
import PETTestSupport
import Testing

struct FileDigestTests {
  /// SHA-256 of FIPS 180-4 and of nothing at all; of a million times `a` too, which takes several reads.
  @Test func publishedDigests() throws {
    let folder = try TemporaryFolder()
    let known = [
      ("", 0, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
      ("abc", 3, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
      (
        String(repeating: "a", count: 1_000_000), 1_000_000,
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"
      ),
    ]
    for (text, size, digest) in known {
      #expect(FileDigest(of: text) == FileDigest(size: size, sha256: digest) && FileDigest(of: text).sha256 == digest)
      #expect(try FileDigest(path: folder.write("f", text)) == FileDigest(size: size, sha256: digest))
    }
  }

  /// Text that is no digest is none.
  @Test(arguments: ["", "abc", String(repeating: "g", count: 64), String(repeating: "0", count: 65)])
  func noDigest(text: String) { #expect(FileDigest(size: 1, sha256: text) == nil) }

  /// The size is of bytes, not of letters.
  @Test func sizeInBytes() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("ä ö", "µCi")
    #expect(try FileDigest(path: path).size == 4)
    #expect(FileDigest(of: "µCi").matches(path))
  }

  /// One byte more, or another of the same size, is another file; one that is gone or a folder matches nothing.
  @Test func whatMatches() throws {
    let folder = try TemporaryFolder()
    let digest = FileDigest(of: "abc")
    #expect(digest.matches(try folder.write("same", "abc")))
    for text in ["abd", "abc\n", ""] { #expect(!digest.matches(try folder.write("other", text))) }
    #expect(!digest.matches(folder.file("none")) && !digest.matches(folder.path))
    #expect(throws: PETError.self) { try FileDigest(path: folder.file("none")) }
    #expect(throws: PETError.self) { try FileDigest(path: folder.path) }
  }

  /// A file of the same text in the same place that was put there anew is told; one that was only read is not.
  @Test func stampsTellWriting() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("f", "abc")
    let stamp = try #require(FileStamp(path: path))
    _ = try FileDigest(path: path)
    #expect(FileStamp(path: path) == stamp && FileStamp(path: folder.file("none")) == nil)
    // A minute ago, by the clock that files are stamped with.
    var times = [timespec(tv_sec: 1000, tv_nsec: 1), timespec(tv_sec: 1000, tv_nsec: 1)]
    #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    let older = try #require(FileStamp(path: path))
    times[1].tv_nsec = 2
    #expect(utimensat(AT_FDCWD, path, &times, 0) == 0)
    #expect(older != stamp && FileStamp(path: path) != older)
    try AtomicFile.write("abc", to: path)
    #expect(FileStamp(path: path) != stamp)
  }
}
