package import PETCore
import PETImaging
package import PETKinetics
package import PETMaps

/// Parametric maps of one scan as files: an image for each parameter, its error and the status when asked for, and the
/// table that sets the map beside the regional fits.
package struct ParametricMapFiles: Sendable {
  private let maps: ParametricMaps
  private let fits: RegionalFits
  private let regions: MapRegions?
  /// Folder and file name before `_model-`.
  private let base: String
  /// FWHM in mm of the smoothing before the fit; nil for none.
  private let smoothing: Double?
  /// Whether frames were read with the head in one pose.
  private let areInPose: Bool
  /// Members of every sidecar that name the scan and its sources.
  private let details: [(name: String, value: JSONValue)]

  package init(
    _ maps: ParametricMaps, fits: RegionalFits, regions: MapRegions?, base: String, smoothing: Double?, areInPose: Bool,
    details: [(name: String, value: JSONValue)]
  ) {
    self.maps = maps
    self.fits = fits
    self.regions = regions
    self.base = "\(base)_model-\(maps.card.id)"
    (self.smoothing, self.areInPose) = (smoothing, areInPose)
    self.details = details
  }

  package func files(withStatus: Bool) -> MapFileSet {
    var set = MapFileSet(mask: maps.mask)
    for (i, parameter) in maps.card.parameters.enumerated() {
      // What is the same in every voxel stands in the sidecars.
      if parameter.symbol == "k2prime", fits.input.k2prime != nil { continue }
      set.images.append(
        MapFileSet.Image(
          path: path(parameter.symbol), values: maps.estimates[i],
          sidecar: sidecar("Map of \(parameter.symbol), \(parameter.meaning)", unit: parameter.unit)))
      guard !maps.errors.isEmpty else { continue }
      set.images.append(
        MapFileSet.Image(
          path: path(parameter.symbol, kind: "se"), values: maps.errors[i],
          sidecar: sidecar("Map of the standard error of \(parameter.symbol)", unit: parameter.unit)))
    }
    if withStatus {
      let name = "\(base)_desc-\(smoothed)status"
      set.images.append(
        MapFileSet.Image(
          path: ResultFile.labels.path(name, ".nii.gz"), values: maps.statusLabels, storage: .int16(slope: 1),
          sidecar: sidecar("How the fit of every voxel ended; names of the labels in the table", unit: nil)))
      set.texts.append((ResultFile.labels.path(name), statusTable))
    }
    if let regions {
      let name = base + (smoothed.isEmpty ? "" : "_desc-\(smoothed)")
      set.texts.append((ResultFile.mapRegions.path(name, ".json"), regionsSidecar(regions).text))
      set.texts.append((ResultFile.mapRegions.path(name), MapRegionsFile(regions).tsv))
    }
    return set
  }

  /// `sm6` for 6 mm, `sm4p5` for 4.5 mm.
  private var smoothed: String { smoothing.map { "sm" + NumberText.short($0).replacing(".", with: "p") } ?? "" }

  private func path(_ symbol: String, kind: String = "") -> String {
    let description = smoothed + kind
    return ResultFile.map.path(
      "\(base)_meas-\(symbol)" + (description.isEmpty ? "" : "_desc-\(description)"), ".nii.gz")
  }

  private var statusTable: String {
    let counts = maps.counts
    let labels = FitStatus.allCases.map {
      StatusLabel(index: Int($0.label), status: $0.rawValue, voxels: counts[$0] ?? 0)
    }
    return TSVText(StatusLabel.columns, labels).text
  }

  private func sidecar(_ description: String, unit: Unit?) -> JSONValue {
    let counts = maps.counts
    var members: FitDescription.Members = [("Description", .string(description))]
    if let unit { members.append(("Units", .string(unit.label))) }
    members += FitDescription.model(fits) + details
    members += [
      (
        "Mask",
        .object([
          ("Rule", .string(maps.mask.rule)), ("Voxels", .number(Double(maps.mask.offsets.count))),
          ("Outside", .number(0)),
        ])
      ),
      (
        "Smoothing",
        smoothing.map { .object([("FWHM", .number($0)), ("Units", "mm"), ("Kernel", "Gaussian")]) }
          ?? .string("none")
      ),
      (
        "Statuses",
        .object(FitStatus.allCases.map { ($0.rawValue, .number(Double(counts[$0] ?? 0))) })
      ),
      ("NoValue", "NaN: singular and noSignal; every other status keeps its value, however wild"),
    ]
    if areInPose {
      members.append(
        (
          "MotionCorrection",
          .string(
            "each frame was read once, by cubic B-splines, where its pose has the voxels; \(CurveCorrection.validation)"
          )
        ))
    }
    if let freedom = maps.freedom { members.append((Sidecar.degreesOfFreedom, .number(Double(freedom)))) }
    members += FitDescription.settings(fits)
    if let rate = fits.input.k2prime {
      members.append(
        (
          "k2prime",
          .object([
            ("Value", .number(rate.value * 60)), ("StandardError", .number(rate.standardError * 60)),
            ("Units", .string(Unit.perMinute.label)), (Sidecar.origin, .string(rate.origin)),
          ])
        ))
    }
    members += [(Sidecar.findings, .array(fits.findings.map(\.json))), ("GeneratedBy", Product.generatedBy)]
    return .object(members)
  }

  private func regionsSidecar(_ regions: MapRegions) -> JSONValue {
    let symbol = regions.symbol
    func column(_ description: String, _ unit: String) -> JSONValue {
      .object([("Description", .string(description)), ("Units", .string(unit))])
    }
    let unit = regions.unit.label
    var members: FitDescription.Members = [
      ("Description", .string("Map of \(symbol) over each region beside the fit of the region's own curve"))
    ]
    members += FitDescription.model(fits) + details
    members += [
      ("voxels", column("voxels of the region in the mask", "1")),
      ("voxels-used", column("of these with a converged fit", "1")),
      ("\(symbol)-map-mean", column("mean of the map over them", unit)),
      ("\(symbol)-map-median", column("their median", unit)), ("\(symbol)-map-sd", column("their SD", unit)),
      (symbol, column("estimate from the region's mean curve", unit)),
      ("\(symbol)-se", column("absolute standard error of it", unit)),
      ("difference", column("map mean less regional estimate", unit)),
      ("difference-percent", column("the same over the regional estimate", "%")),
      (
        "note",
        .object([
          (
            "Description",
            .string(
              "why they differ where they do by more than \(NumberText.short(MapRegions.notable)) %: voxels left out, "
                + "noise of single voxels (simulated from the region's fit), what varies inside the region")
          )
        ])
      ), ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}
