import Foundation
import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETMaps
import PETSimulation
import PETTestSupport
import Testing

/// `petbalance maps` and the maps of a pipeline, on studies with known truth.
struct MapsCommandTests {
  /// A simulated study with one person and the paths of one scan.
  private struct Study {
    let folder: TemporaryFolder
    let root: String
    var pet: String { root + "/sub-01/pet/sub-01_trc-RAC_pet.nii.gz" }
    var labels: String { root + "/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz" }

    init(noise: Double, size: StudyPlan.Size = .small, seed: UInt64 = 1) throws {
      var plan = StudyPlan()
      plan.participants = 1
      plan.noise = noise
      plan.size = size
      plan.seed = seed
      folder = try TemporaryFolder()
      root = folder.file("study")
      try StudySimulation(plan).write(to: root)
    }

    func maps(_ arguments: [String], out: String = "maps") throws -> Program.Outcome {
      try Program.run(
        ["maps", pet, "--labels", labels, "--reference", "cerebellum", "--out", folder.file(out)] + arguments)
    }

    func map(_ name: String, out: String = "maps") throws -> Volume {
      try Volume(path: folder.file("\(out)/sub-01_trc-RAC_\(name).nii.gz"))
    }

    func files(_ out: String) throws -> [String: Data] {
      var result: [String: Data] = [:]
      for name in try FileManager.default.contentsOfDirectory(atPath: folder.file(out)) {
        result[name] = try Data(contentsOf: URL(fileURLWithPath: folder.file("\(out)/\(name)")))
      }
      return result
    }

    /// True BPND of every voxel, NaN outside the brain.
    func truth(tracer: String = "RAC") throws -> [Double] {
      let table = try TSVTable(
        path: root + "/derivatives/truth/sub-01/pet/sub-01_trc-\(tracer)_desc-truth_kinpar.tsv")
      let names = try LabelTable(path: String(labels.dropLast(7)) + ".tsv")
      var byLabel: [Int32: Double] = [:]
      for row in table.rows.indices {
        let name = table.rows[row][0]
        for entry in names.entries where entry.name == name {
          byLabel[Int32(entry.index)] = try table.number(row, try table.required("BPND"))
        }
      }
      return try LabelImage(path: labels).labels.map { byLabel[$0] ?? .nan }
    }
  }

  /// Without noise the true BPND comes back in every voxel with BPND above 1: mean bias 0.1 % and no voxel off by more
  /// than 0.3 % (the file's int16 steps).
  @Test(arguments: ["SRTM", "SRTM2", "MRTM1", "MRTM2", "LoganRef"])
  func noiseFreeMapIsTheTruth(model: String) throws {
    let study = try Study(noise: 0)
    let run = try study.maps(["--model", model])
    #expect(run.status == 0, "\(run.errors)")
    let map = try study.map("model-\(model)_meas-BPND_mimap").values
    let truth = try study.truth()
    let high = truth.indices.filter { truth[$0] > 1 }
    let errors = high.map { map[$0] / truth[$0] - 1 }
    let (mean, largest) = (errors.reduce(0, +) / Double(errors.count), errors.map(abs).max() ?? .nan)
    #expect(high.count > 50)
    #expect(abs(mean) < 1e-3)
    #expect(largest < 3e-3)
  }

