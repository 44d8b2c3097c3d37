/** The tag: `passerelle("track", "Product Viewed", {sku: "12"})` and its like, once consent allows it. */

import { watchConsent } from "./consent.js";
import { makeDebug } from "./debug.js";
import { makeEvent, readPage } from "./events.js";
import { readOptions } from "./options.js";
import { makeOutbox } from "./outbox.js";
import { watchPages } from "./pages.js";
import { readStored, writeStored } from "./stored.js";

/** The one event by which a visitor's choice changes, as Segment's clients name it. */
const CHOICE_EVENT = "Segment Consent Preference Updated";

function start(element) {
  const options = readOptions(element);
  const debug = makeDebug(options.name);
  const outbox = makeOutbox(options, debug.note);
  const choiceStored = `_${options.name}.consent`; // as last told; only where it allows something
  let choice; // none yet: nothing leaves, and what happens waits in memory
  let userId;
  let isAnotherVisitor = false;

  const isAllowed = () => choice.categories[options.needs] === true;

  function add(type, fields) {
    if (choice && !isAllowed()) return;
    const event = makeEvent(type, { userId, ...fields });
    if (isAnotherVisitor) event.visitor = "new";
    isAnotherVisitor = false;
    outbox.add(choice ? withChoice(event, choice) : event);
    debug.note(`${type} ${fields.event || fields.name || ""}`);
  }

  function choose(next) {
    choice = next;
    debug.show({ key: options.key, ...choice, sends: isAllowed() });
    if (isAllowed()) allow();
    else refuse();
  }

  function allow() {
    const text = JSON.stringify(choice.categories) + (choice.notice || "");
    outbox.restate((event) => withChoice(event, choice));
    if (readStored(choiceStored) !== text) outbox.add(choiceEvent(choice));
    writeStored(choiceStored, text);
    outbox.open();
  }

  function refuse() {
    outbox.close();
    // A refusal is told only by a browser that once allowed: of the others nothing is known.
    if (!readStored(choiceStored)) return;
    outbox.forget(choiceEvent(choice)).then((isDone) => isDone && writeStored(choiceStored));
  }

  const tellConsent = watchConsent(options, (next) => setTimeout(choose, 0, next));
  const commands = {
    page: (name, properties) => add("page", pageFields(name, properties)),
    track: (event, properties) => add("track", { event, properties: properties || {} }),
    identify(id, traits) {
      const isNamed = typeof id !== "object";
      userId = isNamed ? String(id) : userId;
      add("identify", { userId, traits: (isNamed ? traits : id) || {} });
    },
    reset() {
      userId = undefined;
      isAnotherVisitor = true;
    },
    consent: tellConsent,
    flush: outbox.flush,
  };

  take(options.name, commands, debug.note);
  if (options.pages) watchPages(() => commands.page());
  addEventListener("visibilitychange", () => document.visibilityState === "hidden" && outbox.flush());
  addEventListener("pagehide", outbox.leave);
  addEventListener("online", outbox.flush);
}

/** Answer the page's commands, first those that it gave before the tag was there. */
function take(name, commands, note) {
  const queued = (window[name] && window[name].q) || [];
  const command = (verb, ...given) => {
    if (Object.keys(commands).includes(verb)) commands[verb](...given);
    else note(`unknown: ${verb}`);
  };
  window[name] = command;
  // What the page says of consent comes first: it is about the events beside it.
  const isConsent = ([verb]) => verb === "consent";
  for (const each of [...queued.filter(isConsent), ...queued.filter((one) => !isConsent(one))]) {
    command(...each);
  }
}

function pageFields(name, properties) {
  return { name: name || undefined, properties: { ...readPage(), ...properties } };
}

/** The event with the choice it was made under, or the first that came after it. */
function withChoice(event, { categories }) {
  if (event.context.consent) return event;
  const context = { ...event.context, consent: { categoryPreferences: categories } };
  return { ...event, context };
}

function choiceEvent(choice) {
  const event = withChoice(makeEvent("track", { event: CHOICE_EVENT, properties: {} }), choice);
  event.context.consent.provider = choice.provider;
  event.context.consent.proof = choice.proof;
  event.context.consent.notice = choice.notice;
  return event;
}

const own = document.currentScript;
if (own && own.dataset.key) start(own);
