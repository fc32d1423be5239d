/// An error with the stage it came from.
package struct StageError: Error, Sendable {
  package let stage: String
  package let error: PETError

  package init(stage: String, error: PETError) {
    self.stage = stage
    self.error = error
  }
}

/// - Parameter file: named by errors that name none.
package func stage<Result>(
  _ name: String, of file: String? = nil, _ work: () throws(PETError) -> Result
) throws(StageError) -> Result {
  do throws(PETError) { return try work() } catch {
    throw StageError(stage: name, error: file.map(error.at) ?? error)
  }
}
