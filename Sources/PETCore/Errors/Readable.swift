/// What is read, or nil where it is missing or damaged; what cannot be read for now is thrown, so that nothing that is there
/// is taken for absent.
package func readable<Value>(_ read: () throws(PETError) -> Value?) throws(PETError) -> Value? {
  do throws(PETError) { return try read() } catch {
    if error.code == .cannotRead { throw error }
    return nil
  }
}
