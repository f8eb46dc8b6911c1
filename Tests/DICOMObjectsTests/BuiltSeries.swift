import DICOM
import DICOMObjects
import Testing

/// Series of CT slices built for the tests, each image with its defect.
enum BuiltSeries {
  /// Oblique directions, so that no axis is special.
  static let row = SIMD3(0.96, 0.28, 0)
  static let column = SIMD3(-0.28 * 0.8, 0.96 * 0.8, 0.6)
  static let normal = SIMD3(
    row.y * column.z - row.z * column.y, row.z * column.x - row.x * column.z, row.x * column.y - row.y * column.x)
  static let origin = SIMD3(-120.5, 33.25, 700)

  static func slice(
    _ number: Int, at position: SIMD3<Double>, row: SIMD3<Double> = row, column: SIMD3<Double> = column,
    spacing: [Double] = [0.5, 0.75], series: UID = Identities.sourceSeries, change: (inout DataSet) -> Void = { _ in }
  ) -> DataSet {
    var slice = DataSet()
    slice.set(.sopClassUID, UID.ctImageStorage)
    slice.set(.sopInstanceUID, UID("2.25.330.\(number)"))
    slice.set(.studyInstanceUID, Identities.study)
    slice.set(.seriesInstanceUID, series)
    slice.set(.frameOfReferenceUID, Identities.frameOfReference)
    slice.set(.instanceNumber, .is, number)
    slice.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    slice.set(.rows, .us, 4)
    slice.set(.columns, .us, 6)
    slice.set(.imagePositionPatient, .ds, doubles: [position.x, position.y, position.z])
    slice.set(.imageOrientationPatient, .ds, doubles: [row.x, row.y, row.z, column.x, column.y, column.z])
    slice.set(.pixelSpacing, .ds, doubles: spacing)
    slice.set(.sliceThickness, .ds, doubles: [2])
    change(&slice)
    return slice
  }

  /// Slices two millimetres apart along the normal.
  static func slices(_ count: Int, shift: SIMD3<Double> = .zero) -> [DataSet] {
    (0..<count).map { slice($0 + 1, at: origin + shift + normal * Double(2 * $0)) }
  }

  /// A defect: what is done to ten good slices, and what must be said.
  struct Defect: Sendable {
    let name: String
    let images: @Sendable () -> [DataSet]
    /// Number of planes of each volume, and whether it has an affine.
    let volumes: [(planes: Int, isRegular: Bool)]
    let isSaid: @Sendable (GeometryFinding) -> Bool

