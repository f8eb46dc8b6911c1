// Letters as coverage, by FreeType.

#ifndef CTEXT_H
#define CTEXT_H

#include <stddef.h>
#include <stdint.h>

/// A font that is open; used by one thread at a time.
typedef struct ctext_font ctext_font;

/// Opens a font file; NULL when it is none.
ctext_font *ctext_open(const char *path);
void ctext_close(ctext_font *font);

/// Sets the height of the letter M's square in pixels, 1 to 1024, and says how far letters reach above the base line and
/// below it. 0 when the font has no such size.
int ctext_set_size(ctext_font *font, uint32_t pixels, int32_t *above, int32_t *below);

/// How wide a line is, in pixels.
int32_t ctext_width(ctext_font *font, const uint32_t *characters, size_t count);

/// Called with each pixel that a line covers, 1 to 255.
typedef void (*ctext_mark)(void *context, int32_t column, int32_t row, uint8_t coverage);

/// Draws a line from a place on its base line.
void ctext_draw(ctext_font *font, const uint32_t *characters, size_t count, int32_t x, int32_t y, ctext_mark mark,
                void *context);

#endif
