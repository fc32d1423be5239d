import PETBinding
import PETCore
import PETImaging
import PETKinetics
import PETRegistration
import PETResults
import PETStudy
import PETTestSupport

extension FuzzedReader {
  /// What a table of blood and one of curves need beside them.
  static let tableSidecar = """
    {"time": {"Units": "min"}, "whole_blood_radioactivity": {"Units": "kBq/mL"},
    "plasma_radioactivity": {"Units": "Bq/mL"}, "metabolite_parent_fraction": {"Units": "unitless"},
    "AIF": {"Units": "kBq/mL"}, "DispersionConstant": 3, "Units": "kBq/mL", "ImageDecayCorrected": false,
    "TracerRadionuclide": "C11"}
    """

  /// Once by each reader of tables.
  func readTables(_ bytes: UnsafeRawBufferPointer, in folder: TemporaryFolder, _ attempts: inout Attempts) throws {
    // A root, so that sidecars are not looked for above it.
    _ = try folder.keep("dataset_description.json", "{}")
    _ = try folder.keep("sub-01_blood.json", Self.tableSidecar)
    let path = try folder.replace("sub-01_blood.tsv", bytes)
    attempts.attempt("table") { () throws(PETError) in
      let table = try TSVTable(path: path)
      precondition(table.rows.allSatisfy { $0.count == table.columns.count }, "a cell for each column")
    }
    let isTable = !attempts.taken.isEmpty
    attempts.attempt("frames") { () throws(PETError) in
      let times: FrameTimesFile
      if let stated = try? FrameTimesFile(path: path) {
        times = stated
      } else {
        times = try FrameTimesFile(path: path, unit: "s")
      }
      precondition(times.starts.count == times.durations.count && !times.starts.isEmpty, "a duration a frame")
      precondition(times.durations.allSatisfy { $0 > 0 && $0.isFinite }, "frames last")
    }
    attempts.attempt("curves") { () throws(PETError) in
      let table = try CurveReader.read(path)
      precondition(table.curves.count == table.names.count, "a curve a region")
      precondition(table.curves.allSatisfy { $0.count == table.frames.count }, "a value a frame")
      _ = table.wholeSegmentation
      _ = table.lostFrames
      for name in table.names { _ = try table.curve(of: name) }
      _ = try table.prefix(1)
    }
    attempts.attempt("transform") { () throws(PETError) in
      let regions = Grid(nx: 3, ny: 4, nz: 5, affine: Affine(rows: [-1, 0, 0, 1, 0, 1, 0, 2, 0, 0, 1, 3]))
      let scan = Grid(nx: 2, ny: 2, nz: 2, affine: Affine(rows: [2, 0, 0, 0, 0, 2, 0, 0, 0, 0, 2, 0]))
      if let poses = try RegionTransform.frames(.init(path)) {
        precondition(poses.count > 1 && poses.allSatisfy { $0.inverse != nil }, "a pose a frame")
        return
      }
      let pose = try RegionTransform.pose([.init(path)], regions: regions, scan: scan)
      let affine = pose?.affine
      precondition(affine?.inverse != nil && affine?.m.allSatisfy(\.isFinite) ?? false, "points come back")
    }
    let foreign = try folder.replace("blood.bld", bytes)
    attempts.attempt("samples") { () throws(PETError) in
      let samples = try BloodReader.read([foreign])
      for series in [samples.wholeBlood, samples.plasma, samples.parentFraction, samples.continuous] {
        precondition(zip(series.times, series.times.dropFirst()).allSatisfy(<), "times ascend")
        precondition(series.values.allSatisfy(\.isFinite), "samples are numbers")
      }
    }
    guard isTable else {
      // A FreeSurfer colour table is no table of tabs.
      attempts.attempt("labels") { () throws(PETError) in _ = try LabelTable(path: path) }
      return
    }
    attempts.attempt("input") { () throws(PETError) in
      let input = try InputFunctionReader.read(path).input
      precondition(zip(input.times, input.times.dropFirst()).allSatisfy(<), "times ascend")
    }
    attempts.attempt("scans") { () throws(PETError) in
      let study = try Dataset(path)
      precondition(Set(study.scans.map(\.stem)).count == study.scans.count, "each scan has a name of its own")
      for scan in study.scans { _ = try scan.sidecar() }
    }
    attempts.attempt("blood") { () throws(PETError) in
      _ = try InputFunction(try BloodReader.read([path]), InputChoices()).plasmaInput
    }
    attempts.attempt("fit") { () throws(PETError) in
      let samples = try BloodReader.read([path])
      // Fits take their time.
      guard samples.plasma.times.count <= 16, samples.continuous.isEmpty else { return }
      var fitted = InputChoices()
      fitted.arterial = .triexponential
      fitted.parentFraction = .hill
      _ = try InputFunction(samples, fitted).plasmaInput
    }
    attempts.attempt("labels") { () throws(PETError) in
      let labels = try LabelTable(path: path)
      precondition(RegionDefinitions.automatic(labels).count >= labels.entries.count, "every label is a region")
    }
    attempts.attempt("regions") { () throws(PETError) in
      let names = ["Cerebellum", "Left-Caudate", "Right-Caudate", "Left-Putamen", "Right-Putamen"]
      let labels = LabelTable(entries: zip(1..., names).map { LabelTable.Entry(index: $0, name: $1) })
      _ = try RegionDefinitions.labels(labels, adding: path)
    }
    attempts.attempt("binding") { () throws(PETError) in
      let table = try BindingReader.read(path, measure: "BPND", level: 0.95)
      for row in table.rows where row.estimate.value.isFinite && row.estimate.standardError.isFinite {
        precondition(!(row.low > row.high), "limits in order")
      }
    }
    attempts.attempt("words") { () throws(PETError) in
      let words = try AnatomicalVocabulary.builtIn.adding(path)
      for word in words.words.prefix(50) {
        _ = words.places(of: word, among: ["Left-Putamen", "Right-Putamen", "Pons"])
      }
    }
    attempts.attempt("transfer") { () throws(PETError) in _ = try TransferText.read(path) }
    attempts.attempt("motion") { () throws(PETError) in _ = try MotionFile(path: path) }
    attempts.attempt("parameters") { () throws(PETError) in _ = try ParameterTable(path: path) }
  }
}
