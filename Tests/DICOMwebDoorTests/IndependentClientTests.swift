import Doors
import Foundation
import HummingbirdTesting
import Testing

/// A client we did not write: Python's dicomweb-client with pydicom, named by `ISOCENTER_PYTHON`.
@Suite("dicomweb-client", .enabled(if: ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"] != nil))
struct IndependentClientTests {
  @Test("stores, finds, retrieves and deletes over a socket")
  func usesEveryService() async throws {
    let python = ProcessInfo.processInfo.environment["ISOCENTER_PYTHON"] ?? ""
    try await Hospital.open(over: .live) { hospital in
      let port = try #require(hospital.client.port)
      let (status, output) = try await run(python, ["-W", "error", "-c", Self.script, "\(port)"])
      #expect(status == 0, "\(output)")
      #expect(output.hasSuffix("done\n"), "\(output)")
    }
  }

  private func run(_ program: String, _ arguments: [String]) async throws -> (Int32, String) {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: program)
    process.arguments = arguments
    let output = FileManager.default.temporaryDirectory.appendingPathComponent("client-\(UUID().uuidString).txt")
    _ = FileManager.default.createFile(atPath: output.path, contents: nil)
    defer { try? FileManager.default.removeItem(at: output) }
    let handle = try FileHandle(forWritingTo: output)
    process.standardOutput = handle
    process.standardError = handle
    let status = try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Int32, any Error>) in
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do { try process.run() } catch { continuation.resume(throwing: error) }
    }
    try handle.close()
    return (status, try String(contentsOf: output, encoding: .utf8))
  }

  private static let script = #"""
    import io, sys
    import numpy as np
    import pydicom
    from pydicom.dataset import Dataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid
    from dicomweb_client.api import DICOMwebClient

    client = DICOMwebClient(f"http://127.0.0.1:{sys.argv[1]}/dicom-web", chunk_size=3000)
    # Its Host field lacks the port, and this server's port is not known before it listens (`listeningPort`).
    client.host = f"127.0.0.1:{sys.argv[1]}"
    study, series = generate_uid(), generate_uid()

    def image(number):
        d = Dataset()
        d.file_meta = FileMetaDataset()
        d.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
        d.SpecificCharacterSet = "ISO_IR 192"
        d.SOPClassUID, d.SOPInstanceUID = CTImageStorage, generate_uid()
        d.file_meta.MediaStorageSOPClassUID, d.file_meta.MediaStorageSOPInstanceUID = d.SOPClassUID, d.SOPInstanceUID
        d.StudyInstanceUID, d.SeriesInstanceUID = study, series
        d.PatientName, d.PatientID = "Yamada^Tarou=山田^太郎=やまだ^たろう", "MRN/12 3"
        d.StudyDate, d.StudyTime, d.AccessionNumber, d.Modality = "20240301", "0900", "A+1", "CT"
        d.InstanceNumber = number
        d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
        d.Rows, d.Columns, d.NumberOfFrames = 16, 12, 3
        d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 12, 11, 0
        d.PixelData = (np.arange(3 * 16 * 12, dtype="<u2") % 4096 + number).astype("<u2").tobytes()
        return d

    images = [image(number) for number in range(1, 6)]
    answer = client.store_instances(images)
    assert len(answer.ReferencedSOPSequence) == 5 and "FailedSOPSequence" not in answer, answer
    assert len(client.store_instances(images, study).ReferencedSOPSequence) == 5

    found = client.search_for_studies(search_filters={"PatientID": "MRN/12 3", "StudyDate": "20240101-20241231"})
    row = Dataset.from_json(found[0])
    assert len(found) == 1 and row.StudyInstanceUID == study
    assert row.PatientName.ideographic == "山田^太郎" and row.NumberOfStudyRelatedInstances == 5
    assert len(client.search_for_studies(search_filters={"PatientName": "山田*"})) == 1
    assert len(client.search_for_studies(search_filters={"AccessionNumber": "A+1"}, fields=["StudyDescription"])) == 1
    assert client.search_for_studies(search_filters={"PatientID": "nobody"}) == []
    assert len(client.search_for_series(study)) == 1
    assert len(client.search_for_instances(study, series, limit=2)) == 2
    assert len(client.search_for_instances(study, get_remaining=True)) == 5

    wanted = {i.SOPInstanceUID: i for i in images}
    for whole in (client.retrieve_study(study), client.retrieve_series(study, series),
                  list(client.iter_series(study, series))):
        assert {i.SOPInstanceUID for i in whole} == set(wanted)
        assert all(i.PixelData == wanted[i.SOPInstanceUID].PixelData for i in whole)
    first = images[0]
    uids = (study, series, first.SOPInstanceUID)
    assert client.retrieve_instance(*uids).PatientID == "MRN/12 3"
    exact = client.retrieve_instance(*uids, media_types=(("application/dicom", "1.2.840.10008.1.2.1"),))
    assert exact.PixelData == first.PixelData

    for metadata in (client.retrieve_study_metadata(study), client.retrieve_series_metadata(study, series)):
        assert len(metadata) == 5
    metadata = client.retrieve_instance_metadata(*uids)
    bulk = metadata["7FE00010"]["BulkDataURI"]
    assert b"".join(client.retrieve_bulkdata(bulk)) == first.PixelData
    read = Dataset.from_json(metadata, bulk_data_uri_handler=lambda uri: bytes(client.retrieve_bulkdata(uri)[0]))
    assert read.PatientName == first.PatientName and read.PixelData == first.PixelData

    size = 16 * 12 * 2
    frames = client.retrieve_instance_frames(*uids, frame_numbers=[3, 1])
    assert frames == [first.PixelData[2 * size:3 * size], first.PixelData[:size]]
    frames = client.retrieve_instance_frames(*uids, frame_numbers=[2], media_types=("application/octet-stream",))
    assert frames == [first.PixelData[size:2 * size]]
    for kind, signature in (("image/jpeg", b"\xff\xd8"), ("image/png", b"\x89PNG")):
        assert client.retrieve_instance_rendered(*uids, media_types=(kind,)).startswith(signature)
        frame = client.retrieve_instance_frames_rendered(*uids, frame_numbers=[2], media_types=(kind,))
        assert frame.startswith(signature)

    client.delete_instance(*uids)
    assert len(client.search_for_instances(study)) == 4
    client.delete_study(study)
    assert client.search_for_studies() == []
    print("done")
    """#
}
