import Foundation
import PETCore
import PETImaging
import PETRegistration
import PETTestSupport
import Testing

/// Transform files, each held against points by the definition of its own format.
struct RegionTransformTests {
  /// Labels: 1 mm, stored with right on the left; a scan: 2 mm, stored with right on the right.
  private static let labels = Grid(
    nx: 10, ny: 12, nz: 14, affine: Affine(rows: [-1, 0, 0, 5, 0, 1, 0, -6, 0, 0, 1, -7]))
  private static let scan = Grid(
    nx: 6, ny: 7, nz: 8, affine: Affine(rows: [2, 0, 0, -6, 0, 2, 0, -7, 0, 0, 2, -8]))

  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func map(_ files: String...) throws -> PointMap {
    try #require(try RegionTransform.pose(files.map { .init($0) }, regions: Self.labels, scan: Self.scan))
  }

  private func pose(_ files: String...) throws -> Affine {
    try #require(try RegionTransform.pose(files.map { .init($0) }, regions: Self.labels, scan: Self.scan)?.affine)
  }

  private static let points: [(Double, Double, Double)] = [(0, 0, 0), (10, -20, 30), (-3.5, 4.25, 60)]

  private func expect(_ pose: Affine, _ truth: ((Double, Double, Double)) -> (Double, Double, Double)) {
    for point in Self.points {
      let (own, wanted) = (pose.apply(point.0, point.1, point.2), truth(point))
      let off = max(abs(own.0 - wanted.0), abs(own.1 - wanted.1), abs(own.2 - wanted.2))
      #expect(off < 1e-9, "\(point): \(own) \(wanted)")
    }
  }

  // MARK: - ITK

  /// One a frame, as motion corrections write them (fMRIPrep's and PETPrep's `desc-hmc_xfm.txt`): each stands alone.
  @Test func onePerFrame() throws {
    func text(_ shifts: [Double]) -> String {
      "#Insight Transform File V1.0\n"
        + shifts.enumerated().map { place, shift in
          "#Transform \(place)\nTransform: MatrixOffsetTransformBase_double_3_3\n"
            + "Parameters: 1 0 0 0 1 0 0 0 1 \(shift) 0 2\nFixedParameters: 0 0 0\n\n"
        }.joined()
    }
    let file = try folder.write("frames.txt", text([1, -4, 0.5]))
    let poses = try #require(try RegionTransform.frames(.init(file)))
    let shifts = poses.map { $0.apply(0, 0, 0) }
    // To the left is to the right with the other sign.
    #expect(shifts.map(\.0) == [-1, 4, -0.5] && shifts.allSatisfy { $0.1 == 0 && $0.2 == 2 })
    let back = try #require(try RegionTransform.frames(.init(file, isBackward: true)))
    #expect(back.map { $0.apply(0, 0, 0).0 } == [1, -4, 0.5])
    let one = try folder.write("one.txt", text([3]))
    #expect(try RegionTransform.frames(.init(one)) == nil)
    #expect(try RegionTransform.frames(.init(one), isNamed: true)?.map { $0.apply(0, 0, 0).0 } == [-3])
    #expect(throws: PETError.self) { try pose(file) }
    let mirrored = text([1, 2]).replacing("1 0 0 0 1 0 0 0 1 2", with: "-1 0 0 0 1 0 0 0 1 2")
    #expect(throws: PETError.self) { try RegionTransform.frames(.init(try folder.write("m.txt", mirrored))) }
    let cut = text([1, 2]).replacing("\nFixedParameters: 0 0 0\n\n#Transform 1", with: "\n#Transform 1")
    #expect(throws: PETError.self) { try RegionTransform.frames(.init(try folder.write("c.txt", cut))) }
  }

