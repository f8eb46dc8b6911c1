/**
 * Asks at once for everything that an address will need: modules name what they import only when they have come, and a
 * viewer that is reached by its address would wait for one layer of them after the other.
 */

/** The modules of the viewer that the app has not asked for itself. */
export const viewerModules = [
  '/viewer/dicom/attribute-rows.js', '/viewer/dicom/data-set.js', '/viewer/dicom/functional-groups.js',
  '/viewer/dicom/identity.js', '/viewer/dicom/image-description.js', '/viewer/dicom/instance.js',
  '/viewer/dicom/sop-classes.js', '/viewer/dicom/spacing.js', '/viewer/dicom/stacks.js', '/viewer/dicom/tags.js',
  '/viewer/dicom/text.js', '/viewer/dicom/timing.js', '/viewer/dicom/transfer-syntaxes.js',
  '/viewer/gui/canvas-renderer.js', '/viewer/gui/display.js', '/viewer/gui/failures.js', '/viewer/gui/gl-renderer.js',
  '/viewer/gui/grid-layouts.js', '/viewer/gui/iso-viewport.js', '/viewer/gui/keys-help.js', '/viewer/gui/object-card.js',
  '/viewer/gui/overlay.js', '/viewer/gui/series-panel.js', '/viewer/gui/shaders.js', '/viewer/gui/study-loader.js',
  '/viewer/gui/tag-browser.js', '/viewer/gui/thumbnails.js', '/viewer/gui/tool-bar.js', '/viewer/image/color-pixels.js',
  '/viewer/image/frame-decoder.js', '/viewer/image/gray-pixels.js', '/viewer/image/grayscale.js',
  '/viewer/image/lookup-table.js', '/viewer/image/modality.js', '/viewer/image/palette.js', '/viewer/image/voi.js',
  '/viewer/io/archive.js', '/viewer/io/decoders.js', '/viewer/io/frame-store.js', '/viewer/io/json-array.js',
  '/viewer/io/pictures.js', '/viewer/io/prefetch.js', '/viewer/iso-viewer.js', '/viewer/math/plane.js',
  '/viewer/math/scale-bar.js', '/viewer/math/vector.js', '/viewer/math/view.js', '/viewer/math/window.js',
  '/viewer/tools/cine.js', '/viewer/tools/gestures.js', '/viewer/tools/keys.js', '/viewer/tools/presets.js',
  '/viewer/tools/wheel.js', '/viewer/tools/window-drag.js',
];

if (globalThis.location?.pathname.startsWith('/viewer/')) {
  for (const href of viewerModules) {
    const link = document.createElement('link');
    link.rel = 'modulepreload';
    link.href = href;
    document.head.append(link);
  }
}
