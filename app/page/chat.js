// Jirani's chat page: puts the parts together.

import { Api } from "./api.js";
import { useZone } from "./clock.js";
import { Composer } from "./composer.js";
import { Connection } from "./connection.js";
import { Conversation } from "./conversation.js";
import { byId } from "./dom.js";
import { Keep } from "./keep.js";
import { onMenu } from "./menu.js";
import { Outbox } from "./outbox.js";
import { rowsOf } from "./rows.js";
import { Screen } from "./screen.js";
import { say, speak, spoken } from "./words.js";

const [root, address] = location.pathname.split("/chat/");
const [business] = address.split("/");
const keep = new Keep(business);
const api = new Api(root, business);
const chat = new Conversation();
const screen = new Screen(write);
const connection = new Connection(api, keep, {
  cursor: () => chat.cursor,
  thread: adopt,
  event: take,
  status(name) {
    screen.status = name;
    render();
    if (name === "online") outbox.send();
    if (name === "missing") screen.end(say("missing"));
  },
});
const outbox = new Outbox(api, connection, keep, {
  changed: () => render(),
  stored: (message) => take({ event: "message", data: message }),
  wait: (seconds) => screen.notice(seconds ? say("slow_down", { seconds }) : ""),
  failed: (reason) => screen.announce(`${say("failed")}: ${say(`failed_${reason}`)}`),
});

chat.restore(keep.read("copy"));
learn();
const composer = new Composer(keep, write);
screen.view.actions = {
  choose: (choice) => write(choice.label, choice.id),
  retry: (item) => outbox.retry(item.key),
  edit(item) {
    outbox.forget(item.key);
    composer.edit(item.text);
  },
};
onMenu({
  new_chat() {
    leave("thread", "copy", "outbox");
    location.reload();
  },
  forget() {
    leave("thread", "copy", "outbox", "draft");
    navigator.serviceWorker?.getRegistration().then((worker) => worker?.unregister());
    globalThis.caches?.keys().then((names) => names.map((name) => caches.delete(name)));
    screen.end(say("forgotten"), say("again"));
  },
});
keep.watch((name) => {
  if (name === "outbox") render();
  if (name === "thread" && keep.read(name)?.id !== connection.identity?.id) location.reload();
});
addEventListener("pagehide", save);
render();
connection.run();
navigator.serviceWorker?.register("sw.js").catch(() => {});

function write(text, choice) {
  chat.settle();
  screen.notice("");
  screen.follow();
  outbox.add(text, choice);
}

/** Believe the server's thread; a new one in place of one with messages is said. */
function adopt(thread, isNew) {
  const replaced = isNew && chat.messages.length > 0;
  const news = chat.adopt(thread);
  if (replaced) {
    outbox.loseChoices();
    screen.notice(say("renewed"));
  }
  outbox.forget(...chat.messages.map((message) => message.key));
  if (screen.live) hear(news);
  screen.live = true;
  changed();
}

function take(event) {
  const news = chat.take(event);
  if (event.event === "message") outbox.forget(event.data.key);
  hear(news);
  changed();
}

function hear(messages) {
  for (const { author, text } of messages) if (author !== "guest") screen.hear(text);
}

let saving;
function changed() {
  learn();
  render();
  saving ??= setTimeout(save, 300);
}

function save() {
  clearTimeout(saving);
  saving = undefined;
  if (connection.identity && !screen.over) keep.write("copy", chat.copy());
}

/** Language and clock: the browser's language counts until the guest has written. */
function learn() {
  speak(chat.messages.length ? chat.language : spoken(...navigator.languages, chat.business?.locale));
  useZone(chat.business?.zone);
}

function render() {
  if (screen.over) return;
  const connected = ["online", "connecting"].includes(screen.status);
  screen.show(chat, rowsOf(chat, outbox.items, connected));
}

function leave(...names) {
  screen.over = true;
  connection.stop();
  names.forEach((name) => keep.remove(name));
}
