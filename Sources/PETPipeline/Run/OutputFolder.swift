import Foundation
import PETCore
import PETReport

/// The frame of a BIDS derivative: description, ignore list and a README that says what it is.
struct OutputFolder {
  let path: String

  init(_ path: String) { self.path = path }

  func prepare(_ definition: PipelineDefinition) throws(PETError) {
    try AtomicFile.makeFolder(path)
    let description = JSONValue.object([
      ("Name", .string("\(Product.name): \(definition.name)")), ("BIDSVersion", "1.10.0"),
      ("DatasetType", "derivative"),
      ("GeneratedBy", Product.generatedBy), ("Pipeline", .string(definition.name)),
      ("PipelineDigest", .string("sha256:" + definition.digest)),
    ])
    try AtomicFile.write(description.text, to: path + "/dataset_description.json")
    let ignored = [
      "*_tacs.*", "*_kinpar.*", "*_mimap.*", "*_morph.*", "*_inputfunction.*", "*_balance.*", "group_*", "failures.tsv",
      "*.html", "logs/",
    ]
    try AtomicFile.write(ignored.joined(separator: "\n") + "\n", to: path + "/.bidsignore")
    let readme = """
      Made by \(Product.name) \(Product.version) with the pipeline \(definition.name).
      \(definition.summary)

      group_balance.tsv   the balance of every person, region by region
      group_kinpar.tsv    the fits of every scan
      failures.tsv        scans and pairs that failed, and why
      sub-*/              tables, sidecars (units, settings, findings) and a page for each person

      \(Product.claim)

      """
    try AtomicFile.write(readme, to: path + "/README")
  }

  /// Keeps other runs out of the folder until it is released; the folder itself is locked, no file is left.
  func lock() throws(PETError) -> FolderLock {
    try AtomicFile.makeFolder(path)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let busy = errno == EWOULDBLOCK
      if descriptor >= 0 { close(descriptor) }
      throw PETError(
        .cannotWrite, file: path, busy ? "another run is writing there" : "cannot lock the folder",
        remedy: busy ? "wait for it, or choose another folder" : "check the folder")
    }
    for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where file.hasPrefix(".") && file.contains(".partial-") {
      unlink("\(path)/\(file)")
    }
    return FolderLock(descriptor: descriptor)
  }

  /// Removes what an earlier run wrote for a scan or person, so that a failure does not leave old results behind.
  func clear(folder: String, stem: String) {
    let place = "\(path)/\(folder)"
    for file in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? []
    where file.hasPrefix(stem + "_") || file.hasPrefix(stem + ".") || file.hasPrefix(".\(stem)_") {
      unlink("\(place)/\(file)")
    }
  }
}

/// A held lock; the system lets go of it too when the process ends.
struct FolderLock {
  let descriptor: Int32

  func release() { close(descriptor) }
}

extension Derivatives {
  /// Without a folder, such as the output of an earlier run inside the dataset's derivatives.
  func without(_ folder: String) -> Derivatives { Derivatives(roots: roots.filter { $0 != folder }) }
}
