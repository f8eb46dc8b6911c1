/// What became of an object that was imported.
enum ObjectOutcome: Sendable, Equatable {
  case stored
  /// The same content was there already.
  case alreadyThere
  /// Another content is known by this SOP Instance UID; this one is kept apart.
  case quarantined
  /// Not taken, and why; no patient data in it.
  case refused(String)
}

/// Whether it is already known what became of an object.
enum Reception: Sendable, Equatable {
  case settled(ObjectOutcome)
  /// Taken; the next `settle` tells.
  case pending
}

/// Where imported objects go: a delivery into the archive of this process, a server's STOW-RS, a file-set being
/// written. Used serially.
protocol ObjectReceiver: Sendable {
  /// Takes one object, reading its bytes to the end.
  ///
  /// - Throws: when nothing more can be received (the disk is full, the server is gone). An object that is not wanted is
  ///   refused by the answer, not by an error; an error of the object's own bytes may be thrown on as it is.
  func receive(_ object: ImportObject) async throws -> Reception

  /// Makes everything pending durable.
  ///
  /// - Returns: one outcome per pending object, in the order they came. Each is durable now, or this has thrown and none
  ///   is.
  func settle() async throws -> [ObjectOutcome]

  /// Ends the reception; what is pending and was not settled is dropped.
  func finish() async
}
