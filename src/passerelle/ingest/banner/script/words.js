/** What the banner says of itself; the notice and the purposes are the policy's. */
export const WORDS = {
  en: {
    title: "Your privacy choices",
    legend: "What do you allow?",
    accept: "Accept all",
    refuse: "Refuse all",
    choose: "Choose",
    save: "Save choices",
    again: "Privacy choices",
  },
  fr: {
    title: "Vos choix de confidentialité",
    legend: "Qu'autorisez-vous\u00a0?",
    accept: "Tout accepter",
    refuse: "Tout refuser",
    choose: "Choisir",
    save: "Enregistrer",
    again: "Confidentialité",
  },
};
