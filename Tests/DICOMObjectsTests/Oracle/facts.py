"""The content of objects that are neither reports nor segmentations, as pydicom has it, in lines: `ObjectText` of the tests
writes the same of our values. Samples are digested as they are stored, numbers have six decimals."""

import hashlib

import numpy as np
import pydicom


def digest(array, kind):
    data = array if isinstance(array, bytes) else np.ascontiguousarray(array).astype(kind).tobytes()
    return hashlib.sha256(data).hexdigest()[:16]


def number(value):
    return f"{float(value) + 0.0:.6f}"


def numbers(values):
    if values is None:
        return ""
    values = [values] if not hasattr(values, "__iter__") or isinstance(values, str) else values
    return " ".join(number(value) for value in values)


def text(value):
    return "" if value is None else str(value).strip(" \0")


def line(*fields):
    print(*fields, sep="\t")


def code(items):
    return f"{items[0].CodeValue}|{items[0].CodingSchemeDesignator}" if items else "-"


def images(items):
    return " ".join(
        item.ReferencedSOPInstanceUID
        + "".join(f"/{int(frame)}" for frame in np.atleast_1d(item.get("ReferencedFrameNumber") or []))
        for item in items or [])


def waveform(dataset):
    for index, group in enumerate(dataset.WaveformSequence):
        line("group", text(group.get("MultiplexGroupLabel")), number(group.SamplingFrequency), group.NumberOfWaveformSamples)
        stored = pydicom.waveforms.multiplex_array(dataset, index, as_raw=True)
        scaled = dataset.waveform_array(index)
        for channel, raw, values in zip(group.ChannelDefinitionSequence, stored.T, scaled.T):
            line(
                "channel", code(channel.ChannelSourceSequence), digest(raw, "<i4"), f"{values.sum():.3f}",
                f"{values.max():.3f}", code(channel.get("ChannelSensitivityUnitsSequence")))


def document(dataset):
    data = dataset.EncapsulatedDocument
    length = dataset.get("EncapsulatedDocumentLength")
    if length is None and data[-1] == 0:
        length = len(data) - 1
    line(
        "document", text(dataset.get("DocumentTitle")), text(dataset.MIMETypeOfEncapsulatedDocument).lower(),
        digest(data[:length], None), code(dataset.get("ConceptNameCodeSequence")),
        images(dataset.get("SourceInstanceSequence")))


def structures(dataset):
    contours = {c.ReferencedROINumber: c for c in dataset.ROIContourSequence}
    kinds = {o.ReferencedROINumber: text(o.get("RTROIInterpretedType")) for o in dataset.RTROIObservationsSequence}
    for region in dataset.StructureSetROISequence:
        drawn = contours.get(region.ROINumber) or {}
        line(
            "region", region.ROINumber, text(region.get("ROIName")), kinds.get(region.ROINumber, "-"),
            text(region.ReferencedFrameOfReferenceUID), numbers(drawn.get("ROIDisplayColor")))
        for contour in drawn.get("ContourSequence") or []:
            line("contour", contour.ContourGeometricType, numbers(contour.ContourData), images(contour.get("ContourImageSequence")))


def capture(dataset):
    line(
        "capture", dataset.ConversionType, dataset.Rows, dataset.Columns, dataset.PhotometricInterpretation,
        dataset.BitsStored, text(dataset.get("BurnedInAnnotation", "YES")), digest(dataset.pixel_array, "<u2"))


def parametric_map(dataset):
    pixels = dataset.pixel_array
    pixels = pixels[np.newaxis] if pixels.ndim == 2 else pixels
    shared = dataset.SharedFunctionalGroupsSequence[0]
    for frame, group in zip(pixels, dataset.PerFrameFunctionalGroupsSequence):
        maps = group.get("RealWorldValueMappingSequence") or shared.get("RealWorldValueMappingSequence") or []
        place = group.get("PlanePositionSequence") or shared.get("PlanePositionSequence")
        line("frame", digest(frame, "<f8"), numbers(place[0].ImagePositionPatient) if place else "-")
        for mapping in maps:
            first = mapping.get("DoubleFloatRealWorldValueFirstValueMapped", mapping.get("RealWorldValueFirstValueMapped"))
            last = mapping.get("DoubleFloatRealWorldValueLastValueMapped", mapping.get("RealWorldValueLastValueMapped"))
            rule = numbers(mapping.get("RealWorldValueLUTData"))
            if "RealWorldValueSlope" in mapping:
                rule = numbers([mapping.RealWorldValueSlope, mapping.RealWorldValueIntercept])
            line("mapping", text(mapping.LUTLabel), numbers([first, last]), rule, code(mapping.MeasurementUnitsCodeSequence))


