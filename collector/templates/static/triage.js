// Keys for triage: each does what a link or a form on the page does as well.
"use strict";
(() => {
  const OFF = "moored-keys-off";
  const isOff = () => localStorage.getItem(OFF) === "1";

  // A live page puts new elements in the place of old ones: look for them when they are needed.
  document.addEventListener("change", (event) => {
    if (event.target.id === "keys-off") localStorage.setItem(OFF, event.target.checked ? "1" : "");
  });

  function tell() {
    document.getElementById("keys-off").checked = isOff();
    document.getElementById("dialog-keys").showModal();
  }

  const links = () => Array.from(document.querySelectorAll("[data-incident] th a"));
  const row = () => {
    const focused = document.activeElement && document.activeElement.closest("[data-incident]");
    return focused || document.querySelector("[data-incident]");
  };

  // Who comes back from a form goes on where they were.
  const place = location.hash.startsWith("#incident-") && document.getElementById(location.hash.slice(1));
  if (place && place.matches("a")) place.focus();
  else if (location.hash.startsWith("#incident-") && links()[0]) links()[0].focus();

  function go(step) {
    const all = links();
    const at = all.findIndex((link) => link.closest("[data-incident]").contains(document.activeElement));
    const next = at < 0 ? 0 : Math.min(Math.max(at + step, 0), all.length - 1);
    if (all[next]) { all[next].focus(); all[next].scrollIntoView({ block: "nearest" }); }
  }

  function ask(act) {
    const own = document.getElementById(act);
    if (own && own.matches("details")) {
      own.open = true;
      own.querySelector("form :is(input:not([type=hidden]), select, textarea)").focus();
      return;
    }
    const dialog = document.getElementById("dialog-" + act);
    const about = row();
    if (!dialog || !about) return;
    const link = about.querySelector("th a");
    dialog.querySelector("[data-about]").textContent = "incident " + link.textContent;
    dialog.querySelector("form").action = "/incidents/" + about.dataset.incident + "/" + act;
    dialog.addEventListener("close", () => link.focus(), { once: true });
    dialog.showModal();
    dialog.querySelector("form :is(input:not([type=hidden]), select, textarea)").focus();
  }

  function acknowledge() {
    const about = row();
    const button = document.getElementById("acknowledge")
      || (about && document.getElementById("acknowledge-" + about.dataset.incident));
    if (button) button.form.requestSubmit(button);
  }

  const acts = {
    j: () => go(1),
    k: () => go(-1),
    a: acknowledge,
    c: () => ask("close"),
    s: () => ask("suppress"),
    n: () => ask("note"),
    u: () => { const list = document.getElementById("list"); if (list) list.click(); },
    "/": () => document.getElementById("seek").focus(),
    "?": tell,
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (document.querySelector("dialog[open]")) return;
    if (event.target.closest("input:not([type=checkbox], [type=radio]), select, textarea")) return;
    const act = acts[event.key];
    if (!act || (isOff() && event.key !== "?")) return;
    event.preventDefault();
    act();
  });

  document.addEventListener("click", (event) => {
    const leave = event.target.closest("[data-leave]");
    if (leave) leave.closest("dialog").close();
  });
})();
