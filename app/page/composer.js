// The message box: grows with the text, counts near the end, and sends by Enter.

import { byId } from "./dom.js";
import { say } from "./words.js";

const LONGEST = 4000;
const COUNT_FROM = 3600;

export class Composer {
  constructor(keep, send) {
    Object.assign(this, { keep, send, box: byId("text"), button: byId("send"), count: byId("count") });
    this.box.addEventListener("input", () => this.#changed());
    this.box.addEventListener("keydown", (event) => this.#key(event));
    byId("composer").addEventListener("submit", (event) => this.#submit(event));
    // On a phone the keyboard stays open: the button never takes the focus.
    this.button.addEventListener("pointerdown", (event) => event.preventDefault());
    this.#fill(keep.read("draft") ?? "");
  }

  /** Put a text back to be written anew, before what is there by now. */
  edit(text) {
    this.#fill([text, this.box.value].filter(Boolean).join("\n"));
    this.box.focus();
  }

  #fill(text) {
    this.box.value = text;
    this.#changed();
  }

  #changed() {
    const { value, style } = this.box;
    const length = [...value.trim()].length;
    const over = length > LONGEST;
    this.keep.write("draft", value);
    this.button.disabled = !length || over;
    this.box.setAttribute("aria-invalid", String(over));
    this.count.hidden = length < COUNT_FROM;
    this.count.classList.toggle("over", over);
    this.count.textContent = say(over ? "too_long" : "left", { count: Math.abs(LONGEST - length) });
    style.height = "auto";
    style.height = `${this.box.scrollHeight}px`;
  }

  #key(event) {
    // While an input method composes, Enter belongs to it (Safari tells by 229 only).
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) this.#submit(event);
  }

  #submit(event) {
    event.preventDefault();
    if (this.button.disabled) return;
    const text = this.box.value.trim();
    this.#fill("");
    this.send(text);
  }
}
