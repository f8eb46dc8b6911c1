import DICOM

/// The scripts that names of the demo are written in, each with the character set it travels in (PS3.3 §C.12.1.1.2).
enum DemoScript: Int, CaseIterable, Sendable {
  case latin, japanese, greek, korean, cyrillic, arabic, chinese, unicode, hebrew, thai

  /// The values of Specific Character Set (0008,0005).
  var characterSet: [String] {
    switch self {
    case .latin: ["ISO_IR 100"]
    case .greek: ["ISO_IR 126"]
    case .japanese: ["", "ISO 2022 IR 87"]
    case .arabic: ["ISO_IR 127"]
    case .cyrillic: ["ISO_IR 144"]
    case .korean: ["", "ISO 2022 IR 149"]
    case .chinese: ["GB18030"]
    case .hebrew: ["ISO_IR 138"]
    case .thai: ["ISO_IR 166"]
    case .unicode: ["ISO_IR 192"]
    }
  }
}

/// Made-up names; any likeness is chance.
struct DemoNames {
  /// One component in up to three groups: alphabetic, ideographic, phonetic (PS3.5 §6.2.1).
  struct Part: Sendable {
    var groups: [String]
    init(_ groups: String...) { self.groups = groups }
  }

  let families: [Part]
  let women: [Part]
  let men: [Part]

  /// A name of a script, family and given name drawn independently.
  static func draw(_ script: DemoScript, isFemale: Bool, from random: inout DemoRandom) -> PersonName {
    let names = names(of: script)
    guard let family = random.pick(names.families), let given = random.pick(isFemale ? names.women : names.men) else {
      return PersonName()
    }
    // A group is written when both components have it.
    let groups = zip(family.groups, given.groups).map { "\($0)^\($1)" }
    return PersonName(dicom: groups.joined(separator: "="))
  }

  private static func names(of script: DemoScript) -> DemoNames {
    switch script {
    case .latin: latin
    case .greek: greek
    case .japanese: japanese
    case .arabic: arabic
    case .cyrillic: cyrillic
    case .korean: korean
    case .chinese: chinese
    case .hebrew: hebrew
    case .thai: thai
    case .unicode: unicode
    }
  }

  private static let latin = DemoNames(
    families: [Part("Lindström"), Part("Müller"), Part("Núñez"), Part("Lefèvre"), Part("Håkansson"), Part("Brandão")],
    women: [Part("Åsa"), Part("Zoë"), Part("Inès"), Part("Jytte"), Part("María José")],
    men: [Part("Jörg"), Part("Søren"), Part("René"), Part("Tomás"), Part("Anders")])

  private static let greek = DemoNames(
    families: [Part("Γεωργίου"), Part("Ιωάννου"), Part("Αντωνίου"), Part("Δημητρίου")],
    women: [Part("Ελένη"), Part("Μαρία"), Part("Κατερίνα")],
    men: [Part("Νίκος"), Part("Γιώργος"), Part("Παναγιώτης")])

  private static let japanese = DemoNames(
    families: [
      Part("Yamada", "山田", "やまだ"), Part("Suzuki", "鈴木", "すずき"), Part("Tanaka", "田中", "たなか"),
      Part("Kato", "加藤", "かとう"),
    ],
    women: [Part("Hanako", "花子", "はなこ"), Part("Akiko", "明子", "あきこ"), Part("Sakura", "桜", "さくら")],
    men: [Part("Tarou", "太郎", "たろう"), Part("Kenji", "健二", "けんじ"), Part("Hiroshi", "博", "ひろし")])

  private static let arabic = DemoNames(
    families: [Part("الحداد"), Part("النجار"), Part("الخطيب"), Part("القاسم")],
    women: [Part("فاطمة"), Part("ليلى"), Part("مريم")],
    men: [Part("أحمد"), Part("محمود"), Part("يوسف")])

  private static let cyrillic = DemoNames(
    families: [Part("Шевченко"), Part("Коваленко"), Part("Бондаренко"), Part("Ткаченко")],
    women: [Part("Оксана"), Part("Анна"), Part("Ирина")],
    men: [Part("Тарас"), Part("Иван"), Part("Михаил")])

  private static let korean = DemoNames(
    families: [Part("Hong", "洪", "홍"), Part("Kim", "金", "김"), Part("Choi", "崔", "최")],
    women: [Part("Soyeon", "昭姸", "소연"), Part("Jimin", "智敏", "지민")],
    men: [Part("Gildong", "吉洞", "길동"), Part("Minho", "敏浩", "민호")])

  private static let chinese = DemoNames(
    families: [Part("Wang", "王"), Part("Zhang", "张"), Part("Liu", "刘"), Part("Chen", "陈")],
    women: [Part("XiaoHong", "小红"), Part("MeiLing", "美玲"), Part("Yan", "燕")],
    men: [Part("XiaoDong", "小东"), Part("Wei", "伟"), Part("JianGuo", "建国")])

  private static let hebrew = DemoNames(
    families: [Part("כהן"), Part("לוי"), Part("מזרחי")], women: [Part("רחל"), Part("שרה"), Part("תמר")],
    men: [Part("דוד"), Part("יעקב"), Part("נועם")])

  private static let thai = DemoNames(
    families: [Part("ใจดี"), Part("ศรีสุข"), Part("ทองคำ")], women: [Part("มาลี"), Part("สุดา")],
    men: [Part("สมชาย"), Part("วิชัย")])

  private static let unicode = DemoNames(
    families: [Part("Nguyễn"), Part("Dvořák"), Part("Yıldız"), Part("Łukasiewicz"), Part("Ğündoğdu")],
    women: [Part("Thị Minh"), Part("Božena"), Part("Ştefania")],
    men: [Part("Văn Nam"), Part("Łukasz"), Part("Jiří")])
}
