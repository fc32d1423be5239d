import Foundation
import PETCore
import PETImaging
import PETTestSupport
import Testing

struct CommonVoxelsTests {
  /// Voxels outside one map, or beside a value that is not finite, lose their label; what is left both maps tell.
  @Test func onlyWhatBothMapsTell() throws {
    let affine = Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0])
    let grid = Grid(nx: 4, ny: 2, nz: 1, affine: affine)
    let labels = LabelImage(grid: grid, labels: [1, 1, 1, 1, 2, 2, 0, 2])
    let whole = Volume(grid: grid, values: [1, .nan, 3, 0, 5, 6, 7, 8])
    // The other map begins one voxel further on.
    let shifted = Affine(rows: [2, 0, 0, 2, 0, 2, 0, 0, 0, 0, 2, 0])
    let part = Volume(grid: Grid(nx: 3, ny: 2, nz: 1, affine: shifted), values: [1, 2, 3, 4, 5, 6])
    let (left, lost) = try labels.weights.common(to: [whole, part])
    #expect(try left.labels(on: grid) == [0, 0, 1, 0, 0, 2, 0, 2] && lost == [1: 3, 2: 1])
  }
}

struct RegionsTests {
  private static let grid = Grid(nx: 4, ny: 4, nz: 4, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))

  @Test func colourTableAndDsegAgree() throws {
    let folder = try TemporaryFolder()
    let lut = try LabelTable(
      path: try folder.write("a.ctab", "#No. Label\n0 Unknown 0 0 0 0\n11 Left-Caudate 122 186 220 0\n"))
    let tsv = try LabelTable(path: try folder.write("a.tsv", "index\tname\n0\t\"Unknown\"\n11\tLeft-Caudate\n"))
    #expect(lut.entries == tsv.entries && lut.entries == [.init(index: 11, name: "Left-Caudate")])
  }

  /// ITK-SNAP's label descriptions hold the colour where a colour table has the name.
  @Test func labelDescriptionsOfITKSNAP() throws {
    let folder = try TemporaryFolder()
    let text = """
      ################################################
      # ITK-SnAP Label Description File
      ################################################
          0     0    0    0        0  0  0    "Clear Label"
          1   255    0    0        1  1  1    "Left Caudate"
          2     0  255    0      0.5  1  1    "Right Caudate"

      """
    let table = try LabelTable(path: try folder.write("labels.txt", text))
    #expect(table.entries == [.init(index: 1, name: "Left Caudate"), .init(index: 2, name: "Right Caudate")])
    #expect(throws: PETError.self) { try LabelTable(path: try folder.write("b.txt", "1 255 0 0 0\n")) }
  }

  @Test(arguments: [
    "index\tname\n1\tA\n1\tB\n", "index\tname\n1\tA\n2\ta\n", "index\tname\n1.5\tA\n", "what is this\n",
    "-9223372036854775808 A 0 0 0 0\n",
  ])
  func refusesTables(text: String) throws {
    let folder = try TemporaryFolder()
    let path = try folder.write("a.tsv", text)
    #expect(throws: PETError.self) { try LabelTable(path: path) }
  }

  @Test func automaticDefinitionsMergeSidesAndComposites() {
    let names = [
      "Left-Caudate", "Right-Caudate", "Left-Putamen", "Right-Putamen", "Left-Cerebellum-Cortex",
      "Right-Cerebellum-Cortex",
    ]
    let table = LabelTable(entries: names.enumerated().map { .init(index: $0.offset + 1, name: $0.element) })
    let merged = RegionDefinitions.automatic(table).filter(\.isMerged)
    #expect(merged.map(\.name) == ["Caudate", "Putamen", "Cerebellum-Cortex", "Striatum"])
    #expect(merged.map(\.labels) == [[1, 2], [3, 4], [5, 6], [1, 2, 3, 4]])
  }

  /// A composite has its parts, on both sides or on none; else there is none.
  @Test(arguments: [
    (["Left-Caudate", "Right-Caudate", "Left-Putamen"], false), (["Left-Caudate", "Right-Caudate"], false),
    (["Caudate", "Putamen"], true), (["Left-Caudate", "Right-Caudate", "Left-Putamen", "Right-Putamen"], true),
  ])
  func compositesOfAllParts(names: [String], isMade: Bool) {
    let table = LabelTable(entries: names.enumerated().map { .init(index: $0.offset + 1, name: $0.element) })
    #expect(RegionDefinitions.automatic(table).contains { $0.name == "Striatum" } == isMade)
  }

  /// The lobes of AAL are the cortex, though none of them is called so; without one of them there is none.
  @Test func compositesOfAAL() {
    let lobes =
      "Precentral Frontal_Sup Frontal_Sup_Orb Frontal_Mid Frontal_Mid_Orb Frontal_Inf_Oper Frontal_Inf_Tri Frontal_Inf_Orb "
      + "Rolandic_Oper Supp_Motor_Area Olfactory Frontal_Sup_Medial Frontal_Med_Orb Rectus Insula Cingulum_Ant Cingulum_Mid "
      + "Cingulum_Post ParaHippocampal Calcarine Cuneus Lingual Occipital_Sup Occipital_Mid Occipital_Inf Fusiform "
      + "Postcentral Parietal_Sup Parietal_Inf SupraMarginal Angular Precuneus Paracentral_Lobule Heschl Temporal_Sup "
      + "Temporal_Pole_Sup Temporal_Mid Temporal_Pole_Mid Temporal_Inf"
    let others = ["Hippocampus", "Amygdala", "Caudate", "Putamen", "Pallidum", "Thalamus"]
    func table(_ words: [String]) -> LabelTable {
      let names = words.flatMap { ["\($0)_L", "\($0)_R"] }
      return LabelTable(entries: names.enumerated().map { .init(index: $0.offset + 1, name: $0.element) })
    }
    let words = lobes.split(separator: " ").map(String.init)
    let regions = RegionDefinitions.automatic(table(words + others))
    #expect(words.count == 39 && regions.first { $0.name == "Cortex" }.map { Set($0.labels) } == Set(1...78))
    #expect(regions.first { $0.name == "Limbic" }?.labels == [79, 80, 81, 82])
    #expect(!RegionDefinitions.automatic(table(words.dropLast() + others)).contains { $0.name == "Cortex" })
  }

  /// Work grows with the number of names: with its square these would take minutes.
  @Test func manyNamesAreNoTrouble() throws {
    let folder = try TemporaryFolder()
    let names = (0..<30_000).map { "\($0 % 2 == 0 ? "Left" : "Right")-Nucleus\($0 / 2)" }
    let table = LabelTable(entries: names.enumerated().map { .init(index: $0.offset + 1, name: $0.element) })
    let members = names.joined(separator: "+")
    let path = try folder.write("a.tsv", "region\tlabels\nWhole\t\(members)\n")
    let seconds = try OwnTime.seconds {
      #expect(RegionDefinitions.automatic(table).count == 45_000)
      let whole = try RegionDefinitions.read(path, labels: table)[0]
      #expect(whole.labels.count == 30_000)
    }
    #expect(seconds < 60)
  }

  @Test func regionTablesOfBothForms() throws {
    let folder = try TemporaryFolder()
    let table = LabelTable(entries: [.init(index: 3, name: "A"), .init(index: 4, name: "B")])
    let own = try RegionDefinitions.read(try folder.write("a.tsv", "region\tlabels\nAB\tA+4\n"), labels: table)
    let petfit = try RegionDefinitions.read(
      try folder.write("b.tsv", "RegionName\tfolder\tdescription\tConstituentRegion\nAB\tx\ty\tA\nAB\tx\ty\tB\n"),
      labels: table)
    #expect(own == petfit && own[0].labels == [3, 4])
    let path = try folder.write("c.tsv", "region\tlabels\nAB\tA+C\n")
    let error = #expect(throws: PETError.self) { try RegionDefinitions.read(path, labels: table) }
    #expect(error?.problem.contains("'C'") == true)
  }

  /// Trilinear sampling of a linear map is exact; outside voxels are counted, and NaN of weight zero does not spread.
  @Test func trilinearIsExactForLinearMaps() throws {
    var values: [Double] = []
    for z in 0..<4 { for y in 0..<4 { for x in 0..<4 { values.append(Double(x) + 10 * Double(y) + 100 * Double(z)) } } }
    values[63] = .nan
    let map = Volume(grid: Self.grid, values: values)
    let labels = LabelImage(
      grid: Grid(nx: 3, ny: 1, nz: 1, affine: Affine(rows: [3, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 5])), labels: [1, 1, 1])
    let summary = try RegionSummary(
      map, weights: labels.weights, regions: [RegionDefinition(name: "r", labels: [1], isMerged: false)],
      sampling: .imageToLabels, includeBackground: true)
    let row = summary.rows[0]
    // World x 1, 4, 7 is index 0.5, 2, 3.5 (outside); y index 1, z index 2.5.
    #expect(row.voxels == 2 && row.outside == 1)
    #expect(abs(row.mean - ((0.5 + 2) / 2 + 10 + 250)) < 1e-12)
  }

  @Test func nearestNeighbourRoundsHalfUp() throws {
    // An image voxel exactly between two label voxels takes the upper: floor(u + 0.5).
    let image = Grid(nx: 1, ny: 1, nz: 1, affine: Affine(rows: [1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 1, 0]))
    let labels = LabelImage(
      grid: Grid(nx: 2, ny: 1, nz: 1, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0])), labels: [7, 8])
    #expect(try labels.weights.labels(on: image) == [8])
  }

  @Test func noOverlapIsAnError() throws {
    let far = LabelImage(
      grid: Grid(nx: 2, ny: 2, nz: 2, affine: Affine(rows: [2, 0, 0, 500, 0, 2, 0, 0, 0, 0, 2, 0])),
      labels: Array(repeating: 1, count: 8))
    let map = Volume(grid: Self.grid, values: Array(repeating: 1, count: 64))
    for sampling in GridSampling.allCases {
      let error = #expect(throws: PETError.self) {
        try RegionSummary(
          map, weights: far.weights, regions: [RegionDefinition(name: "r", labels: [1], isMerged: false)],
          sampling: sampling,
          includeBackground: true)
      }
      #expect(error?.field == "affine")
    }
  }

  @Test func probabilitiesAreNoLabels() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.store([0, 0.5, 1, 1, 0, 0, 0, 0], as: 16)
    let path = try folder.write("p.nii", raw.data)
    #expect(throws: PETError.self) { try LabelImage(path: path) }
  }
}

