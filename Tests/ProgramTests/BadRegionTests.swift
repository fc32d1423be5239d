import Foundation
import PETCore
import PETTestSupport
import Testing

/// Images and segmentations of one scan that are not what they should be: refused with the file, or told in the tables;
/// nothing is resampled silently, and no binding comes from a reference without activity.
struct BadRegionTests {
  private static let plain = "sub-02/pet/sub-02_trc-RAC_pet.nii"
  /// A segmentation of the one scan, in place of the person's.
  private static let labels = "derivatives/segmentation/sub-02/pet/sub-02_trc-RAC_dseg.nii"
  private static let names = "derivatives/segmentation/sub-02/pet/sub-02_trc-RAC_dseg.tsv"
  private static let person = "derivatives/segmentation/sub-02/anat/sub-02_dseg"
  private static let grid = (24, 28, 22)
  private static let frame = 24 * 28 * 22

  /// Gives the scan a segmentation of its own, after a change.
  private static func segment(
    _ bad: BadStudy, header: (inout Data) -> Void = { _ in }, values: (inout [Float]) -> Void = { _ in }
  ) throws {
    try bad.write(bad.text(person + ".tsv"), to: names)
    try bad.image(person + ".nii.gz", to: labels, header: header, values: values)
  }

  /// Writes one number of the affine: of the sform, which is then the only one.
  private static func affine(_ data: inout Data, _ row: Int, _ column: Int, _ value: Float) {
    BadStudy.put(UInt16(0), at: 252, in: &data)
    BadStudy.put(value.bitPattern, at: 280 + 16 * row + 4 * column, in: &data)
  }

  private static func dimension(_ data: inout Data, _ index: Int, _ size: UInt16) {
    BadStudy.put(size, at: 40 + 2 * index, in: &data)
  }

