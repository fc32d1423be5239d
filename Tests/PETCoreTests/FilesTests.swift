import Foundation
import PETCore
import PETTestSupport
import Testing

struct TSVTableTests {
  @Test func readsCRLFQuotesAndMissing() throws {
    let table = try TSVTable(text: "index\tname\r\n1\t\"Left \"\"A\"\"\"\r\n2\tn/a\r\n", file: "t.tsv")
    #expect(table.rows == [["1", "Left \"A\""], ["2", "n/a"]])
    #expect(try table.number(0, 0) == 1)
    #expect(try table.number(1, 1).isNaN)
  }

  @Test(arguments: [
    ("a\tb\n1\n", "line 2"), ("a\ta\n1\t2\n", "column 'a'"), ("", "header"), ("a\n1\n\n2\t3\n", "line 4"),
  ])
  func refuses(text: String, field: String) {
    let error = #expect(throws: PETError.self) { try TSVTable(text: text, file: "t.tsv") }
    #expect(error?.field == field && error?.file == "t.tsv")
  }

  @Test func namesLineAndColumnOfBadNumbers() throws {
    let table = try TSVTable(text: "time\tx\n0\t1\n1\t3,5\n", file: "t.tsv")
    let error = #expect(throws: PETError.self) { try table.number(1, 1) }
    #expect(error?.field == "line 3, column 'x'")
  }
}

struct AtomicFileTests {
  /// One column with commas in its name is a table of another program.
  @Test(arguments: [
    ("a,b\n1,2\n", "separated by ','"), ("a;b\n1;2\n", "separated by ';'"), ("a\n1\n", "no column 'b'"),
  ])
  func cellsThatOthersSeparate(text: String, words: String) throws {
    let table = try TSVTable(text: text, file: "t.tsv")
    let error = #expect(throws: PETError.self) { try table.required("b") }
    #expect(error?.problem.contains(words) == true)
  }

  @Test func anUnfinishedFileLeavesNothing() throws {
    let folder = try TemporaryFolder()
    do {
      var file = try AtomicFile(folder.file("a.txt"))
      try Array("half".utf8).withUnsafeBytes { bytes in try file.write(bytes) }
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    try AtomicFile.write("whole", to: folder.file("a.txt"))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["a.txt"])
  }

  /// The link goes, what it leads to stays; one that leads to no file is refused.
  @Test(arguments: [false, true])
  func takesTheLinksPlace(isStaged: Bool) throws {
    let folder = try TemporaryFolder()
    try folder.write("store/object", "old")
    for (name, target) in [("file", "store/object"), ("nowhere", "store/none"), ("folder", "store")] {
      #expect(symlink(folder.file(target), folder.file(name)) == 0)
    }
    let staging = isStaged ? StagedFiles() : nil
    for name in ["file", "nowhere"] { try AtomicFile.write("new", to: folder.file(name), staging: staging) }
    try staging?.commit()
    for name in ["file", "nowhere"] {
      var status = stat()
      #expect(lstat(folder.file(name), &status) == 0 && status.st_mode & S_IFMT == S_IFREG)
      #expect(try TextFile.read(folder.file(name)).text == "new")
    }
    #expect(try TextFile.read(folder.file("store/object")).text == "old")
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.file("store")) == ["object"])
    #expect(throws: PETError.self) { try AtomicFile.write("new", to: folder.file("folder"), staging: staging) }
    // What says the same already is not touched.
    #expect(symlink(folder.file("store/object"), folder.file("same")) == 0)
    try AtomicFile.update("old", to: folder.file("same"))
    var status = stat()
    #expect(lstat(folder.file("same"), &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
  }

  @Test func saysWhyItCannotWrite() {
    let error = #expect(throws: PETError.self) { try AtomicFile.write("x", to: "/no/such/folder/a.txt") }
    #expect(error?.code == .cannotWrite && error?.file == "/no/such/folder/a.txt")
  }
}

struct TextFileTests {
  @Test func refusesWhatIsNotARegularFile() throws {
    let folder = try TemporaryFolder()
    #expect(mkfifo(folder.file("pipe"), 0o600) == 0)
    #expect(throws: PETError.self) { try TextFile.read(folder.file("pipe")) }
    #expect(throws: PETError.self) { try TextFile.read(folder.path) }
    let missing = #expect(throws: PETError.self) { try TextFile.read(folder.file("none")) }
    #expect(missing?.code == .missingInput)
  }

