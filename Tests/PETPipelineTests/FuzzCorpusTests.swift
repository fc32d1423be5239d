import Foundation
import FuzzedReaders
import PETTestSupport
import Testing

/// The inputs that fuzzing began with, and all that once broke a reader, read again without a sanitizer.
struct FuzzCorpusTests {
  /// A file `valid-NAME…` is taken by the way to read that it names; every other may be refused, and breaks nothing.
  @Test(arguments: FuzzedReader.allCases)
  func isRead(reader: FuzzedReader) throws {
    let corpus = Program.package.appendingPathComponent("Tests/Fuzz/Corpus/\(reader.rawValue)")
    let files = try FileManager.default.contentsOfDirectory(at: corpus, includingPropertiesForKeys: nil)
    #expect(files.contains { $0.lastPathComponent.hasPrefix("valid-") })
    let folder = try TemporaryFolder()
    for file in files.sorted(by: { $0.path < $1.path }) {
      let bytes = try Data(contentsOf: file)
      let taken = try bytes.withUnsafeBytes { try reader.read($0, in: folder) }
      let words = file.lastPathComponent.split { $0 == "-" || $0 == "." }.map(String.init)
      if words[0] == "valid" { #expect(taken.contains(words[1]), "\(file.lastPathComponent): \(taken.sorted())") }
    }
  }
}