  /// A file of the other way counts inverted, with others in turn.
  @Test func theOtherWayRound() throws {
    let turn = "Parameters: 0 -1 0 1 0 0 0 0 1 3 5 -2\nFixedParameters: 1 2 3\n"
    let head = "#Insight Transform File V1.0\n#Transform 0\nTransform: AffineTransform_double_3_3\n"
    let file = try folder.write("t.txt", head + turn)
    let (there, back) = try (
      pose(file),
      #require(
        try RegionTransform.pose(
          [.init(file, isBackward: true)], regions: Self.labels, scan: Self.scan)?.affine)
    )
    expect(back.after(there)) { $0 }
    let both = try RegionTransform.pose(
      [.init(file), .init(file, isBackward: true)], regions: Self.labels, scan: Self.scan)?.affine
    expect(try #require(both)) { $0 }
    let field = try folder.write("w.nii", "")
    #expect(throws: PETError.self) {
      try RegionTransform.pose([.init(field, isBackward: true)], regions: Self.labels, scan: Self.scan)
    }
  }

  /// y = A (x - c) + c + t with x, y in left, posterior, superior: points of the scan to points of the labels.
  @Test func itkAffine() throws {
    let file = try folder.write(
      "a.txt",
      """
      #Insight Transform File V1.0
      #Transform 0
      Transform: AffineTransform_double_3_3
      Parameters: 0.9 0.1 0 -0.1 1.1 0.05 0 0.02 1 2 -3 4
      FixedParameters: 5 6 7

      """)
    let (a, t, c) = ([[0.9, 0.1, 0], [-0.1, 1.1, 0.05], [0, 0.02, 1]], [2.0, -3, 4], [5.0, 6, 7])
    expect(try pose(file)) { point in
      let x: [Double] = [-point.0 - c[0], -point.1 - c[1], point.2 - c[2]]
      let y = (0..<3).map { i -> Double in
        let turned = a[i][0] * x[0] + a[i][1] * x[1] + a[i][2] * x[2]
        return turned + c[i] + t[i]
      }
      return (-y[0], -y[1], y[2])
    }
  }

  /// A quarter turn about z and nothing else: x of the scan is y of the labels, in left and posterior.
  @Test func itkEuler() throws {
    let file = try folder.write(
      "a.txt",
      "#Insight Transform File V1.0\nTransform: Euler3DTransform_double_3_3\nParameters: 0 0 \(Double.pi / 2) 1 2 3\n"
        + "FixedParameters: 0 0 0\n")
    expect(try pose(file)) { point in
      let x = [-point.0, -point.1, point.2]
      return (-(-x[1] + 1), -(x[0] + 2), x[2] + 3)
    }
  }

  /// A centre of four numbers, the last of which says the order of the turns: Rz Rx Ry without it, Rz Ry Rx with it.
  @Test(arguments: [(0.0, false), (1, true)])
  func itkEulerWithItsOrder(flag: Double, isZYX: Bool) throws {
    let file = try folder.write(
      "a.txt",
      "#Insight Transform File V1.0\nTransform: Euler3DTransform_double_3_3\nParameters: 0.3 0.2 0.1 1 2 3\n"
        + "FixedParameters: 0 -40 20 \(flag)\n")
    func x(_ p: [Double]) -> [Double] {
      [p[0], cos(0.3) * p[1] - sin(0.3) * p[2], sin(0.3) * p[1] + cos(0.3) * p[2]]
    }
    func y(_ p: [Double]) -> [Double] {
      [cos(0.2) * p[0] + sin(0.2) * p[2], p[1], -sin(0.2) * p[0] + cos(0.2) * p[2]]
    }
    func z(_ p: [Double]) -> [Double] {
      [cos(0.1) * p[0] - sin(0.1) * p[1], sin(0.1) * p[0] + cos(0.1) * p[1], p[2]]
    }
    expect(try pose(file)) { point in
      let centred = [-point.0, -point.1 + 40, point.2 - 20]
      let turned = isZYX ? z(y(x(centred))) : z(x(y(centred)))
      return (-(turned[0] + 1), -(turned[1] - 40 + 2), turned[2] + 20 + 3)
    }
  }

  /// Labels go through the first and then the second: a point of the scan goes back through the second first.
  @Test func joined() throws {
    func shift(_ name: String, _ matrix: String, _ offset: String) throws -> String {
      try folder.write(
        name,
        "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\nParameters: \(matrix) \(offset)\n"
          + "FixedParameters: 0 0 0\n")
    }
    let (turn, identity) = ("0 -1 0 1 0 0 0 0 1", "1 0 0 0 1 0 0 0 1")
    let (first, second) = (try shift("a.txt", turn, "0 0 0"), try shift("b.txt", identity, "10 0 0"))
    // Left, posterior: x + 10 by the second, then turned by the first.
    expect(try pose(first, second)) { point in
      let x = [-point.0 + 10, -point.1]
      return (x[1], -x[0], point.2)
    }
  }

  /// One matrix of a MATLAB file of level 4.
  private static func matrix(_ name: String, _ values: [Double], isBig: Bool, isSingle: Bool) -> Data {
    func integer(_ value: Int) -> [UInt8] {
      let bytes = (0..<4).map { UInt8(value >> (8 * $0) & 0xff) }
      return isBig ? bytes.reversed() : bytes
    }
    func number(_ value: Double) -> [UInt8] {
      let bits = isSingle ? UInt64(Float(value).bitPattern) : value.bitPattern
      let bytes = (0..<(isSingle ? 4 : 8)).map { UInt8(truncatingIfNeeded: bits >> (8 * UInt64($0))) }
      return isBig ? bytes.reversed() : bytes
    }
    let kind = (isBig ? 1000 : 0) + (isSingle ? 10 : 0)
    return Data(
      [kind, values.count, 1, 0, name.utf8.count + 1].flatMap(integer) + Array(name.utf8) + [0]
        + values.flatMap(number))
  }

  /// Binary transforms, of either order of bytes and either size of numbers, are what the same text is.
  @Test(arguments: [(false, false), (true, false), (false, true), (true, true)])
  func itkBinary(isBig: Bool, isSingle: Bool) throws {
    // All of them are floats without rounding.
    let (parameters, centre) = ([0.875, 0.125, 0, -0.125, 1.125, 0.0625, 0, 0.25, 1, 2, -3, 4], [5.0, 6, 7])
    func words(_ numbers: [Double]) -> String { numbers.map { "\($0)" }.joined(separator: " ") }
    let kind = isSingle ? "AffineTransform_float_3_3" : "AffineTransform_double_3_3"
    let text = try folder.write(
      "a.txt",
      "#Insight Transform File V1.0\nTransform: \(kind)\nParameters: \(words(parameters))\nFixedParameters: "
        + "\(words(centre))\n")
    let file = folder.file("0GenericAffine.mat")
    let bytes =
      Self.matrix(kind, parameters, isBig: isBig, isSingle: isSingle)
      + Self.matrix("fixed", centre, isBig: isBig, isSingle: isSingle)
    try bytes.write(to: URL(fileURLWithPath: file))
    #expect(try pose(file).m == pose(text).m)
    // Cut anywhere it is no transform, nor with a second behind it.
    for length in 1..<bytes.count {
      try bytes.prefix(length).write(to: URL(fileURLWithPath: file))
      #expect(throws: PETError.self, "\(length) bytes") { try pose(file) }
    }
    try (bytes + bytes).write(to: URL(fileURLWithPath: file))
    #expect(throws: PETError.self) { try pose(file) }
  }

  // MARK: - FreeSurfer

  private static func volume(_ title: String, _ grid: Grid) -> String {
    let size = grid.voxelSize
    func axis(_ column: Int, _ length: Double) -> String {
      (0..<3).map { "\(grid.affine[$0, column] / length)" }.joined(separator: " ")
    }
    let middle = grid.affine.apply(Double(grid.nx) / 2, Double(grid.ny) / 2, Double(grid.nz) / 2)
    return """
      \(title) volume info
      valid = 1  # volume info valid
      filename = a.mgz
      volume = \(grid.nx) \(grid.ny) \(grid.nz)
      voxelsize = \(size.0) \(size.1) \(size.2)
      xras   = \(axis(0, size.0))
      yras   = \(axis(1, size.1))
      zras   = \(axis(2, size.2))
      cras   = \(middle.0) \(middle.1) \(middle.2)

      """
  }

  private func lta(_ type: Int, _ matrix: [[Double]], _ source: Grid, _ destination: Grid) throws -> String {
    let rows = (matrix + [[0, 0, 0, 1]]).map { $0.map { "\($0)" }.joined(separator: " ") + "\n" }.joined()
    return try folder.write(
      "a.lta",
      "# transform file\ntype      = \(type) # LINEAR\nnxforms   = 1\nmean      = 0.0 0.0 0.0\nsigma     = 10000.0\n1 4 4\n\(rows)"
        + Self.volume("src", source) + Self.volume("dst", destination) + "subject fsaverage\nfscale 0.1\n")
  }

  private static let moved = [[1.0, 0, 0, 3], [0, 1, 0, -2], [0, 0, 1, 5]]

  /// Between scanner coordinates, source to destination, whichever of them the labels are.
  @Test func ltaBetweenCoordinates() throws {
    expect(try pose(lta(1, Self.moved, Self.scan, Self.labels))) { ($0.0 + 3, $0.1 - 2, $0.2 + 5) }
    expect(try pose(lta(1, Self.moved, Self.labels, Self.scan))) { ($0.0 - 3, $0.1 + 2, $0.2 - 5) }
  }

  /// Between voxels: that of the scan and the one of the labels that the matrix names.
  @Test func ltaBetweenVoxels() throws {
    let matrix = [[-2.0, 0, 0, 9], [0, 2, 0, 0], [0, 0, 2, -1]]
    let pose = try pose(lta(0, matrix, Self.scan, Self.labels))
    for voxel in [(0.0, 0.0, 0.0), (2, 3, 4)] {
      let point = Self.scan.affine.apply(voxel.0, voxel.1, voxel.2)
      let wanted = Self.labels.affine.apply(9 - 2 * voxel.0, 2 * voxel.1, 2 * voxel.2 - 1)
      let own = pose.apply(point.0, point.1, point.2)
      #expect(max(abs(own.0 - wanted.0), abs(own.1 - wanted.1), abs(own.2 - wanted.2)) < 1e-9)
    }
  }

  @Test func ltaOfOtherImages() throws {
    let other = Grid(nx: 3, ny: 3, nz: 3, affine: Self.scan.affine)
    for (source, destination) in [(other, other), (Self.labels, Self.labels)] {
      let error = #expect(throws: PETError.self) { try pose(lta(1, Self.moved, source, destination)) }
      #expect(error?.field == "volume info")
    }
    #expect(throws: PETError.self) { try pose(lta(14, Self.moved, Self.scan, Self.labels)) }
  }

  // MARK: - FSL

  /// Millimetres of each image's own voxels, x turned round where the determinant is positive: labels to scan.
  @Test func fsl() throws {
    let file = try folder.write("a.mat", "1 0 0 3  \n0 1 0 -2  \n0 0 1 5  \n0 0 0 1  \n")
    let pose = try pose(file)
    for voxel in [(1.0, 2.0, 3.0), (9, 11, 13)] {
      // The labels are stored with right on the left (negative determinant): their millimetres are those of their voxels.
      let millimetres = (voxel.0 * 1 + 3, voxel.1 * 1 - 2, voxel.2 * 1 + 5)
      // The scan's first voxel in x is its last there.
      let onScan = Self.scan.affine.apply(5 - millimetres.0 / 2, millimetres.1 / 2, millimetres.2 / 2)
      let wanted = Self.labels.affine.apply(voxel.0, voxel.1, voxel.2)
      let own = pose.apply(onScan.0, onScan.1, onScan.2)
      #expect(max(abs(own.0 - wanted.0), abs(own.1 - wanted.1), abs(own.2 - wanted.2)) < 1e-9, "\(own) \(wanted)")
    }
    let error = #expect(throws: PETError.self) {
      try RegionTransform.pose([.init(file), .init(file)], regions: Self.labels, scan: Self.scan)
    }
    #expect(error?.problem.contains("does not tell its grids") == true)
  }

  // MARK: - Displacements

  /// A warp of ANTs beside its affine: of the scan's points the warp comes first, then the affine.
  @Test func warpAndAffine() throws {
    var raw = RawNIfTI()
    (raw.dims, raw.intentCode) = ([5, 2, 1, 1, 1, 3, 1, 1], 1007)
    raw.sform = [20, 0, 0, -10, 0, 100, 0, 0, 0, 0, 200, 0]
    // Left, posterior, superior at x of -10 and of 10.
    raw.store([1, 3, 2, 2, 5, 5], as: 16)
    let warp = try folder.write("1Warp.nii", raw.data)
    let affine = try folder.write(
      "0GenericAffine.txt",
      "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\nParameters: 2 0 0 0 1 0 0 0 1 0 0 7\n"
        + "FixedParameters: 0 0 0\n")
    let map = try map(affine, warp)
    #expect(map.affine == nil)
    for (point, wanted) in [
      // At x of 0 halfway between: 2 to the left, 2 to the back, 5 up; then x twice and 7 up.
      ((0.0, 0.0, 0.0), (-4.0, -2.0, 12.0)), ((10, 20, 30), (14, 18, 42)),
      // Beyond the field a point stays.
      ((40, 0, 0), (80, 0, 7)),
    ] {
      let own = map.apply(point.0, point.1, point.2)
      #expect(own == wanted, "\(point) \(own)")
    }
  }

  @Test(arguments: [
    (
      "a.txt",
      "#Insight Transform File V1.0\nTransform: BSplineTransform_double_3_3\nParameters: 1 2\nFixedParameters: 0 0 0\n",
      "BSpline"
    ),
    ("a.txt", "#Insight Transform File V1.0\n", "no transform"),
    (
      "a.txt",
      "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\nParameters: 1 0 0 0 1 0 0 0 1 1 2 3\n",
      "missing"
    ),
    (
      "a.txt",
      "#Insight Transform File V1.0\nTransform: Euler3DTransform_double_3_3\nParameters: 0 0 0 1 2 3\nFixedParameters: 7\n",
      "no centre"
    ),
    (
      "a.txt",
      "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\nParameters: 0 0 0 0 0 0 0 0 0 1 2 3\nFixedParameters: 0 0 0\n",
      "singular"
    ),
    (
      "a.txt",
      "#Insight Transform File V1.0\nTransform: AffineTransform_double_3_3\nParameters: -1 0 0 0 1 0 0 0 1 1 2 3\nFixedParameters: 0 0 0\n",
      "left into right"
    ),
    ("a.mat", "1 0 0\n0 1 0\n", "no transform of ITK"), ("a.mat", "1 0 0 0\n1 0 0 0\n0 0 1 0\n0 0 0 1\n", "singular"),
    ("a.mat", "AffineTransform\0\u{1}", "neither text nor"), ("a_xfm.nii.gz", "x", "truncated"), ("a.h5", "x", "HDF5"),
    ("a.lta", "type = 1\nnxforms = 1\n1 4 4\n1 0 0 0\n", "matrix"),
  ])
  func slips(name: String, text: String, words: String) throws {
    let file = try folder.write(name, text)
    let error = #expect(throws: PETError.self) { try pose(file) }
    #expect(error?.problem.contains(words) == true && error?.file == file, "\(error as Any)")
  }
}
