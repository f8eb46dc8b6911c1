"""Objects that highdicom writes, for our library to read.

    made.py FOLDER    writes one file a kind of object into the folder; its name says the kind
"""

import datetime
import sys
import warnings

import highdicom as hd
import numpy as np
from highdicom.sr import CodedConcept
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sr.codedict import codes
from pydicom.uid import ExplicitVRLittleEndian

warnings.simplefilter("ignore")

random = np.random.default_rng(20261121)


def uid(number):
    return f"2.25.700.{number}"


def source(number, sop_class):
    dataset = Dataset()
    dataset.file_meta = FileMetaDataset()
    dataset.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    dataset.SOPClassUID = sop_class
    dataset.SOPInstanceUID = uid(number)
    dataset.StudyInstanceUID = uid(1)
    dataset.SeriesInstanceUID = uid(2)
    dataset.FrameOfReferenceUID = uid(3)
    dataset.PatientName, dataset.PatientID = "Made^By Highdicom", "MADE-1"
    dataset.PatientBirthDate, dataset.PatientSex = "19700102", "O"
    dataset.StudyDate, dataset.StudyTime, dataset.StudyID = "20261121", "101500", "1"
    dataset.AccessionNumber, dataset.ReferringPhysicianName = "A1", "Refer^Ring"
    dataset.SeriesNumber, dataset.InstanceNumber = 1, number - 9
    dataset.Rows, dataset.Columns = 6, 8
    dataset.BitsAllocated = dataset.BitsStored = 16
    dataset.HighBit, dataset.PixelRepresentation, dataset.SamplesPerPixel = 15, 0, 1
    dataset.PhotometricInterpretation = "MONOCHROME2"
    dataset.PositionReferenceIndicator = ""
    return dataset


def slices():
    images = []
    for number in range(4):
        image = source(10 + number, "1.2.840.10008.5.1.4.1.1.2")
        image.Modality = "CT"
        image.ImageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        image.ImageOrientationPatient = [1, 0, 0, 0, 1, 0]
        image.ImagePositionPatient = [-10, 5.5, 2.5 * number]
        image.PixelSpacing, image.SliceThickness = [0.5, 0.75], 2.5
        image.RescaleSlope, image.RescaleIntercept = 1, -1024
        images.append(image)
    return images


def slide():
    """25 × 35 pixels in tiles of 10 × 10."""
    image = source(30, "1.2.840.10008.5.1.4.1.1.77.1.6")
    image.Modality = "SM"
    image.ImageType = ["ORIGINAL", "PRIMARY", "VOLUME", "NONE"]
    image.Rows = image.Columns = 10
    image.NumberOfFrames = 12
    image.TotalPixelMatrixRows, image.TotalPixelMatrixColumns, image.TotalPixelMatrixFocalPlanes = 25, 35, 1
    image.ImageOrientationSlide = [0, -1, 0, -1, 0, 0]
    image.DimensionOrganizationType = "TILED_FULL"
    origin = Dataset()
    origin.XOffsetInSlideCoordinateSystem, origin.YOffsetInSlideCoordinateSystem = 20, 40
    image.TotalPixelMatrixOriginSequence = [origin]
    measures = Dataset()
    measures.PixelSpacing, measures.SliceThickness = [0.5, 0.25], 0.001
    shared = Dataset()
    shared.PixelMeasuresSequence = [measures]
    image.SharedFunctionalGroupsSequence = [shared]
    path = Dataset()
    path.OpticalPathIdentifier = "1"
    image.OpticalPathSequence, image.NumberOfOpticalPaths = [path], 1
    image.ContainerIdentifier, image.ImagedVolumeWidth, image.ImagedVolumeHeight = "S1", 10, 10
    image.ImagedVolumeDepth = 0.001
    for keyword in ("IssuerOfTheContainerIdentifierSequence", "ContainerTypeCodeSequence", "SpecimenDescriptionSequence"):
        setattr(image, keyword, [])
    return image


def common(number):
    return {
        "series_instance_uid": uid(100 + number), "series_number": number, "sop_instance_uid": uid(200 + number),
        "instance_number": 1, "manufacturer": "Made"}


def device():
    return {"manufacturer_model_name": "Oracle", "software_versions": ("1", "2"), "device_serial_number": "7"}


def segments(count):
    algorithm = hd.AlgorithmIdentificationSequence("Finder", codes.DCM.ArtificialIntelligence, "2.1")
    return [
        hd.seg.SegmentDescription(
            number, f"Segment {number}", codes.SCT.AnatomicalStructure, codes.SCT.Liver,
            hd.seg.SegmentAlgorithmTypeValues.AUTOMATIC, algorithm, tracking_uid=uid(300 + number), tracking_id=f"T{number}")
        for number in range(1, count + 1)]


def segmentations(images, tiled):
    labels = random.integers(0, 3, (4, 6, 8)).astype(np.uint8)
    parts = random.random((4, 6, 8, 2))
    matrix = random.integers(0, 3, (1, 25, 35)).astype(np.uint8)
    make = hd.seg.Segmentation

    def build(number, source_images, pixels, kind, **options):
        return make(source_images, pixels, kind, segments(2), **common(number), **device(), **options)

    yield "binary", build(1, images, labels, "BINARY")
    yield "fractional", build(2, images, parts / parts.sum(-1, keepdims=True), "FRACTIONAL", max_fractional_value=200)
    yield "labelmap", build(3, images, labels, "LABELMAP")
    for organization in ("TILED_FULL", "TILED_SPARSE"):
        yield f"slide-{organization}", build(
            4, [tiled], matrix, "BINARY", tile_pixel_array=True, tile_size=(10, 10),
            dimension_organization_type=organization, omit_empty_frames=organization == "TILED_SPARSE")
    yield "slide-labelmap", build(
        5, [tiled], matrix, "LABELMAP", tile_pixel_array=True, tile_size=(10, 10), dimension_organization_type="TILED_FULL",
        omit_empty_frames=False)
    yield "labelmap-rle", build(
        6, images, labels, "LABELMAP", transfer_syntax_uid="1.2.840.10008.1.2.5")


