import DICOM
import DICOMObjects
import DICOMPixels

extension ObjectText {
  static func presentation(_ state: PresentationState) -> [String] {
    func line(_ fields: String...) -> String { fields.joined(separator: "\t") }
    var lines = [line("state", state.label, state.description)]
    lines += state.series.map { line("series", $0.seriesUID.rawValue, images($0.images)) }
    switch state.modality {
    case .table(let values, let type)?: lines.append(line("modality", table(values), type))
    case .rescale(let slope, let intercept, let type)?:
      lines.append(line("modality", numbers([slope, intercept]), type))
    case nil: break
    }
    for item in state.voi {
      switch item.rule {
      case .table(let values): lines.append(line("voi", table(values), images(item.images)))
      case .window(let center, let width, _, let function):
        lines.append(line("voi", numbers([center, width]), function ?? "", images(item.images)))
      }
    }
    switch state.presentation {
    case .identity: lines.append(line("presentation", "IDENTITY"))
    case .inverse: lines.append(line("presentation", "INVERSE"))
    case .table(let values): lines.append(line("presentation", table(values)))
    }
    for selection in state.displayedAreas {
      let area = selection.area
      let (mode, ratio): (String, String) =
        switch area.size {
        case .scaleToFit: ("SCALE TO FIT", "")
        case .trueSize: ("TRUE SIZE", "")
        case .magnify(let ratio): ("MAGNIFY", number(ratio))
        }
      lines.append(
        line(
          "area", numbers(area.topLeft.map { Double($0) }), numbers(area.bottomRight.map { Double($0) }), mode, ratio,
          images(selection.images)))
    }
    lines += state.annotations.flatMap(annotation)
    if state.rotationDegrees != 0 || state.isFlippedHorizontally {
      lines.append(line("turn", "\(state.rotationDegrees)", state.isFlippedHorizontally ? "Y" : "N"))
    }
    if let shutter = state.shutter { lines.append(self.shutter(shutter)) }
    return lines
  }

  private static func annotation(_ annotation: GraphicAnnotation) -> [String] {
    func points(_ points: [GraphicAnnotation.Point]) -> String {
      numbers(points.flatMap { [Double($0.column), Double($0.row)] })
    }
    return ["annotation\t\(annotation.layer)\t\(images(annotation.images))"]
      + annotation.texts.map { text in
        "text\t\(text.value)\t\(points(text.box.map { [$0.topLeft, $0.bottomRight] } ?? []))\t"
          + points(text.anchor.map { [$0.point] } ?? [])
      }
      + annotation.graphics.map { graphic in
        "graphic\t\(graphic.type.rawValue)\t\(graphic.units.rawValue)\t\(points(graphic.points))\t"
          + (graphic.isFilled ? "Y" : "N")
      }
  }

  private static func shutter(_ shutter: DisplayShutter) -> String {
    var (names, center, vertices): ([String], String, String) = ([], "", "")
    for shape in shutter.shapes {
      switch shape {
      case .rectangular: names.append("RECTANGULAR")
      case .circular(let row, let column, _):
        names.append("CIRCULAR")
        center = numbers([Double(row), Double(column)])
      case .polygonal(let values):
        names.append("POLYGONAL")
        vertices = numbers(values.map { Double($0) })
      case .bitmap: names.append("BITMAP")
      }
    }
    return "shutter\t\(names.joined(separator: " "))\t\(center)\t\(vertices)"
  }

  private static func table(_ table: LookupTable) -> String {
    "\(table.firstMapped) \(table.bits) \(digest(table.entries))"
  }
}
