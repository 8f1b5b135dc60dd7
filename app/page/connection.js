// One thread, kept in step with the server for as long as the page is open.

import { Pause, backoff } from "./pause.js";
import { readEvents } from "./stream.js";

/** After a message was stored, something must come down the stream within this time. */
const REACTION = 8000;

/**
 * Hooks: thread(snapshot, isNew) · cursor() · event(event) · status(name).
 * Status: connecting · online · offline · unreachable · missing (no such business).
 */
export class Connection {
  #pause = new Pause();
  #line = new AbortController();
  #renewal = null;
  #overdue;
  #failures = 0;
  stopped = false;

  constructor(api, keep, hooks) {
    Object.assign(this, { api, keep, hooks });
    this.identity = keep.read("thread");
    addEventListener("online", () => this.refresh());
    addEventListener("offline", () => this.refresh());
    document.addEventListener("visibilitychange", () => !document.hidden && this.#pause.wake());
  }

  async run() {
    while (!this.stopped) {
      let wait;
      try {
        if (this.#failures) this.#down("connecting");
        await this.#open();
        await this.#listen();
        wait = Math.random() * 500;
      } catch (failure) {
        if (this.stopped) return;
        if (failure.kind === "lost") await this.renew().catch(() => {});
        this.#failures += 1;
        wait = failure.kind === "busy" ? failure.seconds * 1000 : backoff(this.#failures);
        if (this.#failures > 1 || !navigator.onLine) this.#down("unreachable");
      }
      if (!this.stopped) await this.#pause.wait(wait);
    }
  }

  /** Look again now. */
  refresh() {
    this.#line.abort();
    this.#pause.wake();
  }

  stop() {
    this.stopped = true;
    this.refresh();
  }

  /** A message was stored: the stream has to react, or it is dead. */
  expect() {
    clearTimeout(this.#overdue);
    this.#overdue = setTimeout(() => this.refresh(), REACTION);
  }

  /** The thread to write to, made if there is none yet. */
  async ready() {
    if (!this.identity) await this.#create();
    return this.identity;
  }

  /** Replace a thread that is not ours any more, once for all who noticed. */
  async renew(lost = this.identity) {
    if (this.identity !== lost) return;
    this.identity = null;
    await this.#create();
  }

  #down(name) {
    this.hooks.status(navigator.onLine ? name : "offline");
  }

  #create() {
    this.#renewal ??= this.#createOnce().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  async #createOnce() {
    const thread = await this.api.create().catch((failure) => {
      if (failure.status === 404) {
        this.stopped = true;
        this.hooks.status("missing");
      }
      throw failure;
    });
    this.identity = { id: thread.id, token: thread.token };
    this.keep.write("thread", this.identity);
    this.hooks.thread(thread, true);
  }

  async #open() {
    if (!this.identity) await this.#create();
    else this.hooks.thread(await this.api.thread(this.identity), false);
    this.hooks.status("online");
  }

  async #listen() {
    this.#line = new AbortController();
    const { signal } = this.#line;
    const body = await this.api.events(this.identity, this.hooks.cursor(), signal);
    this.#failures = 0;
    for await (const event of readEvents(body)) {
      if (signal.aborted) return;
      clearTimeout(this.#overdue);
      this.hooks.event(event);
    }
  }
}
