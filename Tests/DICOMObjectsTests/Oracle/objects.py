"""What highdicom, pydicom and numpy say of objects, in lines that the tests compare with ours.

    objects.py tree FILE...      the content trees, one line a content item
    objects.py affine FILE...    position, column, row and slice step of each series, by numpy and by highdicom
    objects.py frames FILE...    segments and frames: number, position and a digest of the samples of each
    objects.py facts FILE...     the content of other objects: see facts.py
    objects.py tiles FILE...     column, row and offsets of each frame of a slide, by highdicom
    objects.py groups FILE...    rescale, window, stack and echo of each frame of an enhanced image
    objects.py highdicom FILE... reads each report as highdicom's own classes; one line a measurement group
"""

import sys
import warnings

import facts
import pydicom

warnings.simplefilter("ignore")


def escaped(text):
    return text.replace("\\", "\\\\").replace("\n", "\\n").replace("\r", "\\r").replace("\t", "\\t")


def clean(value):
    return "" if value is None else str(value).rstrip(" \0")


def code(item):
    for keyword in ("CodeValue", "LongCodeValue", "URNCodeValue"):
        if clean(item.get(keyword)):
            return "|".join(
                (clean(item.get(keyword)).strip(), clean(item.get("CodingSchemeDesignator")).strip(),
                 clean(item.get("CodeMeaning")).strip()))
    return ""


def concept(dataset, keyword):
    items = dataset.get(keyword)
    return code(items[0]) if items else ""


def numbers(value):
    if value is None:
        return []
    return [value] if not hasattr(value, "__iter__") or isinstance(value, str) else list(value)


def floats(values):
    import numpy

    return ",".join(str(numpy.float32(v)) for v in numbers(values))


def integers(values):
    return "[" + ", ".join(str(int(v)) for v in numbers(values)) + "]"


def value(item):
    kind = clean(item.get("ValueType"))
    references = item.get("ReferencedSOPSequence") or []
    reference = references[0] if references else None
    if kind == "TEXT":
        return clean(item.get("TextValue"))
    if kind == "DATE":
        return clean(item.get("Date"))
    if kind == "TIME":
        return clean(item.get("Time"))
    if kind == "DATETIME":
        return clean(item.get("DateTime"))
    if kind == "NUM":
        measured = item.get("MeasuredValueSequence")
        if not measured or measured[0].get("NumericValue") is None:
            return "none " + concept(item, "NumericValueQualifierCodeSequence")
        number = numbers(measured[0].NumericValue)[0]
        unit = concept(measured[0], "MeasurementUnitsCodeSequence") or "1|UCUM|no units"
        return f"{getattr(number, 'original_string', number)}".strip() + " " + unit
    if kind == "CODE":
        return concept(item, "ConceptCodeSequence") or "?"
    if kind == "UIDREF":
        return clean(item.get("UID"))
    if kind == "PNAME":
        return clean(item.get("PersonName")) or "?"
    if kind == "CONTAINER":
        return clean(item.get("ContinuityOfContent")) or "SEPARATE"
    if kind in ("COMPOSITE", "IMAGE", "WAVEFORM"):
        # Some name no class: we keep such an item without its value.
        if reference is None or not all(reference.get(f"ReferencedSOP{part}UID") for part in ("Class", "Instance")):
            return "?"
        text = f"{reference.ReferencedSOPClassUID} {reference.ReferencedSOPInstanceUID}"
        if kind == "IMAGE":
            text += " " + integers(reference.get("ReferencedFrameNumber"))
            text += " " + integers(reference.get("ReferencedSegmentNumber"))
        if kind == "WAVEFORM":
            text += " " + integers(reference.get("ReferencedWaveformChannels"))
        return text
    if kind == "SCOORD":
        return f"{item.GraphicType} {floats(item.GraphicData)}"
    if kind == "SCOORD3D":
        return f"{item.GraphicType} {floats(item.GraphicData)} {item.ReferencedFrameOfReferenceUID}"
    if kind == "TCOORD":
        return clean(item.TemporalRangeType)
    if kind == "TABLE":
        table = item.TabulatedValuesSequence[0]
        return f"{table.NumberOfTableRows}x{table.NumberOfTableColumns}"
    if "ReferencedContentItemIdentifier" in item:
        return integers(item.ReferencedContentItemIdentifier)
    return "?"


def tree(item, place, is_root=True):
    relationship = "" if is_root else clean(item.get("RelationshipType")) or "CONTAINS"
    template = item.get("ContentTemplateSequence")
    text = value(item)
    kind = clean(item.get("ValueType"))
    if text == "?":
        kind = ""
    fields = [
        place, relationship, kind, concept(item, "ConceptNameCodeSequence"),
        clean(template[0].get("TemplateIdentifier")) if template else "", text]
    print("\t".join(escaped(f) for f in fields))
    for number, child in enumerate(item.get("ContentSequence") or [], 1):
        tree(child, f"{place}.{number}", False)


