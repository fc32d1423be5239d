import CCrypto
package import Foundation

/// SHA-256 of bytes, in lower-case hexadecimal.
package func sha256(_ bytes: Data) -> String {
  var digest = [UInt8](repeating: 0, count: 32)
  var context = SHA256_CTX()
  SHA256_Init(&context)
  bytes.withUnsafeBytes { _ = SHA256_Update(&context, $0.baseAddress, $0.count) }
  SHA256_Final(&digest, &context)
  return hexadecimal(digest)
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  bytes.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
}
