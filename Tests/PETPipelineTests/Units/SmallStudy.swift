import PETCore
import PETPipeline
import PETTestSupport
import Testing

/// A study of sidecars alone: scans are told by name, place and tracer, and none can be worked out.
struct SmallStudy {
  let folder: TemporaryFolder
  var root: String { folder.file("study") }
  var out: String { folder.file("out") }

  static let pipeline = """
    name: p
    read: {dopamine: {tracer: raclopride}, serotonin: {tracer: dasb}}
    models: {dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}
    """

  /// - Parameter scans: file names without `_pet.json`, in the folders that their own entities tell, each with a TracerName.
  init(_ scans: [(name: String, tracer: String)] = [], files: [String: String] = [:]) throws {
    folder = try TemporaryFolder()
    for scan in scans {
      let entities = scan.name.split(separator: "_").filter { $0.hasPrefix("sub-") || $0.hasPrefix("ses-") }
      try folder.write(
        "study/\(entities.joined(separator: "/"))/pet/\(scan.name)_pet.json",
        #"{"TracerName": "\#(scan.tracer)", "TracerRadionuclide": "C11"}"#)
    }
    for (name, text) in files { try folder.write("study/" + name, text) }
  }

  func batch(_ pipeline: String = pipeline, _ options: BatchRun.Options = .init(), out: String = BatchRun.nowhere)
    throws -> BatchRun
  {
    try BatchRun(
      dataset: root, output: out, definition: try PipelineLoader.parse(pipeline, file: folder.file("p.yaml")),
      options: options)
  }

  /// Units of the pairs of a plan, without the label of the tracers.
  func pairs(_ pipeline: String = pipeline) throws -> [String] {
    try batch(pipeline).plan.lines.filter { $0.kind == "pair" }.map { String($0.unit.prefix { $0 != "d" }.dropLast()) }
  }
}
