import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Messages(): JSX.Element {
  return <Title>Messages</Title>;
}
