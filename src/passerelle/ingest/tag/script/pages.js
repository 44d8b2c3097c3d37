/** Page views of sites that change their page without loading another. */

/**
 * @param {() => void} listener called for each page, the first included
 */
export function watchPages(listener) {
  let seen;
  const look = () => {
    const page = location.pathname + location.search;
    if (page !== seen) listener();
    seen = page;
  };
  // Frameworks write the title after they change the address.
  const lookLater = () => setTimeout(look, 0);
  for (const method of ["pushState", "replaceState"]) {
    const change = history[method];
    history[method] = function (...given) {
      const answer = change.apply(this, given);
      lookLater();
      return answer;
    };
  }
  addEventListener("popstate", lookLater);
  look();
}
