import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Connections(): JSX.Element {
  return <Title>Connections</Title>;
}
