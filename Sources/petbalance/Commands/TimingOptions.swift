import ArgumentParser
import PETCore
import PETResults
import PETStudy

/// Where what is known of a scan besides its image stands.
struct TimingOptions: ParsableArguments {
  @Option(help: "Sidecar of the scan (default: found by its name, with BIDS inheritance).") var sidecar: String?
  @Option(
    help: """
      Frame times, in place of the sidecar's: a table whose header names its columns and unit (start[s] end[s], \
      start[min] duration[min], mid duration), a .sif, a BIDS JSON, or bare pairs of start and end.
      """)
  var frames: String?
  @Option(help: "Unit of the times in --frames, where the file does not state it: s or min.") var frameUnit: String?

  func validate() throws {
    if frameUnit != nil, frames == nil { throw ValidationError("--frame-unit belongs to --frames") }
  }

  /// Files that are read besides the image.
  func files(of pet: String) throws(PETError) -> [String] {
    try PETSidecar.find(for: pet) + [sidecar, frames].compactMap { $0 }
  }

  func scan(_ pet: String, isotope: Isotope?) throws(PETError) -> DynamicScan {
    let times = try frames.map { (path) throws(PETError) in try FrameTimesFile(path: path, unit: frameUnit) }
    return try DynamicScan(
      pet, sidecar: sidecar, frames: times, isotope: isotope)
  }

  /// What is known of the scan, for an image that is made of it.
  func members(of pet: String, isotope: Isotope?) throws(PETError) -> [(name: String, value: JSONValue)] {
    let files = if let sidecar { [sidecar] } else { try PETSidecar.find(for: pet) }
    let times = try frames.map { (path) throws(PETError) in try FrameTimesFile(path: path, unit: frameUnit) }
    let own: [(name: String, value: JSONValue)] =
      times.map {
        [(Sidecar.frameTimesStart, .numbers($0.starts)), (Sidecar.frameDuration, .numbers($0.durations))]
      } ?? []
    let told: [(name: String, value: JSONValue)] =
      isotope.map { [(Sidecar.tracerRadionuclide, .string($0.rawValue))] } ?? []
    guard case .object(let members) = try PETSidecar(files: files).json else { return own + told }
    return members.filter { member in !(own + told).contains { $0.name == member.name } } + own + told
  }
}
