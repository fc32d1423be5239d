import Foundation
import PETCore
import PETTestSupport
import Testing

struct FolderTests {
  /// Hidden, odd and foreign names are all there, in the order of their code points, whatever the disk's order is.
  @Test func namesInOrder() throws {
    let folder = try TemporaryFolder()
    let names = ["b", "B", "10", "9", ".hidden", "a b", "ä", "..c", "line\nend"]
    for name in names { try folder.write(name, "") }
    #expect(try Folder.names(folder.path) == ["..c", ".hidden", "10", "9", "B", "a b", "b", "line\nend", "ä"])
  }

  /// No folder holds nothing, and neither does a file; 255 bytes are a name like any other.
  @Test func whatHoldsNothing() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("f", "")
    #expect(try Folder.names(folder.file("none")).isEmpty && Folder.names(file).isEmpty)
    #expect(try Folder.names(file + "/below").isEmpty && Folder.tree(folder.file("none")).isEmpty)
    let long = String(repeating: "x", count: 255)
    try folder.write(long, "")
    #expect(try Folder.names(folder.path) == ["f", long])
  }

  /// Of a folder of hundreds the list of a second ago is kept while nothing in it changes, and no longer.
  @Test func largeFoldersAreListedAnewWhenTheyChange() throws {
    let folder = try TemporaryFolder()
    for number in 0..<120 { try folder.write("sub-\(number).tsv", "") }
    func names() throws -> [String] { try Folder.names(folder.path, ending: ".json", unlessForbidden: false) }
    #expect(try names().isEmpty)
    try folder.write("a.json", "")
    #expect(try names() == ["a.json"])
    // A minute ago: old enough for the list to be kept.
    let minute = timespec(tv_sec: time(nil) - 60, tv_nsec: 0)
    #expect(utimensat(AT_FDCWD, folder.path, [minute, minute], 0) == 0)
    #expect(try names() == ["a.json"] && names() == ["a.json"])
    try folder.write("b.json", "")
    #expect(try names() == ["a.json", "b.json"])
    try FileManager.default.removeItem(atPath: folder.file("a.json"))
    #expect(try names() == ["b.json"])
  }

  /// A folder that is there and cannot be listed is no empty one.
  @Test func whatCannotBeListed() throws {
    let folder = try TemporaryFolder()
    #expect(symlink(folder.file("loop"), folder.file("loop")) == 0)
    let error = #expect(throws: PETError.self) { try Folder.names(folder.file("loop")) }
    #expect(error?.code == .cannotRead && error?.file == folder.file("loop"))
  }

  /// Everything below, with the folders themselves; links are names, and nothing is looked for behind them.
  @Test func treeStopsAtLinks() throws {
    let folder = try TemporaryFolder()
    for name in ["b/c/d", "b/a", "a", "b.x"] { try folder.write(name, "") }
    #expect(symlink(folder.path, folder.file("b/up")) == 0)
    #expect(mkdir(folder.file("empty"), 0o700) == 0)
    #expect(try Folder.tree(folder.path) == ["a", "b", "b.x", "b/a", "b/c", "b/c/d", "b/up", "empty"])
  }

  /// A link in a folder's place is refused, whether it leads anywhere or not; folders, files and nothing are not.
  @Test func linksInAFoldersPlace() throws {
    let folder = try TemporaryFolder()
    #expect(symlink(folder.path, folder.file("link")) == 0 && symlink("none", folder.file("nowhere")) == 0)
    for name in ["link", "nowhere"] {
      let error = #expect(throws: PETError.self) { try Folder.checkIsOwn(folder.file(name)) }
      #expect(error?.code == .cannotWrite)
    }
    try Folder.checkIsOwn(folder.path)
    try Folder.checkIsOwn(folder.file("none"))
  }
}