def read_with_highdicom(path):
    import highdicom

    report = highdicom.sr.srread(path)
    content = report.content
    if not isinstance(content, highdicom.sr.MeasurementReport):
        print("report", type(report).__name__, len(content[0].ContentSequence if "ContentSequence" in content[0] else []))
        return
    kinds = {
        "planar": content.get_planar_roi_measurement_groups(),
        "volumetric": content.get_volumetric_roi_measurement_groups(),
        "general": content.get_image_measurement_groups(),
    }
    print("report", type(report).__name__, *(len(groups) for groups in kinds.values()))
    for kind, groups in kinds.items():
        for group in groups:
            finding = group.finding_type
            reference = getattr(group, "reference_type", None)
            sites = "+".join(site.value.value for site in group.finding_sites)
            print(
                kind, group.tracking_uid, finding.value if finding else "-", sites or "-",
                reference.value if reference is not None else "-", sep="\t")
            for measurement in group.get_measurements():
                print(
                    "measurement", measurement.name.value, measurement.value, measurement.unit.value,
                    measurement.derivation.value if measurement.derivation else "-", sep="\t")
            for evaluation in group.get_qualitative_evaluations():
                print("evaluation", evaluation.name.value, evaluation.value.value, sep="\t")


def numbers_of(*vectors):
    return " ".join(f"{number:.6f}" for vector in vectors for number in vector)


def along_normal(matrix, count):
    """Origin and steps (column, row, slice) of a matrix over (slice, row, column), slices along the normal."""
    import numpy as np

    origin, slices, rows, columns = matrix[:3, 3], matrix[:3, 0], matrix[:3, 1], matrix[:3, 2]
    if np.dot(slices, np.cross(columns, rows)) < 0:
        origin, slices = origin + (count - 1) * slices, -slices
    return origin, columns, rows, slices


def affine_of_series(datasets):
    import highdicom
    import numpy as np

    first = datasets[0]
    turn = np.array(first.ImageOrientationPatient, float)
    normal = np.cross(turn[:3], turn[3:])
    positions = sorted((np.array(d.ImagePositionPatient, float) for d in datasets), key=lambda p: p @ normal)
    step = (positions[-1] - positions[0]) / (len(positions) - 1)
    spacing = [float(s) for s in first.PixelSpacing]
    print("numpy", len(positions), numbers_of(positions[0], turn[:3] * spacing[1], turn[3:] * spacing[0], step), sep="\t")
    distance, _ = highdicom.spatial.get_series_volume_positions(datasets)
    if distance is None:
        print("highdicom\tirregular")
        return
    # highdicom's slices may run against the normal; the matrix starts at its own first slice.
    for start in (positions[0], positions[-1]):
        matrix = highdicom.spatial.create_affine_matrix_from_attributes(
            start, turn, spacing, distance, index_convention="DR", slices_first=True)
        if np.dot(matrix[:3, 0], normal) * np.dot(start - (positions[0] + positions[-1]) / 2, normal) < 0:
            print("highdicom", len(positions), numbers_of(*along_normal(matrix, len(positions))), sep="\t")


def affines(paths):
    import highdicom

    series = {}
    for path in paths:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        series.setdefault(dataset.SeriesInstanceUID, []).append((path, dataset))
    for uid, members in series.items():
        datasets = [dataset for _, dataset in members]
        print("series", uid, sep="\t")
        if len(datasets) == 1 and "PerFrameFunctionalGroupsSequence" in datasets[0]:
            geometry = highdicom.imread(members[0][0]).get_volume_geometry()
            if geometry is None:
                print("highdicom\tirregular")
            else:
                count = geometry.shape[0]
                print("highdicom", count, numbers_of(*along_normal(geometry.affine, count)), sep="\t")
        elif len(datasets) > 1:
            affine_of_series(datasets)


def print_frames(path):
    """Samples by pydicom, segments by highdicom."""
    import hashlib

    import highdicom
    import numpy as np

    dataset = pydicom.dcmread(path)
    pixels = unusual_frames(dataset)
    # highdicom must accept what it can (no big endian); the background of a labelmap is no segment to it.
    if pixels is None and dataset.file_meta.TransferSyntaxUID.is_little_endian and "SegmentSequence" in dataset:
        highdicom.seg.segread(path)
    for segment in dataset.get("SegmentSequence") or []:
        print(
            "segment", segment.SegmentNumber, segment.SegmentLabel,
            segment.SegmentedPropertyCategoryCodeSequence[0].CodeValue,
            segment.SegmentedPropertyTypeCodeSequence[0].CodeValue, sep="\t")
    if pixels is None:
        pixels = dataset.pixel_array
    color = dataset.SamplesPerPixel > 1
    pixels = pixels[np.newaxis] if pixels.ndim == (3 if color else 2) else pixels
    for frame, (number, position) in zip(pixels, frame_places(dataset)):
        kind = frame.dtype.str.replace("|u1", "<u2")
        digest = hashlib.sha256(frame.astype(kind).tobytes()).hexdigest()[:16]
        print("frame", number, position, digest, sep="\t")


