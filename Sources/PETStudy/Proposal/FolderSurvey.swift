import Foundation
import PETCore
import PETImaging

/// What lies in a folder of scans: images by what they are, and texts that may belong to them.
struct FolderSurvey {
  enum Kind { case dynamic, labels, mask, other }

  struct Image {
    /// From the folder.
    let path: String
    let grid: Grid
    let frames: Int
    let kind: Kind
    let words: NameWords
  }

  let root: String
  private(set) var images: [Image] = []
  /// Texts by their words.
  private(set) var texts: [(path: String, words: NameWords)] = []
  private(set) var findings: [Finding] = []

  init(_ root: String, progress: (Double) -> Void = { _ in }) throws(PETError) {
    self.root = root
    let files = try files("")
    guard !files.isEmpty else {
      throw PETError(.missingInput, file: root, "there is no file in it", remedy: "name a folder of scans")
    }
    for (number, path) in files.enumerated() {
      progress(Double(number) / Double(files.count))
      if [".nii", ".nii.gz", ".mgz", ".mgh"].contains(where: path.hasSuffix) {
        do throws(PETError) { images.append(try image(path)) } catch {
          findings.append(Finding(error, .warning, .imageUnreadable))
        }
      } else if ["tsv", "txt", "csv", "sif", "dat", "tac"].contains((path as NSString).pathExtension.lowercased()) {
        texts.append((path, NameWords(path)))
      }
    }
  }

  /// Files below a folder but hidden ones and results of ours, sorted; what is passed over is told.
  private mutating func files(_ folder: String) throws(PETError) -> [String] {
    let place = folder.isEmpty ? root : root + "/" + folder
    let names: [String]
    do throws(PETError) { names = try Folder.names(place) } catch {
      guard !folder.isEmpty else { throw error }
      passOver(folder, .warning, error.problem, error.remedy)
      return []
    }
    var found: [String] = []
    for name in names where !name.hasPrefix(".") {
      let path = folder.isEmpty ? name : folder + "/" + name
      var status = stat()
      guard stat(root + "/" + path, &status) == 0 else {
        passOver(path, .warning, "it is a link that leads nowhere, or cannot be looked at", "mend or remove it")
        continue
      }
      if status.st_mode & S_IFMT == S_IFREG {
        found.append(path)
      } else if status.st_mode & S_IFMT == S_IFDIR, !Product.made(root + "/" + path) {
        if Self.isLink(root + "/" + path) {
          passOver(path, .note, "it is a linked folder, which is not entered", "name it itself (petbalance scans DIR)")
        } else {
          found += try files(path)
        }
      }
    }
    return found
  }

  private mutating func passOver(_ path: String, _ level: Finding.Level, _ problem: String, _ remedy: String) {
    findings.append(
      Finding(level, .passedOver, file: root + "/" + path, field: "folder", problem, remedy: remedy))
  }

  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }

  private func image(_ path: String) throws(PETError) -> Image {
    let words = NameWords(path)
    let header = try VoxelStream(path: root + "/" + path).header
    let kind: Kind =
      header.frames > 1
      ? (words.isOfMasks ? .mask : .dynamic)
      : words.isOfAnatomy ? .other : try Self.kind(root + "/" + path, words)
    return Image(path: path, grid: header.grid, frames: header.frames, kind: kind, words: words)
  }

  /// Labels have few whole values, masks one besides 0, or fractions where the name says so.
  private static func kind(_ path: String, _ words: NameWords) throws(PETError) -> Kind {
    let most = 512
    var values: Set<Double> = []
    for value in try Volume(path: path).values where value != 0 {
      guard value.isFinite, value == value.rounded() else { return words.isOfMasks ? .mask : .other }
      values.insert(value)
      if values.count > most { return words.isOfLabels ? .labels : .other }
    }
    return values.count == 1 && !words.isOfLabels ? .mask : values.isEmpty ? .other : .labels
  }
}

extension Finding.Code {
  static let passedOver = Finding.Code("passed-over")
}
