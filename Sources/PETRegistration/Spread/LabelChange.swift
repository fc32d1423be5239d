package import PETCore
package import PETImaging

/// Labels and a resolution that are not quite those which count.
package struct LabelChange: Sendable {
  /// Takes points of the labels to where they are then, in their own space.
  package let movement: Affine
  /// Added to the full width at half maximum, mm.
  package let widening: Double
  /// Regions that lose their outermost voxels together.
  package let eroded: Set<Int32>

  package init(movement: Affine = .identity, widening: Double = 0, eroded: Set<Int32> = []) {
    (self.movement, self.widening, self.eroded) = (movement, widening, eroded)
  }

  /// Weights of regions that are changed so.
  ///
  /// - Throws: for a movement that has no way back, and regions that cannot be eroded.
  package func moved(_ weights: RegionWeights) throws(PETError) -> RegionWeights {
    guard eroded.isEmpty else {
      guard let less = weights.eroded(eroded) else {
        throw PETError(
          .wrongInput, file: weights.file, "regions overlap or hold fractions", remedy: "leave their extent as it is")
      }
      return try LabelChange(movement: movement).moved(less)
    }
    guard movement != .identity else { return weights }
    guard let back = movement.inverse else {
      throw PETError(.internalFault, field: "movement", "it is singular", remedy: "please report it")
    }
    var result = weights
    result.pose = PointMap(back).after(weights.pose ?? PointMap(.identity))
    return result
  }
}

extension CorrectedCurves {
  /// What a correction was made with.
  package struct Basis: Sendable {
    let labels: SurroundedLabels
    let spread: PointSpread
    /// Places of regions that are taken with others, round by round.
    let rounds: [[Int: Int]]
  }

  /// Curves as they would be with changed labels and resolutions, in few more passes over the scan.
  ///
  /// - Parameters:
  ///   - basis: of the correction that counts.
  ///   - base: where single frames have the labels.
  ///   - jobs: threads; the result does not depend on them.
  /// - Returns: stored units of the image, by change and region one value a frame.
  package static func changed(
    _ changes: [LabelChange], path: String, _ basis: Basis, in base: MovedWeights, regions: [RegionDefinition],
    mean: [Float], frames: Int, jobs: Int
  ) throws(PETError) -> [[[Double]]] {
    var result = [[[Double]]](repeating: [], count: changes.count)
    let most = most(voxels: mean.count)
    var held: [(change: Int, posed: PosedTransfers)] = []
    func measure() throws(PETError) {
      guard !held.isEmpty else { return }
      let sets = held.map { WeightedMeans.Set($0.posed.transfers.map(\.weights), places: $0.posed.places) }
      let measured = try WeightedMeans.means(path: path, of: sets, frames: frames)
      for (own, means) in zip(held, measured) {
        let activity = own.posed.activity(means, frames: frames)
        result[own.change] = MergedLabels(regions, own.posed.transfers[0]).curves(activity)
      }
      held = []
    }
    for widening in Set(changes.map(\.widening)).sorted() {
      let labels = try basis.labels(widenedBy: widening)
      let own = changes.indices.filter { changes[$0].widening == widening }
      var poses: [Affine?] = []
      for change in own { for place in base.weights { poses.append(try changes[change].moved(place).pose?.affine) } }
      // Labels are blurred once for all poses of a batch.
      let size = base.weights.count
      let batch = max(1, most / size)
      for start in stride(from: 0, to: own.count, by: batch) {
        let some = start..<min(own.count, start + batch)
        let matrices = try PosedTransfers.transfers(
          labels, at: Array(poses[some.lowerBound * size..<some.upperBound * size]), mean: mean, basis.rounds,
          jobs: jobs)
        for (place, change) in some.enumerated() {
          let transfers = Array(matrices[place * size..<(place + 1) * size])
          held.append((own[change], PosedTransfers(transfers, places: base.places)))
        }
        if held.count * size >= most { try measure() }
      }
    }
    try measure()
    return result
  }

  /// Matrices that are held at a time with their weights, each some 30 bytes a voxel of the scan: a dozen changes of a standard scan,
  /// two of one of forty million voxels.
  package static func most(voxels: Int) -> Int { max(2, min(13, 80_000_000 / max(1, voxels))) }
}

extension CorrectedCurves.Basis {
  fileprivate func labels(widenedBy widening: Double) throws(PETError) -> SurroundedLabels {
    guard widening != 0 else { return labels }
    return labels.blurred(by: try PointSpread(inPlane: spread.inPlane + widening, axial: spread.axial + widening))
  }
}
