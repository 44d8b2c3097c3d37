/**
 * The banner: asks what a visitor allows, keeps the answer, and tells it to the tag.
 *
 * Refusing is one button like accepting, and lasts as long. Nothing but the answer is kept here.
 * The collector writes `SETTINGS` in front of this file, from the policy.
 */

/* global SETTINGS, VERSION */
import { STYLE } from "./style.js";
import { WORDS } from "./words.js";

const own = document.currentScript;
const name = (own && own.dataset.name) || "passerelle";
const kept = `_${name}.choice`;
const language = /^en/i.test(document.documentElement.lang) ? "en" : "fr";
const words = WORDS[language];
const { notice, months, text, purposes } = SETTINGS;

/** The answer of before, if it was to this notice and has not lapsed. */
function readChoice() {
  try {
    const choice = JSON.parse(localStorage.getItem(kept));
    const lapses = new Date(choice.at);
    lapses.setMonth(lapses.getMonth() + months);
    return choice.notice === notice && lapses > new Date() ? choice : null;
  } catch {
    return null; // storage is closed, or another script wrote something else there
  }
}

function keepChoice(choice) {
  try {
    localStorage.setItem(kept, JSON.stringify(choice));
  } catch {
    // It is asked again on the next page.
  }
}

/** What the tag is told: each purpose, and each category of other products that means it. */
function tell({ allowed, at }) {
  const answer = {};
  for (const { key, categories } of purposes) {
    for (const each of [key, ...categories]) answer[each] = allowed.includes(key);
  }
  const queue = (...given) => (queue.q = queue.q || []).push(given);
  window[name] = window[name] || queue;
  window[name]("consent", answer, { notice, at });
}

function choose(allowed) {
  const choice = { notice, allowed, at: new Date().toISOString() };
  keepChoice(choice);
  tell(choice);
}

/** An element with attributes, and texts or elements inside. */
function make(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...inside);
  return element;
}

function makeBanner() {
  const host = make("div", { lang: language });
  const root = host.attachShadow({ mode: "open" });
  const sheet = new CSSStyleSheet(); // allowed wherever the page forbids styles of its own
  sheet.replaceSync(STYLE);
  root.adoptedStyleSheets = [sheet];

  const boxes = purposes.map(({ key }) => make("input", { type: "checkbox", id: key, value: key }));
  const rows = boxes.map((box, place) =>
    make("p", {}, box, make("label", { for: box.id }, purposes[place].label[language])),
  );
  const list = make("fieldset", { hidden: "" }, make("legend", {}, words.legend), ...rows);
  const accept = make("button", { type: "button" }, words.accept);
  const refuse = make("button", { type: "button" }, words.refuse);
  const pick = make("button", { type: "button", "aria-expanded": "false" }, words.choose);
  const title = make("h2", { id: "title", tabindex: "-1" }, words.title);
  const dialog = make(
    "dialog",
    { "aria-labelledby": "title", "aria-describedby": "text" },
    title,
    make("p", { id: "text" }, text[language]),
    list,
    make("div", { class: "buttons" }, accept, refuse, pick),
  );
  const again = make("button", { type: "button", class: "again", hidden: "" }, words.again);
  root.append(dialog, again);

  const all = purposes.map(({ key }) => key);
  const answer = (allowed) => {
    dialog.close();
    choose(allowed);
  };
  accept.onclick = () => answer(all);
  refuse.onclick = () => answer([]);
  pick.onclick = () => {
    if (!list.hidden) return answer(boxes.filter((box) => box.checked).map((box) => box.value));
    unfold();
    boxes[0].focus();
  };
  const unfold = () => {
    list.hidden = false;
    pick.textContent = words.save;
    pick.setAttribute("aria-expanded", "true");
  };
  // Closed by Escape, nothing was said: nothing is allowed, and the next page asks again.
  dialog.onclose = () => (again.hidden = hasOwnLink());

  function open() {
    const choice = readChoice();
    for (const box of boxes) box.checked = !!choice && choice.allowed.includes(box.value);
    if (choice) unfold();
    again.hidden = true;
    if (!dialog.open) dialog.showModal();
    title.focus();
  }
  again.onclick = open;
  document.body.append(host);
  again.hidden = hasOwnLink();
  return open;
}

const OWN_LINK = '[href="#consent"]';
const hasOwnLink = () => document.querySelector(OWN_LINK) !== null;

function start() {
  const open = makeBanner();
  document.addEventListener("click", (event) => {
    if (!event.target.closest || !event.target.closest(OWN_LINK)) return;
    event.preventDefault();
    open();
  });
  // Who objects on every site has answered: the tag obeys, and nobody is asked.
  if (!navigator.globalPrivacyControl && !readChoice()) open();
}

const known = readChoice();
if (known) tell(known);
if (document.body && document.readyState !== "loading") start();
else addEventListener("DOMContentLoaded", start);
if (own) own.dataset.version = VERSION;
