package import PETCore
package import PETImaging
package import PETKinetics

/// The outcome map region by region beside the fit of the region's own curve, and why they differ.
///
/// A model that is not linear in the data gives another value for a mean curve than the mean of its voxels' values:
/// by the voxels' noise, by voxels left out, and by what varies inside the region. Where the two differ by more than
/// 2 %, the part of noise is found by simulation.
package struct MapRegions: Sendable {
  package struct Row: Sendable {
    package let region: String
    package let voxels: Int
    /// Voxels whose fit converged: over these are mean, median and sd.
    package let used: Int
    package let mean: Double
    package let median: Double
    package let sd: Double
    package let regional: Estimate
    package var difference: Double { mean - regional.value }
    package var percent: Double { 100 * difference / abs(regional.value) }
    package fileprivate(set) var notes: [String] = []
  }

  package static let notable = 2.0
  package private(set) var rows: [Row]
  /// The parameter that is compared.
  package let symbol: String
  package let unit: Unit

  /// - Parameters:
  ///   - weights: of the regions; a voxel of which a half or more is in a region counts as its own.
  ///   - regions: of the fits, in their order.
  package init(
    _ maps: ParametricMaps, voxels: VoxelCurves, frames: [(index: Int, factor: Double)], fits: RegionalFits,
    weights: RegionWeights, regions: [RegionDefinition], seed: UInt64 = 1, jobs: Int = 1
  ) throws(PETError) {
    let card = maps.card
    let outcome = card.index(of: card.outcome) ?? 0
    symbol = card.outcome
    unit = card.parameters[outcome].unit
    let members = try Self.members(maps.mask, weights, of: Set(regions.flatMap(\.labels)).sorted())
    let scan = Scan(maps: maps, outcome: outcome, voxels: voxels, frames: frames, fits: fits, seed: seed)
    let made = Parallel.map(regions.count, jobs: jobs) { index -> Result<Row, PETError> in
      let own = regions[index].labels.flatMap { members[$0] ?? [] }
      do throws(PETError) {
        return .success(try scan.row(regions[index].name, voxels: own, fit: fits.fits[index]))
      } catch { return .failure(error) }
    }
    rows = []
    for row in made { rows.append(try row.get()) }
  }

  /// Places in the mask of every label.
  private static func members(_ mask: VoxelMask, _ weights: RegionWeights, of labels: [Int]) throws(PETError)
    -> [Int: [Int]]
  {
    var places = [Int32](repeating: -1, count: mask.grid.count)
    for (place, offset) in mask.offsets.enumerated() { places[Int(offset)] = Int32(place) }
    let voxels = try weights.voxels(of: labels, on: mask.grid)
    return Dictionary(
      uniqueKeysWithValues: zip(labels, voxels).map { label, voxels in
        (label, voxels.filter { $0.weight >= 0.5 && places[$0.offset] >= 0 }.map { Int(places[$0.offset]) })
      })
  }
}

/// What the rows of one scan are made of.
private struct Scan: Sendable {
  let maps: ParametricMaps
  /// Place of the outcome among the parameters.
  let outcome: Int
  let voxels: VoxelCurves
  let frames: [(index: Int, factor: Double)]
  let fits: RegionalFits
  let seed: UInt64

  /// Voxels simulated for the part of noise.
  private static let draws = 400

