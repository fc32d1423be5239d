import Foundation
import PETCore
import PETTestSupport
import Testing

/// Labels whose matrix is not that of their scan.
struct TurnedLabelsTests {
  /// Labels whose matrix is the scan's with y or z turned round, the voxels not.
  @Test(arguments: [1, 2])
  func otherAxesTurned(axis: Int) throws {
    let study = try SpoiltStudy()
    try study.image(SpoiltStudy.labels + ".nii.gz") { _ in
    } header: { header in
      func put(_ value: Float, at offset: Int) { BadStudy.put(value.bitPattern, at: offset, in: &header) }
      func float(at offset: Int) -> Float {
        Float(bitPattern: header.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self) })
      }
      let count = header.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: 42 + 2 * axis, as: Int16.self) }
      let row = 280 + 16 * axis
      let (step, origin) = (float(at: row + 4 * axis), float(at: row + 12))
      put(-step, at: row + 4 * axis)
      put(origin + step * Float(count - 1), at: row + 12)
    }
    let printed = try study.run()
    #expect(printed.status == 0 && !printed.statuses.contains("ok"), "\(printed.errors) \(printed.statuses)")
    #expect(printed.rows["Left-Putamen"]?.note.contains("turned") == true, "\(printed.rows)")
  }

  /// Labels whose matrix is the scan's with x turned round: doubtful, where the scan tells and where it does not; stored the
  /// other way, with the voxels turned as well, only where it tells.
  @Test(arguments: [false, true])
  func leftForRight(isOffCentre: Bool) throws {
    func spoil(_ study: SpoiltStudy, voxels: Bool) throws {
      if isOffCentre {
        for scan in ["RAC", "DASB"] {
          try study.image("sub-01/pet/sub-01_trc-\(scan)_pet.nii.gz") { frames in
            // A head that lies to one side.
            frames = frames.map { frame in frame.indices.map { $0 >= 2 ? frame[$0 - 2] : 0 } }
          }
        }
      }
      let nx = 24
      try study.image(SpoiltStudy.labels + ".nii.gz") { frames in
        if isOffCentre { frames[0] = frames[0].indices.map { $0 >= 2 ? frames[0][$0 - 2] : 0 } }
        guard voxels else { return }
        let values = frames[0]
        for i in values.indices { frames[0][i / nx * nx + nx - 1 - i % nx] = values[i] }
      } header: { header in
        let turned = [Float(-7), 0, 0, 80.5]
        for (i, value) in turned.enumerated() { BadStudy.put(value.bitPattern, at: 280 + 4 * i, in: &header) }
      }
    }
    let wrong = try SpoiltStudy()
    try spoil(wrong, voxels: false)
    let printed = try wrong.run()
    try wrong.expectHonest(printed)
    #expect(printed.status == 0 && !printed.statuses.contains("ok"), "\(printed.errors) \(printed.statuses)")
    #expect(printed.rows["Left-Putamen"]?.note.contains("left-right") == true, "\(printed.rows)")
    let stored = try SpoiltStudy()
    try spoil(stored, voxels: true)
    let other = try stored.run()
    #expect(other.rows["Left-Putamen"]?.status == (isOffCentre ? "ok" : "dataDoubtful"), "\(other.rows)")
    #expect(abs((other.rows["Left-Putamen"]?.ratio ?? .nan) / SpoiltStudy.truth.ratio - 1) < 2e-3)
  }
}
