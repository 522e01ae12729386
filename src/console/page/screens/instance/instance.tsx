import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Instance(): JSX.Element {
  return <Title>Instance</Title>;
}
