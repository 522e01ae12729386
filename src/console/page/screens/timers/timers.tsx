import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Timers(): JSX.Element {
  return <Title>Timers</Title>;
}
