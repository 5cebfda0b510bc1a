import { h, icon } from "../dom";

/** The first letters of the first and the last name. */
export function initials(name: string): string {
  const parts = name.trim().split(/\s+/).filter(Boolean);
  const letters = [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => [...(part ?? "")][0] ?? "");
  return letters.join("").toLocaleUpperCase();
}

/** A machine is a square with a drawing, a person a circle with initials; a waiting seat is an empty circle. */
export function avatar(who: "bot" | "agent" | "queue", name: string): HTMLElement {
  const inside = who === "agent" && name ? initials(name) : icon(who === "bot" ? "bot" : "person");
  return h("span", { class: `avatar ${who}`, "aria-hidden": "true" }, inside);
}
