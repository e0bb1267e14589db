// SPDX-License-Identifier: Apache-2.0

/** HTML in which every text from outside has been escaped; only `html` and `trusted` make it. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Markup | string | number | null | undefined | false | readonly Part[];

/** A template whose values are escaped, in texts and in quoted attributes alike. */
export function html(literals: TemplateStringsArray, ...values: readonly Part[]): Markup {
  return new Markup(
    literals
      .map((literal, place) => (place > 0 ? render(values[place - 1]) : '') + literal)
      .join(''),
  );
}

/** For texts that are our own: scripts, styles, and what `embedJson` returns. */
export function trusted(text: string): Markup {
  return new Markup(text);
}

function render(value: Part): string {
  if (value instanceof Markup) return value.text;
  if (Array.isArray(value)) return value.map(render).join('');
  if (value === null || value === undefined || value === false) return '';
  return escapeText(String(value));
}

const ENTITIES: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeText(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] as string);
}
