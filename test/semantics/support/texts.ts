import { address, egress, string } from "statefun";

/** Where the functions under test say what they saw. */
export const texts = egress("test/texts", string);

/** A function that lives elsewhere, about which nothing is known. */
export const elsewhere = address("test/elsewhere", "e");
