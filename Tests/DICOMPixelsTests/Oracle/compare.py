"""Decodes encoded renderings with Pillow and compares them with the pixels they were made of.

    compare.py FOLDER

For every `NAME.raw` of FOLDER, whose first line says width, height and components and whose rest is the pixels,
`NAME.png` must decode to them exactly and `NAME.jpg` nearly. Prints a line per encoded file: its name, whether size and
mode agree, the largest difference and the mean difference of a sample.
"""

import sys
from pathlib import Path

import numpy as np
from PIL import Image

for raw in sorted(Path(sys.argv[1]).glob("*.raw")):
    line, pixels = raw.read_bytes().split(b"\n", 1)
    width, height, components = map(int, line.split())
    expected = np.frombuffer(pixels, np.uint8).reshape(height, width, components)
    for suffix in (".png", ".jpg"):
        with Image.open(raw.with_suffix(suffix)) as image:
            agrees = image.size == (width, height) and image.mode == ("L" if components == 1 else "RGB")
            decoded = np.asarray(image).reshape(height, width, components)
        difference = np.abs(decoded.astype(int) - expected)
        print(raw.stem + suffix, agrees, difference.max(), f"{difference.mean():.3f}", sep="\t")