  /// With noise: at most 0.1 % of voxels without a value, every wild one marked, counts that add up, and the table
  /// beside the regions explains what differs by more than 2 %.
  @Test func noisyMapIsMarked() throws {
    let study = try Study(noise: 0.1)
    let run = try study.maps(["--model", "SRTM", "--status-map", "--se-maps"])
    #expect(run.status == 0, "\(run.errors)")
    let map = try study.map("model-SRTM_meas-BPND_mimap").values
    let status = try study.map("model-SRTM_desc-status_dseg").values
    let truth = try study.truth()
    let brain = truth.indices.filter { truth[$0].isFinite }
    #expect(Double(brain.count { !map[$0].isFinite }) <= 1e-3 * Double(brain.count))
    #expect(truth.indices.allSatisfy { truth[$0].isFinite || map[$0] == 0 && status[$0] == 0 })
    let converged = Double(FitStatus.allCases.firstIndex(of: .converged) ?? 0) + 1
    let unmarked = brain.filter { status[$0] == converged && abs(map[$0] - truth[$0]) > 1.5 }
    #expect(unmarked.isEmpty, "\(unmarked.map { map[$0] })")
    let table = try TSVTable(path: study.folder.file("maps/sub-01_trc-RAC_model-SRTM_desc-status_dseg.tsv"))
    for row in table.rows {
      #expect(Int(row[2]) == status.count { $0 == Double(row[0]) }, "\(row)")
    }
    let regions = try TSVTable(path: study.folder.file("maps/sub-01_trc-RAC_model-SRTM_mapregions.tsv"))
    let (percent, note) = (try regions.required("difference-percent"), try regions.required("note"))
    var explained = 0
    for row in regions.rows.indices where abs(try regions.number(row, percent)) > 2 {
      #expect(regions.rows[row][note].contains("%"), "\(regions.rows[row])")
      explained += 1
    }
    #expect(explained > 0 && regions.rows.count == 18, "\(regions.rows.count)")
    let sidecar = try JSONValue.readObject(
      path: study.folder.file("maps/sub-01_trc-RAC_model-SRTM_meas-BPND_mimap.json"))
    let counts = FitStatus.allCases.compactMap { sidecar["Statuses"]?[$0.rawValue]?.double }
    #expect(counts.reduce(0, +) == Double(brain.count) && sidecar["Units"]?.string == "unitless")
    // An error for every value.
    let errors = try study.map("model-SRTM_meas-BPND_desc-se_mimap").values
    #expect(brain.count { errors[$0] > 0 } > brain.count * 99 / 100)
  }

  /// One thread, two threads and a second run write the same bytes.
  @Test func bytesAreTheSame() throws {
    let study = try Study(noise: 0.1, size: .tiny)
    for model in ["SRTM", "MRTM2"] {
      let arguments = ["--model", model, "--se-maps", "--status-map", "--smooth", "8"]
      #expect(try study.maps(arguments + ["--jobs", "1"], out: "one").status == 0)
      #expect(try study.maps(arguments + ["--jobs", "2"], out: "two").status == 0)
      #expect(try study.maps(arguments, out: "two").status == 0)
      #expect(try study.files("one") == study.files("two"))
    }
    #expect(try study.files("one").count == 2 * (10 + 8) + 2 * (2 + 3))
  }

  /// The same bytes on a processor without AVX and on one with FMA, under emulation.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: Self.emulator), "qemu-user is not installed"))
  func processorsDoNotMatter() throws {
    let study = try Study(noise: 0.1, size: .tiny)
    let arguments = ["--model", "SRTM", "--se-maps"]
    #expect(try study.maps(arguments, out: "own").status == 0)
    for processor in ["Nehalem", "Haswell"] {
      let run = try Program.run(
        URL(fileURLWithPath: Self.emulator),
        [
          "-cpu", processor, Program.executable.path, "maps", study.pet, "--labels", study.labels, "--reference",
          "cerebellum", "--out", study.folder.file(processor),
        ] + arguments)
      #expect(run.status == 0, "\(run.errors)")
      #expect(try study.files(processor) == study.files("own"))
    }
  }
  private static let emulator = "/usr/bin/qemu-x86_64"

