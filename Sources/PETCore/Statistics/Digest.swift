package import Foundation

/// SHA-256 of bytes, in lower-case hexadecimal.
package func sha256(_ bytes: Data) -> String {
  var digest = RunningDigest()
  bytes.withUnsafeBytes { digest.add($0) }
  return digest.digest.sha256
}

func hexadecimal(_ bytes: [UInt8]) -> String {
  let digits = Array("0123456789abcdef".utf8)
  return String(decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
}
