import CNIfTI
import PETCore

/// libnifti's view of a header that our own checks have passed: it parses affines and scaling, never voxels.
struct NIfTIHandle: ~Copyable {
  private let image: UnsafeMutablePointer<nifti_image>

  init(_ header: RawHeader, file: String) throws(PETError) {
    nifti_set_debug_level(0)
    let made: UnsafeMutablePointer<nifti_image>? = header.bytes.withUnsafeBytes { bytes in
      if header.version == 1 {
        nifti_convert_n1hdr2nim(bytes.loadUnaligned(as: nifti_1_header.self), "image.nii")
      } else {
        nifti_convert_n2hdr2nim(bytes.loadUnaligned(as: nifti_2_header.self), "image.nii")
      }
    }
    guard let made else {
      throw PETError(.wrongInput, file: file, field: "header", "the header cannot be parsed", remedy: "check the file")
    }
    image = made
  }

  deinit { nifti_image_free(image) }

  /// Rows of the sform, else of the qform, else of the voxel sizes.
  var affine: Affine {
    let matrix = image.pointee.sform_code > 0 ? image.pointee.sto_xyz : image.pointee.qto_xyz
    return withUnsafeBytes(of: matrix) { bytes in
      Affine(rows: (0..<12).map { bytes.load(fromByteOffset: $0 * 8, as: Double.self) })
    }
  }

  var qformAffine: Affine {
    withUnsafeBytes(of: image.pointee.qto_xyz) { bytes in
      Affine(rows: (0..<12).map { bytes.load(fromByteOffset: $0 * 8, as: Double.self) })
    }
  }

  var slope: Double { image.pointee.scl_slope }
  var intercept: Double { image.pointee.scl_inter }
}
