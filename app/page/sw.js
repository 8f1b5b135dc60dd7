// Keeps the page, no conversation, on the device: it opens at once, also offline.

// Filled in when this is served.
const [VERSION, ...FILES] = "__SHELL__".split(" ");
const PAGE = "page";
const home = new URL("./", self.location).href;
const statics = `${home}static/`;

self.addEventListener("install", (event) => event.waitUntil(store().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(dropOthers().then(() => self.clients.claim())));
self.addEventListener("fetch", (event) => {
  const { request } = event;
  if (request.url.startsWith(statics)) event.respondWith(kept(request, request.url));
  else if (request.mode === "navigate" && request.url.startsWith(home)) event.respondWith(kept(request, PAGE));
});

/** Fetch every file as it is now; the page is the same for every business. */
async function store() {
  const cache = await caches.open(VERSION);
  await cache.addAll(FILES.map((name) => new Request(statics + name, { cache: "no-cache" })));
  const [client] = await self.clients.matchAll({ includeUncontrolled: true, type: "window" });
  if (client) await cache.put(PAGE, await fetch(client.url, { cache: "no-cache" }));
}

async function dropOthers() {
  const names = await caches.keys();
  await Promise.all(names.filter((name) => name !== VERSION).map((name) => caches.delete(name)));
}

async function kept(request, name) {
  const cache = await caches.open(VERSION);
  return (await cache.match(name)) ?? fetch(request);
}
