// SPDX-License-Identifier: Apache-2.0
import { crc32, deflateSync } from 'node:zlib';

const SIGNATURE = Buffer.from('89504e470d0a1a0a', 'hex');
/** 8 bits a channel, red, green and blue; one compression, one set of filters, not interlaced. */
const FORMAT = [8, 2, 0, 0, 0] as const;

/**
 * An opaque picture as PNG. The canvas's own encoder tries all filters on each row, which takes
 * three times as long and makes charts larger: their areas are flat.
 * @param rgba four bytes a pixel, of which the fourth is not looked at; overwritten
 * @param level zlib's: 6, or 3 for files that are a third larger in a third of the time
 */
export function encodePng(
  rgba: Uint8Array,
  width: number,
  height: number,
  level: 3 | 6 = 6,
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(FORMAT, 8);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(packRows(rgba, width, height), { level })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Three bytes a pixel, and in front of each row a 0 for no filter; in place, it needs less room. */
function packRows(rgba: Uint8Array, width: number, height: number): Uint8Array {
  let from = 0;
  let to = 0;
  for (let row = 0; row < height; row++) {
    for (let column = 0; column < width; column++) {
      const red = rgba[from++] as number;
      const green = rgba[from++] as number;
      const blue = rgba[from++] as number;
      from++;
      if (column === 0) rgba[to++] = 0;
      rgba[to++] = red;
      rgba[to++] = green;
      rgba[to++] = blue;
    }
  }
  return rgba.subarray(0, to);
}

function chunk(type: string, data: Buffer): Buffer {
  const framed = Buffer.alloc(12 + data.length);
  framed.writeUInt32BE(data.length, 0);
  framed.write(type, 4, 'latin1');
  data.copy(framed, 8);
  framed.writeUInt32BE(crc32(framed.subarray(4, 8 + data.length)), 8 + data.length);
  return framed;
}
