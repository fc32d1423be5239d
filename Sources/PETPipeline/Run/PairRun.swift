import PETCore

/// The balance of a person from the results of two scans: the last three stages in their order.
struct PairRun {
  let definition: PipelineDefinition
  let report: ReportStage
  let staging: StagedFiles

  /// - Parameters:
  ///   - scans: their results, dopamine first.
  ///   - segmentation: of the dopamine scan, whose voxels a balance map has; nil when there is none.
  func run(_ pair: PersonPair, _ scans: (RunRecord, RunRecord), segmentation: String?) throws(StageError) {
    let (dopamine, serotonin) = try stage("binding") { () throws(PETError) in
      (
        try BindingStage.run(scans.0, definition, output: report.output),
        try BindingStage.run(scans.1, definition, output: report.output)
      )
    }
    let balance = BalanceStage.run(dopamine, serotonin, definition)
    try stage("report") { () throws(PETError) in
      try report.person(
        pair, balance, models: [dopamine.card, serotonin.card], remarks: dopamine.remarks + serotonin.remarks,
        staging: staging)
    }
    try stage("balance") { () throws(PETError) in
      try report.balanceMap(pair, dopamine, serotonin, segmentation: segmentation, staging: staging)
    }
  }
}
