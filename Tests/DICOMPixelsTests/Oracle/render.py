"""Renders natively encoded frames with pydicom, for comparison.

    render.py SAMPLES OUTPUT

Walks the folder SAMPLES for DICOM files with uncompressed pixel data and writes to the folder OUTPUT

    oracle.bin   headers, rendered frames (8-bit grey or RGB), and stored frames that cannot be read from the file
    index.tsv    a line per frame, tab separated:
                 path, frame number from 1, byte order (little, big), offset and length of the header in oracle.bin,
                 file of the stored frame (path or "-" for oracle.bin), its offset and length,
                 then rows, columns, components and offset in oracle.bin of the rendered frame,
                 or "refused" and the reason where pydicom cannot render

Headers are what rendering needs of the data set, in Explicit VR Little Endian with defined lengths. Of a multi-frame
image the first two, the middle and the last frame are rendered. Modality LUT, VOI LUT, palettes and colour spaces are
pydicom's; added here are the choice of functional groups, the range shown when an image has no VOI LUT, the
presentation LUT shape, padding in black, shutters, supplemental palettes and the scaling to eight bits.
"""

import logging
import struct
import sys
import warnings
from pathlib import Path

import numpy as np
import pydicom
from pydicom.dataelem import RawDataElement
from pydicom.datadict import dictionary_VR
from pydicom.dataset import Dataset
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_data_element
from pydicom.pixels import apply_color_lut, apply_modality_lut, apply_voi_lut, convert_color_space, pixel_array

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
MODALITY = ("ModalityLUTSequence", "RescaleSlope", "RescaleIntercept")
PIXEL_TAGS = (0x7FE00008, 0x7FE00009, 0x7FE00010)
GROUPS = (0x0028, 0x2050)
OTHERS = (0x00089205, *range(0x00181600, 0x00181630))
MACROS = (0x00289145, 0x00289132)
FUNCTIONAL_GROUPS = (0x52009229, 0x52009230)
LONG_LENGTH = ("OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV")
VOI = ("VOILUTSequence", "WindowCenter", "WindowWidth", "VOILUTFunction")


def view(ds, number):
    """The attributes of one frame in one flat data set."""
    flat = Dataset()
    flat.file_meta = ds.file_meta
    for keyword in ("PhotometricInterpretation", "BitsStored", "PixelRepresentation"):
        if keyword in ds:
            flat[keyword] = ds[keyword]
    if "PixelData" not in ds:
        # pydicom asks for them when it windows; for floating point they only set the scale of its result.
        flat.PixelRepresentation, flat.BitsStored = 0, 16
    groups = []
    per_frame = ds.get("PerFrameFunctionalGroupsSequence") or []
    if number <= len(per_frame):
        groups.append(per_frame[number - 1])
    groups.extend((ds.get("SharedFunctionalGroupsSequence") or [])[:1])
    for macro, keywords in (("PixelValueTransformationSequence", MODALITY), ("FrameVOILUTSequence", VOI)):
        places = [group[macro].value[0] for group in groups if group.get(macro)] + [ds]
        for place in places:
            found = [keyword for keyword in keywords if place.get(keyword) not in (None, "", [])]
            if found:
                for keyword in found:
                    flat[keyword] = place[keyword]
                break
    return flat


def stored_range(flat):
    if flat.PixelRepresentation:
        return -(2 ** (flat.BitsStored - 1)), 2 ** (flat.BitsStored - 1) - 1
    return 0, 2**flat.BitsStored - 1


def padding(ds, flat):
    if "PixelPaddingValue" not in ds:
        return None
    first = ds.PixelPaddingValue
    last = ds.get("PixelPaddingRangeLimit", first)
    return min(first, last), max(first, last)


