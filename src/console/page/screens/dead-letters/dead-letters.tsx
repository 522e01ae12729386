import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function DeadLetters(): JSX.Element {
  return <Title>DeadLetters</Title>;
}
