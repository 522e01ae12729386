import type { JSX } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { shortCount } from "../ui/numbers.ts";
import type { Tone } from "../ui/parts.tsx";
import { visible } from "../ui/text.tsx";
import { type DrawnLine, type Layout, layoutOf } from "./layout.ts";
import { arrowOf, edgeWidth, shortRate } from "./marks.ts";
import type { GraphEdge, GraphModel, GraphNode } from "./model.ts";

/** What stands in a node. */
export interface NodeFigures {
  readonly detail: string;
  /** Where it runs, for a function that is elsewhere. */
  readonly place?: string | undefined;
  readonly tone: Tone;
  readonly waiting: number;
  readonly href: string | undefined;
}

export interface GraphProps {
  readonly model: GraphModel;
  /** Messages a second, by the key of an edge. */
  readonly rateOf: (key: string) => number;
  readonly figuresOf: (node: GraphNode) => NodeFigures;
}

export function GraphPicture({ model, rateOf, figuresOf }: GraphProps): JSX.Element {
  const [frame, width] = useWidth();
  const figures = new Map(model.nodes.map((node) => [node.key, figuresOf(node)]));
  const heightOf = (key: string): number => (figures.get(key)?.place === undefined ? 56 : 74);
  const shape = JSON.stringify([
    width,
    model.nodes.map(({ key }) => [key, heightOf(key)]),
    model.edges.map(({ key }) => key),
  ]);
  // Numbers change each second; places only with what there is.
  const layout = useMemo(() => layoutOf(model, { width, heightOf }), [shape]);
  const rates = new Map(model.edges.map(({ key }) => [key, rateOf(key)]));
  const most = Math.max(...rates.values());
  const toneOf = ({ to }: GraphEdge): Tone => figures.get(to)?.tone ?? "plain";
  const size = { width: layout.width, height: layout.height };
  return (
    <div class="graph" ref={frame}>
      <div class="canvas" style={{ width: `${size.width}px`, height: `${size.height}px` }}>
        <svg {...size} aria-hidden="true">
          {model.edges.map((edge) => (
            <Edge
              key={edge.key}
              line={layout.lines.get(edge.key)}
              rate={rates.get(edge.key) ?? 0}
              most={most}
              tone={toneOf(edge)}
              isLater={edge.isLater}
            />
          ))}
        </svg>
        {inOrder(model.nodes, layout).map((node) => (
          <Node key={node.key} node={node} figures={figures.get(node.key)} layout={layout} />
        ))}
      </div>
    </div>
  );
}

/** As they are read: by columns, from top to bottom. */
function inOrder(nodes: readonly GraphNode[], { boxes }: Layout): GraphNode[] {
  const place = ({ key }: GraphNode): number => {
    const { x = 0, y = 0 } = boxes.get(key) ?? {};
    return x * 100_000 + y;
  };
  return [...nodes].sort((one, other) => place(one) - place(other));
}

function Edge(props: {
  readonly line: DrawnLine | undefined;
  readonly rate: number;
  readonly most: number;
  readonly tone: Tone;
  readonly isLater: boolean;
}): JSX.Element | null {
  const { line, rate, most, tone, isLater } = props;
  if (line === undefined) return null;
  const { path, tip, direction, label } = line;
  const width = edgeWidth(rate, most);
  const kind = [tone, rate === 0 ? "idle" : "", isLater ? "later" : ""].join(" ");
  return (
    <g class={`edge ${kind}`}>
      <path d={path} stroke-width={width} />
      <polygon points={arrowOf(tip, direction, width)} />
      {label !== undefined && rate > 0 && (
        <text x={label.x} y={label.y + 4} class={label.isBeside ? "beside" : undefined}>
          {shortRate(rate)}
        </text>
      )}
    </g>
  );
}

function Node(props: {
  readonly node: GraphNode;
  readonly figures: NodeFigures | undefined;
  readonly layout: Layout;
}): JSX.Element | null {
  const { node, figures, layout } = props;
  const box = layout.boxes.get(node.key);
  if (box === undefined || figures === undefined) return null;
  const { detail, place, tone, waiting, href } = figures;
  const title = visible(node.title.slice(0, 200));
  const style = {
    left: `${box.x}px`,
    top: `${box.y}px`,
    width: `${box.width}px`,
    height: `${box.height}px`,
  };
  const content = (
    <>
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
    </>
  );
  const className = `node ${node.kind} ${tone}`;
  return href === undefined ? (
    <div class={className} style={style} title={title}>
      {content}
    </div>
  ) : (
    <a class={className} style={style} title={title} href={href}>
      {content}
    </a>
  );
}

/** The width of the place of an element, as it changes. */
function useWidth(): [{ readonly current: HTMLDivElement | null }, number] {
  const frame = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(900);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => setWidth(Math.floor(element.clientWidth));
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [frame, width];
}
