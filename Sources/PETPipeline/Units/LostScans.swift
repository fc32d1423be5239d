import Foundation
import PETBinding
package import PETCore
import PETResults
import PETStudy
import PETTracers

/// Scans and images of a study that no role of a pipeline takes: nothing of them vanishes without a word.
struct LostScans {
  /// Those of whom a result was to be expected: they are rows of `failures.tsv`.
  private(set) var failures: [(unit: String, error: PETError)] = []
  /// The others, and every place without a scan.
  private(set) var findings: [Finding] = []

  /// Of a study that no pipeline is named for: images without a name of a scan, and places without one.
  init(_ dataset: Dataset) {
    findings = dataset.strays.map { Self.finding($0) } + Self.places(dataset)
    for scan in dataset.scans where scan.tracer(.builtIn) == nil && scan.tracerName != nil {
      let error = scan.unknownTracer(of: .builtIn)
      if error.isNearMiss { findings.append(Finding(error.error, .warning, .unknownTracer)) }
    }
  }

  private static func finding(_ stray: Dataset.Stray) -> Finding {
    Finding(
      .warning, .noScanName, file: stray.path, field: "name", stray.problem,
      remedy: "rename or move it (sub-…/pet/sub-…_pet.nii.gz), or take it away")
  }

  private static func places(_ dataset: Dataset) -> [Finding] {
    dataset.misnamed.map { name in
      Finding(
        .warning, .noScanName, file: dataset.root + "/" + name, field: "name", value: name,
        "the folder's name does not begin with sub-", remedy: "rename it (sub-LABEL), if it is a participant")
    }
      + dataset.empty.map { empty in
        let folder = [dataset.root, empty.participant, empty.session].compactMap { $0 }.joined(separator: "/")
        return Finding(
          .note, .noScan, file: folder, field: "pet", "there is no PET scan", remedy: "nothing is made of it")
      }
  }

  /// - Parameter output: where earlier results may stand; nil when there are none.
  init(_ dataset: Dataset, _ roles: RoleAssignment, _ definition: PipelineDefinition, output: String?) {
    func place(_ participant: String, _ session: String?) -> String { "\(participant) \(session ?? "")" }
    let taken = Set(roles.units.map { place($0.entry.participant, $0.entry.session) })
    /// Where nothing else is read, or was read once, something was meant to be.
    func isExpected(_ participant: String, _ session: String?, _ unit: String) -> Bool {
      let earlier = output.flatMap { (try? RunRecord.read(unit, in: $0)) ?? nil }
      return !taken.contains(place(participant, session)) || earlier.map { $0.kind == .scan } ?? false
    }
    for (scan, error) in roles.unknown {
      if isExpected(scan.participant, scan.session, scan.stem) {
        failures.append((scan.stem, error))
      } else {
        findings.append(Finding(error, .warning, .unknownTracer))
      }
    }
    for stray in dataset.strays {
      let finding = Self.finding(stray)
      if isExpected(stray.participant, stray.session, stray.unit) {
        failures.append(
          (
            stray.unit,
            PETError(.wrongInput, file: finding.file, field: finding.field, finding.problem, remedy: finding.remedy)
          ))
      } else {
        findings.append(finding)
      }
    }
    for scan in roles.further {
      findings.append(
        Finding(
          .note, .otherTracer, file: scan.sidecars.last ?? scan.image, field: "TracerName",
          value: scan.tracerName ?? scan.name["trc"] ?? "n/a",
          "\(scan.stem) is of a tracer that the pipeline does not read", remedy: "nothing is made of it"))
    }
    findings += Self.places(dataset)
  }
}

extension Finding.Code {
  package static let noScan = Finding.Code("no-scan")
  package static let noScanName = Finding.Code("no-scan-name")
  package static let otherTracer = Finding.Code("other-tracer")
}