  /// Smoothing: in the name and the sidecar, and it takes noise away.
  @Test func smoothingIsRecorded() throws {
    let study = try Study(noise: 0.1)
    #expect(try study.maps(["--model", "MRTM2"]).status == 0)
    #expect(try study.maps(["--model", "MRTM2", "--smooth", "6.5"]).status == 0)
    let name = "maps/sub-01_trc-RAC_model-MRTM2_meas-BPND_desc-sm6p5_mimap.json"
    let sidecar = try JSONValue.readObject(path: study.folder.file(name))
    #expect(sidecar["Smoothing"]?["FWHM"]?.double == 6.5)
    let (sharp, smooth) = (
      try study.map("model-MRTM2_meas-BPND_mimap").values,
      try study.map("model-MRTM2_meas-BPND_desc-sm6p5_mimap").values
    )
    let truth = try study.truth()
    let white = truth.filter { $0 > 0 }.min() ?? 0
    let inside = truth.indices.filter { truth[$0] == white }
    // Half the width that holds half of the voxels: the edges, where neighbours spill in, do not rule it.
    func spread(_ values: [Double]) -> Double {
      let own = inside.map { values[$0] }.sorted()
      return Order.quantile(own, 0.75) - Order.quantile(own, 0.25)
    }
    #expect(spread(smooth) < 0.7 * spread(sharp))
  }

  /// Maps of two tracers and their balance, by a pipeline: the sets hold the true ratio in 93-97 % of all voxels with
  /// binding whose fits tell it, unbounded ones included, and in 92 % or more where a ratio is printed.
  @Test func balanceMapHoldsTheTruth() throws {
    let study = try Study(noise: 0.1, seed: 3)
    let pipeline = try study.folder.write(
      "maps.yaml",
      """
      name: maps
      read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
      models:
        dopamine: {model: SRTM, reference: cerebellum}
        serotonin: {model: MRTM2, reference: cerebellum}
      maps: {}
      """)
    let out = study.folder.file("out")
    let run = try Program.run(["run", study.root, out, "--pipeline", pipeline, "--quiet"])
    #expect(run.status == 0, "\(run.errors)")
    func map(_ measure: String) throws -> [Double] {
      try Volume(path: out + "/sub-01/sub-01_meas-\(measure)_desc-raclopridedasb_mimap.nii.gz").values
    }
    let (ratio, low, high) = (try map("ratio"), try map("ratiolow"), try map("ratiohigh"))
    let (dopamine, serotonin) = (try study.truth(), try study.truth(tracer: "DASB"))
    let status = try Volume(path: out + "/sub-01/sub-01_desc-raclopridedasbstatus_dseg.nii.gz").values
    let silent = Double(BalanceStatus.bindingUnreliable.label)
    var (all, covered, printed, coveredPrinted) = (0, 0, 0, 0)
    for i in ratio.indices where serotonin[i] > 0 && status[i] != silent {
      let truth = dopamine[i] / serotonin[i]
      let holds = low[i] <= high[i] ? truth >= low[i] && truth <= high[i] : truth <= high[i] || truth >= low[i]
      all += 1
      if holds { covered += 1 }
      if ratio[i].isFinite {
        printed += 1
        if holds { coveredPrinted += 1 }
      }
    }
    let (share, shown) = (Double(covered) / Double(all), Double(coveredPrinted) / Double(printed))
    print("balance map: sets hold the truth in \(share) of \(all) voxels, \(shown) of \(printed) with a ratio")
    #expect(share >= 0.93 && share <= 0.97)
    #expect(shown >= 0.92)
    let small = try Volume(path: out + "/sub-01/sub-01_desc-raclopridedasbtoosmall_mask.nii.gz").values
    // Every voxel without a ratio says why.
    #expect(ratio.indices.allSatisfy { !ratio[$0].isNaN || small[$0] == 1 || status[$0] == silent })
    #expect(small.contains(1))
    // The same two maps by the command.
    let pet = out + "/sub-01/pet/sub-01_trc-"
    let table = study.folder.file("mine_balance.tsv")
    let command = try Program.run([
      "balance", "--dopamine-map", pet + "RAC_model-SRTM_meas-BPND_mimap.nii.gz", "--serotonin-map",
      pet + "DASB_model-MRTM2_meas-BPND_mimap.nii.gz", "--labels", study.labels, "--out", table,
    ])
    #expect(command.status == 0, "\(command.errors)")
    let again = try Volume(path: study.folder.file("mine_meas-ratio_desc-balance_mimap.nii.gz")).values
    #expect(zip(again, ratio).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    #expect(try TSVTable(path: table).rows.count == 18)
  }

