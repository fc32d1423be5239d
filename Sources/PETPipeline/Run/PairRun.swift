import PETBinding
import PETCore
import PETResults
import PETStudy
import PETTracers

/// The balance of a person from the results of two scans: the last three stages in their order.
struct PairRun {
  let definition: PipelineDefinition
  let report: ReportStage
  let staging: StagedFiles
  /// The person as the dataset describes them.
  let person: Person

  /// - Parameters:
  ///   - scans: their results, dopamine first.
  ///   - regions: of the dopamine scan, whose voxels a balance map has; nil when there is none.
  func run(_ pair: PersonPair, _ scans: (RunRecord, RunRecord), regions: RegionFiles?) throws(StageError) {
    let (numerator, denominator) = try stage("binding") { () throws(PETError) in
      (
        try BindingStage.run(
          scans.0, measure: definition.numerator.measure, level: definition.balance.level, output: report.output),
        try BindingStage.run(
          scans.1, measure: (definition.denominator ?? definition.numerator).measure, level: definition.balance.level,
          output: report.output)
      )
    }
    try stage("balance") { () throws(PETError) in
      try BalanceTable.check(definition.balance, [numerator.table, denominator.table])
    }
    let apart = pair.numerator == pair.denominator ? nil : ScansApart(numerator, denominator)
    let balance = BalanceStage.run(pair, numerator, denominator, definition, apart: apart, person: person)
    var pairing: [(name: String, value: JSONValue)] = [
      (
        "Scans",
        .object([
          (definition.balance.systems.numerator.title, .object(numerator.injection)),
          (definition.balance.systems.denominator.title, .object(denominator.injection)),
        ])
      )
    ]
    if let days = pair.days {
      pairing.append((Sidecar.daysBetweenScans, .number(Rounding.significant(days, digits: 6))))
    }
    if let apart { pairing.append(("BetweenScans", apart.json)) }
    try stage("report") { () throws(PETError) in
      try report.person(pair, balance, pairing: pairing, staging: staging)
    }
    try stage("balance") { () throws(PETError) in
      try report.balanceMap(
        pair, numerator, denominator, regions: regions, apart: apart, staging: staging)
    }
  }
}
