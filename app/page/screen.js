// Everything around the log, and where it is scrolled to.

import { byId, el } from "./dom.js";
import { currentLanguage, say } from "./words.js";
import { View } from "./view.js";

/** Announcements leave again, so that nobody meets a message twice. */
const ANNOUNCED = 4000;
const NEAR = 80;

export class Screen {
  status = "connecting";
  /** The first snapshot was shown: what comes now is news. */
  live = false;
  /** Only a closing sentence is shown any more. */
  over = false;
  #name = "";
  #unread = 0;
  #openers = "";
  #following = true;

  constructor(ask) {
    this.ask = ask;
    this.log = byId("log");
    this.view = new View(byId("messages"), () => this.#name);
    this.log.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    byId("newest").addEventListener("click", () => this.follow());
    new ResizeObserver(() => this.#following && this.#toEnd()).observe(this.log);
    document.addEventListener("visibilitychange", () => this.#title());
    visualViewport?.addEventListener("resize", fit);
    byId("app").hidden = false;
  }

  show(chat, rows) {
    this.#name = chat.business?.name ?? "Jirani";
    for (const node of document.querySelectorAll("[data-say]")) node.textContent = say(node.dataset.say);
    for (const node of document.querySelectorAll("[data-label]")) node.setAttribute("aria-label", say(node.dataset.label));
    byId("text").placeholder = say("write");
    byId("name").textContent = this.#name;
    this.#title();
    const status = this.status === "online" && chat.with_person ? "person" : this.status;
    setText(byId("status"), say(status));
    byId("app").dataset.status = this.status;
    this.#welcome(chat, rows);
    const before = this.log.scrollHeight;
    this.view.show(rows);
    if (this.#following && rows.length) this.#toEnd();
    else if (this.log.scrollHeight > before && rows.at(-1)?.kind !== "reply") byId("newest").hidden = false;
  }

  /** Go to the end and stay there. */
  follow() {
    this.#following = true;
    this.#toEnd();
  }

  /** A new message: say it once, and count it while nobody looks. */
  hear(text) {
    this.announce(`${this.#name}: ${text}`);
    this.#unread += 1;
    this.#title();
  }

  announce(text) {
    const line = el("p", {}, text);
    byId("announcer").append(line);
    setTimeout(() => line.remove(), ANNOUNCED);
  }

  notice(text) {
    setText(byId("notice"), text);
    byId("notice").hidden = !text;
  }

  /** Close the page with a sentence, and perhaps a button to begin again. */
  end(sentence, again) {
    this.over = true;
    byId("app").dataset.status = "over";
    byId("welcome").hidden = false;
    byId("welcome-title").textContent = sentence;
    const button = el("button", { type: "button", class: "choice primary", click: () => location.reload() }, again);
    byId("welcome-more").replaceChildren(again ? button : "");
    if (again) this.log.focus();
  }

  #welcome(chat, rows) {
    byId("welcome").hidden = rows.length > 0;
    if (rows.length) return;
    byId("welcome-title").textContent = say("welcome", { name: chat.business?.name });
    byId("welcome-more").textContent = say("welcome_more");
    const texts = chat.business?.suggestions?.[currentLanguage()] ?? [];
    if (texts.join() === this.#openers) return;
    this.#openers = texts.join();
    const chip = (text) => el("button", { type: "button", class: "chip", click: () => this.ask(text) }, text);
    byId("suggestions").replaceChildren(...texts.map((text) => el("li", {}, chip(text))));
  }

  #title() {
    if (!document.hidden) this.#unread = 0;
    document.title = this.#unread ? `(${this.#unread}) ${this.#name}` : this.#name;
  }

  #scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.log;
    this.#following = scrollHeight - scrollTop - clientHeight < NEAR;
    if (this.#following) byId("newest").hidden = true;
  }

  #toEnd() {
    this.log.scrollTop = this.log.scrollHeight;
    byId("newest").hidden = true;
  }
}

/** A live region speaks when written to: only when it changes. */
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** Where a phone's keyboard would cover the page, make it smaller. */
function fit() {
  if (visualViewport.scale !== 1) return;
  document.documentElement.style.setProperty("--height", `${visualViewport.height}px`);
  scrollTo(0, 0);
}
