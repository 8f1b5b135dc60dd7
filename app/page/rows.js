// What the log shows, from top to bottom, as plain data: each row has a key and a look.

import { dayKey } from "./clock.js";

/** Give the rows of a conversation and of the outbox items below it. */
export function rowsOf(chat, items, connected) {
  const rows = [];
  const cards = chat.cards();
  const ids = new Set(chat.messages.map((message) => message.id));
  const loose = cards.filter((card) => !ids.has(card.after));
  const answer = chat.messages.findLast((message) => message.author !== "guest");
  const answeredTo = chat.messages.indexOf(answer);
  const last = chat.messages.at(-1);
  const unsent = items.filter((item) => !chat.messages.some(({ key }) => key === item.key));
  const free = !chat.asked && !chat.waiting && !unsent.some((item) => item.status === "queued");

  const choices = () => chat.choices.length && rows.push({ key: "choices", kind: "choices", choices: chat.choices, free });
  const reply = () => chat.waiting && rows.push({ key: "reply", kind: "reply", parts: [...chat.parts] });
  const card = (each) => rows.push({ ...each, key: `${each.kind}:${each.id}` });

  let previous;
  const bubble = (message, delivery, key) => {
    const day = dayKey(message.at);
    const newDay = !previous || day !== dayKey(previous.at);
    if (newDay) rows.push({ key: `day:${day}`, kind: "day", at: message.at, today: dayKey(Date.now()), first: !previous });
    const first = newDay || previous.author !== message.author || rows.at(-1).kind !== "message";
    rows.push({ key, kind: "message", message, delivery, first });
    previous = message;
  };

  for (const [index, message] of chat.messages.entries()) {
    const delivery = message.author === "guest" ? (index < answeredTo ? "answered" : "sent") : undefined;
    bubble(message, delivery, message.key ?? message.id);
    cards.filter((each) => each.after === message.id).forEach(card);
    if (message === answer && message !== last) choices();
  }
  if (last?.author === "guest") reply();
  loose.forEach(card);
  if (answer === last) choices();
  for (const item of unsent) {
    const delivery = item.status === "failed" ? "failed" : connected ? "sending" : "waiting";
    bubble({ ...item, author: "guest" }, delivery, item.key);
  }
  if (last?.author !== "guest") reply();
  return rows;
}
