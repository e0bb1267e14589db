// SPDX-License-Identifier: Apache-2.0

type Child = Node | string | null | false;

/** An element with attributes and children; strings become texts, never markup. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  attributes: Readonly<Record<string, string | number>> = {},
  children: readonly Child[] = [],
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, String(value));
  for (const child of children) if (child !== null && child !== false) made.append(child);
  return made;
}

/** A name from outside, kept apart from the direction of the text around it. */
export function named(text: string): HTMLElement {
  return element('bdi', {}, [text]);
}

export function button(text: string, label: string, act: () => void): HTMLButtonElement {
  const made = element('button', { type: 'button', 'aria-label': label, title: label }, [text]);
  made.addEventListener('click', act);
  return made;
}
