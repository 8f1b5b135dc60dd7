// What the guest wrote and the server has not stored yet: sent in order, each once.

import { Pause, backoff } from "./pause.js";

const TRIES = 3;

/** Hooks: changed() · stored(message) · wait(seconds) while asked to slow down · failed(reason). */
export class Outbox {
  #pause = new Pause();
  #running = false;

  constructor(api, connection, keep, hooks) {
    Object.assign(this, { api, connection, keep, hooks });
  }

  /** Items: {key, text, choice?, at, status: "queued" | "failed", reason?}, oldest first. */
  get items() {
    return this.keep.read("outbox") ?? [];
  }

  get #next() {
    return this.items.find((item) => item.status === "queued");
  }

  add(text, choice) {
    // Plain HTTP, as in a local network, has no randomUUID.
    const key = crypto.randomUUID?.() ?? crypto.getRandomValues(new BigUint64Array(2)).join("-");
    const item = { key, text, choice, at: new Date().toISOString(), status: "queued" };
    this.#save([...this.items, item]);
    this.send();
  }

  retry(key) {
    this.#change(key, { status: "queued", reason: undefined });
    this.send();
  }

  /** Take out what the server has already. */
  forget(...keys) {
    const left = this.items.filter((item) => !keys.includes(item.key));
    if (left.length < this.items.length) this.#save(left);
  }

  /** Choices of a lost thread are only words in the next. */
  loseChoices() {
    this.#save(this.items.map(({ choice: _, ...item }) => item));
  }

  /** Send all that is queued, now. */
  async send() {
    this.#pause.wake();
    if (this.#running) return;
    this.#running = true;
    try {
      await this.#drain();
    } finally {
      this.#running = false;
    }
  }

  async #drain() {
    let failures = 0;
    while (this.#next && !this.connection.stopped) {
      const failure = await exclusively(this.keep.prefix, () => this.#sendFirst());
      failures = failure ? failures + 1 : 0;
      if (failure?.kind === "busy") {
        this.hooks.wait(failure.seconds);
        // Asked to wait, we wait: nothing wakes this one.
        await new Pause().wait(failure.seconds * 1000);
        this.hooks.wait(0);
      } else if (failure?.kind === "server" && failures >= TRIES) {
        this.#fail(failure.item, "server");
        failures = 0;
      } else if (failure) await this.#pause.wait(backoff(failures));
    }
  }

  /** Send the oldest queued item; gives what is to be waited for, if anything. */
  async #sendFirst() {
    const item = this.#next;
    if (!item) return null;
    let identity;
    try {
      identity = await this.connection.ready();
      const message = await this.api.post(identity, item);
      this.connection.expect();
      this.hooks.stored(message);
      this.forget(item.key);
      return null;
    } catch (failure) {
      if (failure.kind === "lost" && identity) {
        return this.connection.renew(identity).then(() => ({ kind: "server", item }), () => ({ kind: "offline" }));
      }
      if (failure.kind !== "refused") return { kind: failure.kind, seconds: failure.seconds, item };
      this.#fail(item, [413, 422].includes(failure.status) && !item.choice ? "length" : "refused");
      return null;
    }
  }

  #fail(item, reason) {
    this.#change(item.key, { status: "failed", reason });
    this.hooks.failed(reason);
  }

  #change(key, changes) {
    this.#save(this.items.map((item) => (item.key === key ? { ...item, ...changes } : item)));
  }

  #save(items) {
    this.keep.write("outbox", items);
    this.hooks.changed();
  }
}

/** One tab at a time where the browser has locks; elsewhere the key makes two harmless. */
function exclusively(name, work) {
  return navigator.locks ? navigator.locks.request(name, work) : work();
}
