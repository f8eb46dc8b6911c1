public import DICOM

/// A table of values (PS3.3 §C.18.10).
public struct TabulatedValues: Hashable, Sendable {
  /// What a row or column is about.
  public struct Definition: Hashable, Sendable {
    /// From 1.
    public var number: Int
    public var name: CodedConcept?
    public var unit: CodedConcept?

    public init(number: Int, name: CodedConcept?, unit: CodedConcept? = nil) {
      self.number = number
      self.name = name
      self.unit = unit
    }
  }

  public var rowCount: Int
  public var columnCount: Int
  public var rows: [Definition]
  public var columns: [Definition]
  /// The items of Cell Values Sequence (0040,A808) as they are: each says row, column, VR and values.
  public var cells: [DataSet]

  public init(rowCount: Int, columnCount: Int, rows: [Definition], columns: [Definition], cells: [DataSet]) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rows = rows
    self.columns = columns
    self.cells = cells
  }
}

extension TabulatedValues: ItemCodable {
  init(item: ItemReader) throws(ObjectError) {
    let table = try item.requiredItem(.tabulatedValuesSequence)
    rowCount = try table.requiredInt(.numberOfTableRows)
    columnCount = try table.requiredInt(.numberOfTableColumns)
    rows = []
    for row in table.items(.tableRowDefinitionSequence) {
      rows.append(
        Definition(number: try row.requiredInt(.tableRowNumber), name: try row.concept(.conceptNameCodeSequence)))
    }
    columns = []
    for column in table.items(.tableColumnDefinitionSequence) {
      columns.append(
        Definition(
          number: try column.requiredInt(.tableColumnNumber), name: try column.concept(.conceptNameCodeSequence),
          unit: try column.concept(.measurementUnitsCodeSequence)))
    }
    cells = table.items(.cellValuesSequence).map(\.dataSet)
  }

  func write(to writer: inout ItemWriter) throws(ObjectError) {
    var table = writer.writer(for: .tabulatedValuesSequence)
    try table.put(.numberOfTableRows, .ul, rowCount)
    try table.put(.numberOfTableColumns, .ul, columnCount)
    if !rows.isEmpty { try table.put(.tableRowDefinitionSequence, definitions: rows, .tableRowNumber) }
    if !columns.isEmpty { try table.put(.tableColumnDefinitionSequence, definitions: columns, .tableColumnNumber) }
    table.put(
      .cellValuesSequence,
      written: cells.enumerated().map { position, cell in
        var item = table.writer(for: .cellValuesSequence, position)
        item.merge(cell)
        return item
      })
    writer.put(.tabulatedValuesSequence, written: [table])
  }
}

extension ItemWriter {
  fileprivate mutating func put(
    _ tag: Tag, definitions: [TabulatedValues.Definition], _ number: Tag
  ) throws(ObjectError) {
    var items: [ItemWriter] = []
    for (position, definition) in definitions.enumerated() {
      var item = writer(for: tag, position)
      try item.put(number, .ul, definition.number)
      try item.put(.conceptNameCodeSequence, ifAny: definition.name)
      try item.put(.measurementUnitsCodeSequence, ifAny: definition.unit)
      items.append(item)
    }
    put(tag, written: items)
  }
}
