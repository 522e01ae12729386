import type { JSX } from "preact";
import { param } from "../../route/route.ts";
import { Title } from "../../ui/parts.tsx";
import { Egresses } from "./egresses.tsx";
import { Endpoints } from "./endpoints.tsx";
import { Ingresses } from "./ingresses.tsx";
import { Records } from "./records.tsx";

/** Where messages come from by themselves, other processes, and where records go. */
export function Connections(): JSX.Element {
  const egress = param("egress");
  return (
    <>
      <Title>Connections</Title>
      <Egresses />
      {egress !== "" && <Records key={egress} egress={egress} />}
      <Endpoints />
      <Ingresses />
    </>
  );
}
