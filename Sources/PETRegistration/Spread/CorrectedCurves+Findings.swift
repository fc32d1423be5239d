package import PETCore
import PETImaging

/// What is said of a correction for partial volume.
extension CorrectedCurves {
  /// That most of the rim holds no numbers, or zeros, where labels must spill into it.
  static func cut(_ space: RegionSpread, _ mean: [Float], _ path: String) -> Finding? {
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
  static func uncovered(_ space: RegionSpread, _ mean: [Float], _ file: String) -> Finding? {
    func median(_ places: [Int]) -> Double {
      let values = places.flatMap { place -> [Double] in
        let own = space.fractions[place]
        return zip(own.voxels, own.values).compactMap { (voxel, share) -> Double? in
          let value = Double(mean[Int(voxel)])
          return share > 0.5 && value.isFinite ? value : nil
        }
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
  static func beside(_ labels: SurroundedLabels, _ names: [Int: String], _ file: String) -> Finding? {
    guard !labels.unmodelled.isEmpty else { return nil }
    return Finding(
      .note, .neighbourUnmodelled, file: file, field: "labels", value: "\(labels.unmodelled.count)",
      "they lie beside space inside the brain that no label covers: \(words(labels.unmodelled, names))",
      remedy: "what spills from it is not taken out of them: give a segmentation with ventricles and white matter")
  }

  /// That a frame holds no number of some space around the labels.
  static func unmeasured(_ space: RegionSpread, _ transfer: TransferMatrix, _ path: String) -> Finding? {
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

  /// Refuses what cannot be solved, and says what is poorly resolved.
  static func check(
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
