import PETBinding
import PETCore
import PETResults
import Testing

/// One parameter of one tracer from the joined table of estimates.
struct OutcomeReaderTests {
  private static let text = """
    participant_id	session_id	tracer	region	BPND	status
    sub-2	ses-a	raclopride	Pons	1.5	converged
    sub-2	ses-a	raclopride	Raphe	9	atBound
    sub-2	ses-a	dasb	Raphe	3	converged
    sub-1	n/a	raclopride	Raphe	2	converged

    """

  /// Visits and regions as they come; other tracers and fits that did not converge have no value.
  @Test func valuesOfOneTracer() throws {
    let table = try TSVTable(text: Self.text, file: "t")
    let study = try #require(try OutcomeReader.study(table, tracer: "raclopride", measure: "BPND"))
    #expect(study.visits == [.init(participant: "sub-2", session: "ses-a"), .init(participant: "sub-1", session: nil)])
    #expect(study.regions == ["Pons", "Raphe"])
    let (pons, raphe) = (study.values("BPND", region: 0), study.values("BPND", region: 1))
    #expect(pons[0] == 1.5 && pons[1].isNaN && raphe[0].isNaN && raphe[1] == 2)
  }

  @Test func nothingOfIt() throws {
    let table = try TSVTable(text: Self.text, file: "t")
    #expect(try OutcomeReader.study(table, tracer: "raclopride", measure: "VT") == nil)
    #expect(try OutcomeReader.study(table, tracer: "fepe2i", measure: "BPND") == nil)
  }
}
