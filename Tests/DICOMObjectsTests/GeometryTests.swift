import DICOM
import DICOMObjects
import Foundation
import Testing

@Suite("A series of images")
struct GeometryTests {
  private static func isClose(_ left: SIMD3<Double>, _ right: SIMD3<Double>, within: Double = 1e-6) -> Bool {
    let difference = left - right
    return (difference * difference).sum().squareRoot() < within
  }

  @Test("becomes one volume whose affine gives every pixel its place")
  func volume() throws {
    let slices = BuiltSeries.slices(10)
    let geometry = try SeriesGeometry(images: slices)
    #expect(geometry.findings.isEmpty)
    let volume = try #require(geometry.volumes.first)
    #expect(geometry.volumes.count == 1 && volume.planes.count == 10 && volume.findings.isEmpty)
    let affine = try #require(volume.affine)
    #expect(Self.isClose(affine.origin, BuiltSeries.origin))
    #expect(Self.isClose(affine.columnStep, BuiltSeries.row * 0.75))
    #expect(Self.isClose(affine.rowStep, BuiltSeries.column * 0.5))
    #expect(Self.isClose(affine.sliceStep, BuiltSeries.normal * 2))
    #expect(abs(affine.determinant - 0.75) < 1e-6)
    let position = affine.position(column: 5, row: 3, slice: 9)
    #expect(
      Self.isClose(
        position, BuiltSeries.origin + BuiltSeries.row * 3.75 + BuiltSeries.column * 1.5 + BuiltSeries.normal * 18))
    #expect(Self.isClose(try #require(affine.indices(of: position)), [5, 3, 9]))
  }

  @Test("says its defects", arguments: BuiltSeries.Defect.table)
  func defects(_ defect: BuiltSeries.Defect) throws {
    let geometry = try SeriesGeometry(images: defect.images())
    let said = geometry.findings + geometry.volumes.flatMap(\.findings)
    #expect(said.contains(where: defect.isSaid), "\(said)")
    #expect(geometry.volumes.map(\.planes.count) == defect.volumes.map(\.planes))
    #expect(geometry.volumes.map(\.isRegular) == defect.volumes.map(\.isRegular))
    #expect(!(try SeriesGeometry(images: BuiltSeries.slices(10))).findings.contains(where: defect.isSaid))
  }

  @Test("is the same in whatever order its images come", arguments: BuiltSeries.Defect.table)
  func permutation(_ defect: BuiltSeries.Defect) throws {
    var random = Seeded(seed: FuzzSeed.chosen)
    let images = defect.images()
    let geometry = try SeriesGeometry(images: images)
    for _ in 0..<10 {
      #expect(try SeriesGeometry(images: images.shuffled(using: &random)) == geometry)
    }
  }

  @Test("is a shifted volume when it is shifted", arguments: BuiltSeries.Defect.table)
  func translation(_ defect: BuiltSeries.Defect) throws {
    let shift = SIMD3(12.5, -7.25, 101)
    let moved = defect.images().map { image in
      BuiltSeries.with(image) {
        let place = $0.doubles(.imagePositionPatient)
        guard place.count == 3 else { return }
        $0.set(.imagePositionPatient, .ds, doubles: [place[0] + shift.x, place[1] + shift.y, place[2] + shift.z])
      }
    }
    let one = try SeriesGeometry(images: defect.images())
    let other = try SeriesGeometry(images: moved)
    #expect(one.volumes.map { $0.planes.map(\.identity) } == other.volumes.map { $0.planes.map(\.identity) })
    for (left, right) in zip(one.volumes, other.volumes) {
      guard let before = left.affine, let after = right.affine else {
        #expect(left.affine == nil && right.affine == nil)
        continue
      }
      #expect(Self.isClose(before.origin + shift, after.origin) && Self.isClose(before.sliceStep, after.sliceStep))
    }
  }

  @Test("is the same as frames of one enhanced image")
  func frames() throws {
    let slices = BuiltSeries.slices(10)
    let single = try #require(try SeriesGeometry(images: slices).volumes.first)
    let geometry = try SeriesGeometry(images: [BuiltSeries.enhanced(slices)])
    #expect(geometry.findings.isEmpty)
    #expect(geometry.volumes.first?.affine == single.affine)
    #expect(geometry.volumes.first?.planes.map(\.identity.frameNumber) == (1...10).map { $0 })
  }

  @Test("of frames without functional groups has no place")
  func oldMultiFrame() throws {
    let image = BuiltSeries.with(BuiltSeries.slices(1)[0]) { $0.set(.numberOfFrames, .is, 5) }
    let geometry = try SeriesGeometry(images: [image])
    #expect(geometry.volumes.isEmpty && geometry.findings == [.noPosition(.init("2.25.330.1"))])
  }

  @Test("with more orientations than the limit is refused, not compared forever")
  func bounds() throws {
    let planes = try ImagePlane.planes(of: BuiltSeries.slices(1)[0]).planes
    let many = (0...SeriesGeometry.maximumKinds).map { number in
      var plane = planes[0]
      plane.rows = number + 1
      return plane
    }
    let error = #expect(throws: ObjectError.self) { try SeriesGeometry(planes: many) }
    #expect(error?.code == .limitExceeded)
  }
}

