extension RenderedImage {
  /// The image scaled to the largest size that fits the viewport, its aspect ratio kept: areas are averaged when it
  /// shrinks, neighbours interpolated when it grows. Sides beyond `Viewport.maximumSide` are taken as that.
  public func fitted(to viewport: RenderOptions.Viewport) -> RenderedImage {
    let fitted = viewport.fitting(width: Double(width), height: Double(height))
    return scaled(width: fitted.width, height: fitted.height)
  }

  /// The image resampled to a size, each axis by itself.
  func scaled(width newWidth: Int, height newHeight: Int) -> RenderedImage {
    guard newWidth != width || newHeight != height else { return self }
    let across = ResamplingAxis(from: width, to: newWidth)
    let down = ResamplingAxis(from: height, to: newHeight)
    let components = colorModel.components
    let scaled = [UInt8](unsafeUninitializedCapacity: newWidth * newHeight * components) { output, initialized in
      var line = [Float](repeating: 0, count: width * components)
      pixels.withUnsafeBufferPointer { pixels in
        line.withUnsafeMutableBufferPointer { line in
          for row in 0..<newHeight {
            down.accumulate(pixels, row: row, into: line)
            across.distribute(line, components: components, to: output, at: row * newWidth * components)
          }
        }
      }
      initialized = newWidth * newHeight * components
    }
    return RenderedImage(width: newWidth, height: newHeight, colorModel: colorModel, pixels: scaled)
  }
}

/// Which source samples make up each target sample along one axis, and with which weights; the weights of a target
/// sample add up to 1.
struct ResamplingAxis {
  /// First source sample, and first of its weights, by target sample; one more than there are target samples.
  private var firstSource: [Int] = []
  private var firstWeight: [Int] = [0]
  private var weights: [Float] = []

  init(from source: Int, to target: Int) {
    for index in 0..<target {
      if target < source {
        addArea(from: Double(index) * Double(source) / Double(target), span: Double(source) / Double(target), source)
      } else {
        addPoint(at: (Double(index) + 0.5) * Double(source) / Double(target) - 0.5, source)
      }
      firstWeight.append(weights.count)
    }
  }

  /// Weights proportional to what lies of each source sample in a span.
  private mutating func addArea(from start: Double, span: Double, _ source: Int) {
    let end = start + span
    let first = min(Int(start), source - 1)
    let last = min(max(Int(end.rounded(.up)) - 1, first), source - 1)
    firstSource.append(first)
    for sample in first...last {
      let overlap = min(end, Double(sample + 1)) - max(start, Double(sample))
      weights.append(Float(max(overlap, 0) / span))
    }
  }

  /// Weights of the two source samples about a position.
  private mutating func addPoint(at position: Double, _ source: Int) {
    let clamped = min(max(position, 0), Double(source - 1))
    let first = min(Int(clamped), max(source - 2, 0))
    firstSource.append(first)
    let fraction = Float(clamped - Double(first))
    weights.append(1 - fraction)
    if source > 1 { weights.append(fraction) }
  }

  /// Adds up the weighted source rows of one target row.
  func accumulate(
    _ pixels: UnsafeBufferPointer<UInt8>, row: Int, into line: UnsafeMutableBufferPointer<Float>
  ) {
    line.update(repeating: 0)
    for tap in firstWeight[row]..<firstWeight[row + 1] {
      let weight = weights[tap]
      let start = (firstSource[row] + tap - firstWeight[row]) * line.count
      for index in 0..<line.count {
        line[index] += Float(pixels[start &+ index]) * weight
      }
    }
  }

  /// Resamples one row of interleaved components and writes it as bytes.
  func distribute(
    _ line: UnsafeMutableBufferPointer<Float>, components: Int, to output: UnsafeMutableBufferPointer<UInt8>,
    at start: Int
  ) {
    weights.withUnsafeBufferPointer { weights in
      var position = start
      for target in firstSource.indices {
        let taps = firstWeight[target]..<firstWeight[target + 1]
        let first = firstSource[target] &* components
        for component in 0..<components {
          var sum: Float = 0.5
          var source = first &+ component
          for tap in taps {
            sum += line[source] * weights[tap]
            source &+= components
          }
          output[position] = UInt8(min(max(sum, 0), 255))
          position &+= 1
        }
      }
    }
  }
}
