#include "CText.h"

#include <ft2build.h>
#include FT_FREETYPE_H
#include <stdlib.h>

struct ctext_font {
  FT_Library library;
  FT_Face face;
};

ctext_font *ctext_open(const char *path) {
  ctext_font *font = calloc(1, sizeof *font);
  if (font == NULL) {
    return NULL;
  }
  // A library of its own: FreeType's are for one thread at a time.
  if (FT_Init_FreeType(&font->library) != 0) {
    free(font);
    return NULL;
  }
  if (FT_New_Face(font->library, path, 0, &font->face) != 0) {
    FT_Done_FreeType(font->library);
    free(font);
    return NULL;
  }
  return font;
}

void ctext_close(ctext_font *font) {
  if (font != NULL) {
    FT_Done_Face(font->face);
    FT_Done_FreeType(font->library);
    free(font);
  }
}

int ctext_set_size(ctext_font *font, uint32_t pixels, int32_t *above, int32_t *below) {
  if (pixels < 1 || pixels > 1024 || FT_Set_Pixel_Sizes(font->face, 0, pixels) != 0) {
    return 0;
  }
  *above = (int32_t)((font->face->size->metrics.ascender + 63) >> 6);
  *below = (int32_t)((63 - font->face->size->metrics.descender) >> 6);
  return 1;
}

int32_t ctext_width(ctext_font *font, const uint32_t *characters, size_t count) {
  int64_t width = 0;
  for (size_t index = 0; index < count; index++) {
    if (FT_Load_Char(font->face, characters[index], FT_LOAD_DEFAULT) == 0) {
      width += font->face->glyph->advance.x;
    }
  }
  width = (width + 63) >> 6;
  return width > INT32_MAX ? INT32_MAX : (int32_t)width;
}

void ctext_draw(ctext_font *font, const uint32_t *characters, size_t count, int32_t x, int32_t y, ctext_mark mark,
                void *context) {
  int64_t pen = (int64_t)x << 6;
  for (size_t index = 0; index < count; index++) {
    if (FT_Load_Char(font->face, characters[index], FT_LOAD_RENDER) != 0) {
      continue;
    }
    const FT_GlyphSlot glyph = font->face->glyph;
    if (glyph->bitmap.pixel_mode == FT_PIXEL_MODE_GRAY) {
      for (unsigned row = 0; row < glyph->bitmap.rows; row++) {
        const unsigned char *line = glyph->bitmap.buffer + (ptrdiff_t)row * glyph->bitmap.pitch;
        for (unsigned column = 0; column < glyph->bitmap.width; column++) {
          if (line[column] != 0) {
            mark(context, (int32_t)((pen + 32) >> 6) + glyph->bitmap_left + (int32_t)column,
                 y - glyph->bitmap_top + (int32_t)row, line[column]);
          }
        }
      }
    }
    pen += glyph->advance.x;
  }
}