def unusual_frames(dataset):
    """Frames that pydicom does not decode: of the deflated image frame syntax, and single bits in RLE."""
    import zlib

    import numpy as np
    from pydicom.pixels.decoders.rle import _rle_decode_segment

    syntax = dataset.file_meta.TransferSyntaxUID
    if syntax == "1.2.840.10008.1.2.8.1":
        def decode(stream):
            return zlib.decompressobj(-15).decompress(stream)
    elif syntax == pydicom.uid.RLELossless and dataset.BitsAllocated == 1:
        def decode(stream):
            return bytes(_rle_decode_segment(stream[64:]))
    else:
        return None
    frames = []
    shape = (dataset.Rows, dataset.Columns)
    for stream in pydicom.encaps.generate_frames(dataset.PixelData, number_of_frames=int(dataset.NumberOfFrames)):
        samples = np.frombuffer(decode(stream), np.uint8)
        if dataset.BitsAllocated == 1:
            samples = np.unpackbits(samples, bitorder="little")
        frames.append(samples[: shape[0] * shape[1]].reshape(shape))
    return np.stack(frames)


def frame_places(dataset):
    """Segment and place of each frame: in a patient, or column, row and offsets on a slide."""
    import highdicom

    if "PerFrameFunctionalGroupsSequence" not in dataset:
        for channel, _, column, row, x, y, z in highdicom.spatial.iter_tiled_full_frame_data(dataset):
            yield (channel if "SegmentSequence" in dataset else None) or "-", f"{column} {row} " + numbers_of((x, y, z))
        return
    shared = dataset.SharedFunctionalGroupsSequence[0]
    for group in dataset.PerFrameFunctionalGroupsSequence:
        segment = group.get("SegmentIdentificationSequence") or shared.get("SegmentIdentificationSequence")
        place = group.get("PlanePositionSequence") or shared.get("PlanePositionSequence")
        tile = group.get("PlanePositionSlideSequence") or shared.get("PlanePositionSlideSequence")
        position = "-"
        if place:
            position = numbers_of(place[0].ImagePositionPatient)
        elif tile:
            offsets = [tile[0][f"{axis}OffsetInSlideCoordinateSystem"].value for axis in "XYZ"]
            position = (
                f"{tile[0].ColumnPositionInTotalImagePixelMatrix} {tile[0].RowPositionInTotalImagePixelMatrix} "
                + numbers_of(offsets))
        yield segment[0].ReferencedSegmentNumber if segment else "-", position


def tiles(path):
    import highdicom

    dataset = pydicom.dcmread(path, stop_before_pixels=True)
    for channel, plane, column, row, x, y, z in highdicom.spatial.iter_tiled_full_frame_data(dataset):
        print(channel, plane, column, row, numbers_of((x, y, z)))


def groups(path):
    dataset = pydicom.dcmread(path)
    shared = (dataset.get("SharedFunctionalGroupsSequence") or [{}])[0]
    pixels = dataset.pixel_array.reshape(-1, dataset.Rows, dataset.Columns)
    for frame, group in zip(pixels, dataset.get("PerFrameFunctionalGroupsSequence") or []):
        def find(sequence, keyword):
            items = group.get(sequence) or shared.get(sequence)
            found = items[0].get(keyword) if items else None
            if found is None or found == "":
                return "-"
            return f"{float(numbers(found)[0]):.4f}"

        content = group.get("FrameContentSequence")
        print(
            clean(content[0].get("StackID")) or "-" if content else "-", find("FrameContentSequence", "InStackPositionNumber"),
            find("PixelValueTransformationSequence", "RescaleSlope"), find("FrameVOILUTSequence", "WindowCenter"),
            find("MREchoSequence", "EffectiveEchoTime"), find("MRTimingAndRelatedParametersSequence", "RepetitionTime"),
            find("MRDiffusionSequence", "DiffusionBValue"), facts.digest(frame, "<i4"), sep="\t")


def main(verb, paths):
    if verb == "affine":
        affines(paths)
        return
    for path in paths:
        print("file", path, sep="\t")
        if verb == "tree":
            tree(pydicom.dcmread(path), "1")
        elif verb == "facts":
            facts.print_facts(path)
        elif verb in ("tiles", "groups"):
            globals()[verb](path)
        elif verb == "frames":
            print_frames(path)
        elif verb == "highdicom":
            read_with_highdicom(path)
        else:
            raise SystemExit(__doc__)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2:])
