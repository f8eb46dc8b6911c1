/// Something that was made from the payloads of records and is kept for a while: it forgets what is deleted.
public protocol DerivedContent: Sendable {
  /// Lets go of all that was made from payloads of these digests, and keeps nothing that is being made from them now.
  func forget(_ digests: Set<Digest>) async
}
