// Elements, made from code: text is only ever text.

const SVG = "http://www.w3.org/2000/svg";

/** Make an element. Functions listen to events; false and nothing set nothing. */
export function el(tag, properties = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value || value === "") node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child));
  return node;
}

/** Draw one of the symbols of index.html. A text beside it always says the same. */
export function icon(name) {
  const [svg, use] = ["svg", "use"].map((tag) => document.createElementNS(SVG, tag));
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const byId = (id) => document.getElementById(id);