def maps(images):
    mapping = hd.pm.RealWorldValueMapping(
        "ADC", "Diffusion", codes.UCUM.SquareMicrometerPerSecond if hasattr(codes.UCUM, "SquareMicrometerPerSecond")
        else CodedConcept("um2/s", "UCUM", "um2/s"), (0.0, 1000.0), slope=0.5, intercept=-1.0)
    whole = hd.pm.RealWorldValueMapping(
        "COUNT", "Counts", codes.UCUM.NoUnits, (0, 4095), slope=2, intercept=1)
    options = {
        "contains_recognizable_visual_features": False, "window_center": 500, "window_width": 1000, "content_label": "ADC"}
    for number, (name, kind, rule) in enumerate(
            [("float", np.float32, mapping), ("double", np.float64, mapping), ("unsigned", np.uint16, whole)]):
        pixels = (random.random((4, 6, 8)) * 1000).astype(kind)
        yield f"map-{name}", hd.pm.ParametricMap(
            images, pixels, **common(10 + number), **device(), real_world_value_mappings=[rule], **options)


def captures():
    for number, (name, shape, kind, color, bits) in enumerate([
            ("gray8", (6, 8), np.uint8, "MONOCHROME2", 8), ("gray16", (6, 8), np.uint16, "MONOCHROME2", 16),
            ("rgb", (6, 8, 3), np.uint8, "RGB", 8)]):
        pixels = random.integers(0, 2 ** bits, shape).astype(kind)
        yield f"capture-{name}", hd.sc.SCImage(
            pixels, color, bits, "PATIENT", uid(1), **common(20 + number), patient_orientation=("L", "P"),
            patient_id="MADE-1", patient_name="Made^By Highdicom")


def presentation(images):
    graphic = hd.pr.GraphicObject("POLYLINE", np.array([[1.0, 1.0], [4.5, 2.0], [3.0, 3.0]]), "PIXEL", is_filled=False)
    circle = hd.pr.GraphicObject("CIRCLE", np.array([[0.5, 0.5], [0.5, 0.75]]), "DISPLAY")
    written = hd.pr.TextObject("here", "PIXEL", anchor_point=(2.0, 3.0), anchor_point_visible=True)
    layer = hd.pr.GraphicLayer("FINDINGS", 1, "What was found")
    annotation = hd.pr.GraphicAnnotation(images[:1], layer, graphic_objects=[graphic, circle], text_objects=[written])
    yield "presentation", hd.pr.GrayscaleSoftcopyPresentationState(
        images, **common(30), **device(), content_label="FINDINGS", content_description="Made",
        graphic_annotations=[annotation], graphic_layers=[layer],
        voi_lut_transformations=[hd.pr.SoftcopyVOILUTTransformation(window_center=40, window_width=400)],
        presentation_lut_transformation=hd.PresentationLUTTransformation(presentation_lut_shape="INVERSE"))


def reports(images):
    reader = hd.sr.ObserverContext(
        codes.DCM.Person, hd.sr.PersonObserverIdentifyingAttributes("Reader^Made"))
    context = hd.sr.ObservationContext(observer_person_context=reader)
    contour = hd.sr.ImageRegion(
        hd.sr.GraphicTypeValues.CIRCLE, np.array([[4.0, 3.0], [5.0, 3.0]]),
        source_image=hd.sr.SourceImageForRegion(images[0].SOPClassUID, images[0].SOPInstanceUID))
    measurement = hd.sr.Measurement(
        codes.SCT.Length, 8.5, codes.UCUM.Millimeter, tracking_identifier=hd.sr.TrackingIdentifier(uid(400), "Lesion 1"),
        derivation=codes.SCT.Mean)
    group = hd.sr.PlanarROIMeasurementsAndQualitativeEvaluations(
        hd.sr.TrackingIdentifier(uid(400), "Lesion 1"), referenced_region=contour, finding_type=codes.SCT.Mass,
        measurements=[measurement], finding_sites=[hd.sr.FindingSite(codes.SCT.Liver)],
        qualitative_evaluations=[hd.sr.QualitativeEvaluation(codes.SCT.Laterality, codes.SCT.Right)],
        algorithm_id=hd.sr.AlgorithmIdentification("Finder", "2.1"))
    general = hd.sr.MeasurementsAndQualitativeEvaluations(
        hd.sr.TrackingIdentifier(uid(401), "Whole"),
        measurements=[hd.sr.Measurement(codes.SCT.Volume, 12.25, codes.UCUM.CubicMillimeter)])
    report = hd.sr.MeasurementReport(
        context, procedure_reported=codes.LN.CTUnspecifiedBodyRegion, imaging_measurements=[group, general])
    yield "report", hd.sr.Comprehensive3DSR(
        evidence=images, content=report, **common(40), is_complete=True, is_final=True)
    chosen = hd.ko.KeyObjectSelection(codes.DCM.OfInterest, images[:2], observer_person_context=reader, description="Look")
    yield "keyobjects", hd.ko.KeyObjectSelectionDocument(images[:2], chosen, **common(41))


def main(folder):
    images, tiled = slices(), slide()
    for kind in (segmentations(images, tiled), maps(images), captures(), presentation(images), reports(images)):
        for name, dataset in kind:
            dataset.save_as(f"{folder}/{name}.dcm", enforce_file_format=True)
            print(name)


if __name__ == "__main__":
    main(sys.argv[1])
