// One visit, as any client tells it: who it is, a page, steps in order, each with what is allowed.
export const consent = { consent: { categoryPreferences: { measurement: true, advertising: false } } };
export const traits = { email: "jane@example.com" };
export const steps = (count) => Array.from({ length: count }, (_, n) => n);
