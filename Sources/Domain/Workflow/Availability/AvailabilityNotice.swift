import ArchiveCore
import DICOM

/// What an Instance Availability Notification says of a study (PS3.4 §R.3.2, PS3.3 §C.4.23).
enum AvailabilityNotice {
  /// Instance Availability Notification SOP Class.
  static let sopClass = "1.2.840.10008.5.1.4.33"

  /// - Parameters:
  ///   - steps: performed steps that the instances belong to: SOP Instance UIDs of their MPPS.
  ///   - title: where the instances can be had.
  static func attributes(
    of study: StudyUID, _ instances: [InstanceReference], steps: [String], retrieveFrom title: String
  ) -> DataSet {
    var attributes = DataSet()
    attributes.set(.studyInstanceUID, .ui, study.value)
    attributes.set(
      .referencedPerformedProcedureStepSequence,
      items: steps.map { uid in
        var item = DataSet()
        item.set(.referencedSOPClassUID, .ui, "1.2.840.10008.3.1.2.3.3")
        item.set(.referencedSOPInstanceUID, .ui, uid)
        item.set(.performedWorkitemCodeSequence, items: [])
        return item
      })
    attributes.set(
      .referencedSeriesSequence,
      items: bySeries(instances).map { series, instances in
        var item = DataSet()
        item.set(.seriesInstanceUID, .ui, series.value)
        item.set(.referencedSOPSequence, items: instances.map { reference(to: $0, title) })
        return item
      })
    return attributes
  }

  private static func reference(to instance: InstanceReference, _ title: String) -> DataSet {
    var item = DataSet()
    item.set(.referencedSOPClassUID, .ui, instance.sopClass)
    item.set(.referencedSOPInstanceUID, .ui, instance.instance.value)
    item.set(.instanceAvailability, .cs, "ONLINE")
    item.set(.retrieveAETitle, .ae, title)
    return item
  }

  /// In the order the series come in.
  private static func bySeries(_ instances: [InstanceReference]) -> [(SeriesUID, [InstanceReference])] {
    var places: [SeriesUID: Int] = [:]
    var series: [(SeriesUID, [InstanceReference])] = []
    for instance in instances {
      if let place = places[instance.series] {
        series[place].1.append(instance)
      } else {
        places[instance.series] = series.count
        series.append((instance.series, [instance]))
      }
    }
    return series
  }
}
