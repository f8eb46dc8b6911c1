import DICOM

/// Renders frames of whole Part 10 files in memory, whatever their transfer syntax.
public struct FileRenderer: Sendable {
  private let codecs: any FrameCoding

  /// - Parameter codecs: who decodes frames.
  public init(codecs: any FrameCoding = InProcessCodecs()) {
    self.codecs = codecs
  }

  /// Renders a frame as the image itself asks for it.
  ///
  /// - Parameter frameNumber: from 1.
  /// - Throws: `DICOMError` when the file cannot be read, `PixelError` when the frame cannot be shown.
  public func render(
    _ file: [UInt8], frameNumber: Int = 1, options: RenderOptions = RenderOptions()
  ) async throws -> RenderedImage {
    let source = try TranscodingSource(file)
    guard (1...max(source.frameCount, 1)).contains(frameNumber), source.frameCount > 0 else {
      throw PixelError(.noSuchFrame, "frame \(frameNumber) of \(source.frameCount)")
    }
    guard source.syntax.isEncapsulated else { return try renderNative(source, frameNumber, options) }
    let decoded = try await codecs.decode(
      source.codeStream(frameNumber - 1), in: source.syntax, as: FrameDescription(header: source.dataSet))
    return try FrameRenderer.render(
      header: source.dataSet, decoded: decoded, frameNumber: frameNumber, options: options)
  }

  private func renderNative(
    _ source: TranscodingSource, _ frameNumber: Int, _ options: RenderOptions
  ) throws -> RenderedImage {
    let tags: [Tag] = [.pixelData, .floatPixelData, .doubleFloatPixelData]
    let bytes = tags.lazy.compactMap { source.dataSet[$0]?.bytes }.first ?? []
    let description = try ImageDescription(header: source.dataSet)
    let extent = try description.nativeExtent(frameNumber: frameNumber).bytes
    guard extent.upperBound <= bytes.count else {
      throw PixelError(.frameTooShort, "\(bytes.count) bytes end before frame \(frameNumber)")
    }
    // Values are held in little endian, whatever the file is in.
    return try FrameRenderer.render(
      header: source.dataSet, frame: Array(bytes[extent]), frameNumber: frameNumber, options: options)
  }
}
