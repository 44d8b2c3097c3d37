/** Events in the form of Segment's HTTP API, which `/v1` takes too; the visitor's id is not in them. */

/* global VERSION */
const CAMPAIGN = ["source", "medium", "term", "content"];
// `?email=marie@example.fr` in an address is a leak of the page's: it goes no further from here.
const MAIL = /[^\s/?&=#]+(@|%40)[^\s/?&=#]+/gi;

/** Sixteen random bytes as a UUID; crypto.randomUUID is missing on pages without TLS. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 15) | 64;
  bytes[8] = (bytes[8] & 63) | 128;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

/** An event of now, on the page of now. */
export function makeEvent(type, fields) {
  return {
    type,
    messageId: newId(),
    timestamp: new Date().toISOString(),
    ...fields,
    context: {
      library: { name: "passerelle-tag", version: VERSION },
      page: readPage(),
      campaign: readCampaign(),
      locale: navigator.language,
      timezone: Intl.DateTimeFormat().resolvedOptions().timeZone,
      screen: { width: screen.width, height: screen.height, density: devicePixelRatio },
    },
  };
}

export function readPage() {
  return {
    url: withoutMail(location.origin + location.pathname + location.search),
    path: withoutMail(location.pathname),
    search: withoutMail(location.search),
    title: document.title,
    referrer: withoutMail(document.referrer),
  };
}

function readCampaign() {
  const given = new URLSearchParams(location.search);
  const campaign = {};
  if (given.get("utm_campaign")) campaign.name = withoutMail(given.get("utm_campaign"));
  for (const name of CAMPAIGN) {
    if (given.get("utm_" + name)) campaign[name] = withoutMail(given.get("utm_" + name));
  }
  return Object.keys(campaign).length ? campaign : undefined;
}

const withoutMail = (text) => text.replace(MAIL, "_");
