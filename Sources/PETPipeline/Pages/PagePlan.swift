import Foundation
import PETCore
import PETResults

/// Which pages an output has: one for each visit of a person, made of what is on record of it.
struct PagePlan: Sendable {
  /// `sub-01`, or `sub-01_ses-a`.
  let stem: String
  let participant: String
  let session: String?
  /// Scans with results, the numerator's first.
  private(set) var scans: [RunRecord] = []
  private(set) var pair: RunRecord?
  /// Records of what failed.
  private(set) var failed: [RunRecord] = []
  private(set) var others: [String] = []

  var unit: String { stem + Self.suffix }
  /// The page and its JSON, seen from the output.
  var files: [String] { ["\(participant)/\(stem).html", ResultFile.twin.path("\(participant)/\(stem)", ".json")] }
  static let suffix = "_page"

  /// The pages of one person.
  ///
  /// - Parameters:
  ///   - records: all of the person's but pages.
  ///   - attempts: failures beside results that stand.
  ///   - tracers: of the pipeline's roles, in their order.
  static func pages(
    of participant: String, _ records: [RunRecord], attempts: [RunRecord] = [], tracers: [String]
  ) -> [PagePlan] {
    var pages: [PagePlan] = []
    var used: Set<String> = []
    let scans = Dictionary(
      records.filter { $0.kind == .scan }.map { ($0.unit, $0) }, uniquingKeysWith: { first, _ in first })
    for record in records where record.kind == .pair {
      var page = PagePlan(stem: record.stem, participant: participant, session: record.session)
      if record.isDone { page.pair = record } else { page.failed.append(record) }
      for input in record.inputs {
        // A scan may be of several pairs.
        guard let unit = input.unit, let scan = scans[unit] else { continue }
        used.insert(unit)
        page.add(scan)
      }
      pages.append(page)
    }
    for record in records where record.kind != .pair && !used.contains(record.unit) {
      let stem = [participant, record.session].compactMap { $0 }.joined(separator: "_")
      // What is of no session in particular stands on the first page.
      if let place = pages.firstIndex(where: { $0.stem == stem || $0.session == record.session && $0.session != nil })
        ?? (record.session == nil ? pages.indices.first : nil)
      {
        pages[place].add(record)
      } else {
        var page = PagePlan(stem: stem, participant: participant, session: record.session)
        page.add(record)
        pages.append(page)
      }
    }
    for attempt in attempts {
      let place = pages.firstIndex { page in
        page.pair?.unit == attempt.unit || page.scans.contains { $0.unit == attempt.unit }
      }
      if let place = place ?? pages.indices.first { pages[place].failed.append(attempt) }
    }
    let stems = pages.map(\.stem)
    for i in pages.indices {
      pages[i].others = stems.filter { $0 != stems[i] }
      let rank = { (record: RunRecord) in tracers.firstIndex(of: record.tracer ?? "") ?? tracers.count }
      // A pair's scans keep their order: one tracer may stand for both systems.
      if pages[i].pair == nil { pages[i].scans.sort { (rank($0), $0.unit) < (rank($1), $1.unit) } }
    }
    return pages
  }

  private mutating func add(_ record: RunRecord) {
    if record.kind == .scan && record.isDone { scans.append(record) } else { failed.append(record) }
  }
}

extension RunRecord {
  /// Of a pair or a page: its unit without what tells it from scans.
  fileprivate var stem: String {
    unit.range(of: "_desc-").map { String(unit[..<$0.lowerBound]) } ?? unit
  }
}

extension RunRecord.File {
  /// The unit whose record it is; nil for other files.
  fileprivate var unit: String? {
    let lead = RunRecord.folder + "/"
    return name.hasPrefix(lead) && name.hasSuffix(".json") ? String(name.dropFirst(lead.count).dropLast(5)) : nil
  }
}
