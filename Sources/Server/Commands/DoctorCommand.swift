import ArgumentParser
import Foundation
import Synchronization

struct DoctorCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "doctor", abstract: "Find out what is wrong between this machine and a DICOM node.",
    discussion: """
      Connection, AE titles, services, transfer syntaxes, PDU lengths, queries, character sets, clocks: each with what to do
      about it. Only questions are asked; nothing is stored and no patient is named. Exit status 1 when something is broken.
      """)

  @OptionGroup var output: JSONOption
  @OptionGroup var options: PeerOptions

  func run() async throws {
    let found = Mutex<[Diagnosis]>([])
    let json = output.json
    let day = DateFormatter()
    day.locale = Locale(identifier: "en_US_POSIX")
    day.dateFormat = "yyyyMMdd"
    let dayAfterTomorrow = day.string(from: Date(timeIntervalSinceNow: 2 * 24 * 3600))
    try await Doctor(options: options, dayAfterTomorrow: dayAfterTomorrow, now: Int(Date().timeIntervalSince1970)) {
      diagnosis in
      found.withLock { $0.append(diagnosis) }
      if !json { Output.line(diagnosis.line(colours: StandardOutput.hasColours)) }
    }.examine()
    let all = found.withLock { $0 }
    if json { try Output.json(all) }
    if all.contains(where: { $0.severity == .error }) { throw ExitCode(1) }
  }
}
