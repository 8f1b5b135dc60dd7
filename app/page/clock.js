// Times as the business's clock shows them.

import { currentLanguage, say } from "./words.js";

const LOCALES = { en: "en-GB", sw: "sw-KE" };
const CLOCK = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
const formats = new Map();
let zone;

export function useZone(name) {
  zone = name;
}

function write(at, options, locale = LOCALES[currentLanguage()], timeZone = zone) {
  const name = JSON.stringify([options, locale, timeZone]);
  // Making a format is slow, and a long conversation asks for hundreds.
  if (!formats.has(name)) formats.set(name, new Intl.DateTimeFormat(locale, { timeZone, ...options }));
  return formats.get(name).format(new Date(at));
}

export const timeOf = (at) => write(at, CLOCK);

/** The parts of a calendar leaf: "Sun", "22", "Nov". */
export const leafOf = (at) =>
  [{ weekday: "short" }, { day: "numeric" }, { month: "short" }].map((options) => write(at, options));

/** The day at the business, as 2026-11-22. */
export const dayKey = (at) => write(at, { dateStyle: "short" }, "sv-SE");

export function dayOf(at) {
  const [day, now] = [dayKey(at), Date.now()];
  if (day === dayKey(now)) return say("today");
  if (day === dayKey(now - 86_400_000)) return say("yesterday");
  const year = day.slice(0, 4) === dayKey(now).slice(0, 4) ? undefined : "numeric";
  return write(at, { weekday: "long", day: "numeric", month: "long", year });
}

/** Whose time it is, said only to guests whose own clock shows another. */
export function zoneNote(at) {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!zone || write(at, CLOCK, "en-GB", own) === write(at, CLOCK, "en-GB")) return "";
  return ` · ${say("zone", { city: zone.split("/").pop().replaceAll("_", " ") })}`;
}