  /// What cannot be mapped is one line, and nothing is left in the folder.
  @Test func refusals() throws {
    let study = try Study(noise: 0.1, size: .tiny)
    let folder = study.folder
    let whole = try Data(contentsOf: URL(fileURLWithPath: study.pet))
    let sidecar = try String(contentsOfFile: study.root + "/sub-01/pet/sub-01_trc-RAC_pet.json", encoding: .utf8)
    for name in ["cut", "bad"] { try folder.write("\(name)/sub-9_pet.json", sidecar) }
    let cut = try folder.write("cut/sub-9_pet.nii.gz", whole.prefix(whole.count / 2))
    var damaged = whole
    for i in whole.count / 2..<whole.count / 2 + 200 { damaged[i] ^= 0x5a }
    let bad = try folder.write("bad/sub-9_pet.nii.gz", damaged)
    let grid = try VoxelStream(path: study.pet).header.grid
    func mask(_ name: String, _ value: (Int) -> Double, count: Int? = nil) throws -> String {
      var raw = RawNIfTI()
      raw.dims = [3, count ?? grid.nx, grid.ny, grid.nz, 1, 1, 1, 1]
      raw.sform = grid.affine.m
      raw.store((0..<raw.dims[1] * grid.ny * grid.nz).map(value), as: 2)
      return try folder.write(name, raw.data)
    }
    func refusedMaps(_ arguments: [String], _ status: Int32, _ words: String...) throws {
      let out = folder.file("refused")
      let run = try Program.run(["maps"] + arguments + ["--out", out])
      #expect(run.status == status && run.output.isEmpty, "\(run.errors)")
      #expect(run.errors.split(separator: "\n").count == 1, "\(run.errors)")
      for word in words { #expect(run.errors.contains(word), "\(run.errors)") }
      #expect((try? FileManager.default.contentsOfDirectory(atPath: out))?.isEmpty ?? true)
    }
    let fit = ["--model", "SRTM", "--reference", "cerebellum", "--labels", study.labels]
    try refusedMaps([cut] + fit, 65, "truncated", "sub-9_pet.nii.gz")
    try refusedMaps([bad] + fit, 65, "sub-9_pet.nii.gz")
    try refusedMaps(
      [study.pet] + fit + ["--mask", try mask("zero.nii") { _ in 0 }], 65, "zero.nii", "no voxel above 0")
    try refusedMaps(
      [study.pet] + fit + ["--mask", try mask("other.nii", { _ in 1 }, count: 5)], 65, "other.nii", "5x28x22",
      "24x28x22")
    // A reference region of three voxels.
    let labels = try LabelImage(path: study.labels).labels
    let first = labels.indices.filter { labels[$0] == 1 }.prefix(3)
    let small = try mask("small.nii") { first.contains($0) ? 99 : labels[$0] == 1 ? 0 : Double(labels[$0]) }
    try folder.write(
      "small.tsv", try String(contentsOfFile: String(study.labels.dropLast(7)) + ".tsv", encoding: .utf8) + "99\tTiny\n"
    )
    try refusedMaps(
      [study.pet, "--model", "SRTM", "--reference", "Tiny", "--labels", small], 65, "'Tiny' has 3 voxels")
    try refusedMaps([study.pet, "--model", "SRTM"], 64, "--labels", "reference region")
    try refusedMaps([study.pet, "--model", "SIMEVND", "--input", "x.tsv"], 64, "has no map")
    try refusedMaps([study.pet, "--model", "Logan"], 65, "--input")
    try refusedMaps([study.pet] + fit + ["--smooth", "-3"], 64, "--smooth")
    try refusedMaps([folder.file("none.nii.gz")] + fit, 66, "none.nii.gz")
  }
}
