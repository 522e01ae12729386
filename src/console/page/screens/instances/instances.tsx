import type { JSX } from "preact";
import { param } from "../../route/route.ts";
import { lackOf, me } from "../../session/session.ts";
import { ChoiceFilter, TextFilter } from "../../ui/filters.tsx";
import { Title } from "../../ui/parts.tsx";
import { useFunctions } from "../../ui/reads/use-functions.ts";
import { ById } from "./by-id.tsx";
import { InstanceList } from "./instance-list.tsx";
import { Troubled } from "./troubled.tsx";

const conditions = [
  ["troubled", "Stand still"],
  ["waiting", "Messages wait"],
  ["paused", "Paused"],
] as const;

export function Instances(): JSX.Element {
  const functions = useFunctions() ?? [];
  const typename = param("function");
  // A directory of objects has ids alone.
  const hasConditions = typename !== "" && me.value?.engine === "embedded";
  return (
    <>
      <Title
        actions={
          <search class="filters">
            <ChoiceFilter
              name="function"
              label="Function"
              all="all"
              options={functions.map((one) => one.typename)}
            />
            {typename !== "" && lackOf("instances") === undefined && (
              <TextFilter name="prefix" label="Id begins with" />
            )}
            {hasConditions && (
              <ChoiceFilter name="is" label="Condition" all="any" options={conditions} />
            )}
          </search>
        }
      >
        Instances
      </Title>
      {typename === "" ? <Troubled /> : <InstanceList typename={typename} />}
      <ById functions={functions.map((one) => one.typename)} />
    </>
  );
}
