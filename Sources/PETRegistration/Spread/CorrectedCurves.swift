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
    let place = Dictionary(uniqueKeysWithValues: transfer.regions.enumerated().map { ($0.element, $0.offset) })
    let (told, condition) = try Self.check(transfer, names, absorbed: absorbed, weights.file)
    let transfers =
      try moved.map { (moved) throws(PETError) in
        try Self.transfers(labels, at: moved.weights.map { $0.pose?.affine }, mean: mean, rounds, jobs: jobs)
      } ?? [transfer]
    let measured = try WeightedMeans(
      path: path, weights: transfers.map(\.weights), places: moved?.places ?? [], frames: frames)
    var solved = [[Double]](repeating: [], count: transfer.regions.count)
    for frame in 0..<frames {
      let own = moved.map { transfers[$0.places[frame]] } ?? transfer
      let means = measured.means.map { $0[frame] }
      let known = zip(means, own.weights).map { $1.isEmpty ? 0 : $0 }
      let activity = known.allSatisfy(\.isFinite) ? own.solve(known) : nil
      for region in solved.indices {
        solved[region].append(own.weights[region].isEmpty ? .nan : activity?[region] ?? .nan)
      }
    }
    // Merged after the solve, by the volumes of the labels.
    func merged(_ region: RegionDefinition, _ value: (Int) -> Double) -> Double {
      let parts = region.labels.compactMap { place[$0] }
      guard parts.count == region.labels.count, !parts.isEmpty else { return .nan }
      let whole = parts.reduce(0) { $0 + transfer.volumes[$1] }
      return parts.reduce(0) { $0 + transfer.volumes[$1] * value($1) } / whole
    }
    means = regions.map { region in (0..<frames).map { frame in merged(region) { solved[$0][frame] } } }
    volumes = regions.map { region in
      region.labels.reduce(0) { sum, label in sum + (place[label].map { transfer.volumes[$0] } ?? 0) }
    }
    ownShares = regions.map { region in
      let parts = region.labels.compactMap { place[$0] }
      return parts.isEmpty
        ? .nan : merged(region) { row in parts.reduce(0) { $0 + transfer.matrix[row][$1] } }
    }
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

  /// The matrices of the labels at other poses, with the same regions in the same order.
  ///
  /// - Parameter rounds: places of regions that are taken with others, round by round.
  private static func transfers(
    _ labels: SurroundedLabels, at poses: [Affine?], mean: [Float], _ rounds: [[Int: Int]], jobs: Int
  ) throws(PETError) -> [TransferMatrix] {
    var result: [TransferMatrix] = []
    while result.count < poses.count {
      let some = Array(poses[result.count..<min(poses.count, result.count + SurroundedLabels.most)])
      for space in try labels.spreads(at: some, jobs: jobs) {
        result.append(TransferMatrix(rounds.reduce(space) { $0.absorbing($1) }, mean: mean, jobs: jobs))
      }
    }
    return result
  }

  /// That most of the rim holds no numbers, or zeros, where labels must spill into it.
  private static func cut(_ space: RegionSpread, _ mean: [Float], _ path: String) -> Finding? {
    guard let rim = space.regions.firstIndex(of: FineLabels.rim) else { return nil }
    let voxels = space.fractions[rim].voxels
    let nothing = voxels.count { mean[Int($0)] == 0 || !mean[Int($0)].isFinite }
    guard nothing > voxels.count / 2 else { return nil }
    return Finding(
      .warning, .scanStripped, file: path, field: "voxels", value: "\(nothing)",
      "there is no activity around the labels, where they must spill into: the scan was cut to the brain",
      remedy: "correct the scan as it was before it was cut", castsDoubt: true)
  }

  /// That space around the labels is as active as they are: labels of some of the brain alone.
  private static func uncovered(_ space: RegionSpread, _ mean: [Float], _ file: String) -> Finding? {
    func median(_ places: [Int]) -> Double {
      let values = places.flatMap { place in
        zip(space.fractions[place].voxels, space.fractions[place].values)
          .compactMap { $1 > 0.5 && mean[Int($0)].isFinite ? Double(mean[Int($0)]) : nil }
      }
      return values.count < 10 ? .nan : Order.quantile(values.sorted(), 0.5)
    }
    guard let head = space.regions.firstIndex(of: FineLabels.head) else { return nil }
    let share = median([head]) / median(Array(0..<space.labelled))
    guard share > largestAround else { return nil }
    return Finding(
      .warning, .brainUnlabelled, file: file, field: "labels", value: NumberText.fixed(share, decimals: 2),
      "what lies around the labels is as active as they are: they do not cover the brain",
      remedy: "correct with a segmentation of the whole brain; what spills in from the rest is not taken out",
      castsDoubt: true)
  }

  /// That labels lie beside space inside the brain which none covers.
  private static func beside(_ labels: SurroundedLabels, _ names: [Int: String], _ file: String) -> Finding? {
    guard !labels.unmodelled.isEmpty else { return nil }
    return Finding(
      .note, .neighbourUnmodelled, file: file, field: "labels", value: "\(labels.unmodelled.count)",
      "they lie beside space inside the brain that no label covers: \(words(labels.unmodelled, names))",
      remedy: "what spills from it is not taken out of them: give a segmentation with ventricles and white matter")
  }

  /// That a frame holds no number of some space around the labels.
  private static func unmeasured(_ space: RegionSpread, _ transfer: TransferMatrix, _ path: String) -> Finding? {
    let empty = (space.labelled..<space.regions.count).filter {
      transfer.weights[$0].isEmpty && !space.fractions[$0].voxels.isEmpty
    }
    guard !empty.isEmpty else { return nil }
    return Finding(
      .note, .scanStripped, file: path, field: "voxels", value: "\(empty.count)",
      "of " + empty.compactMap { around[space.regions[$0]].map { "the \($0)" } }.joined(separator: " and ")
        + " the scan has no numbers",
      remedy: "it is taken as without activity")
  }

  /// Names of the space that no label covers.
  private static let around = [
    FineLabels.rim: "rim", FineLabels.shell: "shell", FineLabels.head: "head", FineLabels.air: "air",
  ]

  /// Names of labels.
  private static func names(_ regions: [RegionDefinition]) -> [Int: String] {
    Dictionary(
      regions.filter { !$0.isMerged }.flatMap { region in region.labels.map { ($0, region.name) } },
      uniquingKeysWith: { first, _ in first })
  }

  private static func words(_ labels: [Int], _ names: [Int: String]) -> String {
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

  /// Refuses what cannot be solved, and says what is poorly resolved.
  private static func check(
    _ transfer: TransferMatrix, _ names: [Int: String], absorbed: [Int], _ file: String
  ) throws(PETError) -> (findings: [Finding], condition: Double) {
    func words(_ places: [Int]) -> String { self.words(places.map { transfer.regions[$0] }, names) }
    let shares = transfer.ownShares
    let labels = (0..<transfer.labelled).filter { !transfer.weights[$0].isEmpty }
    guard let condition = transfer.condition, condition.isFinite else {
      throw PETError(
        .wrongInput, file: file, field: "partial-volume", "the regions cannot be told apart at this resolution",
        remedy: "merge small regions with their neighbours, or correct the FWHM")
    }
    var findings: [Finding] = []
    if !absorbed.isEmpty {
      findings.append(
        Finding(
          .note, .regionsAbsorbed, file: file, field: "own-share", value: "\(absorbed.count)",
          "of what is measured there less than 5 % is its own: \(Self.words(absorbed, names))",
          remedy: "they have no corrected curve, and were taken with what they lie in"))
    }
    let poor = labels.filter { shares[$0] < CurveCorrection.poorShare }
    if !poor.isEmpty {
      findings.append(
        Finding(
          .note, .poorlyResolved, file: file, field: "own-share", value: "\(poor.count)",
          "of what is measured there less than 30 % is its own: \(words(poor))",
          remedy: "read them with their errors, or merge them with their neighbours"))
    }
    if condition > largestCondition {
      findings.append(
        Finding(
          .warning, .illConditioned, file: file, field: "partial-volume",
          value: NumberText.short(condition.rounded()),
          "the transfer matrix multiplies errors by up to \(NumberText.short(condition.rounded()))",
          remedy: "merge small regions with their neighbours"))
    }
    return (findings, condition)
  }
}

extension Finding.Code {
  package static let brainUnlabelled = Finding.Code("brain-unlabelled")
  package static let illConditioned = Finding.Code("ill-conditioned")
  package static let neighbourUnmodelled = Finding.Code("neighbour-unmodelled")
  package static let poorlyResolved = Finding.Code("poorly-resolved")
  package static let regionsAbsorbed = Finding.Code("regions-absorbed")
  package static let scanStripped = Finding.Code("scan-stripped")
}
