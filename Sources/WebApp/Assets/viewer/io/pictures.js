import { PixelError } from '../image/frame-decoder.js';
import { makeTable } from '../image/lookup-table.js';
import { makePalette, paletteColors } from '../image/palette.js';
import { paddingOf } from '../image/voi.js';
import { Tag } from '../dicom/tags.js';
import { decodingOf, transferSyntaxName } from '../dicom/transfer-syntaxes.js';

/**
 * @typedef {import('../dicom/instance.js').Frame} Frame
 * @typedef {import('../dicom/instance.js').Instance} Instance
 * @typedef {import('../dicom/data-set.js').DataSet} DataSet
 * @typedef {import('../image/frame-decoder.js').Pixels} Pixels
 * @typedef {import('../image/frame-decoder.js').FrameEncoding} FrameEncoding
 * @typedef {import('./decode-worker.js').BitmapPixels} BitmapPixels
 *
 * A frame's pixels, ready to be drawn. It says itself which frame it is.
 * @typedef {object} Picture
 * @property {string} key
 * @property {string} instance SOP Instance UID
 * @property {number} number of the frame, from 1
 * @property {'source' | 'preview'} quality source: the stored values; preview: a picture that the server drew
 * @property {Pixels | BitmapPixels} pixels
 * @property {string} transferSyntax
 * @property {import('../image/lookup-table.js').LookupTable} [valuesTable] the VOI LUT the frame comes with
 * @property {number} bytes
 * @property {() => void} dispose
 */

/** The components of a palette: descriptor, data, segmented data. */
const PALETTE = /** @type {const} */ ([
  [Tag.RedPaletteDescriptor, Tag.RedPaletteData, '00281221'],
  [Tag.GreenPaletteDescriptor, Tag.GreenPaletteData, '00281222'],
  [Tag.BluePaletteDescriptor, Tag.BluePaletteData, '00281223'],
]);

/** Makes pictures of frames: fetches, decodes, and asks the server to draw what cannot be decoded here. */
export class Pictures {
  /** @param {import('./archive.js').Archive} archive @param {import('./decoders.js').Decoders} decoders */
  constructor(archive, decoders) {
    this.archive = archive;
    this.decoders = decoders;
  }

