public import DICOM

/// An object that is read from a data set and written as one.
///
/// Reading accepts what exists and says in `findings` what it tolerated; writing is strict. What was written reads back
/// as an equal value. Identifiers and times are part of the value: nothing is made up while writing, so the same value
/// always gives the same data set.
public protocol DICOMObject: Hashable, Sendable {
  /// Reads the object.
  ///
  /// - Throws: `ObjectError` when the data set is not an object of this kind, or damaged beyond use.
  init(dataSet: DataSet) throws(ObjectError)

  /// The object as a data set, without file meta information; `Part10.write` makes a file of it.
  ///
  /// - Throws: `ObjectError` when the value breaks a rule of the standard.
  func dataSet() throws(ObjectError) -> DataSet
}
