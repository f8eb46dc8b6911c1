"""Scales an image with Pillow.

    scale.py PIXELS FILTER WIDTH HEIGHT NEW_WIDTH NEW_HEIGHT

PIXELS are bytes red, green, blue; prints those of the scaled image as numbers.
"""

import sys
from pathlib import Path

from PIL import Image

width, height, new_width, new_height = map(int, sys.argv[3:])
image = Image.frombytes("RGB", (width, height), Path(sys.argv[1]).read_bytes())
print(*image.resize((new_width, new_height), Image.Resampling[sys.argv[2]]).tobytes())
