import ArgumentParser
import Glibc

/// The one program: a server and its tools.
@main
struct Isocenter: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "isocenter",
    abstract: "Receives medical images, keeps them safe, finds them and gives them back.",
    discussion: """
      Start a server:         isocenter serve --data DIR
      Send it images:         storescu -aec ISOCENTER 127.0.0.1 11112 FILE …
      Put files into it:      isocenter import --data DIR FOLDER ZIP DICOMDIR …
      Take everything out:    isocenter export --data DIR TARGET
      Look into a file:       isocenter dump FILE, validate FILE, diff FILE FILE
      Compress a file:        isocenter transcode --to jpeg2000 FILE NEW
      Look at a file:         isocenter render FILE PICTURE.png
      Speak to a DICOM node:  isocenter echo|send|find|move|get|worklist|commit TITLE@HOST:PORT …
      Fill the worklist:      isocenter import-worklist --data DIR FOLDER

      Exit status: 0 done, 1 findings or failure, 2 wrong use.
      """,
    version: ProductVersion.text,
    subcommands: [
      ServeCommand.self, ImportCommand.self, ExportCommand.self, VerifyCommand.self, RebuildCatalogCommand.self,
      ReloadCommand.self, ConformanceCommand.self,
      TokenCommand.self, NodeCommand.self, AuditCommand.self, DemoCommand.self,
      DumpCommand.self, ValidateCommand.self, DiffCommand.self,
      TranscodeCommand.self, RenderCommand.self, CodecWorkerCommand.self,
      EchoCommand.self, DoctorCommand.self, SendCommand.self, FindCommand.self, MoveCommand.self, GetCommand.self,
      CommitCommand.self, TraceCommand.self, ReplayCommand.self,
      WorklistCommand.self, ImportWorklistCommand.self, PerformedStepCommand.self,
    ])

  static func main() async {
    do {
      var command = try parseAsRoot()
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      end(for: error)
    }
  }

  /// Ends the process with the status that scripts rely on: 2 for wrong use, 1 for a failure.
  private static func end(for error: any Error) -> Never {
    let code = exitCode(for: error)
    let message = fullMessage(for: error)
    if code == .success {
      Output.line(message)
      Glibc.exit(0)
    }
    if !message.isEmpty { Terminal.say(message) }
    // A configuration that cannot be read or meant is as wrong a use as an option that is none.
    Glibc.exit(code == .validationFailure || error is ConfigurationError ? 2 : 1)
  }
}
