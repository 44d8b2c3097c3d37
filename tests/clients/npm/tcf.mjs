// Reads commands as lines of JSON, answers each with a line: IAB's own library on TC strings.
import { createInterface } from "node:readline";
import * as tcf from "@iabtechlabtcf/core";
const { GVL, PurposeRestriction, TCModel, TCString } = tcf.default ?? tcf;

const PURPOSES = Array.from({ length: 11 }, (_each, place) => place + 1);
const VENDORS = 400;

/** A vendor list made by hand: every vendor may be asked about every purpose on either ground. */
function vendorList() {
  const entry = (id) => ({ id, name: `${id}`, description: "", descriptionLegal: "", illustrations: [] });
  const table = (ids) => Object.fromEntries(ids.map((id) => [id, entry(id)]));
  const vendor = (id) => ({
    id, name: `v${id}`, purposes: PURPOSES, legIntPurposes: [2, 7, 8, 9, 10, 11],
    flexiblePurposes: [2, 7, 8, 9, 10, 11], specialPurposes: [], features: [], specialFeatures: [1, 2],
  });
  const ids = Array.from({ length: VENDORS }, (_each, place) => place + 1);
  return new GVL({
    gvlSpecificationVersion: 3, vendorListVersion: 120, tcfPolicyVersion: 5,
    lastUpdated: "2026-01-01T00:00:00Z", purposes: table(PURPOSES), specialPurposes: {}, features: {},
    specialFeatures: table([1, 2]), stacks: {}, dataCategories: {},
    vendors: Object.fromEntries(ids.map((id) => [id, vendor(id)])),
  });
}

const list = vendorList();
const ids = (vector) => [...vector].filter(([, isSet]) => isSet).map(([id]) => id);

function write(said) {
  const model = new TCModel(list);
  Object.assign(model, {
    cmpId: said.cmp_id, cmpVersion: said.cmp_version, consentScreen: said.consent_screen,
    publisherCountryCode: said.publisher_country, isServiceSpecific: true,
    purposeOneTreatment: said.purpose_one_treatment,
  });
  model.created = model.lastUpdated = new Date(said.created * 1000);
  model.specialFeatureOptins.set(said.special_features);
  model.purposeConsents.set(said.purpose_consents);
  model.purposeLegitimateInterests.set(said.purpose_interests);
  model.vendorConsents.set(said.vendor_consents);
  model.vendorLegitimateInterests.set(said.vendor_interests);
  model.vendorsDisclosed.set(said.disclosed_vendors);
  model.publisherConsents.set(said.publisher_consents);
  for (const { purpose, kind, vendors } of said.restrictions) {
    const restriction = new PurposeRestriction(purpose, kind);
    for (const vendor of vendors) model.publisherRestrictions.add(vendor, restriction);
  }
  return TCString.encode(model);
}

function read(text) {
  const model = TCString.decode(text);
  const restrictions = model.publisherRestrictions.getRestrictions().map((each) => ({
    purpose: each.purposeId, kind: each.restrictionType,
    vendors: model.publisherRestrictions.getVendors(each),
  }));
  return {
    created: model.created.getTime() / 1000, cmp_id: model.cmpId, cmp_version: model.cmpVersion,
    consent_screen: model.consentScreen, language: model.consentLanguage.toUpperCase(),
    vendor_list_version: model.vendorListVersion, policy_version: model.policyVersion,
    is_service_specific: model.isServiceSpecific, purpose_one_treatment: model.purposeOneTreatment,
    publisher_country: model.publisherCountryCode, special_features: ids(model.specialFeatureOptins),
    purpose_consents: ids(model.purposeConsents),
    purpose_interests: ids(model.purposeLegitimateInterests),
    vendor_consents: ids(model.vendorConsents), vendor_interests: ids(model.vendorLegitimateInterests),
    disclosed_vendors: ids(model.vendorsDisclosed), publisher_consents: ids(model.publisherConsents),
    publisher_interests: ids(model.publisherLegitimateInterests), restrictions,
  };
}

async function readGpp(text) {
  const gpp = await import("@iabgpp/cmpapi");
  const { GppModel } = gpp.default ?? gpp;
  const model = new GppModel(text);
  return model.getSection("tcfeuv2");
}

const does = { write, read, readGpp };
for await (const line of createInterface({ input: process.stdin })) {
  const { verb, given } = JSON.parse(line);
  console.log(JSON.stringify(await does[verb](given)));
}
