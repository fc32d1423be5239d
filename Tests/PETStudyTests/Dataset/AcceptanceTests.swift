import PETCore
import PETStudy
import Testing

struct AcceptanceTests {
  private static let fault = Finding(.fault, .suvScale, file: "a", field: "Units", "too much", remedy: "check it")

  @Test func faultsStop() {
    let error = #expect(throws: PETError.self) { try Acceptance().screen([Self.fault]) }
    #expect(error?.problem == "too much" && error?.remedy == "check it; if it is known, --accept suv-scale")
    // What a run would stumble over cannot be accepted, and is not offered.
    let other = Finding(.fault, .imageUnreadable, "no image", remedy: "fetch it")
    #expect(#expect(throws: PETError.self) { try Acceptance().screen([other]) }?.remedy == "fetch it")
  }

  /// Accepted faults stand as evidence; warnings and notes pass, in their order.
  @Test func acceptedFaultsCastDoubt() throws {
    let note = Finding(.note, .participants, "n")
    let screened = try Acceptance(["suv-scale"]).screen([note, Self.fault])
    #expect(screened.map(\.level) == [.note, .warning] && screened[0] == note)
    #expect(screened[1].castsDoubt && screened[1].code == .suvScale && screened[1].remedy == "accepted as known")
    #expect(throws: PETError.self) { try Acceptance(["suv-scal", "units"]).screen([Self.fault]) }
    #expect(try Acceptance().screen([]).isEmpty)
  }
}
