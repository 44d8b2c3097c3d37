/**
 * Events on their way: kept until the server says that it has them, across pages and outages.
 *
 * What is unanswered when a page ends is sent again by the next one; the server knows a messageId
 * that it has seen, so nothing counts twice.
 */

import { readStored, writeStored } from "./stored.js";

const MOST_EVENTS = 20; // in one request
const MOST_BYTES = 60000; // browsers let 64 KiB of requests outlive a page
const MOST_KEPT = 200; // events
const MOST_STORED_LENGTH = 200000; // characters
const OLDEST_MS = 47 * 3600 * 1000; // the server knows message ids for 48 hours
const SOON_MS = 250;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 60000;

const sizeOf = (text) => new Blob([text]).size;
const without = (events, others) => {
  const ids = new Set(others.map((event) => event.messageId));
  return events.filter((event) => !ids.has(event.messageId));
};

/** The last events; where those left out began another visitor's, that begins with the first kept. */
function keepLast(events, most) {
  const left = events.slice(0, -most);
  const [first, ...rest] = events.slice(-most);
  return left.some((event) => event.visitor) ? [{ ...first, visitor: "new" }, ...rest] : [first, ...rest];
}

/**
 * Events go only once the server has answered a request without any, which sets the visitor's
 * cookie: were the answer to events lost, they would come again from what seems another visitor.
 * An event whose `visitor` is "new" has the server asked for another one before it goes.
 *
 * @param {import("./options.js").Options} options
 * @param {(note: string) => void} note what happened, for the debug overlay
 */
export function makeOutbox({ key, endpoint, name }, note) {
  const shelf = makeShelf(`_${name}.events`, note);
  const known = `_${name}.known`; // stored once the server has set its cookie
  let waiting = []; // events, oldest first
  let sending; // those of the request under way
  let wait = 0; // milliseconds; 0 while all goes well
  let timer;
  let isOpen = false;
  let isKnown = false;

  function write(batch, visitor) {
    return JSON.stringify({ writeKey: key, sentAt: new Date().toISOString(), visitor, batch });
  }

  function post(body) {
    // Without headers of our own the request is a simple one: no preflight goes before it.
    const keepalive = sizeOf(body) < MOST_BYTES;
    return fetch(endpoint, { method: "POST", body, credentials: "include", keepalive });
  }

  function take() {
    let bytes = sizeOf(write([]));
    let count = 0;
    for (const event of waiting.slice(0, MOST_EVENTS)) {
      bytes += sizeOf(JSON.stringify(event)) + 1;
      if (count && (bytes > MOST_BYTES || event.visitor)) break;
      count += 1;
    }
    return waiting.splice(0, count);
  }

  function send() {
    clearTimeout(timer);
    timer = undefined;
    if (!isOpen || sending || !waiting.length) return;
    const { visitor } = waiting[0];
    const isGreeting = visitor || !isKnown;
    sending = isGreeting ? [] : take();
    const done = isGreeting ? meet : shelf.remove;
    post(write(sending, visitor)).then(
      (answer) => finish(done, answer.status, Number(answer.headers.get("Retry-After")) || 0),
      () => finish(done, 0, 0),
    );
  }

  /** The server has set its cookie. */
  function meet() {
    isKnown = true;
    writeStored(known, "1");
    if (waiting.length) delete waiting[0].visitor; // else the page has ended meanwhile
  }

  function finish(done, status, retryAfter) {
    const batch = sending;
    sending = undefined;
    note(`${status || "no network"}: ${batch.length} event(s)`);
    if (!isOpen) return;
    if (status === 0 || status === 408 || status === 429 || status >= 500) {
      waiting = batch.concat(waiting);
      shelf.add(waiting);
      wait = Math.min(Math.max(wait * 2, FIRST_WAIT_MS), LONGEST_WAIT_MS);
      later(Math.max(retryAfter * 1000, wait * (0.5 + Math.random() / 2)));
      return;
    }
    // Taken, or refused for ever: either way there is nothing more to do for these.
    wait = 0;
    done(batch);
    send();
  }

  function later(milliseconds) {
    if (timer === undefined) timer = setTimeout(send, milliseconds);
  }

  return {
    /** Consent is given: take what earlier pages left, and send. */
    open() {
      if (isOpen) return;
      isOpen = true;
      isKnown = readStored(known) !== null;
      waiting = without(shelf.read(), waiting).concat(waiting);
      later(0);
    },
    add(event) {
      waiting.push(event);
      // Before a choice nothing leaves; a page that waits for long keeps how the visit began.
      if (waiting.length > MOST_KEPT) waiting = isOpen ? keepLast(waiting, MOST_KEPT) : waiting.slice(0, -1);
      if (waiting.length >= MOST_EVENTS && !wait) send();
      else later(SOON_MS);
    },
    /** Change what waits: events made before a choice are told with it. */
    restate(change) {
      waiting = waiting.map(change);
    },
    /** Nothing is allowed, or no longer: nothing stays here, in memory or stored. */
    close() {
      isOpen = false;
      waiting = [];
      writeStored(known);
      shelf.remove(shelf.read());
    },
    /** Tell a refusal, and have the server take its cookie back; whether it did. */
    async forget(event) {
      const answer = await post(write([event], "forget")).catch(() => ({ ok: false }));
      return answer.ok;
    },
    flush: send,
    /** The page ends: what is not on its way goes as a beacon, and is remembered all the same. */
    leave() {
      if (!isOpen) return;
      shelf.add((sending || []).concat(waiting));
      while (waiting.length) {
        const batch = take();
        if (!navigator.sendBeacon(endpoint, write(batch, batch[0].visitor))) return;
      }
    },
  };
}

/** The events of a site that are stored in the browser, bounded. */
function makeShelf(name, note) {
  const read = () => {
    const oldest = new Date(Date.now() - OLDEST_MS).toISOString();
    try {
      return JSON.parse(readStored(name) || "[]").filter((event) => event.timestamp > oldest);
    } catch {
      return []; // another script wrote something else there
    }
  };
  const write = (text) => writeStored(name, text) || note("storage is full or closed");
  return {
    read,
    remove(events) {
      const rest = without(read(), events);
      write(rest.length ? JSON.stringify(rest) : "");
    },
    add(events) {
      let all = without(read(), events).concat(events);
      if (all.length > MOST_KEPT) all = keepLast(all, MOST_KEPT);
      while (all.length > 1 && JSON.stringify(all).length > MOST_STORED_LENGTH) {
        all = keepLast(all, all.length - 1);
      }
      if (all.length) write(JSON.stringify(all));
    },
  };
}
