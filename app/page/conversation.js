// What is known of the conversation: the server's snapshot, kept current by events.

const KEPT_MESSAGES = 200;
const LASTING = ["business", "language", "messages", "choices", "bookings", "payment", "with_person", "cursor", "places"];

export class Conversation {
  business = null;
  language = null;
  messages = [];
  choices = [];
  bookings = [];
  payment = null;
  answering = false;
  with_person = false;
  cursor = "";
  typing = false;
  parts = [];
  /** A message was stored and nothing came of it yet. */
  asked = false;
  /** Card → {look, after}: the message it is shown below, null while it is the newest thing. */
  places = {};

  /** Go on from a copy made by `copy`. */
  restore(copy) {
    for (const name of LASTING) this[name] = copy?.[name] ?? this[name];
  }

  copy() {
    const copy = Object.fromEntries(LASTING.map((name) => [name, this[name]]));
    return { ...copy, messages: this.messages.slice(-KEPT_MESSAGES) };
  }

  /** Believe a whole thread. Gives the messages that were not known here. */
  adopt(thread) {
    const known = new Set(this.messages.map((message) => message.id));
    Object.assign(this, thread, { parts: [], typing: false, asked: false });
    this.#place();
    return this.messages.filter((message) => !known.has(message.id));
  }

  /** Take one event of the stream. Gives the messages that were not known here. */
  take({ event, data, id }) {
    if (id) this.cursor = id;
    if (event === "message") return this.add(data) ? [data] : [];
    if (event === "typing") this.typing = data.on;
    if (event === "part") this.parts.push(data.text);
    if (event === "state") {
      Object.assign(this, data, { asked: false });
      this.#place();
    }
    return [];
  }

  /** Add a message once: a guest's may come again, by its key under another id. */
  add(message) {
    if (message.author !== "guest") Object.assign(this, { typing: false, answering: false, parts: [], asked: false });
    const same = ({ id, key }) => id === message.id || (key && key === message.key);
    const known = this.messages.findIndex(same);
    if (known >= 0) {
      this.messages[known] = message;
      return false;
    }
    if (message.author === "guest") {
      this.settle();
      this.asked = true;
    }
    let place = this.messages.length;
    while (place > 0 && comesBefore(message, this.messages[place - 1])) place -= 1;
    this.messages.splice(place, 0, message);
    return true;
  }

  /** The guest goes on: the newest cards stay where they are. */
  settle() {
    const last = this.messages.findLast((message) => message.author !== "guest") ?? this.messages.at(-1);
    for (const place of Object.values(this.places)) place.after ??= last?.id ?? null;
  }

  /** Bookings and the payment, each with its place. */
  cards() {
    const payment = this.payment ? [{ kind: "payment", ...this.payment }] : [];
    const cards = [...this.bookings.map((booking) => ({ kind: "booking", ...booking })), ...payment];
    return cards.map((card) => ({ ...card, after: this.places[placeKey(card)]?.after ?? null }));
  }

  get waiting() {
    return this.answering || this.typing || this.parts.length > 0;
  }

  #place() {
    const places = {};
    for (const card of this.cards()) {
      const look = [card.status, card.start, card.amount].join();
      const before = this.places[placeKey(card)];
      places[placeKey(card)] = before?.look === look ? before : { look, after: null };
    }
    this.places = places;
  }
}

const placeKey = (card) => `${card.kind}:${card.id}`;

/** An answer may overtake the receipt of its question. */
function comesBefore(one, other) {
  const [thread, number] = one.id.split(".");
  const [otherThread, otherNumber] = other.id.split(".");
  return thread === otherThread && Number(number) < Number(otherNumber);
}
