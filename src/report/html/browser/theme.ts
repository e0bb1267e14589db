// SPDX-License-Identifier: Apache-2.0

const listeners = new Set<() => void>();
const prefersDark = matchMedia('(prefers-color-scheme: dark)');

/** Calls `draw` whenever colours have changed: canvases do not by themselves. */
export function onTheme(draw: () => void): void {
  listeners.add(draw);
}

/** The value of one of the style sheet's colours, in the theme of now. */
export function colourOf(name: string): string {
  const probe = document.getElementById('theme') as HTMLElement;
  probe.style.outlineColor = `var(${name})`;
  return getComputedStyle(probe).outlineColor;
}

/** The button that changes between light and dark, and light for the time of printing. */
export function startTheme(): void {
  const toggle = document.getElementById('theme') as HTMLButtonElement;
  const root = document.documentElement;
  const isDark = () => (root.dataset.theme ? root.dataset.theme === 'dark' : prefersDark.matches);
  const changed = () => {
    toggle.textContent = isDark() ? 'Light' : 'Dark';
    toggle.setAttribute('aria-label', `Change to ${isDark() ? 'light' : 'dark'} colours`);
    for (const draw of listeners) draw();
  };
  const set = (theme: string | undefined) => {
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    changed();
  };
  toggle.hidden = false;
  toggle.addEventListener('click', () => set(isDark() ? 'light' : 'dark'));
  prefersDark.addEventListener('change', changed);
  let onScreen: string | undefined;
  addEventListener('beforeprint', () => {
    onScreen = root.dataset.theme;
    set('light');
  });
  addEventListener('afterprint', () => set(onScreen));
  changed();
}
