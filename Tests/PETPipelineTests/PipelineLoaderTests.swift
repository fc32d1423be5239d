import Foundation
import PETCore
import PETTestSupport
import Testing

@testable import PETPipeline

struct PipelineLoaderTests {
  @Test(arguments: PipelineLoader.shipped)
  func shippedPipelinesAreValid(name: String) throws {
    let definition = try PipelineLoader.load(name)
    #expect(definition.name == name && !definition.summary.isEmpty)
  }

  /// The embedded texts are the files of the folder, all of them.
  @Test func embeddedTextsAreTheFiles() throws {
    var shipped = PipelineLoader.shipped
    for folder in ["Pipelines", "Pipelines/published"] {
      let path = Program.package.appendingPathComponent(folder).path
      for file in try FileManager.default.contentsOfDirectory(atPath: path) where file.hasSuffix(".yaml") {
        let name = String(file.dropLast(5))
        #expect(try PipelineLoader.text(name) == String(contentsOfFile: "\(path)/\(file)", encoding: .utf8))
        shipped.removeAll { $0 == name }
      }
    }
    #expect(shipped.isEmpty)
  }

  @Test func everyFaultIsReportedWithItsPlace() {
    let text = """
      name: x
      read:
        dopamine: {tracr: raclopride}
        serotonin: {tracer: dazb}
      models:
        dopamine: {model: SRTMX, reference: cerebellum}
        serotonin: {model: SRTM, reference: cerebellum, k2prime: 0.05}
      curves: {sampling: nearest}
      balanse: {}
      """
    let error = #expect(throws: PETError.self) { try PipelineLoader.parse(text, file: "p.yaml") }
    let lines = [error?.description ?? ""] + (error?.others ?? [])
    #expect(lines.count == 7)
    #expect(lines.contains { $0.hasPrefix("p.yaml:3:14: read.dopamine.tracr: unknown key; did you mean 'tracer'?") })
    #expect(lines.contains { $0.contains("p.yaml:4:") && $0.contains("'dasb'") })
    #expect(lines.contains { $0.contains("p.yaml:6:") && $0.contains("'SRTM'") })
    #expect(lines.contains { $0.contains("p.yaml:7:") && $0.contains("SRTM does not use it") })
    #expect(lines.contains { $0.contains("p.yaml:8:") && $0.contains("labels-to-image") })
    #expect(lines.contains { $0.contains("p.yaml:9:1: balanse: unknown key; did you mean 'balance'?") })
  }

  /// Maps need a model that has one and the region it needs; without the key there are none.
  @Test func mapsAreChecked() throws {
    func parse(_ maps: String, model: String = "SRTM, reference: a") throws -> PipelineDefinition {
      try PipelineLoader.parse(
        """
        name: x
        read: {dopamine: {tracer: raclopride, fwhm: 3}, serotonin: {tracer: dasb, fwhm: 5}}
        models: {dopamine: {model: \(model)}, serotonin: {model: \(model)}}
        \(maps)
        """, file: "p.yaml")
    }
    func faults(_ maps: String, model: String = "SRTM, reference: a") -> [String] {
      let error = #expect(throws: PETError.self) { try parse(maps, model: model) }
      return [error?.description ?? ""] + (error?.others ?? [])
    }
    #expect(try parse("").maps == nil)
    let plain = try parse("maps: {}")
    #expect(plain.mapModel(of: plain.numerator) == "SRTM" && plain.maps?.withErrors == true)
    // The matching of resolutions and the maps' own smoothing add in squares.
    let smooth = try parse("maps: {model: MRTM2, smooth: 3}")
    #expect(smooth.mapModel(of: smooth.numerator) == "MRTM2")
    #expect(smooth.mapSmoothing(of: smooth.numerator) == 5 && smooth.mapSmoothing(of: smooth.roles[1]) == 3)
    #expect(faults("maps: {modl: SRTM}")[0].contains("did you mean 'model'?"))
    #expect(faults("maps: {model: SRTN}")[0].contains("'SRTM'"))
    #expect(faults("maps: {smooth: -1}")[0].contains("mm"))
    #expect(faults("maps: {model: SIMEVND}").allSatisfy { $0.contains("has no map") })
    #expect(faults("maps: {model: SRTM}", model: "2TCM").allSatisfy { $0.contains("reference region") })
  }

  @Test func rolesMustFitTheCatalogue() {
    let text = """
      name: x
      read: {dopamine: {tracer: dasb}, serotonin: {tracer: raclopride}}
      models: {dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}
      """
    let error = #expect(throws: PETError.self) { try PipelineLoader.parse(text, file: "p.yaml") }
    #expect(error?.problem.contains("serotonin tracer") == true && error?.others.count == 1)
  }

  @Test(arguments: [
    "", "- a\n- b\n", "name: [\n", "name: x\n\tread: y\n", "name: x\nname: y\n", "%TAG\u{0}", "a: &a [x]\n? *a\n: 1\n",
  ])
  func refuses(text: String) {
    let error = #expect(throws: PETError.self) { try PipelineLoader.parse(text, file: "p.yaml") }
    #expect(error?.code == .wrongInput && error?.file?.hasPrefix("p.yaml") == true)
  }

  @Test func unknownNameOffersTheNearMiss() {
    let error = #expect(throws: PETError.self) { try PipelineLoader.load("raclopride-dasbb") }
    #expect(error?.code == .usage && error?.remedy.contains("'raclopride-dasb'") == true)
  }
}

struct ResolutionTests {
  /// The sharper scan is smoothed by sqrt(F² - f²); without both widths nothing is and the rows say so.
  @Test func theSharperScanIsSmoothed() throws {
    func definition(_ first: String, _ second: String) throws -> PipelineDefinition {
      try PipelineLoader.parse(
        """
        name: x
        read: {dopamine: {tracer: raclopride\(first)}, serotonin: {tracer: dasb\(second)}}
        models: {dopamine: {model: SRTM, reference: a}, serotonin: {model: SRTM, reference: a}}
        """, file: "p.yaml")
    }
    let both = try definition(", fwhm: 3", ", fwhm: 5")
    #expect(both.smoothing(of: both.numerator) == 4 && both.smoothing(of: both.roles[1]) == nil)
    let one = try definition(", fwhm: 3", "")
    #expect(one.smoothing(of: one.numerator) == nil)
  }

  /// Files that a pipeline names lie beside it, by whatever path it is named: a letter too.
  @Test func besideThePipeline() throws {
    let folder = try TemporaryFolder()
    _ = try folder.write("x.tsv", "a\n")
    #expect(PipelineLoader.beside(folder.file("p"), "x.tsv") == folder.file("x.tsv"))
    #expect(PipelineLoader.beside("p", "none.tsv") == "none.tsv" && PipelineLoader.beside("p", "/x") == "/x")
  }
}
