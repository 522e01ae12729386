/** It was taken out of the catalogue, and some customers still have a page that shows it. */
export const withdrawn = "C-7731";

export const givenNames: readonly string[] = [
  ...["Ada", "Bruno", "Chloé", "Dmitri", "Emeka", "Fatima", "Greta", "Henrik", "Inés", "Jun"],
  ...["Kaja", "Liam", "Maya", "Noor", "Owen", "Priya", "Quentin", "Rosa", "Søren", "Tove"],
];

export const familyNames: readonly string[] = [
  ...["Almeida", "Brandt", "Castellano", "Dubois", "Eriksen", "Fischer", "Grant", "Haddad"],
  ...["Ito", "Jansen", "Kowalski", "Lindqvist", "Moreau", "Nakamura", "O’Brien", "Petrov"],
];

export const towns = [
  { city: "Vienna", postcode: "1070", country: "AT" },
  { city: "Basel", postcode: "4051", country: "CH" },
  { city: "Leipzig", postcode: "04109", country: "DE" },
  { city: "Nantes", postcode: "44000", country: "FR" },
  { city: "Leeds", postcode: "LS1 4AP", country: "GB" },
  { city: "Cork", postcode: "T12 W8KE", country: "IE" },
  { city: "Utrecht", postcode: "3511 CE", country: "NL" },
] as const;
