/// Every figure the server gives out about itself, by the name Prometheus sees: what it counts, in which unit, and by
/// which labels. Labels have few values; none of them is a patient, a study or a person.
public enum MetricNames {
  // MARK: Web
  /// By `method`, `route` (the template, not the path) and `status`.
  public static let webRequests = "isocenter_http_requests_total"
  /// By `method` and `route`; from the request's head to the last byte of the answer.
  public static let webDuration = "isocenter_http_request_duration_seconds"
  /// By `outcome`: `accepted`, `refused`, `throttled`.
  public static let signIns = "isocenter_sign_ins_total"

  // MARK: Ingest
  /// By `door` (`dimse`, `dicomweb`, `import`) and `outcome` (`stored`, `already_stored`, `quarantined`, `refused`).
  public static let ingestInstances = "isocenter_ingest_instances_total"
  /// Payload bytes of received instances, by `door`.
  public static let ingestBytes = "isocenter_ingest_bytes_total"
  /// From the first byte of a settled group to its acknowledgement, by `door`.
  public static let ingestDuration = "isocenter_ingest_duration_seconds"

  // MARK: Associations
  public static let associationsOpen = "isocenter_associations_open"
  /// By `outcome`: `accepted`, `rejected`, `aborted`.
  public static let associations = "isocenter_associations_total"

  // MARK: Query and retrieve
  /// By `door` (`dimse`, `dicomweb`) and `level` (`patient`, `study`, `series`, `instance`).
  public static let queries = "isocenter_queries_total"
  /// By `door` and `level`.
  public static let queryDuration = "isocenter_query_duration_seconds"
  /// By `door`.
  public static let instancesRetrieved = "isocenter_instances_retrieved_total"
  /// By `door`.
  public static let bytesRetrieved = "isocenter_retrieved_bytes_total"

  // MARK: Storage
  /// Bytes that the containers take on disk.
  public static let storeBytes = "isocenter_store_bytes"
  /// Bytes left on the file system of the data directory.
  public static let diskFreeBytes = "isocenter_disk_free_bytes"
  public static let syncDuration = "isocenter_store_sync_duration_seconds"
  public static let commitDuration = "isocenter_catalog_commit_duration_seconds"
  /// Changes that shared one transaction.
  public static let commitChanges = "isocenter_catalog_commit_changes"
  /// By `site` and `modality`.
  public static let studies = "isocenter_studies"
  /// By `site` and `modality`.
  public static let instances = "isocenter_instances"
  /// Blocks whose checksum did not match when they were read.
  public static let damagedBlocks = "isocenter_damaged_blocks_total"

  // MARK: Forwarding
  /// Instances that wait, by `destination`.
  public static let forwardWaiting = "isocenter_forward_waiting"
  /// Instances set aside, by `destination`.
  public static let forwardSetAside = "isocenter_forward_set_aside"
  /// Seconds the oldest instance has waited, by `destination`.
  public static let forwardOldest = "isocenter_forward_oldest_seconds"
  /// By `destination`.
  public static let forwarded = "isocenter_forwarded_instances_total"
  /// By `destination`.
  public static let forwardFailures = "isocenter_forward_failures_total"

  /// Reports, events and notifications that nodes have taken, by `node`.
  public static let noticesDelivered = "isocenter_notices_delivered_total"
  /// By `node`.
  public static let noticeFailures = "isocenter_notice_failures_total"

  /// Instances held to a profile, and those of them that are believed otherwise than they state, by `source` and `site`.
  public static let profileExamined = "isocenter_profile_examined_instances_total"
  public static let profileCoerced = "isocenter_profile_coerced_instances_total"
  /// Deviations from profiles, by `source`, `site` and `kind`.
  public static let profileDeviations = "isocenter_profile_deviations_total"

  /// Journal entries that a reader of the journal has not come to, by `subscriber`: it stands still when this only grows.
  public static let subscriberBehind = "isocenter_subscriber_behind_entries"

  /// Processes that decode and encode frames; busy ones; requests that wait for one.
  public static let codecWorkers = "isocenter_codec_workers"
  public static let codecWorkersBusy = "isocenter_codec_workers_busy"
  public static let codecWaiting = "isocenter_codec_waiting"
  /// By `operation` (decode, encode), `syntax` (UID) and `outcome` (done, or the kind of failure; worker_died cost a process).
  public static let codecRequests = "isocenter_codec_requests_total"
  /// By `operation`.
  public static let codecDuration = "isocenter_codec_request_duration_seconds"
  /// By `cache` (frames in memory, pixels of whole instances in scratch space) and `outcome` (hit, miss).
  public static let derivedRequests = "isocenter_derived_cache_requests_total"
  /// By `cache`.
  public static let derivedBytes = "isocenter_derived_cache_bytes"
  public static let derivedEntries = "isocenter_derived_cache_entries"

