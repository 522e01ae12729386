import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function Activity(): JSX.Element {
  return <Title>Activity</Title>;
}
