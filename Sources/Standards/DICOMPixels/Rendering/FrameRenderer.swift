public import DICOM

/// Renders frames for display: the grayscale pipeline of PS3.4 §N.2, palettes, colour spaces and profiles, shutters,
/// overlays and graphics, scaled to a viewport.
///
/// What is shown is what the image itself asks for, or the presentation given.
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
    let pixels = try pixels(header, description, frame, frameNumber, options)
    let samples =
      description.samplesPerPixel == 1 ? try StoredSamples(frame, description, frameNumber: frameNumber) : nil
    let image = try covered(pixels, header, samples, frameNumber, options)
    let geometry = try DisplayGeometry(
      width: image.width, height: image.height, options: options,
      aspect: PixelAspect.of(header, frameNumber: frameNumber))
    let placed = try image.placed(geometry, isArea: options.region == nil)
    guard let layers = options.presentation?.layers,
      layers.contains(where: { !$0.graphics.isEmpty || !$0.texts.isEmpty })
    else {
      return placed
    }
    var canvas = Canvas(placed)
    var drawing = GraphicDrawing(geometry)
    for layer in layers { try drawing.draw(layer, on: &canvas) }
    return canvas.image
  }

  /// The image in its own pixels.
  private static func pixels(
    _ header: DataSet, _ description: ImageDescription, _ frame: UnsafeRawBufferPointer, _ frameNumber: Int,
    _ options: RenderOptions
  ) throws(PixelError) -> RenderedImage {
    let samples: [UInt8]
    let colorModel: RenderedImage.ColorModel
    switch description.photometricInterpretation {
    case .monochrome1, .monochrome2:
      let stored = try StoredSamples(frame, description, frameNumber: frameNumber)
      if let colors = options.presentation?.pseudoColor, colors.count == 3 {
        return try pseudoColored(colors, stored, header, frameNumber, options)
      }
      let gray = try stored.renderGray(header: header, frameNumber: frameNumber, options: options)
      let supplement = options.presentation == nil ? try SupplementalPalette(header, stored, frameNumber) : nil
      samples = supplement?.colored(gray, stored) ?? gray
      colorModel = supplement == nil ? .gray : .rgb
    case .paletteColor:
      samples = try StoredSamples(frame, description, frameNumber: frameNumber).renderPalette(header: header)
      colorModel = .rgb
    case .rgb, .ybrFull, .ybrFull422:
      samples = try ColorFrame(frame, description, frameNumber: frameNumber).renderRGB()
      colorModel = .rgb
    }
    let profile = colorModel == .rgb ? ColorProfile.of(header) : nil
    return RenderedImage(
      width: description.columns, height: description.rows, colorModel: colorModel,
      pixels: profile.map { ColorProfile.toSRGB(samples, from: $0) } ?? samples)
  }

  /// Grey in the colours of a palette: one pass of the grayscale pipeline for each.
  private static func pseudoColored(
    _ colors: [LookupTable], _ samples: StoredSamples, _ header: DataSet, _ frameNumber: Int, _ options: RenderOptions
  ) throws(PixelError) -> RenderedImage {
    var planes: [[UInt8]] = []
    for table in colors {
      var options = options
      options.presentation?.lut = .table(table)
      planes.append(try samples.renderGray(header: header, frameNumber: frameNumber, options: options))
    }
    let pixels = [UInt8](unsafeUninitializedCapacity: samples.count * 3) { rgb, initialized in
      for (component, plane) in planes.enumerated() {
        for index in plane.indices { rgb[index * 3 + component] = plane[index] }
      }
      initialized = samples.count * 3
    }
    return RenderedImage(
      width: samples.description.columns, height: samples.description.rows, colorModel: .rgb, pixels: pixels)
  }

  /// Shutter, then overlays: what is drawn on purpose is not hidden (PS3.4 §N.2.4).
  private static func covered(
    _ image: RenderedImage, _ header: DataSet, _ samples: StoredSamples?, _ frameNumber: Int, _ options: RenderOptions
  ) throws(PixelError) -> RenderedImage {
    let presentation = options.presentation
    let shutter = presentation.map(\.shutter) ?? DisplayShutter(header, frameNumber: frameNumber)
    let layers = presentation?.layers.filter { !$0.overlays.isEmpty } ?? []
    let isDrawn = presentation == nil ? options.showsOverlays : !layers.isEmpty
    guard shutter != nil || isDrawn else { return image }
    let planes = (presentation?.planes ?? []) + OverlayPlane.readable(header)
    var canvas = Canvas(image)
    try shutter?.hide(&canvas, planes: planes)
    guard isDrawn else { return canvas.image }
    for layer in presentation == nil ? [Presentation.Layer(overlays: OverlayPlane.groups)] : layers {
      let color = layer.tone.bytes(canvas.colorModel)
      for group in layer.overlays {
        guard let plane = planes.first(where: { $0.group == group }) else { continue }
        canvas.draw(plane, frameNumber: frameNumber, color: color, samples: samples)
      }
    }
    return canvas.image
  }
}
