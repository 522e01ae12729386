import type { JSX } from "preact";
import { Title } from "../../ui/parts.tsx";

export function OverviewScreen(): JSX.Element {
  return <Title>OverviewScreen</Title>;
}
