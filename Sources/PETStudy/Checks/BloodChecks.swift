package import PETCore
import PETKinetics

/// Whether blood samples can be read and fit what was injected.
package enum BloodChecks {
  /// - Parameters:
  ///   - injection: s after the tables' zero.
  ///   - scan: its frames, s after injection; nil when they are not known.
  ///   - uptake: nil when the dose is not known.
  package static func run(_ tables: [String], _ injection: Double, scan: FrameSchedule?, uptake: UptakeChecks?)
    -> [Finding]
  {
    var findings: [Finding] = []
    for table in tables {
      do throws(PETError) {
        let samples = try BloodReader.read([table], injection: injection)
        findings += samples.findings
        let series = [
          ("whole_blood_radioactivity", samples.continuous), ("whole_blood_radioactivity", samples.wholeBlood),
          ("plasma_radioactivity", samples.plasma),
        ]
        for (column, values) in series {
          guard let uptake, let peak = values.values.max() else { continue }
          let sidecar = try BloodTable(path: table).sidecar
          let unit = InputFunctionReader.unit(sidecar, column) ?? "n/a"
          if let finding = uptake.finding(
            .bloodScale, "its highest value", activity: peak, range: UptakeChecks.blood, file: sidecar.file,
            field: "\(column).Units", unit: unit)
          {
            findings.append(finding)
          }
        }
      } catch {
        findings.append(Finding(fault: error, code: .blood))
      }
    }
    // What samples say against each other is of all tables together.
    if let file = tables.first, let samples = try? BloodReader.read(tables, injection: injection) {
      findings += ((try? samples.checked()) ?? []).map { $0.at(file: file) }
      if let end = scan?.ends.last, let last = samples.last { findings += Self.length(last, end: end, file: file) }
    }
    return findings
  }

  /// Blood that ends long before its scan, or goes on long after it.
  private static func length(_ last: Double, end: Double, file: String) -> [Finding] {
    func minutes(_ seconds: Double) -> String { NumberText.short(Rounding.significant(seconds / 60, digits: 3)) }
    let words = "the last sample is taken at \(minutes(last)) min, the scan ends at \(minutes(end)) min"
    if last < 0.5 * end {
      return [
        Finding(
          .warning, .bloodEndsEarly, file: file, field: "time", value: minutes(last), words,
          remedy: "check the unit of the times; the input is held after its last sample")
      ]
    }
    return PlasmaInput.outlasts(last, scan: end)
      ? [
        Finding(
          .warning, .bloodOutlastsScan, file: file, field: "time", value: minutes(last), words,
          remedy: "check the unit of the times (s, min)", castsDoubt: true)
      ] : []
  }
}

extension Finding.Code {
  package static let blood = Finding.Code("blood")
  package static let bloodEndsEarly = Finding.Code("blood-ends-early")
  package static let bloodOutlastsScan = Finding.Code("blood-outlasts-scan")
  package static let bloodScale = Finding.Code("blood-scale")
}
