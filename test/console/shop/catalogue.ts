/** In cents. */
export interface Product {
  readonly name: string;
  readonly price: number;
}

export const catalogue: Readonly<Record<string, Product>> = {
  "A-1009": { name: "Enamel mug", price: 1490 },
  "A-1010": { name: "Enamel pot", price: 3950 },
  "A-1044": { name: "Bread knife", price: 2790 },
  "B-0417": { name: "Linen towel", price: 320 },
  "B-0420": { name: "Linen apron", price: 2490 },
  "B-0931": { name: "Wool blanket", price: 8900 },
  "D-2200": { name: "Desk lamp", price: 6450 },
  "D-2214": { name: "Wall clock", price: 4990 },
};

export const skus: readonly string[] = Object.keys(catalogue);

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