  /// What is said of each, and how its values are grouped. What is not listed here has the general buckets and no help.
  static let descriptions: [String: MetricDescription] = [
    webRequests: MetricDescription("HTTP requests answered."),
    webDuration: MetricDescription("Seconds from request to the last byte of the answer.", .durations),
    signIns: MetricDescription("Sign-ins with name and password."),
    ingestInstances: MetricDescription("SOP instances received, by what became of them."),
    ingestBytes: MetricDescription("Bytes of received instances."),
    ingestDuration: MetricDescription("Seconds from first byte to acknowledgement.", .durations),
    associationsOpen: MetricDescription("DICOM associations open now."),
    associations: MetricDescription("DICOM associations asked for."),
    queries: MetricDescription("C-FIND and QIDO-RS searches."),
    queryDuration: MetricDescription("Seconds a search took.", .durations),
    instancesRetrieved: MetricDescription("SOP instances given out."),
    bytesRetrieved: MetricDescription("Bytes of instances given out."),
    storeBytes: MetricDescription("Bytes the containers take on disk."),
    diskFreeBytes: MetricDescription("Bytes left on the data directory's file system."),
    syncDuration: MetricDescription("Seconds a sync of a container took.", .durations),
    commitDuration: MetricDescription("Seconds a catalog transaction took.", .durations),
    commitChanges: MetricDescription("Changes in one catalog transaction.", .counts),
    studies: MetricDescription("Studies kept."),
    instances: MetricDescription("SOP instances kept."),
    forwardWaiting: MetricDescription("SOP instances that wait to be forwarded."),
    forwardSetAside: MetricDescription("SOP instances whose forwarding was given up until somebody looks."),
    forwardOldest: MetricDescription("Seconds the oldest waiting instance has waited."),
    forwarded: MetricDescription("SOP instances forwarded."),
    forwardFailures: MetricDescription("Attempts to forward an instance that failed."),
    noticesDelivered: MetricDescription("Reports, events and notifications that nodes have taken."),
    noticeFailures: MetricDescription("Attempts to deliver a report, event or notification that failed."),
    codecWorkers: MetricDescription("Processes that decode and encode frames."),
    codecWorkersBusy: MetricDescription("Processes that decode or encode a frame now."),
    codecWaiting: MetricDescription("Frames that wait to be decoded or encoded."),
    codecRequests: MetricDescription("Frames decoded and encoded, by what became of them."),
    codecDuration: MetricDescription(
      "Seconds from request to decoded or encoded frame, the wait included.", .durations),
    derivedRequests: MetricDescription("Questions to a cache of what was decoded or transcoded."),
    derivedBytes: MetricDescription("Bytes kept of what was decoded or transcoded."),
    derivedEntries: MetricDescription("Values kept of what was decoded or transcoded."),
    profileExamined: MetricDescription("Instances held to a profile."),
    profileCoerced: MetricDescription("Instances believed otherwise than they state."),
    profileDeviations: MetricDescription("Deviations from profiles."),
    subscriberBehind: MetricDescription("Journal entries that a subscriber has not come to."),
    damagedBlocks: MetricDescription("Blocks whose checksum did not match."),
    ProcessFigures.cpuSeconds: MetricDescription("Total user and system CPU time spent in seconds."),
    ProcessFigures.residentBytes: MetricDescription("Resident memory size in bytes."),
    ProcessFigures.virtualBytes: MetricDescription("Virtual memory size in bytes."),
    ProcessFigures.openDescriptors: MetricDescription("Number of open file descriptors."),
    ProcessFigures.maximumDescriptors: MetricDescription("Maximum number of open file descriptors."),
    ProcessFigures.threads: MetricDescription("Number of threads."),
    ProcessFigures.startTime: MetricDescription("Start time of the process since unix epoch in seconds."),
    ProcessFigures.uptime: MetricDescription("Seconds since the server started."),
    PrometheusRegistry.refusedName: MetricDescription(
      "Series refused because there were too many or their kind differed."),
  ]
}

/// What a metric means and, for a histogram, the upper bounds of its buckets.
struct MetricDescription: Sendable {
  var help: String
  var buckets: Buckets

  init(_ help: String, _ buckets: Buckets = .general) {
    self.help = help
    self.buckets = buckets
  }

  /// Ascending upper bounds; one more bucket for everything above is understood.
  struct Buckets: Sendable, Hashable {
    var bounds: [Double]

    static let durations = Buckets(
      bounds: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60])
    static let counts = Buckets(bounds: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 10_000])
    static let general = Buckets(
      bounds: [0.001, 0.01, 0.1, 1, 10, 100, 1000, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9])
  }
}
