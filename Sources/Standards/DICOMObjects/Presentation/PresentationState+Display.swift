public import DICOM
public import DICOMPixels

extension PresentationState {
  /// What the state says of one frame; nil when it is for other images.
  ///
  /// Where several items of a sequence name the frame, the first one holds.
  ///
  /// - Parameters:
  ///   - instanceUID: the image's SOP Instance UID.
  ///   - frame: its number, from 1.
  public func display(of instanceUID: UID, frame: Int = 1) -> Presentation? {
    let images = series.flatMap(\.images)
    guard images.contains(where: { $0.names(instanceUID, frame) }) else { return nil }
    func isMeant(_ named: [ImageReference]) -> Bool {
      named.isEmpty || named.contains { $0.names(instanceUID, frame) }
    }
    let annotated = Dictionary(grouping: annotations.filter { isMeant($0.images) }, by: \.layer)
    let shown = Dictionary(grouping: overlays.filter { $0.layer != nil }, by: { $0.layer ?? "" })
    // What stands in a layer that the state does not describe is drawn above all others rather than left out.
    let described = layers.sorted { $0.order < $1.order }
    let names = described.map(\.name)
    let others = Set(annotated.keys).union(shown.keys).subtracting(names).sorted()
    let all = described + others.map { GraphicLayer($0, order: Int.max) }
    return Presentation(
      modality: modality?.display, voi: voi.first { isMeant($0.images) }?.rule.display, lut: presentation,
      pseudoColor: pseudoColor,
      shutter: shutter, planes: overlays.compactMap(\.plane),
      layers: all.map { layer in
        Presentation.Layer(
          tone: layer.tone ?? .white, overlays: shown[layer.name, default: []].map(\.group),
          graphics: annotated[layer.name, default: []].flatMap(\.graphics),
          texts: annotated[layer.name, default: []].flatMap(\.texts))
      },
      area: displayedAreas.first { isMeant($0.images) }?.area, isFlippedHorizontally: isFlippedHorizontally,
      rotationDegrees: rotationDegrees)
  }
}

extension ImageReference {
  /// Whether a frame is one of those referenced.
  fileprivate func names(_ instanceUID: UID, _ frame: Int) -> Bool {
    instance.sopInstanceUID == instanceUID && (frames.isEmpty || frames.contains(frame))
  }
}

extension PresentationState.ModalityTransform {
  fileprivate var display: ModalityLUT {
    switch self {
    case .rescale(let slope, let intercept, _): .rescale(slope: slope, intercept: intercept)
    case .table(let table, _): .table(table)
    }
  }
}

extension PresentationState.VOITransform.Rule {
  /// Nil for a window that has no width.
  fileprivate var display: Presentation.VOI? {
    switch self {
    case .window(let center, let width, _, let function):
      guard width > 0 else { return nil }
      return .window(Window(center: center, width: width, function: function.flatMap(Window.Function.init) ?? .linear))
    case .table(let table): return .table(table)
    }
  }
}
