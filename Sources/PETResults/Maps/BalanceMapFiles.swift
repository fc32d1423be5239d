import PETBinding
package import PETCore
import PETImaging
package import PETMaps
import PETTracers

/// The balance map as files: ratio, Fieller's set, log ratio with its error, and the status of every voxel.
package struct BalanceMapFiles: Sendable {
  private let map: BalanceMap
  /// Folder and file name without `_desc-`.
  private let base: String
  /// Label of the pair.
  private let label: String
  private let details: [(name: String, value: JSONValue)]

  /// - Parameter base: folder and file name; a `_desc-` at its end is the label of the pair.
  package init(_ map: BalanceMap, base: String, details: [(name: String, value: JSONValue)]) {
    self.map = map
    let parts = base.split(separator: "/").last?.split(separator: "_") ?? []
    let own = parts.last.flatMap { $0.hasPrefix("desc-") ? String($0.dropFirst("desc-".count)) : nil }
    label = own ?? "balance"
    self.base = own.map { String(base.dropLast("_desc-".count + $0.count)) } ?? base
    self.details = details
  }

  private var systems: BalanceSystems { map.settings.systems }

  package var files: MapFileSet {
    var set = MapFileSet(mask: map.mask)
    func add(_ measure: String, _ values: [Float], _ description: String, unit: String = Unit.unitless.label) {
      set.images.append(
        MapFileSet.Image(
          path: ResultFile.map.path("\(base)_meas-\(measure)_desc-\(label)", ".nii.gz"), values: values,
          sidecar: sidecar(description, unit: unit)))
    }
    add("ratio", map.ratio, "\(systems.quotient), voxel by voxel", unit: map.unit)
    add("logratio", map.logRatio, "ln(\(systems.quotient)), voxel by voxel")
    if map.hasErrors {
      add(
        "ratiolow", map.low,
        "lower end of Fieller's set of the ratio; above the upper end the set is all outside the two",
        unit: map.unit)
      add("ratiohigh", map.high, "upper end of Fieller's set of the ratio", unit: map.unit)
      add("logratiose", map.logError, "standard error of the log ratio by the delta method")
    }
    set.images.append(
      MapFileSet.Image(
        path: ResultFile.labels.path("\(base)_desc-\(label)status", ".nii.gz"),
        values: map.statuses.map { Float($0.label) },
        storage: .int16(slope: 1),
        sidecar: sidecar("Why a voxel has or lacks its ratio; names of the labels in the table")))
    set.images.append(
      MapFileSet.Image(
        path: ResultFile.tooSmall.path("\(base)_desc-\(label)toosmall", ".nii.gz"),
        values: map.isDenominatorTooSmall.map { $0 ? 1 : 0 }, storage: .int16(slope: 1),
        sidecar: sidecar("1 where the denominator is not above 0, cannot be told from 0, or lies below its floor")))
    let labels = BalanceStatus.allCases.map {
      StatusLabel(index: Int($0.label), status: $0.rawValue, voxels: map.counts[$0] ?? 0)
    }
    set.texts.append(
      (ResultFile.labels.path("\(base)_desc-\(label)status"), TSVText(StatusLabel.columns, labels).text))
    return set
  }

  private func sidecar(_ description: String, unit: String = Unit.unitless.label) -> JSONValue {
    var members: [(name: String, value: JSONValue)] = [
      ("Description", .string(description + ". " + Product.claim)), (Sidecar.units, .string(unit)),
    ]
    members += details
    members += [
      (Sidecar.confidenceLevel, .number(map.settings.level)), ("ErrorCorrelation", .number(map.settings.correlation)),
      ("DenominatorFloor", map.settings.floor.map(JSONValue.number) ?? .string("none")),
      (
        Sidecar.degreesOfFreedom,
        map.freedom.map {
          .object([
            (systems.numerator.title, .number($0.numerator)), (systems.denominator.title, .number($0.denominator)),
          ])
        }
          ?? .string("not known: normal quantile")
      ),
      (
        "Errors",
        .string(
          map.hasErrors
            ? "both standard-error maps" : "not given: no sets, and no ratio where the denominator is below its floor")
      ),
      (
        "Mask",
        .object([
          ("Rule", .string(map.mask.rule)), ("Voxels", .number(Double(map.mask.offsets.count))),
          ("Outside", .number(0)),
        ])
      ),
      (
        "Statuses",
        .object(BalanceStatus.allCases.map { ($0.rawValue, .number(Double(map.counts[$0] ?? 0))) })
      ),
      ("GeneratedBy", Product.generatedBy),
    ]
    return .object(members)
  }
}
