import PETCore
import PETKinetics
import PETPages
import PETResults
import PETStudy
import PETTracers

/// Reads what a page shows of one scan from its results.
struct ScanReader {
  let output: String
  let definition: PipelineDefinition

  /// - Parameter role: that the scan has in a pair; nil for that of its tracer.
  func read(_ record: RunRecord, role given: PipelineDefinition.Role?) throws(PETError) -> ScanReport {
    let results = Results(record, in: output)
    let kinpar = try results.required(.parameters)
    // Those that were fitted.
    let corrected = results.path(.curves) { $0["pvc"] != nil }
    let tacs = if let corrected { corrected } else { try results.required(.curves) }
    let sidecar = try PETSidecar(path: TSVTable.sidecarPath(of: kinpar))
    let about = try PETSidecar(path: TSVTable.sidecarPath(of: tacs))
    let card = try ModelCatalogue.named(sidecar.text(Sidecar.modelName) ?? "").card
    let curves = try FrameFile(path: tacs)
    let frames = try FrameSchedule(
      starts: curves.starts, durations: zip(curves.ends, curves.starts).map { $0 - $1 })
    let role = given ?? definition.roles.first { $0.tracer.id == record.tracer }
    let system = role?.system.rawValue ?? sidecar.text(Sidecar.system) ?? "n/a"
    var report = ScanReport(
      unit: record.unit, system: system, tracer: sidecar.text(Sidecar.tracerName) ?? record.tracer ?? "unknown tracer",
      card: card, reference: reference(sidecar),
      curves: ScanReport.Curves(frames: frames, names: curves.names, values: curves.columns),
      estimates: try KinparFile(path: kinpar),
      about: ScanReport.About(
        facts: facts(about, sidecar, frames), settings: placing(about, record.unit) + settings(sidecar, card)))
    report.correction = CurveCorrection(
      about[CurveCorrection.member], spread: about[CurveCorrection.spreadMember])
    report.motion = try results.path(.confounds).map { (path) throws(PETError) in try MotionFile(path: path) }
    if let path = results.path(.transfer) { report.transfer = try TransferText.read(path) }
    report.findings = record.findings.compactMap(Finding.init(json:))
    // Those of a model that stands in for it in some regions are fitted in a space of their own.
    func isOwn(_ name: BIDSName) -> Bool { name["model"] == nil || name["model"] == card.id }
    if let path = results.path(.fitted, where: isOwn) {
      let fitted = try FrameFile(path: path)
      func columns(_ kind: ResultFile) throws(PETError) -> [[Double]]? {
        guard let path = results.path(kind, where: isOwn) else { return nil }
        return try FrameFile(path: path).ordered(report.regions)
      }
      let plotted = try columns(.plotted)
      let abscissa = try columns(.abscissa)
      report.fitted = ScanReport.Fitted(
        weights: fitted.weights ?? [Double](repeating: 1, count: frames.count),
        predicted: fitted.ordered(report.regions),
        plot: plotted.map { (abscissa, $0) })
    }
    if let path = results.path(.inputFunction) ?? results.path(.input) {
      report.input = try input(path, source: try PETSidecar(path: TSVTable.sidecarPath(of: path)))
    }
    if let path = results.path(.mapRegions) {
      report.mapRegions = try MapRegionsFile(path: path, symbol: card.outcome)
        .keeping { !report.leftOut.contains(RegionName.key($0.region)) }
    }
    let outcome = card.outcome
    if let path = results.path(
      .map, ".nii.gz", where: { $0["meas"] == outcome && !($0["desc"]?.hasSuffix("se") ?? false) })
    {
      let values = report.estimates.place(of: outcome).map { place in
        report.estimates.rows.map { $0.parameters[place].value }.filter { !$0.isNaN }
      }
      let unit = card.index(of: outcome).map { card.parameters[$0].unit.label } ?? ""
      report.maps.append(
        try MapReader.read(
          path, title: "\(outcome) of \(report.tracer)", measure: outcome, unit: unit,
          kind: .sequential, end: definition.report.colours[outcome], values: values ?? []))
    }
    return report
  }

  private func reference(_ fits: PETSidecar) -> ScanReport.Reference? {
    let labels = fits[Sidecar.referenceLabels]?.list?.compactMap(\.string) ?? []
    return fits.text(Sidecar.referenceRegion).map { ScanReport.Reference(name: $0, labels: labels) }
  }

