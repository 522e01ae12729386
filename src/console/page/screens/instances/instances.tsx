import type { JSX } from "preact";
import { param } from "../../route/route.ts";
import { lackOf, me } from "../../session/session.ts";
import { ChoiceFilter, FunctionFilter, TextFilter } from "../../ui/filters.tsx";
import { Title } from "../../ui/parts.tsx";
import { ById } from "./by-id.tsx";
import { InstanceList } from "./instance-list.tsx";
import { Troubled } from "./troubled.tsx";

const conditions = [
  ["troubled", "Blocked"],
  ["waiting", "Messages wait"],
  ["paused", "Paused"],
] as const;

export function Instances(): JSX.Element {
  const typename = param("function");
  return (
    <>
      <Title
        actions={
          <search class="filters">
            <FunctionFilter />
            {typename !== "" && lackOf("instances") === undefined && (
              <TextFilter name="prefix" label="Id begins with" />
            )}
            {/* A directory of objects has ids alone. */}
            {typename !== "" && me.value?.engine === "embedded" && (
              <ChoiceFilter name="is" label="Condition" all="any" options={conditions} />
            )}
          </search>
        }
      >
        Instances
      </Title>
      {typename === "" ? <Troubled /> : <InstanceList typename={typename} />}
      <ById key={typename} />
    </>
  );
}
