public import DICOM
public import HTTPTypes

/// What became of the instances of a store request (PS3.18 §10.5.3, Annex I).
public struct StoreResponse: Hashable, Sendable {
  public struct Stored: Hashable, Sendable {
    public var sopClass: String
    public var instance: String
    /// Where the instance can be retrieved; `nil` for one that is kept aside.
    public var retrieveURL: String?
    public var warning: WarningReason?

    public init(sopClass: String, instance: String, retrieveURL: String?, warning: WarningReason? = nil) {
      self.sopClass = sopClass
      self.instance = instance
      self.retrieveURL = retrieveURL
      self.warning = warning
    }
  }

  public struct Failed: Hashable, Sendable {
    /// Class and instance as far as the part said them.
    public var sopClass: String?
    public var instance: String?
    public var reason: FailureReason

    public init(sopClass: String? = nil, instance: String? = nil, reason: FailureReason) {
      self.sopClass = sopClass
      self.instance = instance
      self.reason = reason
    }
  }

  /// Address of the study, if all stored instances belong to one.
  public var studyURL: String?
  public var stored: [Stored] = []
  public var failed: [Failed] = []

  public init() {}

  /// 200 when all are stored, 202 when some are or warnings exist, 409 when none is (PS3.18 Table 10.5.3-1).
  ///
  /// When every failure has the same cause outside the request, its own status tells more: 507 for a full store.
  public var status: HTTPResponse.Status {
    if failed.isEmpty { return stored.contains { $0.warning != nil } ? .accepted : .ok }
    if !stored.isEmpty { return .accepted }
    let reasons = Set(failed.map(\.reason))
    return reasons == [.outOfResources]
      ? HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage") : .conflict
  }

  /// The Store Instances Response Module (PS3.18 Table I.1-1).
  public var dataSet: DataSet {
    var response = DataSet()
    if let studyURL { response.set(.retrieveURL, .ur, studyURL) }
    let identified = failed.filter { $0.instance != nil }
    if !identified.isEmpty {
      response.set(.failedSOPSequence, items: identified.map(\.item))
    }
    if !stored.isEmpty {
      response.set(.referencedSOPSequence, items: stored.map(\.item))
    }
    let others = failed.filter { $0.instance == nil }
    if !others.isEmpty {
      response.set(.otherFailuresSequence, items: others.map(\.item))
    }
    return response
  }
}

extension StoreResponse.Stored {
  fileprivate var item: DataSet {
    var item = DataSet()
    item.set(.referencedSOPClassUID, .ui, sopClass)
    item.set(.referencedSOPInstanceUID, .ui, instance)
    if let retrieveURL { item.set(.retrieveURL, .ur, retrieveURL) }
    if let warning { item.set(.warningReason, .us, Int(warning.rawValue)) }
    return item
  }
}

extension StoreResponse.Failed {
  fileprivate var item: DataSet {
    var item = DataSet()
    if let instance {
      if let sopClass { item.set(.referencedSOPClassUID, .ui, sopClass) }
      item.set(.referencedSOPInstanceUID, .ui, instance)
    }
    item.set(.failureReason, .us, Int(reason.rawValue))
    return item
  }
}