  /// What is known of the scan besides its numbers.
  private func facts(_ curves: PETSidecar, _ fits: PETSidecar, _ frames: FrameSchedule) -> [(
    name: String, value: String
  )] {
    var facts: [(name: String, value: String)] = []
    func add(_ name: String, _ value: String?) { if let value, !value.isEmpty { facts.append((name, value)) } }
    // What is no number is told by the checks of the dose.
    func quantity(_ name: String) -> String? {
      guard let value = curves[name]?.double else { return nil }
      return "\(NumberText.short(value)) \(curves.text(name + "Units") ?? "")".trimmed
    }
    add("scanner", curves.text(Sidecar.scanner))
    add("isotope", curves.text(Sidecar.tracerRadionuclide))
    add("injected", quantity("InjectedRadioactivity"))
    add("injected mass", quantity("InjectedMass"))
    add("injection at", curves.text("TimeZero"))
    let (start, end) = (frames.starts.first ?? 0, frames.ends.last ?? 0)
    add("frames", "\(frames.count), \(NumberText.short(start / 60)) to \(NumberText.short(end / 60)) min")
    let corrected = curves[Sidecar.imageDecayCorrected]?.bool ?? false
    add(
      "activity",
      "\(curves.text("Units") ?? "kBq/mL"), \(corrected ? "decay corrected to injection" : "not decay corrected")"
    )
    if let own = CurveCorrection(curves[CurveCorrection.member], spread: curves[CurveCorrection.spreadMember]) {
      add("partial volume", "corrected (GTM), condition number \(NumberText.short(own.condition.rounded()))")
      add("point spread", "\(own.resolution.words), \(own.resolution.source)")
    }
    if let place = curves[AlignmentText.member], let off = place["Displacement"]?.double,
      let error = place["StandardError"]?.double
    {
      let moved = place["Moved"]?.bool ?? false
      add(
        "labels",
        "\(NumberText.fixed(off, decimals: 2)) ± \(NumberText.fixed(error, decimals: 2)) mm from where they were said to lie"
          + (moved ? ", moved to where they do" : ""))
    }
    if let motion = curves[MotionText.member], let size = motion["Displacement"]?.double {
      let held = motion["HeldFrames"]?.list?.count ?? 0
      add(
        "head motion",
        "\(NumberText.fixed(size, decimals: 1)) mm (rms after 5 min)"
          + (motion["Corrected"]?.bool ?? false ? ", corrected" : "")
          + (held > 0 ? ", \(held) of \(frames.count) frames tell no pose" : ""))
    }
    add("weights", fits.text(Sidecar.weights))
    add("frame sampling", fits.text(Sidecar.frameSampling))
    for (name, words) in [("ExcludedFrames", "excluded frames"), ("UnfittedFrames", "frames not fitted")] {
      add(words, fits[name]?.list?.compactMap { $0.double.map(NumberText.short) }.joined(separator: ", "))
    }
    func value(_ name: String) -> String? {
      guard let value = fits[name]?["Value"]?.double else { return nil }
      let error = fits[name]?["StandardError"]?.double.map {
        " ± \(NumberText.short(Rounding.significant($0, digits: 2)))"
      }
      return NumberText.short(Rounding.significant(value, digits: 4)) + (error ?? "") + " "
        + (fits[name]?["Units"]?.string ?? "")
    }
    add("t*", value(Sidecar.tstar))
    add("k2'", value("k2prime"))
    add("delay of the input", value(Sidecar.inputDelay))
    if let window = fits[Sidecar.window], let start = window["Start"]?.double, let end = window["End"]?.double {
      add("window", "\(NumberText.short(start)) to \(NumberText.short(end)) min")
    }
    // What no other fact tells.
    let told: Set = ["weights", "frame-sampling", "exclude-frames", "tstar", "k2prime", "delay", "window", "vb"]
    for setting in fits[Sidecar.settings]?.members ?? [] where !told.contains(setting.name) {
      add(setting.name.replacing("-", with: " "), setting.value.string)
    }
    add("blood volume", fits[Sidecar.bloodVolume]?.string ?? fits[Sidecar.bloodVolume]?.double.map(NumberText.short))
    return facts
  }

  /// That labels were moved, to the scan and with its frames, in sentences for the methods.
  private func placing(_ curves: PETSidecar, _ unit: String) -> [String] {
    var sentences: [String] = []
    if let motion = curves[MotionText.member], motion["Corrected"]?.bool ?? false {
      let isStated = motion["Stated"]?.bool ?? false
      sentences.append(
        "Curves of \(unit) were taken with the labels where each frame has them, by "
          + (isStated ? "transforms that another program made" : "rigid fits of its frames to the blurred labels")
          + ", without resampling the scan"
          + (isStated ? "" : ". The correction for motion is \(CurveCorrection.validation)"))
    }
    guard let place = curves[AlignmentText.member], place["Moved"]?.bool ?? false,
      let off = place["Displacement"]?.double
    else { return sentences }
    return sentences + [
      "The labels were brought to \(unit) by a rigid fit of blurred labels to the mean of its frames after 5 min "
        + "(\(NumberText.fixed(off, decimals: 1)) mm)"
    ]
  }

  /// What holds for all fits of the scan, in sentences for the methods.
  private func settings(_ fits: PETSidecar, _ card: ModelCard) -> [String] {
    var sentences: [String] = []
    if let weights = fits.text(Sidecar.covariance) { sentences.append("Weights of frames: \(weights)") }
    if let rule = fits["k2prime"]?[Sidecar.origin]?.string { sentences.append("k2' was \(rule)") }
    if let errors = fits.text(Sidecar.standardErrors) { sentences.append(errors) }
    return sentences
  }

  private func input(_ path: String, source: PETSidecar) throws(PETError) -> InputReport {
    let file = try InputFile(path: path)
    let from = source[Sidecar.sources]?.list?.compactMap(\.string) ?? []
    return InputReport(
      times: file.times, parent: file.parent, wholeBlood: file.wholeBlood, fraction: file.fraction,
      source: from.isEmpty ? "no source stated" : "from " + from.joined(separator: ", "))
  }
}

extension FrameFile {
  /// In the order of other names; NaN where there is none.
  fileprivate func ordered(_ wanted: [String]) -> [[Double]] {
    let places = Dictionary(names.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    return wanted.map { name in places[name].map { columns[$0] } ?? [Double](repeating: .nan, count: starts.count) }
  }
}