struct RegionalCurvesTests {
  /// The one pass over the stream against a plain loop over the voxels, for every way voxels are stored.
  @Test(arguments: [4, 16, 64], [false, true])
  func meansEqualAPlainLoop(type: Int, bigEndian: Bool) throws {
    let folder = try TemporaryFolder()
    var random = SeededGenerator(seed: 5)
    var raw = RawNIfTI()
    raw.bigEndian = bigEndian
    raw.dims = [4, 9, 7, 5, 3, 1, 1, 1]
    raw.slope = 0.25
    raw.intercept = 2
    let stored = (0..<9 * 7 * 5 * 3).map { _ in (1000 * random.uniform()).rounded() }
    raw.store(stored, as: type)
    let path = try folder.write("a.nii", raw.data)
    let labels = (0..<9 * 7 * 5).map { _ in Int32(3 * random.uniform()) }
    let grid = Grid(nx: 9, ny: 7, nz: 5, affine: Affine(rows: raw.sform))
    let regions = [
      RegionDefinition(name: "one", labels: [1], isMerged: false),
      RegionDefinition(name: "both", labels: [1, 2], isMerged: true),
    ]
    let segmentation = LabelImage(grid: grid, labels: labels)
    for sampling in GridSampling.allCases {
      let curves = try RegionalCurves(
        path: path, weights: segmentation.weights, regions: regions, sampling: sampling, frames: 3)
      for (r, region) in regions.enumerated() {
        let voxels = labels.indices.filter { region.labels.contains(Int(labels[$0])) }
        #expect(curves.voxels[r] == voxels.count)
        for frame in 0..<3 {
          let mean = voxels.reduce(0) { $0 + stored[frame * labels.count + $1] * 0.25 + 2 } / Double(voxels.count)
          #expect(abs(curves.means[r][frame] / mean - 1) < 1e-12)
        }
      }
    }
  }

