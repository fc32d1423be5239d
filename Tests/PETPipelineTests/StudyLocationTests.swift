import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETPipeline

/// Where the study of an output lies, seen from the output: both may move together.
struct StudyLocationTests {
  @Test func movesWithTheOutput() throws {
    let folder = try TemporaryFolder()
    for path in ["a/study/derivatives/seg", "a/out/logs"] { try AtomicFile.makeFolder(folder.file(path)) }
    try StudyLocation(
      output: folder.file("a/out"), study: folder.file("a/study"), given: [folder.file("a/study/derivatives/seg")]
    ).write(to: folder.file("a/out"))
    try FileManager.default.moveItem(atPath: folder.file("a"), toPath: folder.file("b"))
    let found = try #require(StudyLocation.read(folder.file("b/out")))
    #expect(found.study == folder.file("b/study") && found.derivatives == [folder.file("b/study/derivatives/seg")])
    let text = try String(contentsOfFile: folder.file("b/out/logs/study.json"), encoding: .utf8)
    #expect(!text.contains(folder.path))
  }

  /// A table of scans is a place as a folder is; an output that says nothing has none.
  @Test func tablesAndNothing() throws {
    let folder = try TemporaryFolder()
    for path in ["lab", "out/logs"] { try AtomicFile.makeFolder(folder.file(path)) }
    #expect(StudyLocation.read(folder.file("out")) == nil)
    try StudyLocation(output: folder.file("out"), study: folder.file("lab/scans.tsv"), given: []).write(
      to: folder.file("out"))
    let found = try #require(StudyLocation.read(folder.file("out")))
    #expect(found.study == folder.file("lab/scans.tsv") && found.derivatives.isEmpty)
    try folder.write("out/logs/study.json", "{\"Derivatives\": []}")
    #expect(StudyLocation.read(folder.file("out")) == nil)
  }
}
