public import ArchiveCore

/// A change of the workflow's records, as a value.
public enum WorkflowChange: Sendable {
  /// A subscriber has worked through entries. Conflicts when it does not stand at `from`.
  case advance(String, from: JournalPosition, to: JournalPosition)

  /// The state of a study. Conflicts unless the kept one has the same version; the version counts up.
  ///
  /// `announcing`: the journal says `studyCompleted`, caused by the principal, once for each site.
  case completion(StudyCompletion, announcing: Principal?)
  /// The study is gone.
  case forgetCompletion(StudyUID)

  /// Adds or replaces a rule. Conflicts unless the kept version is one below the rule's.
  case saveRule(RoutingRule)
  case removeRule(String)

  /// Adds or replaces a profile. Conflicts unless the kept version is one below the profile's.
  case saveProfile(ProfileRecord)
  case removeProfile(String)
  /// A version of a profile was tried; nothing when there is another by now.
  case noteTrial(String, ProfileTrial)
  /// What devices sent, beside what is known of the same days. What is too old is forgotten.
  case observe([DeviceDay])

  /// Adds or replaces a destination; what waits for it stays.
  case saveDestination(DestinationRecord)
  /// Removes a destination with everything that waits for it.
  case removeDestination(String)

  /// Instances are to be sent, in this order, because of a rule. What waits there already, was sent or is set aside
  /// under the same record is left as it is; a destination that is gone takes nothing.
  case enqueue([ForwardRequest], to: String, because: ForwardCause, at: Instant)
  /// Records are deleted: what waits or is set aside of them goes.
  case withdraw([RecordID])
  /// What became of items. Those that are sent are audited as exports; with `until` the study of those to be tried
  /// again waits.
  case settle(String, [Settlement], at: Instant, until: Instant?)
  /// The destination itself cannot be worked with until then; `nil` ends that.
  case postpone(String, Postponement?)
  case pause(String, Bool)
  /// What is set aside waits again, and nothing waits for a moment to come.
  case retry(String, at: Instant)
  /// Nothing waits and nothing is set aside any more.
  case empty(String)

  /// Keeps an object to work by, and says so in the journal. Conflicts unless the kept version is the record's; the
  /// version counts up.
  case saveWork(WorkRecord, by: Principal)
  /// Removes one. Conflicts unless the kept version is the record's.
  case removeWork(WorkRecord, by: Principal)

  /// Conflicts unless the kept version of an object is the record's.
  case requireWork(WorkRecord)
  /// Conflicts when a subscriber holds a deletion lock on a workitem.
  case requireUnlocked(WorkUID)
  /// A node subscribes, in the place of what it had subscribed to the same; with `keeping` that stays. What it is told
  /// with it is owed only when something was written.
  case subscribe(WorkSubscription, keeping: Bool, telling: [Notice])
  /// A node's subscription to a workitem ends, or its global one.
  case unsubscribe(String, from: WorkUID?)
  case unsubscribeFromAll(String)
  /// Every subscription to a workitem ends.
  case forgetSubscriptions(WorkUID)
  /// Nodes subscribe to a new workitem whose global subscription admits it.
  case admitSubscribers(WorkRecord)
  /// Messages are owed to each who subscribed to a workitem; their node is filled in.
  case tellSubscribers(WorkUID, [Notice])

  /// Messages are owed to nodes, in this order.
  case notify([Notice])
  /// What became of a notice; a delivered one goes.
  case settleNotice(Int64, NoticeOutcome)
  /// What is set aside for a node waits again, and nothing of it waits for a moment to come.
  case retryNotices(to: String, at: Instant)
  /// Removes notices of a SOP class that were made before a moment, whatever became of them.
  case forgetNotices(sopClass: String, before: Instant)
  /// Removes a notice, delivered or not.
  case removeNotice(Int64)
  /// What waits for a node about a subject waits for no moment to come.
  case hastenNotices(about: String, to: String, at: Instant)
  /// Removes what waits for a node about a subject: it was told in another way.
  case withdrawNotices(about: String, to: String)

  /// Who did it, for the audit, in the same transaction.
  case audit(AuditRecord)
}