def shown_range(ds, flat, stored, values):
    """The values that become black and white."""
    if "VOILUTSequence" in flat:
        return 0, 2 ** flat.VOILUTSequence[0].LUTDescriptor[2] - 1
    is_float = values.dtype.kind == "f" and stored.dtype.kind == "f"
    if "WindowCenter" in flat or (not is_float and flat.BitsStored <= 8):
        if "ModalityLUTSequence" in flat:
            return 0, 2 ** flat.ModalityLUTSequence[0].LUTDescriptor[2] - 1
        low, high = stored_range(flat)
        slope, intercept = float(flat.get("RescaleSlope", 1)), float(flat.get("RescaleIntercept", 0))
        ends = low * slope + intercept, high * slope + intercept
        # pydicom's window runs from the first to the second even where the slope is negative.
        return ends if "WindowCenter" in flat else sorted(ends)
    excluded = None if is_float else padding(ds, flat)
    kept = np.isfinite(values)
    if excluded is not None:
        kept &= ~((stored >= excluded[0]) & (stored <= excluded[1]))
    return (values[kept].min(), values[kept].max()) if kept.any() else (0, 0)


def to_bytes(values, low, high):
    scaled = np.clip((values.astype(np.float64) - low) / ((high - low) or 1), 0, 1) * 255
    return np.floor(scaled + 0.5).astype(np.uint8)


def render(ds, number, stored):
    photometric = ds.PhotometricInterpretation
    if photometric in ("RGB", "YBR_FULL", "YBR_FULL_422"):
        if photometric != "RGB":
            stored = convert_color_space(stored, "YBR_FULL", "RGB")
        return stored if stored.dtype == np.uint8 else to_bytes(stored, 0, 2**ds.BitsStored - 1)
    if photometric == "PALETTE COLOR":
        colors = apply_color_lut(stored, ds)[..., :3]
        return colors if colors.dtype == np.uint8 else (colors >> 8).astype(np.uint8)
    flat = view(ds, number)
    values = apply_modality_lut(stored, flat)
    low, high = shown_range(ds, flat, stored, values)
    levels = to_bytes(apply_voi_lut(values, flat), low, high)
    excluded = None if "PixelData" not in ds else padding(ds, flat)
    shape = ds.get("PresentationLUTShape") or ("INVERSE" if photometric == "MONOCHROME1" else "IDENTITY")
    levels = 255 - levels if shape == "INVERSE" else levels
    if excluded is not None:
        levels[(stored >= excluded[0]) & (stored <= excluded[1])] = 0
    if ds.get("PixelPresentation") in ("COLOR", "MIXED") and "RedPaletteColorLookupTableDescriptor" in ds:
        levels = supplemented(ds, stored, levels)
    return levels


def supplemented(ds, stored, levels):
    """Stored values from the first mapped one on in the colours of the supplemental palette, the others grey."""
    descriptor = ds.RedPaletteColorLookupTableDescriptor
    first = descriptor[1] - 65536 if ds.PixelRepresentation and descriptor[1] > 32767 else descriptor[1]
    with_palette = Dataset()
    with_palette.update({e.tag: e for e in ds.group_dataset(0x0028) if 0x1101 <= e.tag.element <= 0x1223})
    colors = apply_color_lut(np.maximum(stored.astype(int), first), with_palette)[..., :3]
    colors = colors if colors.dtype == np.uint8 else (colors >> 8).astype(np.uint8)
    return np.where((stored >= first)[..., None], colors, levels[..., None])


def shut(ds, picture):
    """What the shutters leave, the rest in their grey."""
    shapes = ds.get("ShutterShape") or []
    shapes = [shapes] if isinstance(shapes, str) else shapes
    if not shapes:
        return picture
    rows, columns = np.mgrid[1 : picture.shape[0] + 1, 1 : picture.shape[1] + 1]
    kept = np.ones(picture.shape[:2], bool)
    if "RECTANGULAR" in shapes:
        kept &= (columns >= ds.ShutterLeftVerticalEdge) & (columns <= ds.ShutterRightVerticalEdge)
        kept &= (rows >= ds.ShutterUpperHorizontalEdge) & (rows <= ds.ShutterLowerHorizontalEdge)
    if "CIRCULAR" in shapes:
        row, column = ds.CenterOfCircularShutter
        kept &= (rows - row) ** 2 + (columns - column) ** 2 <= int(ds.RadiusOfCircularShutter) ** 2
    picture = picture.copy()
    picture[~kept] = int(ds.get("ShutterPresentationValue", 0) / 65535 * 255 + 0.5)
    return picture


def explicit(tag, vr, value):
    value += b"\0" * (len(value) % 2)
    length = b"\0\0" + struct.pack("<I", len(value)) if vr in LONG_LENGTH else struct.pack("<H", len(value))
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr.encode() + length + value


