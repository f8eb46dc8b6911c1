import DICOM
import Foundation

/// Reading files: what an index wants of them, all of them, and their metadata.
enum Reading {
  /// The values an index of patients, studies, series and instances is made of.
  private static let texts: [Tag] = [
    .patientName, .patientID, .patientBirthDate, .patientSex, .studyInstanceUID, .studyDate, .studyTime, .studyID,
    .accessionNumber, .referringPhysicianName, .studyDescription, .seriesInstanceUID, .modality, .seriesDescription,
    .bodyPartExamined, .sopInstanceUID, .sopClassUID, .stationName, .institutionName,
  ]
  private static let numbers: [Tag] = [
    .seriesNumber, .instanceNumber, .rows, .columns, .bitsAllocated, .numberOfFrames,
  ]

  /// From a path to the values that an index needs.
  static func header(_ files: [String]) -> Benchmarks.Work {
    {
      var found = 0
      for file in files {
        let dataSet = try Header(contentsOf: file).dataSet
        for tag in texts where dataSet.string(tag) != nil { found += 1 }
        for tag in numbers where dataSet.int(tag) != nil { found += 1 }
      }
      guard found > 0 else { throw Missing.values }
      return files.count
    }
  }

  /// From a path to a data set with every value held, pixel data included.
  static func whole(_ files: [String]) -> Benchmarks.Work {
    {
      for file in files {
        guard try Part10File(contentsOf: file).dataSet[.pixelData]?.bytes?.isEmpty == false else {
          throw Missing.pixelData
        }
      }
      return files.count
    }
  }

  /// From bytes in memory to a data set with every value held, pixel data included.
  static func held(_ files: [String]) throws -> Benchmarks.Work {
    let files = try files.map { [UInt8](try Data(contentsOf: URL(fileURLWithPath: $0))) }
    return {
      for file in files {
        guard try Part10File(reading: file).dataSet[.pixelData]?.bytes?.isEmpty == false else {
          throw Missing.pixelData
        }
      }
      return files.count
    }
  }

  /// From a path to DICOM JSON without bulk data.
  static func json(_ files: [String]) -> Benchmarks.Work {
    {
      var length = 0
      for file in files {
        length += DICOMJSON.encode(try Header(contentsOf: file).dataSet) { _ in "bulk" }.count
      }
      guard length > 0 else { throw Missing.values }
      return files.count
    }
  }
}

enum Missing: Error {
  case values, pixelData
}
