package import PETCore
package import PETImaging

/// Regional means of a scan without what their neighbours spill into them, by the geometric transfer matrix.
///
/// Nothing is clipped, rescaled or regularised: negative activity in an early frame is noise, and right.
package struct CorrectedCurves: Sendable {
  /// Stored units of the image, one curve a region.
  package let means: [[Double]]
  /// mm3, of the labels at their own resolution.
  package let volumes: [Double]
  /// How much of what is measured in each region is its own; of a merged region its parts' together.
  package let ownShares: [Double]
  /// Of the matrix.
  package let condition: Double
  /// The matrix, by names of labels and of the space around them.
  package let transfer: RegionTransfer
  /// What the correction was made with, for others like it.
  package let basis: Basis
  package let findings: [Finding]

  /// Regions that nearly nothing of what is measured there is their own are taken with what they are in, up to this share of the
  /// labels' volume.
  static let largestAbsorbed = 0.05

  /// Median activity of the head beyond the rim, of the labels' median, above which it is brain.
  ///
  /// In a simulated head scalp, skull and the air beside have 0.11, and brain around labels of two nuclei 0.63.
  static let largestAround = 0.5

  /// Right labels of a real brain give conditions of 25 to 102.
  static let largestCondition = 200.0

  /// - Parameters:
  ///   - weights: of a label image; regions are made of its labels.
  ///   - mean: of the scan over time, one value a voxel of its grid, which tells where the head is.
  ///   - frames: that are stored.
  ///   - moved: where single frames have the labels; nil where all have them in one place.
  ///   - jobs: threads; the result does not depend on them.
  /// - Throws: where much of the labels holds nearly nothing of its own, or the regions cannot be told apart.
  package init(
    path: String, weights: RegionWeights, regions: [RegionDefinition], spread: PointSpread, on grid: Grid,
    mean: [Float], frames: Int, moved: MovedWeights? = nil, jobs: Int
  ) throws(PETError) {
    let names = Self.names(regions)
    let labels = try SurroundedLabels(weights, on: grid, mean: mean, spread: spread)
    var space = try labels.spreads(at: [weights.pose?.affine], jobs: jobs)[0]
    var transfer = TransferMatrix(space, mean: mean, jobs: jobs)
    var absorbed: [Int] = []
    var rounds: [[Int: Int]] = []
    var left = Self.largestAbsorbed * transfer.volumes.prefix(transfer.labelled).reduce(0, +)
    while let targets = try Self.targets(transfer, absorbed: absorbed, upTo: left, names, weights.file) {
      absorbed += targets.keys.sorted().map { space.regions[$0] }
      rounds.append(targets)
      left -= targets.keys.reduce(0) { $0 + transfer.volumes[$1] }
      space = space.absorbing(targets)
      transfer = TransferMatrix(space, mean: mean, jobs: jobs)
    }
    let (told, condition) = try Self.check(transfer, names, absorbed: absorbed, weights.file)
    let posed = PosedTransfers(
      try moved.map { (moved) throws(PETError) in
        try PosedTransfers.transfers(labels, at: moved.weights.map { $0.pose?.affine }, mean: mean, rounds, jobs: jobs)
      } ?? [transfer], places: moved?.places ?? [])
    let measured = try WeightedMeans(
      path: path, weights: posed.transfers.map(\.weights), places: posed.places, frames: frames)
    let merging = MergedLabels(regions, transfer)
    means = merging.curves(posed.activity(measured.means, frames: frames))
    volumes = merging.volumes
    ownShares = merging.ownShares(transfer)
    basis = Basis(labels: labels, spread: spread, rounds: rounds)
    self.condition = condition
    self.transfer = RegionTransfer(
      names: transfer.regions.map { Self.around[$0] ?? names[$0] ?? "label \($0)" }, rows: transfer.matrix)
    let lack = Self.cut(space, mean, path) ?? Self.unmeasured(space, transfer, path)
    findings =
      measured.findings + told
      + [
        lack, Self.beside(labels, names, weights.file), Self.uncovered(space, mean, weights.file),
      ].compactMap { $0 }
  }

  /// Names of the space that no label covers.
  static let around = [
    FineLabels.rim: "rim", FineLabels.shell: "shell", FineLabels.head: "head", FineLabels.air: "air",
  ]

  /// Names of labels.
  private static func names(_ regions: [RegionDefinition]) -> [Int: String] {
    Dictionary(
      regions.filter { !$0.isMerged }.flatMap { region in region.labels.map { ($0, region.name) } },
      uniquingKeysWith: { first, _ in first })
  }

  static func words(_ labels: [Int], _ names: [Int: String]) -> String {
    labels.prefix(8).map { names[$0] ?? "label \($0)" }.joined(separator: ", ")
      + (labels.count > 8 ? " and \(labels.count - 8) more" : "")
  }

  /// Regions that hold nearly nothing of their own, each with the one that most of what is measured there is from; nil for none.
  ///
  /// - Parameters:
  ///   - absorbed: labels that are parts of others already.
  ///   - most: of their volume together, mm3.
  private static func targets(
    _ transfer: TransferMatrix, absorbed: [Int], upTo most: Double, _ names: [Int: String], _ file: String
  ) throws(PETError) -> [Int: Int]? {
    let shares = transfer.ownShares
    let lost = (0..<transfer.labelled).filter {
      !transfer.weights[$0].isEmpty && shares[$0] < CurveCorrection.leastShare
    }
    guard !lost.isEmpty else { return nil }
    guard lost.reduce(0, { $0 + transfer.volumes[$1] }) <= most else {
      throw PETError(
        .wrongInput, file: file, field: "partial-volume",
        "of what is measured there less than 5 % is its own: \(words(absorbed + lost.map { transfer.regions[$0] }, names))",
        remedy: "merge small regions with their neighbours, or correct the FWHM")
    }
    return lost.reduce(into: [:]) { targets, place in
      let row = transfer.matrix[place]
      targets[place] = row.indices.filter { !lost.contains($0) }.max { row[$0] < row[$1] }
    }
  }
}