  private static let images: [BadStudyRow] = [
    BadStudyRow("cut", .refused("_pet.nii.gz", "", "truncated|ends early")) { bad in
      let bytes = try Data(contentsOf: URL(fileURLWithPath: bad.path(BadStudy.image)))
      try bad.write(bytes.prefix(bytes.count / 2), to: BadStudy.image)
    },
    BadStudyRow("web page", .refused("_pet.nii.gz", "", "web page")) {
      try $0.write("<!DOCTYPE html><html>", to: BadStudy.image)
    },
    BadStudyRow("annex link", .refused("_pet.nii.gz", "", "link points to a file that does not exist")) {
      try $0.remove(BadStudy.image)
      try FileManager.default.createSymbolicLink(
        atPath: $0.path(BadStudy.image), withDestinationPath: "../../.git/annex/objects/absent")
    },
    BadStudyRow("link loop", .refused("_pet.nii.gz", "", "links")) {
      try $0.remove(BadStudy.image)
      try FileManager.default.createSymbolicLink(
        atPath: $0.path(BadStudy.image), withDestinationPath: "sub-02_trc-RAC_pet.nii.gz")
    },
    BadStudyRow("3-D", .refused("_pet.nii", #"dim\[4\]"#, "1 frames.* 30")) {
      try $0.image(header: { dimension(&$0, 0, 3) }, values: { $0.removeLast($0.count - frame) })
    },
    BadStudyRow("zero", .refused("_pet.nii", "", "zero|no activity|constant")) {
      try $0.image(values: { $0 = $0.map { _ in 0 } })
    },
    BadStudyRow("negative", .refused("_pet.nii", "", "negative|no activity")) {
      try $0.image(values: { $0 = $0.map { -$0 } })
    },
    BadStudyRow("plain beside gzip", .refused("_pet.nii", "image", "beside it")) { try $0.write(Data(), to: plain) },
    BadStudyRow("named pipe as sidecar", .refused(BadStudy.sidecar, "", "named pipe")) {
      try $0.remove(BadStudy.sidecar)
      #expect(mkfifo($0.path(BadStudy.sidecar), 0o600) == 0)
    },
    BadStudyRow("link to itself as sidecar", .refused(BadStudy.sidecar, "", "links")) {
      try $0.remove(BadStudy.sidecar)
      try FileManager.default.createSymbolicLink(
        atPath: $0.path(BadStudy.sidecar), withDestinationPath: "sub-02_trc-RAC_pet.json")
    },
    BadStudyRow("resource forks", .asGood) {
      for name in [BadStudy.image, BadStudy.sidecar, person + ".nii.gz", person + ".tsv"] {
        let parts = name.split(separator: "/")
        try $0.write(
          "\0\u{5}\u{16}\u{7}", to: (parts.dropLast() + ["._\(parts[parts.count - 1])"]).joined(separator: "/"))
      }
    },
    BadStudyRow("folder that links to the study", .asGood) {
      for name in ["sub-02/pet/all", "sub-02/all", "derivatives/all"] {
        try FileManager.default.createSymbolicLink(atPath: $0.path(name), withDestinationPath: $0.study)
      }
    },
  ]

  private static let segmentations: [BadStudyRow] = [
    BadStudyRow("index twice", .refused("_dseg.tsv", "index 5", "two names")) {
      try segment($0)
      try $0.replace("6\tRight-Caudate", "5\tRight-Caudate", in: names)
    },
    BadStudyRow("name twice", .refused("_dseg.tsv", "name", "two labels")) {
      try segment($0)
      try $0.replace("Right-Caudate", "Left-Caudate", in: names)
    },
    BadStudyRow("formula as a name", .refused("_dseg.tsv", "index 5", "=HYPERLINK.* formula")) {
      try segment($0)
      try $0.replace("5\tLeft-Caudate", "5\t\"=HYPERLINK(\"\"http://x\"\";\"\"Caudate\"\")\"", in: names)
    },
    BadStudyRow("zero named", .asGood) {
      try $0.replace("index\tname\n", "index\tname\n0\tBackground\n", in: person + ".tsv")
    },
    BadStudyRow("not whole", .refused("_dseg.nii", "voxels", "not a whole number")) {
      try segment($0, values: { $0[5000] = 1.5 })
    },
    BadStudyRow("4-D", .refused("_dseg.nii", #"dim\[4\]"#, "frames")) {
      try segment(
        $0, header: { header in for (i, n) in [4, 24, 28, 11, 2].enumerated() { dimension(&header, i, UInt16(n)) } })
    },
    BadStudyRow("empty", .refused("_dseg.nii", "voxels", "every label is 0")) {
      try segment($0, values: { $0 = $0.map { _ in 0 } })
    },
    BadStudyRow("apart", .refused("_dseg.nii", "affine", "no labelled voxel lies on")) {
      try segment($0, header: { affine(&$0, 2, 3, 900) })
    },
    BadStudyRow("singular", .refused("_dseg.nii", "sform", "singular")) {
      try segment($0, header: { header in for column in 0..<4 { affine(&header, 2, column, 0) } })
    },
    BadStudyRow("half apart", .warned("partial-overlap", "% of the labelled volume")) {
      try segment($0, header: { affine(&$0, 2, 3, -30) })
    },
  ]

  @Test(arguments: images + segmentations)
  func hasItsAnswer(row: BadStudyRow) throws { try row.check() }

  // MARK: - What is accepted and told

  private func log(_ outcome: BadStudy.Outcome) -> String {
    String(decoding: outcome.results["logs/\(BadStudy.unit).log"] ?? Data(), as: UTF8.self)
  }

  private let fits = "sub-02/pet/sub-02_trc-RAC_model-SRTM_kinpar.tsv"
  private let volumes = "sub-02/pet/sub-02_trc-RAC_seg-auto_morph.tsv"

  /// What a table holds of a region, by column.
  private func row(_ table: TSVTable, _ region: String) throws -> [String: String] {
    let column = try #require(table.column(anyOf: ["region", "name"]))
    let row = try #require(table.rows.first { $0[column] == region }, "\(region) has no row")
    return Dictionary(uniqueKeysWithValues: zip(table.columns, row))
  }

  /// A named label without a voxel is a row with 0 voxels, n/a and the reason; one voxel is a region; a label without a
  /// name and one below 0 are told.
  @Test func everyNamedLabelHasARow() throws {
    let bad = try BadStudy()
    try Self.segment(
      bad,
      values: { labels in
        labels[Self.frame / 2 + 12] = 98
        labels[Self.frame / 2 + 13] = -3
      })
    try bad.write(bad.text(Self.names).replacing("18\tRaphe\n", with: "") + "98\tDot\n99\tNowhere\n", to: Self.names)
    let outcome = try bad.accepts()
    let nowhere = try row(outcome.table(fits), "Nowhere")
    #expect(
      nowhere["BPND"] == "n/a" && nowhere["status"] == "noSignal" && nowhere["note"]?.contains("voxel") == true,
      "\(nowhere)")
    #expect(try row(outcome.table(volumes), "Nowhere")["voxels"] == "0")
    #expect(try row(outcome.table(volumes), "Dot")["voxels"] == "1")
    #expect(try row(outcome.table(fits), "Dot")["volume-mm3"] == "343")
    #expect(log(outcome).contains("labels without a name: -3, 18"), "\(log(outcome))")
    #expect(log(outcome).contains("no voxel for Nowhere"))
  }

  /// Labels on a grid of twice as many voxels, and a mirrored one: the affine tells where a voxel lies, never the shape,
  /// and a grid that is not the scan's is told.
  @Test(arguments: [true, false])
  func gridsAreComparedByTheirAffine(mirrored: Bool) throws {
    let bad = try BadStudy()
    let (nx, ny, nz) = Self.grid
    try Self.segment(
      bad,
      header: { header in
        // First voxels at -(n - 1)/2 · 7 mm.
        if mirrored {
          Self.affine(&header, 0, 0, -7)
          Self.affine(&header, 0, 3, 80.5)
        } else {
          for (axis, count) in [nx, ny, nz].enumerated() {
            Self.dimension(&header, axis + 1, UInt16(2 * count))
            Self.affine(&header, axis, axis, 3.5)
            BadStudy.put(Float(3.5).bitPattern, at: 80 + 4 * axis, in: &header)
            Self.affine(&header, axis, 3, -3.5 * Float(2 * count - 1) / 2)
          }
        }
      },
      values: { labels in
        let old = labels
        if mirrored {
          for at in labels.indices { labels[at] = old[at - at % nx + nx - 1 - at % nx] }
        } else {
          labels = (0..<8 * old.count).map { at in
            let (x, y, z) = (at % (2 * nx) / 2, at / (2 * nx) % (2 * ny) / 2, at / (4 * nx * ny) / 2)
            return old[x + nx * (y + ny * z)]
          }
        }
      })
    let outcome = try bad.accepts()
    if mirrored {
      // Which way round is meant nobody can tell of a head that is the same on both sides: it is said, and changes nothing.
      #expect(log(outcome).contains("x turned round"), "\(log(outcome))")
      let (own, good) = (outcome.results[fits], try BadStudy.results()[fits])
      func numbers(_ data: Data?) throws -> [[String]] {
        try TSVTable(text: String(decoding: data ?? Data(), as: UTF8.self), file: fits).rows.map { $0.dropLast() }
      }
      #expect(try numbers(own) == numbers(good))
    } else {
      #expect(try outcome.results[fits] == BadStudy.results()[fits])
    }
    #expect(log(outcome).contains("labels are brought to the grid of the scan"), "\(log(outcome))")
  }

  /// A frame without a number, a region without one, a reference of zeros: a status in the table, or a refusal, and never
  /// binding from nothing.
  @Test(arguments: ["frame", "region", "reference"])
  func voxelsWithoutNumbers(what: String) throws {
    let bad = try BadStudy()
    let plain = try BadStudy.plain(bad.path(Self.person + ".nii.gz"))
    let labels = (0..<Self.frame).map { Int(plain[352 + 2 * $0]) }
    try bad.image(values: { values in
      for at in values.indices {
        let label = labels[at % Self.frame]
        switch what {
        case "frame": if at / Self.frame == 12 { values[at] = .nan }
        case "region": if label == 17 { values[at] = .nan }
        default: if label == 1 { values[at] = 0 }
        }
      }
    })
    let outcome = try bad.run()
    if what == "reference" {
      #expect(outcome.run.status == 1 && outcome.failures.count == 1)
      #expect(
        outcome.failures.first.map {
          $0[0] == BadStudy.unit && $0[2].hasSuffix("_pet.nii") && $0[4].contains("reference curve has no activity")
        } == true,
        "\(outcome.failures)")
      #expect(!outcome.results.keys.contains { $0.contains("RAC") && $0.hasPrefix("sub-02") })
    } else if what == "region" {
      #expect(outcome.run.status == 0 && outcome.run.errors.isEmpty, "\(outcome.run.errors)")
      let midbrain = try row(outcome.table(fits), "Midbrain")
      #expect(midbrain["BPND"] == "n/a" && midbrain["status"] == "noSignal", "\(midbrain)")
      #expect(midbrain["note"]?.contains("non-finite") == true)
      #expect(try row(outcome.table(fits), "Left-Putamen")["status"] == "converged")
    } else {
      // Either the frame is left out with a word in every row, or every row is n/a.
      #expect(outcome.run.status == 0 || outcome.failures.count == 1, "\(outcome.run.errors)")
      guard outcome.run.status == 0 else { return }
      let table = try outcome.table(fits)
      let (status, note) = (try table.required("status"), try table.required("note"))
      #expect(table.rows.allSatisfy { $0[note].contains("non-finite") && !$0[status].isEmpty }, "\(table.rows[1])")
    }
  }

