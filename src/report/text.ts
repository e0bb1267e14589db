// SPDX-License-Identifier: Apache-2.0

/** Text from outside as one line: no control, format or half characters, cut after `most`. */
export function oneLine(text: string, most = 400): string {
  const line = text.replaceAll(/[\p{C}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
  const characters = [...line];
  return characters.length > most ? `${characters.slice(0, most - 1).join('')}…` : line;
}

/** Breaks a line between words; a word longer than a line is cut. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const word of oneLine(text).split(' ')) {
    const line = lines.at(-1);
    const longer = line === undefined ? undefined : `${line} ${word}`;
    if (longer !== undefined && longer.length <= width) lines[lines.length - 1] = longer;
    else lines.push(oneLine(word, width));
  }
  return lines;
}

/** `11.4 s`, with three significant digits; minutes stay seconds. */
export function seconds(value: number): string {
  return `${significant(value)} s`;
}

/** Three significant digits without an exponent: 0.0123, 1.23, 12.3, 123, 1234. */
export function significant(value: number): string {
  if (value === 0) return '0';
  const digits = Math.max(0, 2 - Math.floor(Math.log10(Math.abs(value))));
  return minus(value.toFixed(Math.min(digits, 6)));
}

/** A fraction as `37.4` per cent, without the sign of per cent. */
export function perCent(fraction: number): string {
  const text = (100 * fraction).toFixed(1);
  return minus(text === '-0.0' ? '0.0' : text);
}

function minus(text: string): string {
  return text.replace('-', '−');
}

/** `15.6 GiB` */
export function bytes(value: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'];
  const step = value < 1 ? 0 : Math.min(units.length - 1, Math.floor(Math.log2(value) / 10));
  return `${Number((value / 1024 ** step).toFixed(1))} ${units[step]}`;
}