def encoded(ds, wanted):
    """The wanted elements of a data set, as they lie in the file where that is little endian."""
    result = b""
    for tag in sorted(ds.keys()):
        if tag in PIXEL_TAGS:
            element = ds.get_item(tag)
            result += explicit(tag, (element.VR or "OW")[:2], b"")
        if tag in PIXEL_TAGS or not wanted(tag):
            continue
        element = ds.get_item(tag)
        vr = element.VR or dictionary_VR(tag)
        vr = {"US or SS": "US", "US or OW": "OW", "US or SS or OW": "OW"}.get(vr, vr)
        if vr == "SQ" or isinstance(ds[tag].value, pydicom.Sequence):
            nested = (lambda tag: tag in MACROS) if tag in FUNCTIONAL_GROUPS else (lambda tag: True)
            items = b"".join(item(encoded(entry, nested)) for entry in ds[tag].value or [])
            result += explicit(tag, "SQ", items)
        elif isinstance(element, RawDataElement) and element.is_little_endian:
            result += explicit(tag, vr, element.value or b"")
        else:
            stream = DicomBytesIO()
            stream.is_little_endian, stream.is_implicit_VR = True, False
            write_data_element(stream, ds[tag])
            result += stream.getvalue()
    return result


def item(content):
    return struct.pack("<HHI", 0xFFFE, 0xE000, len(content)) + content


def header(ds):
    def is_wanted(tag):
        return tag.element and tag.group in GROUPS or tag in FUNCTIONAL_GROUPS or tag in OTHERS

    return encoded(ds, is_wanted)


def extent(ds, number, length):
    """Offset and length of a native frame within the pixel data."""
    samples = 2 if ds.PhotometricInterpretation == "YBR_FULL_422" else ds.SamplesPerPixel
    bits = ds.Rows * ds.Columns * samples * ds.BitsAllocated
    start, end = (number - 1) * bits // 8, (number * bits + 7) // 8
    # Big-endian samples of a byte are swapped in words, of which the last may be half padding.
    return start, min(end + end % 2, length) - start


def chosen_frames(count):
    return sorted({1, min(2, count), (count + 1) // 2, count})


def is_native(ds):
    if not any(keyword in ds for keyword in PIXELS):
        return False
    try:
        return not ds.file_meta.TransferSyntaxUID.is_encapsulated
    except (AttributeError, ValueError):
        return False


class Output:
    def __init__(self, folder):
        self.data = open(folder / "oracle.bin", "wb")
        self.index = open(folder / "index.tsv", "w")

    def append(self, content):
        start = self.data.tell()
        self.data.write(content)
        return start

    def line(self, *fields):
        print(*fields, sep="\t", file=self.index)

    def close(self):
        self.data.close()
        self.index.close()


def examine(ds, path, name, output):
    keyword = next(keyword for keyword in PIXELS if keyword in ds)
    element = ds.get_item(keyword)
    stored, position = element.value or b"", getattr(element, "value_tell", 0)
    small = header(ds)
    order = "little" if ds.original_encoding[1] else "big"
    entry = (output.append(small), len(small))
    source = name
    if ds.file_meta.TransferSyntaxUID.is_deflated:
        source, position = "-", output.append(stored)
    try:
        count = int(ds.get("NumberOfFrames") or 1)
        pictures = []
        for number in chosen_frames(count):
            frame = pixel_array(ds, raw=True, index=number - 1)
            pictures.append((number, extent(ds, number, len(stored)), shut(ds, render(ds, number, frame))))
    except Exception as error:
        output.line(name, 1, order, *entry, source, position, len(stored), "refused", type(error).__name__)
        return
    for number, (start, length), picture in pictures:
        components = 1 if picture.ndim == 2 else picture.shape[2]
        place = output.append(np.ascontiguousarray(picture).tobytes())
        output.line(
            name, number, order, *entry, source, position + start, length, *picture.shape[:2], components, place
        )


def main(samples, folder):
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    output = Output(folder)
    for path in sorted(samples.rglob("*")):
        if not path.is_file():
            continue
        try:
            ds = pydicom.dcmread(path)
        except Exception:  # whatever is no DICOM file
            continue
        if is_native(ds):
            examine(ds, path, path.relative_to(samples), output)
    output.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
