// The log: rows become elements, and an element stays as long as its row looks the same.

import { bookingCard, paymentCard } from "./cards.js";
import { dayOf, timeOf, zoneNote } from "./clock.js";
import { el, icon } from "./dom.js";
import { currentLanguage, say } from "./words.js";

const SIGNS = { sending: "clock", waiting: "clock", sent: "tick", answered: "ticks", failed: "warn" };

/** Actions: choose(choice) · retry(item) · edit(item). */
export class View {
  shown = new Map();
  quiet = true;

  constructor(list, name) {
    Object.assign(this, { list, name });
  }

  /** Show these rows; what was not there before comes in softly, except at first. */
  show(rows) {
    const shown = new Map();
    // A whole message takes the place of its own parts, unnoticed.
    const spoken = this.shown.get("reply")?.parts && !rows.some(({ key }) => key === "reply");
    for (const row of rows) {
      const look = JSON.stringify([row, currentLanguage(), this.name()]);
      const old = this.shown.get(row.key);
      const node = old?.look === look ? old.node : this.#make(row);
      if (!old && !this.quiet && !(spoken && row.message?.author === "agent")) node.classList.add("new");
      if (old && old.node !== node) this.#change(old.node, node);
      shown.set(row.key, { node, look, parts: row.parts?.length });
    }
    for (const [key, { node }] of this.shown) if (!shown.has(key)) this.#change(node);
    let place = this.list.firstChild;
    for (const { node } of shown.values()) {
      if (node === place) place = place.nextSibling;
      else this.list.insertBefore(node, place);
    }
    this.shown = shown;
    this.quiet = false;
  }

  #make(row) {
    if (row.kind === "booking") return bookingCard(row);
    if (row.kind === "payment") return paymentCard(row);
    return this[row.kind](row);
  }

  day({ at, first }) {
    return el("li", { class: "day" }, dayOf(at), first && zoneNote(at));
  }

  message({ message, delivery, first }) {
    const { author, text, at, language } = message;
    const who = author === "guest" ? say("you") : author === "person" ? say("team", { name: this.name() }) : this.name();
    const bubble = el(
      "div",
      { class: "bubble" },
      el("span", { class: author === "person" && first ? "who" : "hidden" }, `${who}: `),
      el("p", { class: "text", dir: "auto", lang: language ?? currentLanguage() }, text),
      el("p", { class: "meta" }, el("time", { datetime: at }, timeOf(at)), delivery && this.#delivery(delivery)),
    );
    const looks = `row ${author} ${first ? "first" : ""}`;
    return el("li", { class: looks, "data-author": author, "data-delivery": delivery }, bubble, delivery === "failed" && this.#trouble(message));
  }

  #delivery(delivery) {
    const obvious = ["sent", "answered"].includes(delivery) && "hidden";
    return el("span", { class: "delivery" }, el("span", { class: obvious }, say(delivery)), icon(SIGNS[delivery]));
  }

  #trouble(item) {
    const button = (name, action) => el("button", { type: "button", class: "link", click: () => action(item) }, say(name));
    return el(
      "div",
      { class: "trouble" },
      el("p", {}, say(`failed_${item.reason}`)),
      item.reason === "server" && button("retry", this.actions.retry),
      button("edit", this.actions.edit),
    );
  }

  choices({ choices, free }) {
    const buttons = choices.map((choice) => {
      const click = () => this.actions.choose(choice);
      const properties = { type: "button", class: `choice ${choice.style}`, "data-choice": choice.id, disabled: !free, click };
      return el("button", properties, choice.label);
    });
    return el("li", { class: "choices" }, el("div", { role: "group", "aria-label": say("choices") }, ...buttons));
  }

  reply({ parts }) {
    const text = el("p", { class: "text", dir: "auto" }, ...parts);
    const dots = el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
    const typing = el("span", { class: "hidden" }, say("typing", { name: this.name() }));
    return el("li", { class: "row agent first" }, el("div", { class: "bubble" }, parts.length ? text : dots, typing));
  }

  /** A pressed button goes away: the log takes the focus, and Tab reaches what comes next. */
  #change(old, ...nodes) {
    const focused = old.contains(document.activeElement);
    old.replaceWith(...nodes);
    if (focused) this.list.parentElement.focus({ preventScroll: true });
  }
}
