/// What a file is that is no NIfTI, by the bytes it begins with, and what makes it one.
struct ForeignFormat {
  let name: String
  let remedy: String
  private let mark: [UInt8]
  private let offset: Int

  private init(_ mark: [UInt8], at offset: Int = 0, _ name: String, _ remedy: String) {
    (self.mark, self.offset, self.name, self.remedy) = (mark, offset, name, remedy)
  }

  private init(_ mark: String, at offset: Int = 0, _ name: String, _ remedy: String) {
    self.init(Array(mark.utf8), at: offset, name, remedy)
  }

  private static let all = [
    ForeignFormat("<nifti_image", "the ASCII form of NIfTI, which is not read", "convert it to .nii"),
    ForeignFormat("BZh", "bzip2 compression, not gzip or NIfTI", "decompress it (bunzip2)"),
    ForeignFormat([0x28, 0xb5, 0x2f, 0xfd], "Zstandard compression, not gzip or NIfTI", "decompress it (unzstd)"),
    ForeignFormat([0xfd, 0x37, 0x7a, 0x58, 0x5a], "xz compression, not gzip or NIfTI", "decompress it (unxz)"),
    ForeignFormat([0x50, 0x4b, 0x03, 0x04], "a ZIP archive, not NIfTI", "unpack it"),
    ForeignFormat([0x1f, 0x8b], "gzip inside gzip: no NIfTI header", "decompress it once"),
    ForeignFormat("MATRIX7", "an ECAT image, not NIfTI", "convert it (ecat2nii of Turku PET Centre, PET2BIDS)"),
    ForeignFormat("MATLAB 5.0", "a file of MATLAB, not an image", "give the image (.nii) that belongs to it"),
    ForeignFormat([0x89, 0x48, 0x44, 0x46], "an HDF5 file (MINC?), not NIfTI", "convert it (mnc2nii for MINC)"),
    ForeignFormat("CDF", "a NetCDF file (MINC 1?), not NIfTI", "convert it (mnc2nii for MINC)"),
    ForeignFormat("DICM", at: 128, "a DICOM file, not NIfTI", "convert the series (dcm2niix)"),
    ForeignFormat("!INTERFILE", "an Interfile header, not NIfTI", "convert the image to .nii"),
  ]

  /// Nil for NIfTI and for what nobody knows.
  static func of(_ bytes: [UInt8]) -> ForeignFormat? {
    all.first { format in bytes.dropFirst(format.offset).starts(with: format.mark) }
  }
}
