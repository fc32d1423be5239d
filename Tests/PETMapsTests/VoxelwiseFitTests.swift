import Foundation
import PETCore
import PETImaging
import PETKinetics
import PETMaps
import PETTestSupport
import Testing

/// Voxelwise fits against the fits of regions, which have truth of their own.
struct VoxelwiseFitTests {
  /// A scan of a few voxels as an image file, and what models are bound to.
  private struct Few {
    let folder: TemporaryFolder
    let path: String
    let curves: [[Double]]
    let input: ScanInput
    let request: VoxelRequest
    var frames: [(index: Int, factor: Double)] { curves[0].indices.map { ($0, 1) } }

    init() throws {
      folder = try TemporaryFolder()
      let scan = try ReferenceScan()
      var random = SeededGenerator(seed: 4)
      func noisy(_ curve: [Double], _ size: Double) -> [Double] { curve.map { $0 + size * random.normal() } }
      var curves = (0..<10).map { noisy(scan.target(bpnd: 0.3 * Double($0), r1: 0.9, k2prime: 0.06), 1) }
      curves.append(noisy(scan.twoTissue(k1: 0.3, k2: 0.15, k3: 0.04, k4: 0.03, vB: 0.05), 0.5))
      // No activity, a missing value, and nothing but noise.
      curves.append(scan.frames.starts.map { _ in 0 })
      curves.append(curves[3])
      curves[12][20] = .nan
      curves.append(scan.frames.starts.map { _ in 5 * random.normal() })
      var raw = RawNIfTI()
      raw.dims = [4, curves.count, 1, 1, scan.frames.count, 1, 1, 1]
      raw.store((0..<scan.frames.count).flatMap { frame in curves.map { $0[frame] } }, as: 16)
      path = try folder.write("scan.nii", raw.data)
      // What the file holds: single precision.
      self.curves = curves.map { $0.map { Double(Float($0)) } }
      let reference = noisy(scan.reference(k2prime: 0.06), 0.05)
      var input = ScanInput(
        frames: scan.frames, reference: reference,
        weights: try FrameWeights(scheme: .counts, frames: scan.frames, wholeCurve: reference, isotope: .carbon11))
      input.k2prime = ReferenceRate(given: 0.001, frames: scan.frames.count)
      input.plasma = try scan.plasmaInput()
      input.dosePerGram = 5
      self.input = input
      request = VoxelRequest(
        mask: VoxelMask(
          grid: try VoxelStream(path: path).header.grid, offsets: curves.indices.map(Int32.init), rule: "all"))
    }

    func maps(_ model: any KineticModel.Type, withErrors: Bool = false, jobs: Int = 1) throws -> ParametricMaps {
      let (voxels, _) = try VoxelCurves.read(path: path, request, frames: curves[0].count)
      return try ParametricMaps(
        voxels, frames: frames, model: model, input: bound(model.card), withErrors: withErrors,
        effort: .init(jobs: jobs))
    }

    func bound(_ card: ModelCard) -> ScanInput {
      var input = input
      if card.needs.contains(.linearStart) { input.linearStart = 1200 }
      if card.needs.contains(.window) { input.window = 2400...5400 }
      return input
    }
  }

  /// Every model: a voxel has the value and the status that a region with its curve has, in single precision.
  @Test(
    arguments: ModelCatalogue.all.filter { model in !model.card.needs.contains(.regions) }.map { model in model.card.id
    })
  func voxelsAreFittedAsRegions(id: String) throws {
    let few = try Few()
    let model = try ModelCatalogue.named(id)
    let maps = try few.maps(model)
    let card = model.card
    func fits<Model: KineticModel>(_: Model.Type) throws -> [CurveFit] {
      let input = few.bound(card)
      let kernel = try Model.kernel(for: input)
      return few.curves.map { CurveFit(card, kernel: kernel, curve: $0, region: "", input: input) }
    }
    for (voxel, fit) in try fits(model).enumerated() {
      let status = fit.status == .atBound && fit.isBesideOutcome ? .fitAtBound : fit.status
      #expect(maps.statuses[voxel] == status, "voxel \(voxel)")
      for (p, parameter) in card.parameters.enumerated() {
        let expected = Float(fit.estimates[p].value * parameter.unit.fromInternal)
        let ours = maps.estimates[p][voxel]
        #expect(ours == expected || ours.isNaN && expected.isNaN, "\(parameter.symbol) of voxel \(voxel)")
      }
    }
    #expect(maps.statuses[11] == .noSignal || !card.needs.isDisjoint(with: [.window, .dose]))
    #expect(maps.counts.values.reduce(0, +) == few.curves.count)
  }

  /// Standard errors are those of regions (1e-6, as the reference's part is interpolated between rates); a parameter at its
  /// bound is not taken as known.
  @Test func errorsAreThoseOfRegions() throws {
    let few = try Few()
    let maps = try few.maps(SRTM.self, withErrors: true)
    let kernel = try SRTM.kernel(for: few.input)
    for (voxel, curve) in few.curves.enumerated() {
      let fit = CurveFit(SRTM.card, kernel: kernel, curve: curve, region: "", input: few.input)
      let ours = maps.errors[0][voxel]
      if fit.status == .converged { #expect(abs(ours / Float(fit.estimates[0].standardError) - 1) < 1e-6) }
      if fit.status == .atBound { #expect(!(ours < Float(fit.estimates[0].standardError))) }
      if !fit.status.hasEstimates { #expect(ours.isNaN) }
    }
    #expect(maps.freedom == few.curves[0].count - 3)
  }

  @Test func threadsDoNotMatter() throws {
    let few = try Few()
    for model in [SRTM.self, MRTM1.self] as [any KineticModel.Type] {
      let one = try few.maps(model, withErrors: true)
      let three = try few.maps(model, withErrors: true, jobs: 3)
      #expect(one.statuses == three.statuses)
      for (a, b) in zip(one.estimates + one.errors, three.estimates + three.errors) {
        #expect(a.map(\.bitPattern) == b.map(\.bitPattern))
      }
    }
  }

  /// A curve that is the reference's own shape has no k2a to be found: its BPND has an error as large as itself or more,
  /// or its status says so.
  @Test func whatTheDataDoNotTellIsMarked() throws {
    let scan = try ReferenceScan()
    var random = SeededGenerator(seed: 8)
    let reference = scan.reference(k2prime: 0.06)
    let input = ScanInput(
      frames: scan.frames, reference: reference,
      weights: try FrameWeights(scheme: .uniform, frames: scan.frames, wholeCurve: reference, isotope: nil))
    let kernel = try SRTM.kernel(for: input)
    var wild = 0
    for _ in 0..<1000 {
      let curve = scan.target(bpnd: 0.05, r1: 0.5, k2prime: 0.06).map { $0 + 6 * random.normal() }
      let fit = CurveFit(SRTM.card, kernel: kernel, curve: curve, region: "", input: input)
      guard abs(fit.estimates[0].value - 0.05) > 1.5 else { continue }
      wild += 1
      #expect(fit.status != .converged, "\(fit.estimates[0])")
    }
    #expect(wild > 10, "the test would show nothing")
  }
}
