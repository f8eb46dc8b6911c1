import ArchiveCore
import DICOM
import Foundation
import Testing

/// Keys of a date and a time, a study's, and whether they match with and without being combined.
struct MomentCase: Sendable, CustomTestStringConvertible {
  var date: String
  var time: String
  var value: (date: String, time: String)
  var apart: Bool
  var combined: Bool
  init(_ date: String, _ time: String, _ value: (String, String), apart: Bool, combined: Bool) {
    self.date = date
    self.time = time
    self.value = value
    self.apart = apart
    self.combined = combined
  }
  var testDescription: String { "\(date) \(time) against \(value.date) \(value.time)" }
}

@Suite("A date and a time")
struct DateAndTimeTests {
  static let cases: [MomentCase] = [
    // The example of PS3.4 §C.2.2.2.5.1: from the first at ten to the third at six.
    .init("20060705-20060707", "1000-1800", ("20060706", "2300"), apart: false, combined: true),
    .init("20060705-20060707", "1000-1800", ("20060705", "0959"), apart: false, combined: false),
    .init("20060705-20060707", "1000-1800", ("20060705", "1000"), apart: true, combined: true),
    .init("20060705-20060707", "1000-1800", ("20060707", "180059.9"), apart: true, combined: true),
    .init("20060705-20060707", "1000-1800", ("20060707", "1801"), apart: false, combined: false),
    .init("20060705-", "1000-", ("20070101", "0500"), apart: false, combined: true),
    .init("-20060705", "-1000", ("20060704", "2300"), apart: false, combined: true),
    .init("-20060705", "-1000", ("20060705", "1001"), apart: false, combined: false),
    // Not the same form: two keys.
    .init("20060705-20060707", "1000-", ("20060706", "0900"), apart: false, combined: false),
    .init("20060705", "1000-1800", ("20060705", "1100"), apart: true, combined: true),
    .init("20060705", "1000-1800", ("20060706", "1100"), apart: false, combined: false),
    // Nothing known of the time is the first moment of the day.
    .init("20060705-20060707", "1000-1800", ("20060706", ""), apart: false, combined: true),
    .init("20060705-20060707", "1000-1800", ("20060705", ""), apart: false, combined: false),
    .init("20060705-20060707", "1000-1800", ("", "1100"), apart: false, combined: false),
    .init("garbage-20060707", "1000-1800", ("20060706", "1100"), apart: false, combined: false),
  ]

  @Test(
    "are one moment when that was agreed", arguments: cases,
    [(DICOM.Tag.studyDate, DICOM.Tag.studyTime), (.performedProcedureStepStartDate, .performedProcedureStepStartTime)])
  func combines(_ example: MomentCase, tags: (date: DICOM.Tag, time: DICOM.Tag)) {
    var dataSet = DataSet()
    dataSet.set(tags.date, .da, example.value.date)
    dataSet.set(tags.time, .tm, example.value.time)
    let keys = [
      MatchingKey.parse(tag: tags.time, vr: .tm, text: example.time),
      MatchingKey.parse(tag: tags.date, vr: .da, text: example.date),
    ]
    #expect(Matcher(keys).matches(dataSet) == example.apart)
    let combined = keys.understood(MatchingOptions(combinesDateAndTime: true))
    #expect(Matcher(combined).matches(dataSet) == example.combined)
  }

  /// Local date and time, its offset if it says one, the offset wanted, and what is answered.
  static let zones: [(String, String, String?, Int, String, String)] = [
    ("20240301", "1015", "+0100", 0, "20240301", "0915"),
    ("20240301", "0015", "+0100", 0, "20240229", "2315"),
    ("20241231", "233000.25", "-0500", 60, "20250101", "053000.25"),
    ("20230301", "00", "+0100", 0, "20230228", "23"),
    ("20240301", "10", "+0100", 330, "20240301", "1430"),
    // Berlin, in winter and in summer.
    ("20240301", "1015", nil, 0, "20240301", "0915"), ("20240701", "1015", nil, 0, "20240701", "0815"),
    ("20240701", "101530", nil, 120, "20240701", "101530"), ("20240301", "", nil, 0, "20240301", ""),
    ("00010101", "0000", "+1400", -720, "00010101", "2200"),
  ]

  @Test("are answered in the zone of whoever asks", arguments: zones)
  func moves(_ date: String, _ time: String, _ own: String?, _ wanted: Int, _ movedDate: String, _ movedTime: String)
    throws
  {
    var dataSet = DataSet()
    dataSet.set(.studyDate, .da, date)
    dataSet.set(.studyTime, .tm, time)
    dataSet.set(.patientBirthDate, .da, "19700101")
    dataSet.set(.patientBirthTime, .tm, "0030")
    dataSet.set(.acquisitionDateTime, .dt, date + (time.utf8.count < 2 ? "" : time))
    if let own { dataSet.set(.timezoneOffsetFromUTC, .sh, own) }
    let berlin = try #require(TimeZone(identifier: "Europe/Berlin"))
    let adjusted = TimeZoneAdjustment(offsetMinutes: wanted, local: berlin).adjusted(dataSet)
    #expect(adjusted.string(.studyDate) == movedDate)
    #expect(adjusted.string(.studyTime) ?? "" == movedTime)
    #expect(adjusted.string(.acquisitionDateTime) == movedDate + movedTime)
    #expect(adjusted.string(.patientBirthDate) == "19700101")
    #expect(adjusted.string(.patientBirthTime) == "0030")
    #expect(TimeZoneAdjustment.minutes(of: adjusted) == wanted)
  }

  @Test("go there and back unharmed, on every day of four centuries' turns")
  func returns() throws {
    let there = TimeZoneAdjustment(offsetMinutes: 765, local: .gmt)
    let back = TimeZoneAdjustment(offsetMinutes: 0, local: .gmt)
    for (first, count) in [(1_896_12_30, 1200), (1_999_12_25, 800), (2_100_02_20, 20)] as [(Int64, Int64)] {
      for step in 0..<count {
        let day = CalendarDay.number(first, plus: step)
        var dataSet = DataSet()
        dataSet.set(.studyDate, .da, String(day))
        dataSet.set(.studyTime, .tm, "1130")
        dataSet.set(.timezoneOffsetFromUTC, .sh, "+0000")
        let moved = there.adjusted(dataSet)
        #expect(moved.string(.studyDate) == String(CalendarDay.number(day, plus: 1)))
        #expect(back.adjusted(moved).string(.studyDate) == String(day))
      }
    }
  }
}
