/** The element of index.html with this id; the page cannot work without it. */
export function part<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) {
    throw new Error(`index.html has no element with the id "${id}".`);
  }

  return element as T;
}

/** A new element with a class, further attributes and children. */
export function create<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  className: string,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  element.className = className;
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }

  element.append(...children);
  return element;
}

/** Says something to those who listen to the page instead of looking at it. */
export function announce(text: string): void {
  part('announcer').textContent = text;
}
