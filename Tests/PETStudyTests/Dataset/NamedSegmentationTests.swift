import Foundation
import PETCore
import PETImaging
import PETStudy
import PETTestSupport
import Testing

struct NamedSegmentationTests {
  private static func segmentation(_ labels: [Double], names: String? = nil) throws -> NamedSegmentation {
    let folder = try TemporaryFolder()
    var image = RawNIfTI()
    image.dims = [3, labels.count, 1, 1, 1, 1, 1, 1]
    image.store(labels, as: 8)
    let path = try folder.write("sub-1_dseg.nii", image.data)
    if let names { try folder.write("sub-1_dseg.tsv", names) }
    return try NamedSegmentation(path: path)
  }

  @Test func namesFromTheTableBeside() throws {
    let own = try Self.segmentation([0, 1, 2, 2], names: "index\tname\n1\tA\n2\tB\n")
    #expect(own.weights.present == [1, 2] && own.names.entries.map(\.name) == ["A", "B"] && own.findings.isEmpty)
    #expect(own.files.map { ($0 as NSString).lastPathComponent } == ["sub-1_dseg.nii", "sub-1_dseg.tsv"])
    let lacking = try Self.segmentation([0, 1, 3], names: "index\tname\n1\tA\n")
    #expect(!lacking.findings.isEmpty)
  }

  /// FreeSurfer's own numbers have its names (FreeSurferColorLUT.txt) where both sides of cerebellum, caudate and putamen are
  /// there; others are label-N.
  @Test func namesWithoutATable() throws {
    let known = try Self.segmentation([0, 8, 47, 11, 50, 12, 51, 17, 53])
    #expect(known.findings.map(\.code) == [.freesurferNumbers] && known.findings.map(\.value) == ["8"])
    let names = Dictionary(known.names.entries.map { ($0.index, $0.name) }, uniquingKeysWith: { a, _ in a })
    #expect(names[8] == "Left-Cerebellum-Cortex" && names[50] == "Right-Caudate" && names[53] == "Right-Hippocampus")
    let unknown = try Self.segmentation([0, 8, 47])
    #expect(unknown.findings.map(\.code) == [.noLabelNames] && unknown.files.count == 1)
    #expect(unknown.names.entries.map(\.name) == ["label-8", "label-47"])
  }
}
