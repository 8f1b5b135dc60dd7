// Bookings and payments as cards: the state is said by a word and a sign, never by colour alone.

import { leafOf, timeOf } from "./clock.js";
import { el, icon } from "./dom.js";
import { say } from "./words.js";

const MOODS = {
  good: ["confirmed", "completed", "paid"],
  waiting: ["held", "pending", "unknown"],
  bad: ["failed", "expired"],
};
const SIGNS = { good: "tick", waiting: "clock", bad: "warn", over: "cross" };

export function bookingCard({ service, staff, start, end, when, price_text, payment, status, status_text }) {
  if (payment === "due") status = "pending";
  const [weekday, day, month] = leafOf(start);
  const parts = [el("span", {}, weekday), el("b", {}, day), el("span", {}, month)];
  const leaf = el("div", { class: "leaf", "aria-hidden": "true" }, ...parts);
  const facts = el(
    "div",
    { class: "facts" },
    el("p", { class: "what" }, el("b", {}, service), staff && el("span", {}, ` ${say("with_staff", { staff })}`)),
    el("p", { class: "when" }, el("time", { datetime: start }, end ? `${when}–${timeOf(end)}` : when)),
    el("p", { class: "foot" }, el("b", {}, price_text), pill(status, status_text)),
  );
  return card("booking", say("booking", { service }), status, leaf, facts);
}

export function paymentCard({ amount_text, status, status_text }) {
  const amount = el("span", {}, `${say("payment")} · `, el("b", {}, amount_text));
  return card("payment", say("payment"), status, el("p", { class: "foot" }, amount, pill(status, status_text)));
}

function card(kind, label, status, ...content) {
  const properties = { class: `card ${kind} ${moodOf(status)}`, "aria-label": label, "data-status": status };
  return el("li", { class: "card-row" }, el("article", properties, ...content));
}

function pill(status, text) {
  const mood = moodOf(status);
  return el("span", { class: `pill ${mood}` }, icon(SIGNS[mood]), text);
}

function moodOf(status) {
  return Object.keys(MOODS).find((mood) => MOODS[mood].includes(status)) ?? "over";
}
