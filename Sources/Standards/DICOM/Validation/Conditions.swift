/// The conditions of types 1C and 2C that the data set itself decides (PS3.3 Annex C): those that look at the IOD or at several
/// attributes here, those of one item in `ConditionRule`.
///
/// Most conditions of the standard ask for what no data set tells, whether a body part is paired or contrast was given;
/// those have no entry, and absence is then no finding.
struct Conditions {
  /// The IOD, whose modules some conditions ask for.
  let iod: IODDefinition
  let sopClass: UID?

  /// Whether the attribute must be there, in an item or data set; nil when the data set does not tell.
  func requires(_ tag: Tag, in item: DataSet, module: String) -> Bool? {
    switch tag {
    // §C.7.6.3 Image Pixel.
    case .planarConfiguration:
      return item.int(.samplesPerPixel).map { $0 > 1 }
    case .pixelData where module == "image-pixel":
      return !item.contains(.pixelDataProviderURL) && !item.contains(.floatPixelData)
        && !item.contains(.doubleFloatPixelData)
    case .redPaletteColorLookupTableDescriptor, .greenPaletteColorLookupTableDescriptor,
      .bluePaletteColorLookupTableDescriptor:
      return module == "image-pixel" ? item.string(.photometricInterpretation) == "PALETTE COLOR" : nil
    case .redPaletteColorLookupTableData:
      return needsPalette(item, module, unless: .segmentedRedPaletteColorLookupTableData)
    case .greenPaletteColorLookupTableData:
      return needsPalette(item, module, unless: .segmentedGreenPaletteColorLookupTableData)
    case .bluePaletteColorLookupTableData:
      return needsPalette(item, module, unless: .segmentedBluePaletteColorLookupTableData)
    // §C.11.1, §C.11.2: lookup tables and their linear forms.
    case .windowWidth: return item.contains(.windowCenter)
    case .rescaleSlope where module == "modality-lut": return item.contains(.rescaleIntercept)
    // §C.7.6.1 General Image.
    case .lossyImageCompressionRatio: return item.string(.lossyImageCompression) == "01"
    case .patientOrientation where module == "general-image": return !hasGeometry
    // §C.7.1.1 Patient.
    case .deidentificationMethod:
      return item.string(.patientIdentityRemoved) == "YES" && !item.contains(.deidentificationMethodCodeSequence)
    case .deidentificationMethodCodeSequence:
      return item.string(.patientIdentityRemoved) == "YES" && !item.contains(.deidentificationMethod)
    // §C.8.3.1 MR Image.
    case .repetitionTime where module == "mr-image":
      return !item.strings(.scanningSequence).contains("EP") || item.strings(.sequenceVariant).contains("SK")
    // §C.7.3.1 General Series.
    case .patientPosition where module == "general-series":
      return Conditions.positioned.contains(sopClass ?? "") && !item.contains(.patientOrientationCodeSequence)
    // §8.8 Code Sequence Macro.
    case .codeValue: return !item.contains(.longCodeValue) && !item.contains(.urnCodeValue)
    case .codingSchemeDesignator: return item.contains(.codeValue) || item.contains(.longCodeValue)
    // §10.14 HL7v2 Hierarchic Designator.
    case .universalEntityIDType: return item.contains(.universalEntityID)
    // §C.17.2, §C.17.3 SR documents.
    case .verifyingObserverSequence: return item.string(.verificationFlag) == "VERIFIED"
    default:
      if let includes = includes(tag, in: item) { return includes }
      // A converted image says of its acquisition what the single images said.
      let isConverted = iod.name.hasPrefix("legacy-converted")
      return isConverted ? nil : ConditionRule.requires(tag, in: item, module: module)
    }
  }

  /// Whether the value type of a content item brings the attribute with it (§C.17.3.2); nil when it is no such item.
  func includes(_ tag: Tag, in item: DataSet) -> Bool? {
    Conditions.contentItems[tag].flatMap { types in
      item.string(.valueType).map { types.contains($0) }
    }
  }

  /// Whether the IOD says in space where an image lies, so that its rows need no orientation by words.
  private var hasGeometry: Bool {
    iod.modules.contains { module in
      module.usage == .mandatory
        && (module.name == "image-plane" || module.name == "nm-detector" || module.name.hasSuffix("functional-groups")
          || module.name.contains("slide"))
    }
  }

  private func needsPalette(_ item: DataSet, _ module: String, unless segmented: Tag) -> Bool? {
    switch module {
    case "image-pixel": item.string(.photometricInterpretation) == "PALETTE COLOR" && !item.contains(segmented)
    case "palette-color-lookup-table": !item.contains(segmented)
    default: nil
    }
  }

  /// SOP classes of which Patient Position (0018,5100) is asked.
  private static let positioned: Set<UID> = [
    .ctImageStorage, .mrImageStorage, .enhancedCTImageStorage, .enhancedMRImageStorage, .enhancedMRColorImageStorage,
    .mrSpectroscopyStorage,
  ]

  /// Attributes of a content item and the value types that have them (§C.17.3.2).
  private static let contentItems: [Tag: Set<String>] = [
    .textValue: ["TEXT"], .conceptCodeSequence: ["CODE"], .measuredValueSequence: ["NUM"], .dateTime: ["DATETIME"],
    .date: ["DATE"], .time: ["TIME"], .personName: ["PNAME"], .uid: ["UIDREF"], .continuityOfContent: ["CONTAINER"],
    .referencedSOPSequence: ["IMAGE", "COMPOSITE", "WAVEFORM"], .graphicData: ["SCOORD", "SCOORD3D"],
    .graphicType: ["SCOORD", "SCOORD3D"], .temporalRangeType: ["TCOORD"], .tabulatedValuesSequence: ["TABLE"],
    .referencedFrameOfReferenceUID: ["SCOORD3D"],
  ]
}
