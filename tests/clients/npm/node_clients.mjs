// node node_clients.mjs CLIENT URL KEY USER COUNT: one visit by a client of Node, until all is sent.
import { consent, steps, traits } from "./visit.mjs";

const [client, url, key, userId, count] = process.argv.slice(2);

async function segment() {
  const { Analytics } = await import("@segment/analytics-node");
  const analytics = new Analytics({ writeKey: key, host: url, httpRequestTimeout: 1000 });
  analytics.identify({ userId, traits, context: consent });
  analytics.page({ userId, name: "Home", context: consent });
  for (const n of steps(+count)) {
    analytics.track({ userId, event: "Step", properties: { n }, context: consent });
  }
  await analytics.closeAndFlush({ timeout: 30000 });
}

async function rudder() {
  const { default: Rudder } = await import("@rudderstack/rudder-sdk-node");
  const analytics = new Rudder(key, { dataPlaneUrl: url });
  analytics.identify({ userId, traits, context: consent });
  analytics.page({ userId, name: "Home", context: consent });
  for (const n of steps(+count)) {
    analytics.track({ userId, event: "Step", properties: { n }, context: consent });
  }
  await analytics.flush();
}

async function jitsu() {
  const { jitsuAnalytics } = await import("@jitsu/js");
  const analytics = jitsuAnalytics({ host: url, writeKey: `${key}:secret` });
  await analytics.identify(userId, traits, { context: consent });
  await analytics.page({ name: "Home", context: consent });
  for (const n of steps(+count)) await analytics.track("Step", { n, context: consent });
}

await { segment, rudder, jitsu }[client]();
