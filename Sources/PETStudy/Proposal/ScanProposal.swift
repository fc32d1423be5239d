import Foundation
package import PETCore
import PETImaging
import PETTracers

/// A table of scans proposed from what a folder holds: names, grids and numbers of frames tell what belongs together.
///
/// Every guess is told in the row's note; what is not known is left n/a.
package struct ScanProposal {
  /// Rows by column, in the order of persons.
  package private(set) var rows: [[ScanRow.Column: String]] = []
  package private(set) var findings: [Finding]
  private let survey: FolderSurvey
  /// What a table lies beside: paths are from there.
  private let root: String

  /// Persons of all scans, by their words.
  private var persons: Set<[String]> = []
  /// What the texts of the folder hold.
  private var texts: [Text] = []

  private typealias Image = FolderSurvey.Image

  /// A text that may belong to scans.
  private struct Text {
    let path: String
    let words: NameWords
    /// Frame times that it lists, and whether it states their unit; nil for another text.
    let frames: (count: Int, hasUnit: Bool)?
    /// Labels that it names.
    let labels: Set<Int>?

    init(_ path: String, _ words: NameWords, in root: String) {
      let full = root + "/" + path
      self.path = path
      self.words = words
      // The unit of bare numbers is not known: any serves to count them.
      let stated = try? FrameTimesFile(path: full)
      frames = (stated ?? (try? FrameTimesFile(path: full, unit: "s"))).map { ($0.starts.count, stated != nil) }
      labels = frames == nil ? (try? LabelTable(path: full)).map { Set($0.entries.map(\.index)) } : nil
    }
  }

  /// - Parameter folder: with the scans of a study; paths of the table are from it.
  package init(_ folder: String, progress: (Double) -> Void = { _ in }) throws(PETError) {
    root = URL(fileURLWithPath: folder).standardizedFileURL.path
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: root, isDirectory: &isFolder), isFolder.boolValue else {
      throw PETError(.missingInput, file: folder, "there is no such folder", remedy: "name a folder of scans")
    }
    survey = try FolderSurvey(root, progress: progress)
    findings = survey.findings
    let scans = survey.images.filter { $0.kind == .dynamic }
    guard !scans.isEmpty else {
      throw PETError(
        .missingInput, file: root, field: "pet", "there is no image of several frames in it",
        remedy: "name the folder that has the scans (.nii, .nii.gz)")
    }
    let shared = Self.shared(scans)
    persons = Set(scans.map { NameWords.words(owner($0, shared: shared).person) }.filter { !$0.isEmpty })
    texts = survey.texts.map { Text($0.path, $0.words, in: root) }
    for scan in scans { rows.append(try row(scan, shared: shared)) }
    rows.sort { a, b in
      func key(_ row: [ScanRow.Column: String]) -> (String, String, String) {
        (row[.participant] ?? "", row[.session] ?? "", row[.tracer] ?? "")
      }
      return key(a) < key(b)
    }
    noteTwins()
  }

  package var count: Int { rows.count }

  /// The table, with the columns that anything is known of and those that are to be filled in.
  package var tsv: String {
    let asked: Set<ScanRow.Column> = [.participant, .tracer, .pet, .isotope, .units, .decayCorrected, .note]
    let columns = ScanRow.Column.allCases.filter { column in
      asked.contains(column) || rows.contains { $0[column] != nil }
    }
    var text = TSVText(columns: columns.map(\.rawValue))
    for row in rows { text.add(columns.map { row[$0] ?? "n/a" }) }
    return text.text
  }

  // MARK: - Whose it is

  /// How many outer folders all scans have in common.
  private static func shared(_ scans: [Image]) -> Int {
    guard scans.count > 1, var first = scans.first?.words.folders else { return 0 }
    for scan in scans { first = Array(zip(first, scan.words.folders).prefix { $0 == $1 }.map(\.0)) }
    return first.count
  }

  /// Person, visit, and whether they stand in folders.
  private func owner(_ scan: Image, shared: Int) -> (person: String, session: String?, place: String?) {
    let parts = scan.path.split(separator: "/").map(String.init)
    if let name = BIDSName(parts.last ?? ""), let person = name["sub"] { return (person, name["ses"], nil) }
    let folders = zip(parts.dropLast(), scan.words.folders).dropFirst(shared).filter {
      $1.contains(where: NameWords.isOwn)
    }
    let own = scan.words.file.filter(NameWords.isOwn)
    let visits = own.filter(NameWords.isVisit)
    if let first = folders.first {
      let session = folders.dropFirst().first?.0 ?? visits.first
      let depth = (parts.firstIndex(of: first.0) ?? 0) + 1
      return (first.0, session, parts.prefix(depth).joined(separator: "/") + "/")
    }
    // As the name spells it.
    let spelt = (parts.last ?? "").split { !($0.isLetter || $0.isNumber) }.map(String.init)
    let person = own.filter { !visits.contains($0) }.compactMap { word in spelt.first { $0.lowercased() == word } }
    return (person.joined(separator: "-"), visits.first, nil)
  }

  // MARK: - A row

  private func row(_ scan: Image, shared: Int) throws(PETError) -> [ScanRow.Column: String] {
    let owner = owner(scan, shared: shared)
    var notes: [String] = []
    var row: [ScanRow.Column: String] = [.pet: scan.path, .participant: owner.person]
    row[.session] = owner.session
    row[.run] = BIDSName((scan.path as NSString).lastPathComponent)?["run"]
    if owner.person.isEmpty { notes.append("participant_id: the name tells no person") }
    let sidecars = try PETSidecar.find(for: root + "/" + scan.path)
    let sidecar = try? PETSidecar(files: sidecars)
    let tracers = scan.words.tracers
    let card: TracerCard?
    if let stated = sidecar?.text("TracerName") {
      card = TracerCatalogue.builtIn.find(stated, isotope: sidecar?.isotope)
      row[.tracer] = card?.id ?? stated
    } else if tracers.count == 1 {
      card = TracerCatalogue.builtIn.find(tracers[0])
      row[.tracer] = tracers[0]
      notes.append("tracer: by the name")
    } else {
      card = nil
      notes.append(tracers.isEmpty ? "tracer: not known" : "tracer: the name has \(tracers.joined(separator: " and "))")
    }
    let reach = Reach(person: NameWords.words(owner.person), place: owner.place, tracer: card?.id)
    addFrames(scan, sidecar, reach, &row, &notes)
    addRegions(scan, reach, &row, &notes)
    if sidecar?.isotope == nil, let isotope = card?.isotope {
      row[.isotope] = isotope.rawValue
      notes.append("isotope: the tracer's")
    }
    if sidecar?.text("Units") == nil { notes.append("units: not known (Bq/mL, kBq/mL)") }
    if sidecar?["ImageDecayCorrected"]?.bool == nil { notes.append("decay_corrected: not known (true, false)") }
    row[.note] = notes.isEmpty ? nil : notes.joined(separator: "; ")
    return row
  }

  /// Whose files are looked for.
  private struct Reach {
    let person: [String]
    /// The person's folder, with its stroke; nil where there is none.
    let place: String?
    let tracer: String?

    /// How near a file is to the scan, by its name; nil for another person's or tracer's.
    ///
    /// - Parameter persons: of all scans.
    func nearness(_ path: String, _ words: NameWords, persons: Set<[String]>) -> Int? {
      if let tracer, let other = words.tracers.first, other != tracer { return nil }
      let all = words.all
      let isOwn = place.map(path.hasPrefix) ?? (!person.isEmpty && all.isSuperset(of: person))
      guard isOwn || !persons.contains(where: { $0 != person && all.isSuperset(of: $0) }) else { return nil }
      return (isOwn ? 2 : 0) + (words.tracers.isEmpty ? 0 : 1)
    }
  }

  /// The nearest of some candidates; several where they are equally near.
  private func nearest<T>(_ all: [T], _ reach: Reach, _ key: (T) -> (path: String, words: NameWords)) -> [T] {
    let known = all.compactMap { candidate -> (T, Int)? in
      let (path, words) = key(candidate)
      return reach.nearness(path, words, persons: persons).map { (candidate, $0) }
    }
    let most = known.map(\.1).max()
    return known.filter { $0.1 == most }.map(\.0)
  }

  private func addFrames(
    _ scan: Image, _ sidecar: PETSidecar?, _ reach: Reach, _ row: inout [ScanRow.Column: String],
    _ notes: inout [String]
  ) {
    if let listed = (try? sidecar?.numbers("FrameTimesStart")) ?? nil {
      if listed.count != scan.frames { notes.append("frames: the JSON has \(listed.count), the image \(scan.frames)") }
      return
    }
    let found = nearest(texts.filter { $0.frames?.count == scan.frames }, reach) { ($0.path, $0.words) }
    guard found.count == 1 else {
      notes.append(
        found.isEmpty
          ? "frames: none found for \(scan.frames) frames" : "frames: several fit (\(Self.list(found.map(\.path))))")
      return
    }
    row[.frames] = found[0].path
    notes.append("frames: by name and number")
    if found[0].frames?.hasUnit == false { notes.append("frame_unit: not stated in the file (s, min)") }
  }

  private func addRegions(
    _ scan: Image, _ reach: Reach, _ row: inout [ScanRow.Column: String], _ notes: inout [String]
  ) {
    func candidates(_ kind: FolderSurvey.Kind) -> [Image] {
      let found = nearest(survey.images.filter { $0.kind == kind }, reach) { ($0.path, $0.words) }
      let onScan = found.filter { $0.grid.isSame(as: scan.grid) }
      return onScan.isEmpty ? found : onScan
    }
    let (labels, masks) = (candidates(.labels), candidates(.mask))
    if labels.count == 1 {
      row[.labels] = labels[0].path
      notes.append("labels: by name" + (labels[0].grid.isSame(as: scan.grid) ? " and grid" : ", on another grid"))
      addNames(labels[0], reach, &row, &notes)
    } else if !masks.isEmpty, labels.isEmpty {
      row[.masks] = pattern(masks.map(\.path))
      notes.append(
        "masks: \(masks.count) by name" + (masks[0].grid.isSame(as: scan.grid) ? " and grid" : ", on another grid"))
    } else {
      notes.append(labels.isEmpty ? "labels: none found" : "labels: several fit (\(Self.list(labels.map(\.path))))")
    }
  }

  /// Names of labels that are in no table which is found by itself.
  private func addNames(
    _ labels: Image, _ reach: Reach, _ row: inout [ScanRow.Column: String], _ notes: inout [String]
  ) {
    let path = root + "/" + labels.path
    guard (try? Derivatives.names(of: path)) ?? nil == nil, let image = try? LabelImage(path: path) else { return }
    let present = Set(image.present)
    let found = nearest(texts.filter { $0.labels.map(present.isSubset) ?? false }, reach) { ($0.path, $0.words) }
    if found.count == 1 {
      row[.names] = found[0].path
      notes.append("names: by name and numbers")
    } else if FreeSurferLabels.names(of: image.present) == nil {
      notes.append("names: " + (found.isEmpty ? "none found" : "several fit (\(Self.list(found.map(\.path))))"))
    }
  }

  /// A pattern that finds these files and no others; the files where there is none.
  private func pattern(_ paths: [String]) -> String {
    let first = paths[0]
    guard paths.count > 1 else { return first }
    func common(_ a: some StringProtocol, _ b: some StringProtocol) -> String {
      String(zip(a, b).prefix { $0 == $1 }.map(\.0))
    }
    var head = paths.dropFirst().reduce(first) { common($0, $1) }
    // Names are not cut within a word.
    while let last = head.last, last.isLetter || last.isNumber { head.removeLast() }
    let tail = first.hasSuffix(".nii.gz") ? ".nii.gz" : ".nii"
    let pattern = head + "*" + tail
    let found = (try? FilePattern.files(root + "/" + pattern)) ?? []
    let isExact = !head.isEmpty && Set(found) == Set(paths.map { root + "/" + $0 })
    return isExact ? pattern : paths.joined(separator: ",")
  }

  private static func list(_ paths: [String]) -> String {
    paths.prefix(3).joined(separator: ", ") + (paths.count > 3 ? " and \(paths.count - 3) more" : "")
  }

  /// Scans that would be one: they need another session each.
  private mutating func noteTwins() {
    func key(_ row: [ScanRow.Column: String]) -> String {
      [.participant, .session, .tracer, .run].map { row[$0] ?? "" }.joined(separator: "\t")
    }
    let counts = Dictionary(grouping: rows, by: key).mapValues(\.count)
    for place in rows.indices where counts[key(rows[place])] ?? 0 > 1 {
      let twins = "session_id or run: \(counts[key(rows[place])] ?? 0) scans have this person and tracer"
      rows[place][.note] = [twins, rows[place][.note]].compactMap { $0 }.joined(separator: "; ")
    }
  }
}
