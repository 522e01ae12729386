import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError } from "../api/client.ts";
import { Failure, Loading, Title } from "./parts.tsx";

type Screen = () => JSX.Element;

/** The network was cut, or a deploy has replaced the script while the page was open. Browsers may remember an import that failed. */
const notLoaded = new ApiError(
  0,
  "not_loaded",
  "This screen could not be loaded. Reload the page, or try again. In some browsers only a reload helps.",
);

/** A screen whose script is loaded when it is shown for the first time. */
export function later(title: string, what: string, load: () => Promise<Screen>): Screen {
  let loaded: Screen | undefined;
  return function Later() {
    const [status, setStatus] = useState<"loading" | "loaded" | "failed">("loading");
    const again = async (): Promise<void> => {
      setStatus("loading");
      try {
        loaded = await load();
        setStatus("loaded");
      } catch (problem) {
        console.error(problem);
        setStatus("failed");
      }
    };
    useEffect(() => {
      if (loaded === undefined) void again();
    }, []);
    const Loaded = loaded;
    if (Loaded !== undefined) return <Loaded />;
    return (
      <>
        <Title>{title}</Title>
        <Failure error={status === "failed" ? notLoaded : undefined} again={again} />
        <Loading isLoading={status === "loading"} what={what} />
      </>
    );
  };
}
