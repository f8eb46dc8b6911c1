/// The table of who is told of workitems. It is nobody's to derive, so a rebuild leaves it alone.
extension Schema {
  /// `item` is empty for a subscription to what is to come; of such a one are `keys`, as `AttributeCodec` writes them,
  /// and `sites`, a JSON list, NULL for all.
  static let workSubscriptions1 = """
    CREATE TABLE work_subscription (
      subscriber TEXT NOT NULL, item BLOB NOT NULL, locked INTEGER NOT NULL, keys BLOB NOT NULL, sites TEXT,
      PRIMARY KEY (subscriber, item)) WITHOUT ROWID;
    CREATE INDEX work_subscription_by_item ON work_subscription (item, subscriber, locked);
    CREATE INDEX work_by_change ON work (kind, state, changed);
    """
}
