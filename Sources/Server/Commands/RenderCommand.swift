import ArgumentParser
import DICOM
import DICOMObjects
import DICOMPixels
import Foundation

struct RenderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "render", abstract: "Write a frame of a DICOM file as a PNG or JPEG picture.",
    discussion: """
      The picture's name says which: .png, .jpg or .jpeg. It shows what the image itself asks for, or what a \
      presentation state says of it. Pixels that are not square are \
      stretched until they are.
      """)

  @Option(name: .long, help: "The number of the frame, from 1.")
  var frame = 1
  @Option(
    name: .long,
    help: "The window: centre,width and, if wanted, linear, linear-exact or sigmoid. The image's own when left out.")
  var window: String?
  @Option(name: .long, help: "A grayscale or pseudo-color softcopy presentation state that the frame is shown by.")
  var presentationState: String?
  @Flag(name: .long, help: "Draw the image's overlay planes. A presentation state decides by itself.")
  var overlays = false
  @Flag(name: .long, help: "Keep pixels as they are stored, square or not.")
  var storedPixels = false
  @Option(name: .long, help: "The largest width and height: WxH. The picture fills it as far as its shape allows.")
  var size: String?
  @Flag(
    name: .long, help: "Put the profile of sRGB into the picture; colours of another profile become sRGB in any case.")
  var embedProfile = false
  @Option(name: .long, help: "JPEG: 1 (smallest) to 100 (best).")
  var quality = RenderOptions.defaultQuality
  @Argument(help: "The DICOM file.")
  var input: String
  @Argument(help: "The picture to write.")
  var output: String

  func validate() throws {
    _ = try options()
    guard ["png", "jpg", "jpeg"].contains(kind) else {
      throw ValidationError("\(output) ends neither in .png nor in .jpg")
    }
  }

  private var kind: String { URL(fileURLWithPath: output).pathExtension.lowercased() }

  private func options() throws -> RenderOptions {
    var options = RenderOptions(showsOverlays: overlays, keepsStoredPixels: storedPixels, quality: quality)
    if let window {
      let parts = window.split(separator: ",").map(String.init)
      let name = parts.count == 3 ? parts[2].uppercased().replacing("-", with: "_") : "LINEAR"
      guard parts.count == 2 || parts.count == 3, let center = Double(parts[0]), let width = Double(parts[1]),
        let function = Window.Function(rawValue: name)
      else { throw ValidationError("--window wants centre,width and, if wanted, linear, linear-exact or sigmoid") }
      options.window = Window(center: center, width: width, function: function)
    }
    if let size {
      let parts = size.split(separator: "x").compactMap { Int($0) }
      guard parts.count == 2 else { throw ValidationError("--size wants WxH") }
      options.viewport = RenderOptions.Viewport(width: parts[0], height: parts[1])
    }
    return options
  }

  func run() async throws {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: input)) else {
      throw CommandFailure("\(input) cannot be read")
    }
    let picture: [UInt8]
    do {
      var options = try options()
      options.presentation = try presentation(of: Array(data))
      let image = try await FileRenderer(codecs: CodecWorkerPool.ofThisProgram())
        .render(Array(data), frameNumber: frame, options: options)
      picture =
        kind == "png"
        ? try encodePNG(image, embedsProfile: embedProfile)
        : try encodeJPEG(image, quality: quality, embedsProfile: embedProfile)
    } catch let failure as CommandFailure {
      throw failure
    } catch {
      throw CommandFailure("\(input): \(error)")
    }
    do {
      try Data(picture).write(to: URL(fileURLWithPath: output), options: .atomic)
    } catch {
      throw CommandFailure("\(output) cannot be written")
    }
  }

  /// What the presentation state says of the frame.
  private func presentation(of image: [UInt8]) throws -> Presentation? {
    guard let path = presentationState else { return nil }
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)) else {
      throw CommandFailure("\(path) cannot be read")
    }
    let state: PresentationState
    do {
      state = try PresentationState(dataSet: Part10.read(Array(data)).dataSet)
    } catch {
      throw CommandFailure("\(path): \(error)")
    }
    guard let instanceUID = try Part10.read(image).dataSet.uid(.sopInstanceUID),
      let presentation = state.display(of: instanceUID, frame: frame)
    else { throw CommandFailure("\(path) is for other images or frames") }
    return presentation
  }
}
