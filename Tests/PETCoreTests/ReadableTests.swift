import PETCore
import PETTestSupport
import Testing

struct ReadableTests {
  /// What is missing or damaged has no value; what is there and cannot be read is an error.
  @Test func onlyWhatCannotBeReadIsThrown() throws {
    let folder = try TemporaryFolder()
    let damaged = try folder.write("damaged.json", "{")
    let whole = try folder.write("whole.json", "{\"a\": 1}")
    func read(_ path: String) throws(PETError) -> JSONValue? {
      try readable { () throws(PETError) in try JSONValue.readObject(path: path) }
    }
    #expect(try read(folder.file("none.json")) == nil)
    // A file where a folder belongs.
    #expect(try read(whole + "/a.json") == nil)
    #expect(try read(damaged) == nil)
    #expect(try read(whole)?["a"]?.double == 1)
    let error = #expect(throws: PETError.self) { try read(folder.path) }
    #expect(error?.code == .cannotRead)
  }
}
