import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Functions(): JSX.Element {
  return <Title>Functions</Title>;
}
