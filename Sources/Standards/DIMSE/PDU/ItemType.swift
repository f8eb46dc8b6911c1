/// Items and sub-items of the association PDUs (PS3.8 §9.3.2 and §9.3.3, PS3.7 Annex D).
enum ItemType: UInt8 {
  case applicationContext = 0x10
  case proposedPresentationContext = 0x20
  case acceptedPresentationContext = 0x21
  case abstractSyntax = 0x30
  case transferSyntax = 0x40
  case userInformation = 0x50
  case maximumLength = 0x51
  case implementationClassUID = 0x52
  case asynchronousOperationsWindow = 0x53
  case roleSelection = 0x54
  case implementationVersionName = 0x55
  case extendedNegotiation = 0x56
  case commonExtendedNegotiation = 0x57
  case userIdentity = 0x58
  case userIdentityResponse = 0x59
}
