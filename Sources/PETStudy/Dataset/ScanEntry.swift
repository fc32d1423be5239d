import Foundation
package import PETCore

/// A PET scan of a dataset: its image, or curves that a derivative already has.
package struct ScanEntry: Sendable {
  package internal(set) var name: BIDSName
  /// `sub-01`.
  package let participant: String
  /// `ses-baseline`, or nil.
  package let session: String?
  /// The dataset's images of it: usually one, several where it is there in several spaces, none where only the sidecar is.
  package var images: [ScanImage]
  package let sidecars: [String]
  /// What a table of scans says of it; nil of a scan that was found by name.
  package var row: ScanRow?
  package internal(set) var tracerName: String?
  package internal(set) var isotope: Isotope?
  /// When it was made, in days from an epoch of no meaning; nil when the dataset does not tell.
  package var day: Double?
  /// The runs of one injection that it is joined of, in the order of time, the first with its own files; usually none.
  package internal(set) var parts: [ScanEntry] = []
  /// The runs that it is: itself where it is no more than one.
  package var runs: [ScanEntry] { parts.isEmpty ? [self] : parts }
  /// Whether it is one of those runs.
  package internal(set) var isPart = false
  /// s after its own TimeZero, where another run of the injection tells it; nil where its sidecar does.
  var injectionStart: Double?

  /// `sub-01_ses-a_trc-RAC`, the beginning of every file written for the scan.
  package var stem: String { name.stem }
  /// The first image; which one is taken is for `ScanSource` to say.
  package var image: String? { images.first?.path }
  package var folder: String { [participant, session].compactMap { $0 }.joined(separator: "/") + "/pet" }

  /// What names of its files may begin with: the person as the study writes it.
  var prefixes: [String] { [stem, participant, name["sub"], row?[.participant]].compactMap { $0 } }

  /// The table of volumes of the regions of a row's curves; nil where none is named.
  package var volumes: String? { row?[.curves] == nil ? nil : row?.path(.names) }

  /// Whether anything tells its frame times.
  package var isDescribed: Bool { !sidecars.isEmpty || row != nil }

  /// What is known of the scan besides its data: sidecars, and what its row of a table of scans says in their place.
  ///
  /// - Parameter files: sidecars of the data that are used; nil for the scan's own.
  package func sidecar(_ files: [String]? = nil) throws(PETError) -> PETSidecar {
    let own = try PETSidecar(files: files ?? sidecars)
    let said = try row.map { (row) throws(PETError) in try row.adding(to: own) } ?? own
    return injectionStart.map { said.stating([("InjectionStart", .number($0))], in: said.file, findings: []) } ?? said
  }
}
