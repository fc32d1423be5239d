import Foundation
import PETCore
import PETTestSupport
import Testing

struct UpdatedFileTests {
  /// What comes in pieces over several reads, and what stands there before: the same, shorter, longer, other at the end, nothing.
  @Test func replacesWhatIsOther() throws {
    let folder = try TemporaryFolder()
    let text = String(repeating: "0123456789", count: 300_000)
    let cases = [
      text, String(text.dropLast()), text + "x", String(text.dropLast()) + "x", "x" + text.dropFirst(), "", nil,
    ]
    for (number, before) in cases.enumerated() {
      for purpose in [UpdatedFile.Purpose.compare, .update] {
        let path = folder.file("f\(number)")
        if let before { try folder.write("f\(number)", before) }
        let stamp = FileStamp(path: path)
        var file = UpdatedFile(path, purpose)
        for start in stride(from: 0, to: text.count, by: 70_000) {
          try file.write(Array(text.utf8.dropFirst(start).prefix(70_000)))
        }
        let (digest, isSame) = try file.finish()
        #expect(digest == FileDigest(of: text) && isSame == (before == text), "\(number)")
        if isSame || purpose == .compare {
          #expect(FileStamp(path: path) == stamp, "\(number)")
        } else {
          #expect(try String(contentsOfFile: path, encoding: .utf8) == text, "\(number)")
        }
      }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).count == cases.count)
  }

  /// Nothing at all is a file too; what is not finished leaves what stood there.
  @Test func nothingAndUnfinished() throws {
    let folder = try TemporaryFolder()
    var empty = UpdatedFile(folder.file("e"), .update)
    let ending = try empty.finish()
    #expect(!ending.isSame && ending.digest.size == 0 && FileManager.default.fileExists(atPath: folder.file("e")))
    let path = try folder.write("f", "before")
    do {
      var file = UpdatedFile(path, .update)
      try file.write([UInt8](repeating: 7, count: 3 << 20))
    }
    #expect(try String(contentsOfFile: path, encoding: .utf8) == "before")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["e", "f"])
  }

  @Test func aFolderInTheWay() throws {
    let folder = try TemporaryFolder()
    try FileManager.default.createDirectory(atPath: folder.file("d"), withIntermediateDirectories: false)
    var file = UpdatedFile(folder.file("d"), .update)
    try file.write([1])
    #expect(throws: PETError.self) { _ = try file.finish() }
  }
}
