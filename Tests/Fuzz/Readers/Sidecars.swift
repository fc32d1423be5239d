import PETCore
import PETKinetics
import PETResults
import PETStudy
import PETTestSupport

extension FuzzedReader {
  private static let table = """
    time\tframe_start\tframe_end\tAIF\twhole_blood_radioactivity\tplasma_radioactivity\tmetabolite_parent_fraction\tBPND\tBPND-se\tregion
    0\t0\t60\t0\t0\t0\t1\t2\t0.1\t1
    60\t60\t120\t20\t18\t22\t0.9\t1\t0.2\t2
    120\t120\t180\t9\t9\t12\t0.8\t0\t0\t3

    """

  /// As the sidecar of a scan and, beside a fixed table, of curves, blood and the rest.
  func readSidecars(_ bytes: UnsafeRawBufferPointer, in folder: TemporaryFolder, _ attempts: inout Attempts) throws {
    _ = try folder.keep("dataset_description.json", "{}")
    let table = try folder.keep("sub-01_blood.tsv", Self.table)
    let path = try folder.replace("sub-01_blood.json", bytes)
    var document: JSONValue?
    attempts.attempt("object") { () throws(PETError) in document = try JSONValue.readObject(path: path) }
    guard let document else { return }
    attempts.attempt("scan") { () throws(PETError) in
      let timing = try ScanTiming(try PETSidecar(path: path))
      let activity = timing.activity(Array(repeating: 1, count: timing.storedFrames))
      precondition(activity.count == timing.frames.count, "a value a kept frame")
      precondition(timing.frames.starts.allSatisfy { $0 >= 0 }, "no kept frame begins before injection")
    }
    attempts.attempt("curves") { () throws(PETError) in _ = try CurveReader.read(table) }
    attempts.attempt("input") { () throws(PETError) in _ = try InputFunctionReader.read(table) }
    attempts.attempt("blood") { () throws(PETError) in
      _ = try InputFunction(try BloodReader.read([table], injection: 30), InputChoices())
    }
    attempts.attempt("binding") { () throws(PETError) in
      _ = try BindingReader.read(table, measure: "BPND", level: 0.95)
    }
    // What we write is what we read.
    attempts.attempt("rewritten") { () throws(PETError) in
      let text = document.text
      guard let again = try? folder.write("again.json", text) else { return }
      let second = try JSONValue.readObject(path: again)
      precondition(Self.areSame(document, second), "a document written and read is the same")
    }
    precondition(attempts.taken.contains("rewritten"), "what is written can be read")
  }

  /// Equal members, numbers as numbers: Foundation reads `-0` as 0.
  private static func areSame(_ a: JSONValue, _ b: JSONValue) -> Bool {
    switch (a, b) {
    case (.number(let x), .number(let y)): x == y
    case (.array(let x), .array(let y)): x.count == y.count && zip(x, y).allSatisfy(areSame)
    case (.object(let x), .object(let y)):
      x.map(\.name) == y.map(\.name) && zip(x, y).allSatisfy { areSame($0.value, $1.value) }
    default: a == b
    }
  }
}