def table(item):
    count, first, bits = np.array(item.LUTDescriptor, int)
    count = count or 65536
    data = item.LUTData
    if isinstance(data, (bytes, bytearray)):
        wide = len(data) >= count * 2
        entries = np.frombuffer(data, "<u2" if wide else "u1")[:count]
    else:
        entries = np.array(data, np.uint16)
        if len(entries) < count:
            entries = np.frombuffer(entries.astype("<u2").tobytes(), "u1")
        entries = entries[:count]
    return f"{first} {bits} {digest(entries, '<u2')}"


def presentation(dataset):
    line("state", dataset.ContentLabel, text(dataset.get("ContentDescription")))
    for series in dataset.ReferencedSeriesSequence:
        line("series", series.SeriesInstanceUID, images(series.ReferencedImageSequence))
    if "ModalityLUTSequence" in dataset:
        line("modality", table(dataset.ModalityLUTSequence[0]), text(dataset.ModalityLUTSequence[0].ModalityLUTType))
    elif "RescaleSlope" in dataset:
        line("modality", numbers([dataset.RescaleSlope, dataset.RescaleIntercept]), text(dataset.RescaleType))
    for item in dataset.get("SoftcopyVOILUTSequence") or []:
        shown = images(item.get("ReferencedImageSequence"))
        if "VOILUTSequence" in item:
            line("voi", table(item.VOILUTSequence[0]), shown)
        else:
            line("voi", numbers([item.WindowCenter, item.WindowWidth]), text(item.get("VOILUTFunction")), shown)
    if "PresentationLUTSequence" in dataset:
        line("presentation", table(dataset.PresentationLUTSequence[0]))
    else:
        line("presentation", dataset.PresentationLUTShape)
    for area in dataset.DisplayedAreaSelectionSequence:
        line(
            "area", numbers(area.DisplayedAreaTopLeftHandCorner), numbers(area.DisplayedAreaBottomRightHandCorner),
            area.PresentationSizeMode, numbers(area.get("PresentationPixelMagnificationRatio")),
            images(area.get("ReferencedImageSequence")))
    for annotation in dataset.get("GraphicAnnotationSequence") or []:
        line("annotation", annotation.GraphicLayer, images(annotation.get("ReferencedImageSequence")))
        for item in annotation.get("TextObjectSequence") or []:
            box = ""
            if "BoundingBoxTopLeftHandCorner" in item:
                box = numbers(list(item.BoundingBoxTopLeftHandCorner) + list(item.BoundingBoxBottomRightHandCorner))
            line("text", text(item.UnformattedTextValue), box, numbers(item.get("AnchorPoint")))
        for item in annotation.get("GraphicObjectSequence") or []:
            line(
                "graphic", item.GraphicType, item.GraphicAnnotationUnits, numbers(item.GraphicData),
                text(item.get("GraphicFilled")) or "N")
    if "ImageRotation" in dataset:
        line("turn", int(dataset.ImageRotation), dataset.ImageHorizontalFlip)
    if "ShutterShape" in dataset:
        line(
            "shutter", " ".join(np.atleast_1d(dataset.ShutterShape)), numbers(dataset.get("CenterOfCircularShutter")),
            numbers(dataset.get("VerticesOfThePolygonalShutter")))


def video(dataset):
    stream = b"".join(pydicom.encaps.generate_fragments(dataset.PixelData[8:]))
    line(
        "video", dataset.file_meta.TransferSyntaxUID, dataset.Rows, dataset.Columns, dataset.NumberOfFrames,
        number(dataset.FrameTime), digest(stream, None))


def print_facts(path):
    dataset = pydicom.dcmread(path, force=True)
    if dataset.file_meta.get("TransferSyntaxUID", "").startswith("1.2.840.10008.1.2.4.10"):
        video(dataset)
        return
    kinds = {
        "WaveformSequence": waveform, "EncapsulatedDocument": document, "StructureSetROISequence": structures,
        "ConversionType": capture, "PresentationLUTShape": presentation, "PresentationLUTSequence": presentation,
    }
    if "PerFrameFunctionalGroupsSequence" in dataset:
        parametric_map(dataset)
        return
    for keyword, printer in kinds.items():
        if keyword in dataset:
            printer(dataset)
            return
