// In a page: visit(CLIENT, URL, KEY, USER, COUNT) tells of one visit by a client of browsers.
import { consent, steps, traits } from "./visit.mjs";

async function segment(url, key, user, count, settings = {}) {
  const { AnalyticsBrowser } = await import("@segment/analytics-next");
  const analytics = AnalyticsBrowser.load({ writeKey: key, cdnURL: url }, settings);
  await tell(analytics, user, count);
}

const segmentInBatches = (...given) =>
  segment(...given, {
    integrations: {
      "Segment.io": { deliveryStrategy: { strategy: "batching", config: { size: 10, timeout: 500 } } },
    },
  });

/** The classic snippet's SDK, whose file came from the collector with the page. */
async function segmentSnippet(url, key, user, count) {
  await tell(window.analytics, user, count);
}

async function segmentWithConsent(url, key, user, count) {
  const { AnalyticsBrowser } = await import("@segment/analytics-next");
  const { createWrapper } = await import("@segment/analytics-consent-tools");
  const analytics = new AnalyticsBrowser();
  const categories = consent.consent.categoryPreferences;
  createWrapper({ getCategories: () => categories })(analytics).load({ writeKey: key, cdnURL: url });
  await analytics.identify(user, traits);
  await analytics.page("Home");
  await Promise.all(steps(count).map((n) => analytics.track("Step", { n })));
}

async function rudder(url, key, user, count) {
  const { RudderAnalytics } = await import("@rudderstack/analytics-js/bundled");
  const analytics = new RudderAnalytics();
  analytics.load(key, url, { configUrl: url });
  analytics.identify(user, traits, { context: consent });
  analytics.page(undefined, "Home", {}, { context: consent });
  for (const n of steps(count)) analytics.track("Step", { n }, { context: consent });
}

async function jitsu(url, key, user, count) {
  const { jitsuAnalytics } = await import("@jitsu/js");
  const analytics = jitsuAnalytics({ host: url, writeKey: `${key}:secret` });
  await analytics.identify(user, traits, { context: consent });
  await analytics.page({ name: "Home", context: consent });
  for (const n of steps(count)) await analytics.track("Step", { n, context: consent });
}

/** The file p.js, which came from the collector with the page. */
async function jitsuScript(url, key, user, count) {
  await window.jitsu.identify(user, traits, { context: consent });
  await window.jitsu.page({ name: "Home", context: consent });
  for (const n of steps(count)) await window.jitsu.track("Step", { n, context: consent });
}

async function tell(analytics, user, count) {
  await analytics.identify(user, traits, { context: consent });
  await analytics.page(undefined, "Home", {}, { context: consent });
  await Promise.all(steps(count).map((n) => analytics.track("Step", { n }, { context: consent })));
}

const clients = {
  segment,
  segmentInBatches,
  segmentSnippet,
  segmentWithConsent,
  rudder,
  jitsu,
  jitsuScript,
};
window.visit = (client, ...given) => clients[client](...given);
