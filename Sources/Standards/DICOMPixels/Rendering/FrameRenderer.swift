public import DICOM

/// Renders frames for display: the grayscale pipeline of PS3.4 §N.2 without presentation state, palettes and colour
/// spaces, scaled to a viewport.
///
/// What is shown is what the image itself asks for. Overlays, shutters, supplemental palettes and ICC profiles are not
/// applied.
public enum FrameRenderer {
  /// Renders a native frame.
  ///
  /// - Parameters:
  ///   - header: the data set without its pixel data; lookup tables must have been read with it.
  ///   - frame: the bytes of one frame as stored, beginning with the byte its first bit is in
  ///     (`ImageDescription.nativeExtent(frameNumber:)`), or with the big-endian word; bytes beyond the frame are ignored.
  ///   - frameNumber: the frame's number, from 1.
  ///   - byteOrder: the one of the transfer syntax.
  ///   - options: window, region, viewport and quality asked for; quality only matters when encoding.
  /// - Throws: `PixelError`.
  public static func render(
    header: DataSet, frame: UnsafeRawBufferPointer, frameNumber: Int, byteOrder: ByteOrder = .littleEndian,
    options: RenderOptions = RenderOptions()
  ) throws(PixelError) -> RenderedImage {
    try render(
      header: header, description: ImageDescription(header: header), frame: frame, frameNumber: frameNumber,
      byteOrder: byteOrder, options: options)
  }

  /// Renders a native frame held in an array.
  ///
  /// - Throws: `PixelError`.
  public static func render(
    header: DataSet, frame: [UInt8], frameNumber: Int, byteOrder: ByteOrder = .littleEndian,
    options: RenderOptions = RenderOptions()
  ) throws(PixelError) -> RenderedImage {
    try frame.withUnsafeBufferPointer { bytes throws(PixelError) in
      try render(
        header: header, frame: UnsafeRawBufferPointer(bytes), frameNumber: frameNumber, byteOrder: byteOrder,
        options: options)
    }
  }

  /// Renders a frame that is encoded otherwise than its header says, such as a decompressed one: `description` is how
  /// the bytes are, `header` what they mean.
  ///
  /// - Throws: `PixelError`.
  public static func render(
    header: DataSet, description: ImageDescription, frame: UnsafeRawBufferPointer, frameNumber: Int,
    byteOrder: ByteOrder = .littleEndian, options: RenderOptions = RenderOptions()
  ) throws(PixelError) -> RenderedImage {
    try options.check()
    let unit = byteOrder == .littleEndian ? 1 : description.swapUnit(pixelData: header[.pixelData]?.vr)
    guard unit > 1 else {
      return try renderLittleEndian(header, description, frame, frameNumber, options)
    }
    let swapped = try description.littleEndian(frame, swapping: unit, frameNumber: frameNumber)
    return try swapped.withUnsafeBufferPointer { bytes throws(PixelError) in
      try renderLittleEndian(header, description, UnsafeRawBufferPointer(bytes), frameNumber, options)
    }
  }

  private static func renderLittleEndian(
    _ header: DataSet, _ description: ImageDescription, _ frame: UnsafeRawBufferPointer, _ frameNumber: Int,
    _ options: RenderOptions
  ) throws(PixelError) -> RenderedImage {
    let samples: [UInt8]
    let colorModel: RenderedImage.ColorModel
    switch description.photometricInterpretation {
    case .monochrome1, .monochrome2:
      samples = try StoredSamples(frame, description, frameNumber: frameNumber)
        .renderGray(header: header, frameNumber: frameNumber, window: options.window)
      colorModel = .gray
    case .paletteColor:
      samples = try StoredSamples(frame, description, frameNumber: frameNumber).renderPalette(header: header)
      colorModel = .rgb
    case .rgb, .ybrFull, .ybrFull422:
      samples = try ColorFrame(frame, description, frameNumber: frameNumber).renderRGB()
      colorModel = .rgb
    }
    let whole = RenderedImage(
      width: description.columns, height: description.rows, colorModel: colorModel, pixels: samples)
    let image = try options.region.map { region throws(PixelError) in try whole.region(region) } ?? whole
    return options.viewport.map(image.fitted(to:)) ?? image
  }
}
