/** Colours of one theme. */
export interface Theme {
  readonly line: string;
  readonly text: string;
  readonly soft: string;
  readonly panel: string;
  readonly accent: string;
  readonly accentPanel: string;
  readonly alarm: string;
  readonly alarmPanel: string;
}

export const themes: Readonly<Record<"light" | "dark", Theme>> = {
  light: {
    line: "#6b7280",
    text: "#1f2328",
    soft: "#57606a",
    panel: "#f6f8fa",
    accent: "#2f52c7",
    accentPanel: "#e8edff",
    alarm: "#b42318",
    alarmPanel: "#fdecea",
  },
  dark: {
    line: "#8b949e",
    text: "#e6edf3",
    soft: "#a6b0bb",
    panel: "#202127",
    accent: "#a8b9ff",
    accentPanel: "#2a3158",
    alarm: "#ff9b90",
    alarmPanel: "#4a2320",
  },
};

export type Tone = "plain" | "accent" | "alarm";

/** Draws with the colours of one theme. Lengths are pixels of a picture that is 480 wide, which a phone shows almost unscaled. */
export interface Pen {
  box(at: Frame, label: string, options?: BoxOptions): string;
  /** A dashed frame around several things, with a word above its left corner. */
  frame(at: Frame, label: string): string;
  store(at: Frame, label: string): string;
  envelope(x: number, y: number, tone?: Tone): string;
  arrow(from: Point, to: Point, label?: string, options?: ArrowOptions): string;
  text(at: Point, words: string, options?: TextOptions): string;
}

export type Point = readonly [x: number, y: number];
export type Frame = readonly [x: number, y: number, width: number, height: number];

interface BoxOptions {
  readonly tone?: Tone;
  /** A second line, smaller. */
  readonly below?: string;
}

interface ArrowOptions {
  readonly isDashed?: boolean;
  readonly tone?: Tone;
  /** How far the label is above the middle of the line. @default 6 */
  readonly up?: number;
}

interface TextOptions {
  readonly size?: number;
  readonly anchor?: "start" | "middle" | "end";
  readonly isSoft?: boolean;
  readonly tone?: Tone;
  readonly isBold?: boolean;
}

export function penOf(theme: Theme): Pen {
  const lineOf = (tone: Tone = "plain") => (tone === "plain" ? theme.line : theme[tone]);
  const panelOf = (tone: Tone = "plain") =>
    ({ plain: theme.panel, accent: theme.accentPanel, alarm: theme.alarmPanel })[tone];
  const colourOf = ({ isSoft = false, tone = "plain" }: TextOptions) =>
    tone === "plain" ? (isSoft ? theme.soft : theme.text) : theme[tone];

  const text: Pen["text"] = ([x, y], words, options = {}) => {
    const { size = 14, anchor = "middle", isBold = false } = options;
    const weight = isBold ? ' font-weight="600"' : "";
    return `<text x="${x}" y="${y}" font-size="${size}" text-anchor="${anchor}" fill="${colourOf(options)}"${weight}>${words}</text>`;
  };

  const box: Pen["box"] = ([x, y, width, height], label, { tone, below } = {}) => {
    const middle = x + width / 2;
    const top = y + height / 2 + (below === undefined ? 5 : -3);
    return [
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="8" fill="${panelOf(tone)}" stroke="${lineOf(tone)}" stroke-width="1.5"/>`,
      text([middle, top], label, { isBold: true }),
      ...(below === undefined ? [] : [text([middle, top + 17], below, { size: 12, isSoft: true })]),
    ].join("");
  };

  return {
    box,
    text,
    frame: ([x, y, width, height], label) =>
      `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10" fill="none" stroke="${theme.line}" stroke-width="1.25" stroke-dasharray="5 4"/>` +
      text([x + 4, y - 7], label, { size: 12, anchor: "start", isSoft: true }),
    store: ([x, y, width, height], label) => {
      const [radius, right, low] = [7, x + width, y + height];
      const side = `M${x} ${y + radius}v${height - 2 * radius}a${width / 2} ${radius} 0 0 0 ${width} 0v-${height - 2 * radius}`;
      return [
        `<path d="${side}" fill="${theme.panel}" stroke="${theme.line}" stroke-width="1.5"/>`,
        `<ellipse cx="${(x + right) / 2}" cy="${y + radius}" rx="${width / 2}" ry="${radius}" fill="${theme.panel}" stroke="${theme.line}" stroke-width="1.5"/>`,
        text([(x + right) / 2, (y + low) / 2 + 10], label, { size: 13 }),
      ].join("");
    },
    envelope: (x, y, tone = "accent") =>
      `<g fill="${panelOf(tone)}" stroke="${lineOf(tone)}" stroke-width="1.5" stroke-linejoin="round"><rect x="${x}" y="${y}" width="28" height="20" rx="3"/><path d="M${x + 1} ${y + 2}l13 10 13-10" fill="none"/></g>`,
    arrow: ([x1, y1], [x2, y2], label = "", { isDashed = false, tone, up = 6 } = {}) => {
      const angle = Math.atan2(y2 - y1, x2 - x1);
      const back = (turn: number) =>
        `${round(x2 - 9 * Math.cos(angle + turn))} ${round(y2 - 9 * Math.sin(angle + turn))}`;
      const dashes = isDashed ? ' stroke-dasharray="5 4"' : "";
      return [
        `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${lineOf(tone)}" stroke-width="1.75" fill="none"${dashes}/>`,
        `<path d="M${x2} ${y2}L${back(0.45)}L${back(-0.45)}Z" fill="${lineOf(tone)}"/>`,
        ...(label === ""
          ? []
          : [text([(x1 + x2) / 2, (y1 + y2) / 2 - up], label, { size: 12, isSoft: true })]),
      ].join("");
    },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A whole file. */
export function svgOf(height: number, title: string, ...parts: readonly string[]): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="480" height="${height}" viewBox="0 0 480 ${height}" font-family="system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif">
<title>${title}</title>
${parts.join("\n")}
</svg>
`;
}
