/**
 * What the page chose, from the attributes of the tag's own script element.
 *
 * @typedef {object} Options
 * @property {string} key write key of a browser source
 * @property {string} endpoint where events go; by default beside the script itself
 * @property {string} name of the global function, of the debug parameter and of what is stored
 * @property {string} consent who says what the visitor allows: api, tcf, google, or the answer
 * @property {string} needs the category without which nothing is stored or sent
 * @property {boolean} pages whether page views are sent without being asked for
 * @property {number} vendor id of the retailer on the TCF's vendor list; 0: none
 */

/**
 * @param {HTMLScriptElement} element
 * @returns {Options}
 */
export function readOptions(element) {
  const { key, endpoint, name, consent, needs, pages, tcfVendor } = element.dataset;
  return {
    key: key || "",
    // Beside the script, whatever path a proxy gave it: no name in here for blockers to know.
    endpoint: new URL(endpoint || "e", element.src).href,
    name: name || "passerelle",
    consent: consent || "api",
    needs: needs || "measurement",
    pages: pages !== "manual",
    vendor: Number(tcfVendor) || 0,
  };
}