@Suite("The sample series", .enabled(if: Samples.arePresent && Oracle.hasPython))
struct SampleGeometryTests {
  /// Folders of images that belong together, without the broken and the purposely mixed.
  static let folders = [
    "ct_series_lidc", "mr_study_prisma", "enhanced", "pet", "priors_ny_sbu", "kos_real/C3N-00953", "seg_small",
    "seg_liver_ct", "xdsi_studies", "mr_small", "rt_breast",
  ]

  @Test("have the affines numpy and highdicom give")
  func affines() throws {
    let folder = try #require(Samples.folder)
    var images: [UID: [(file: String, header: DataSet)]] = [:]
    for row in Samples.dicom {
      guard row["pydicom_read"] == "ok", let file = row["file"],
        Self.folders.contains(where: { file.hasPrefix("dicom/\($0)/") }), let header = Samples.header(file),
        let series = header.uid(.seriesInstanceUID), header.uid(.sopClassUID) != .segmentationStorage,
        header.uid(.sopClassUID)?.rawValue != "1.2.840.10008.5.1.4.1.1.66.7", header.contains(.rows)
      else { continue }
      images[series, default: []].append((file, header))
    }
    var regular: [UID: Volume] = [:]
    for (series, members) in images {
      let geometry = try SeriesGeometry(images: members.map(\.header))
      let isWhole = geometry.findings.allSatisfy {
        if case .frameOfReferenceForEachImage = $0 { true } else { false }
      }
      if isWhole, geometry.volumes.count == 1, geometry.volumes[0].planes.count > 1 {
        regular[series] = geometry.volumes[0]
      } else if members.count > 1 {
        print(
          "\(members[0].file) ×\(members.count): \(geometry.findings.prefix(3)), \(geometry.volumes.map(\.planes.count))"
        )
      }
    }
    let files = regular.keys.sorted().flatMap { images[$0] ?? [] }.map { "\(folder)/\($0.file)" }
    var series: UID = ""
    var compared = 0
    for line in try Oracle.ask(["affine"] + files) {
      let fields = line.split(separator: "\t").map(String.init)
      if fields[0] == "series" {
        series = UID(fields[1])
        continue
      }
      let volume = try #require(regular[series])
      if fields[1] == "irregular" {
        print("\(series): highdicom says irregular; we say \(volume.findings)")
        #expect(volume.findings.contains { if case .singlePlane = $0 { false } else { true } }, "\(series)")
        continue
      }
      guard let affine = volume.affine else {
        #expect(fields[0] == "numpy", "highdicom finds \(series) regular; we say \(volume.findings)")
        continue
      }
      #expect(Int(fields[1]) == volume.planes.count)
      let theirs = fields[2].split(separator: " ").compactMap { Double($0) }
      let ours = [affine.origin, affine.columnStep, affine.rowStep, affine.sliceStep].flatMap { [$0.x, $0.y, $0.z] }
      #expect(zip(ours, theirs).allSatisfy { abs($0 - $1) < 2e-3 }, "\(fields[0]) \(series): \(ours) \(theirs)")
      compared += 1
    }
    print("\(compared) affines compared")
    #expect(compared >= 8)
  }
}
