import Foundation
package import PETStudy

/// A kind of file that a run leaves: how it is called, whose it is and what it holds.
///
/// Names, `.bidsignore`, the README of an output and the page on files are made from these.
package struct ResultFile: Sendable, Equatable {
  /// What one file of the kind is of.
  package enum Owner: String, Sendable, CaseIterable {
    case scan, pair, person, study
    /// What frames the results: nothing of it is a result.
    case frame
    /// What comes with a copy for another laboratory.
    case copy
  }

  package let owner: Owner
  /// The suffix of a BIDS name; of files of the study and of the frame the whole name.
  package let name: String
  /// With the dot; empty where the name is whole.
  package let endings: [String]
  /// What it holds, in a sentence without a full stop.
  package let meaning: String
  /// Its line in `.bidsignore`; nil for what BIDS knows.
  package let ignored: String?

  private init(_ owner: Owner, _ name: String, _ endings: [String], _ meaning: String, ignored: String? = nil) {
    self.owner = owner
    self.name = name
    self.endings = endings
    self.meaning = meaning
    self.ignored = ignored ?? "*_\(name).*"
  }

  private init(_ owner: Owner, whole name: String, _ meaning: String, ignored: String?) {
    (self.owner, self.name, endings, self.meaning, self.ignored) = (owner, name, [], meaning, ignored)
  }

  /// The file of a scan, a pair or a person.
  ///
  /// - Parameter base: folder and name before the suffix.
  package func path(_ base: String, _ ending: String = ".tsv") -> String { "\(base)_\(name)\(ending)" }

  package func has(_ file: BIDSName, _ ending: String = ".tsv") -> Bool { file.suffix == name && file.ext == ending }
}

extension ResultFile {
  // MARK: Of a scan

  package static let curves = ResultFile(
    .scan, "tacs", [".tsv", ".json"], "the mean activity of every region in every frame")
  package static let parameters = ResultFile(
    .scan, "kinpar", [".tsv", ".json"], "the fit of every region: parameters, errors, limits, how it ended")
  package static let map = ResultFile(
    .scan, "mimap", [".nii.gz", ".json"], "a parameter, or the balance of two scans, in every voxel")
  package static let mapRegions = ResultFile(
    .scan, "mapregions", [".tsv", ".json"], "a map over each region beside the fit of the region's own curve")
  package static let labels = ResultFile(
    .scan, "dseg", [".nii.gz", ".json", ".tsv"],
    "the labels that the curves were taken with, or with desc- how the fit of every voxel ended")
  package static let volumes = ResultFile(.scan, "morph", [".tsv"], "voxels and volume of every region")
  package static let inputFunction = ResultFile(
    .scan, "inputfunction", [".tsv", ".json"], "the arterial input that was made from blood samples")
  package static let input = ResultFile(
    .scan, "input", [".tsv", ".json"], "the arterial input that was read and used")
  package static let fitted = ResultFile(
    .scan, "fitted", [".tsv", ".json"], "what the model makes of every region, frame by frame")
  package static let plotted = ResultFile(
    .scan, "plotted", [".tsv", ".json"], "of models that are fitted to a plot: its ordinate")
  package static let abscissa = ResultFile(
    .scan, "abscissa", [".tsv", ".json"], "of models that are fitted to a plot: its abscissa")
  package static let truncation = ResultFile(
    .scan, "truncation", [".tsv", ".json"], "the outcome of every region against scan length")
  package static let refits = ResultFile(
    .scan, "refits", [".tsv", ".json"],
    "with uncertainty: in the pipeline, the measure of every region with labels, resolution, k2' and others changed")
  package static let transform = ResultFile(
    .scan, "xfm", [".txt"],
    "of labels that were moved to the scan, by a fit or by transforms: points of the scan to points of the labels (ITK)"
  )
  package static let confounds = ResultFile(
    .scan, "timeseries", [".tsv", ".json"],
    "with desc-confounds: where the head lies in each frame, and how sure that is")
  package static let transfer = ResultFile(
    .scan, "transfer", [".tsv"],
    "of a correction for partial volume: how much of what is measured in each region comes from each")
  package static let mean = ResultFile(
    .scan, "petref", [".nii.gz", ".json"],
    "the mean of the scan, for display; with desc-motionbefore and -motionafter that after 5 min of a head that moved")

  // MARK: Of a pair

  package static let balance = ResultFile(
    .pair, "balance", [".tsv", ".json"], "the balance of two scans of a person, region by region")
  package static let sensitivity = ResultFile(
    .pair, "sensitivity", [".tsv", ".json"],
    "with uncertainty: in the pipeline, what each stated error does to the ratio of every region")
  package static let tooSmall = ResultFile(
    .pair, "mask", [".nii.gz", ".json"], "with desc-…toosmall: where the denominator of the balance map is too small",
    ignored: "*toosmall_mask.*")

