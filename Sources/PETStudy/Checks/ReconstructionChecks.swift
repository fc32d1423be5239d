package import PETCore

/// Reconstructions that are no quantity: activity of an image that is not corrected for attenuation is wrong everywhere.
package enum ReconstructionChecks {
  package static func findings(_ entry: ScanEntry, _ sidecar: PETSidecar) -> [Finding] {
    func finding(_ file: String?, _ field: String, _ value: String) -> [Finding] {
      [
        Finding(
          .warning, .notAttenuationCorrected, file: file, field: field, value: value,
          "the reconstruction says that it is not corrected for attenuation",
          remedy: "use the one that is (read: rec)", castsDoubt: true)
      ]
    }
    for name in ["AttenuationCorrection", "AttenuationCorrectionMethod"] {
      guard let text = sidecar.text(name) else { continue }
      let plain = text.lowercased().filter { $0.isLetter }
      let isNone =
        ["none", "no", "false", "nac", "off"].contains(plain)
        || ["notapplied", "uncorrected", "notcorrected", "withoutattenuation", "noattenuation", "nonattenuation"]
          .contains(where: plain.hasPrefix)
      if isNone { return finding(sidecar.file, name, text) }
    }
    // DICOM lists what was done.
    if let list = sidecar["CorrectedImage"]?.list?.compactMap(\.string), !list.isEmpty,
      !list.contains(where: { $0.uppercased() == "ATTN" })
    {
      return finding(sidecar.file, "CorrectedImage", list.joined(separator: ", "))
    }
    if let rec = entry.name["rec"],
      ["nac", "noac", "nonac", "notac", "noatt"].contains(where: rec.lowercased().hasPrefix)
    {
      return finding(entry.image ?? sidecar.file, "rec", rec)
    }
    return []
  }
}

extension Finding.Code {
  package static let notAttenuationCorrected = Finding.Code("not-attenuation-corrected")
}
