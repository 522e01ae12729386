import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Instances(): JSX.Element {
  return <Title>Instances</Title>;
}
