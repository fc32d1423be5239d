import CDeflate
import Foundation
import PETCore

/// An image of up to 256 colours, as PNG.
package struct IndexedImage: Sendable {
  package let columns: Int
  package let rows: Int
  /// One index a pixel, row by row from the top.
  package let pixels: [UInt8]
  /// The colours; the first `clear` of them are not seen.
  package let palette: [RGB]
  package let clear: Int

  package init(columns: Int, rows: Int, pixels: [UInt8], palette: [RGB], clear: Int = 0) {
    precondition(pixels.count == columns * rows && palette.count <= 256, "a pixel has one of up to 256 colours")
    self.columns = columns
    self.rows = rows
    self.pixels = pixels
    self.palette = palette
    self.clear = clear
  }

  /// Several of one size beside and below each other, row by row.
  package init(montage images: [IndexedImage], across: Int) {
    let (width, height) = (images.first?.columns ?? 1, images.first?.rows ?? 1)
    // Of no image at all there is a row that is not seen.
    let down = max(1, (images.count + across - 1) / across)
    var pixels = [UInt8](repeating: 0, count: width * across * height * down)
    for (place, image) in images.enumerated() {
      let (left, top) = (place % across * width, place / across * height)
      for row in 0..<height {
        let target = (top + row) * width * across + left
        pixels.replaceSubrange(target..<target + width, with: image.pixels[row * width..<(row + 1) * width])
      }
    }
    self.init(
      columns: width * across, rows: height * down, pixels: pixels,
      palette: images.first?.palette ?? [RGB(0, 0, 0)], clear: images.first?.clear ?? 1)
  }

  /// ISO/IEC 15948: indexed colour, rows without a filter.
  package var png: [UInt8] {
    var lines: [UInt8] = []
    lines.reserveCapacity((columns + 1) * rows)
    for row in 0..<rows {
      lines.append(0)
      lines += pixels[row * columns..<(row + 1) * columns]
    }
    var file: [UInt8] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]
    Self.append("IHDR", Self.word(columns) + Self.word(rows) + [8, 3, 0, 0, 0], to: &file)
    Self.append("PLTE", palette.flatMap { [$0.red, $0.green, $0.blue] }, to: &file)
    if clear > 0 { Self.append("tRNS", [UInt8](repeating: 0, count: clear), to: &file) }
    Self.append("IDAT", Self.compressed(lines), to: &file)
    Self.append("IEND", [], to: &file)
    return file
  }

  /// Inside a page, so that the page asks for no file.
  package var dataURL: String { "data:image/png;base64," + Data(png).base64EncodedString() }

  private static func word(_ value: Int) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) }
  }

  private static func append(_ kind: String, _ content: [UInt8], to file: inout [UInt8]) {
    let part = Array(kind.utf8) + content
    let sum = part.withUnsafeBytes { libdeflate_crc32(0, $0.baseAddress, $0.count) }
    file += word(content.count) + part + word(Int(sum))
  }

  private static func compressed(_ bytes: [UInt8]) -> [UInt8] {
    guard let compressor = libdeflate_alloc_compressor(6) else { preconditionFailure("no memory for a compressor") }
    defer { libdeflate_free_compressor(compressor) }
    return [UInt8](unsafeUninitializedCapacity: libdeflate_zlib_compress_bound(compressor, bytes.count)) { out, count in
      count = bytes.withUnsafeBytes {
        libdeflate_zlib_compress(compressor, $0.baseAddress, $0.count, out.baseAddress, out.count)
      }
    }
  }
}

/// A colour of a screen.
package struct RGB: Sendable, Equatable {
  package let red: UInt8
  package let green: UInt8
  package let blue: UInt8

  package init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) {
    self.red = red
    self.green = green
    self.blue = blue
  }

  /// Relative luminance of WCAG 2, 0 to 1.
  package var luminance: Double {
    func linear(_ byte: UInt8) -> Double {
      let value = Double(byte) / 255
      return value <= 0.04045 ? value / 12.92 : pow((value + 0.055) / 1.055, 2.4)
    }
    return 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
  }
}
