import PETCore
import PETTestSupport
import Testing

@testable import PETResults

/// A transfer matrix as a table.
struct TransferTextTests {
  @Test func bothWays() throws {
    let transfer = RegionTransfer(
      names: ["A", "B b", "air"], rows: [[0.7, 0.2, 0.1], [0, 1, 0], [-2e-9, 1.0 / 3, 2.0 / 3]])
    let folder = try TemporaryFolder()
    let text = TransferText.tsv(transfer)
    #expect(text.hasPrefix("region\tA\tB b\tair\nA\t0.7\t0.2\t0.1\n") && text.hasSuffix("air\t0\t0.333333\t0.666667\n"))
    let path = try folder.write("x_transfer.tsv", text)
    let read = try TransferText.read(path)
    #expect(read.names == transfer.names && read.rows[0] == transfer.rows[0] && read.rows[2][1] == 0.333333)
    let short = try folder.write(
      "y_transfer.tsv", text.split(separator: "\n").dropLast().joined(separator: "\n") + "\n")
    #expect(throws: PETError.self) { try TransferText.read(short) }
  }
}