  /// - Parameter own: the region's voxels, by their places in the mask.
  func row(_ region: String, voxels own: [Int], fit: CurveFit) throws(PETError) -> MapRegions.Row {
    let kept = own.filter { maps.statuses[$0] == .converged }
    let values = kept.map { Double(maps.estimates[outcome][$0]) }
    let mean = values.isEmpty ? .nan : values.reduce(0, +) / Double(values.count)
    let square = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let factor = maps.card.parameters[outcome].unit.fromInternal
    let estimate = fit.estimates[outcome]
    var row = MapRegions.Row(
      region: region, voxels: own.count, used: kept.count, mean: mean,
      median: values.isEmpty ? .nan : Order.quantile(values.sorted(), 0.5),
      sd: values.count > 1 ? (square / Double(values.count - 1)).squareRoot() : .nan,
      regional: Estimate(estimate.value * factor, standardError: estimate.standardError * factor))
    if own.isEmpty { row.notes.append("no voxel in the mask") }
    if !fit.status.hasEstimates { row.notes += fit.notes }
    if kept.count < own.count {
      row.notes.append("\(own.count - kept.count) voxels left out (their fit did not converge)")
    }
    if abs(row.percent) > MapRegions.notable {
      row.notes.append(
        try explanation(row, fit: fit, own: own))
    }
    return row
  }

  /// How much of the difference the noise of single voxels makes.
  private func explanation(_ row: MapRegions.Row, fit: CurveFit, own: [Int]) throws(PETError) -> String {
    let rest = "what varies inside the region"
    guard let truth = fit.diagnostics,
      let noise = typicalNoise(own, fits.input)
    else { return "voxel noise or \(rest)" }
    let curve = truth.isOfCurve ? truth.predicted : fits.curve(of: fit.region)
    let variance = fits.input.relativeVariance(of: curve)
    func open<Model: KineticModel>(_: Model.Type) throws(PETError) -> [Double] {
      let kernel = try Model.kernel(for: fits.input)
      let rules = FitRules(fits.card, input: fits.input)
      var random = SeededGenerator(seed: seed)
      var estimates = [Double](repeating: .nan, count: fits.card.parameters.count)
      var values: [Double] = []
      for _ in 0..<Self.draws {
        let noisy = curve.indices.map { curve[$0] + (noise * variance[$0]).squareRoot() * random.normal() }
        var span = estimates.mutableSpan
        if rules.fit(kernel, noisy.span, into: &span) == .converged { values.append(span[outcome]) }
      }
      return values
    }
    let simulated = try open(fits.model)
    let reference = fit.estimates[outcome].value
    let count = Double(simulated.count)
    let mean = simulated.reduce(0, +) / count
    let spread = (simulated.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (count - 1) / count).squareRoot()
    let share = 100 * (mean - reference) / abs(reference)
    let error = 100 * spread / abs(reference)
    guard share.isFinite, error.isFinite else { return "voxel noise or \(rest)" }
    let part =
      "noise of single voxels makes \(Self.signed(share)) ± \(NumberText.fixed(error, decimals: 1)) % (\(Self.draws) simulated)"
    // The rest is told where it is more than chance in the simulation and in the map's own mean.
    let left = row.percent - share
    let ofMap = 100 * row.sd / Double(max(row.used, 1)).squareRoot() / abs(row.regional.value)
    let chance = 2 * (error * error + ofMap * ofMap).squareRoot()
    return abs(left) > max(MapRegions.notable, chance) ? part + ", \(rest) \(Self.signed(left)) %" : part
  }

  private static func signed(_ value: Double) -> String {
    (value >= 0 ? "+" : "") + NumberText.fixed(value, decimals: 1)
  }

  /// Median variance scale of single voxels' curves, by their roughness.
  private func typicalNoise(_ own: [Int], _ input: ScanInput) -> Double? {
    let step = max(1, own.count / 50)
    var scales: [Double] = []
    for place in stride(from: 0, to: own.count, by: step) {
      var curve = [Double](repeating: 0, count: frames.count)
      curve.withUnsafeMutableBufferPointer { voxels.copy(own[place]..<own[place] + 1, frames: frames, into: $0) }
      guard curve.allSatisfy(\.isFinite) else { continue }
      if let scale = CurveNoise.scale(
        of: curve, frames: input.frames, variance: input.relativeVariance(of: curve))
      {
        scales.append(scale)
      }
    }
    return scales.isEmpty ? nil : Order.quantile(scales.sorted(), 0.5)
  }
}
