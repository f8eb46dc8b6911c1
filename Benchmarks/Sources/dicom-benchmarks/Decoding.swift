import DICOM
import DICOMPixels
import Foundation

/// Decoding and encoding frames.
enum Decoding {
  /// Code streams, their transfer syntax and what they are to become.
  struct Frames: Sendable {
    var syntax: TransferSyntax
    var description: FrameDescription
    var streams: [[UInt8]]
  }

  /// Every frame of every file, one after another in this process.
  static func decode(_ files: [String], by codecs: any FrameCoding = InProcessCodecs()) async throws -> Benchmarks.Work
  {
    let images = try files.map(frames)
    return {
      var count = 0
      for image in images {
        for stream in image.streams {
          _ = try await codecs.decode(stream, in: image.syntax, as: image.description)
          count += 1
        }
      }
      return count
    }
  }

  /// Every frame of every file, as many at once as there are processors, each in a process of its own.
  static func workers(_ files: [String]) async throws -> Benchmarks.Work {
    let pool = pool(ProcessInfo.processInfo.activeProcessorCount)
    let images = try files.map(frames)
    return {
      try await withThrowingTaskGroup(of: Void.self) { group in
        for image in images {
          for stream in image.streams {
            group.addTask { _ = try await pool.decode(stream, in: image.syntax, as: image.description) }
          }
        }
        try await group.waitForAll()
      }
      return images.reduce(0) { $0 + $1.streams.count }
    }
  }

  /// Every frame of every file, one after another, in one worker.
  static func oneWorker(_ files: [String]) async throws -> Benchmarks.Work {
    try await decode(files, by: pool(1))
  }

  /// RLE is ours to the last byte: every frame encoded in this process.
  static func encodeRLE(_ files: [String]) async throws -> Benchmarks.Work {
    let images = try files.map { path in
      let image = try frames(path)
      return (
        image.description,
        try image.streams.map { try FrameCodecs.codec(for: image.syntax).decode($0, as: image.description) }
      )
    }
    return {
      for (_, frames) in images {
        for frame in frames {
          _ = try FrameCodecs.codec(for: .rleLossless).encode(
            frame.samples, of: frame.description, options: CompressionOptions())
        }
      }
      return images.reduce(0) { $0 + $1.1.count }
    }
  }

  private static func pool(_ size: Int) -> CodecWorkerPool {
    CodecWorkerPool(arguments: [Benchmarks.workerArgument], size: size)
  }

  static func frames(_ path: String) throws -> Frames {
    let file = try Data(contentsOf: URL(fileURLWithPath: path))
    let header = try Header(contentsOf: path)
    guard let location = header.pixelData else { throw Missing.pixelData }
    let index = try FrameIndex(header: header.dataSet, location: location, transferSyntax: header.transferSyntax)
    let streams = (0..<index.count).map { frame in
      index.ranges(frame: frame).flatMap { Array(file[Int($0.lowerBound)..<Int($0.upperBound)]) }
    }
    return Frames(
      syntax: header.transferSyntax, description: try FrameDescription(header: header.dataSet), streams: streams)
  }
}
