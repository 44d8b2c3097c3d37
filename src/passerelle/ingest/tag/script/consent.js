/**
 * What the visitor allows, from whoever the page says to ask. Unknown is no.
 *
 * A choice is `{categories: {measurement: boolean, …}, provider, proof?, notice?}`. It is told each time it
 * changes, to a listener that stores and sends nothing before a choice that allows it.
 */

/** Purposes of the TCF that must all be consented to, by category. */
const TCF_PURPOSES = {
  measurement: [1, 8, 9],
  advertising: [1, 2, 3, 4, 7],
  personalization: [1, 5, 6],
};

/** Types of Google's consent mode that must all be granted, by category. */
const GOOGLE_TYPES = {
  measurement: ["analytics_storage"],
  advertising: ["ad_storage", "ad_user_data", "ad_personalization"],
  personalization: ["personalization_storage"],
};

const CATEGORIES = Object.keys(TCF_PURPOSES);
const ASK_AGAIN_MS = 200;
const ASK_TIMES = 150; // a banner that is not there after 30 s does not come

/** Whether the browser says, for every site, that its user objects. */
export const objects = () => navigator.globalPrivacyControl === true;

/**
 * Listen to whoever knows; return a function for the page to tell a choice itself.
 *
 * @param {import("./options.js").Options} options
 * @param {(choice: object) => void} listener
 */
export function watchConsent(options, listener) {
  const tell = (provider, categories, proof, notice) =>
    listener({ categories: objects() ? granted(() => false) : categories, provider, proof, notice });
  const say = (answer, { notice } = {}) => tell(notice ? "banner" : "page", readAnswer(answer), undefined, notice);
  if (objects()) tell("gpc", {});
  else if (options.consent === "tcf") watchTcf(options, tell);
  else if (options.consent === "google") watchGoogle(tell);
  else if (options.consent !== "api") say(options.consent);
  return (answer, about) => (typeof answer === "function" ? answer(say) : say(answer, about));
}

/** `true`, `"granted"`, `"measurement,advertising"` or `{measurement: true}`, as categories. */
function readAnswer(answer) {
  if (answer && typeof answer === "object") {
    return { ...granted(() => false), ...mapped(answer, (value) => value === true) };
  }
  const named = String(answer).split(/[\s,]+/);
  const all = answer === true || named.includes("granted");
  return granted((category) => all || named.includes(category));
}

function watchTcf({ vendor }, tell, times = 0) {
  if (typeof window.__tcfapi !== "function") {
    if (times < ASK_TIMES) setTimeout(() => watchTcf({ vendor }, tell, times + 1), ASK_AGAIN_MS);
    return;
  }
  window.__tcfapi("addEventListener", 2, (data, worked) => {
    const isChosen = worked && ["tcloaded", "useractioncomplete"].includes(data.eventStatus);
    if (!isChosen) return; // the banner is open: no choice is known
    const all = (consents, ids) => ids.every((id) => (consents || {})[id] === true);
    const own = data.publisher && data.publisher.consents;
    // What was said to the publisher itself counts before what was said to vendors in general.
    const purposes = own && Object.keys(own).length ? own : data.purpose && data.purpose.consents;
    const vendors = data.vendor && data.vendor.consents;
    const isKnown = !vendor || all(vendors, [vendor]);
    tell("tcf", granted((name) => isKnown && all(purposes, TCF_PURPOSES[name])), data.tcString);
  });
}

function watchGoogle(tell) {
  const layer = (window.dataLayer = window.dataLayer || []);
  const state = {};
  const hear = (entry) => {
    if (!entry || entry[0] !== "consent" || !entry[2]) return;
    // A default that refuses is what holds until the banner is answered, not an answer.
    const isAnswer = entry[1] === "update" || Object.values(entry[2]).includes("granted");
    for (const [type, value] of Object.entries(entry[2])) {
      // A default for some regions only is no grant here: we do not know where the visitor is.
      if (value === "denied" || !entry[2].region) state[type] = value;
    }
    if (!isAnswer) return;
    tell("google", granted((name) => GOOGLE_TYPES[name].every((type) => state[type] === "granted")));
  };
  layer.forEach(hear);
  const push = layer.push;
  layer.push = (...entries) => {
    entries.forEach(hear);
    return push.apply(layer, entries);
  };
}

const granted = (isGranted) =>
  Object.fromEntries(CATEGORIES.map((category) => [category, isGranted(category)]));
const mapped = (object, change) =>
  Object.fromEntries(Object.entries(object).map(([name, value]) => [name, change(value)]));
