import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function System(): JSX.Element {
  return <Title>System</Title>;
}
