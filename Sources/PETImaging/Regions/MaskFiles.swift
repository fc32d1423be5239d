import Foundation
package import PETCore

/// Masks as files: one a region, or one 4-D file with a volume a region; 0 and 1, or fractions of the voxel.
package enum MaskFiles {
  /// What rounding of stored values may add to 1.
  private static let rounding = 1e-3

  /// Reads masks that lie on one grid.
  ///
  /// - Parameters:
  ///   - files: one for each region in turn, or a single 4-D file.
  ///   - table: names of the volumes of a 4-D file, which count from 1; nil where it has none.
  ///   - name: of the region of a file.
  /// - Returns: the weights, and the name of each region by its index.
  package static func read(_ files: [String], names table: LabelTable?, name: (String) -> String) throws(PETError) -> (
    weights: RegionWeights, names: LabelTable
  ) {
    guard let first = files.first else {
      throw PETError(.missingInput, field: "masks", "there is no mask", remedy: "name one file for each region")
    }
    let stream = try VoxelStream(path: first)
    let (grid, frames) = (stream.header.grid, stream.header.frames)
    var findings: [Finding] = []
    var masks: [RegionMask] = []
    var names: [String] = []
    if files.count == 1, frames > 1 {
      names = try volumeNames(table, count: frames, file: first)
      try eachVolume(stream, grid.count) { (volume, values) throws(PETError) in
        masks.append(try mask(values, index: volume + 1, file: first, field: names[volume], &findings))
      }
      findings += stream.findings
    } else {
      for (place, file) in files.enumerated() {
        let volume = try Volume(path: file)
        guard volume.grid.isSame(as: grid) else { throw otherGrid(file, volume.grid, first, grid) }
        findings += volume.findings
        names.append(name(file))
        masks.append(try mask(volume.values, index: place + 1, file: file, field: "voxels", &findings))
      }
    }
    try check(names, files, masks)
    guard masks.contains(where: { !$0.offsets.isEmpty }) else {
      throw PETError(
        .wrongInput, file: first, field: "voxels", "no mask has a voxel above 0", remedy: "check the masks")
    }
    findings += MaskOverlap.findings(masks, names: names, file: first)
    let entries = zip(masks, names).map { LabelTable.Entry(index: $0.index, name: $1) }
    return (RegionWeights(masks, on: grid, findings: findings), LabelTable(entries: entries, file: first))
  }

  private static func mask(
    _ values: [Double], index: Int, file: String, field: String, _ findings: inout [Finding]
  ) throws(PETError) -> RegionMask {
    var largest = 0.0
    var areWhole = true
    for value in values {
      guard value.isFinite, value >= 0 else {
        throw PETError(
          .wrongInput, file: file, field: field,
          value.isFinite ? "\(NumberText.short(value)) is below 0: no mask" : "a voxel is not finite: no mask",
          remedy: "give 0 and 1, or fractions of the voxel from 0 to 1")
      }
      largest = max(largest, value)
      areWhole = areWhole && value == value.rounded()
    }
    guard largest <= 1 + rounding else {
      let (problem, remedy) = excess(largest, areWhole: areWhole, levels: Set(values.filter { $0 > 0 }).count)
      throw PETError(.wrongInput, file: file, field: field, problem, remedy: remedy)
    }
    if largest == 0 {
      findings.append(
        Finding(
          .warning, .emptyMask, file: file, field: field, "the mask has no voxel above 0",
          remedy: "its row is n/a: check the mask"))
    }
    return RegionMask(index: index, file: file, weights: values)
  }

  /// What values above 1 probably are.
  private static func excess(_ largest: Double, areWhole: Bool, levels: Int) -> (problem: String, remedy: String) {
    let most = NumberText.short(largest)
    if areWhole, levels == 1 {
      return ("its voxels are 0 and \(most) where a mask has 0 and 1", "divide it by \(most)")
    }
    if areWhole, largest != 100 {
      return ("it holds whole numbers up to \(most): a label image", "give it as labels (--labels)")
    }
    if largest > 1.5, largest <= 100 + 100 * rounding {
      return ("it goes up to \(most): percent where a mask has fractions", "divide it by 100")
    }
    return ("it goes up to \(most): no mask", "give 0 and 1, or fractions of the voxel from 0 to 1")
  }

  private static func otherGrid(_ file: String, _ own: Grid, _ first: String, _ grid: Grid) -> PETError {
    let name = (first as NSString).lastPathComponent
    return PETError(
      .wrongInput, file: file, field: "grid",
      own.description != grid.description
        ? "the mask is \(own.description) voxels, \(name) \(grid.description)"
        : "the mask and \(name) have one shape but lie elsewhere in space",
      remedy: "bring all masks of a scan to one grid")
  }

  /// Names of the volumes of a 4-D file, in their order.
  private static func volumeNames(_ table: LabelTable?, count: Int, file: String) throws(PETError) -> [String] {
    guard let table else {
      throw PETError(
        .missingInput, file: file, field: "names", "it has \(count) volumes and no names of them",
        remedy: "put a .tsv of its name beside it with index (from 1) and name, or give --names")
    }
    let known = Dictionary(table.entries.map { ($0.index, $0.name) }, uniquingKeysWith: { first, _ in first })
    let names = (1...count).compactMap { known[$0] }
    guard names.count == count, known.count == count else {
      throw PETError(
        .wrongInput, file: table.file, field: "index",
        "it names \(known.count) regions, the masks have \(count) volumes",
        remedy: "give each volume one row, index from 1")
    }
    return names
  }

  private static func check(_ names: [String], _ files: [String], _ masks: [RegionMask]) throws(PETError) {
    var seen: [String: Int] = [:]
    for (place, name) in names.enumerated() {
      let file = masks[place].file
      try RegionName.check(name, file: file, field: "name")
      if let other = seen.updateValue(place, forKey: RegionName.key(name)) {
        throw PETError(
          .wrongInput, file: file, field: "name",
          "'\(name)' is the region of \((masks[other].file as NSString).lastPathComponent) as well",
          remedy: "give each region one mask")
      }
    }
  }

  /// Hands over each volume of a 4-D image in turn.
  private static func eachVolume(_ stream: VoxelStream, _ count: Int, _ body: (Int, [Double]) throws(PETError) -> Void)
    throws(PETError)
  {
    var values = [Double](repeating: 0, count: count)
    for volume in 0..<stream.header.frames {
      try Volume.read(stream, into: &values)
      try body(volume, values)
    }
    try stream.finish()
  }
}

extension Finding.Code {
  package static let emptyMask = Finding.Code("empty-mask")
}
