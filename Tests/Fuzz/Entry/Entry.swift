import Foundation
import FuzzedReaders
import PETTestSupport

/// The reader that PETBALANCE_FUZZ names, and the folder it writes to.
private let (reader, folder): (FuzzedReader, TemporaryFolder) = {
  let name = ProcessInfo.processInfo.environment["PETBALANCE_FUZZ"] ?? ""
  guard let reader = FuzzedReader(rawValue: name), let folder = try? TemporaryFolder() else {
    fatalError("set PETBALANCE_FUZZ to one of \(FuzzedReader.allCases.map(\.rawValue))")
  }
  return (reader, folder)
}()

/// What libFuzzer calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzOne(_ bytes: UnsafeRawPointer?, _ count: Int) -> Int32 {
  do { try reader.read(UnsafeRawBufferPointer(start: bytes, count: count), in: folder) } catch {
    fatalError("the input could not be written: \(error)")
  }
  return 0
}
