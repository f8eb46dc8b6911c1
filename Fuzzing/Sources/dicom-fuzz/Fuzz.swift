import Glibc

/// libFuzzer's own command line; its options are the arguments. `FUZZ_TARGET` names what takes the inputs.
///
/// `dicom-fuzz seeds FOLDER` writes what a fuzzer of each target begins with.
@main
enum Fuzz {
  static let target: FuzzTarget = {
    guard let name = getenv("FUZZ_TARGET"), let target = FuzzTarget(rawValue: String(cString: name)) else {
      print("FUZZ_TARGET must be one of \(FuzzTarget.allCases.map(\.rawValue).joined(separator: ", "))")
      exit(2)
    }
    return target
  }()

  static func main() throws {
    if CommandLine.arguments.count == 3, CommandLine.arguments[1] == "seeds" {
      return try Seeds.write(to: CommandLine.arguments[2])
    }
    run()
  }

  private static func run() {
    var count = CommandLine.argc
    var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
    let status = withUnsafeMutablePointer(to: &count) { count in
      withUnsafeMutablePointer(to: &arguments) { runDriver(count, $0, take) }
    }
    exit(status)
  }
}

private func take(_ start: UnsafePointer<UInt8>, _ count: Int) -> Int32 {
  do { try Fuzz.target.take(Array(UnsafeBufferPointer(start: start, count: count))) } catch { fatalError("\(error)") }
  return 0
}

/// The driver of libFuzzer, for programs with a main of their own.
@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
  _ count: UnsafeMutablePointer<Int32>,
  _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
  _ take: @convention(c) (UnsafePointer<UInt8>, Int) -> Int32
) -> Int32