  // MARK: - Names

  /// Names of regions are never a path, stand in tables so that a reader gets them back, and steer neither a terminal nor
  /// a page.
  @Test func hostileNamesOfRegions() throws {
    let hostile = [
      "../../../evil", "1=1,\"q\"", "\u{1b}[31mRed\u{7}", "<script>alert(1)</script>", "a&b", "'; rm -rf /",
    ]
    let bad = try BadStudy()
    try Self.segment(bad)
    var text = try bad.text(Self.names)
    for (index, name) in hostile.enumerated() {
      let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("\(index + 13)\t") })
      text = text.replacing(line + "\n", with: "\(index + 13)\t\(name)\n")
    }
    try bad.write(text, to: Self.names)
    let outcome = try bad.accepts()
    let table = try outcome.table(fits)
    for name in hostile { _ = try row(table, printable(name)) }
    let cells = String(decoding: outcome.results[fits] ?? Data(), as: UTF8.self).split(separator: "\n")
    #expect(cells.contains { $0.hasPrefix("\"1=1,\"\"q\"\"\"\t") })
    for (name, bytes) in outcome.results where !name.hasSuffix(".nii.gz") {
      let text = String(decoding: bytes, as: UTF8.self)
      #expect(!text.unicodeScalars.contains { $0.value < 0x20 && $0 != "\n" && $0 != "\t" }, "\(name)")
      #expect(!name.hasSuffix(".html") || !text.contains("<script>alert"), "\(name)")
    }
    #expect(
      !outcome.results.keys.contains { $0.contains("evil") }
        && !FileManager.default.fileExists(atPath: bad.folder.file("evil")))
    let regions = try Program.run(["regions", bad.path(Self.labels), "--labels", bad.path(Self.labels)])
    #expect(regions.status == 0 && regions.output.contains("\\u{1b}[31mRed\\u{7}"), "\(regions.errors)")
    #expect(!(regions.output + regions.errors).contains("\u{1b}"))
  }

  // MARK: - Masks

  /// A mask without a voxel or of another grid is refused; of one that is not binary the rule is told.
  @Test(arguments: [("empty", 65, "no voxel above 0"), ("other shape", 65, "24x28x11"), ("0, 1, 2", 0, "above 0")])
  func masks(kind: String, status: Int, words: String) throws {
    let bad = try BadStudy()
    let mask = bad.path("mask.nii")
    try bad.image(
      Self.person + ".nii.gz", to: "mask.nii",
      header: { if kind == "other shape" { Self.dimension(&$0, 3, 11) } },
      values: { labels in
        if kind == "other shape" { labels.removeLast(Self.frame / 2) }
        labels = labels.map { kind == "empty" ? 0 : $0 == 17 ? 1 : $0 == 18 ? 2 : 0 }
      })
    let run = try Program.run([
      "maps", bad.path(BadStudy.image), "--model", "SRTM", "--reference", "cerebellum", "--labels",
      bad.path(Self.person + ".nii.gz"), "--mask", mask, "--out", bad.out,
    ])
    #expect(run.status == status && run.errors.contains(words), "\(run.errors)")
    guard status != 0 else { return }
    #expect(run.errors.split(separator: "\n").count == 1 && run.errors.hasPrefix("petbalance: error: \(mask): "))
    #expect(!FileManager.default.fileExists(atPath: bad.out))
  }
}
