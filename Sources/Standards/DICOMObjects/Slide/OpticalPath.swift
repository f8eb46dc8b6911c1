import DICOM

/// How light went through a slide (PS3.3 §C.8.12.5).
public struct OpticalPath: Hashable, Sendable {
  /// Optical Path Identifier (0048,0106), unique within the image.
  public var identifier: String
  public var description: String
  /// CID 8123, such as brightfield.
  public var illumination: CodedConcept
  /// CID 8122, such as full spectrum; needed where there is no wavelength.
  public var color: CodedConcept?
  public var waveLengthNanometres: Double?
  /// ICC profile of the colours; needed in colour.
  public var profile: [UInt8]

  public init(
    identifier: String = "1", description: String = "", illumination: CodedConcept = .brightfieldIllumination,
    color: CodedConcept? = .fullSpectrum, waveLengthNanometres: Double? = nil, profile: [UInt8] = []
  ) {
    self.identifier = identifier
    self.description = description
    self.illumination = illumination
    self.color = color
    self.waveLengthNanometres = waveLengthNanometres
    self.profile = profile
  }
}

extension OpticalPath: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    identifier = try item.requiredString(.opticalPathIdentifier)
    description = item.string(.opticalPathDescription) ?? ""
    illumination = try item.concept(.illuminationTypeCodeSequence) ?? .brightfieldIllumination
    color = try item.concept(.illuminationColorCodeSequence)
    waveLengthNanometres = item.double(.illuminationWaveLength)
    profile = item.contains(.iccProfile) ? try item.bytes(.iccProfile) : []
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    guard color != nil || waveLengthNanometres != nil else {
      throw writer.error(.missingAttribute, .illuminationColorCodeSequence, "a colour or a wavelength")
    }
    try writer.put(.opticalPathIdentifier, text: identifier)
    try writer.put(.opticalPathDescription, ifAny: description)
    try writer.put(.illuminationTypeCodeSequence, item: illumination)
    try writer.put(.illuminationColorCodeSequence, ifAny: color)
    try writer.put(.illuminationWaveLength, .fl, ifAny: waveLengthNanometres.map { [$0] })
    if !profile.isEmpty { writer.put(.iccProfile, .ob, bytes: profile) }
  }
}

extension CodedConcept {
  /// CID 8123.
  public static let brightfieldIllumination = CodedConcept("111744", "DCM", "Brightfield illumination")
  /// CID 8122.
  public static let fullSpectrum = CodedConcept("414298005", "SCT", "Full Spectrum")
}
