import Foundation
package import PETCore

/// An integer segmentation on its grid; 0 is background.
package struct LabelImage: Sendable {
  package let grid: Grid
  package let labels: [Int32]
  package let file: String
  package private(set) var findings: [Finding]

  package init(grid: Grid, labels: [Int32], file: String = "") {
    self.grid = grid
    self.labels = labels
    self.file = file
    findings = []
  }

  /// Reads a 3-D label image; every voxel must be a whole number.
  package init(path: String) throws(PETError) {
    let volume = try Volume(path: path)
    var labels = [Int32](repeating: 0, count: volume.values.count)
    var labelled = 0
    for (i, value) in volume.values.enumerated() {
      guard value == value.rounded(), abs(value) < 1e9 else {
        throw PETError(
          .wrongInput, file: path, field: "voxels", "\(NumberText.short(value)) is not a whole number: no label image",
          remedy: "give an integer segmentation, not probabilities or an image")
      }
      labels[i] = Int32(value)
      if value != 0 { labelled += 1 }
    }
    grid = volume.grid
    self.labels = labels
    file = path
    findings = volume.findings
    guard labelled > 0 else {
      throw PETError(.wrongInput, file: path, field: "voxels", "every label is 0", remedy: "check the segmentation")
    }
  }

  /// Of its regions: 1 in each voxel of a label, 0 elsewhere.
  package var weights: RegionWeights { RegionWeights(self) }

  /// The labels present, ascending, without background.
  package var present: [Int] { RegionWeights.present(labels) }

  /// Labels of the image that a table does not name.
  package func unnamedFindings(_ table: LabelTable) -> [Finding] {
    let named = Set(table.entries.map(\.index))
    let missing = present.filter { !named.contains($0) }
    guard !missing.isEmpty else { return [] }
    return [
      Finding(
        .note, .unnamedLabels, file: file, field: "labels", value: "\(missing.count)",
        "labels without a name: " + missing.prefix(10).map(String.init).joined(separator: ", ")
          + (missing.count > 10 ? " and \(missing.count - 10) more" : ""), remedy: "they are no regions")
    ]
  }

  /// Refuses a table whose names would go to other labels: the image holds the numbers of its column `mapping`, not those of
  /// `index`, which counts by BIDS.
  package func check(_ table: LabelTable) throws(PETError) {
    guard !table.mapping.isEmpty else { return }
    let (labels, index, standard) = (Set(present), Set(table.entries.map(\.index)), Set(table.mapping.values))
    guard labels.isSubset(of: standard), labels != index, !labels.isSubset(of: index) || labels == standard
    else { return }
    let odd = labels.subtracting(index).sorted()
    throw PETError(
      .wrongInput, file: table.file, field: "mapping",
      "the labels of \((file as NSString).lastPathComponent) are those of the column mapping, not of index"
        + (odd.isEmpty ? "" : " (such as \(odd[0]))") + ": every region would have another's name",
      remedy: "write the numbers that the image holds into index")
  }

  /// What is to be said where the labels may be the numbers of `index` or of `mapping`, which name them differently.
  package func mappingFindings(_ table: LabelTable) -> [Finding] {
    let labels = Set(present)
    guard labels.isSubset(of: Set(table.mapping.values)) else { return [] }
    let odd = table.mapping.filter { $0.key != $0.value && labels.contains($0.key) && labels.contains($0.value) }.keys
    guard let first = odd.min() else { return [] }
    return [
      Finding(
        .warning, .labelMapping, file: table.file, field: "mapping", value: "\(first)",
        "the labels of \((file as NSString).lastPathComponent) may be those of index or of mapping, and \(odd.count) have "
          + "other names by mapping (such as \(first)); index is taken, as BIDS says",
        remedy: "take the column mapping away, or write the numbers that the image holds into both", castsDoubt: true)
    ]
  }

  /// A table of `label-N` names for a segmentation that has none.
  package var unnamedTable: LabelTable {
    LabelTable(entries: present.map { LabelTable.Entry(index: $0, name: "label-\($0)") }, file: file)
  }
}

extension Finding.Code {
  package static let labelMapping = Finding.Code("label-mapping")
  package static let unnamedLabels = Finding.Code("unnamed-labels")
}
