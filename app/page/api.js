// The HTTP calls of a guest, and their failures by what to do about them.

const PATIENCE = 20_000;

/** Kinds: offline (no answer) · lost (not our thread) · busy (wait) · server (try again) · refused. */
export class Failure extends Error {
  constructor(kind, status, seconds) {
    super(kind);
    Object.assign(this, { kind, status, seconds });
  }
}

export class Api {
  constructor(root, business) {
    this.threads = `${root}/v1/businesses/${business}/threads`;
  }

  /** A new thread with its token. */
  async create() {
    return (await this.#call("", { method: "POST" })).json();
  }

  async thread({ id, token }) {
    return (await this.#call(`/${id}`, { token })).json();
  }

  /** Post one outbox item; the same key never counts twice. Gives the stored message. */
  async post({ id, token }, { key, text, choice }) {
    const body = JSON.stringify(choice ? { choice } : { text });
    const headers = { "Content-Type": "application/json", "Idempotency-Key": key };
    const answer = await this.#call(`/${id}/messages`, { method: "POST", token, body, headers });
    return (await answer.json()).message;
  }

  /** The open event stream after a cursor, as a body to read. */
  async events({ id, token }, after, signal) {
    const headers = { Accept: "text/event-stream" };
    const path = `/${id}/events?after=${encodeURIComponent(after)}`;
    return (await this.#call(path, { token, headers, signal })).body;
  }

  async #call(path, { token, headers = {}, signal = AbortSignal.timeout(PATIENCE), ...options }) {
    if (token) headers.Authorization = `Bearer ${token}`;
    headers.Accept ??= "application/json";
    const request = { ...options, headers, signal, cache: "no-store" };
    const answer = await fetch(this.threads + path, request).catch(() => {
      throw new Failure("offline");
    });
    if (!answer.ok) throw failure(answer);
    return answer;
  }
}

function failure({ status, headers }) {
  if ([401, 403, 404].includes(status)) return new Failure("lost", status);
  if (status === 429) return new Failure("busy", status, Number(headers.get("Retry-After")) || 5);
  return new Failure(status >= 500 || status === 408 ? "server" : "refused", status);
}
