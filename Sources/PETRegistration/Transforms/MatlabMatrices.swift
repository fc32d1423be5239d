/// The matrices of a MATLAB file of level 4, as ITK writes transforms in binary form (`.mat`).
///
/// Each is a header of five 32-bit integers (type, rows, columns, 0 for real, length of the name), its name with a closing
/// NUL, and its numbers. The thousands of the type tell the order of bytes, its tens the size of numbers.
/// Source: MAT-File Format, Level 4 MAT-Files (The MathWorks).
struct MatlabMatrices {
  let matrices: [(name: String, values: [Double])]

  /// Nil where the bytes are no whole file of that kind with real numbers.
  init?(_ bytes: [UInt8]) {
    var place = 0
    func integer(_ offset: Int, isBig: Bool) -> UInt32 {
      (0..<4).reduce(0) { $0 << 8 | UInt32(bytes[offset + (isBig ? $1 : 3 - $1)]) }
    }
    func bits(_ offset: Int, _ size: Int, isBig: Bool) -> UInt64 {
      (0..<size).reduce(0) { $0 << 8 | UInt64(bytes[offset + (isBig ? $1 : size - 1 - $1)]) }
    }
    var matrices: [(name: String, values: [Double])] = []
    while place < bytes.count {
      guard bytes.count - place >= 20 else { return nil }
      // No type is above 4052 in its own order.
      let isBig = integer(place, isBig: false) > 4052
      let header = (0..<5).map { Int(integer(place + 4 * $0, isBig: isBig)) }
      guard [0, 10].contains(header[0] % 1000), header[0] / 1000 == (isBig ? 1 : 0), header[3] == 0 else { return nil }
      let size = header[0] % 1000 == 0 ? 8 : 4
      let (count, isTooMany) = header[1].multipliedReportingOverflow(by: header[2])
      let data = place + 20 + header[4]
      guard header[4] > 0, !isTooMany, data <= bytes.count, count <= (bytes.count - data) / size else { return nil }
      guard let name = String(validating: bytes[place + 20..<data - 1], as: UTF8.self) else { return nil }
      let values = (0..<count).map { i -> Double in
        let own = bits(data + i * size, size, isBig: isBig)
        return size == 8 ? Double(bitPattern: own) : Double(Float(bitPattern: UInt32(own)))
      }
      matrices.append((name, values))
      place = data + count * size
    }
    guard !matrices.isEmpty else { return nil }
    self.matrices = matrices
  }
}