  // MARK: Of a person

  package static let twin = ResultFile(.person, "report", [".json"], "what the person's page shows, for programs")
  package static let page = ResultFile(
    .person, whole: "sub-*.html", "a visit of the person as a page", ignored: "*.html")

  // MARK: Of the study

  package static let studyPage = ResultFile(
    .study, whole: "group.html", "the study as a page, with links to the pages of persons", ignored: "*.html")
  package static let studyTwin = ResultFile(
    .study, whole: "group_report.json", "what that page shows, for programs", ignored: "group_*")
  package static let balances = ResultFile(
    .study, whole: "group_balance.tsv", "the balance of every person, region by region", ignored: "group_*")
  package static let fits = ResultFile(
    .study, whole: "group_kinpar.tsv", "the fits of every scan", ignored: "group_*")
  package static let summary = ResultFile(
    .study, whole: "group_summary.tsv",
    "geometric mean of the ratio over persons, and how the two systems go together, per region", ignored: "group_*")
  package static let summaryTwin = ResultFile(
    .study, whole: "group_summary.json", "settings and words of group_summary.tsv", ignored: "group_*")
  package static let coupling = ResultFile(
    .study, whole: "group_coupling.tsv",
    "the same for every region of one system with every region of the other, where somebody has both",
    ignored: "group_*")
  package static let wide = ResultFile(
    .study, whole: "group_wide.tsv", "one row for each person, one column for each measure and region",
    ignored: "group_*")
  package static let people = ResultFile(
    .study, whole: "group_participants.tsv", "what participants.tsv of the study says of everybody who has results",
    ignored: "group_*")
  package static let failures = ResultFile(
    .study, whole: "failures.tsv", "scans and pairs that failed, and why", ignored: "failures.tsv")

  // MARK: The frame

  package static let persons = ResultFile(
    .frame, whole: "sub-*/", "tables, sidecars (units, settings, findings) and a page for each person", ignored: nil)
  package static let pipeline = ResultFile(
    .frame, whole: "pipeline.yaml", "the analysis, as it was read", ignored: "pipeline.yaml")
  package static let records = ResultFile(
    .frame, whole: "records/", "what each scan and pair was made from: SHA-256 of every input and output",
    ignored: "records/")
  package static let logs = ResultFile(
    .frame, whole: "logs/", "what was noticed in each scan", ignored: "logs/")
  package static let analyses = ResultFile(
    .frame, whole: "analyses/",
    "put tables of study, power, norms, occupancy, change, reliability or multiverse here, and they stand on the page",
    ignored: "analyses/")
  package static let description = ResultFile(
    .frame, whole: "dataset_description.json", "the BIDS description, with the pipeline and its digest", ignored: nil)
  package static let readme = ResultFile(
    .frame, whole: "README", "what the folder is and how it is made again", ignored: nil)

  // MARK: Of a copy

  package static let leftOut = ResultFile(
    .copy, whole: "left-out.json", "results that stayed behind, with SHA-256", ignored: "left-out.json")
  package static let references = ResultFile(
    .copy, whole: "references.bib", "the works that the run is to be cited with", ignored: "references.bib")
  package static let crate = ResultFile(
    .copy, whole: "ro-crate-metadata.json", "what the copy holds, as an RO-Crate", ignored: "ro-crate-metadata.json")

  package static let all: [ResultFile] = [
    curves, transfer, volumes, parameters, fitted, plotted, abscissa, inputFunction, input, truncation, refits,
    transform,
    confounds, mean, labels, map, mapRegions, balance, sensitivity, tooSmall, page, twin, studyPage, studyTwin,
    balances, fits,
    summary,
    summaryTwin, coupling, wide, people, failures, persons, pipeline, records, logs, analyses, description, readme,
    leftOut, references, crate,
  ]

  /// The lines of `.bidsignore`.
  ///
  /// - Parameter others: names of files besides these.
  package static func ignored(and others: [String]) -> String {
    var seen: Set<String> = []
    return (all.compactMap(\.ignored) + others).filter { seen.insert($0).inserted }.map { $0 + "\n" }.joined()
  }

  /// What lies at the top of an output, one line each, for its README.
  package static var overview: String {
    let shown = all.filter {
      [.study, .frame].contains($0.owner) && ![description, readme, leftOut, references, crate].contains($0)
    }
    let width = (shown.map(\.name.count).max() ?? 0) + 2
    return shown.map { $0.name.padding(toLength: width, withPad: " ", startingAt: 0) + $0.meaning }
      .joined(separator: "\n")
  }
}
