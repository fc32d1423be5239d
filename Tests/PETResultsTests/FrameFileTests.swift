import Foundation
import PETCore
import PETKinetics
import PETResults
import PETTestSupport
import Testing

/// Tables of frames and of blood as they are written and read again.
struct FrameFileTests {
  @Test(arguments: [nil, [1.0, 0, 1.25]])
  func whatIsWrittenIsRead(weights: [Double]?) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sub-01_tacs.tsv")
    let file = FrameFile(
      starts: [0, 60, 180], ends: [60, 180, 300.5], weights: weights, names: ["A", "weighty", "none"],
      columns: [[0, 1.5, .nan], [1e-7, 2, 3], [.nan, .nan, .nan]])
    try AtomicFile.write(file.tsv, to: path)
    let read = try FrameFile(path: path)
    #expect(read.starts == file.starts && read.ends == file.ends && read.weights == weights && read.names == file.names)
    #expect(read.columns[1] == file.columns[1] && read.columns[0][2].isNaN && read.columns[2].allSatisfy(\.isNaN))
    #expect(read.tsv == file.tsv)
  }

  @Test func framesAreNamed() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sub-01_tacs.tsv")
    try AtomicFile.write("start\tframe_end\tA\n0\t60\t1\n", to: path)
    let error = #expect(throws: PETError.self) { try FrameFile(path: path) }
    #expect(error?.problem.contains("frame_start") == true)
  }

  /// An input with all that it was made from, one with blood, and the parent alone.
  @Test(arguments: [
    InputFile(times: [0, 10], wholeBlood: [0, 5], plasma: [0, 6], fraction: [1, 0.9], parent: [0, 5.4]),
    InputFile(times: [0, 10], wholeBlood: [0, 5], parent: [0, 5.4]),
    InputFile(times: [0, 10], wholeBlood: nil, parent: [0, 5.4]),
  ])
  func inputsAreReadAsWritten(file: InputFile) throws {
    let folder = try TemporaryFolder()
    let path = folder.file("sub-01_inputfunction.tsv")
    try AtomicFile.write(file.tsv, to: path)
    let read = try InputFile(path: path)
    #expect(read.times == file.times && read.parent == file.parent && read.wholeBlood == file.wholeBlood)
    #expect(read.plasma == file.plasma && read.fraction == file.fraction && read.tsv == file.tsv)
  }
}
