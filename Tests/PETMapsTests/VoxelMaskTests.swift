import Foundation
import PETCore
import PETImaging
import PETSimulation
import PETTestSupport
import Testing

/// Which voxels take part.
struct VoxelMaskTests {
  /// Without mask and segmentation: the brain by its uptake, against the labels that the scan was made from.
  @Test func brainIsFoundByItsUptake() throws {
    let folder = try TemporaryFolder()
    var plan = StudyPlan()
    plan.participants = 1
    try StudySimulation(plan).write(to: folder.file("study"))
    let scan = folder.file("study/sub-01/pet/sub-01_trc-RAC_pet.nii.gz")
    let durations = plan.size.frames.flatMap { Array(repeating: $0.seconds, count: $0.count) }
    let mask = try VoxelMask(brainOf: scan, durations: durations)
    let labels = try LabelImage(path: folder.file("study/derivatives/segmentation/sub-01/anat/sub-01_dseg.nii.gz"))
    let brain = try VoxelMask(labelled: labels.weights, on: mask.grid, image: scan)
    let both = Set(mask.offsets).intersection(brain.offsets).count
    let dice = 2 * Double(both) / Double(mask.offsets.count + brain.offsets.count)
    #expect(dice > 0.97, "\(dice)")
    #expect(mask.rule.contains("Otsu"))
  }

  /// One infinite voxel, as a division by an empty sensitivity makes it, is no part of the brain and hides none of it.
  @Test func infiniteVoxelsAreNoBrain() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.store([0, 1, 20, 21, .infinity, 22, 1, 20], as: 16)
    let mask = try VoxelMask(brainOf: try folder.write("a.nii", raw.data), durations: [60])
    #expect(mask.offsets == [2, 3, 5, 7])
  }

  /// The mean image is the mean over time, frames by their length.
  @Test func meanImageIsWeightedByDuration() throws {
    let folder = try TemporaryFolder()
    var raw = RawNIfTI()
    raw.dims = [4, 2, 1, 1, 2, 1, 1, 1]
    raw.slope = 2
    raw.intercept = 1
    raw.store([1, 3, 4, 9], as: 16)
    let mean = try MeanImage(path: try folder.write("a.nii", raw.data), durations: [10, 30])
    #expect(mean.values == [2 * (1 * 0.25 + 4 * 0.75) + 1, 2 * (3 * 0.25 + 9 * 0.75) + 1])
  }
}
