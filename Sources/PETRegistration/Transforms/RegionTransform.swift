package import PETCore
package import PETImaging

/// Where regions lie on a scan, as transform files tell it: a map of points, in mm of scanner coordinates (right, anterior,
/// superior).
///
/// Each file's own convention decides which way it goes; the net effect is that labels come to the scan.
package enum RegionTransform {
  /// One file on the way from the regions to the scan.
  package struct Step: Sendable {
    let file: String
    /// Whether it brings the scan to the regions, so that it counts the other way round.
    let isBackward: Bool

    package init(_ file: String, isBackward: Bool = false) { (self.file, self.isBackward) = (file, isBackward) }
  }

  /// The map from points of the scan to points of the regions.
  ///
  /// - Parameters:
  ///   - steps: applied first to last, from the regions on.
  ///   - regions, scan: their grids, which formats that tell no direction of their own are read by.
  package static func pose(_ steps: [Step], regions: Grid, scan: Grid) throws(PETError) -> PointMap? {
    var pose: PointMap?
    for (place, step) in steps.enumerated() {
      let ends = (regions: place == 0 ? regions : nil, scan: place == steps.count - 1 ? scan : nil)
      let own = try read(step, regions: ends.regions, scan: ends.scan)
      // Points of the scan go back through the last transform first.
      pose = pose.map { $0.after(own) } ?? own
    }
    return pose
  }

  /// A lattice of points of a grid.
  private static func places(_ grid: Grid) -> [(Double, Double, Double)] {
    let steps = (0...8).map { Double($0) / 8 }
    return steps.flatMap { k in
      steps.flatMap { j in
        steps.map { i in
          grid.affine.apply(i * Double(grid.nx - 1), j * Double(grid.ny - 1), k * Double(grid.nz - 1))
        }
      }
    }
  }

  /// Where the head lies in each frame of a scan, as a file of several transforms tells it, each of a frame to one pose that they
  /// share: points of that pose to points of the frame; nil where the file holds one transform.
  ///
  /// - Parameters:
  ///   - step: backward where each brings the pose to the frame.
  ///   - isNamed: whether it is of frames by its name, and one is a series as well.
  package static func frames(_ step: Step, isNamed: Bool = false) throws(PETError) -> [Affine]? {
    guard case .itk(let transform) = try TransformKind(step.file), isNamed || transform.count > 1 else { return nil }
    return try transform.maps(file: step.file).map { (pose) throws(PETError) in
      let back = try inverse(pose, step.file)
      return step.isBackward ? back : pose
    }
  }

  /// The map of one file, from where it leads to where it comes from.
  private static func read(_ step: Step, regions: Grid?, scan: Grid?) throws(PETError) -> PointMap {
    let file = step.file
    let map: Affine
    switch try TransformKind(file) {
    case .displacements:
      guard !step.isBackward else {
        throw PETError(
          .wrongInput, file: file, field: "transform", "by its name the field brings the scan to the labels",
          remedy: "give the field of the other way (from-T1w_to-pet)")
      }
      let field = try DisplacementField(path: file)
      // Beyond a field nothing moves: one that holds no corner of the scan and not its middle is another's.
      if let scan, !Self.places(scan).contains(where: { field.covers($0.0, $0.1, $0.2) }) {
        throw PETError(
          .wrongInput, file: file, field: "transform", "the field covers nothing of the scan",
          remedy: "check that it is of this scan, and the order of the transforms (first to last, from the labels)")
      }
      return PointMap(field)
    case .itk(let transform): map = try transform.map(file: file)
    // Its grids tell which way it goes.
    case .lta:
      let own = try LinearTransformArray(path: file).backwards(regions: regions, scan: scan)
      _ = try inverse(own, file)
      return PointMap(own)
    case .fsl:
      let ends = step.isBackward ? (scan, regions) : (regions, scan)
      map = try FSLMatrix.read(file, regions: ends.0, scan: ends.1)
    }
    let back = try inverse(map, file)
    return PointMap(step.isBackward ? back : map)
  }

  private static func inverse(_ map: Affine, _ file: String) throws(PETError) -> Affine {
    guard let inverse = map.inverse else {
      throw PETError(.wrongInput, file: file, field: "matrix", "it is singular", remedy: "make the transform again")
    }
    guard map.determinant > 0 else {
      throw PETError(
        .wrongInput, file: file, field: "matrix", "it turns left into right", remedy: "make the transform again")
    }
    return inverse
  }
}

/// Whose transform a file is, by its content.
enum TransformKind {
  case itk(ITKTransform)
  case lta, fsl, displacements

  init(_ file: String) throws(PETError) {
    if file.hasSuffix(".nii") || file.hasSuffix(".nii.gz") {
      self = .displacements
      return
    }
    if file.hasSuffix(".h5") {
      throw PETError(
        .wrongInput, file: file, field: "transform", "a composite transform of ITK in HDF5 is not read",
        remedy: "take it apart (CompositeTransformUtil --disassemble), and name its parts joined by commas")
    }
    let bytes = try RegularFile.contents(file, limit: 1 << 22)
    if let binary = MatlabMatrices(bytes) {
      self = .itk(ITKTransform(binary))
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self), !text.contains("\0") else {
      throw PETError(
        .wrongInput, file: file, field: "transform", "it is neither text nor a whole binary transform of ITK",
        remedy: "copy it again, or write it as text (ConvertTransformFile 3 in.mat out.txt)")
    }
    if text.hasPrefix("#Insight Transform File") {
      self = .itk(ITKTransform(text: text))
    } else if text.contains("src volume info")
      || text.split(whereSeparator: \.isNewline).contains(where: { $0.hasPrefix("nxforms") })
    {
      self = .lta
    } else if FSLMatrix.rows(text) != nil {
      self = .fsl
    } else {
      throw PETError(
        .wrongInput, file: file, field: "transform", "it is no transform of ITK, no .lta and no matrix of FSL",
        remedy: "give one of these, from the labels to the scan")
    }
  }
}
