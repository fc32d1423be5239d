import CCrypto
package import Foundation

/// SHA-256 of bytes, in lower-case hexadecimal.
package func sha256(_ bytes: Data) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  var count: UInt32 = 0
  let done = bytes.withUnsafeBytes { EVP_Digest($0.baseAddress, $0.count, &digest, &count, EVP_sha256(), nil) }
  precondition(done == 1 && count == 32, "libcrypto has SHA-256")
  return hexadecimal(digest)
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
