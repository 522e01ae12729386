import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Send(): JSX.Element {
  return <Title>Send</Title>;
}