  @Test func nonFiniteVoxelsAreLeftOutAndCounted() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.dims = [4, 2, 2, 2, 2, 1, 1, 1]
    raw.store([1, .nan, 3, 4, 5, 6, 7, 8] + (1...8).map(Double.init), as: 16)
    let path = try folder.write("a.nii", raw.data)
    let curves = try RegionalCurves(
      path: path,
      weights: LabelImage(
        grid: Grid(nx: 2, ny: 2, nz: 2, affine: Affine(rows: raw.sform)), labels: Array(repeating: 1, count: 8)
      ).weights,
      regions: [RegionDefinition(name: "r", labels: [1], isMerged: false)], sampling: .labelsToImage, frames: 2)
    #expect(abs(curves.means[0][0] - 34.0 / 7) < 1e-12 && curves.means[0][1] == 4.5)
    #expect(curves.findings.contains { $0.code.word == "non-finite" && $0.value == "1" })
  }

  @Test func frameCountMustFit() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.dims = [4, 2, 2, 2, 2, 1, 1, 1]
    raw.store((1...16).map(Double.init), as: 16)
    let path = try folder.write("a.nii", raw.data)
    let error = #expect(throws: PETError.self) {
      try RegionalCurves(
        path: path,
        weights: LabelImage(
          grid: Grid(nx: 2, ny: 2, nz: 2, affine: Affine(rows: raw.sform)), labels: Array(repeating: 1, count: 8)
        ).weights,
        regions: [RegionDefinition(name: "r", labels: [1], isMerged: false)], sampling: .labelsToImage, frames: 45)
    }
    #expect(error?.problem.contains("2 frames") == true && error?.problem.contains("45") == true)
  }
}
