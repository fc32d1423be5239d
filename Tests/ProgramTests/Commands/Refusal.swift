import PETTestSupport
import Testing

/// A command that is refused: its exit code, nothing on standard output, one line that holds the words.
func refused(_ arguments: [String], _ status: Int32, _ words: String...) throws {
  let run = try Program.run(arguments)
  #expect(run.status == status, "\(run.errors)")
  #expect(run.output.isEmpty)
  let lines = run.errors.split(separator: "\n")
  #expect(lines.count == 1 && lines[0].hasPrefix("petbalance: error: "), "\(run.errors)")
  for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
}
