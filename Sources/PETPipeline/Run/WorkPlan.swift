package import PETCore
import PETResults
import PETStudy
import PETTracers

/// What there is to do in a study, one line for each scan and then each pair, in an order that stays.
package struct WorkPlan: Sendable {
  package struct Line: Sendable {
    /// From 1.
    package let index: Int
    package let unit: String
    package let kind: String
    /// The tracer of a scan, the label of a pair.
    package let tracer: String
    package let state: UnitState
  }

  package let lines: [Line]

  package static let columns = ["index", "unit", "kind", "tracer", "state", "reason"]

  package var tsv: String {
    var text = TSVText(columns: Self.columns)
    for line in lines {
      text.add(["\(line.index)", line.unit, line.kind, line.tracer, line.state.word, line.state.reason])
    }
    return text.text
  }

  /// The unit of a line of a plan that was written before.
  package static func unit(_ index: Int, inPlan path: String) throws(PETError) -> String {
    let table = try TSVTable(path: path)
    let (place, unit) = (try table.required("index"), try table.required("unit"))
    guard let row = table.rows.first(where: { $0[place] == "\(index)" }) else {
      throw PETError(
        .usage, file: path, field: "--index", "the plan has no line \(index)",
        remedy: table.rows.isEmpty ? "it has no lines" : "choose 1 to \(table.rows.count)")
    }
    return row[unit]
  }
}

extension BatchRun {
  /// Persons and scans that no line of the plan is about, with the reason.
  package var planFindings: [Finding] {
    let refusal = options.replaces ? nil : (try? refusal()) ?? nil
    var findings = [refusal].compactMap { $0 }.map { Finding($0, .warning, .wouldReplace) }
    findings += refused.map { Finding(.warning, .refused, field: $0.unit, $0.problem, remedy: $0.remedy) }
    findings += unpaired.map { person in
      Finding(.note, .noPair, field: person.participant, person.reason, remedy: "there is no balance of it")
    }
    return findings + passedOver
  }

  /// Every scan and pair with its state.
  package var plan: WorkPlan {
    // First, so that what is kept of them lies together and not between what is read of each scan.
    _ = try? RunRecord.all(in: context.output.path, jobs: options.jobs)
    let scans = ScanWork(context: context)
    let states = Parallel.map(units.count, jobs: options.jobs) { scans.state(units[$0]) }
    let balances = PairWork(context: context)
    var lines = zip(units, states).enumerated().map { place, unit in
      WorkPlan.Line(
        index: place + 1, unit: unit.0.entry.stem, kind: RunRecord.Kind.scan.rawValue, tracer: unit.0.role.tracer.id,
        state: unit.1)
    }
    for pair in pairs {
      let both = [pair.numerator, pair.denominator].map { (stem: units[$0].entry.stem, state: states[$0]) }
      lines.append(
        WorkPlan.Line(
          index: lines.count + 1, unit: balances.unit(pair), kind: RunRecord.Kind.pair.rawValue,
          tracer: context.definition.pair, state: balances.state(pair, both)))
    }
    return WorkPlan(lines: lines)
  }
}

extension Finding.Code {
  package static let refused = Finding.Code("refused")
  package static let wouldReplace = Finding.Code("would-replace")
}
