import DICOM
import DIMSE
import NIOCore

/// Examines the way to an application entity from the connection to the texts of its answers. Nothing is sent but
/// questions, and nothing of a patient is told.
struct Doctor: Sendable {
  /// Matches whose texts are looked at.
  static let textsExamined = 50

  let options: PeerOptions
  /// A day later than any study can be of, wherever on earth it was made, as DA.
  let dayAfterTomorrow: String
  /// Seconds since 1970.
  let now: Int
  let report: @Sendable (Diagnosis) -> Void

  func examine() async throws {
    guard try await examineAssociation() else { return }
    try await examineContexts()
    try await examineQuery()
  }

  // MARK: Association

  /// - Returns: whether it is worth to go on.
  private func examineAssociation() async throws -> Bool {
    let clock = ContinuousClock()
    let began = clock.now
    let association: ClientAssociation
    let configuration = try options.configuration([(.verification, PeerSyntaxes.native.map(\.uid))])
    do {
      association = try await DIMSEClient.connect(configuration)
    } catch {
      if error is CancellationError { throw error }
      try await explain(error)
      return false
    }
    let negotiated = clock.now - began
    examineSecurity(association.security)
    tell(
      .good, "association",
      "accepted in \(milliseconds(negotiated)), as \(options.calling.title) to \(options.peer.title)")
    let information = association.acceptance.userInformation
    if let name = information.implementationVersionName ?? information.implementationClassUID?.rawValue {
      tell(.note, "association", "the peer is \(name.printable)")
    }
    examineLengths(information)
    do {
      let asked = clock.now
      let status = try await association.cEcho()
      try await association.release()
      if status == .success {
        tell(.good, "echo", "answered in \(milliseconds(clock.now - asked))")
      } else {
        tell(.error, "echo", "answered with \(status)")
      }
    } catch {
      association.abort()
      tell(.warning, "echo", "not answered (\(reason(error)))")
    }
    return true
  }

  private func explain(_ error: any Error) async throws {
    let words = reason(error)
    switch error {
    case AssociationError.connectionClosed, AssociationError.aborted, AssociationError.abortedByPeer,
      AssociationError.transportNotSecure(TransportFailure(.closedDuringHandshake)):
      let timeout = Duration.seconds(min(options.timeout, 5))
      switch await ForeignPort.examine(options.peer, calling: options.calling.title, timeout: timeout) {
      case .tls? where !options.transport.tls:
        tell(
          .error, "connection", "this port speaks TLS and was spoken to without",
          remedy: "use --tls here and TLS for whoever calls the peer, or its port without TLS")
      case .dicom? where options.transport.tls:
        tell(
          .error, "connection", "this port speaks DICOM without TLS and was spoken to with it",
          remedy: "leave --tls out, or ask for the peer's port with TLS (2762 is the registered one)")
      case .http?:
        tell(.error, "connection", "this is a web server", remedy: "ask for the port of its DICOM service")
      case .tls?, .dicom?, nil:
        tell(.error, options.transport.tls ? "security" : "association", words)
      }
    case AssociationError.transportNotSecure(let failure):
      tell(.good, "connection", "something that speaks TLS listens there")
      tell(.error, "security", failure.description, remedy: PeerFailure.remedy(failure))
    case AssociationError.rejected:
      tell(.good, "connection", "something that speaks DICOM listens there")
      tell(.error, "association", words)
    default:
      tell(.error, "connection", words)
    }
  }

  private func examineSecurity(_ security: SecureConnection?) {
    guard let security else { return }
    guard let certificate = security.peerCertificate else {
      return tell(.good, "security", security.version.rawValue)
    }
    let days = (certificate.notAfter - now) / 86_400
    tell(
      days < LiveSecurity.daysOfWarning ? .warning : .good, "security",
      "\(security.version.rawValue), the certificate of \(certificate.subject), which ends on "
        + CertificateSummary.day(certificate.notAfter),
      remedy: days < LiveSecurity.daysOfWarning ? "have it renewed in time" : nil)
    tell(.note, "security", "its SHA-256 is \(certificate.fingerprint)")
  }

  private func examineLengths(_ information: UserInformation) {
    guard let length = information.maximumLength else {
      tell(.warning, "lengths", "the peer does not say how long PDUs may be", remedy: "16 KiB is assumed")
      return
    }
    switch length {
    case 0: tell(.good, "lengths", "PDUs of any length are taken")
    case ..<16384:
      tell(
        .warning, "lengths", "the peer takes PDUs of \(length) bytes only",
        remedy: "raise its maximum PDU length to 64 KiB or more: images travel in many small pieces")
    default: tell(.good, "lengths", "PDUs of \(length) bytes are taken")
    }
  }

  // MARK: Presentation contexts

  private func examineContexts() async throws {
    let proposals = DoctorContexts.classes.flatMap { sopClass in
      DoctorContexts.syntaxes.map { (abstractSyntax: sopClass.uid, transferSyntaxes: [$0.uid]) }
    }
    let association: ClientAssociation
    do {
      association = try await DIMSEClient.connect(try options.configuration(proposals))
      try await association.release()
    } catch {
      if error is CancellationError { throw error }
      tell(.warning, "contexts", "an association for storage is not to be had (\(reason(error)))")
      return
    }
    let taken = Dictionary(grouping: DoctorContexts.classes) { sopClass in
      DoctorContexts.syntaxes.filter { association.presentationContext(for: sopClass.uid, in: [$0]) != nil }
    }
    for (syntaxes, classes) in taken.sorted(by: { $0.key.count > $1.key.count }) {
      let names = classes.map(\.name).joined(separator: ", ")
      if syntaxes.isEmpty {
        tell(taken.count == 1 ? .warning : .note, "contexts", "not taken: \(names)")
        continue
      }
      let isUncompressed = syntaxes.allSatisfy { !$0.isEncapsulated }
      tell(
        isUncompressed ? .note : .good, "contexts",
        "\(names) as " + syntaxes.map(TransferSyntaxName.short).joined(separator: ", "),
        remedy: isUncompressed ? "what is stored compressed is sent decoded" : nil)
    }
  }

