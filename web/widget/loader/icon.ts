const PATHS = {
  /** A bubble with two lines of talk. */
  b: "M12 4c5 0 8.5 3 8.5 7s-3.5 7-8.5 7c-1 0-2-.1-2.9-.4L4.5 20l1-3.700C4.2 15 3.5 13.1 3.5 11c0-4 3.5-7 8.5-7ZM8.5 9.600h7M8.5 12.800h4.5",
  x: "M6.5 6.500l11 11M17.5 6.500l-11 11",
};

export function icon(name: keyof typeof PATHS): SVGElement {
  const space = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(space, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(space, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}