  /**
   * @param {Frame} frame
   * @param {AbortSignal} signal
   * @returns {Promise<Picture>}
   */
  async load(frame, signal) {
    const { transferSyntax, bytes, cancel } = await this.archive.frame(frame, signal);
    const known = { key: frame.key, instance: frame.instance.uid, number: frame.number, transferSyntax };
    const decoding = decodingOf(transferSyntax);
    if (decoding !== 'server') return { ...known, ...(await this.#source(frame, bytes(), decoding, signal)) };
    cancel();
    // Grey values are worth more than a picture of them: windows stay open. A picture of colours is the colours.
    const decoded = frame.isGray ? await this.#decoded(frame, signal) : undefined;
    if (decoded) return { ...known, ...(await this.#source(frame, decoded, 'native', signal)) };
    return { ...known, ...(await this.#preview(frame, transferSyntax, signal)) };
  }

  /**
   * The stored values.
   *
   * @param {Frame} frame @param {Promise<ArrayBuffer> | ArrayBuffer} bytes
   * @param {'native' | 'bigEndian' | 'jpeg'} decoding @param {AbortSignal} signal
   */
  async #source(frame, bytes, decoding, signal) {
    const [stored, encoding, valuesTable] = await Promise.all([
      bytes,
      this.#encoding(frame, signal),
      this.#valuesTable(frame, signal),
    ]);
    const pixels = await this.decoders.decode(stored, encoding, decoding);
    return { quality: /** @type {const} */ ('source'), valuesTable, ...owned(pixels) };
  }

  /**
   * The frame as the server decodes it; undefined when it does not.
   *
   * @param {Frame} frame @param {AbortSignal} signal
   */
  async #decoded(frame, signal) {
    try {
      return await (await this.archive.frame(frame, signal, 'decoded')).bytes();
    } catch (error) {
      if (error instanceof Error && error.name === 'Refusal') return undefined;
      throw error;
    }
  }

  /** @param {Frame} frame @param {string} transferSyntax @param {AbortSignal} signal */
  async #preview(frame, transferSyntax, signal) {
    /** @type {Blob} */
    let blob;
    try {
      blob = await this.archive.rendered(frame, signal);
    } catch (error) {
      const isRefusal = error instanceof Error && error.name === 'Refusal';
      if (isRefusal) throw new PixelError('transferSyntax', transferSyntaxName(transferSyntax));
      throw error;
    }
    const bitmap = await createImageBitmap(blob, { colorSpaceConversion: 'none', premultiplyAlpha: 'none' });
    const quality = /** @type {const} */ ('preview');
    return { quality, ...owned({ kind: 'bitmap', columns: bitmap.width, rows: bitmap.height, bitmap }) };
  }

  /** @param {Frame} frame @param {AbortSignal} signal @returns {Promise<FrameEncoding>} */
  async #encoding(frame, signal) {
    const { dataSet, instance } = frame;
    const description = instance.image;
    if (!description) throw new PixelError('noPixels');
    /** @type {FrameEncoding} */
    const encoding = { description, bigEndian: false };
    if (description.photometric === 'PALETTE COLOR') {
      encoding.palette = await this.#palette(dataSet, description, signal);
    } else if (frame.isGray) {
      const { table } = frame.modality;
      if (table) encoding.modalityTable = await this.#table(table, description.signed, signal);
      encoding.padding = paddingOf(dataSet, description.signed);
    }
    return encoding;
  }

  /** @param {Frame} frame @param {AbortSignal} signal */
  async #valuesTable(frame, signal) {
    const view = frame.views[0];
    if (!frame.isGray || view?.kind !== 'table') return undefined;
    const { slope, intercept, table } = frame.modality;
    const image = frame.instance.image;
    // The input of the table is signed when values of the modality can be negative.
    const least = image?.signed ? -(2 ** (image.bitsStored - 1)) : 0;
    const most = image ? 2 ** (image.bitsStored - (image.signed ? 1 : 0)) - 1 : 0;
    const signed = !table && Math.min(least * slope, most * slope) + intercept < 0;
    return this.#table(view.item, signed, signal);
  }

  /** @param {DataSet} item @param {boolean} signed @param {AbortSignal} signal */
  async #table(item, signed, signal) {
    const numbers = item.numbers(Tag.LUTData);
    const data = numbers.length > 0 ? numbers : await this.#bytes(item, Tag.LUTData, signal);
    const table = data && makeTable(item.numbers(Tag.LUTDescriptor), signed, data);
    if (!table) throw new PixelError('lookupTable');
    return table;
  }

  /**
   * @param {DataSet} dataSet @param {import('../dicom/image-description.js').ImageDescription} description
   * @param {AbortSignal} signal
   */
  async #palette(dataSet, description, signal) {
    const components = await Promise.all(
      PALETTE.map(async ([descriptor, whole, segments]) => {
        const segmented = !dataSet.has(whole) && dataSet.has(segments);
        const data = await this.#bytes(dataSet, segmented ? segments : whole, signal);
        return { descriptor: dataSet.numbers(descriptor), data: data ?? new Uint8Array(), segmented };
      }),
    );
    const palette = makePalette(components, description.signed);
    if (!palette) throw new PixelError('lookupTable');
    return paletteColors(palette, Math.min(description.bitsStored, 16), description.signed);
  }

  /** @param {DataSet} dataSet @param {string} tag @param {AbortSignal} signal */
  async #bytes(dataSet, tag, signal) {
    const inline = dataSet.inline(tag);
    const uri = dataSet.bulk(tag);
    return inline ?? (uri === undefined ? undefined : this.archive.bulk(uri, signal));
  }
}

/** @param {Pixels | BitmapPixels} pixels */
function owned(pixels) {
  if (pixels.kind === 'gray') return { pixels, bytes: pixels.values.byteLength, dispose: () => {} };
  if (pixels.kind === 'color') return { pixels, bytes: pixels.rgba.byteLength, dispose: () => {} };
  return { pixels, bytes: pixels.columns * pixels.rows * 4, dispose: () => pixels.bitmap.close() };
}