  // MARK: Queries

  private func examineQuery() async throws {
    let sopClass = QueryOptions.Model.study.sopClass(.find)
    let association: ClientAssociation
    do {
      association = try await DIMSEClient.connect(
        try options.configuration([(sopClass, PeerSyntaxes.native.map(\.uid))]))
    } catch {
      if error is CancellationError { throw error }
      tell(.note, "query", "no queries (\(reason(error)))")
      return
    }
    do {
      guard let context = association.presentationContext(for: sopClass) else {
        tell(.note, "query", "the peer takes no queries")
        try await association.release()
        return
      }
      let texts = try await matches(["PatientName", "StudyDescription"], over: association, context)
      tell(.good, "query", "studies are found, \(texts.count == Self.textsExamined ? "at least " : "")\(texts.count)")
      examineTexts(texts)
      let future = try await matches(["StudyDate=\(dayAfterTomorrow)-"], over: association, context)
      if future.isEmpty {
        tell(.good, "clock", "no study is dated in the future")
      } else {
        tell(
          .warning, "clock", "\(future.count) studies are dated after tomorrow",
          remedy: "compare the clocks of the peer, of the modalities and of this machine (NTP)")
      }
      try await association.release()
    } catch {
      association.abort()
      if error is CancellationError { throw error }
      tell(.warning, "query", "a query failed (\(reason(error)))")
    }
  }

  private func matches(
    _ keys: [String], over association: ClientAssociation, _ context: PresentationContext
  ) async throws -> [DataSet] {
    let keys = try QueryKeys(keys, level: "STUDY")
    let identifier = ByteBuffer(bytes: try DataSetWriter.encode(keys.dataSet, in: context.transferSyntax))
    let responses = try await association.cFind(
      QueryCommand(sopClass: context.abstractSyntax), in: context, identifier: identifier)
    var found: [DataSet] = []
    var status = DIMSEStatus.success
    for try await response in responses {
      status = response.status
      guard let bytes = response.identifier, found.count < Self.textsExamined else { continue }
      found.append(try Part10.readDataSet(Array(bytes.readableBytesView), in: context.transferSyntax))
      if found.count == Self.textsExamined { try await association.cancel(responses) }
    }
    guard status == .success || status.category == .cancel else {
      throw CommandFailure("it ended with \(status)")
    }
    return found
  }

  private func examineTexts(_ matches: [DataSet]) {
    let declared = Set(matches.map { $0.string(.specificCharacterSet) ?? "none" })
    let damaged = matches.filter { !$0.characterSetFindings.isEmpty }.count
    if damaged > 0 {
      tell(
        .warning, "text", "\(damaged) of \(matches.count) answers have bytes that their character set does not allow",
        remedy:
          "declared: \(declared.sorted().joined(separator: ", ")); set the peer's or the modality's to the one it uses")
    } else if !matches.isEmpty {
      tell(.good, "text", "character sets: \(declared.sorted().joined(separator: ", "))".printable)
    }
  }

  // MARK: Words

  private func tell(_ severity: Diagnosis.Severity, _ subject: String, _ finding: String, remedy: String? = nil) {
    report(Diagnosis(severity, subject, finding, remedy: remedy))
  }

  private func reason(_ error: any Error) -> String {
    let words = "\(PeerFailure.failure(error, options.peer, calling: options.calling.title))"
    let prefix = "\(options.peer): "
    return words.hasPrefix(prefix) ? String(words.dropFirst(prefix.count)) : words
  }

  private func milliseconds(_ duration: Duration) -> String {
    "\((duration / .milliseconds(1) * 10).rounded() / 10) ms"
  }
}

/// What a node is asked whether it takes it: the classes and syntaxes that matter most, each pair a context of its own.
enum DoctorContexts {
  static let classes: [(name: String, uid: UID)] = [
    ("CT", .ctImageStorage), ("MR", .mrImageStorage), ("X-ray", .digitalXRayImageStorageForPresentation),
    ("ultrasound", .ultrasoundMultiFrameImageStorage), ("secondary capture", .secondaryCaptureImageStorage),
    ("enhanced CT", .enhancedCTImageStorage), ("enhanced MR", .enhancedMRImageStorage),
    ("segmentation", .segmentationStorage), ("report", .comprehensiveSRStorage),
    ("dose report", .xRayRadiationDoseSRStorage), ("PDF", .encapsulatedPDFStorage),
    ("presentation state", .grayscaleSoftcopyPresentationStateStorage),
  ]
  static let syntaxes: [TransferSyntax] = [
    .explicitVRLittleEndian, .implicitVRLittleEndian, .jpegBaseline, .jpegLosslessSV1, .jpegLSLossless,
    .jpeg2000Lossless, .rleLossless, .htj2kLosslessRPCL, .jpegXLLossless, .deflatedExplicitVRLittleEndian,
  ]
}
