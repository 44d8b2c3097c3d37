/** What the tag does, shown on the page to whoever adds `?passerelle_debug=1` to its address. */

const MOST_LINES = 30;
const STYLE =
  "position:fixed;z-index:2147483647;right:8px;bottom:8px;width:360px;max-height:45vh;overflow:auto;" +
  "margin:0;padding:8px;font:12px/1.5 monospace;white-space:pre-wrap;background:#fff;color:#111;" +
  "border:2px solid #111";

/**
 * @param {string} name of the tag
 * @returns {{note: (line: string) => void, show: (state: object) => void}}
 */
export function makeDebug(name) {
  if (!new URLSearchParams(location.search).has(`${name}_debug`)) return { note() {}, show() {} };
  const host = document.createElement("div");
  const sheet = document.createElement("pre");
  sheet.style.cssText = STYLE;
  sheet.setAttribute("role", "log");
  sheet.setAttribute("aria-label", `${name} debug`);
  host.attachShadow({ mode: "open" }).append(sheet);
  const place = () => document.body.append(host);
  if (document.body) place();
  else addEventListener("DOMContentLoaded", place);
  const lines = [];
  let shown = {};
  const draw = () => (sheet.textContent = `${JSON.stringify(shown, null, 1)}\n\n${lines.join("\n")}`);
  return {
    note(line) {
      lines.unshift(`${new Date().toISOString().slice(11, 23)} ${line}`);
      lines.length = Math.min(lines.length, MOST_LINES);
      draw();
    },
    show(state) {
      shown = state;
      draw();
    },
  };
}
