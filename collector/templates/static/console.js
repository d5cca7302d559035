// Keeps an open page up to date. Everything works without it.
"use strict";
(() => {
  const PAUSE = 2000;
  const address = document.body.dataset.live;
  const main = document.getElementById("main");
  const news = document.getElementById("news");
  if (!address || !main || !news || !window.EventSource || !window.fetch) return;

  let due = false;
  let busy = false;

  const source = new EventSource(address);
  source.addEventListener("changed", () => { due = true; soon(); });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED) say("Live updates have stopped. Reload the page to go on.");
  });
  document.addEventListener("visibilitychange", soon);
  document.addEventListener("focusout", soon);
  window.addEventListener("pagehide", () => source.close());
  window.addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  function say(text) {
    news.textContent = text;
  }

  // Somebody fills in a form, selects text or is about to confirm something: wait.
  function isInUse() {
    const active = document.activeElement;
    const typing = active && main.contains(active) && active.matches("input, select, textarea");
    const selection = document.getSelection();
    const selecting = selection && !selection.isCollapsed && main.contains(selection.anchorNode);
    return typing || selecting || main.querySelector("details[open]") !== null;
  }

  function soon() {
    if (busy || !due || document.hidden) return;
    busy = true;
    setTimeout(async () => {
      try {
        if (!isInUse()) {
          due = false;
          await refresh();
        }
      } catch {
        // The next change tries again; the page stays as it is.
      } finally {
        busy = false;
      }
      if (due && !isInUse()) soon();
    }, PAUSE);
  }

  async function refresh() {
    const response = await fetch(location.href, { cache: "no-store" });
    if (response.redirected && new URL(response.url).pathname === "/login") {
      source.close();
      say("You are signed out. Reload the page to sign in again.");
      return;
    }
    if (!response.ok) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const next = page.getElementById("main");
    if (!next || isInUse()) { due = true; return; }
    swap(next);
  }

  function swap(next) {
    const before = new Set(numbers(main));
    const active = main.contains(document.activeElement) ? document.activeElement.id : "";
    const [x, y] = [window.scrollX, window.scrollY];
    const aside = Array.from(main.querySelectorAll(".wide"), (part) => part.scrollLeft);
    main.replaceChildren(...document.adoptNode(next).childNodes);
    main.querySelectorAll(".wide").forEach((part, index) => { part.scrollLeft = aside[index] || 0; });
    if (active) (document.getElementById(active) || main).focus({ preventScroll: true });
    window.scrollTo(x, y);
    announce(numbers(main).filter((number) => !before.has(number)));
  }

  function numbers(part) {
    return Array.from(part.querySelectorAll("[data-finding]"), (row) => row.dataset.finding);
  }

  function announce(fresh) {
    if (fresh.length === 0) return;
    const link = document.getElementById("finding-" + fresh[0]);
    const first = link ? link.textContent : "";
    say(fresh.length === 1 ? "New finding: " + first : fresh.length + " new findings, the newest: " + first);
  }
})();
