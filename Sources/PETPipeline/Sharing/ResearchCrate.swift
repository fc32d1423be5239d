import Foundation
import PETCore
import PETResults

/// The metadata of an RO-Crate 1.1: what a copy of an output holds, made by which program, resting on which works.
struct ResearchCrate {
  private var files: [(name: String, digest: FileDigest)] = []

  var count: Int { files.count }
  var size: Int { files.reduce(0) { $0 + $1.digest.size } }

  mutating func add(_ name: String, _ digest: FileDigest) { files.append((name, digest)) }

  private typealias Members = [(name: String, value: JSONValue)]

  /// - Parameters:
  ///   - study: its description; nil where there is none.
  ///   - date: ISO 8601.
  func text(study: JSONValue?, pipeline: String, license: String?, date: String, works: Bibliography) -> String {
    let license = license ?? study?["License"]?.string
    let authors = study?["Authors"]?.list?.compactMap(\.string) ?? []
    let people = authors.enumerated().map { ("#author-\($0 + 1)", $1) }
    func link(_ id: String) -> JSONValue { .object([("@id", .string(id))]) }
    func entity(_ id: String, _ type: String, _ members: Members) -> JSONValue {
      .object([("@id", .string(id)), ("@type", .string(type))] + members)
    }
    let (program, run) = ("#\(Product.name.lowercased())-\(Product.version)", "#run")
    let sorted = files.sorted { $0.name < $1.name }
    let ids = sorted.map { Self.id($0.name) }
    let cited = works.entries.filter { $0.topic != .program }
    let title = "\(Product.name): \(pipeline)" + (study?["Name"]?.string.map { " of \($0)" } ?? "")
    var entities: [JSONValue] = [
      entity(
        ResultFile.crate.name, "CreativeWork",
        [("about", link("./")), ("conformsTo", link("https://w3id.org/ro/crate/1.1"))]),
      entity(
        "./", "Dataset",
        [
          ("name", .string(title)),
          (
            "description",
            .string(
              "Regional binding and its balance, by the pipeline \(pipeline): tables, units, records and the pipeline, without "
                + "images. \(Product.name.lowercased()) verify compares every file with its record; with the scans, "
                + "--study STUDY --rerun N makes N results again.")
          ),
          ("datePublished", .string(date)),
          ("license", link(Self.license)), ("author", .array(people.map(\.0).map(link))),
          ("conformsTo", link(Self.profile)), ("mentions", link(run)),
          ("citation", .array(cited.map { link(Self.id($0)) })),
          ("hasPart", .array(ids.map(link))),
        ]),
      entity(
        Self.profile, "CreativeWork", [("name", "Process Run Crate"), ("version", .string(Self.profileVersion))]),
      entity(
        program, "SoftwareApplication",
        [
          ("name", .string(Product.name)), ("softwareVersion", .string(Product.version)),
          ("description", "Dopamine-serotonin balance per region from dynamic PET of two tracers"),
          ("license", link(Self.programLicense)),
        ]),
      entity(
        Self.programLicense, "CreativeWork",
        [("name", "Apache License 2.0"), ("description", "A permissive license with a grant of patents")]),
      entity(
        run, "CreateAction",
        [
          ("name", .string("\(Product.name.lowercased()) run with the pipeline \(pipeline)")),
          (
            "description", "What each scan was made from stands in its record, with SHA-256 of inputs and outputs"
          ),
          ("instrument", link(program)), ("object", link(ResultFile.pipeline.name)),
          ("result", .array(ids.filter { $0 != ResultFile.pipeline.name }.map(link))),
        ]),
    ]
    entities.append(
      entity(
        Self.license, "CreativeWork",
        [
          ("name", .string(license ?? "not stated by the study")),
          ("description", "Terms of the results, as the study or who exported them states them"),
        ]))
    entities += people.map { entity($0, "Person", [("name", .string($1))]) }
    for (file, id) in zip(sorted, ids) {
      var members: Members = [
        ("name", .string(file.name)), ("encodingFormat", .string(Self.format(file.name))),
        ("contentSize", .string(String(file.digest.size))), ("sha256", .string(file.digest.sha256)),
      ]
      if let meaning = ResultFile.meaning(of: file.name) { members.append(("description", .string(meaning))) }
      entities.append(entity(id, "File", members))
    }
    for entry in cited {
      let work = entry.work
      var members: Members = [("name", .string(work.title ?? work.text))]
      if let year = work.year { members.append(("datePublished", .string(String(year)))) }
      if !work.authors.isEmpty { members.append(("creditText", .string(work.full))) }
      entities.append(entity(Self.id(entry), "ScholarlyArticle", members))
    }
    return JSONValue.object([
      ("@context", "https://w3id.org/ro/crate/1.1/context"), ("@graph", .array(entities)),
    ]).text
  }

  private static let profileVersion = "0.5"
  private static let profile = "https://w3id.org/ro/wfrun/process/\(profileVersion)"
  private static let license = "#license"
  private static let programLicense = "https://spdx.org/licenses/Apache-2.0"

  /// A path as a URI.
  private static func id(_ name: String) -> String {
    name.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? name
  }

  private static func id(_ entry: Bibliography.Entry) -> String {
    if let doi = entry.work.doi {
      return "https://doi.org/" + (doi.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? doi)
    }
    return entry.work.pmid.map { "https://pubmed.ncbi.nlm.nih.gov/\($0)" } ?? "#\(entry.key)"
  }

  private static func format(_ name: String) -> String {
    switch (name as NSString).pathExtension {
    case "tsv": "text/tab-separated-values"
    case "json": "application/json"
    case "yaml": "application/yaml"
    case "html": "text/html"
    case "bib": "application/x-bibtex"
    default: "text/plain"
    }
  }
}

extension ResultFile {
  /// What a file of an output holds; nil for what is none of ours.
  fileprivate static func meaning(of path: String) -> String? {
    let name = (path as NSString).lastPathComponent
    let kind = all.first { kind in
      kind.name == path || kind.endings.contains { name.hasSuffix("_\(kind.name)\($0)") }
        || (kind.name.hasSuffix("/") && path.hasPrefix(kind.name) && kind.name != persons.name)
    }
    return kind?.meaning
  }
}
