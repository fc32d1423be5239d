package import PETCore

/// What the header of an image says, checked.
package struct ImageHeader: Sendable {
  package let file: String
  package let version: Int
  package let bigEndian: Bool
  package let isGzip: Bool
  package let grid: Grid
  package let frames: Int
  package let type: VoxelType
  /// value = slope x stored + intercept; (1, 0) when the file does not scale.
  package let slope: Double
  package let intercept: Double
  package let description: String
  package let qformCode: Int
  package let sformCode: Int
  package let findings: [Finding]
  let dataOffset: Int
  /// Whether vectors are in left, posterior, superior, as ITK writes them.
  let isLeftPosterior: Bool

  /// Bytes of one frame as stored.
  package var frameBytes: Int { grid.count * type.bytes }

  init(_ raw: RawHeader, file: String, fileSize: Int, isGzip: Bool, holds content: ImageContent = .numbers)
    throws(PETError)
  {
    var checks = HeaderChecks(raw, file: file, holds: content)
    try checks.run(fileSize: fileSize, isGzip: isGzip)
    let handle = try NIfTIHandle(raw, file: file)
    var found = checks.findings
    var rows = handle.affine.m
    let scale = raw.units & 7 == 1 ? 1000.0 : raw.units & 7 == 3 ? 1e-3 : 1
    if raw.sformCode > 0, raw.qformCode > 0, !found.contains(where: { $0.code == .qform }) {
      let q = handle.qformAffine
      let end = checks.dims.map { Double($0 - 1) }
      let a = Affine(rows: rows).apply(end[0], end[1], end[2])
      let b = q.apply(end[0], end[1], end[2])
      let apart =
        scale
        * max(
          abs(a.0 - b.0), abs(a.1 - b.1), abs(a.2 - b.2), abs(rows[3] - q[0, 3]), abs(rows[7] - q[1, 3]),
          abs(rows[11] - q[2, 3]))
      if Affine(rows: rows).determinant * q.determinant < 0 {
        found.append(
          Finding(
            .warning, .leftRight, file: file, field: "sform",
            "qform and sform disagree on what is left and what is right",
            remedy: "the sform is used: find out which is right", castsDoubt: true))
      } else if apart > 1 {
        found.append(
          Finding(
            .warning, .formsDisagree, file: file, field: "sform", value: NumberText.short(apart),
            "qform and sform disagree by \(NumberText.short(apart)) mm", remedy: "the sform is used"))
      }
    }
    for i in rows.indices { rows[i] *= scale }
    self.file = file
    version = raw.version
    bigEndian = raw.bigEndian
    self.isGzip = isGzip
    grid = Grid(nx: checks.dims[0], ny: checks.dims[1], nz: checks.dims[2], affine: Affine(rows: rows))
    frames = checks.dims[3]
    type = checks.type
    slope = raw.slope == 0 ? 1 : handle.slope
    intercept = raw.slope == 0 ? 0 : handle.intercept
    description = printable(raw.description)
    qformCode = raw.qformCode
    sformCode = raw.sformCode
    dataOffset = checks.dataOffset
    isLeftPosterior = content == .vectors && raw.intent.code == 1007
    findings = found
  }
}

extension ImageHeader {
  /// Of a FreeSurfer image: nothing is scaled, and one matrix says where the voxels lie.
  init(_ raw: MGHHeader, file: String, isGzip: Bool) {
    self.init(
      file: file, version: 1, bigEndian: true, isGzip: isGzip,
      grid: Grid(nx: raw.sizes[0], ny: raw.sizes[1], nz: raw.sizes[2], affine: raw.affine), frames: raw.frames,
      type: raw.type, slope: 1, intercept: 0, description: "", qformCode: 0, sformCode: raw.isPlaced ? 1 : 0,
      findings: raw.isPlaced
        ? []
        : [
          Finding(
            .warning, .noOrientation, file: file, field: "goodRASFlag", value: "0",
            "the header does not say where the voxels lie: orientation and position are unknown",
            remedy: "taken as coronal, 1 mm, centred on 0")
        ],
      dataOffset: MGHHeader.bytes)
  }

  private init(
    file: String, version: Int, bigEndian: Bool, isGzip: Bool, grid: Grid, frames: Int, type: VoxelType, slope: Double,
    intercept: Double, description: String, qformCode: Int, sformCode: Int, findings: [Finding], dataOffset: Int
  ) {
    self.file = file
    self.version = version
    self.bigEndian = bigEndian
    self.isGzip = isGzip
    self.grid = grid
    self.frames = frames
    self.type = type
    self.slope = slope
    self.intercept = intercept
    self.description = description
    self.qformCode = qformCode
    self.sformCode = sformCode
    self.findings = findings
    self.dataOffset = dataOffset
    isLeftPosterior = false
  }
}

extension Finding.Code {
  package static let formsDisagree = Finding.Code("forms-disagree")
  package static let leftRight = Finding.Code("left-right")
}
