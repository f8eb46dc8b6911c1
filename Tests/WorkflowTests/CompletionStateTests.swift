import ArchiveCore
import Testing
import Workflow

/// What happens to a study in the tables below; times are seconds.
enum Step: Hashable, Sendable {
  case arrive(Int64, quiet: Int64 = 60)
  case imported(Int64, quiet: Int64 = 60)
  case deliveryEnded(Int64, remaining: Int64)
  case complete(Int64, instances: Int)
}

extension Instant {
  static func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }
}

struct CompletionCase: Sendable, CustomTestStringConvertible {
  var testDescription: String
  var steps: [Step]
  var state: StudyCompletion.State
  var revision: Int
  var deadline: Int64?
  var isClinical = true
}

@Suite("The completion of a study")
struct CompletionStateTests {
  static let study = StudyUID("1.2.3")
  static let north = SiteID("north")

  @Test(
    "follows from arrivals, deadlines and signals",
    arguments: [
      CompletionCase(
        testDescription: "an arrival starts the wait", steps: [.arrive(0)], state: .receiving, revision: 0, deadline: 60
      ),
      CompletionCase(
        testDescription: "each arrival moves it", steps: [.arrive(0), .arrive(50)], state: .receiving, revision: 0,
        deadline: 110),
      CompletionCase(
        testDescription: "the slowest source decides", steps: [.arrive(0, quiet: 60), .arrive(10, quiet: 20)],
        state: .receiving, revision: 0, deadline: 60),
      CompletionCase(
        testDescription: "a delivery's end shortens the wait", steps: [.arrive(0), .deliveryEnded(5, remaining: 10)],
        state: .receiving, revision: 0, deadline: 15),
      CompletionCase(
        testDescription: "a delivery's end never lengthens it", steps: [.arrive(0), .deliveryEnded(55, remaining: 10)],
        state: .receiving, revision: 0, deadline: 60),
      CompletionCase(
        testDescription: "a delivery's end decides nothing", steps: [.arrive(0), .deliveryEnded(5, remaining: 0)],
        state: .receiving, revision: 0, deadline: 5),
      CompletionCase(
        testDescription: "a passed deadline completes it", steps: [.arrive(0), .complete(60, instances: 1)],
        state: .complete, revision: 1, deadline: nil),
      CompletionCase(
        testDescription: "completing twice is once",
        steps: [.arrive(0), .complete(60, instances: 1), .complete(61, instances: 1)], state: .complete, revision: 1,
        deadline: nil),
      CompletionCase(
        testDescription: "a late instance opens it again",
        steps: [.arrive(0), .complete(60, instances: 1), .arrive(100)],
        state: .receiving, revision: 1, deadline: 160),
      CompletionCase(
        testDescription: "and leads to a higher revision",
        steps: [.arrive(0), .complete(60, instances: 1), .arrive(100), .complete(160, instances: 2)], state: .complete,
        revision: 2, deadline: nil),
      CompletionCase(
        testDescription: "a signal needs no deadline", steps: [.complete(3, instances: 1)], state: .complete,
        revision: 1,
        deadline: nil, isClinical: false),
      CompletionCase(
        testDescription: "an import is not clinical", steps: [.imported(0), .complete(60, instances: 1)],
        state: .complete, revision: 1, deadline: nil, isClinical: false),
      CompletionCase(
        testDescription: "an examination with an imported part is", steps: [.imported(0), .arrive(1)],
        state: .receiving, revision: 0, deadline: 61),
      CompletionCase(
        testDescription: "an import after an examination is not",
        steps: [.arrive(0), .complete(60, instances: 1), .imported(100)], state: .receiving, revision: 1, deadline: 160,
        isClinical: false),
      CompletionCase(
        testDescription: "a delivery's end after completion is late",
        steps: [.arrive(0), .complete(60, instances: 1), .deliveryEnded(70, remaining: 0)], state: .complete,
        revision: 1, deadline: nil),
    ])
  func table(row: CompletionCase) throws {
    var completion = StudyCompletion(try #require(Self.study))
    for step in row.steps {
      switch step {
      case .arrive(let at, let quiet):
        completion.arrive(at: .at(at), from: "CT1", of: Self.north, isClinical: true, quiet: .seconds(quiet))
      case .imported(let at, let quiet):
        completion.arrive(at: .at(at), from: "admin", of: Self.north, isClinical: false, quiet: .seconds(quiet))
      case .deliveryEnded(let at, let remaining):
        completion.deliveryEnded(at: .at(at), remaining: .seconds(remaining))
      case .complete(let at, let instances):
        completion.complete(at: .at(at), instances: instances)
      }
    }
    #expect(completion.state == row.state)
    #expect(completion.revision == row.revision)
    #expect(completion.deadline == row.deadline.map(Instant.at))
    #expect(completion.isClinical == row.isClinical)
    #expect((completion.deadline == nil) == (completion.state == .complete))
  }

  @Test("never goes back and completes at most once between two arrivals", arguments: 1...40 as ClosedRange<UInt64>)
  func laws(seed: UInt64) throws {
    var random = SplitMix(seed: seed)
    var completion = StudyCompletion(try #require(Self.study))
    var moment: Int64 = 0
    var last = 0
    var arrivedSince = false
    for _ in 0..<200 {
      moment += Int64.random(in: 0...40, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0, 1:
        let quiet = Int64.random(in: 1...90, using: &random)
        completion.arrive(at: .at(moment), from: "A", of: Self.north, isClinical: true, quiet: .seconds(quiet))
        #expect(try #require(completion.deadline) >= .at(moment + quiet))
        arrivedSince = true
      case 2:
        let before = completion.revision
        completion.deliveryEnded(at: .at(moment), remaining: .seconds(5))
        #expect(completion.revision == before)
      default:
        guard completion.isDue(at: .at(moment)) else { continue }
        completion.complete(at: .at(moment), instances: 1)
        #expect(arrivedSince)
        arrivedSince = false
        #expect(completion.revision == last + 1)
      }
      #expect(completion.revision >= last)
      last = completion.revision
    }
  }
}

/// A small generator with a seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var value = state
    value = (value ^ (value >> 30)) &* 0xBF58_476D_1CE4_E5B9
    value = (value ^ (value >> 27)) &* 0x94D0_49BB_1331_11EB
    return value ^ (value >> 31)
  }
}
