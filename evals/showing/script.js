"use strict";

// Everything can be read without this: it filters, and moves between failed scenarios.
const form = document.querySelector("#filters");
const [search, show, tag, rule, count] = ["search", "show", "tag", "rule", "count"].map((id) =>
  document.getElementById(id),
);
const scenarios = [...document.querySelectorAll(".scenario")];
const texts = new Map();

function text(scenario) {
  if (!texts.has(scenario)) texts.set(scenario, scenario.textContent.toLowerCase());
  return texts.get(scenario);
}

function fits(scenario) {
  const { passed, tags, rules } = scenario.dataset;
  return (
    (!show.value || passed === show.value) &&
    (!tag.value || tags.includes(`|${tag.value}|`)) &&
    (!rule.value || rules.includes(`|${rule.value}|`)) &&
    search.value.toLowerCase().split(/\s+/).every((word) => text(scenario).includes(word))
  );
}

function filter() {
  for (const scenario of scenarios) scenario.hidden = !fits(scenario);
  const shown = scenarios.filter((scenario) => !scenario.hidden).length;
  count.value = shown === scenarios.length ? `all ${shown} shown` : `${shown} of ${scenarios.length} shown`;
}

function toFailed(step) {
  const failed = scenarios.filter((each) => each.dataset.passed === "no" && !each.hidden);
  const now = failed.findIndex((each) => each.contains(document.activeElement));
  const next = failed[now < 0 ? (step > 0 ? 0 : failed.length - 1) : now + step];
  if (!next) return;
  next.open = true;
  next.querySelector("summary").focus({ preventScroll: true });
  next.scrollIntoView();
}

const KEYS = { j: () => toFailed(1), k: () => toFailed(-1), "/": () => search.focus() };

document.addEventListener("keydown", (event) => {
  const typing = event.target.closest("input, select, textarea");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || !(event.key in KEYS)) return;
  event.preventDefault();
  KEYS[event.key]();
});

// A link may lead to what is filtered away or closed.
addEventListener("hashchange", () => {
  const place = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!place) return;
  for (let each = place; each; each = each.parentElement) {
    if (each.tagName === "DETAILS") each.open = true;
    if (each.classList.contains("scenario")) each.hidden = false;
  }
  place.scrollIntoView();
});

form.addEventListener("submit", (event) => event.preventDefault());
form.addEventListener("input", filter);
// The browser keeps what was chosen when a page is loaded again.
form.hidden = false;
filter();
