import type { SurfaceSettings } from "../surface/create-surface.ts";
import { exposureOf } from "../surface/exposure.ts";
import type { ResolvedSurfaceOptions } from "../surface/options.ts";
import type { SurfaceHost } from "../surface/surface-host.ts";

type Fetch = (request: Request) => Promise<Response>;

/**
 * The HTTP surface, loaded with the first request: many runtimes never get one. What is wrong with the options
 * is found at once.
 */
export function lazySurface(
  host: SurfaceHost,
  options: ResolvedSurfaceOptions,
  settings: SurfaceSettings,
): Fetch {
  exposureOf(options, host);
  let surface: Promise<Fetch> | undefined;
  const load = async (): Promise<Fetch> => {
    // Together with what it reads by, or its first reader would wait once more.
    const [{ directSurface }] = await Promise.all([
      import("../surface/direct-surface.ts"),
      import("./looks.ts"),
    ]);
    return directSurface(fetch, host, options, settings);
  };
  const fetch: Fetch = async (request) => {
    surface ??= load().catch((error) => {
      surface = undefined;
      throw error;
    });
    return (await surface)(request);
  };
  return fetch;
}
