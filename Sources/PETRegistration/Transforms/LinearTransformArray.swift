import PETCore
import PETImaging

/// FreeSurfer's linear transform (`.lta`): a matrix from its source volume to its destination volume, whose grids it tells
/// (surfer.nmr.mgh.harvard.edu/fswiki: `type` 0 is between voxels, 1 between scanner coordinates).
struct LinearTransformArray {
  private let file: String
  /// From points of the source to points of the destination, mm.
  private let map: Affine
  private let source: Grid
  private let destination: Grid

  init(path: String) throws(PETError) {
    file = path
    func fault(_ field: String, _ problem: String) -> PETError {
      PETError(.wrongInput, file: path, field: field, problem, remedy: "write it again (lta_convert)")
    }
    let lines = try TextFile.read(path).text.split(whereSeparator: \.isNewline).map { line in
      String(line.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]).trimmed
    }
    func numbers(_ text: some StringProtocol) -> [Double] {
      text.split(whereSeparator: \.isWhitespace).compactMap { Double($0) }
    }
    func value(_ key: String, in lines: some Sequence<String>) -> String? {
      for line in lines {
        let parts = line.split(separator: "=", maxSplits: 1).map(\.trimmed)
        if parts.count == 2, parts[0] == key { return parts[1] }
      }
      return nil
    }
    guard let type = value("type", in: lines).flatMap({ Int($0) }), type == 0 || type == 1 else {
      throw fault("type", "'\(value("type", in: lines) ?? "none")' is neither 0 (voxels) nor 1 (scanner coordinates)")
    }
    guard value("nxforms", in: lines).flatMap({ Int($0) }) == 1 else {
      throw fault("nxforms", "it does not hold one transform")
    }
    guard let start = lines.firstIndex(where: { numbers($0) == [1, 4, 4] }), start + 4 < lines.count else {
      throw fault("matrix", "there is no matrix of 4 by 4")
    }
    let rows = lines[(start + 1)...(start + 4)].map(numbers)
    guard rows.allSatisfy({ $0.count == 4 }), rows[3] == [0, 0, 0, 1], rows.joined().allSatisfy(\.isFinite) else {
      throw fault("matrix", "its rows are not those of an affine map")
    }
    let matrix = Affine(rows: Array(rows[0..<3].joined()))
    func grid(_ title: String) throws(PETError) -> Grid {
      guard let place = lines.firstIndex(where: { $0.hasPrefix(title) }) else { throw fault(title, "it is not told") }
      let own = lines[(place + 1)...].prefix { !$0.hasSuffix("volume info") }
      guard value("valid", in: own)?.first == "1",
        let volume = value("volume", in: own).map(numbers), volume.count == 3,
        volume.allSatisfy({ $0 >= 1 && $0 < 1e6 }),
        let size = value("voxelsize", in: own).map(numbers), size.count == 3,
        size.allSatisfy({ $0 > 0 && $0.isFinite }),
        let x = value("xras", in: own).map(numbers), let y = value("yras", in: own).map(numbers),
        let z = value("zras", in: own).map(numbers), let c = value("cras", in: own).map(numbers),
        [x, y, z, c].allSatisfy({ $0.count == 3 && $0.allSatisfy(\.isFinite) })
      else { throw fault(title, "its grid is not told in full") }
      var rows = [Double](repeating: 0, count: 12)
      for i in 0..<3 {
        var start = c[i]
        for (j, axis) in [x, y, z].enumerated() {
          rows[4 * i + j] = axis[i] * size[j]
          start -= rows[4 * i + j] * volume[j] / 2
        }
        rows[4 * i + 3] = start
      }
      return Grid(nx: Int(volume[0]), ny: Int(volume[1]), nz: Int(volume[2]), affine: Affine(rows: rows))
    }
    source = try grid("src volume info")
    destination = try grid("dst volume info")
    guard type == 0 else {
      map = matrix
      return
    }
    guard let inverse = source.affine.inverse else { throw fault("src volume info", "its axes do not span a volume") }
    map = destination.affine.after(matrix).after(inverse)
  }

  /// The map towards the regions: which of the two volumes is theirs, their grids tell.
  func backwards(regions: Grid?, scan: Grid?) throws(PETError) -> Affine {
    func isAlike(_ a: Grid, _ b: Grid?) -> Bool { b.map { Self.isSame(a, $0) } ?? false }
    let isForward = isAlike(source, regions) || isAlike(destination, scan)
    let isBackward = isAlike(destination, regions) || isAlike(source, scan)
    guard isForward != isBackward else {
      throw PETError(
        .wrongInput, file: file, field: "volume info",
        isForward
          ? "source and destination have one grid: which of them the labels have is not told"
          : "neither of its volumes has the grid of the labels or of the scan",
        remedy: "give the transform that was made for these images")
    }
    guard isForward else { return map }
    guard let inverse = map.inverse else {
      throw PETError(.wrongInput, file: file, field: "matrix", "it is singular", remedy: "make the transform again")
    }
    return inverse
  }

  /// Grids as a text of few digits tells them.
  private static func isSame(_ a: Grid, _ b: Grid) -> Bool {
    guard a.nx == b.nx, a.ny == b.ny, a.nz == b.nz else { return false }
    let size = min(b.voxelSize.0, b.voxelSize.1, b.voxelSize.2)
    return [(0, 0, 0), (a.nx - 1, 0, 0), (0, a.ny - 1, 0), (0, 0, a.nz - 1)].allSatisfy { corner in
      let p = a.affine.apply(Double(corner.0), Double(corner.1), Double(corner.2))
      let q = b.affine.apply(Double(corner.0), Double(corner.1), Double(corner.2))
      return max(abs(p.0 - q.0), abs(p.1 - q.1), abs(p.2 - q.2)) < 0.05 * size
    }
  }
}
