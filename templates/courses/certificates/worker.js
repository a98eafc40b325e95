// Keeps the page that verifies certificates offline: the network first, so that new keys arrive, else what was kept.
"use strict";
const CACHE = "verify-{{ version }}";
const KEPT = {{ kept|safe }};

// Without cookies: what is kept is nobody's page.
const asVisitor = (url) => fetch(new Request(url, { credentials: "omit", cache: "no-cache" }));

self.addEventListener("install", (event) => {
  event.waitUntil(
    caches.open(CACHE).then(async (cache) => {
      await Promise.all(
        KEPT.map(async (url) => {
          const answer = await asVisitor(url);
          if (!answer.ok) throw new Error(url);
          await cache.put(url, answer);
        }),
      );
      await self.skipWaiting();
    }),
  );
});

self.addEventListener("activate", (event) => {
  event.waitUntil(
    caches.keys().then(async (names) => {
      await Promise.all(names.filter((name) => name.startsWith("verify-") && name !== CACHE).map((name) => caches.delete(name)));
      await self.clients.claim();
    }),
  );
});

self.addEventListener("fetch", (event) => {
  const { pathname } = new URL(event.request.url);
  if (event.request.method !== "GET" || !KEPT.includes(pathname)) return;
  event.respondWith(
    fetch(event.request).catch(async () => (await caches.match(pathname, { cacheName: CACHE })) ?? Response.error()),
  );
});
