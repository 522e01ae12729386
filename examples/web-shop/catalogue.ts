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