  @Test func byteOrderMarkIsNotedAndOtherEncodingsRefused() throws {
    let folder = try TemporaryFolder()
    let marked = try folder.write("a.tsv", Data([0xef, 0xbb, 0xbf] + Array("x\n".utf8)))
    let read = try TextFile.read(marked)
    #expect(read.text == "x\n" && read.findings.map(\.code.word) == ["byte-order-mark"])
    let latin = try folder.write("b.tsv", Data([0xe9, 0x0a]))
    #expect(throws: PETError.self) { try TextFile.read(latin) }
  }
}

struct JSONValueTests {
  /// Every Double reads back as itself, those of 17 digits too.
  @Test func numbersReadBackExactly() throws {
    let folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 1)
    var numbers: [Double] = [0.1 + 0.2, 1e-300, .greatestFiniteMagnitude, 0x1p64]
    for i in 0..<1000 { numbers.append(Double.random(in: 0.1...1, using: &generator) * pow(10, Double(i % 40 - 20))) }
    let text = JSONValue.object([("list", .array(numbers.map(JSONValue.number)))]).text
    let read = try JSONValue.readObject(path: try folder.write("a.json", text))
    #expect(read["list"]?.list?.compactMap(\.double) == numbers)
  }

  @Test func keepsOrderAndEscapes() {
    let value = JSONValue.object([("b", 1), ("a", .array([0.5, .null])), ("t", .string("\"\n\u{1}"))])
    #expect(value.text == "{\n  \"b\": 1,\n  \"a\": [0.5, null],\n  \"t\": \"\\\"\\n\\u0001\"\n}\n")
  }

  @Test(arguments: [
    "", "[1]", "{\"a\": 1,}", "{\"a\": NaN}", "{\"a\": 1", "not json", "{\"a\": 1, \"a\": 2}",
    String(repeating: "[", count: 200_000),
  ])
  func refuses(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.json", text)
    #expect(throws: PETError.self) { try JSONValue.readObject(path: path) }
  }

  /// A parser may read 1e400 as infinity; the sidecar refuses it then (see its tests).
  @Test func aNumberBeyondDoublesIsNotFinite() throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.json", "{\"a\": 1e400}")
    #expect((try? JSONValue.readObject(path: path))?["a"]?.double?.isFinite != true)
  }

  @Test func tellsBooleansFromNumbers() throws {
    let folder = try TemporaryFolder()
    let value = try JSONValue.readObject(path: try folder.write("a.json", "{\"yes\": true, \"one\": 1}"))
    #expect(value["yes"]?.bool == true && value["one"]?.double == 1 && value["one"]?.bool == nil)
  }
}

/// Files that belong together.
struct StagedFilesTests {
  /// Nothing has its name before all are whole; a failure leaves what was there and no temporary file.
  @Test func allOrNone() throws {
    let folder = try TemporaryFolder()
    try folder.write("a.txt", "old")
    // A file where a folder should be.
    try folder.write("c", "")
    do {
      let staging = StagedFiles()
      try AtomicFile.write("new", to: folder.file("a.txt"), staging: staging)
      #expect(throws: PETError.self) { try AtomicFile.write("new", to: folder.file("c/b.txt"), staging: staging) }
      #expect(try String(contentsOfFile: folder.file("a.txt"), encoding: .utf8) == "old")
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.txt", "c"])
    let staging = StagedFiles()
    for name in ["a.txt", "b.txt"] { try AtomicFile.write("new", to: folder.file(name), staging: staging) }
    try staging.commit()
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.txt", "b.txt", "c"])
    #expect(try String(contentsOfFile: folder.file("a.txt"), encoding: .utf8) == "new")
  }

  /// What a process that is gone has left is swept; what this one is writing stays.
  @Test func onlyTheDeadAreSwept() throws {
    let folder = try TemporaryFolder()
    for name in [".b.partial-2147483646-7", "c.txt", ".partial"] { try folder.write(name, "") }
    var living = try AtomicFile(folder.file("a.txt"))
    Leftovers.sweep(folder.path)
    try living.finish()
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == [".partial", "a.txt", "c.txt"])
    for name in [".a_x.txt.partial-1-1", ".b.txt.partial-1-1"] { try folder.write(name, "") }
    Leftovers.sweep(folder.path, prefix: "a_")
    #expect(!FileManager.default.fileExists(atPath: folder.file(".a_x.txt.partial-1-1")))
    #expect(FileManager.default.fileExists(atPath: folder.file(".b.txt.partial-1-1")))
  }
}
