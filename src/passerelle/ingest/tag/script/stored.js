/** Texts kept in the browser; a page to which storage is closed does without. */

/** @returns {string | null} */
export function readStored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

/** Keep a text, or nothing where it is empty; whether that could be done. */
export function writeStored(name, text) {
  try {
    if (text) localStorage.setItem(name, text);
    else localStorage.removeItem(name);
    return true;
  } catch {
    return false;
  }
}
