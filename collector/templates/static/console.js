// Keeps an open page up to date. Everything works without it.
"use strict";
// Says that a form is on its way, and sends it once.
(() => {
  const busy = (form, is) => {
    document.documentElement.toggleAttribute("data-busy", is);
    if (form) form.toggleAttribute("data-sent", is);
  };
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "dialog") return;
    if (form.hasAttribute("data-sent")) { event.preventDefault(); return; }
    busy(form, true);
  });
  window.addEventListener("pageshow", () => {
    document.querySelectorAll("form[data-sent]").forEach((form) => busy(form, false));
    busy(null, false);
  });
})();
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
    const typed = Array.from(main.querySelectorAll("textarea, input:not([type=checkbox], [type=radio], [type=hidden])"))
      .some((field) => field.value !== field.defaultValue);
    return typing || typed || selecting || main.querySelector("details[open], dialog[open]") !== null;
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
    const ticked = Array.from(main.querySelectorAll("[data-step]:checked"), (step) => step.id);
    const aside = Array.from(main.querySelectorAll(".wide"), (part) => part.scrollLeft);
    main.replaceChildren(...document.adoptNode(next).childNodes);
    main.querySelectorAll(".wide").forEach((part, index) => { part.scrollLeft = aside[index] || 0; });
    for (const id of ticked) { const step = document.getElementById(id); if (step) step.checked = true; }
    if (active) (document.getElementById(active) || main).focus({ preventScroll: true });
    window.scrollTo(x, y);
    announce(numbers(main).filter((number) => !before.has(number)));
  }

  function numbers(part) {
    return Array.from(part.querySelectorAll("[data-finding], [data-incident]"), (row) =>
      row.dataset.incident ? "incident-" + row.dataset.incident : "finding-" + row.dataset.finding);
  }

  // How many came while nobody looked is in the title, until somebody does.
  const title = document.title;
  let unseen = 0;
  document.addEventListener("visibilitychange", seen);
  window.addEventListener("focus", seen);
  function seen() {
    if (document.hidden || !document.hasFocus()) return;
    unseen = 0;
    document.title = title;
  }

  function announce(fresh) {
    if (fresh.length === 0) return;
    const link = document.getElementById(fresh[0]);
    const first = link ? link.textContent : "";
    const noun = fresh[0].startsWith("incident") ? "incident" : "finding";
    say(fresh.length === 1 ? "New " + noun + ": " + first : fresh.length + " new " + noun + "s, the newest: " + first);
    unseen += fresh.length;
    document.title = "(" + unseen + ") " + title;
    seen();
  }
})();