    static let table: [Defect] = [
      Defect(
        name: "a gap", images: { remove(slices(10), 5) }, volumes: [(9, false)],
        isSaid: { if case .gap(let plane, 1) = $0 { plane.sopInstanceUID == "2.25.330.5" } else { false } }),
      Defect(
        name: "a slice out of step", images: { replace(slices(10), 4, at: origin + normal * 8.7) },
        volumes: [(10, false)],
        isSaid: {
          if case .irregularSpacing(let least, let most) = $0 {
            abs(least - 1.3) < 0.01 && abs(most - 2.7) < 0.01
          } else {
            false
          }
        }),
      Defect(
        name: "a slice twice", images: { slices(10) + [slice(77, at: origin + normal * 6)] }, volumes: [(10, true)],
        isSaid: {
          $0 == .duplicate(.init("2.25.330.77"), of: .init("2.25.330.4"))
        }),
      Defect(
        name: "a slice moved within its plane",
        images: { slices(10) + [slice(77, at: origin + normal * 6 + row * 5)] }, volumes: [(10, true)],
        isSaid: {
          if case .displaced(let plane, let offset) = $0 {
            plane.sopInstanceUID == "2.25.330.77" && abs(offset - 5) < 1e-6
          } else {
            false
          }
        }),
      Defect(
        name: "a tilted gantry",
        images: { (0..<10).map { slice($0 + 1, at: origin + (normal * 2 + column * 0.535898385) * Double($0)) } },
        volumes: [(10, true)],
        isSaid: { if case .gantryTilt(let degrees) = $0 { abs(degrees - 15) < 0.01 } else { false } }),
      Defect(
        name: "slices on a bent line",
        images: { (0..<10).map { slice($0 + 1, at: origin + normal * Double(2 * $0) + row * Double($0 * $0) * 0.05) } },
        volumes: [(10, false)], isSaid: { if case .notStraight = $0 { true } else { false } }),
      Defect(
        name: "two phases by trigger time",
        images: {
          slices(10).enumerated().flatMap { index, one in
            [100.0, 400].enumerated().map { phase, time in
              with(one) {
                $0.set(.sopInstanceUID, UID("2.25.331.\(index).\(phase + 1)"))
                $0.set(.triggerTime, .ds, doubles: [time + Double(index) / 10])
              }
            }
          }
        }, volumes: [(10, true), (10, true)], isSaid: { $0 == .severalVolumes(by: [.triggerTime], count: 2) }),
      Defect(
        name: "two echoes in two kinds of image",
        images: {
          slices(10).enumerated().flatMap { index, one in
            (0..<4).map { kind in
              with(one) {
                $0.set(.sopInstanceUID, UID("2.25.331.\(index).\(kind + 1)"))
                $0.set(.echoTime, .ds, doubles: [kind % 2 == 0 ? 4.9 : 7.4])
                $0.set(.imageType, .cs, "ORIGINAL", "PRIMARY", kind < 2 ? "M" : "P")
              }
            }
          }
        }, volumes: Array(repeating: (10, true), count: 4),
        isSaid: { $0 == .severalVolumes(by: [.echoTime, .imageType], count: 4) }),
      Defect(
        name: "an echo that lacks a slice",
        images: {
          remove(
            slices(10).enumerated().flatMap { index, one in
              (1...2).map { echo in
                with(one) {
                  $0.set(.sopInstanceUID, UID("2.25.331.\(index).\(echo)"))
                  $0.set(.echoNumbers, .is, echo)
                }
              }
            }, 7)
        }, volumes: [(10, true), (9, false)], isSaid: { $0 == .severalVolumes(by: [.echoNumber], count: 2) }),
      Defect(
        name: "a localizer",
        images: {
          slices(10) + [
            slice(77, at: origin, row: column, column: normal) {
              $0.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "LOCALIZER")
            }
          ]
        }, volumes: [(10, true)], isSaid: { $0 == .localizer(.init("2.25.330.77")) }),
      Defect(
        name: "an image of another orientation",
        images: { slices(10) + [slice(77, at: origin, row: column, column: normal)] },
        volumes: [(10, true), (1, true)], isSaid: { $0 == .severalOrientations(count: 2) }),
      Defect(
        name: "an image of other pixels", images: { slices(10) + [slice(77, at: origin, spacing: [1, 1])] },
        volumes: [(10, true), (1, true)], isSaid: { $0 == .severalMatrices(count: 2) }),
      Defect(
        name: "images of another series", images: { slices(10) + [slice(77, at: origin, series: "2.25.999")] },
        volumes: [(10, true), (1, true)], isSaid: { $0 == .severalSeries(count: 2) }),
      Defect(
        name: "another frame of reference",
        images: { slices(10) + [slice(77, at: origin) { $0.set(.frameOfReferenceUID, UID("2.25.998")) }] },
        volumes: [(10, true), (1, true)], isSaid: { $0 == .severalFramesOfReference(count: 2) }),
      Defect(
        name: "a frame of reference for each image",
        images: {
          slices(10).enumerated().map { index, one in
            with(one) { $0.set(.frameOfReferenceUID, UID("2.25.997.\(index)")) }
          }
        }, volumes: [(10, true)], isSaid: { $0 == .frameOfReferenceForEachImage(count: 10) }),
      Defect(
        name: "an image without position",
        images: { slices(10) + [slice(77, at: origin) { $0[.imagePositionPatient] = nil }] }, volumes: [(10, true)],
        isSaid: { $0 == .noPosition(.init("2.25.330.77")) }),
      Defect(
        name: "directions that are none",
        images: { slices(10) + [slice(77, at: origin, row: [1, 1, 0])] }, volumes: [(10, true)],
        isSaid: { $0 == .invalidOrientation(.init("2.25.330.77")) }),
      Defect(
        name: "a spacing that is not so",
        images: { slices(10).map { with($0) { $0.set(.spacingBetweenSlices, .ds, doubles: [5]) } } },
        volumes: [(10, true)],
        isSaid: {
          if case .declaredSpacingDiffers(5, let measured) = $0 { abs(measured - 2) < 1e-9 } else { false }
        }),
      Defect(
        name: "one slice only", images: { slices(1) }, volumes: [(1, true)],
        isSaid: { $0 == .singlePlane(.init("2.25.330.1")) }),
    ]
  }

  private static func remove(_ slices: [DataSet], _ index: Int) -> [DataSet] {
    var slices = slices
    slices.remove(at: index)
    return slices
  }

  private static func replace(_ slices: [DataSet], _ index: Int, at position: SIMD3<Double>) -> [DataSet] {
    var slices = slices
    slices[index] = slice(index + 1, at: position)
    return slices
  }

  static func with(_ dataSet: DataSet, _ change: (inout DataSet) -> Void) -> DataSet {
    var copy = dataSet
    change(&copy)
    return copy
  }

  /// The slices as frames of one enhanced CT (PS3.3 §C.7.6.16).
  static func enhanced(_ slices: [DataSet]) -> DataSet {
    func group(_ sequence: Tag, _ values: DataSet) -> DataSet {
      var group = DataSet()
      group.set(sequence, items: [values])
      return group
    }
    func only(_ dataSet: DataSet, _ tags: [Tag]) -> DataSet { DataSet(dataSet.filter { tags.contains($0.tag) }) }
    var result = slices[0]
    result.set(.sopClassUID, UID.enhancedCTImageStorage)
    result.set(.numberOfFrames, .is, slices.count)
    result.set(
      .perFrameFunctionalGroupsSequence,
      items: slices.map { group(.planePositionSequence, only($0, [.imagePositionPatient])) })
    var shared = group(.planeOrientationSequence, only(slices[0], [.imageOrientationPatient]))
    shared.set(.pixelMeasuresSequence, items: [only(slices[0], [.pixelSpacing, .sliceThickness])])
    result.set(.sharedFunctionalGroupsSequence, items: [shared])
    for tag in [Tag.imagePositionPatient, .imageOrientationPatient, .pixelSpacing] { result[tag] = nil }
    return result
  }
}

extension BuiltSeries.Defect: CustomTestStringConvertible {
  var testDescription: String { name }
}
