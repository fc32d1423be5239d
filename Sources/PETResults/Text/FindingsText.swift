package import PETCore

/// Findings as a table or as JSON.
package enum FindingsText {
  package static let columns = ["level", "code", "file", "field", "value", "problem", "remedy"]

  package static func tsv(_ findings: [Finding]) -> String {
    var text = TSVText(columns: columns)
    for finding in findings {
      text.add([
        finding.level.rawValue, finding.code.word, finding.file ?? "", finding.field, finding.value, finding.problem,
        finding.remedy,
      ])
    }
    return text.text
  }

  package static func json(_ findings: [Finding]) -> String { JSONValue.array(findings.map(\.json)).text }
}
