/// Names of members of our sidecars that are written in one place and read in another.
package enum Sidecar {
  /// The blood volume of the fits: `fitted`, or mL/cm3.
  package static let bloodVolume = "BloodVolume"
  /// Level of the limits.
  package static let confidenceLevel = "ConfidenceLevel"
  /// How errors follow from weights.
  package static let covariance = "Covariance"
  /// Columns that were held.
  package static let covariates = "Covariates"
  /// Days between the scans of a pair.
  package static let daysBetweenScans = "DaysBetweenScans"
  /// Of a map.
  package static let degreesOfFreedom = "DegreesOfFreedom"
  /// What was noticed.
  package static let findings = "Findings"
  /// S.
  package static let frameDuration = "FrameDuration"
  /// How the model meets a frame.
  package static let frameSampling = "FrameSampling"
  /// S.
  package static let frameTimesStart = "FrameTimesStart"
  /// Whether activities are decay corrected.
  package static let imageDecayCorrected = "ImageDecayCorrected"
  /// Delay of the arterial input.
  package static let inputDelay = "InputDelay"
  /// Expected log ratio and its SD, by region.
  package static let logRatioNorms = "LogRatioNorms"
  /// What a table compares.
  package static let measure = "Measure"
  /// Regions that are merged of others.
  package static let mergedRegions = "MergedRegions"
  /// Of one side of a balance.
  package static let model = "Model"
  /// Token of the model.
  package static let modelName = "ModelName"
  /// Where a value is from.
  package static let origin = "Origin"
  /// SHA-256 of the values that results depend on.
  package static let pipelineDigest = "PipelineDigest"
  /// Balances of one region over another.
  package static let crossRegions = "CrossRegions"
  /// Whose a table of one person is.
  package static let participant = "Participant"
  /// What is plotted.
  package static let points = "Points"
  /// What a contrast asks.
  package static let question = "Question"
  /// Regions that stood for the reference, where that is a word.
  package static let referenceLabels = "ReferenceLabels"
  /// The reference as it was asked for.
  package static let referenceRegion = "ReferenceRegion"
  /// Maker and model.
  package static let scanner = "Scanner"
  /// What was asked of the fits and is not the default, by key of the setting.
  package static let settings = "Settings"
  /// What regions share of their errors.
  package static let sharedErrors = "SharedErrors"
  /// Files that results are made from.
  package static let sources = "Sources"
  /// What errors hold.
  package static let standardErrors = "StandardErrors"
  /// Of the tracer.
  package static let system = "System"
  /// Beginning of the straight part.
  package static let tstar = "TStar"
  /// Id of the tracer.
  package static let tracer = "Tracer"
  /// Name of the tracer.
  package static let tracerName = "TracerName"
  /// Isotope.
  package static let tracerRadionuclide = "TracerRadionuclide"
  /// Of a member or column.
  package static let units = "Units"
  /// Weights of frames.
  package static let weights = "Weights"
  /// Window of ratio models, min.
  package static let window = "Window"
}
