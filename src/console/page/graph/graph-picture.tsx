import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { shortCount } from "../ui/numbers.ts";
import type { Tone } from "../ui/parts.tsx";
import { visible } from "../ui/text.tsx";
import { layoutOf } from "./layout.ts";
import { type Box, headLength, type Line, pathOf } from "./lines.ts";
import { type GraphModel, type GraphNode, titleOf } from "./model.ts";

/** What stands in a node. */
export interface NodeFigures {
  readonly detail: string;
  /** Where it runs, for a function that is elsewhere. */
  readonly place?: string | undefined;
  readonly tone: Tone;
  readonly waiting?: number;
  readonly href?: string;
}

export function GraphPicture(props: {
  readonly model: GraphModel;
  /** Messages a second, by the key of an edge. */
  readonly rateOf: (key: string) => number;
  readonly figuresOf: (node: GraphNode) => NodeFigures;
}): JSX.Element {
  const { model, rateOf, figuresOf } = props;
  const { nodes, edges } = model;
  const [frame, width] = useWidth();
  const figures = new Map([...nodes].map(([key, node]) => [key, figuresOf(node)]));
  const heightOf = (key: string): number => (figures.get(key)?.place === undefined ? 56 : 74);
  // Numbers change each second; places only with what there is.
  const shape = [width, ...[...nodes.keys()].map(heightOf), ...nodes.keys()].join("\t");
  const lines = edges.map(({ key }) => key).join("\t");
  const layout = useMemo(() => layoutOf(model, { width, heightOf }), [shape, lines]);
  const most = Math.max(...edges.map(({ key }) => rateOf(key)));
  const size = { width: layout.width, height: layout.height };
  return (
    <div class="graph" ref={frame}>
      <div class="canvas" style={pixels(size)}>
        <svg {...size} aria-hidden="true">
          {edges.map(({ key, to, isLater }) => (
            <Edge
              key={key}
              line={layout.lines.get(key)}
              rate={rateOf(key)}
              most={most}
              kind={`${figures.get(to)?.tone}${isLater ? " later" : ""}`}
            />
          ))}
          {/* Over all lines, so that none runs through a number. */}
          {edges.map(({ key, to }) => {
            const label = layout.labels.get(key);
            const rate = rateOf(key);
            return (
              label !== undefined &&
              rate > 0 && (
                <text key={key} class={figures.get(to)?.tone} x={label.x} y={label.y + 4}>
                  {shortRate(rate)}
                </text>
              )
            );
          })}
        </svg>
        {[...layout.boxes].map(([key, box]) => (
          <Node key={key} node={nodes.get(key)} figures={figures.get(key)} box={box} />
        ))}
      </div>
    </div>
  );
}

function Edge(props: {
  readonly line: Line | undefined;
  readonly rate: number;
  readonly most: number;
  readonly kind: string;
}): JSX.Element | null {
  const { line, rate, most, kind } = props;
  if (line === undefined) return null;
  const { curves, tip, angle } = line;
  // The busiest is the widest, and none is so thin that it cannot be seen.
  const width = rate > 0 ? 1.4 + 5 * Math.sqrt(rate / most) : 1.2;
  const [back, half] = [-headLength - 1, 3.4 + width / 2];
  return (
    <g class={`edge ${kind}${rate === 0 ? " idle" : ""}`}>
      <path d={pathOf(curves)} stroke-width={width} />
      <polygon
        points={`${back},${-half} 0,0 ${back},${half}`}
        transform={`translate(${tip.x} ${tip.y}) rotate(${angle})`}
      />
    </g>
  );
}

/** "412/s", in at most seven characters. */
export function shortRate(rate: number): string {
  if (rate > 0 && rate < 0.1) return "<0.1/s";
  return `${rate < 9.95 ? Math.round(rate * 10) / 10 : shortCount(Math.round(rate))}/s`;
}

function Node(props: {
  readonly node: GraphNode | undefined;
  readonly figures: NodeFigures | undefined;
  readonly box: Box;
}): JSX.Element | null {
  const { node, figures, box } = props;
  if (node === undefined || figures === undefined) return null;
  const { detail, place, tone, waiting = 0, href } = figures;
  const title = visible(titleOf(node).slice(0, 200));
  // Without a place to go to, it is no link, and has no focus.
  return (
    <a
      class={`node ${node.kind} ${tone}`}
      style={pixels({ left: box.x, top: box.y, width: box.width, height: box.height })}
      title={title}
      {...(href !== undefined && { href })}
    >
      <b>
        <bdi>{title}</bdi>
      </b>
      <span>{detail}</span>
      {place !== undefined && <span class="place">{place}</span>}
      {waiting > 0 && (
        <span class="count">
          {shortCount(waiting)}
          <span class="hidden"> wait</span>
        </span>
      )}
    </a>
  );
}

function pixels(sizes: Readonly<Record<string, number>>): Record<string, string> {
  return Object.fromEntries(Object.entries(sizes).map(([name, size]) => [name, `${size}px`]));
}

/** The width of the place of an element, as it changes. */
function useWidth(): [{ readonly current: HTMLDivElement | null }, number] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  useLayoutEffect(() => {
    const measure = (): void => setWidth(frame.current?.clientWidth ?? 900);
    measure();
    const observer = new ResizeObserver(measure);
    if (frame.current !== null) observer.observe(frame.current);
    return () => observer.disconnect();
  }, []);
  return [frame, width];
}
