const hues = [262, 168, 55, 330, 210, 105, 20, 295];
const known = new Map<string, number>();

/** A hue of its own for each node, the same everywhere on the page for as long as the page lives. */
export function hueOf(node: string): number {
  let hue = known.get(node);
  if (hue === undefined) {
    hue = hues[known.size % hues.length]!;
    known.set(node, hue);
  }

  return hue;
}
