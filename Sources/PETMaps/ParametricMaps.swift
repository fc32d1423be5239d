package import PETCore
package import PETImaging
package import PETKinetics
import Synchronization

/// One model fitted to every voxel of a mask: a value for each parameter, its error when asked for, and a status.
package struct ParametricMaps: Sendable {
  package let card: ModelCard
  package let mask: VoxelMask
  /// One list for each parameter of the card, one value a voxel of the mask, in the parameter's unit; NaN for none.
  package let estimates: [[Float]]
  /// Standard errors, likewise; empty when they were not asked for.
  ///
  /// A parameter at its bound counts as free here: an error that supposes it known would be far too small, and a map
  /// has no room for the note that says so beside a region.
  package let errors: [[Float]]
  package let statuses: [FitStatus]
  /// Voxels of each status.
  package let counts: [FitStatus: Int]
  /// Frames less fitted parameters of a voxel's fit; nil when errors were not asked for.
  package let freedom: Int?

  /// How the work is spread and told.
  package struct Effort: Sendable {
    package var jobs = 1
    /// Called with the share of voxels done, from any thread.
    package var progress: (@Sendable (Double) -> Void)?

    package init(jobs: Int = 1, progress: (@Sendable (Double) -> Void)? = nil) {
      self.jobs = jobs
      self.progress = progress
    }
  }

  /// - Parameters:
  ///   - frames: stored frames that count, each with the factor to kBq/mL at injection.
  ///   - input: what the model is bound to, the same as for regions.
  ///   - withErrors: standard errors as for regions.
  package init(
    _ voxels: VoxelCurves, frames: [(index: Int, factor: Double)], model: any KineticModel.Type, input: ScanInput,
    withErrors: Bool = false, effort: Effort = Effort()
  ) throws(PETError) {
    func open<Model: KineticModel>(_: Model.Type) throws(PETError) -> Fitted {
      // The kernel is made here once to tell what is wrong; every worker has its own.
      _ = try Model.kernel(for: input)
      return Self.fit(Model.self, voxels, frames, input, withErrors: withErrors, effort: effort)
    }
    let fitted = try open(model)
    card = model.card
    mask = voxels.mask
    estimates = fitted.estimates
    errors = fitted.errors
    statuses = fitted.statuses
    freedom = fitted.freedom
    counts = Dictionary(
      uniqueKeysWithValues: FitStatus.allCases.map { status in
        (status, fitted.statuses.count { $0 == status })
      })
  }

  private struct Fitted {
    var estimates: [[Float]]
    var errors: [[Float]]
    var statuses: [FitStatus]
    var freedom: Int?
  }

  /// Voxels of one piece of work.
  private static let blockSize = 512

  private static func fit<Model: KineticModel>(
    _ model: Model.Type, _ voxels: VoxelCurves, _ frames: [(index: Int, factor: Double)], _ input: ScanInput,
    withErrors: Bool, effort: Effort
  ) -> Fitted {
    let card = Model.card
    let count = voxels.count
    let parameters = card.parameters.count
    let lists = withErrors ? 2 * parameters : parameters
    // One stretch a list; every block writes its own part of each.
    let values = UnsafeMutablePointer<Float>.allocate(capacity: lists * count)
    let states = UnsafeMutablePointer<FitStatus>.allocate(capacity: count)
    values.initialize(repeating: .nan, count: lists * count)
    states.initialize(repeating: .noSignal, count: count)
    defer {
      values.deallocate()
      states.deallocate()
    }
    let (out, status) = (SharedMemory(values), SharedMemory(states))
    let units = card.parameters.map(\.unit.fromInternal)
    let blocks = (count + blockSize - 1) / blockSize
    let next = Atomic(0)
    let done = Atomic(0)
    let freedom = Atomic(-1)
    Parallel.each(effort.jobs, jobs: effort.jobs) { _ in
      // A kernel of its own, so that threads share no reference counts.
      guard let kernel = try? Model.kernel(for: input) else { return }
      let rules = FitRules(card, input: input)
      let length = frames.count
      let curves = UnsafeMutableBufferPointer<Double>.allocate(capacity: blockSize * length)
      defer { curves.deallocate() }
      var found = [Double](repeating: .nan, count: parameters)
      var deviations = found
      let errors = withErrors ? kernel.errors(input) : nil
      while true {
        let block = next.wrappingAdd(1, ordering: .relaxed).oldValue
        guard block < blocks else { return }
        let range = block * blockSize..<min(count, (block + 1) * blockSize)
        voxels.copy(range, frames: frames, into: curves)
        for (place, voxel) in range.enumerated() {
          let curve = UnsafeBufferPointer(rebasing: curves[place * length..<(place + 1) * length])
          for p in 0..<parameters { found[p] = .nan }
          var span = found.mutableSpan
          var state = rules.fit(kernel, curve.span, into: &span)
          if state == .atBound, rules.isBesideOutcome(span.span) { state = .fitAtBound }
          status.base[voxel] = state
          guard state.hasEstimates else { continue }
          for p in 0..<parameters { out.base[p * count + voxel] = Float(span[p] * units[p]) }
          guard let errors else { continue }
          var deviation = deviations.mutableSpan
          let areTold = errors.find(curve, at: span.span, into: &deviation)
          freedom.store(errors.freedom, ordering: .relaxed)
          if state == .converged, !areTold, errors.freedom > 0 { status.base[voxel] = .poorlyIdentified }
          for p in 0..<parameters { out.base[(parameters + p) * count + voxel] = Float(deviation[p] * units[p]) }
        }
        let sofar = done.wrappingAdd(range.count, ordering: .relaxed).newValue
        effort.progress?(Double(sofar) / Double(count))
      }
    }
    func list(_ index: Int) -> [Float] { Array(UnsafeBufferPointer(start: values + index * count, count: count)) }
    let known = freedom.load(ordering: .relaxed)
    return Fitted(
      estimates: (0..<parameters).map(list), errors: withErrors ? (0..<parameters).map { list(parameters + $0) } : [],
      statuses: Array(UnsafeBufferPointer(start: states, count: count)), freedom: known < 0 ? nil : known)
  }
}
