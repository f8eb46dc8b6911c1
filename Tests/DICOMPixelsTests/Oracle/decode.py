"""Decodes encapsulated frames with pydicom, for comparison.

    decode.py SAMPLES OUTPUT FILE …

Decodes each FILE of the folder SAMPLES and writes its samples, every frame, without colour conversion, to
OUTPUT/NUMBER.raw, NUMBER being its position among the arguments from 0. A file that cannot be decoded has no output; a
line on standard output says why. JPEG code streams whose scan header names other coefficients than a sequential scan
has (which pydicom's plugins refuse) are corrected before.
"""

import logging
import sys
import warnings
from pathlib import Path

import numpy as np
import pydicom
from pydicom.encaps import encapsulate, generate_frames
from pydicom.pixels import pixel_array
from pydicom.uid import JPEGBaseline8Bit, JPEGExtended12Bit

warnings.simplefilter("ignore")
logging.disable(logging.CRITICAL)


def with_sequential_scan(frame):
    """The same code stream with Ss 0 and Se 63 in its first scan header."""
    frame = bytearray(frame)
    position = 2
    while frame[position + 1] != 0xDA:
        position += 2 + int.from_bytes(frame[position + 2 : position + 4], "big")
    parameters = position + 5 + 2 * frame[position + 4]
    frame[parameters], frame[parameters + 1] = 0, 63
    return bytes(frame)


def decode(path):
    ds = pydicom.dcmread(path)
    syntax = ds.file_meta.TransferSyntaxUID
    if syntax == JPEGExtended12Bit:
        count = int(ds.get("NumberOfFrames") or 1)
        frames = [with_sequential_scan(frame) for frame in generate_frames(ds.PixelData, number_of_frames=count)]
        ds.PixelData = encapsulate(frames)
    # Pillow reads JPEG with the library that most of the world reads it with.
    plugin = "pillow" if syntax == JPEGBaseline8Bit else ""
    return pixel_array(ds, raw=True, decoding_plugin=plugin)


samples, output = Path(sys.argv[1]), Path(sys.argv[2])
for number, name in enumerate(sys.argv[3:]):
    try:
        array = decode(samples / name)
        (output / f"{number}.raw").write_bytes(np.ascontiguousarray(array).tobytes())
        print(number, array.shape, array.dtype)
    except Exception as error:
        print(number, type(error).__name__, str(error).splitlines()[0] if str(error) else "")
