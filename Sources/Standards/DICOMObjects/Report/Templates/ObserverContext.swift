public import DICOM

/// Who or what observed (PS3.16 TID 1001 to 1004).
public enum Observer: Hashable, Sendable {
  case person(PersonName)
  case device(Device)

  /// A device observer (TID 1004).
  public struct Device: Hashable, Sendable {
    public var uid: UID
    public var name: String
    public var manufacturer: String
    public var modelName: String
    public var serialNumber: String

    public init(
      uid: UID, name: String = "", manufacturer: String = "", modelName: String = "", serialNumber: String = ""
    ) {
      self.uid = uid
      self.name = name
      self.manufacturer = manufacturer
      self.modelName = modelName
      self.serialNumber = serialNumber
    }
  }

  var items: [ContentItem] {
    func item(_ name: CodedConcept, _ value: ContentValue) -> ContentItem {
      ContentItem(.hasObservationContext, name, value)
    }
    switch self {
    case .person(let name):
      return [item(.observerType, .code(.person)), item(.personObserverName, .personName(name))]
    case .device(let device):
      let texts: [(CodedConcept, String)] = [
        (.deviceObserverName, device.name), (.deviceObserverManufacturer, device.manufacturer),
        (.deviceObserverModelName, device.modelName), (.deviceObserverSerialNumber, device.serialNumber),
      ]
      return [item(.observerType, .code(.device)), item(.deviceObserverUID, .uidReference(device.uid))]
        + texts.filter { !$0.1.isEmpty }.map { item($0.0, .text($0.1)) }
    }
  }

  /// The observers that children of a container describe, each introduced by its name or UID, and the children that do so.
  static func observers(in children: [ContentItem]) -> (observers: [Observer], taken: Set<Int>) {
    var observers: [Observer] = []
    var taken: Set<Int> = []
    for (index, child) in children.enumerated() where child.relationship == .hasObservationContext {
      switch (child.name, child.value) {
      case (.observerType?, .code(.person)), (.observerType?, .code(.device)): break
      case (.personObserverName?, .personName(let name)): observers.append(.person(name))
      // Some write the name as a text.
      case (.personObserverName?, .text(let name)): observers.append(.person(PersonName(dicom: name)))
      case (.deviceObserverUID?, .uidReference(let uid)): observers.append(.device(Device(uid: uid)))
      case (let name?, .text(let text)):
        guard case .device(var device)? = observers.last else { continue }
        switch name {
        case .deviceObserverName: device.name = text
        case .deviceObserverManufacturer: device.manufacturer = text
        case .deviceObserverModelName: device.modelName = text
        case .deviceObserverSerialNumber: device.serialNumber = text
        default: continue
        }
        observers[observers.count - 1] = .device(device)
      default: continue
      }
      taken.insert(index)
    }
    return (observers, taken)
  }
}
