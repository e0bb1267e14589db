// SPDX-License-Identifier: Apache-2.0

/** Calls `show` once, when the element comes near the window or the page is printed. */
export function whenNear(target: HTMLElement, show: () => void): void {
  const once = () => {
    observer.disconnect();
    removeEventListener('beforeprint', once);
    show();
  };
  const observer = new IntersectionObserver(
    (entries) => {
      if (entries.some((entry) => entry.isIntersecting)) once();
    },
    { rootMargin: '600px' },
  );
  observer.observe(target);
  addEventListener('beforeprint', once);
}

/** Calls `draw` when the element's width has changed, the first time at once. */
export function onWidth(target: HTMLElement, draw: (width: number) => void): void {
  let last = -1;
  const observer = new ResizeObserver(([entry]) => {
    const width = Math.floor(entry?.contentRect.width ?? 0);
    if (width > 0 && width !== last) {
      last = width;
      draw(width);
    }
  });
  observer.observe(target);
}
