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
      "*_tacs.*", "*_kinpar.*", "*_mimap.*", "*_mapregions.*", "*status_dseg.*", "*toosmall_mask.*",
      "*_morph.*", "*_inputfunction.*", "*_balance.*", "group_*", "failures.tsv",
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
    try checkOurs()
    let lock = try FolderLock(path, waits: false)
    for file in (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    where file.hasPrefix(".") && file.contains(".partial-") {
      unlink("\(path)/\(file)")
    }
    return lock
  }

  /// Refuses a folder that holds something we did not make: nothing of it is ever written over or removed.
  func checkOurs() throws(PETError) {
    let inside = ((try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []).filter {
      !($0.hasPrefix(".") && $0.contains(".partial-"))
    }
    guard !inside.isEmpty else { return }
    let description = try? JSONValue.readObject(path: path + "/dataset_description.json")
    let names = description?["GeneratedBy"]?.list?.compactMap { $0["Name"]?.string } ?? []
    guard names.contains(Product.name) else {
      throw PETError(
        .cannotWrite, file: path, "the folder holds other files and is not an output of \(Product.name)",
        remedy: "choose an empty or a new folder")
    }
  }

  /// Removes the tables that an earlier run wrote for a scan, so that a failure does not leave old results behind.
  func clearScan(folder: String, stem: String) {
    clear(folder) { name in
      ["tacs", "morph", "kinpar", "mimap", "mapregions", "dseg"].contains(name.suffix)
        && BIDSName(stem + "_pet.json").map(name.holds) ?? false
    }
  }

  /// Removes the balances of a person and the pages beside them.
  ///
  /// - Parameter sessions: only those of these sessions, when the run is restricted to some.
  func clearPerson(_ participant: String, sessions: Set<String>) {
    clear(participant) { name in
      let own = ["balance", "mimap", "dseg", "mask"]
      guard own.contains(name.suffix) || name.ext == ".html" else { return false }
      return sessions.isEmpty || name["ses"].map { sessions.contains("ses-" + $0) } ?? false
    }
  }

  private func clear(_ folder: String, where isStale: (BIDSName) -> Bool) {
    let place = "\(path)/\(folder)"
    for file in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] {
      let partial = file.hasPrefix(".") && file.contains(".partial-")
      // A page is `sub-01.html`: with a suffix added it reads as a BIDS name.
      let name = BIDSName(file.hasSuffix(".html") ? file.dropLast(5) + "_page.html" : file)
      if partial || name.map(isStale) ?? false { unlink("\(place)/\(file)") }
    }
  }
}

extension Derivatives {
  /// Without a folder, such as the output of an earlier run inside the dataset's derivatives.
  func without(_ folder: String) -> Derivatives { Derivatives(roots: roots.filter { $0 != folder }) }
}
